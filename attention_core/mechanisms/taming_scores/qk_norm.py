"""QK-norm: queries and keys of length 1, so that only directions are compared."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.measures import norm
from attention_core.blocks.normalisers import unit
from attention_core.blocks.scores import over_root
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import contract, largest, scale, softmax
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arrows, Bars, Picture, distinct, rows
from attention_core.lesson.said import above, leading


def run(Q: Step, K: Step, V: Step, gain: float) -> tuple[Step, ...]:
    """softmax(g Q^ K^^T) V with rows of length 1. Henry et al. 2020; with layer normalisation, Dehghani et al. 2023."""
    raw = over_root(contract(Q, K, over="feature"), Q.size("feature"), name="raw scores", symbol=r"\tilde S")
    before = softmax(raw, "key", name="raw weights", symbol=r"\tilde A")
    unit_queries = unit(Q, "feature", name="unit queries", symbol=r"\hat Q")
    unit_keys = unit(K, "feature", name="unit keys", symbol=r"\hat K")
    cosines = contract(unit_queries, unit_keys, over="feature", name="cosines", symbol="C")
    weights = softmax(scale(cosines, gain, name="scores", symbol="S"), "key", name="attention weights", symbol="A")
    return before, contract(weights, V, over="key", name="output", symbol="O")


def said(trace: Trace) -> dict[str, Step | float]:
    """How long the keys are, and which key each query prefers by raw scores and by direction."""
    lengths = norm(trace["K"], "feature")
    raw, weights = trace["raw weights"], trace["attention weights"]
    return {
        "width": trace["Q"].size("feature"),
        "longest": leading(lengths, "key"),
        "longest length": largest(lengths, "key"),
        "shortest length": scale(largest(scale(lengths, -1.0), "key"), -1.0),
        "raw best": leading(raw, "key"),
        "raw largest": largest(raw, "key"),
        "saturated": above(largest(raw, "key"), 0.995),
        "nearest": leading(weights, "key"),
        "largest": largest(weights, "key"),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The first query among the keys, as given and at length 1; and its weights."""
    keys = distinct(trace["K"].axis("key").labels)
    query = trace["Q"].axis("query").labels[0]
    names = distinct((query, *keys[:5]))  # more arrows could not be told apart
    panels = {}
    for panel, q, k in ((say("as given"), "Q", "K"), (say("at length 1"), "unit queries", "unit keys")):
        tips = np.pad(np.vstack([trace[q].value[:1], trace[k].value[:5]]), ((0, 0), (0, 1)))[:, :2]
        panels[panel] = rows(names, tips / max(np.hypot(*tips.T).max(), 1e-300))
    shares = rows(
        (say("dot product"), say("QK-norm")), (trace["raw weights"].value[0], trace["attention weights"].value[0])
    )
    arrows = Arrows(
        say("Only the first two features are drawn; lengths on the left are relative to the longest."), panels
    )
    return arrows, Bars(say("The weights of {query}.", query=label_said(query)), keys, shares, say("attention weight"))


GIVEN = {
    "Q": [[3, 4], [10, 0]],
    "K": [[1, 0], [0, 2], [30, 40]],
    "V": [[1, 0], [0, 1], [1, 1]],
}
LABELS = {"query": ("Query 1", "Query 2"), "key": ("Key 1", "Key 2", "Key 3")}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="qk-norm",
    title="QK-norm",
    section="Taming scores",
    boxes=("score",),
    insight="With queries and keys of length 1, scores depend on directions alone, not on lengths.",
    papers=("Henry et al. 2020, arXiv:2010.04245", "Dehghani et al. 2023, arXiv:2302.05442"),
    inputs={
        "Q": Input(("query", "feature"), "queries"),
        "K": Input(("key", "feature"), "keys"),
        "V": Input(("key", "value"), "values"),
    },
    options={"gain": Option("Gain", 2.0, (0.5, 1.0, 2.0, 5.0, 10.0, 20.0))},
    presets={
        "giant": Preset("A long key", GIVEN, LABELS, note=NOTE),
        "short": Preset("The long key shortened", {**GIVEN, "K": [[1, 0], [0, 2], [0.3, 0.4]]}, LABELS, note=NOTE),
        "turned": Preset("A long key, opposite", {**GIVEN, "K": [[1, 0], [0, 2], [-30, -40]]}, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Give Key 1 more than half of the weight of Query 1, without making Key 1 longer than 1.",
            lambda trace: bool(
                np.linalg.norm(trace["K"].value[0]) <= 1 and trace["attention weights"].value[0, 0] > 0.5
            ),
            "Lengths do not count. In which direction does Query 1 point?",
            {"K": [[0.3, 0.4], [0, 2], [30, -40]]},
        ),
        Challenge(
            "Give one key more than 0.99 of the weight of Query 1.",
            lambda trace: bool(0.99 < trace["attention weights"].value[0].max() < 1),
            "No score passes the gain. Raise it, and turn the other keys away from that key’s direction.",
            {"K": [[1, 0], [0, -2], [30, 40]], "gain": 20.0},
        ),
    ),
    in_transformer="between the projections and the scores of some models, such as Gemma 3 and Qwen3.",
    related=("score-variance-scaling", "similarity-functions", "softcap"),
    run=run,
    picture=picture,
    said=said,
)
