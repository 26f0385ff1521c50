"""Small maps of all heads as text: one character for each weight, which packs far better than base64 of its bytes."""

from __future__ import annotations

import numpy as np

from attention_core.engine.step import Array

FINEST = 127  # sizes of a weight, or of a change to either side; an opened head is sent exactly
_FIRST, _SKIPPED = 35, 92  # the first character after the quotation mark, and the backslash: neither may stand in JSON


def shares_written(maps: Array) -> str:
    """Weights (map, query, key) from 0 to 1 in 127ths; without what is above the diagonals, where all of that is 0."""
    return _written(np.rint(np.clip(maps, 0, 1) * FINEST).astype(int))


def changes_written(maps: Array, top: float) -> str:
    """Changes (map, query, key) in 127ths of the largest one, `top`; sizes are counted as 0, -1, 1, -2, 2 and so on."""
    sizes = np.rint(maps * (FINEST / top if top else 0)).astype(int)
    return _written(np.where(sizes < 0, -2 * sizes - 1, 2 * sizes))


def _written(numbers: Array) -> str:
    if not np.triu(numbers, 1).any():
        numbers = numbers[:, *np.tril_indices(numbers.shape[-1])]
    codes = numbers + _FIRST
    codes += codes >= _SKIPPED
    return codes.astype("<u2").tobytes().decode("utf-16-le")
