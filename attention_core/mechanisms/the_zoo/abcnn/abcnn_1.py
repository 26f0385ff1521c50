"""ABCNN-1: the attention matrix between two sentences as a second channel of the convolution's input."""

from __future__ import annotations

import numpy as np

from attention_core.engine.step import Step
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset

from .sentence_pairs import (
    B_INPUT,
    DISTANCE,
    F_INPUTS,
    LABELS,
    NOTE,
    PADDED_SENTENCE,
    PADDED_WORDS,
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
)


def run(F_0: Step, F_1: Step, W_0: Step, W_1: Step, K: Step, b: Step, distance: bool) -> Step:
    """A = 1 / (1 + |F_0 - F_1|), word by word; W_0 A^T and W_1 A lie beside F_0 and F_1. Yin et al. 2016, section 4."""
    A = attention_matrix((F_0, F_1), "word", "A", distance)
    maps = attention_channels((F_0, F_1), (W_0, W_1), A, K.axis("channel"))
    convolved = wide_convolution(maps, K, b)
    return cosine_of_means(pooled_words(convolved, (F_0, F_1), K.size("word offset")))


GOLDEN = {**SENTENCES, **TWO_MAPS}
PAD = {
    "F_0": PADDED_SENTENCE,
    "W_1": [[0.5, -0.6, -0.9, 0.7], [-0.3, -0.8, 0, 0.4]],
}

MECHANISM = Mechanism(
    key="abcnn-1",
    title="ABCNN-1: before the convolution",
    section="The zoo",
    family="ABCNN",
    boxes=("score", "read"),
    opens="left channels",
    insight="The convolution reads two channels: the words, and which words of the other sentence each is close to.",
    papers=PAPERS,
    inputs={**F_INPUTS, **W_INPUTS, "K": Input(("filter", "channel", "feature", "word offset"), "kernels"), **B_INPUT},
    options=DISTANCE,
    presets={
        "pair": Preset("Two sentences", GOLDEN, LABELS, note=NOTE),
        "twice": Preset("The same one twice", TWICE, SAME_WORDS, note=NOTE),
        "padded": Preset(
            "With padding", {**GOLDEN, **PAD}, PADDED_WORDS, note=f"{NOTE} The last left word is padding."
        ),
    },
    challenges=(
        Challenge(
            "Make the third left word the same, for this network, as the second right word.",
            lambda trace: bool((trace["word distances"].value[2:3, 1:2] == 0).any()),
            "A word is a column. Copy one.",
            {"F_0": [[0.9, -0.5, 0.3], [0.1, 0.8, -0.6]]},
        ),
        Challenge(
            "Keep the sentences, and take all attention out: an ordinary convolution is left.",
            lambda trace: not (trace["left attention map"].value.any() or trace["right attention map"].value.any()),
            "Two matrices turn A into the maps.",
            {"W_0": np.zeros((2, 4)), "W_1": np.zeros((2, 3))},
        ),
    ),
    constraints=(TWO_CHANNELS,),
    in_transformer=(
        "nowhere; two sentences are joined into one row of tokens, and self-attention compares all pairs of words."
    ),
    related=("similarity-functions", "cross-attention"),
    run=run,
    picture=pictures,
)
