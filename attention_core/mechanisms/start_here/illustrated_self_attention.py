"""The worked three-token example of self-attention."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import attention_weights, project
from attention_core.blocks.masks import causal
from attention_core.engine.language import say
from attention_core.engine.ops import absolute, contract, largest, subtract, sum_over, swap_axes
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Matrices
from attention_core.lesson.published_example import PRINTED_WEIGHTS, PUBLISHED, TOKENS
from attention_core.lesson.said import below


def run(X: Step, W_k: Step, W_q: Step, W_v: Step, scaled: bool, masked: bool) -> Step:
    """softmax(Q K^T) V with Q = X W_q, K = X W_k, V = X W_v; Vaswani et al. 2017 divide the scores by sqrt(d_k)."""
    Q, K, V = project(X, W_q, W_k, W_v)
    visible = causal(Q.axis("query"), K.axis("key")) if masked else None
    weights = attention_weights(Q, K, visible, factor=None if scaled else 1.0)
    weighted = contract(weights, V, name="weighted values", symbol="P")
    return sum_over(weighted, over="key", name="output", symbol="O")


def said(trace: Trace) -> dict[str, Step | float]:
    """Whether the table of scores is symmetric, and whether later tokens are hidden."""
    scores = trace["scores"]
    off = absolute(subtract(scores, swap_axes(scores, "query", "key")))
    return {
        "symmetric": below(largest(largest(off, "key"), "query"), 1e-9),
        "masked": trace.options["masked"],
    }


def picture(trace: Trace) -> tuple[Matrices, ...]:
    """The output with the weights rounded as in the article, beside the exact ones, and the error of rounding."""
    plain = MECHANISM.again(trace, scaled=False, masked=False)  # the article hides nothing
    scaled = MECHANISM.again(trace, scaled=True, masked=False)
    found = {"exact": plain.output, "exact, scaled": scaled.output}
    exact, divided = (source(name, step.value, step.axes, step.symbol) for name, step in found.items())
    if not all(np.array_equal(trace[name].value, PUBLISHED[name]) for name in PUBLISHED):
        change = subtract(divided, exact, name="what scaling changes", symbol=r"\Delta")
        return (
            Matrices(say("Your numbers without a mask, not divided and divided by √dₖ."), (exact, divided, change)),
        )
    weights = source("weights as printed", PRINTED_WEIGHTS, plain["attention weights"].axes, r"\hat A")
    printed = contract(weights, plain["values"], over="key", name="output as printed", symbol=r"\hat O")
    error = subtract(printed, exact, name="error of the print", symbol=r"\Delta")
    return (
        Matrices(say("The article rounded the weights first; the formula does not."), (printed, exact, error, divided)),
    )


BANK = {
    "X": [[0, 0, 0, 1], [2, 0, 1, 0], [1, 1, 1, 0], [1, 0, 0, 1]],
    "W_q": [[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]],
    "W_k": [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]],
    "W_v": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]],
}
BANK_WORDS = {
    "token": ("the", "river", "bank", "flooded"),
    "model": ("water", "money", "place", "other"),
    "feature": ("water", "money", "other"),
    "value": ("water", "money", "place"),
}
BANK_NOTE = (
    "Made-up numbers; nothing was trained. The row of “bank” holds as much water as money. Its output holds more "
    "water, because it reads “river”. Give “river” the row 0, 2, 1, 0, and the output of “bank” holds more money."
)
NOTE = "Inputs as printed in R. Karim, “Illustrated: Self-Attention”."

MECHANISM = Mechanism(
    key="illustrated-self-attention",
    title="The worked example",
    section="Start here",
    insight="Each output is a mixture of the values; query and keys decide the shares.",
    boxes=("who asks", "read"),
    papers=("Vaswani et al. 2017, arXiv:1706.03762", "R. Karim 2019, “Illustrated: Self-Attention”"),
    inputs={
        "X": Input(("token", "model"), "input vectors"),
        "W_k": Input(("model", "feature"), "key weights"),
        "W_q": Input(("model", "feature"), "query weights"),
        "W_v": Input(("model", "value"), "value weights"),
    },
    options={"scaled": Option("Divide scores by √dₖ", False), "masked": Option("Hide later tokens", False)},
    presets={
        "published": Preset("As published", PUBLISHED, TOKENS, note=NOTE),
        "scaled": Preset("Scaled by √d", PUBLISHED, TOKENS, {"scaled": True}, NOTE),
        "causal": Preset("Causal", PUBLISHED, TOKENS, {"masked": True}, NOTE),
        "words": Preset("The river bank", BANK, BANK_WORDS, note=BANK_NOTE),
    },
    challenges=(
        Challenge(
            "Make Input 1 attend to itself more than to all others together.",
            lambda trace: bool(trace["attention weights"].value[0, 0] > 0.5),
            "Its own score must be the largest: see which numbers of X the first query and the first key are made of.",
            {"X": [[10, 0, 10, 0], [0, 2, 0, 2], [1, 1, 1, 1]]},
        ),
        Challenge(
            "Without changing X or the value weights, give every token the same output row (to two decimals).",
            lambda trace: bool(
                np.ptp(trace.output.value, 0).max() < 0.005 < 0.5 < np.ptp(trace["values"].value, 0).max()
            ),
            "Equal rows of weights give equal outputs: which scores make every row of weights the same?",
            {"W_q": np.zeros((4, 3))},
        ),
    ),
    in_transformer=(
        "what one head of a self-attention layer computes; a layer also divides the scores by √dₖ and has many heads."
    ),
    related=("scaled-dot-product-attention", "qkv-self-attention"),
    run=run,
    picture=picture,
    said=said,
)
