"""Noisy pictures with one small bright mark somewhere, drawn from a seed, with NumPy alone.

Three dim blots lie about as well. A mark is one of four, of nine bright pixels each, so that a blurred look cannot tell
which. One pair in ten of a mark and a place is never trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

SIDE = 32
MARK = 5
BLOTS = 3
NAMES = ("plus", "cross", "T", "L")
_DRAWN = (
    "..#.. ..#.. ##### ..#.. ..#..",
    "#...# .#.#. ..#.. .#.#. #...#",
    "##### ..#.. ..#.. ..#.. ..#..",
    "#.... #.... #.... #.... #####",
)
SHAPES = np.array([[[pixel == "#" for pixel in row] for row in drawn.split()] for drawn in _DRAWN], float)


@dataclass(frozen=True)
class Marked:
    """pixels (32, 32): 0 to 1 in hundredths. row, column: the middle of the mark. mark: its place in NAMES, or none."""

    pixels: np.ndarray
    mark: int | None
    row: int
    column: int


def marks(rng: np.random.Generator, unseen: bool = False, blank: float = 0.0) -> Iterator[Marked]:
    """unseen: only pairs of mark and place that training leaves out. blank: the share of pictures without a mark."""
    while True:
        mark = int(rng.integers(len(NAMES)))
        top, left = (int(place) for place in rng.integers(1, SIDE - MARK, 2))
        if left_out(mark, top, left) == unseen:
            there = rng.random() >= blank
            yield Marked(painted(rng, mark if there else None, top, left), mark if there else None, top + 2, left + 2)


def left_out(mark: int, top: int, left: int) -> bool:
    return (3 * mark + 7 * top + left) % 10 == 0


def painted(rng: np.random.Generator, mark: int | None, top: int, left: int) -> np.ndarray:
    pixels = rng.normal(0.1, 0.05, (SIDE, SIDE))
    for _ in range(BLOTS):
        row, column = rng.integers(0, SIDE - MARK, 2)
        spots = np.zeros(MARK * MARK)
        spots[rng.permutation(MARK * MARK)[:9]] = 0.35
        pixels[row : row + MARK, column : column + MARK] += spots.reshape(MARK, MARK)
    if mark is not None:
        place = pixels[top : top + MARK, left : left + MARK]
        np.maximum(place, SHAPES[mark], out=place)
    return np.round(np.clip(pixels, 0, 1), 2)
