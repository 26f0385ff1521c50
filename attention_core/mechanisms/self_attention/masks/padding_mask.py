"""The padding mask: sentences of unequal length in one rectangular batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attention_core.blocks.attention import attention_weights, project
from attention_core.blocks.masks import causal
from attention_core.engine.language import label_said, say, to_say
from attention_core.engine.ops import contract, rename
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Matrices, Picture
from attention_core.lesson.published_example import PUBLISHED
from attention_core.lesson.said import negated


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, real: Step, hidden: bool, ahead: bool) -> Step:
    """softmax(Q K^T / sqrt(d_k) at real keys, else -inf) V, for a batch. Attention: Vaswani et al. 2017, eq. 1."""
    Q, K, V = project(X, W_q, W_k, W_v)
    words = rename(real, "token", "key")
    past = causal(Q.axis("query"), K.axis("key"))
    if ahead and hidden:
        both = contract(words, past, to=("sentence", "query", "key"), name="both masks", symbol=r"B'")
        weights = attention_weights(Q, K, both)
    elif ahead:
        weights = attention_weights(Q, K, past)
    else:
        weights = attention_weights(Q, K, words if hidden else None)
    return contract(weights, V, over="key", name="output", symbol="O")


def said(trace: Trace) -> dict[str, Step | float]:
    """The weight that every query gives to padding, and whether padding is masked."""
    padding = negated(rename(trace["real"], "token", "key"))
    return {
        "on padding": contract(trace["attention weights"], padding, over="key"),
        "hidden": trace.options["hidden"],
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weight on padding without the mask, word by word; and the weights without and with it."""
    return padding_pictures(MECHANISM.again(trace, hidden=False), MECHANISM.again(trace, hidden=True))


GOLDEN = {
    **PUBLISHED,
    "X": [PUBLISHED["X"], [*PUBLISHED["X"][:2], [0] * 4]],
    "real": [[1, 1, 1], [1, 1, 0]],
}
LARGE_PADDING = {**GOLDEN, "X": [PUBLISHED["X"], [*PUBLISHED["X"][:2], [3, 0, 3, 0]]]}
ROWS = {"sentence": ("Long", "Short"), "token": ("Word 1", "Word 2", "Word 3")}
NOTE = "The tokens of R. Karim, “Illustrated: Self-Attention”, in a batch with a shorter sentence; scaled."


def weight_on_padding(trace: Trace) -> Array:
    """The weight on padding for every query that is no padding, in reading order; `real` is (sentence, token)."""
    real = trace["real"].value
    on_padding = trace["attention weights"].value @ (1 - real)[..., None]
    return np.asarray(on_padding[..., 0][real > 0])


def padding_pictures(without: Trace, masked: Trace, most: int = 24) -> tuple[Bars, Matrices]:
    """Each query's weight on words and on padding, without the mask; and the weights without and with it."""
    axes = without["real"].axes
    places = np.argwhere(without["real"].value)[:most]
    labels = (
        say(", ").join(label_said(axis.labels[i]) for axis, i in zip(axes, place, strict=True)) for place in places
    )
    shares = weight_on_padding(without)[:most]
    series = {say("to words"): tuple(map(float, 1 - shares)), say("to padding"): tuple(map(float, shares))}
    caption = say("Without the mask: the weights of every word.")
    bars = Bars(caption, tuple(labels), series, say("share of the weight"), stacked=True)
    both = ((say("without the mask"), without), (say("with the mask"), masked))
    tables = tuple(replace(trace["attention weights"], name=name) for name, trace in both)
    return bars, Matrices(say("The weights, without the mask and with it."), tables)


MECHANISM = Mechanism(
    key="padding-mask",
    title="Padding mask",
    section="Self-attention",
    family="Masks",
    boxes=("which keys",),
    insight="A padded row of zeros gets weight unless it is masked: its score is 0, not minus infinity.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762", to_say("engineering practice; no paper introduced it")),
    inputs={
        "X": Input(("sentence", "token", "model"), "input vectors"),
        "W_q": Input(("model", "feature"), "query weights"),
        "W_k": Input(("model", "feature"), "key weights"),
        "W_v": Input(("model", "value"), "value weights"),
        "real": Input(("sentence", "token"), "word or padding?", switch=True),
    },
    opens="masked scores",
    options={"hidden": Option("Mask the padding", True), "ahead": Option("Hide later words too", False)},
    presets={
        "padded": Preset("Three words and two", GOLDEN, ROWS, note=NOTE),
        "open": Preset("Without the mask", GOLDEN, ROWS, {"hidden": False}, NOTE),
        "loud": Preset("Large padding, no mask", LARGE_PADDING, ROWS, {"hidden": False}, NOTE),
    },
    challenges=(
        Challenge(
            "Let padding get more than half of the weight of some word.",
            lambda trace: bool(weight_on_padding(trace).max(initial=0) > 0.5),
            "Switch the mask off. Which padded row scores high with some query?",
            {**LARGE_PADDING, "hidden": False},
        ),
        Challenge(
            "Put a number of 100 or more into the padding, and leave every word’s output as it was.",
            lambda trace: bool(
                np.abs(trace["X"].value[trace["real"].value == 0]).max(initial=0) >= 100
                and not weight_on_padding(trace).any()
            ),
            "With the mask, the numbers of a padded row have no effect.",
            {**LARGE_PADDING, "X": [PUBLISHED["X"], [*PUBLISHED["X"][:2], [100, 0, -100, 0]]]},
        ),
    ),
    in_transformer="wherever texts of different lengths are computed in one batch.",
    related=("attention-pooling",),
    run=run,
    picture=picture,
    said=said,
)
