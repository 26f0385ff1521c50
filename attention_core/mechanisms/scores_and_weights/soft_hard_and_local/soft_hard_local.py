"""Soft, hard and local attention on one table of scores."""

from __future__ import annotations

from attention_core.blocks.masks import window_around_query
from attention_core.blocks.scores import dot
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import contract, mask, rename, softmax, top
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Curves, Matrices, Picture


def run(Q: Step, K: Step, V: Step, D: int, centre: str) -> tuple[Step, ...]:
    """All keys; the best one; those within D of a centre. Xu et al. 2015 (soft, hard); Luong et al. 2015 (local)."""
    scores = dot(Q, K)
    weights = softmax(scores, along="key", name="soft weights", symbol="A")
    soft = contract(weights, V, over="key", name="soft output", symbol="O")
    choice = top(scores, along="key", name="hard choice", symbol="C")
    hard = contract(choice, V, over="key", name="hard output", symbol="H")
    if centre == "own position":
        visible = window_around_query(Q.axis("query"), K.axis("key"), D)
    else:
        around_each_key = window_around_query(K.axis("key").renamed("centre"), K.axis("key"), D)
        best_key = rename(choice, "key", "centre")
        visible = contract(best_key, around_each_key, over="centre", name="window", symbol="W")
    windowed = mask(scores, visible, name="windowed scores", symbol="M")
    inside = softmax(windowed, along="key", name="local weights", symbol="L")
    return soft, hard, contract(inside, V, over="key", name="local output", symbol="O_L")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The scores with the cells that each way leaves out; and the local output over the width of the window."""
    alone = mask(trace["scores"], trace["hard choice"], name="hard reads", symbol="S")
    three = Matrices(
        say("The same scores; hatched keys are not read."), (trace["scores"], trace["windowed scores"], alone)
    )
    widths = tuple(range(min(12, trace["scores"].size("key"))))
    local = tuple(float(MECHANISM.again(trace, D=D).output.value[0, 0]) for D in widths)
    flat = {
        say(kind): (float(trace[f"{kind} output"].value[0, 0]),) * len(widths)
        for kind in (to_say("soft"), to_say("hard"))
    }
    here = {say("your D"): (min(trace.options["D"], widths[-1]), float(trace.output.value[0, 0]))}
    return three, Curves(
        say("The first output as the window widens."), widths, {say("local"): local} | flat, "D", "output", here
    )


KEYS = [[0.2, 0.1], [1, 0.3], [0.8, 0.9], [0.1, 1.4], [0.3, 0.6]]
VALUES = [[1], [2], [3], [4], [5]]
GOLDEN = {
    "Q": [[1, 0], [0, 1]],
    "K": KEYS,
    "V": VALUES,
}
NOTE = "Made-up numbers, small enough to check by hand."
CENTRE = Option("Window around the", "best key", ("best key", "own position"))
LABELS = {"query": ("Query 1", "Query 2"), "key": ("Key 1", "Key 2", "Key 3", "Key 4", "Key 5")}

MECHANISM = Mechanism(
    key="soft-hard-local",
    title="Soft, local and hard attention",
    section="Scores and weights",
    family="Soft, hard and local",
    boxes=("which keys", "read"),
    insight="Soft, local and hard attention read all keys of a row of scores, those in a window, or one.",
    papers=("Xu et al. 2015, arXiv:1502.03044", "Luong, Pham and Manning 2015, arXiv:1508.04025"),
    inputs={
        "Q": Input(("query", "feature"), "queries"),
        "K": Input(("key", "feature"), "keys"),
        "V": Input(("key", "value"), "values"),
    },
    options={"D": Option("Half-width D", 1, bounds=(0, 512)), "centre": CENTRE},
    presets={
        "best": Preset("Around the best key", GOLDEN, LABELS, note=NOTE),
        "own": Preset("Around its own position", GOLDEN, LABELS, {"centre": "own position"}, NOTE),
        "sharp": Preset("Sharper scores", {**GOLDEN, "Q": [[10, 0], [0, 10]]}, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Choose D so that local reading gives exactly the hard output.",
            lambda trace: bool((trace["local output"].value == trace["hard output"].value).all()),
            "How wide is a window that holds its centre alone?",
            {"D": 0},
        ),
        Challenge(
            "Make soft and hard output agree to within 0.001 without changing the values.",
            lambda trace: bool(abs(trace["soft output"].value - trace["hard output"].value).max() < 0.001),
            "Softmax approaches the choice as the leads grow. Make the queries longer.",
            {"Q": [[100, 0], [0, 100]]},
        ),
    ),
    in_transformer="attention is soft; local attention is found there as the sliding window.",
    related=("luong-local-attention", "sliding-window"),
    run=run,
    picture=picture,
    said=lambda trace: {"around best": trace.options["centre"] == "best key"},
)
