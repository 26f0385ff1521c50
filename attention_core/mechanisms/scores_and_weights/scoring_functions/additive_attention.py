"""Additive attention: a small network scores every pair of query and key."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.scores import additive, dot, scaled_dot
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import absolute, contract, exp, minimum, scale, softmax, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.pictures import Bars, rows


def run(Q: Step, K: Step, V: Step, U_add: Step, W_add: Step, v_add: Step) -> Step:
    """softmax(v . tanh(U q + W k)) V, with column vectors q and k. Bahdanau, Cho and Bengio 2014, appendix A.1.2."""
    weights = softmax(additive(Q, K, U_add, W_add, v_add), along="key", name="attention weights", symbol="A")
    return contract(weights, V, over="key", name="output", symbol="O")


def said(trace: Trace) -> dict[str, Step | float]:
    """The size that no score passes, and how many times as large as another of its row a weight can be."""
    bound = sum_over(absolute(trace["v_add"]), over="hidden")
    return {"bound": bound, "largest ratio": exp(minimum(scale(bound, 2.0), 700.0))}


def picture(trace: Trace) -> tuple[Bars, ...]:
    """The weights under additive scores, and under dot products where the widths allow them."""
    weights = trace["attention weights"]
    Q = trace["Q"]
    K = trace["K"]
    series = {say("additive"): weights.value[0]}
    if Q.value.shape[1] == K.value.shape[1]:
        for name, score in ((say("dot product"), dot), (say("scaled dot product"), scaled_dot)):
            series[name] = softmax(score(Q, K), along="key").value[0]
    first = weights.axis("query").labels[0]
    keys = weights.axis("key").labels
    caption = say("The weights of {first} under additive scores and under dot products.", first=label_said(first))
    return (Bars(caption, keys, rows(series, series.values()), say("attention weight")),)


KEYS = [[1, 0], [0, 2], [1, -1]]
WEIGHTS = {
    "U_add": [[0.5, 0], [0, 1], [-0.5, 0.5]],
    "W_add": [[1, 0], [0, 0.5], [0.5, 0.5]],
    "v_add": [1, 0.5, -1],
}
ONE = {"Q": [[0.5, 1]], "K": KEYS, "V": KEYS, **WEIGHTS}
TWO = {
    **ONE,
    "Q": [[0.5, 1], [-1, 2]],
}
LABELS = {"key": ("Key 1", "Key 2", "Key 3")}
NOTE = "Made-up numbers; the keys are their own values, as in the first papers."

MECHANISM = Mechanism(
    key="additive-attention",
    title="Additive attention",
    section="Scores and weights",
    insight="A score need not be a dot product: a small network can score every pair of query and key.",
    boxes=("score",),
    family="Scoring functions",
    papers=("Bahdanau, Cho and Bengio 2014, arXiv:1409.0473", "Luong, Pham and Manning 2015, arXiv:1508.04025"),
    inputs={
        "Q": Input(("query", "query feature"), "queries"),
        "K": Input(("key", "key feature"), "keys"),
        "V": Input(("key", "value"), "values"),
        "U_add": Input(("hidden", "query feature"), "query weights"),
        "W_add": Input(("hidden", "key feature"), "key weights"),
        "v_add": Input(("hidden",), "score weights"),
    },
    presets={
        "one": Preset("One query", ONE, {"query": ("Query 1",), **LABELS}, note=NOTE),
        "two": Preset("Two queries", TWO, {"query": ("Query 1", "Query 2"), **LABELS}, note=NOTE),
    },
    challenges=(
        Challenge(
            "Make the scores independent of the query: every row of U zero, and the largest weight on Key 1.",
            lambda trace: bool(not trace["U_add"].value.any() and trace["attention weights"].value[0].argmax() == 0),
            "With U at zero the scores depend on the keys alone; choose v so that Key 1 scores highest.",
            {"U_add": np.zeros((3, 2)), "v_add": [1, 0, 1]},
        ),
        Challenge(
            "Push one score of Query 1 to within 0.05 of the largest value it could ever have.",
            lambda trace: bool(trace["scores"].value[0].max() > np.abs(trace["v_add"].value).sum() - 0.05),
            "tanh never passes 1, so no score passes the sum of |v|. Drive each unit to the sign of its number in v.",
            {"U_add": [[100, 0], [100, 0], [-100, 0]]},
        ),
    ),
    in_transformer=(
        "nowhere; the scaled dot product took its place, since one matrix product computes all of its scores."
    ),
    related=("bahdanau-attention", "scaled-dot-product-attention"),
    run=run,
    picture=picture,
    said=said,
)
