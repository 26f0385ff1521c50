"""Global Attention Upsample: the means of the coarse maps gate the fine detail, channel by channel."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.convolution import convolved
from attention_core.blocks.layers import affine
from attention_core.engine.language import label_said, say, to_say
from attention_core.engine.ops import add, contract, mean, relu, sigmoid
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import AtLeast, Refusal
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Picture, rows

from .coarse_fine import disc, gating_images, upsampled

GATES = {"sigmoid": sigmoid, "relu": relu}


def run(F_high: Step, F_low: Step, K: Step, W_1: Step, b_1: Step, gate: str) -> Step:
    """Y = U + a L; U: F_high enlarged, L = K * F_low, a = gate(W_1 g + b_1), g the means of F_high. Li et al. 2018."""
    g = mean(F_high, ("coarse row", "coarse column"), name="global pool", symbol="g")
    scores = affine((W_1, g), bias=b_1, name="gate scores", symbol="r")
    a = GATES[gate](scores, name="gates", symbol="a")
    L = convolved(F_low, K, over="low channel", name="fine detail", symbol="L")
    gated = contract(a, L, to=("channel", "row", "column"), name="gated detail", symbol=r"\tilde L")
    return add(upsampled(F_high, F_low, "upsampled", "U"), gated, name="output", symbol="Y")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Coarse map, fine detail, gated detail and their sum; and the effect of one coarse pixel on the gates."""
    gates = trace["gates"]
    brighter = trace["F_high"].value.copy()
    brighter[-1, -1, -1] += 2
    other = MECHANISM.again(trace, {"F_high": brighter})["gates"]
    names = gates.axis("channel").labels
    series = rows(
        (say("now"), say("one coarse pixel of {names} 2 brighter", names=label_said(names[-1]))),
        (gates.value, other.value),
    )
    caption = say("The gates now, and with one coarse pixel brighter.")
    return gating_images(trace), Bars(caption, names, series, "gate")


HIGH = [[[1.0, 0.8], [0.6, 0.4]], [[0.1, 0.0], [0.2, 0.1]]]
FIRST = [
    [0.5, 0.9, 0.4, 0],
    [0.5, 0.6, 0, 0.4],
    [0.3, 0.6, 0.6, 0],
    [0.1, 0, 0.7, 0.1],
]
SECOND = [
    [0.8, 0.9, 0.6, 0.3],
    [0.3, 0.5, 0.8, 0.9],
    [0, 0.7, 0.1, 0.2],
    [0.2, 0.4, 0.6, 0.1],
]
KERNELS = [
    [[[0.4, -0.4, 0.4], [0.1, -0.1, -0.1], [-0.2, -0.2, 0.2]], [[0.2, -0.2, 0.5], [0.3, 0.5, 0.2], [0.2, 0.1, 0.4]]],
    [[[0.5, 0, 0.1], [-0.2, 0.4, 0], [0, 0.1, -0.2]], [[0.5, -0.1, -0.1], [-0.5, 0.1, 0.1], [-0.1, 0.1, -0.4]]],
]
GATING = {
    "W_1": [[3, -1], [-4, 2]],
    "b_1": [-0.5, 0.5],
}
GOLDEN = {"F_high": HIGH, "F_low": [FIRST, SECOND], "K": KERNELS, **GATING}
DISC = {**GOLDEN, **disc()}
RAISED = [HIGH[0], [[0.1, 0], [0.2, 2.1]]]

LABELS = {"channel": ("Things", "Texture")}
NOTE = "Made-up numbers and names."


def _one_pixel_opens_gate(trace: Trace) -> bool:
    """Whether one coarse pixel alone was changed, and the gate of Texture is open."""
    same = all(trace[name].value.tolist() == given for name, given in GATING.items())
    high = trace["F_high"].value
    one = high.shape == np.shape(HIGH) and (high != np.array(HIGH)).sum() == 1
    return bool(same and one and trace["gates"].value[1] > 0.2)


MECHANISM = Mechanism(
    key="gau",
    title="Global attention upsample",
    section="The zoo",
    boxes=("who asks", "score", "normalise", "read"),
    opens="gated detail",
    insight="The means of the coarse maps give each channel a factor for its fine detail.",
    papers=("Li, Xiong, An and Wang 2018, BMVC, arXiv:1805.10180",),
    inputs={
        "F_high": Input(("channel", "coarse row", "coarse column"), "coarse, high-level maps"),
        "F_low": Input(("low channel", "row", "column"), "fine, low-level maps"),
        "K": Input(("channel", "low channel", "row offset", "column offset"), "kernels"),
        "W_1": Input(("channel", "pooled"), "gate weights"),
        "b_1": Input(("channel",), "gate bias"),
    },
    same={"pooled": "channel"},
    options={"gate": Option("Gate", "sigmoid", choices=tuple(GATES))},
    presets={
        "golden": Preset("Two channels", GOLDEN, LABELS, note=NOTE),
        "raised": Preset("One pixel brighter", {**GOLDEN, "F_high": RAISED}, LABELS, note=f"{NOTE} Texture’s last."),
        "disc": Preset("A disc on a pattern", DISC, LABELS, note=f"{NOTE} Each kernel hands on one map."),
    },
    challenges=(
        Challenge(
            "Change one pixel of the coarse maps, nothing else, and open the gate of Texture past 0.2.",
            _one_pixel_opens_gate,
            "The gates read means. Which channel’s mean raises the gate of Texture?",
            {"F_high": RAISED},
        ),
        Challenge(
            "Let nothing of some channel’s fine detail through: its gate must be exactly 0.",
            lambda trace: not trace["gates"].value.all(),
            "The logistic function never reaches 0. The other non-linearity does.",
            {"gate": "relu"},
        ),
    ),
    constraints=(
        *(
            AtLeast(
                (axis,),
                (f"coarse {axis}",),
                refusal=Refusal("F_low", axis, to_say("has {found}, but the coarse maps have {wanted}")),
            )
            for axis in ("row", "column")
        ),
    ),
    in_transformer="nowhere in the usual one; it belongs to convolutional networks that divide an image into regions.",
    related=("senet", "focus-vs-saliency"),
    run=run,
    picture=picture,
)
