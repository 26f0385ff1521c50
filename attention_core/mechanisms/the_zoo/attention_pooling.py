"""Attention pooling: a learned query, the same for every sentence, and one vector in place of the sentence."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.layers import affine
from attention_core.blocks.measures import redundancy
from attention_core.engine.language import say
from attention_core.engine.ops import contract, mean, softmax, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arrows, Matrices, Picture, distinct
from attention_core.mechanisms.query_plane import project_on_query


def run(H: Step, W: Step, b: Step, u: Step, W_s2: Step, questions: str) -> tuple[Step, ...]:
    """sum_t a_t h_t, a = softmax(u . tanh(W h_t + b)). Yang et al. 2016, eqs. 5 to 7.

    Several questions: A = softmax(W_s2 tanh(W H^T)), M = A H, |A A^T - I|^2. Lin et al. 2017, eqs. 6 to 8.
    """
    if questions == "one":
        weights, plain, output = pooled(H, W, b, u, "a", "s")
        return plain, output
    weights, plain, output = pooled(H, W, None, W_s2, "A", "M")
    return plain, redundancy(weights, "hop"), output


def pooled(H: Step, W: Step, b: Step | None, query: Step, *symbols: str) -> tuple[Step, Step, Step]:
    """Attention weights, the plain mean of H (key, feature), and the weighted one.

    query: one (hidden), or several (hop, hidden). symbols: of the weights and of the weighted mean.
    """
    hidden = tanh(affine((W, H), bias=b), name="hidden units", symbol="U")
    scores = contract(query, hidden, over="hidden", name="scores", symbol="e")
    weights = softmax(scores, along="key", name="attention weights", symbol=symbols[0])
    plain = mean(H, over="key", name="plain mean", symbol=r"\bar h")
    return weights, plain, contract(weights, H, over="key", name="output", symbol=symbols[1])


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The learned query among the hidden units of two texts; or the weights of several queries and their overlap."""
    if "overlap" in trace:
        return (
            Matrices(say("What each question reads, and how alike."), (trace["attention weights"], trace["overlap"])),
        )
    caption = say("The query u, and the words it is compared with, with their weights.")
    return (Arrows(caption, question_arrows(MECHANISM, trace, "H")),)


GOOD = [1, 0, 0.5]
AND = [0, 1, -0.5]
CHEAP = [0.5, 0.5, 2]
TOO = [-1, 0.3, 0]
NOT = [-0.5, 1, -1]
FIXED = {
    "W": [[0.5, 0, 1], [0, 1, -0.5]],
    "b": [0.1, -0.1],
    "u": [1.5, 0.5],
    "W_s2": [[1.5, 0.5], [-0.5, 1]],
}
FIRST = {"H": [GOOD, AND, CHEAP, TOO], **FIXED}
OTHER = {"H": [NOT, TOO, GOOD], **FIXED}
WORDS = {"key": ("good", "and", "cheap", "too")}
SHORT = {"key": ("not", "too", "good")}
NOTE = "Made-up numbers; nothing was trained, and no word means anything here."


def question_arrows(mechanism: Mechanism, trace: Trace, text: str) -> dict[str, dict[str, tuple[float, ...]]]:
    """Arrows in the hidden space, for the trace and for another text: the query u, and the words' hidden units.

    text: the input with a row for each word; the other text is that of the first preset in which it differs.
    """
    panels = {say("this text"): _arrows(trace)}
    given = {name: trace[name].value for name in mechanism.inputs}
    for preset in mechanism.presets.values():
        other = np.array(preset.inputs[text])
        if other.shape[1:] == given[text].shape[1:] and not np.array_equal(other, given[text]):
            return panels | {say("another"): _arrows(mechanism.trace({**given, text: other}, preset.labels))}
    return panels


def _arrows(trace: Trace, most: int = 8) -> dict[str, tuple[float, ...]]:
    """u, and the words with the largest weights; a hidden space that is no plane is projected onto the plane of u."""
    u = trace["u"].value
    hidden = trace["hidden units"].value
    weights = trace["attention weights"]
    vectors = np.vstack([u, hidden])
    tips = (vectors if len(u) == 2 else project_on_query(u, vectors)).tolist()
    named = [f"{word} {share:.2f}" for word, share in zip(weights.axes[0].labels, weights.value, strict=True)]
    words = dict(zip(distinct(named), map(tuple, tips[1:]), strict=True))
    kept = {list(words)[n] for n in np.argsort(-weights.value, kind="stable")[:most]}
    return {"u": tuple(tips[0])} | {name: tip for name, tip in words.items() if name in kept}


MECHANISM = Mechanism(
    key="attention-pooling",
    title="Attention pooling",
    section="The zoo",
    boxes=("who asks", "read"),
    insight="The query is a learned parameter: the same for every sentence.",
    papers=("Yang et al. 2016, NAACL", "Lin et al. 2017, arXiv:1703.03130"),
    inputs={
        "H": Input(("key", "feature"), "states of the words"),
        "W": Input(("hidden", "feature"), "hidden weights"),
        "b": Input(("hidden",), "hidden bias"),
        "u": Input(("hidden",), "the learned query"),
        "W_s2": Input(("hop", "hidden"), "several queries"),
    },
    options={"questions": Option("Queries", "one", ("one", "several"))},
    presets={
        "one": Preset("Good and cheap too", FIRST, WORDS, note=NOTE),
        "other": Preset("Not too good", OTHER, SHORT, note=NOTE),
        "zero": Preset("A query of zeros", {**FIRST, "u": [0, 0]}, WORDS, note=NOTE),
        "several": Preset("Several queries", FIRST, WORDS, {"questions": "several"}, NOTE),
    },
    challenges=(
        Challenge(
            "Turn the query u: let the second word have a larger weight than all the others together.",
            lambda trace: bool((np.atleast_2d(trace["attention weights"].value)[0, 1:2] > 0.5).any()),
            "In the hidden plane the second word lies up and to the left. Let u point there, and make it long.",
            {"u": [-2, 3]},
        ),
        Challenge(
            "With several queries: bring the penalty below 0.1.",
            lambda trace: "penalty" in trace and bool(trace["penalty"].value < 0.1),
            "Each query should read one word alone, and no two the same. Large numbers make sharp weights.",
            {"questions": "several", "W_s2": [[30, 0], [0, 30]]},
        ),
    ),
    in_transformer=(
        "the last layer of some encoders, where a learned query reads all tokens; others take the "
        "mean or one special token."
    ),
    related=("additive-attention", "han"),
    run=run,
    picture=picture,
)
