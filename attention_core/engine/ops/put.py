"""Some numbers of an array set by hand; the others stay what they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import Axes
from attention_core.engine.step import Call, Primitive, Step

from .base import apply

Cells = Mapping[tuple[int, ...], float]  # a number for each of some cells, 0-based positions along the axes


@dataclass(frozen=True)
class Put(Primitive):
    """Constants at some places in reading order, and the numbers of the operand at all others."""

    places: tuple[int, ...]  # ascending
    numbers: tuple[float, ...]
    sign = "set"
    rearranges = True
    bounded = True  # what is not finite was so before

    def axes(self, name: str, *operands: Step) -> Axes:
        return operands[0].axes

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.put, (), {"places": self.places, "numbers": self.numbers})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        x = operands[0]
        own = x.at(where)
        starts, parts = [0], [own]
        for place, number in zip(self.places, self.numbers, strict=True):
            starts += [place, place + 1]
            parts += [ex.constant(number), own]
        return ex.piece(_in_reading_order(x.axes, where), tuple(starts), tuple(parts))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        """What was set does not follow from the operand: no gradient passes back there."""
        yield apply(Put(self.places, (0.0,) * len(self.places)), gradient)


def _in_reading_order(axes: Axes, where: ex.Where) -> ex.Index:
    """The place of a cell among all cells, counted row by row from 0."""
    below = [math.prod(axis.size for axis in axes[n + 1 :]) for n in range(len(axes))]
    return ex.Index(tuple((where[axis.name], count, 1, 0) for axis, count in zip(axes, below, strict=True)))


def put(x: Step, cells: Cells, name: str = "", symbol: str = "") -> Step:
    """x with other numbers in some cells; the axes are those of x. Raises IndexError for a cell outside the array."""
    sizes = [axis.size for axis in x.axes]
    found: dict[int, float] = {}
    for cell, number in cells.items():
        place = 0
        for size, position in zip(sizes, cell, strict=True):
            place = place * size + range(size)[position]
        found[place] = float(x.value.dtype.type(number))
    places = tuple(sorted(found))
    return apply(Put(places, tuple(found[each] for each in places)), x, name=name, symbol=symbol)
