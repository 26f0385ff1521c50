"""Inputs that a person can reckon with: few tokens, whole numbers, and a width whose root is one where it may be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from attention_core.diagnosis.cases import Case
from attention_core.engine.step import Array

from .chance import Chance

COMPARED = (-1, 0, 0, 1, 1, 2)  # in queries and keys
MIXED = (0, 1, 2, 3, 4, 5, 6)  # in values
LARGE = (10, 160)  # of whose products no exponential holds one, and of two that differ the smaller one comes to 0
ODD_HUNDREDS = (257, 259, 301, 303, 355, 401, 403, 455, 501)  # which bfloat16 does not hold
BIASES = (-2, -1, 0, 1, 2)
ROPE_BASE = 100.0
TOKENS, WIDTH = 3, 4
FEWER = 2  # new tokens beside past ones; features of a head where heads lie side by side


def small(chance: Chance, needs: Collection[str]) -> Case:
    """A case with what a mistake needs to show, in the words of `cases.draw`; "hundreds": values of three digits."""
    wanted = {*needs}
    heads, groups = _heads(wanted)
    tokens = FEWER if "past" in wanted else TOKENS + ("window" in wanted)
    width = FEWER if heads > 1 and wanted & {"merged", "out merged", "grouped", "shared", "alibi"} else WIDTH
    value = width if wanted & {"equal widths", "even values"} else FEWER
    shapes = ((heads, tokens, width), (groups, tokens, width), (groups, tokens, value))
    Q, K, V = (chance.table(shape, among) for shape, among in zip(shapes, _kinds(wanted), strict=True))
    if "far" in wanted:
        Q[:, 0] = -np.abs(Q[:, 0])
    settings = _settings(chance, wanted, tokens)
    if "past" in wanted:
        settings["past_key"] = chance.table((groups, FEWER, width), COMPARED)
        settings["past_value"] = chance.table((groups, FEWER, value), MIXED)
    if wanted & {"merged", "out merged"}:
        settings |= {"q_num_heads": heads, "kv_num_heads": groups}
        return Case(_side_by_side(Q), _side_by_side(K), _side_by_side(V), settings)
    if heads == 1 and "past" not in wanted:
        return Case(Q[0], K[0], V[0], settings)
    return Case(Q, K, V, settings)


def _heads(wanted: set[str]) -> tuple[int, int]:
    """How many heads queries have, and keys and values. Grouped heads show from four on; slopes differ more by then."""
    if wanted & {"grouped", "shared"}:
        return 4, 2
    if "alibi" in wanted:
        return 4, 4
    return (2, 2) if wanted & {"heads", "merged", "out merged"} else (1, 1)


def _kinds(wanted: set[str]) -> tuple[tuple[int, ...], ...]:
    """What Q, K and V are drawn from."""
    if wanted & {"large", "far"}:
        return LARGE, LARGE, MIXED
    return COMPARED, COMPARED, ODD_HUNDREDS if "hundreds" in wanted else MIXED


def _side_by_side(x: Array) -> Array:
    return x.swapaxes(0, 1).reshape(x.shape[1], -1)


def _settings(chance: Chance, wanted: set[str], tokens: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "own scale" in wanted:
        found["scale"] = 0.25
    if "temperature" in wanted:
        found["temperature"] = 2.0
    if "softcap" in wanted:
        found["softcap"] = 2.0
    if "rope" in wanted:
        found |= {"rope": chance.one_of(("interleaved", "half-split")), "rope_base": ROPE_BASE}
    if "alibi" in wanted:
        found["alibi"] = True
    return found | _limits(chance, wanted, tokens)


def _limits(chance: Chance, wanted: set[str], tokens: int) -> dict[str, Any]:
    """Mask, causality and window."""
    keys = tokens + (FEWER if "past" in wanted else 0)
    found: dict[str, Any] = {}
    if wanted & {"mask", "limits", "table"}:
        found["attn_mask"] = _table(chance, tokens, keys)
    if "padding" in wanted:
        found["attn_mask"] = np.repeat([np.arange(keys) < keys - 1], tokens, axis=0)
    if wanted & {"bias", "any bias"}:
        found["attn_mask"] = chance.table((tokens, keys), BIASES)
    if "window" in wanted:
        found |= {"is_causal": 1, "left_window_size": 1}
    if wanted & {"causal", "near"}:
        found["is_causal"] = 1
    return found


def _table(chance: Chance, queries: int, keys: int) -> Array:
    """Which keys each query sees: of three one is hidden, not for all queries the same one."""
    first = chance.below(keys)
    hidden = [(first + row * (1 + chance.below(keys - 1))) % keys for row in range(queries)]
    seen: Array = np.arange(keys) != np.array(hidden)[:, None]
    return seen
