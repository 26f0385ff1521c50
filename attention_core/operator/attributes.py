"""Inputs and attributes of ONNX `Attention`, opsets 23 to 25, as they are read and checked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_core.engine.axes import Axes, cell_name, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.step import Array, Step, source


@dataclass(frozen=True)
class Attributes:
    """The attributes of ONNX `Attention` under its own names. None, and -1 for a window: not used."""

    is_causal: int
    scale: float | None
    softcap: float
    q_num_heads: int | None
    kv_num_heads: int | None
    qk_matmul_output_mode: int | None
    softmax_precision: int | None
    left_window_size: int
    right_window_size: int

    def __post_init__(self) -> None:
        _one_of("is_causal", self.is_causal, (0, 1))
        _one_of("qk_matmul_output_mode", self.qk_matmul_output_mode, (None, 0, 1, 2, 3))
        _one_of("softmax_precision", self.softmax_precision, (None, 1, 10, 11, 16))
        _number("scale", 1.0 if self.scale is None else self.scale, -math.inf)
        _number("softcap", self.softcap, 0)
        _whole("left_window_size", self.left_window_size, -1)
        _whole("right_window_size", self.right_window_size, -1)
        heads = {"q_num_heads": self.q_num_heads, "kv_num_heads": self.kv_num_heads}
        _check_together(heads)
        for name, count in heads.items():
            _whole(name, 1 if count is None else count, 1)


def _one_of(field: str, value: Any, choices: tuple[int | None, ...]) -> None:
    if value not in choices:
        named = ", ".join(str(choice) for choice in choices if choice is not None)
        raise InputError(field, "", say("must be one of {named}, not {value!r}", named=named, value=value))


def _number(field: str, value: Any, least: float) -> None:
    if not isinstance(value, (int, float, np.number)) or not math.isfinite(value) or value < least:
        raise InputError(
            field,
            "",
            say(
                "must be a finite number{value}, not {value_2!r}",
                value=", at least 0" if least == 0 else "",
                value_2=value,
            ),
        )


def _whole(field: str, value: Any, least: int) -> None:
    if not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(
            field, "", say("must be a whole number, at least {least}, not {value!r}", least=least, value=value)
        )


def _check_together(pair: dict[str, Any]) -> None:
    missing = [name for name, value in pair.items() if value is None]
    if len(missing) == 1:
        raise InputError(missing[0], "", say("is missing: {listed} are given together", listed=" and ".join(pair)))


# --- arrays -----------------------------------------------------------------------------------------------------------


def sources(given: dict[str, Any], heads: int | None) -> dict[str, Step]:
    """Q, K, V and the past as steps, by name.

    Axes: ([batch,] [head,] tokens, width); where `heads` is given, Q, K and V have their heads side by side in one last
    axis, ([batch,] tokens, hidden). K and past_key take the precision of Q; V and past_value have their own.
    """
    past = {name: given[name] for name in ("past_key", "past_value")}
    _check_together(past)
    arrays = {name: array(name, value) for name, value in given.items() if name not in past or value is not None}
    axes = _forms(arrays["Q"].ndim, heads)
    precision = {name: kept(arrays[name if name in ("V", "past_value") else "Q"]) for name in arrays}
    return {name: _source(name, values, axes[name], precision[name]) for name, values in arrays.items()}


# The axes before the last two, by the number of axes of Q.
_LEADING: dict[int, tuple[str, ...]] = {3: ("head",), 4: ("batch", "head")}


def _forms(dimensions: int, heads: int | None) -> dict[str, tuple[str, ...]]:
    """The axes of every input, by the number of axes of Q and by whether the heads lie side by side in the last."""
    if heads is not None and dimensions > 3:
        raise InputError(
            "q_num_heads",
            "",
            say("is for 3 axes (batch, query, hidden), but Q has {dimensions}", dimensions=dimensions),
        )
    if heads:
        lead: tuple[str, ...] = ("batch",) if dimensions == 3 else ()
        cached = (*lead, "head")
        feature = value = "hidden"
    else:
        lead = _LEADING.get(dimensions, ())
        cached = lead
        feature = "feature"
        value = "value"
    return {
        "Q": (*lead, "query", feature),
        "K": (*lead, "key", feature),
        "V": (*lead, "key", value),
        "past_key": (*cached, "key", "feature"),
        "past_value": (*cached, "key", "value"),
    }


def array(name: str, value: Any) -> Array:
    """An array of booleans or real numbers; a tensor of another library is read by its __array__.

    Raises InputError on anything else, and where a value does not let itself be read: a tensor that needs detach().
    """
    try:
        found = np.asarray(value)
    except ValueError as error:
        rows = isinstance(value, (list, tuple))
        raise InputError(name, "", say("has rows of different lengths") if rows else _unreadable(error)) from None
    except Exception as error:
        raise InputError(name, "", _unreadable(error)) from None
    if found.dtype.kind not in "biuf" and not _is_bfloat16(found):
        raise InputError(name, "", say("holds something that is not a number"))
    return found


def _unreadable(error: Exception) -> str:
    return f"cannot be read as an array: {error}"


def _is_bfloat16(found: Array) -> bool:
    """Not NumPy's own; a package such as ml_dtypes adds it."""
    return found.dtype.name == "bfloat16"


def _source(name: str, found: Array, axis_names: tuple[str, ...], precision: np.dtype[Any]) -> Step:
    if found.ndim != len(axis_names):
        raise InputError(
            name,
            "",
            say(
                "needs {count} axes ({listed}) but has {ndim}",
                count=len(axis_names),
                listed=", ".join(axis_names),
                ndim=found.ndim,
            ),
        )
    axes = tuple(numbered(axis, size) for axis, size in zip(axis_names, found.shape, strict=True))
    if found.size == 0 and not name.startswith("past"):  # generation starts with an empty past
        raise InputError(name, "", say("is empty"))
    # A view, so that the caller's array stays writeable.
    return Step(name, _SYMBOLS.get(name, name), _finite(name, cast(found, precision).view(), axes), axes)


_SYMBOLS = {"past_key": r"K_{\mathrm{past}}", "past_value": r"V_{\mathrm{past}}"}


def _finite(name: str, found: Array, axes: Axes) -> Array:
    if not np.isfinite(found).all():
        place = np.argwhere(~np.isfinite(found))[0]
        raise InputError(name, cell_name(axes, place), say("{found} is not a finite number", found=found[tuple(place)]))
    return found


# --- precision --------------------------------------------------------------------------------------------------------


def kept(found: Array) -> np.dtype[Any]:
    """The precision an array's numbers are kept in: its own, and float64 for whole numbers."""
    return found.dtype if found.dtype.kind == "f" or _is_bfloat16(found) else np.dtype(float)


def computed_in(precision: np.dtype[Any]) -> np.dtype[Any]:
    """Half precision is for storing only."""
    return np.dtype(np.float32) if precision.itemsize < 4 else precision


def cast(found: Array, precision: np.dtype[Any]) -> Array:
    """The array in another precision; numbers too large for it become infinite without a warning."""
    with np.errstate(over="ignore"):
        return found.astype(precision, copy=False)


def rounding(code: int, scores: Array) -> Array:
    """Numbers as ONNX's softmax_precision has them: 1 float32, 10 float16, 11 float64, 16 bfloat16.

    The short formats are rounded to and then computed with in float32, as processors do.
    """
    with np.errstate(over="ignore"):
        rounded = _FORMATS[code](scores)
    if np.isinf(rounded).sum() > np.isinf(scores).sum():
        raise InputError("softmax_precision", "", say("cannot hold a score as large as these"))
    return rounded


def _bfloat16(scores: Array) -> Array:
    """float32 cut after 16 bits, rounded to the nearest and in a tie to an even last bit."""
    bits = scores.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).view(np.float32)


_FORMATS: dict[int, Callable[[Array], Array]] = {
    1: lambda scores: scores.astype(np.float32),
    10: lambda scores: scores.astype(np.float16).astype(np.float32),
    11: lambda scores: scores.astype(np.float64),
    16: _bfloat16,
}


# --- masks ------------------------------------------------------------------------------------------------------------


def limits(
    scores: Step, attn_mask: Any, nonpad_kv_seqlen: Any, past: int | None, attributes: Attributes
) -> tuple[Step | None, Step | None]:
    """The bias that is added to the scores, and which keys are visible; None where that is nothing, or all.

    past: how many keys come before the first query; None where there is no past.
    """
    seen = bias = lengths = None
    longest = scores.size("key")
    if attn_mask is not None:
        mask = array("attn_mask", attn_mask)
        seen, bias = _read_mask(mask, scores)
        longest = mask.shape[-1]
    if nonpad_kv_seqlen is not None:
        if past is not None:
            raise InputError("nonpad_kv_seqlen", "", say("cannot be used together with past_key and past_value"))
        lengths = _read_lengths(array("nonpad_kv_seqlen", nonpad_kv_seqlen), scores.axes, longest)
    # Causal: no key to the right of the query's own place, which is a window of 0.
    right = 0 if attributes.is_causal else attributes.right_window_size
    return bias, _visible(scores.axes, seen, (attributes.left_window_size, right), past or 0, lengths)


def _read_mask(mask: Array, scores: Step) -> tuple[Array, Step | None]:
    """The visible cells, and what is added to the scores: minus infinity hides, and adding 0 everywhere is no step.

    Booleans mark what is visible and numbers are added, as in ONNX, whether there is a batch or not.
    """
    sizes = tuple(axis.size for axis in scores.axes)
    check_fit(mask.shape, sizes)
    padding = [(0, 0)] * (mask.ndim - 1) + [(0, sizes[-1] - mask.shape[-1])]
    if mask.dtype.kind == "b":
        return np.pad(mask, padding), None
    _refuse_marks(mask)
    if not (mask < np.inf).all():
        raise InputError("attn_mask", "", say("holds infinity or something that is not a number"))
    added = np.pad(_within(mask, scores.value.dtype), padding, constant_values=-np.inf)
    seen = added > -np.inf
    bias = np.where(seen, added, 0)
    return seen, Step("bias", "E", *_narrow(bias, scores.axes)) if bias.any() else None


def _refuse_marks(mask: Array) -> None:
    """Raises InputError on whole numbers that are all 0 or 1: ONNX adds them, but most people mean marks by them."""
    if mask.dtype.kind in "iu" and np.isin(mask, (0, 1)).all():
        raise InputError(
            "attn_mask", "",
            say("holds whole numbers that are all 0 or 1, which has two readings: convert it to bool where 1 "
"marks a visible key, or to float where 0 and 1 are added to the scores"),
        )  # fmt: skip


def _within(mask: Array, precision: np.dtype[Any]) -> Array:
    """The numbers of a mask in another precision.

    A finite number stays finite, the nearest there is: -1e308 is a very low score in every precision, and only minus
    infinity hides.
    """
    numbers = mask.astype(float)
    ends = np.finfo(precision)
    return np.where(np.isfinite(numbers), numbers.clip(ends.min, ends.max), numbers).astype(precision)


def check_fit(shape: tuple[int, ...], sizes: tuple[int, ...]) -> None:
    """Raises InputError on a mask of another shape than the scores.

    Axes are matched from the last on; one of size 1 stands for every position, and the last keys may be missing.
    """
    others = zip(shape[-2::-1], sizes[-2::-1], strict=False)
    if not 1 <= len(shape) <= len(sizes) or shape[-1] > sizes[-1] or any(m not in (1, n) for m, n in others):
        raise InputError("attn_mask", "", say("needs shape {sizes} but has {shape}", sizes=sizes, shape=shape))


def _read_lengths(lengths: Array, axes: Axes, most: int) -> Array:
    """How many keys of each sample are no padding, with an axis of size 1 for every further axis of the scores."""
    samples = axes[0].size if axes[0].name == "batch" else 1
    if lengths.shape != (samples,):
        raise InputError(
            "nonpad_kv_seqlen",
            "",
            say("needs shape ({samples},), for the batch, but has {shape}", samples=samples, shape=lengths.shape),
        )
    if lengths.dtype.kind not in "iu":
        raise InputError("nonpad_kv_seqlen", "", say("needs whole numbers"))
    for sample, length in enumerate(lengths):
        if not 0 <= length <= most:
            raise InputError(
                "nonpad_kv_seqlen",
                say("batch {sample}", sample=sample + 1),
                say("must be between 0 and {most}, not {length}", most=most, length=length),
            )
    return lengths.astype(int).reshape(samples, *(1 for _ in axes[1:]))


def _visible(axes: Axes, seen: Array | None, window: tuple[int, int], past: int, lengths: Array | None) -> Step | None:
    """1 where a key is visible to a query, all limits taken together; None without limits.

    Query i stands at i + past, or, where only the first `lengths` keys of a sample are no padding, in the last of those
    places; as many keys to the left and to the right of its place as the window says are visible, -1 being all.
    """
    left, right = window
    if seen is None and lengths is None and left < 0 and right < 0:
        return None
    queries = np.arange(axes[-2].size)[:, None]
    keys = np.arange(axes[-1].size)
    place = queries + (past if lengths is None else lengths - len(queries))
    found = (keys >= 0) & (queries >= 0) if seen is None else seen & (queries >= 0)
    if left >= 0:
        found = found & (keys >= place - left)
    if right >= 0:
        found = found & (keys <= place + right)
    if lengths is not None:
        found = found & (keys < lengths)
    return source("visible", *_narrow(found, axes), symbol="B")


def _narrow(found: Array, axes: Axes) -> tuple[Array, Axes]:
    """Without the axes of size 1 that stand for all positions."""
    pairs = [(axis, size) for axis, size in zip(axes[-found.ndim :], found.shape, strict=True) if axis.size == size]
    return found.reshape([size for _, size in pairs]), tuple(axis for axis, _ in pairs)
