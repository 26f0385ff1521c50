"""Attention weights from elsewhere: looked at, made to sum to 1 if wanted, and used on values."""

from __future__ import annotations

import numpy as np

from attention_core.engine.language import say
from attention_core.engine.ops import contract, divide, largest, softmax, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arcs, Bars, rows, weight_arcs

AS_GIVEN, BY_THE_SUM, SOFTMAX = "use as weights", "divide by the row’s sum", "softmax"


def run(G: Step, V: Step, rows_are: str) -> tuple[Step, ...]:
    """A V, where A is G, or G with each row divided by its sum, or softmax(G). Vaswani et al. 2017, eq. 1."""
    sums = sum_over(G, over="key", name="row sums", symbol="z")
    weights = _weights(G, sums, rows_are)
    strongest = largest(weights, along="key", name="largest weights", symbol="m")
    return sums, strongest, contract(weights, V, over="key", name="output", symbol="O")


def _weights(G: Step, sums: Step, rows_are: str) -> Step:
    if rows_are == SOFTMAX:
        return softmax(G, along="key", name="attention weights", symbol="A")
    return divide(G, sums, name="attention weights", symbol="A") if rows_are == BY_THE_SUM else G


def picture(trace: Trace) -> tuple[Arcs | Bars, ...]:
    """The weights as lines from queries to keys, and as bars."""
    weights = trace["attention weights"] if "attention weights" in trace else trace["G"]
    keys = weights.axis("key").labels
    bars = Bars(
        say("The weights of each query."), keys, rows(weights.axis("query").labels, weights.value), say("weight")
    )
    return weight_arcs(say("A line from each query to each key, as strong as its weight."), weights), bars


def _all_alike(trace: Trace) -> bool:
    return trace.options["rows_are"] == SOFTMAX and bool(np.ptp(trace["attention weights"].value) < 1e-9)


WORDS = ("The", "dog", "barks", "loudly")
MAP: list[list[float]] = [[1, 0, 0, 0], [0.4, 0.6, 0, 0], [0.1, 0.7, 0.2, 0], [0.05, 0.15, 0.6, 0.2]]
COUNTS = [[4, 0, 0, 0], [2, 3, 0, 0], [1, 7, 2, 0], [1, 3, 12, 4]]
SCORES = [[2, -1, 0, 0], [0.5, 1, -2, 0], [-1, 3, 1, 0], [0, 1, 2.5, 1]]
VALUES = [[1, 0], [0, 1], [2, 2], [-1, 1]]
COUNTED = {"G": COUNTS, "V": VALUES}
LABELS = {"query": WORDS, "key": WORDS}
NOTE = "Made-up numbers in the place of yours: paste a table into G."

MECHANISM = Mechanism(
    key="own-weights",
    title="Your own attention weights",
    section="Scores and weights",
    boxes=("normalise", "read"),
    insight="A table of weights from any program can be checked here: does each row sum to 1, and what does it read?",
    in_transformer="the weights of one head in one layer; take them from a model and bring them here.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762",),
    inputs={"G": Input(("query", "key"), "weights or scores from elsewhere"), "V": Input(("key", "value"), "values")},
    options={"rows_are": Option("Each row of G", AS_GIVEN, (AS_GIVEN, BY_THE_SUM, SOFTMAX))},
    presets={
        "weights": Preset("Weights of four words", {"G": MAP, "V": VALUES}, LABELS, note=NOTE),
        "counts": Preset("Counts, divided by their sum", COUNTED, LABELS, {"rows_are": BY_THE_SUM}, NOTE),
        "scores": Preset("Scores, through softmax", {"G": SCORES, "V": VALUES}, LABELS, {"rows_are": SOFTMAX}, NOTE),
    },
    challenges=(
        Challenge(
            "Make a row of G sum to 2, so that its output row is twice a mean of the values.",
            lambda trace: bool((abs(trace["row sums"].value - 2) < 0.005).any()),
            "Nothing here forces a row to sum to 1 while G is used as it is. Double every number of one row.",
            {"G": [[2, 0, 0, 0], *MAP[1:]]},
        ),
        Challenge(
            "With softmax, let every query give each key the same weight.",
            _all_alike,
            "Softmax depends only on differences within a row.",
            {"G": np.ones((4, 4)), "rows_are": SOFTMAX},
        ),
    ),
    run=run,
    picture=picture,
)  # fmt: skip
