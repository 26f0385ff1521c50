"""Chance that is the same on every machine: of Python's generator only what is promised to stay as it is."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

import numpy as np

from attention_core.engine.step import Array

T = TypeVar("T")


class Chance:
    """Draws that follow from the words they are seeded with."""

    def __init__(self, *words: object) -> None:
        self._random = Random("/".join(map(str, words))).random

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self._random() * count)

    def one_of(self, things: Sequence[T]) -> T:
        """One of them."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of them in another order."""
        left = [*things]
        return [left.pop(self.below(len(left))) for _ in things]

    def table(self, shape: tuple[int, ...], among: Sequence[float]) -> Array:
        """Numbers, each one of those."""
        count = int(np.prod(shape))
        return np.array([self.one_of(among) for _ in range(count)], dtype=float).reshape(shape)
