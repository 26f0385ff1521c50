"""Pictures of two digits and a lamp. NumPy alone: the images of digits are arguments.

Red shows one digit, green another at the same place. A lamp far above them, in blue, decides which of the two is to be
named: off the red one, on the green one. Every fifth image is never trained on; a few of those come with the app.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parents[1] / "attention_core" / "data" / "weights" / "digits.json"
SIDE = 16  # pixels of a picture each way; an image of a digit has 8
BRIGHTEST = 16  # of an image of a digit
# Six dark rows part the lamp from the digits.
ROWS = slice(8, 16)
COLUMNS = slice(4, 12)
LAMP = slice(0, 2)


@dataclass(frozen=True)
class Cued:
    """Places of the red and the green digit among the images at hand, the lamp, and the digit to be named."""

    red: int
    green: int
    lamp: bool
    named: int


def left_out(index: int) -> bool:
    return index % 5 == 0


def cues(rng: np.random.Generator, labels: Sequence[int], unseen: bool = False) -> Iterator[Cued]:
    """labels: of all images, in order. unseen: only images that training leaves out."""
    pool = [index for index in range(len(labels)) if left_out(index) == unseen]
    while True:
        red, green = (int(index) for index in rng.choice(pool, 2))
        lamp = bool(rng.integers(2))
        yield Cued(red, green, lamp, int(labels[green if lamp else red]))


def painted(red: np.ndarray, green: np.ndarray, lamp: bool) -> np.ndarray:
    """(3, 16, 16) from 0 to 1: red, green, blue. red, green: (8, 8) from 0 to 16, as in the file."""
    picture = np.zeros((3, SIDE, SIDE))
    picture[:2, ROWS, COLUMNS] = np.stack([red, green]) / BRIGHTEST
    picture[2, LAMP] = lamp
    return picture


def shipped() -> list[Mapping[str, Any]]:
    """The held-out digits that come with the app: where each stands in the source, what it is, its 8 rows."""
    found: list[Mapping[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["images"]
    return found
