"""ABCNN-3: one attention matrix between two sentences before the convolution, and another one after it."""

from __future__ import annotations

import numpy as np

from attention_core.engine.step import Step
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset

from .sentence_pairs import (
    B_INPUT,
    DISTANCE,
    F_0,
    F_INPUTS,
    LABELS,
    NOTE,
    PAPERS,
    SAME_WORDS,
    SENTENCES,
    TWICE,
    TWO_CHANNELS,
    TWO_MAPS,
    W_INPUTS,
    attention_channels,
    attention_matrix,
    cosine_of_means,
    pictures,
    pooled_words,
    wide_convolution,
    window_weights,
)


def run(F_0: Step, F_1: Step, W_0: Step, W_1: Step, K: Step, b: Step, distance: bool) -> Step:
    """Both: A of the words is a channel, A' of its windows weighs those. Yin et al. 2016, section 4."""
    A = attention_matrix((F_0, F_1), "word", "A", distance)
    convolved = wide_convolution(attention_channels((F_0, F_1), (W_0, W_1), A, K.axis("channel")), K, b)
    again = attention_matrix(convolved, "window", "A'", distance)
    return cosine_of_means(pooled_words(convolved, (F_0, F_1), K.size("word offset"), window_weights(again)))


GOLDEN = {**SENTENCES, **TWO_MAPS}

MECHANISM = Mechanism(
    key="abcnn-3",
    title="ABCNN-3: before and after",
    section="The zoo",
    family="ABCNN",
    boxes=("score", "read"),
    opens="window attention",
    insight="Attention at two places: between words before the convolution, and between windows after it.",
    papers=PAPERS,
    inputs={**F_INPUTS, **W_INPUTS, "K": Input(("filter", "channel", "feature", "word offset"), "kernels"), **B_INPUT},
    options=DISTANCE,
    presets={
        "pair": Preset("Two sentences", GOLDEN, LABELS, note=NOTE),
        "twice": Preset("The same one twice", TWICE, SAME_WORDS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Keep the left sentence, and bring the cosine above 0.9.",
            lambda t: bool(np.array_equal(t["F_0"].value, F_0) and t.output.value > 0.9),
            "Change the third right word.",
            {"F_1": [[0.9, 0.3, 0.9, -0.9], [0.1, -0.6, -0.5, 0.2]]},
        ),
        Challenge(
            "A tanh keeps every convolved number below 1. Get a pooled one of the left sentence above 4.",
            lambda t: bool(t["left pooled"].value.max() > 4),
            "Weights are sums over the other sentence. Bring its first word closer to the left ones.",
            {"F_1": [[1, 0.3, -0.4, -0.9], [1, -0.6, 0.8, 0.2]]},
        ),
    ),
    constraints=(TWO_CHANNELS,),
    in_transformer="nowhere; two sentences are joined into one row of tokens, and every layer compares all pairs anew.",
    related=("mwan", "cross-attention"),
    run=run,
    picture=pictures,
)
