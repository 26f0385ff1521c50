"""Scaled dot-product attention: queries, keys and values of tokens, weights, and the weighted sum of values."""

from __future__ import annotations

from attention_core.engine import expression as ex
from attention_core.engine.ops import (
    contract,
    mask,
    rename,
    scale,
    softmax,
)
from attention_core.engine.step import Step

from .naming import StepNamer, once
from .scores import dot, over_root


def project(X: Step, W_q: Step, W_k: Step, W_v: Step) -> tuple[Step, Step, Step]:
    """Queries, keys and values for self-attention: X W_q, X W_k, X W_v. Vaswani et al. 2017, section 3.2.1.

    X ([...,] token, model); W_q, W_k (model, feature); W_v (model, value). Results: ([...,] query, feature), ([...,]
    key, feature), ([...,] key, value).
    """
    query_tokens = rename(X, "token", "query")
    key_tokens = rename(X, "token", "key")
    Q = contract(query_tokens, W_q, over="model", name="queries", symbol="Q")
    K = contract(key_tokens, W_k, over="model", name="keys", symbol="K")
    return Q, K, contract(key_tokens, W_v, over="model", name="values", symbol="V")


def attention_weights(
    Q: Step,
    K: Step,
    visible: Step | None = None,
    factor: float | ex.Expression | None = None,
    namer: StepNamer = once,
) -> Step:
    """softmax(Q K^T * factor) over the keys, (..., query, key). Vaswani et al. 2017, eq. 1.

    Q (query, feature), K (key, feature), visible (query, key) with 0 where a key is hidden; further axes such as head
    are carried along. factor: 1/sqrt(d_k) unless given, a number or what it is made of; a factor of exactly 1 adds no
    step. Raises InputError for a query to which every key is hidden.
    """
    scores = scaled_scores(Q, K, factor, namer)
    if visible is not None:
        scores = mask(scores, visible, **namer("masked scores", "M"))
    return softmax(scores, along="key", **namer("attention weights", "A"))


def scaled_dot_product(
    Q: Step, K: Step, V: Step, visible: Step | None = None, factor: float | ex.Expression | None = None
) -> Step:
    """attention_weights(Q, K) V, the output (..., query, value). Vaswani et al. 2017, eq. 1.

    V (key, value); the other arguments as in `attention_weights`.
    """
    weights = attention_weights(Q, K, visible, factor)
    return contract(weights, V, over="key", name="output", symbol="O")


def scaled_scores(Q: Step, K: Step, factor: float | ex.Expression | None, namer: StepNamer = once) -> Step:
    """Q K^T * factor, (..., query, key): the scores before any mask. factor as in `attention_weights`."""
    scores = dot(Q, K, namer)
    named = namer("scaled scores", r"\tilde S")
    if factor is None:
        return over_root(scores, Q.size("feature"), **named)
    return scores if factor == 1 else scale(scores, factor, **named)
