"""The ONNX operator Attention as one call on arrays, for notebooks and benchmarks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from attention_core.blocks import normalisers
from attention_core.blocks.attention import scaled_scores
from attention_core.engine.axes import names, numbered, union
from attention_core.engine.ops import (
    add,
    apply,
    concat,
    contract,
    largest,
    mask,
    merge,
    rename,
    softmax,
    split,
    take,
)
from attention_core.engine.ops.pointwise import Mask
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace

from .attributes import Attributes, cast, computed_in, limits, rounding, sources

# --- the general operator ---------------------------------------------------------------------------------------------


def attention(
    Q: Any,
    K: Any,
    V: Any,
    attn_mask: Any = None,
    past_key: Any = None,
    past_value: Any = None,
    nonpad_kv_seqlen: Any = None,
    *,
    is_causal: int = 0,
    scale: float | None = None,
    softcap: float = 0.0,
    q_num_heads: int | None = None,
    kv_num_heads: int | None = None,
    qk_matmul_output_mode: int | None = None,
    softmax_precision: int | None = None,
    left_window_size: int = -1,
    right_window_size: int = -1,
) -> Trace:
    """Attention on arrays, with the names and the meaning of the ONNX operator `Attention`, opsets 23 to 25.

    Q (batch, head, query, feature), K (batch, head, key, feature), V (batch, head, key, value), or without the batch,
    or without both; or, with q_num_heads and kv_num_heads, ([batch,] tokens, hidden) with all heads side by side. There
    may be fewer heads of K and V than of Q: each is shared by equally many query heads.
    attn_mask: True where a query may see a key, or numbers to add to the scores, of which minus infinity hides a key
    and any other number does not; its axes are the last ones of (batch, head, query, key). Whole numbers are added too,
    but those that are all 0 or 1 are refused: they may be meant as marks. past_key, past_value ([batch,] head, key,
    width): what comes before K and V. nonpad_kv_seqlen (batch): how many keys are no padding. is_causal: no key after
    the query's own position. left_window_size, right_window_size: at most so many keys before and after it. scale:
    instead of 1/sqrt(width). softcap: c in c tanh(scores / c). softmax_precision: 1 float32, 10 float16, 11 float64,
    16 bfloat16. qk_matmul_output_mode: 0 scaled, 1 capped, 2 masked scores, 3 weights.

    `output` is Y; steps "present_key" and "present_value" come with a past, "qk_matmul_output" with its mode. The
    precision of Q is kept; half precision is computed in single. A query without a visible key gets zeros; without a
    batch axis, which ONNX does not have, it is refused as in the lessons. Every number of Q, K, V and the past must be
    finite, those of hidden keys and of padding too: 0 times NaN is NaN. Raises InputError on arrays that do not fit.
    """
    attributes = Attributes(
        is_causal,
        scale,
        softcap,
        q_num_heads,
        kv_num_heads,
        qk_matmul_output_mode,
        softmax_precision,
        left_window_size,
        right_window_size,
    )
    given = sources({"Q": Q, "K": K, "V": V, "past_key": past_key, "past_value": past_value}, q_num_heads)
    queries = _in_heads(given["Q"], q_num_heads, "feature")
    keys = _joined(given.get("past_key"), _in_heads(given["K"], kv_num_heads, "feature"), "present_key", r"\hat K")
    values = _joined(given.get("past_value"), _in_heads(given["V"], kv_num_heads, "value"), "present_value", r"\hat V")
    scaled = scaled_scores(_computable(queries), _shared(_computable(keys), queries), scale)
    capped = normalisers.capped(scaled, softcap) if softcap else scaled
    past = given["past_key"].size("key") if "past_key" in given else None
    bias, visible = limits(capped, attn_mask, nonpad_kv_seqlen, past, attributes)
    masked = _masked(capped, bias, visible)
    weights = _weights(masked, visible, softmax_precision)
    _meet("output", keys, values, ("head",))
    further_outputs = [step for step in (keys, values) if "past_key" in given]
    if qk_matmul_output_mode is not None:
        modes = (scaled, capped, masked, weights)
        result = modes[qk_matmul_output_mode]
        further_outputs.append(_with(result, cast(result.value, queries.value.dtype), "qk_matmul_output", "R"))
    output = _output(weights, values, bool(q_num_heads), queries.value.dtype)
    return Trace.of(output, (*given.values(), *(step for step in (bias, visible) if step)), tuple(further_outputs))


def _in_heads(x: Step, heads: int | None, feature: str) -> Step:
    """Heads side by side in the axis hidden get an axis of their own."""
    return split(x, "hidden", "head", heads, feature) if heads else x


def _joined(past: Step | None, new: Step, name: str, symbol: str) -> Step:
    """The past keys or values, then the new ones."""
    if past is None:
        return new
    _meet(name, past, new, tuple(axis for axis in names(past.axes) if axis != "key"))
    if past.size("key") == 0:
        return _with(new, new.value, name, symbol)
    labels = numbered("key", past.size("key") + new.size("key")).labels
    return concat(past, new, along="key", labels=labels, name=name, symbol=symbol)


def _meet(name: str, x: Step, y: Step, axes: tuple[str, ...]) -> None:
    """Raises InputError where two steps differ in the size of one of these axes."""
    union(name, [(step.label, tuple(axis for axis in step.axes if axis.name in axes)) for step in (x, y)])


def _masked(scores: Step, bias: Step | None, visible: Step | None) -> Step:
    """Scores plus the bias, and minus infinity at keys that are hidden from a query.

    Without a batch a query to which every key is hidden is refused, as in the lessons.
    """
    if bias is not None:
        scores = add(scores, bias, to=names(scores.axes), name="biased scores", symbol="S'")
    if visible is None:
        return scores
    if scores.axes[0].name == "batch":
        return apply(Mask(), scores, visible, name="masked scores", symbol="M")
    return mask(scores, visible, name="masked scores", symbol="M")


def _weights(scores: Step, visible: Step | None, precision: int | None) -> Step:
    """Softmax over the keys; the weights of a query to which every key is hidden are 0, not 0/0."""
    if visible is None or visible.value.any(axis=-1).all():
        return _softmax(scores, precision, name="attention weights", symbol="A")
    has_key = largest(visible, along="key")
    weights = _softmax(apply(Mask(0.0), scores, has_key), precision)
    return apply(Mask(0.0), weights, has_key, name="attention weights", symbol="A")


def _softmax(scores: Step, precision: int | None, name: str = "", symbol: str = "") -> Step:
    """Softmax in the precision of this ONNX number; the weights in the precision of the scores."""
    if precision is None:
        return softmax(scores, along="key", name=name, symbol=symbol)
    rounded = rounding(precision, scores.value)
    weights = softmax(_with(scores, rounded), along="key", name=name, symbol=symbol)
    return replace(weights, value=rounding(precision, weights.value).astype(scores.value.dtype))


def _output(weights: Step, values: Step, merged: bool, precision: np.dtype[Any]) -> Step:
    """The mean of the values under each query's weights; heads side by side again where they came so."""
    shared = _shared(_computable(values), weights)
    if not merged:
        output = contract(weights, shared, over="key", name="output", symbol="O")
    else:
        head_outputs = contract(weights, shared, over="key", name="head outputs", symbol="H")
        hidden = numbered("hidden", head_outputs.size("head") * head_outputs.size("value"))
        output = merge(head_outputs, "head", "value", into=hidden, name="output", symbol="O")
    return replace(output, value=cast(output.value, precision))


def _shared(x: Step, onto: Step) -> Step:
    """Each head of keys or values repeated for its query heads: 1, 1, 2, 2. Ainslie et al. 2023, section 2.2."""
    if "head" not in names(x.axes):
        return x
    query_heads = onto.axis("head")
    size = x.size("head")
    if query_heads.size == size or query_heads.size % size:
        return x  # numbers that do not divide are refused where the arrays meet
    return take(x, "head", repeat=query_heads.size // size, labels=query_heads.labels)


def _computable(x: Step) -> Step:
    """Half precision is for storing; it is computed with in single."""
    precision = computed_in(x.value.dtype)
    return x if precision == x.value.dtype else _with(x, cast(x.value, precision))


def _with(x: Step, value: Array, name: str = "", symbol: str = "") -> Step:
    """The same step under another name or in another precision."""
    axis = x.axes[0].name
    return replace(rename(x, axis, axis, name=name, symbol=symbol), value=value)
