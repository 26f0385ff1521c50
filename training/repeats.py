"""Strings in which a stretch of different letters comes again and again, drawn from a seed, with NumPy alone.

The length of the stretch differs from string to string, so that no fixed distance leads to a letter's earlier place.
One stretch in ten is never trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

ALPHABET = "abcdefghijklmnop"
SHORTEST = 4  # stretch of letters
LONGEST = 12  # stretch of letters
LENGTH = 24  # letters of a string


@dataclass(frozen=True)
class Repeated:
    """letters (24,): their places in ALPHABET. period: after how many letters the string begins again."""

    letters: np.ndarray
    period: int

    @property
    def text(self) -> str:
        return "".join(ALPHABET[letter] for letter in self.letters)


def repeats(rng: np.random.Generator, unseen: bool = False) -> Iterator[Repeated]:
    """unseen: only stretches that training leaves out."""
    while True:
        period = int(rng.integers(SHORTEST, LONGEST + 1))
        stretch = rng.permutation(len(ALPHABET))[:period]
        if left_out(stretch) == unseen:
            yield Repeated(np.resize(stretch, LENGTH), period)


def left_out(stretch: np.ndarray) -> bool:
    return bool(stretch @ np.arange(1, len(stretch) + 1) % 10 == 0)
