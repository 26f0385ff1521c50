"""Attention over the words of a sentence and over the sentences of a document, each with a learned query.

Yang, Yang, Dyer, He, Smola and Hovy 2016, N16-1174.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from attention_core.blocks.layers import linear
from attention_core.blocks.recurrent import Cell, embedded, encode_both_ways, zeros
from attention_core.engine.axes import names, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, mask, softmax, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Input
from attention_core.lesson.pictures import Bars, Picture, ShadedText

LABELS = {"sentence": ("Sentence 1", "Sentence 2", "Sentence 3")}
AttentionParameters = tuple[Step, Step, Step]  # W, b and the query u of one level


def inputs(state: str) -> dict[str, Input]:
    """The inputs of both lessons with tables. state: the axis of a word's vector under attention."""
    return {
        "E": Input(("vocabulary", "feature"), "embedding"),
        "X": Input(("sentence", "word", "vocabulary"), "which word", switch=True),
        "there": Input(("sentence", "word"), "1 = a word, 0 = padding", switch=True),
        "W_w": Input(("hidden", state), "weights of words"),
        "b_w": Input(("hidden",), "bias of words"),
        "u_w": Input(("hidden",), "query of words"),
        "W_s": Input(("sentence hidden", state), "weights of sentences"),
        "b_s": Input(("sentence hidden",), "bias of sentences"),
        "u_s": Input(("sentence hidden",), "query of sentences"),
        "W_c": Input(("class", state), "class weights"),
        "b_c": Input(("class",), "class bias"),
    }


def encoder_inputs(level: str, read: str) -> dict[str, Input]:
    """The two encoders of a level, "w" or "s", one block of numbers for each way; gates in the order r, z, n."""
    owner = "word" if level == "w" else "sentence"
    return {
        f"G_{level}": Input(("way", "gate", read), f"{owner} networks: input"),
        f"R_{level}": Input(("way", "gate", "unit"), f"{owner} networks: state"),
        f"g_{level}": Input(("way", "gate"), f"{owner} networks: bias"),
        f"r_{level}": Input(("way", "gate"), f"{owner} networks: bias of the state"),
    }


def document(vocabulary: Sequence[str], *sentences: str, longest: int = 0) -> dict[str, Any]:
    """X and there of sentences, padded with the first word of the vocabulary to the longest of them, or longer."""
    padding = vocabulary[0]
    split_sentences = [sentence.split() for sentence in sentences]
    width = max(longest, *map(len, split_sentences))
    padded = [[*words, *[padding] * (width - len(words))] for words in split_sentences]
    rows = [[[float(word == known) for known in vocabulary] for word in words] for words in padded]
    return {"X": rows, "there": [[float(word != padding) for word in words] for words in padded]}


# --- the steps --------------------------------------------------------------------------------------------------------


def embedded_words(X: Step, E: Step, there: Step) -> Step:
    """The row of E (vocabulary, feature) for every word of X (sentence, word, vocabulary). InputError without words."""
    empty = np.flatnonzero(~there.value.any(axis=1))
    if empty.size:
        raise InputError(there.label, there.axes[0].at(int(empty[0])), say("has no words"))
    return embedded(X, E, name="embedded", symbol="X")


def level_annotations(X: Step, cells: tuple[Cell, Cell], units: int, level: str, there: Step | None = None) -> Step:
    """Bidirectional annotations of X along `level`, "word" or "sentence"."""
    start = zeros(numbered("unit", units), f"{level} start", "0")
    series = f"{level} "
    return encode_both_ways(X, *cells, along=level, axis=level, series=series, start=start, present=there)[2]


def word_attention(H: Step, parameters: AttentionParameters, there: Step) -> tuple[Step, Step]:
    """Weights (sentence, word) and sentence vectors (sentence, ...) of H (sentence, word, ...): eqs. 5 to 7."""
    scores = _scores(H, parameters, "word", "'")
    hidden = mask(scores, there, along="word", name="masked scores", symbol=r"\hat e'")
    weights = softmax(hidden, along="word", name="word weights", symbol=r"\alpha'")
    own = H.axes[-1].name
    return weights, contract(weights, H, over="word", to=("sentence", own), name="sentence vectors", symbol="S")


def sentence_attention(H: Step, parameters: AttentionParameters) -> tuple[Step, Step]:
    """Weights (sentence) and the document vector of sentence states H (sentence, ...): eqs. 8 to 10."""
    weights = softmax(
        _scores(H, parameters, "sentence", ""), along="sentence", name="sentence weights", symbol=r"\alpha"
    )
    return weights, contract(weights, H, over="sentence", name="document", symbol="v")


def _scores(H: Step, parameters: AttentionParameters, level: str, mark: str) -> Step:
    """u . tanh(W h + b) for every position; u is the learned query."""
    W, b, u = parameters
    to = (*names(H.axes)[:-1], W.axes[0].name)
    hidden = tanh(add(linear(W, H), b, to=to), name=f"hidden {level}s", symbol=f"U{mark}")
    return contract(hidden, u, over=u.axes[0].name, name=f"{level} scores", symbol=f"e{mark}")


def word_shares(word_weights: Step, sentence_weights: Step) -> Step:
    """Each word's share of the document: its weight times that of its sentence."""
    return contract(word_weights, sentence_weights, name="shares", symbol="P")


def class_probabilities(v: Step, W: Step, b: Step) -> Step:
    """softmax(W v + b): eq. 11."""
    return softmax(add(linear(W, v), b), along=W.axes[0].name, name="output", symbol="p")


# --- pictures ---------------------------------------------------------------------------------------------------------


def document_words(trace: Trace) -> tuple[tuple[str, ...], ...]:
    """The words of each row of X, by their names in the vocabulary."""
    X = trace["X"]
    known = X.axis("vocabulary").labels
    words_by_row = [["+".join(known[n] for n in np.flatnonzero(row)) or "nothing" for row in rows] for rows in X.value]
    return tuple(tuple(words) for words in words_by_row)


def shaded_document(trace: Trace, lines: tuple[tuple[str, ...], ...], result: str = "", unread: str = "") -> ShadedText:
    """The text shaded by both levels of weights. lines: the words, without padding at the end of a line."""
    weights, marks, there = (trace[name].value for name in ("word weights", "sentence weights", "there"))
    strengths = (
        tuple(float(weights[i, t]) if there[i, t] else None for t in range(len(words))) for i, words in enumerate(lines)
    )
    caption = say(
        "Bars: how much of the document a sentence is. Shades: how much of it a word is, sentence times word."
    )
    return ShadedText(caption, lines, tuple(map(float, marks)), tuple(strengths), result, unread)


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The shaded document; and the classes with attention, and with equal weights for all words."""
    p = trace["output"]
    states = trace["embedded" if "word annotations" not in trace else "word annotations"]
    real = [np.flatnonzero(row)[-1] + 1 for row in trace["there"].value]
    lines = tuple(words[:count] for words, count in zip(document_words(trace), real, strict=True))
    heights = {say("with attention"): p.value} | (
        {} if states.name != "embedded" else {say("all words alike"): mean_word_probabilities(trace)}
    )
    series = {name: tuple(map(float, found)) for name, found in heights.items()}
    return shaded_document(trace, lines), Bars(say("What comes out."), p.axes[0].labels, series, say("probability"))


def mean_word_probabilities(trace: Trace) -> np.ndarray:
    """The classes if every word had the same weight."""
    there = trace["there"].value
    v = np.einsum("sw,swf->f", there / there.sum(), trace["embedded"].value)
    logits = trace["W_c"].value @ v + trace["b_c"].value
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def weights_are_uniform(trace: Trace) -> bool:
    """Whether the words of every sentence have equal weights, and there is a sentence of more than one."""
    there = trace["there"].value
    shares = there / there.sum(axis=1, keepdims=True)
    return bool(there.sum(axis=1).max() > 1 and np.allclose(trace["word weights"].value, shares, rtol=0, atol=1e-9))
