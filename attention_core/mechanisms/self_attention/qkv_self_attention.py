"""Self-attention with three matrices, for queries, keys and values."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import attention_weights, project, scaled_dot_product
from attention_core.blocks.scores import factor_of
from attention_core.engine.language import say
from attention_core.engine.ops import absolute, largest, rename, subtract, swap_axes, take
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.bark_sentence import AXES, EMBEDDING, ONE_HEAD, TOKENS, focus_position
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Matrices, Picture
from attention_core.lesson.said import below, leading
from attention_core.mechanisms.own_divisor import DIVISOR, said_of_divisor


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, scaled: bool, divisor: float) -> Step:
    """softmax(Q K^T / sqrt(k)) V with Q = X W_q, K = X W_k, V = X W_v. Vaswani et al. 2017, eq. 1."""
    Q, K, V = project(X, W_q, W_k, W_v)
    return scaled_dot_product(Q, K, V, factor=factor_of(Q.size("feature") if scaled else None, divisor))


def said(trace: Trace) -> dict[str, Step | float]:
    """Whether scores are symmetric, the largest weight of every word, two sizes, and what scores are divided by."""
    scores, weights = trace["scores"], trace["attention weights"]
    off = absolute(subtract(scores, swap_axes(scores, "query", "key")))
    return {
        "symmetric": below(largest(largest(off, "key"), "query"), 1e-9),
        "width": trace["queries"].size("feature"),
        "words": trace["X"].size("token"),
        "most": leading(weights, "key"),
        "largest": largest(weights, "key"),
        "rooted": trace.options["scaled"],
        **said_of_divisor(trace),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """One word's weights with and without the matrices; and its query, key and value."""
    X = trace["X"]
    words = trace["X"].axis("token").labels
    n = focus_position(words)
    queries, keys = (rename(rename(X, "token", role), "model", "feature") for role in ("query", "key"))
    found = {
        say("no matrices"): attention_weights(queries, keys, factor=1.0),
        say("three matrices"): trace["attention weights"],
    }
    series = {name: tuple(map(float, weights.value[n])) for name, weights in found.items()}
    bars = Bars(say("The weights of “{words}”.", words=words[n]), words, series, say("attention weight"))
    views = (
        take(trace[step], axis, n, n + 1, name=f"its {role}", symbol=trace[step].symbol)
        for step, axis, role in (("queries", "query", "query"), ("keys", "key", "key"), ("values", "key", "value"))
    )
    return bars, Matrices(say("“{words}” through each of the three matrices.", words=words[n]), tuple(views))


def _scores_are_symmetric(trace: Trace) -> bool:
    scores = trace["scores"].value
    return bool(scores.any() and np.allclose(scores, scores.T))


IDENTITY = dict.fromkeys(ONE_HEAD, np.eye(6))
LABELS = {"token": TOKENS, "model": AXES, "feature": AXES, "value": AXES}
NOTE = "Made-up embedding and hand-made matrices; a trained model would find its own."

MECHANISM = Mechanism(
    key="qkv-self-attention",
    title="Queries, keys, values",
    section="Self-attention",
    insight="Three matrices give every token a query, a key and a value: the key is matched, the value is read.",
    boxes=("who asks",),
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1",),
    inputs={
        "X": Input(("token", "model"), "embeddings"),
        "W_q": Input(("model", "feature"), "query matrix"),
        "W_k": Input(("model", "feature"), "key matrix"),
        "W_v": Input(("model", "value"), "value matrix"),
    },
    renamed={"M_q": "W_q", "M_k": "W_k", "M_v": "W_v"},
    options={"scaled": Option("Divide scores by √dₖ", True), **DIVISOR},
    presets={
        "pronouns": Preset("Pronouns matched with nouns", {"X": EMBEDDING, **ONE_HEAD}, LABELS, note=NOTE),
        "identity": Preset("Identity, no root", {"X": EMBEDDING, **IDENTITY}, LABELS, {"scaled": False}, NOTE),
    },
    challenges=(
        Challenge(
            "Match animals with pronouns: “dog”, the last word, gives “he” more than half of its weight.",
            lambda trace: bool((trace["attention weights"].value[8:9, 5:6] > 0.5).any()),
            "The query of an animal is the first row of the query matrix. Give it a large number in the third column.",
            {"W_q": [[0, 0, 6, 0, 0, 0], *ONE_HEAD["W_q"][1:]]},
        ),
        Challenge(
            "Make the scores symmetric: every pair scores alike in both directions, and not all scores are 0.",
            _scores_are_symmetric,
            "Scores depend on the query matrix times the transposed key matrix. When is that product symmetric?",
            {"W_k": ONE_HEAD["W_q"]},
        ),
    ),
    in_transformer="one head of a self-attention layer, with its three matrices.",
    related=("parameter-free-self-attention", "multi-head-attention", "bilinear-asymmetry"),
    run=run,
    picture=picture,
    said=said,
)
