"""The right computation: the operator's trace, with the steps before and after it, and the same start for recipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from attention_core.blocks.positions import alibi_slopes, angles, rotate
from attention_core.engine.axes import names, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, merge, split
from attention_core.engine.step import Array, Step, by_depth, source
from attention_core.engine.trace import Trace
from attention_core.operator.attention import attention
from attention_core.operator.attributes import Attributes, array, check_fit, limits

from .recipe import Given
from .settings import Settings

SCORES = ("scores", "scaled scores", "capped scores", "biased scores", "masked scores")
_TOKENS = {"Q": ("query", "feature"), "K": ("key", "feature"), "V": ("key", "value")}
_STEPS = {"Q": ("queries", "Q"), "K": ("keys", "K"), "V": ("values", "V")}


@dataclass(frozen=True, eq=False)
class Reference:
    """The right steps by name, in order, and what recipes start from.

    last: the name of the step that is the result. batched: whether there is a batch axis.
    """

    steps: dict[str, Step]
    given: Given
    last: str
    batched: bool

    @property
    def trace(self) -> Trace:
        """All of them with what they are computed from, from the numbers that were given to the result."""
        return Trace.of(self.steps[self.last])


def reference(
    Q: object, K: object, V: object, settings: Settings, out_merged: bool, precision: np.dtype[np.generic]
) -> Reference:
    """The right computation of these inputs in double precision.

    out_merged: whether the heads of the result lie side by side. precision: the one of the numbers that are judged.
    Raises InputError where the inputs and settings do not fit together, as `attention()` does.
    """
    arrays = {name: _finite(name, array(name, x)) for name, x in (("Q", Q), ("K", K), ("V", V))}
    weights = settings.projections
    merged = settings.q_num_heads is not None
    _check_axes(arrays, merged)
    before = {name: _projected(name, x, weights, merged) for name, x in arrays.items()}
    headed = {name: _in_heads(steps[-1], name, settings) for name, steps in before.items()}
    _check_sizes(headed, weights)
    past = (settings.past_key, settings.past_value)
    turned = _rotated(headed, settings, _past_length(past))
    trace = attention(
        _ordered(turned["Q"]),
        _ordered(turned["K"]),
        _ordered(turned["V"]),
        _mask(settings, turned, _past_length(past)),
        settings.past_key,
        settings.past_value,
        settings.nonpad_kv_seqlen,
        scale=_factor(settings, turned["Q"]),
        is_causal=settings.is_causal,
        softcap=settings.softcap,
        left_window_size=settings.left_window_size,
        right_window_size=settings.right_window_size,
    )
    steps = {step.name: step for found in before.values() for step in found}
    steps |= {step.name: step for step in turned.values() if step.name.startswith("rotated")}
    computed = linked(trace.steps, {trace[name]: turned[name] for name in "QKV"})
    steps |= {step.name: step for step in computed if step.name != "output" and "present" not in step.name}
    steps |= _results(computed[-1], out_merged, weights)
    given = _given(arrays, turned, settings, weights, past, trace["scores"])
    given = replace(given, precision=precision, out_merged=out_merged)
    return Reference(steps, given, [*steps][-1], "batch" in names(trace.output.axes))


def _ordered(x: Step) -> Array:
    """The numbers with the axes in the order (batch, head, tokens, width)."""
    order = sorted(range(len(x.axes)), key=lambda n: ({"batch": 0, "head": 1}.get(x.axes[n].name, 2), n))
    return x.value.transpose(order)


def linked(steps: Sequence[Step], known: Mapping[Step, Step]) -> tuple[Step, ...]:
    """The computed ones of these steps, some of which begin with others of the same numbers."""
    found = dict(known)
    for step in by_depth(steps):
        if step not in found and any(operand in found for operand in step.operands):
            found[step] = replace(step, operands=tuple(found.get(each, each) for each in step.operands))
    return tuple(found.get(step, step) for step in steps if step.primitive is not None)


def _finite(name: str, found: Array) -> Array:
    if found.size == 0:
        raise InputError(name, "", say("is empty"))
    return found.astype(float)


def _check_axes(arrays: dict[str, Array], merged: bool) -> None:
    """Raises InputError where Q, K and V have another number of axes than their form has."""
    allowed = (2, 3) if merged else (2, 3, 4)
    for name, x in arrays.items():
        if x.ndim not in allowed or x.ndim != arrays["Q"].ndim:
            raise InputError(
                name,
                "",
                say(
                    "has {ndim} axes, where {listed} are read, as many as Q has",
                    ndim=x.ndim,
                    listed=" or ".join(map(str, allowed)),
                ),
            )


def _check_sizes(headed: dict[str, Step], weights: dict[str, Array]) -> None:
    """Raises InputError where keys are not as many as values, or not as wide as queries, in words of what was given."""
    keys, values = headed["K"].size("key"), headed["V"].size("key")
    if keys != values:
        raise InputError("V", "", say("has {rows} rows, where K has {wanted}", rows=values, wanted=keys))
    wide, wanted = headed["K"].size("feature"), headed["Q"].size("feature")
    if wide != wanted and not weights:
        raise InputError("K", "", say("has {columns} columns, where Q has {wanted}", columns=wide, wanted=wanted))


def _lead(x: Array, merged: bool) -> tuple[str, ...]:
    if merged:
        return ("batch",) * (x.ndim - 2)
    return {2: (), 3: ("head",), 4: ("batch", "head")}[x.ndim]


def _projected(name: str, x: Array, weights: dict[str, Array], merged: bool) -> tuple[Step, ...]:
    """The input as a step, and what its projection makes of it."""
    token, feature = _TOKENS[name]
    lead = _lead(x, merged)
    part = name.lower()
    W, b = weights.get(f"W_{part}"), weights.get(f"b_{part}")
    own = "model" if W is not None else "hidden" if merged else feature
    axes = tuple(numbered(axis, size) for axis, size in zip((*lead, token, own), x.shape, strict=True))
    given = source(name if W is None and b is None else f"X_{part}", x, axes)
    if W is None and b is None:
        return (given,)
    return (given, _affine(given, W, b, part, own, "hidden", *_STEPS[name]))


def _affine(x: Step, W: Array | None, b: Array | None, part: str, over: str, into: str, name: str, symbol: str) -> Step:
    """x W + b, either of which may be missing."""
    axes = tuple(into if axis == over else axis for axis in names(x.axes))
    if W is not None:
        weight = source(f"W_{part}", W, (numbered(over, W.shape[0]), numbered(into, W.shape[1])))
        if b is None:
            return contract(x, weight, over=over, to=axes, name=name, symbol=symbol)
        x = contract(x, weight, over=over, to=axes)
    assert b is not None
    return add(
        x, source(f"b_{part}", b, (numbered(x.axes[-1].name, len(b)),)), to=names(x.axes), name=name, symbol=symbol
    )


def _in_heads(x: Step, name: str, settings: Settings) -> Step:
    heads = settings.q_num_heads if name == "Q" else settings.kv_num_heads
    return x if heads is None else split(x, "hidden", "head", heads, _TOKENS[name][1])


def _past_length(past: tuple[object, object]) -> int:
    if past[0] is None:
        return 0
    found = array("past_key", past[0])
    if found.ndim < 2:
        raise InputError("past_key", "", say("needs at least 2 axes but has {ndim}", ndim=found.ndim))
    return int(found.shape[-2])


def _rotated(headed: dict[str, Step], settings: Settings, first: int) -> dict[str, Step]:
    """Queries and keys rotated, where positions are."""
    if settings.positions is None:
        return headed
    turned = dict(headed)
    for name in "QK":
        x = headed[name]
        theta = angles(x.axis(_TOKENS[name][0]), x.size("feature"), settings.positions.base, first)
        label = f"rotated {_STEPS[name][0]}"
        turned[name] = rotate(x, theta, settings.positions.layout, label, rf"{_STEPS[name][1]}^R")
    return turned


def _factor(settings: Settings, Q: Step) -> float | None:
    """The scale for the operator: its own default, unless a scale or a temperature is given."""
    if settings.scale is None and settings.temperature == 1:
        return None
    own = Q.size("feature") ** -0.5 if settings.scale is None else float(settings.scale)
    found = own / settings.temperature
    if not np.isfinite(found):
        raise InputError(
            "temperature",
            "",
            say("of {temperature:g} makes scores larger than a computer holds", temperature=settings.temperature),
        )
    return found


def _mask(settings: Settings, turned: dict[str, Step], first: int) -> object:
    """The mask for the operator, in which linear biases are numbers to add."""
    if not settings.alibi:
        return settings.attn_mask
    slopes = _slopes(turned["Q"])
    queries, keys = turned["Q"].size("query"), turned["K"].size("key") + first
    bias = -slopes[:, None, None] * np.abs(np.subtract.outer(np.arange(queries) + first, np.arange(keys)))
    if settings.attn_mask is None:
        return bias
    mask = array("attn_mask", settings.attn_mask)
    lead = (turned["Q"].size("batch"),) if "batch" in names(turned["Q"].axes) else ()
    check_fit(mask.shape, (*lead, len(slopes), queries, keys))
    missing = [(0, 0)] * (mask.ndim - 1) + [(0, keys - mask.shape[-1])]
    if mask.dtype.kind == "b":
        return np.where(np.pad(mask, missing), bias, -np.inf)
    return np.pad(mask.astype(float), missing, constant_values=-np.inf) + bias


def _slopes(Q: Step) -> Array:
    """The slope of each head. Raises InputError where there is no axis of heads."""
    if "head" not in names(Q.axes):
        raise InputError("alibi", "", say("needs an axis of heads: a slope belongs to each"))
    return alibi_slopes(Q.axis("head")).value


def _results(output: Step, out_merged: bool, weights: dict[str, Array]) -> dict[str, Step]:
    """What follows the operator: heads side by side, and the output projection."""
    if not out_merged or "head" not in names(output.axes):
        return {"output": output}
    heads = replace(output, name="head outputs", symbol="H")
    hidden = numbered("hidden", heads.size("head") * heads.size("value"))
    joined = merge(heads, "head", "value", into=hidden, name="output", symbol="O")
    found = {"head outputs": heads, "output": joined}
    W, b = weights.get("W_o"), weights.get("b_o")
    if W is not None or b is not None:
        found["projected output"] = _affine(joined, W, b, "o", "hidden", "out", "projected output", "Y")
    return found


# --- the start of recipes ---------------------------------------------------------------------------------------------


def _given(
    arrays: dict[str, Array],
    turned: dict[str, Step],
    settings: Settings,
    weights: dict[str, Array],
    past: tuple[object, object],
    scores: Step,
) -> Given:
    merged = settings.q_num_heads is not None
    own = turned["Q"].size("feature") ** -0.5
    inputs = tuple(_lifted(arrays[name], 3 if merged else 4) for name in "QKV")
    heads = [turned[name].size("head") if "head" in names(turned[name].axes) else 1 for name in "QK"]
    bare = Attributes(0, None, 0.0, None, None, None, None, -1, -1)
    length = _past_length(past) if past[0] is not None else None
    bias, seen = limits(scores, settings.attn_mask, None, length, bare)
    lengths = None if settings.nonpad_kv_seqlen is None else np.reshape(settings.nonpad_kv_seqlen, (-1, 1, 1, 1))
    return Given(
        (inputs[0], inputs[1], inputs[2]),
        merged,
        heads[0],
        heads[1],
        merged,
        own if settings.scale is None else float(settings.scale),
        settings.scale is not None,
        settings.temperature,
        settings.softcap,
        _together(_table(seen, scores), lengths, scores.size("key")),
        _table(bias, scores),
        bool(settings.is_causal),
        (settings.left_window_size, settings.right_window_size),
        None if past[0] is None else (_headed("past_key", past[0]), _headed("past_value", past[1])),
        lengths,
        settings.positions,
        _slopes(turned["Q"]) if settings.alibi else None,
        weights,
    )


def _lifted(x: Array, dimensions: int) -> Array:
    """With axes of size 1 in front, where the batch or the heads are missing."""
    return x.reshape((1,) * (dimensions - x.ndim) + x.shape)


def _headed(name: str, x: object) -> Array:
    return _lifted(array(name, x).astype(float), 4)


def _table(step: Step | None, scores: Step) -> Array | None:
    """A table of the operator, (batch, head, query, key) with axes of size 1; marks as booleans."""
    if step is None:
        return None
    sizes = [axis.size if axis.name in names(step.axes) else 1 for axis in scores.axes]
    table = _narrowed(_lifted(step.value.reshape(sizes), 4))
    return table > 0 if step.name == "visible" else table


def _narrowed(table: Array) -> Array:
    """With size 1 along the axes of batch, heads and queries where all positions have the same numbers."""
    for axis in range(3):
        first = np.take(table, [0], axis)
        table = first if (table == first).all() else table
    return table


def _together(marks: Array | None, lengths: Array | None, keys: int) -> Array | None:
    """Marks and lengths as one table."""
    if lengths is None:
        return marks
    real = np.arange(keys) < lengths
    return real if marks is None else marks & real


__all__ = ["SCORES", "Reference", "reference"]
