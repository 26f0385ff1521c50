"""Hierarchical attention without encoders: every weight follows from numbers of the embedding."""

from __future__ import annotations

from typing import Any

import numpy as np

from attention_core.engine.step import Step
from attention_core.lesson.mechanism import Challenge, Mechanism, Preset

from . import document_encoder


def run(
    E: Step,
    X: Step,
    there: Step,
    W_w: Step,
    b_w: Step,
    u_w: Step,
    W_s: Step,
    b_s: Step,
    u_s: Step,
    W_c: Step,
    b_c: Step,
) -> tuple[Step, Step]:
    """softmax over t of u_w . tanh(W_w h_it + b_w), again over i with u_s. Yang et al. 2016, with h the embeddings."""
    words = document_encoder.embedded_words(X, E, there)
    word_weights, sentences = document_encoder.word_attention(words, (W_w, b_w, u_w), there)
    sentence_weights, v = document_encoder.sentence_attention(sentences, (W_s, b_s, u_s))
    return document_encoder.word_shares(word_weights, sentence_weights), document_encoder.class_probabilities(
        v, W_c, b_c
    )


VOCABULARY = ("(pad)", "the", "food", "was", "awful", "but", "service", "great")
E = [
    [0, 0, 0],
    [0, 0, 1],
    [0.1, 1, 0],
    [0, 0, 0.9],
    [-2, 0.1, 0],
    [-0.2, 0, 1],
    [0.1, 0.9, 0],
    [1.8, 0.1, 0],
]
W = [[1.5, 0, 0], [-1.5, 0, 0], [0, 0.5, -1]]
b = [-1, -1, 0]
WEIGHTS: dict[str, Any] = {
    "E": E,
    "W_w": W,
    "b_w": b,
    "u_w": [3, 3, 0.5],
    "W_s": W,
    "b_s": b,
    "u_s": [1.5, 1.5, 0],
    "W_c": [[-2, 0, 0], [2, 0, 0]],
    "b_c": [0, 0],
}
WEIGHTS |= {
    "W_c": [[-2, 0, 0], [2, 0, 0]],
    "b_c": [0, 0],
}
SENTENCES = ("the food was awful", "but the service was great", "the service was great")
GOLDEN = document_encoder.document(VOCABULARY, *SENTENCES) | WEIGHTS
LABELS = document_encoder.LABELS | {
    "vocabulary": VOCABULARY,
    "feature": ("sentiment", "topic", "filler"),
    "class": ("negative", "positive"),
}
SINGLE = document_encoder.document(VOCABULARY, "was", "great", "the")
NOTE = "Made up by hand: the embedding’s three numbers stand for sentiment, topic and filler words."

MECHANISM = Mechanism(
    key="han-simple",
    title="Hierarchical attention: words as they are",
    section="The zoo",
    family="Hierarchical attention",
    boxes=("who asks", "score", "normalise", "read"),
    opens="word weights",
    insight="Both queries are learned constants: one is compared with every word, the other with every sentence.",
    papers=("Yang et al. 2016, N16-1174",),
    inputs=document_encoder.inputs("feature"),
    presets={
        "awful": Preset("One complaint", GOLDEN, LABELS, note=NOTE),
        "unasked": Preset("Queries of zeros", GOLDEN | {"u_w": [0, 0, 0], "u_s": [0, 0, 0]}, LABELS, note=NOTE),
        "single": Preset("One word each", GOLDEN | SINGLE, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Let the complaint decide, by the query of sentences alone: class 1 above one half.",
            lambda trace: bool(trace["output"].value[0] > 0.5 and np.array_equal(trace["W_c"].value, WEIGHTS["W_c"])),
            "Hidden number 2 of a sentence is near 1 where it is negative. Let u_s be large there and 0 elsewhere.",
            {"u_s": [0, 3, 0]},
        ),
        Challenge(
            "Switch word attention off without changing the text: in every sentence all words have the same weight.",
            document_encoder.weights_are_uniform,
            "With which query are all scores the same number?",
            {"u_w": [0, 0, 0]},
        ),
    ),
    in_transformer=(
        "not as two levels: a Transformer reads a document as one row of tokens. Learned queries "
        "are still used in pooling layers."
    ),
    related=("attention-pooling",),
    run=run,
    picture=document_encoder.picture,
)
