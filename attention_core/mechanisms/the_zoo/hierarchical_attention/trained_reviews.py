"""A trained classifier of reviews: hierarchical attention with weights from training/.

Two files of weights have the same shapes, the same data and the same accuracy, and attend to different words.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from attention_core.blocks.layers import linear
from attention_core.blocks.recurrent import Cell, gru_from_names
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import add
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import ShadedText
from attention_core.lesson.trained_weights import arrays, card

from . import document_encoder

FILES = {False: "han-reviews", True: "han-reviews-other"}
OPINIONS = {
    1: to_say("Score {score:+.2f}: for it"),
    -1: to_say("Score {score:+.2f}: against it"),
    0: to_say("Score {score:+.2f}: neither for nor against"),
}
WORDS = tuple(card("han-reviews")["words"])
_CELL = {"W": ("unit", "read"), "U": ("unit", "unit before"), "b": ("unit",)}
_AXES = {
    "E": ("vocabulary", "feature"),
    "W_w": ("hidden", "annotation"),
    "W_s": ("hidden", "annotation"),
    "b_w": ("hidden",),
    "b_s": ("hidden",),
    "u_w": ("hidden",),
    "u_s": ("hidden",),
    "W_c": ("score", "annotation"),
    "b_c": ("score",),
}


@lru_cache
def weights(file: str, vocabulary: Axis) -> dict[str, Step]:
    """Every array as a constant step with named axes."""
    return {name: _constant(name, value, vocabulary) for name, value in arrays(file).items()}


def _constant(name: str, value: np.ndarray, vocabulary: Axis) -> Step:
    owner, _, own = name.rpartition(" ")
    words = _CELL[own[0]] if owner else _AXES[name]
    known = {"vocabulary": vocabulary}
    axes = tuple(known.get(word) or numbered(word, size) for word, size in zip(words, value.shape, strict=True))
    return source(name, value, axes, own if owner else "")


def score_review(X: Step, there: Step, file: str) -> tuple[Step, Step]:
    """Word shares (sentence, word) and the score (score) of X (sentence, word, vocabulary): 1 for it, -1 against it."""
    W = weights(file, X.axis("vocabulary"))
    units = W["word forward b_z"].axes[0].size
    E = document_encoder.embedded_words(X, W["E"], there)
    words = document_encoder.level_annotations(E, _cells(W, "word"), units, "word", there)
    of_words, sentences = document_encoder.word_attention(words, (W["W_w"], W["b_w"], W["u_w"]), there)
    states = document_encoder.level_annotations(sentences, _cells(W, "sentence"), units, "sentence")
    of_sentences, v = document_encoder.sentence_attention(states, (W["W_s"], W["b_s"], W["u_s"]))
    shares = document_encoder.word_shares(of_words, of_sentences)
    return shares, add(linear(W["W_c"], v), W["b_c"], name="output", symbol="y")


def _cells(W: dict[str, Step], level: str) -> tuple[Cell, Cell]:
    return gru_from_names(W, f"{level} forward"), gru_from_names(W, f"{level} backward")


def score_of(trace: Trace) -> float:
    """The score of a review."""
    return float(trace["output"].value[0])


def nearest_class(trace: Trace) -> int:
    """The nearest of the three scores used in training: -1, 0 or 1."""
    return int(np.clip(np.rint(score_of(trace)), -1, 1))


def sentence_words(trace: Trace) -> tuple[tuple[str, ...], ...]:
    """The words of every sentence as they were typed; where nothing was typed, as in the vocabulary."""
    ends = [int(np.flatnonzero(row)[-1]) + 1 for row in trace["there"].value]
    typed = [tuple(label.split()) for label in trace["X"].axis("sentence").labels]
    if all(end <= len(words) <= trace["X"].size("word") for end, words in zip(ends, typed, strict=True)):
        return tuple(typed)
    return tuple(words[:end] for words, end in zip(document_encoder.document_words(trace), ends, strict=True))


def picture(trace: Trace) -> tuple[ShadedText, ...]:
    """The shaded review, with its score."""
    made = say(OPINIONS[nearest_class(trace)], score=score_of(trace))
    unread = say("Words with dots below were in nothing it was trained on; they have no numbers, and it skips them.")
    return (document_encoder.shaded_document(trace, sentence_words(trace), made, unread),)


def card_summary() -> str:
    """The model cards in two sentences."""
    cards = [card(file) for file in FILES.values()]
    right = [round(each["accuracy"]["unseen reviews"] * each["accuracy"]["exact"]) for each in cards]
    return (
        f"Trained for {cards[0]['training']['processor seconds']:.0f} seconds on reviews that a script made up; "
        f"of {cards[0]['accuracy']['unseen reviews']:,} it had never seen, {right[0]:,} came out right "
        f"({right[1]:,} with the other weights)."
    )
