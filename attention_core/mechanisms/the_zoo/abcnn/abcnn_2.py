"""ABCNN-2: the attention matrix between two sentences weighs the convolution's output before pooling."""

from __future__ import annotations

import numpy as np

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset

from .sentence_pairs import (
    B_INPUT,
    DISTANCE,
    F_0,
    F_INPUTS,
    LABELS,
    NOTE,
    PADDED_SENTENCE,
    PADDED_WORDS,
    PAPERS,
    SENTENCES,
    attention_matrix,
    cosine_of_means,
    pictures,
    pooled_words,
    wide_convolution,
    window_weights,
)


def run(F_0: Step, F_1: Step, K: Step, b: Step, distance: bool) -> Step:
    """A = 1 / (1 + |C_0 - C_1|), window by window; its sums weigh the windows. Yin et al. 2016, section 4."""
    convolved = wide_convolution((F_0, F_1), K, b)
    A = attention_matrix(convolved, "window", "A'", distance)
    return cosine_of_means(pooled_words(convolved, (F_0, F_1), K.size("word offset"), window_weights(A)))


def _weights_are_largest(trace: Trace) -> bool:
    """Whether every weight on either side is the number of windows of the other sentence."""
    shape = trace["window distances"].value.shape
    found = (trace["left weights"].value, shape[1]), (trace["right weights"].value, shape[0])
    return all(bool((weights == count).all()) for weights, count in found)


GOLDEN = {
    **SENTENCES,
    "K": [[[-0.3, -0.9], [-0.3, 0.2]], [[-0.3, 0.7], [-0.1, 0.4]]],
    "b": [0.1, -0.1],
}
MECHANISM = Mechanism(
    key="abcnn-2",
    title="ABCNN-2: after the convolution",
    section="The zoo",
    family="ABCNN",
    boxes=("score", "read"),
    opens="window attention",
    insight="Each window is weighted by how close the windows of the other sentence are to it, all of them added up.",
    papers=PAPERS,
    inputs={**F_INPUTS, "K": Input(("filter", "feature", "word offset"), "kernels"), **B_INPUT},
    options=DISTANCE,
    presets={
        "pair": Preset("Two sentences", GOLDEN, LABELS, note=NOTE),
        "padded": Preset(
            "With padding",
            {**GOLDEN, "F_0": PADDED_SENTENCE},
            PADDED_WORDS,
            note=f"{NOTE} The last left word is padding.",
        ),
    },
    challenges=(
        Challenge(
            "By the right sentence alone, give the first left window the largest weight of its sentence.",
            lambda t: bool(np.array_equal(t["F_0"].value, F_0) and t["left weights"].value.argmax() == 0),
            "Its weight grows with every window like it. Put “rain” at the end once more.",
            {"F_1": [[0.9, 0.3, -0.4, 0.9], [0.1, -0.6, 0.8, 0.1]]},
        ),
        Challenge(
            "Bring every weight to its largest possible value: the number of windows of the other sentence.",
            _weights_are_largest,
            "Every window of one sentence would have to equal every window of the other. What if all kernels are 0?",
            {"K": np.zeros((2, 2, 2))},
        ),
    ),
    in_transformer=(
        "nowhere; two sentences are joined into one row of tokens, and softmax shares take the place of plain sums."
    ),
    related=("attention-pooling", "similarity-functions"),
    run=run,
    picture=pictures,
)
