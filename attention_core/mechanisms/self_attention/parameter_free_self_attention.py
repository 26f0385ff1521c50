"""Self-attention without parameters: tokens attend to each other by the vectors they already have."""

from __future__ import annotations

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import contract, divide, largest, rename, softmax, sum_over
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.bark_sentence import AXES, EMBEDDING, TOKENS, focus_position
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Matrices, Picture, weight_arcs
from attention_core.lesson.said import leading


def run(X: Step, normaliser: str) -> Step:
    """softmax(X X^T) X, or every score over its row's sum. After Cheng, Dong and Lapata 2016, who learn weights."""
    queries = rename(X, "token", "query")
    keys = rename(X, "token", "key")
    scores = contract(queries, keys, over="feature", name="scores", symbol="S")
    weights = softmax(scores, "key", "attention weights", "A") if normaliser == "softmax" else divided_by_sum(scores)
    return contract(weights, keys, over="key", name="output", symbol="Y")


def divided_by_sum(scores: Step) -> Step:
    """Every score over the sum of its row. Raises InputError unless that sum is above 0."""
    sums = sum_over(scores, over="key", name="row sums", symbol="s")
    for query in np.flatnonzero(sums.value <= 0)[:1]:
        message = say("its scores add up to {sums:.4g}, and there are no shares of that", sums=sums.value[query])
        raise InputError("X", sums.axes[0].at(query), message)
    return divide(scores, sums, name="attention weights", symbol="A")


def said(trace: Trace) -> dict[str, Step | float]:
    """The largest weight of every word and where it is, and which way weights are made."""
    weights = trace["attention weights"]
    return {
        "most": leading(weights, "key"),
        "largest": largest(weights, "key"),
        "softmax": trace.options["normaliser"] == "softmax",
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """One word's weights as lines; and the outputs of the sentence in reverse order, which are the same rows."""
    weights = trace["attention weights"]
    Y = trace.output
    words = trace["X"].axis("token").labels
    n = focus_position(words)
    arcs = weight_arcs(
        say("The weights of “{words}”: similarity counts, position does not.", words=words[n]), weights, (n,)
    )
    labels = {"token": words[::-1], "feature": Y.axis("feature").labels}
    backwards = MECHANISM.trace({"X": trace["X"].value[::-1]}, labels, **trace.options).output
    again = source("read backwards", backwards.value, backwards.axes, r"\overleftarrow Y")
    return arcs, Matrices(say("Every word has the same output row in either order."), (Y, again))


LABELS = {"token": TOKENS, "feature": AXES}
SHUFFLE = (8, 0, 5, 3, 1, 2, 4, 6, 7)
SHUFFLED = {"X": [EMBEDDING[n] for n in SHUFFLE]}
SHUFFLED_LABELS = {**LABELS, "token": tuple(TOKENS[n] for n in SHUFFLE)}
NOTE = "Made-up embedding: six columns with names, so that each word can be read off its row."

MECHANISM = Mechanism(
    key="parameter-free-self-attention",
    title="Self-attention without parameters",
    section="Self-attention",
    insight="Without weight matrices each word attends to words like itself, and the order of the words has no effect.",
    boxes=("who asks",),
    papers=("Cheng, Dong and Lapata 2016, arXiv:1601.06733",),
    inputs={"X": Input(("token", "feature"), "embeddings")},
    options={"normaliser": Option("Normalise by", "softmax", ("softmax", "the sum"))},
    presets={
        "bark": Preset("A sentence", {"X": EMBEDDING}, LABELS, note=NOTE),
        "sum": Preset("Divided by the sum", {"X": EMBEDDING}, LABELS, {"normaliser": "the sum"}, NOTE),
        "shuffled": Preset("Words shuffled", SHUFFLED, SHUFFLED_LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Let the sixth word give the first word more weight than it gives itself.",
            lambda trace: bool(np.diff(trace["attention weights"].value[5:6, :6:5]).min(initial=0.0) < 0),
            "Without parameters a word’s score with itself is its squared length. Only a longer vector can score more.",
            {"X": [[2, 1, 1, 0, 0, 0], *EMBEDDING[1:]]},
        ),
        Challenge(
            "Tell the two “is” apart: some number of their outputs differs by more than 0.1.",
            lambda trace: bool((abs(np.diff(trace.output.value[1:7:5], axis=0)) > 0.1).any()),
            "Positions have no effect here, so equal rows stay equal. The rows themselves must differ.",
            {"X": [*EMBEDDING[:6], [0, 0, 0, 0, 1, 1], *EMBEDDING[7:]]},
        ),
    ),
    in_transformer="nowhere as it is; a self-attention layer adds matrices for queries, keys and values.",
    related=("qkv-self-attention", "sinusoidal-positional-encoding"),
    run=run,
    picture=picture,
    said=said,
)
