"""Scoring functions: the same queries, keys and values under seven scores."""

from __future__ import annotations

from attention_core.blocks.scores import SCORES
from attention_core.engine.language import say
from attention_core.engine.ops import contract, softmax
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Sum
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, first_query_bars

# What these are given is compared by learned weights; the others compare numbers side by side.
LEARNED = ("additive", "bilinear", "projected")


def run(Q: Step, K: Step, V: Step, U_add: Step, W_add: Step, v_add: Step, W_bilinear: Step, score: str) -> Step:
    """softmax(score(q, k)) V under the score chosen. Bahdanau, Cho and Bengio 2014; Luong, Pham and Manning 2015."""
    learned = {"additive": (U_add, W_add, v_add), "projected": (U_add, W_add), "bilinear": (W_bilinear,)}
    weights = softmax(SCORES[score](Q, K, *learned.get(score, ())), along="key", name="attention weights", symbol="A")
    return contract(weights, V, over="key", name="output", symbol="O")


def said(trace: Trace) -> dict[str, Step | float]:
    """How many learned numbers the scores have, and the widths that decide it."""
    query, key = trace["Q"].size("query feature"), trace["K"].size("key feature")
    hidden = trace["v_add"].size("hidden")
    return {
        "query width": query,
        "key width": key,
        "hidden width": hidden,
        "bilinear numbers": query * key,
        "projected numbers": hidden * (query + key),
        "additive numbers": hidden * (query + key + 1),
    }


def _weights(trace: Trace) -> dict[str, Array]:
    """The weights of the first query, under each score that these numbers allow."""
    return {score: each["attention weights"].value[0] for score, each in MECHANISM.under(trace, "score").items()}


def picture(trace: Trace) -> tuple[Bars, ...]:
    """The first query's weights on its strongest keys, under each score."""
    caption = say("The weights of the first query under each score.")
    return (first_query_bars(caption, MECHANISM.under(trace, "score")),)


LABELS = {"query": ("Query 1",), "key": ("Key 1", "Key 2", "Key 3")}
KEYS = [[1, 0], [0, 2], [1, -1]]
ADD = {
    "U_add": [[0.5, 0], [0, 1], [-0.5, 0.5]],
    "W_add": [[1, 0], [0, 0.5], [0.5, 0.5]],
    "v_add": [1, 0.5, -1],
}
THREE = {
    "Q": [[0.5, 1]],
    "K": KEYS,
    "V": KEYS,
    **ADD,
    "W_bilinear": [[1, 0], [-0.5, 1]],
}
WIDER = {
    "U_add": [[0.5, 0, 0.5], [0, 1, 0], [-0.5, 0.5, 1]],
    "W_bilinear": [[1, 0, 0.5], [-0.5, 1, 0]],
}
FOUR_KEYS = {
    "K": [[1, 0, 1], [0, 1, -1], [2, 1, 0], [-1, 0.5, 0.5]],
    "V": [[1, 0], [0, 1], [1, 1], [2, -1]],
}
FOUR_ADD = {
    "U_add": [[0.5, 0, 0], [0, 0.5, -0.5]],
    "W_add": [[1, 0, 0.5], [0, 1, 0]],
    "v_add": [1, -1],
}
FOUR = {
    "Q": [[1, 2, -1]],
    **FOUR_KEYS,
    **FOUR_ADD,
    "W_bilinear": [[1, 0, -0.5], [0, 0.5, 0], [0.5, 0, 1]],
}
NOTE = "Made-up numbers; in the presets with three keys, the keys are their own values."

MECHANISM = Mechanism(
    key="scoring-functions",
    title="Seven scoring functions",
    section="Scores and weights",
    family="Scoring functions",
    boxes=("score",),
    insight="Another score gives the same vectors other weights; softmax and average stay the same.",
    papers=("Bahdanau, Cho and Bengio 2014, arXiv:1409.0473", "Luong, Pham and Manning 2015, arXiv:1508.04025"),
    inputs={
        "Q": Input(("query", "query feature"), "queries"),
        "K": Input(("key", "key feature"), "keys"),
        "V": Input(("key", "value"), "values"),
        "U_add": Input(("hidden", "query feature"), "query weights"),
        "W_add": Input(("hidden", "key feature"), "key weights"),
        "v_add": Input(("hidden",), "score weights"),
        "W_bilinear": Input(("key feature", "query feature"), "bilinear weights"),
    },
    options={"score": Option("Score", "additive", tuple(SCORES))},
    presets={
        "three": Preset("Three keys", THREE, LABELS, note=NOTE),
        "wide": Preset("A wider query", {**THREE, "Q": [[0.5, 1, -0.5]], **WIDER}, LABELS, {"score": "bilinear"}, NOTE),
        "four": Preset("Four keys", FOUR, {"key": ("Key 1", "Key 2", "Key 3", "Key 4")}, {"score": "dot"}, NOTE),
    },
    challenges=(
        Challenge(
            "Turn the query so that every score gives the same key the largest weight.",
            lambda trace: len({weights.argmax() for weights in _weights(trace).values()}) == 1,
            "The additive score is highest for Key 3. Turn the query until the other scores do so too.",
            {"Q": [[1, -1]]},
        ),
        Challenge(
            "Change the length of one key so that dot and cosine give different keys the largest weight.",
            lambda trace: len({w.argmax() for score, w in _weights(trace).items() if score in ("dot", "cosine")}) == 2,
            "Cosine does not depend on lengths. Which key would have the largest dot product if it were longer?",
            {"K": [[8, 0], [0, 2], [1, -1]]},
        ),
    ),
    constraints=(Sum("key feature", ("query feature",), when=lambda known: known["score"] not in LEARNED),),
    in_transformer="the scaled dot product; the other scores are rare there.",
    related=("scaled-dot-product-attention", "luong-global-attention"),
    run=run,
    picture=picture,
    said=said,
)
