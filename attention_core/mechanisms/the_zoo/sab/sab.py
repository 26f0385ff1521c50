"""Sparse attentive backtracking: a recurrent network that stores states and sends gradients back to a few of them."""

from __future__ import annotations

from attention_core.blocks.layers import affine
from attention_core.blocks.naming import step_namer
from attention_core.blocks.recurrent import stack_rows, zeros
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import add, index, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import AtLeast, Refusal
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Picture

from .backtracking import (
    backward_arcs,
    carried_state,
    input_gradient_norms,
    recalled_state,
    renamed_step,
    states_read_last,
)

SAB = "SAB"
# Whether stored states are read, whether only the best of them, whether gradients are blocked.
WAYS = {
    SAB: (True, True, True),
    "SAB, never cut": (True, True, False),
    "read all, never cut": (True, False, False),
    "no memory": (False, False, False),
    "no memory, cut": (False, False, True),
}


def run(
    X: Step,
    W_x: Step,
    W_h: Step,
    b: Step,
    W_1: Step,
    W_2: Step,
    w_3: Step,
    V_1: Step,
    V_2: Step,
    b_y: Step,
    way: str,
    k_top: int,
    k_att: int,
    k_trunc: int,
) -> Step:
    """h = tanh(W_x x + W_h h' + b) + s, y = V_1 h + V_2 s + b_y; s: the recalled state. Ke et al. 2018, section 3."""
    reads, sparse, cuts = WAYS[way]
    h = zeros(W_x.axes[0], "h_0")
    stored = dict[int, Step]()
    outputs = list[Step]()
    times = X.axis("time")
    for t in range(1, times.size + 1):
        namer = step_namer("time", t)
        before = carried_state(h, cuts and t > 1 and (t - 1) % k_trunc == 0, namer)
        pre_activation = affine((W_x, index(X, "time", t - 1)), (W_h, before), bias=b)
        h = tanh(pre_activation, **namer("provisional state", r"\hat h"))
        s = None
        if reads and stored:
            s = recalled_state(stored, times, h, (W_1, W_2, w_3), k_top if sparse else times.size, namer)
        h = add(h, s, **namer("state", "h")) if s else renamed_step(h, **namer("state", "h"))
        outputs.append(affine((V_1, h), (V_2, s), bias=b_y))
        if t % k_att == 0:
            stored[t - 1] = h
    return stack_rows(outputs, times, "output", "y")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The stored states that are read and the blocked edges; and the gradient for every time under several ways."""
    ways = dict.fromkeys(("no memory", "no memory, cut", SAB, trace.options["way"]))
    heights = {say(way): tuple(map(float, input_gradient_norms(MECHANISM.again(trace, way=way)))) for way in ways}
    caption = say("How much the last answer depends on each moment.")
    times = trace["X"].axis("time").labels
    arcs = backward_arcs(trace, trace.options["k_att"])
    bars = Bars(caption, times, heights, say("length of the gradient"), log=True)
    return (arcs, bars) if all(heights.values()) else ()  # too many arcs to draw in a long series


def said(trace: Trace) -> dict[str, Step | float]:
    """The three options, and whether gradients are cut."""
    options = trace.options
    counts = {"read at most": options["k_top"], "store every": options["k_att"], "cut every": options["k_trunc"]}
    return counts | {"cuts": WAYS[options["way"]][2]}


X = [[x, 1.0 if x == 0.9 else -0.8] for x in (0.3, 0.9, -0.4, 0.2, -0.6, 0.5, 0.1, -0.3, 0.4, -0.2, 0.6, 0.1)]
WEIGHTS = {
    "W_x": [[0.9, 0], [0, 1.6], [0.5, -0.3]],
    "W_h": [[0.4, 0.1, 0], [0, 0, 0], [0.2, 0, 0.4]],
    "b": [0, -0.1, 0.05],
    "W_1": [[0, 1, 0], [0.1, 0, 0.3]],
    "W_2": [[0, -0.2, 0], [0.3, 0, 0.2]],
    "w_3": [2, 0.1],
    "V_1": [[1, 0.5, -0.5]],
    "V_2": [[0.8, -0.2, 0.4]],
    "b_y": [0.1],
}
LABELS = {"time": tuple(map(str, range(1, 13)))}
NOTE = "Made-up numbers: one event, at the second moment, in a series that hardly changes."

MECHANISM = Mechanism(
    key="sab",
    title="Sparse attentive backtracking",
    section="The zoo",
    boxes=("which keys", "normalise", "read"),
    opens="time 12/weights",
    insight="Every stored state is scored, a few are read, and gradients pass back through those few.",
    papers=("Ke et al. 2018, arXiv:1809.03702", "Ke et al. 2017, arXiv:1711.02326"),
    inputs={
        "X": Input(("time", "input"), "the series"),
        "W_x": Input(("state", "input"), "input weights"),
        "W_h": Input(("state", "before"), "state weights"),
        "b": Input(("state",), "bias"),
        "W_1": Input(("scorer", "state"), "score: stored states"),
        "W_2": Input(("scorer", "state"), "score: query"),
        "w_3": Input(("scorer",), "score vector"),
        "V_1": Input(("answer", "state"), "read-out of the state"),
        "V_2": Input(("answer", "state"), "read-out of what was read"),
        "b_y": Input(("answer",), "answer bias"),
    },
    same={"before": "state"},
    options={
        "way": Option("Way back", SAB, choices=tuple(WAYS)),
        "k_top": Option("Read at most", 2, bounds=(1, 12)),
        "k_att": Option("Store every", 2, bounds=(1, 12)),
        "k_trunc": Option("Cut every", 3, bounds=(1, 12)),
    },
    presets={
        "sparse": Preset("Two arcs back", {"X": X, **WEIGHTS}, LABELS, note=NOTE),
        "cut": Preset("No memory, cut", {"X": X, **WEIGHTS}, LABELS, {"way": "no memory, cut"}, NOTE),
    },
    challenges=(
        Challenge(
            "Give moment 3 a gradient from the last answer, with SAB as the way back and “Cut every” at 3.",
            lambda t: bool(
                t.options["way"] == SAB and t.options["k_trunc"] == 3 and (input_gradient_norms(t)[2:3] > 0).any()
            ),
            "It is not stored, and a cut follows it. Store other moments.",
            {"k_att": 3},
        ),
        Challenge(
            "Let the last moment read three states.",
            lambda t: states_read_last(t) > 2,
            "“Read at most” says how many.",
            {"k_top": 3},
        ),
    ),
    constraints=(
        AtLeast(
            ("time",),
            ("k_att",),
            when=lambda known: WAYS[known["way"]][0] and known["time"] > 1,
            refusal=Refusal(
                "k_att", "", to_say("is {k_att}, but there are {time} moments: nothing would ever be stored")
            ),
        ),
    ),
    in_transformer="nowhere; each token reads all earlier tokens directly, and a gradient takes the same way back.",
    related=("rnn-long-range-dependency", "sparsemax"),
    run=run,
    said=said,
    picture=picture,
)
