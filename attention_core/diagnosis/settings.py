"""What is given beside the numbers: the settings of the operator `attention()`, positions, and projections."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.step import Array
from attention_core.operator.attributes import array

from .recipe import Rope

WEIGHTS = ("W_q", "W_k", "W_v", "W_o")
BIASES = ("b_q", "b_k", "b_v", "b_o")
LAYOUTS = ("interleaved", "half-split")


@dataclass(frozen=True, eq=False)
class Settings:
    """The settings of a computation of attention, all of which may be left out.

    Those of `attention()` by their names there: attn_mask, past_key, past_value, nonpad_kv_seqlen, is_causal, scale,
    softcap, q_num_heads, kv_num_heads, left_window_size, right_window_size.
    temperature: the scaled scores are divided by it. rope: "interleaved" (neighbours make a pair) or "half-split";
    rope_base: its base. Past keys are rotated already. alibi: True for the linear biases of the heads.
    W_q, W_k, W_v, W_o: with them Q, K and V are what is projected, ([batch,] tokens, model), often three times the same
    X; a weight is (in, out), as in X @ W, or (out, in) as torch.nn.Linear keeps it with weights_out_in=True. b_q, b_k,
    b_v, b_o: their biases. The result is then ([batch,] tokens, out).
    """

    attn_mask: Any = None
    past_key: Any = None
    past_value: Any = None
    nonpad_kv_seqlen: Any = None
    is_causal: int = 0
    scale: float | None = None
    softcap: float = 0.0
    q_num_heads: int | None = None
    kv_num_heads: int | None = None
    left_window_size: int = -1
    right_window_size: int = -1
    temperature: float = 1.0
    rope: str | None = None
    rope_base: float = 10000.0
    alibi: bool = False
    W_q: Any = None
    W_k: Any = None
    W_v: Any = None
    W_o: Any = None
    b_q: Any = None
    b_k: Any = None
    b_v: Any = None
    b_o: Any = None
    weights_out_in: bool = False

    @property
    def positions(self) -> Rope | None:
        """The rotation, where there is one."""
        return Rope(self.rope, float(self.rope_base)) if self.rope else None

    @property
    def projections(self) -> dict[str, Array]:
        """The weights, (in, out), and biases that are given, by name, in double precision."""
        found = {name: _real(name, getattr(self, name)) for name in WEIGHTS + BIASES if getattr(self, name) is not None}
        for name in found:
            wanted = 2 if name in WEIGHTS else 1
            if found[name].ndim != wanted:
                raise InputError(
                    name, "", say("needs {wanted} axes but has {ndim}", wanted=wanted, ndim=found[name].ndim)
                )
        if not self.weights_out_in:
            return found
        return {name: each.T if each.ndim == 2 else each for name, each in found.items()}


def settings_of(given: dict[str, Any]) -> Settings:
    """The settings by their names. Raises InputError on a name there is none of, or a value that cannot be."""
    known = [each.name for each in fields(Settings)]
    for name in given:
        if name not in known:
            raise InputError(name, "", say("is no setting; there are {listed}", listed=", ".join(known)))
    found = Settings(**given)
    _check(found)
    if any(getattr(found, name) is not None for name in WEIGHTS + BIASES) and found.q_num_heads is None:
        return replace(found, q_num_heads=1, kv_num_heads=1)
    if found.q_num_heads is not None and found.kv_num_heads is None:
        return replace(found, kv_num_heads=found.q_num_heads)
    return found


def is_number(value: Any) -> bool:
    """Whether it is one finite real number, which double precision can hold."""
    if isinstance(value, (int, np.integer)):
        return abs(int(value)) <= sys.float_info.max
    return isinstance(value, (float, np.floating)) and math.isfinite(value)


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, (int, np.integer)) and bool(least <= value < 2**31)


def _is_switch(value: Any) -> bool:
    return isinstance(value, (bool, int, np.bool_, np.integer)) and value in (0, 1)


_Check = tuple[Callable[[Any], bool], str]
_SWITCH: _Check = (_is_switch, "must be 0 or 1")
_POSITIVE: _Check = (lambda x: is_number(x) and bool(x > 0), "must be a finite number above 0")
_HEADS: _Check = (lambda x: x is None or _is_whole(x, 1), "must be a whole number, at least 1")
_WINDOW: _Check = (lambda x: _is_whole(x, -1), "must be a whole number, at least -1")
_CHECKS: dict[str, _Check] = {
    "is_causal": _SWITCH,
    "alibi": _SWITCH,
    "weights_out_in": _SWITCH,
    "temperature": _POSITIVE,
    "rope_base": _POSITIVE,
    "scale": (lambda x: x is None or is_number(x), "must be a finite number"),
    "softcap": (lambda x: is_number(x) and bool(x >= 0), "must be a finite number, at least 0"),
    "q_num_heads": _HEADS,
    "kv_num_heads": _HEADS,
    "left_window_size": _WINDOW,
    "right_window_size": _WINDOW,
    "rope": (
        lambda x: x is None or (isinstance(x, str) and x in LAYOUTS),
        f"is one of {' and '.join(LAYOUTS)}",
    ),
}


def _check(found: Settings) -> None:
    """Raises InputError on settings that are no arrays and cannot be what they are."""
    for name, (fits, sentence) in _CHECKS.items():
        value = getattr(found, name)
        if not fits(value):
            raise InputError(name, "", say("{sentence}, not {shown}", sentence=sentence, shown=shown(value)))


def shown(value: Any) -> str:
    """A value in a sentence: itself where it is short, else what kind it is."""
    return repr(value)[:40] if isinstance(value, (str, int, float)) else type(value).__name__


def _real(name: str, value: Any) -> Array:
    found: Array = array(name, value).astype(float)
    if not np.isfinite(found).all():
        raise InputError(name, "", say("holds infinity or something that is not a number"))
    return found
