"""Scenes of coloured shapes, their regions as a detector would propose them, and a caption; seeded, NumPy alone.

Three to five things stand at different places from left to right, and the caption names them in that order. The regions
are proposed once, in no order. One list of things in ten is never trained on, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

COLOURS = ("red", "green", "blue", "yellow")
SHAPES = ("circle", "square", "star", "cross")
BEGIN = "<bos>"
END = "<eos>"
THEN = "then"
WORDS = (BEGIN, END, THEN, *COLOURS, *SHAPES)
FEATURES = (*COLOURS, *SHAPES, "x", "y", "width", "height")
FEWEST = 3
MOST = 5
PLACES = 8
NOISE = 0.01


@dataclass(frozen=True)
class Scene:
    """features (region, 12), in hundredths; boxes (region, 4): left, top, right, bottom in a square of side 1.

    caption: its words, the end among them; named: the region that each word is about, or none.
    """

    features: np.ndarray
    boxes: np.ndarray
    caption: tuple[str, ...]
    named: tuple[int | None, ...]


def scenes(rng: np.random.Generator, unseen: bool = False) -> Iterator[Scene]:
    """unseen: only lists of things that training leaves out."""
    while True:
        count = int(rng.integers(FEWEST, MOST + 1))
        things = rng.integers((len(COLOURS), len(SHAPES)), size=(count, 2))  # from left to right
        if left_out(things) == unseen:
            yield detected(rng, things)


def left_out(things: np.ndarray) -> bool:
    return int(np.arange(1, len(things) + 1) @ things @ (len(SHAPES), 1)) % 10 == 0


def detected(rng: np.random.Generator, things: np.ndarray) -> Scene:
    count = len(things)
    x = 0.1 + 0.8 * np.sort(rng.permutation(PLACES)[:count]) / (PLACES - 1)
    y = rng.uniform(0.12, 0.88, count)
    side = rng.uniform(0.1, 0.2, count)
    found = np.zeros((count, len(FEATURES)))
    found[range(count), things[:, 0]] = 1
    found[range(count), len(COLOURS) + things[:, 1]] = 1
    found[:, -4:] = np.stack([x, y, side, side], 1)
    found = np.round(found + rng.normal(0, NOISE, found.shape), 2) + 0.0  # no -0.0
    order = rng.permutation(count)  # the region at each place of the table
    words: list[str] = []
    named: list[int | None] = []
    for place, (colour, shape) in enumerate(things):
        region = int(np.flatnonzero(order == place)[0])
        words += [COLOURS[colour], SHAPES[shape], THEN if place < count - 1 else END]
        named += [region, region, None]
    boxes = np.stack([x - side / 2, y - side / 2, x + side / 2, y + side / 2], 1)
    return Scene(found[order], np.round(boxes[order], 3), tuple(words), tuple(named))
