"""Hierarchical attention: bidirectional encoders of words and of sentences, with attention over each."""

from __future__ import annotations

from attention_core.blocks.recurrent import Cell, gru_from_blocks
from attention_core.engine.ops import index
from attention_core.engine.step import Step
from attention_core.lesson.constraints import Sum
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
    G_w: Step,
    R_w: Step,
    g_w: Step,
    r_w: Step,
    G_s: Step,
    R_s: Step,
    g_s: Step,
    r_s: Step,
) -> tuple[Step, Step]:
    """softmax over t of u_w . tanh(W_w h_it + b_w), again over i with u_s, h bidirectional states. Yang et al. 2016."""
    E = document_encoder.embedded_words(X, E, there)
    words = document_encoder.level_annotations(E, _cells(G_w, R_w, g_w, r_w), R_w.size("unit"), "word", there)
    word_weights, sentences = document_encoder.word_attention(words, (W_w, b_w, u_w), there)
    states = document_encoder.level_annotations(sentences, _cells(G_s, R_s, g_s, r_s), R_s.size("unit"), "sentence")
    sentence_weights, v = document_encoder.sentence_attention(states, (W_s, b_s, u_s))
    return document_encoder.word_shares(word_weights, sentence_weights), document_encoder.class_probabilities(
        v, W_c, b_c
    )


def _cells(*arrays: Step) -> tuple[Cell, Cell]:
    forward, backward = (gru_from_blocks(*(index(array, "way", way) for array in arrays)) for way in (0, 1))
    return forward, backward


VOCABULARY = ("(pad)", "the", "food", "was", "awful", "but", "service", "great")
TEXT = document_encoder.document(VOCABULARY, "the food was awful", "but service great", "was great")
WEIGHTS = {
    "E": [
        [0, 0, 0],
        [0.2, 0.3, 0.1],
        [0.8, -0.7, -0.3],
        [-0.8, 0.8, 0.9],
        [-0.1, 0.7, 0.7],
        [0.1, -0.6, 0.3],
        [-0.1, 0.7, 0.9],
        [0.5, 0.6, 0.4],
    ],
    "G_w": [
        [[0.2, 0.3, 0.4], [0.2, 0.9, 0.4], [-0.5, -0.5, -0.3], [0.2, -0.2, 0.1], [0.4, -0.1, 0.5], [-0.5, -0.2, -0.6]],
        [[-0.4, 0.6, -0.4], [-0.8, 0.9, -0.4], [-0.4, -0.8, -0.1], [-0.4, -0.9, -0.8], [0.8, 0.8, 0.8], [0.6, -0.1, 0]],
    ],
    "R_w": [
        [[-0.2, 0.4], [0.5, 0.9], [0.6, -0.9], [0.2, -0.6], [-0.5, 0.1], [0.7, 0.2]],
        [[0, 0.2], [-0.8, -0.4], [-0.5, 0.7], [0.5, -0.6], [0.5, 0.7], [0.9, 0.3]],
    ],
    "g_w": [[-0.2, -0.2, 0, -0.2, 0, 0.1], [0.2, 0.2, 0, -0.1, 0.2, 0]],
    "r_w": [[0.2, 0, 0.1, 0.2, -0.2, 0], [-0.2, 0.2, 0, 0.1, 0, 0.1]],
    "W_w": [[1.8, -0.2, 0.4, 0.8], [-0.4, -1, -1, -1], [-1, 0.4, -0.2, -1.2]],
    "b_w": [0, -0.2, 0.2],
    "u_w": [2, -1.5, 1],
    "G_s": [
        [
            [0, -0.9, 0.1, 0.8],
            [-0.6, 0.5, -0.3, -0.3],
            [0.4, 0.4, -0.5, 0.4],
            [0.5, 0.6, 0.2, -0.7],
            [-0.8, -0.4, -0.7, -0.4],
            [0.2, 0.2, 0.8, 0.2],
        ],
        [
            [-0.4, 0.2, 0.1, 0.3],
            [0.7, -0.6, 0.2, -0.6],
            [-0.7, 0.8, 0.5, -0.8],
            [-0.9, 0, -0.7, 0.7],
            [-0.7, 0.8, 0.1, -0.5],
            [-0.3, -0.2, -0.8, 0.9],
        ],
    ],
    "R_s": [
        [[0.4, 0], [0.9, -0.3], [0.9, 0.4], [-0.3, 0.4], [0.1, -0.1], [-0.8, 0]],
        [[-0.7, -0.4], [0.9, 0.6], [0.2, -0.3], [-0.3, 0.3], [0.5, -0.5], [0.2, 0.4]],
    ],
    "g_s": [[0.1, -0.1, -0.1, -0.1, 0.2, -0.2], [0.2, -0.2, -0.2, -0.2, 0.1, -0.2]],
    "r_s": [[0.1, 0.2, 0.1, 0, 0.2, -0.2], [-0.2, -0.1, 0.2, 0.2, 0, -0.1]],
    "W_s": [[-0.2, 1.2, -1.8, -1.8], [-1, 0.2, -0.4, 1.2], [-0.2, -1, -0.8, 0]],
    "b_s": [0, -0.2, -0.2],
    "u_s": [-1, 2, 1.5],
    "W_c": [[0.2, -0.1, 0.7, 0.1], [0.3, 0.5, -0.6, 0.8]],
    "b_c": [0.1, -0.1],
}
ONE = document_encoder.document(VOCABULARY, "was great")
LABELS = document_encoder.LABELS | {"vocabulary": VOCABULARY, "class": ("negative", "positive")}
NOTE = "Made-up numbers, drawn at random: nothing was trained, so the words mean nothing to it."

MECHANISM = Mechanism(
    key="han",
    title="Hierarchical attention",
    section="The zoo",
    family="Hierarchical attention",
    boxes=("who asks", "score", "normalise", "read"),
    opens="word weights",
    insight="Attention in two levels: words are mixed into sentences, and sentences into a document.",
    papers=("Yang et al. 2016, N16-1174", "Cho et al. 2014, arXiv:1406.1078"),
    inputs=document_encoder.inputs("annotation")
    | document_encoder.encoder_inputs("w", "feature")
    | document_encoder.encoder_inputs("s", "annotation"),
    presets={
        "three": Preset("Three sentences", TEXT | WEIGHTS, LABELS, note=NOTE),
        "one": Preset("One sentence", ONE | WEIGHTS, {**LABELS, "sentence": LABELS["sentence"][:1]}, note=NOTE),
    },
    challenges=(
        Challenge(
            "Change the query of sentences until the first of them holds more than half of the weight.",
            lambda trace: bool(trace["sentence weights"].value[0] > 0.5),
            "Compare the hidden sentences: where does the first one differ most? Make u_s large there.",
            {"u_s": [0, -10, 0]},
        ),
        Challenge(
            "Without changing the text: give all words of a sentence the same weight, in every sentence.",
            document_encoder.weights_are_uniform,
            "With which query are all scores the same number?",
            {"u_w": [0, 0, 0]},
        ),
    ),
    constraints=(
        Sum("way", (2,)),
        Sum("annotation", ("unit", "unit")),
        Sum("gate", ("unit",) * 3),
    ),
    in_transformer=(
        "not as two levels: a Transformer reads a document as one row of tokens. Learned queries "
        "are still used in pooling layers."
    ),
    related=("attention-pooling", "additive-attention"),
    run=run,
    picture=document_encoder.picture,
)
