"""Attention itself: queries, keys and values of tokens, weights, and the values read under them."""

from __future__ import annotations

from attention_core.blocks.scores import dot
from attention_core.engine.ops import (
    contract,
    mask,
    rename,
    scale,
    softmax,
)
from attention_core.engine.step import Step


def project(X: Step, W_q: Step, W_k: Step, W_v: Step) -> tuple[Step, Step, Step]:
    """Queries, keys and values of tokens that read each other: X W_q, X W_k, X W_v. X ([...,] token, model)."""
    query_tokens = rename(X, "token", "query")
    key_tokens = rename(X, "token", "key")
    Q = contract(query_tokens, W_q, over="model", name="queries", symbol="Q")
    K = contract(key_tokens, W_k, over="model", name="keys", symbol="K")
    return Q, K, contract(key_tokens, W_v, over="model", name="values", symbol="V")


def attention_weights(Q: Step, K: Step, visible: Step | None = None, factor: float | None = None) -> Step:
    """softmax(Q K^T * factor) over the keys, factor 1/sqrt(d_k) unless given; a factor of exactly 1 adds no step.

    Q (query, feature), K (key, feature), visible (query, key); further axes such as head ride along.
    """
    scores = scaled_scores(Q, K, factor)
    if visible is not None:
        scores = mask(scores, visible, name="masked scores", symbol="M")
    return softmax(scores, along="key", name="attention weights", symbol="A")


def scaled_dot_product(Q: Step, K: Step, V: Step, visible: Step | None = None, factor: float | None = None) -> Step:
    """attention_weights(Q, K) V, with V (key, value). Vaswani et al. 2017, eq. 1."""
    weights = attention_weights(Q, K, visible, factor)
    return contract(weights, V, over="key", name="output", symbol="O")


def scaled_scores(Q: Step, K: Step, factor: float | None) -> Step:
    scores = dot(Q, K)
    factor = Q.size("feature") ** -0.5 if factor is None else factor
    return scores if factor == 1 else scale(scores, factor, name="scaled scores", symbol=r"\tilde S")
