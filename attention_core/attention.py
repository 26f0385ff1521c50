"""Attention itself, as steps (for mechanisms) and as one call on arrays (for notebooks and benchmarks)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .axes import Axes, Axis, numbered
from .errors import InputError
from .masks import causal as causal
from .primitives import contract, mask, scale, softmax
from .step import Array, Step, source
from .trace import Trace


def attention_weights(Q: Step, K: Step, visible: Step | None = None, factor: float | None = None) -> Step:
    """softmax(Q K^T * factor) over the keys, factor 1/sqrt(d_k) unless given; a factor of exactly 1 adds no step.

    Q (query, feature), K (key, feature), visible (query, key); further axes such as head ride along.
    """
    scores = contract(Q, K, over="feature", to=_to(Q, K), name="scores", symbol="S")
    factor = Q.size("feature") ** -0.5 if factor is None else factor
    if factor != 1:
        scores = scale(scores, factor, name="scaled scores", symbol=r"\tilde S")
    if visible is not None:
        scores = mask(scores, visible, name="masked scores", symbol="M")
    return softmax(scores, along="key", name="attention weights", symbol="A")


def scaled_dot_product(Q: Step, K: Step, V: Step, visible: Step | None = None, factor: float | None = None) -> Step:
    """attention_weights(Q, K) V, with V (key, value). Vaswani et al. 2017, eq. 1."""
    weights = attention_weights(Q, K, visible, factor)
    return contract(weights, V, over="key", name="output", symbol="O")


def _to(Q: Step, K: Step) -> tuple[str, ...]:
    """Leading axes such as head first, then query and key."""
    leading = dict.fromkeys(axis.name for axis in (*Q.axes, *K.axes))
    return (*(name for name in leading if name not in ("query", "key", "feature")), "query", "key")


def attention(
    Q: Any, K: Any, V: Any, attn_mask: Any = None, *, is_causal: int = 0, scale: float | None = None
) -> Trace:
    """Scaled dot-product attention on arrays of shape ([batch, [head,]] tokens, width).

    attn_mask: booleans of shape (queries, keys), True where a query may see a key. is_causal: keys up to the query's
    own position only. scale: instead of 1/sqrt(width). The precision of Q is kept. Raises InputError on sizes that
    disagree and on a query that may see nothing.
    """
    leading = {3: ("head",), 4: ("batch", "head")}.get(np.ndim(Q), ())
    queries = _operand("Q", Q, (*leading, "query", "feature"))
    precision = queries.value.dtype
    keys = _operand("K", K, (*leading, "key", "feature"), precision)
    values = _operand("V", V, (*leading, "key", "value"), precision)
    visible = _visible(attn_mask, bool(is_causal), queries.axis("query"), keys.axis("key"))
    return Trace.of(scaled_dot_product(queries, keys, values, visible, scale), (queries, keys, values))


def _operand(name: str, value: Any, axis_names: tuple[str, ...], precision: Any = None) -> Step:
    array = np.asarray(value)
    if array.ndim != len(axis_names):
        raise InputError(name, "", f"needs {len(axis_names)} axes ({', '.join(axis_names)}) but has {array.ndim}")
    if array.size == 0:
        raise InputError(name, "", "is empty")
    return Step(name, name, _floating(array, precision), _axes(axis_names, array.shape))


def _floating(array: Array, precision: Any) -> Array:
    """Floating numbers of the wanted precision, else their own; a view, so that the caller's array stays writeable."""
    wanted = precision or (array.dtype if np.issubdtype(array.dtype, np.floating) else float)
    return array.astype(wanted, copy=False).view()


def _axes(axis_names: tuple[str, ...], shape: tuple[int, ...]) -> Axes:
    return tuple(numbered(name, size) for name, size in zip(axis_names, shape, strict=True))


def _visible(attn_mask: Any, is_causal: bool, queries: Axis, keys: Axis) -> Step | None:
    if attn_mask is None and not is_causal:
        return None
    allowed = np.ones((queries.size, keys.size)) if attn_mask is None else np.asarray(attn_mask, dtype=float)
    if allowed.shape != (queries.size, keys.size):
        raise InputError("attn_mask", "", f"needs shape ({queries.size}, {keys.size}) but has {allowed.shape}")
    return source("visible", allowed * np.tri(*allowed.shape) if is_causal else allowed, (queries, keys), symbol="B")
