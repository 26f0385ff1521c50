"""Key-value attention: keys decide the weights, values what is averaged; and attention with K = V."""

from __future__ import annotations

import numpy as np

from attention_core.engine.language import say
from attention_core.engine.ops import contract, largest, rename, scale, softmax, subtract, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, rows, strongest_rows
from attention_core.lesson.said import below

WEIGHTS = "attention weights"


def run(q: Step, K: Step, V: Step, glued: bool) -> tuple[Step, ...]:
    """softmax(K q) V, and the same sum without softmax. Miller et al. 2016; Daniluk et al. 2017, section 2."""
    values = rename(K, "feature", "value") if glued else V
    scores = contract(q, K, over="feature", name="scores", symbol="s")
    literal = contract(scores, values, over="key", name="scores as weights", symbol=r"\tilde o")
    weights = softmax(scores, along="key", name=WEIGHTS, symbol="a")
    return literal, contract(weights, values, over="key", name="output", symbol="o")


def said(trace: Trace) -> dict[str, Step | float]:
    """The sum of the scores, which are below 0, and whether all are equal."""
    scores = trace["scores"]
    negative = below(scores, 0.0)
    return {
        "glued": trace.options["glued"],
        "score sum": sum_over(scores, over="key"),
        "negative": negative,
        "a score is negative": largest(negative, "key"),
        "scores equal": below(subtract(largest(scores, "key"), scale(largest(scale(scores, -1), "key"), -1)), 1e-9),
    }


def picture(trace: Trace) -> tuple[Bars, ...]:
    """Weights and output as they are, with all keys negated, and with all values negated."""
    given = {step.name: step.value for step in trace.inputs}
    with_values = say("keys, and so values, negated") if trace.options["glued"] else say("keys negated")
    traces = {say("as it is"): trace, with_values: MECHANISM.trace({**given, "K": -given["K"]}, **trace.options)}
    if not trace.options["glued"]:
        traces[say("values negated")] = MECHANISM.trace({**given, "V": -given["V"]}, **trace.options)
    table = np.transpose([each[WEIGHTS].value for each in traces.values()])
    keys, weights = strongest_rows(trace[WEIGHTS].axis("key").labels, table, 24)
    where = Bars(say("Where it reads: the weights."), keys, rows(traces, weights.T), say("weight"))
    outputs = [each.output.value[:24] for each in traces.values()]
    columns = tuple(say("value {label}", label=label) for label in trace.output.axis("value").labels[:24])
    return where, Bars(say("What it reads: the output."), columns, rows(traces, outputs), "output")


GOLDEN = {
    "q": [1, -1],
    "K": [[1, 0], [0, 1], [0.5, -1]],
    "V": [[10, 0, 1], [0, 10, 2], [5, 5, 3]],
}
KEYS = {"key": ("Key 1", "Key 2", "Key 3")}
NOTE = "Made-up numbers; keys and values differ in width on purpose."

MECHANISM: Mechanism = Mechanism(
    key="key-value-attention",
    title="Keys and values",
    section="Scores and weights",
    family="Looking things up",
    boxes=("read",),
    insight="Keys decide how much of each entry is read, values what is read; with K = V the answer is made of keys.",
    papers=("Miller et al. 2016, arXiv:1606.03126", "Daniluk et al. 2017, arXiv:1702.04521"),
    inputs={
        "q": Input(("feature",), "what is asked"),
        "K": Input(("key", "feature"), "what entries are matched by"),
        "V": Input(("key", "value"), "what entries hold"),
    },
    options={"glued": Option("Values are the keys (K = V)", False)},
    presets={
        "three": Preset("Three pairs", GOLDEN, KEYS, note=NOTE),
        "glued": Preset("Values are keys", GOLDEN, KEYS, {"glued": True}, NOTE),
        "equal": Preset("Equal keys", {**GOLDEN, "K": [[1, 0]] * 3}, KEYS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Make every number of the output larger than 20 and leave every weight exactly as it was.",
            lambda t: (
                bool(t.output.value.min() > 20) and np.array_equal(t[WEIGHTS].value, MECHANISM.trace()[WEIGHTS].value)
            ),
            "On which of the two tables do the weights not depend?",
            {"V": [[30, 30, 30], [30, 30, 30], [30, 30, 30]]},
        ),
        Challenge(
            "Without making all values 0, find keys for which scores as weights give the same as the real weights.",
            lambda t: bool(t["V"].value.any() and np.allclose(t["scores as weights"].value, t.output.value, 0, 1e-6)),
            "When are scores already shares? Three equal ones would have to be a third each.",
            {"K": [[1 / 3, 0], [1 / 3, 0], [1 / 3, 0]]},
        ),
    ),
    in_transformer="keys and values are made from the same tokens by two different matrices, in every attention layer.",
    related=("scaled-dot-product-attention", "cross-attention"),
    run=run,
    picture=picture,
    said=said,
)
