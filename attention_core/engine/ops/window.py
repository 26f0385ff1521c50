"""Windows that slide along an axis: what a convolution and a pooling read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import Axes, Axis, names, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.step import Call, Primitive, Step

from .base import aligned, apply
from .contract import contract


@dataclass(frozen=True)
class Sliding:
    """Which place a window reads: stride * (window) + (offset) - before, of `axis`; beyond its ends there are zeros."""

    axis: Axis
    window: Axis
    offset: Axis
    before: int
    stride: int

    def read(self, window: int, offset: int) -> int:
        place = self.stride * window + offset - self.before
        return place if 0 <= place < self.axis.size else self.axis.size

    def reading(self, place: int, offset: int) -> int:
        """Which window reads a place at an offset, as a place among all (window, offset); behind them, none does."""
        window, rest = divmod(place + self.before - offset, self.stride)
        found = rest == 0 and 0 <= window < self.window.size
        return (window if found else self.window.size) * self.offset.size + (offset if found else 0)


@dataclass(frozen=True)
class Window(Primitive):
    """One axis read as two: windows, and offsets in a window."""

    slide: Sliding
    sign = "windows"
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        pairs = (
            (self.slide.window, self.slide.offset) if axis.name == self.slide.axis.name else (axis,)
            for axis in operands[0].axes
        )
        return tuple(axis for pair in pairs for axis in pair)

    def call(self, axes: Axes, *operands: Step) -> Call:
        slide = self.slide
        places = [slide.read(p, o) for p in range(slide.window.size) for o in range(slide.offset.size)]
        axis = names(operands[0].axes).index(slide.axis.name)
        return Call(kernels.windows, (), {"places": places, "size": slide.offset.size, "axis": axis})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        slide = self.slide
        terms = ((where[slide.window.name], slide.stride, 1, 0), (where[slide.offset.name], 1, 1, 0))
        place = ex.Index(terms, -slide.before)
        inside = operands[0].at({**where, slide.axis.name: place})
        return ex.piece(place, (-slide.before, 0, slide.axis.size), (ex.EDGE, inside, ex.EDGE))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield apply(Overlap(self.slide, names(operands[0].axes)), gradient)


@dataclass(frozen=True)
class Overlap(Primitive):
    """The way back from windows: every place gets the sum of what stands for it in all of them."""

    slide: Sliding
    order: tuple[str, ...]
    sign = "overlap"

    def axes(self, name: str, *operands: Step) -> Axes:
        known = {axis.name: axis for axis in operands[0].axes} | {self.slide.axis.name: self.slide.axis}
        return tuple(known[each] for each in self.order)

    def call(self, axes: Axes, *operands: Step) -> Call:
        slide = self.slide
        places = [slide.reading(i, o) for i in range(slide.axis.size) for o in range(slide.offset.size)]
        rest = tuple(each for each in self.order if each != slide.axis.name)
        view = aligned(operands[0], (slide.window.name, slide.offset.name, *rest))
        axis = self.order.index(slide.axis.name)
        return Call(kernels.overlapped, (), {"places": places, "size": slide.offset.size, "axis": axis}, (view,))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        slide = self.slide
        size = self.slide.offset.size
        own = slide.offset.name
        # Moved up by whole strides, so that no remainder is taken of a number below 0.
        terms = ((where[slide.axis.name], 1, 1, 0), (ex.along(own), -1, 1, 0))
        ahead = ex.Index(terms, slide.before + slide.stride * size)
        window = ex.Index(((ahead, 1, slide.stride, 0),), -size)
        inside = operands[0].at({**where, slide.window.name: window, own: ex.along(own)})
        body = ex.piece(window, (-size, 0, slide.window.size), (ex.EDGE, inside, ex.EDGE))
        if slide.stride > 1:
            body = ex.piece(ex.Index(((ahead, 1, 1, slide.stride),)), (0, 1), (body, ex.EDGE))
        return ex.over("sum", own, size, body)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield contract(apply(Window(self.slide), gradient), to=names(operands[0].axes))


def window(
    x: Step,
    axis: str,
    size: int,
    *,
    before: int = 0,
    after: int = 0,
    stride: int = 1,
    into: str = "",
    offset: str = "",
    labels: Sequence[str] = (),
) -> Step:
    """Windows of `size` positions along one axis, `stride` apart: axis `into` (by default the old name) counts them.

    offset: the new axis behind it, the place in a window; by default "row offset" for an axis "row" or "coarse row".
    before, after: how many zeros stand beyond either end. The result has no name: its reader's arithmetic shows the
    numbers themselves, and nothing where a window hangs over an edge. Raises InputError where no window fits.
    """
    if size < 1 or stride < 1 or not (0 <= before < size and 0 <= after < size):
        raise InputError(x.label, f'axis "{axis}"', f"no windows of {size} with {before} and {after} zeros beside")
    old = x.axis(axis)
    count = (old.size + before + after - size) // stride + 1
    if count < 1:
        raise InputError(x.label, f'axis "{axis}"', f"has {old.size} positions, fewer than a window of {size}")
    kept = old.labels if count == old.size else numbered(axis, count).labels
    windows = Axis(into or axis, tuple(labels) if len(labels) == count else kept)
    offsets = numbered(offset or f"{axis.split()[-1]} offset", size)
    return apply(Window(Sliding(old, windows, offsets, before, stride)), x)
