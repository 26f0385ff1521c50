"""Trained networks for images: their weights as named constants, and the images that come with the package.

training/senet.py and training/racnn.py computed the weights; data/weights has them, with a card each.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from attention_core.blocks.convolution import convolved
from attention_core.engine.axes import Axis, axis_place, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, relu, softmax
from attention_core.engine.step import Step, source
from attention_core.lesson.trained_weights import arrays, card, read_json

KERNEL = ("row offset", "column offset")
_LOOK: dict[str, tuple[str, ...]] = {
    "K_1": ("filter", *KERNEL),
    "b_1": ("filter",),
    "K_2": ("map", "filter", *KERNEL),
    "b_2": ("map",),
    "W": ("mark", "map"),
    "b": ("mark",),
}
# The axes of every array; a single channel has no axis.
AXES: dict[str, dict[str, tuple[str, ...]]] = {
    "senet-cued-digits": {
        "K_1": ("map", "channel", *KERNEL),
        "b_1": ("map",),
        "W_1": ("hidden", "map"),
        "W_2": ("map", "hidden"),
        "K_2": ("feature", "map", *KERNEL),
        "b_2": ("feature",),
        "W_o": ("digit", "feature"),
        "b_o": ("digit",),
    },
    "find-the-mark": {
        **{f"{look} {name}": axes for look in ("coarse", "fine") for name, axes in _LOOK.items()},
        "box W_h": ("hidden", "map", "row", "column"),
        "box b_h": ("hidden",),
        "box W_a": ("number", "hidden"),
        "box b_a": ("number",),
    },
}
COLOURS = Axis("channel", ("red", "green", "blue"))
DIGITS = Axis("digit", tuple("0123456789"))
MARKS = Axis("mark", ("plus", "cross", "T", "L"))
SHAPES = dict(
    zip(
        MARKS.labels,
        (
            "..#.. ..#.. ##### ..#.. ..#..",
            "#...# .#.#. ..#.. .#.#. #...#",
            "##### ..#.. ..#.. ..#.. ..#..",
            "#.... #.... #.... #.... #####",
        ),
        strict=True,
    )
)
SIDE = 32
BLOTS = 3
GREY = 0.35


def weights(task: str, *known: Axis) -> dict[str, Step]:
    """Every array as a constant step with named axes. known: axes whose positions have labels."""
    found = {}
    names = {axis.name: axis for axis in known}
    for name, words in AXES[task].items():
        value = arrays(task)[name]
        if value.ndim > len(words):
            value = value[:, 0]
        sized = tuple(names.get(word) or numbered(word, size) for word, size in zip(words, value.shape, strict=True))
        found[name] = source(name, value, sized, _symbol(name))
    return found


def _symbol(name: str) -> str:
    """The symbol of `fine K_1`: K_1 with the name of its network above."""
    owner, _, own = name.rpartition(" ")
    base, _, below = own.partition("_")
    lower = f"_{{{below}}}" if below else ""
    upper = rf"^{{\mathrm{{{owner}}}}}" if owner else ""
    return f"{base}{lower}{upper}"


def convolution_layer(x: Step, kernel: Step, bias: Step, name: str, symbol: str, **how: Any) -> Step:
    """relu(K * x + b), the convolution as a step of its own; `how` as in `convolved`."""
    convolution = convolved(x, kernel, bias, name=f"{name}/convolution", symbol=rf"\tilde {symbol}", **how)
    return relu(convolution, name=f"{name}/maps", symbol=symbol)


def softmax_layer(W: Step, features: Step, bias: Step, along: str, name: str, scores: str) -> Step:
    """softmax(W f + b) along an axis, the scores as a step of their own."""
    over = next(axis.name for axis in features.axes)
    found = add(contract(W, features, over=over), bias, name=scores, symbol="y")
    return softmax(found, along=along, name=name, symbol="p")


def placement_factors(image: Step, new: tuple[Axis, Axis], at: tuple[int, int]) -> tuple[Step, Step, Step]:
    """The factors (rows, image, columns) of a product that lays an image into a larger one, from the pixel `at`."""
    for axis, wide, start in zip(image.axes, new, at, strict=True):
        if start + axis.size > wide.size:
            raise InputError(
                image.label, axis_place(axis.name), say("{size} pixels reach beyond the picture", size=axis.size)
            )
    rows, columns = (
        source(f"places of the {axis.name}", np.eye(wide.size)[:, start : start + axis.size], (wide, axis), "P")
        for axis, wide, start in zip(image.axes, new, at, strict=True)
    )
    return rows, image, columns


# --- what comes with the app ------------------------------------------------------------------------------------------


@lru_cache
def digit_pixels(index: int) -> list[list[int]]:
    """A held-out image of a digit, 8 by 8, from 0 to 16."""
    images = read_json("weights/digits.json")["images"]
    found: list[list[int]] = next(each["pixels"] for each in images if each["index"] == index)
    return found


def mark_pixels(mark: str) -> list[list[int]]:
    """The pixels of a mark, 5 by 5, 1 where it is drawn."""
    return [[int(pixel == "#") for pixel in row] for row in SHAPES[mark].split()]


def litter(seed: int) -> list[list[float]]:
    """Noise and three dim blots, drawn like the training images, but without the mark."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(0.1, 0.05, (SIDE, SIDE))
    for row, column in rng.integers(0, SIDE - 5, (BLOTS, 2)):
        spots = np.zeros(25)
        spots[rng.permutation(25)[:9]] = GREY
        pixels[row : row + 5, column : column + 5] += spots.reshape(5, 5)
    found: list[list[float]] = np.round(np.clip(pixels, 0, 1), 2).tolist()
    return found


def card_summary(task: str) -> str:
    """The model card in a sentence or two."""
    found = card(task)
    came = f" Digits: {found['source']['name']}, {found['source']['licence']}." if "source" in found else ""
    return f"Trained for {found['training']['processor seconds']:.0f} seconds with a fixed seed.{came}"
