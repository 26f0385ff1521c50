"""Scaled dot-product attention with queries, keys and values of independent lengths."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import scaled_dot_product
from attention_core.blocks.masks import causal
from attention_core.blocks.scores import factor_of
from attention_core.engine.language import say
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, ConvexHull, Picture, rows
from attention_core.mechanisms.own_divisor import DIVISOR, said_of_divisor


def run(Q: Step, K: Step, V: Step, scaled: bool, masked: bool, divisor: float) -> Step:
    """softmax(Q K^T / sqrt(d_k)) V, with another divisor where one is given. Vaswani et al. 2017, eq. 1."""
    visible = causal(Q.axis("query"), K.axis("key")) if masked else None
    return scaled_dot_product(Q, K, V, visible, factor_of(Q.size("feature") if scaled else None, divisor))


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Every output inside the polygon of the values, joined to them by lines as strong as the weights."""
    weights = trace["attention weights"]
    V = trace["V"]
    queries = weights.axis("query").labels
    keys = weights.axis("key").labels
    pulls = rows(queries, weights.value)
    if V.size("value") != 2:
        return (Bars(say("The weights of each query."), keys, pulls, say("attention weight")),)
    caption = say("Each output stays inside the values, pulled by springs as strong as its weights.")
    return (ConvexHull(caption, rows(keys, V.value), rows(queries, trace.output.value), pulls),)


GOLDEN = {
    "Q": [[1, 0, -1], [0.5, 2, 0]],
    "K": [[1, 1, 0], [0, 1, 1], [-1, 0, 2], [2, 0, 1]],
    "V": [[1, 0], [0, 1], [2, 2], [-1, 0.5]],
}
SHARP = {
    **GOLDEN,
    "Q": [[10, 0, -10], [5, 20, 0]],
}
LABELS = {"query": ("Query 1", "Query 2"), "key": ("Key 1", "Key 2", "Key 3", "Key 4")}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="scaled-dot-product-attention",
    title="Scaled dot-product attention",
    section="Scores and weights",
    insight="Compare, scale, normalise, mix: dot products, a division by √dₖ, a softmax, an average of the values.",
    boxes=("score", "normalise", "read"),
    papers=("Vaswani et al. 2017, arXiv:1706.03762",),
    inputs={
        "Q": Input(("query", "feature"), "queries"),
        "K": Input(("key", "feature"), "keys"),
        "V": Input(("key", "value"), "values"),
    },
    options={
        "scaled": Option("Divide scores by √dₖ", True),
        "masked": Option("Hide later keys", False),
        **DIVISOR,
    },
    presets={
        "small": Preset("Two queries, four keys", GOLDEN, LABELS, note=NOTE),
        "unscaled": Preset("Without the root", GOLDEN, LABELS, {"scaled": False}, NOTE),
        "sharp": Preset("Ten times the queries", SHARP, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Give Query 1 even weights: every weight of its row within 0.01 of the others.",
            lambda trace: bool(np.ptp(trace["attention weights"].value[0]) < 0.01),
            "Equal weights need equal scores. Which query has the same dot product with every key?",
            {"Q": [[0, 0, 0], [0.5, 2, 0]]},
        ),
        Challenge(
            "Let Query 2 read Key 3 alone: a weight above 0.99.",
            lambda trace: bool((trace["attention weights"].value[1:2, 2:3] > 0.99).any()),
            "A longer query in the right direction makes the winner’s lead as large as you like.",
            {"Q": [[1, 0, -1], [-100, 0, 100]]},
        ),
    ),
    in_transformer="the core of every attention layer.",
    related=("why-softmax", "score-variance-scaling", "scoring-functions", "multi-head-attention"),
    run=run,
    said=said_of_divisor,
    picture=picture,
)
