"""Windows that slide along an axis, as a convolution and a pooling read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import Axes, Axis, axis_place, names, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.step import Call, Primitive, Step

from .base import aligned, apply
from .contract import contract


@dataclass(frozen=True)
class WindowLayout:
    """Position stride * window + offset - before of `axis` stands at (window, offset); beyond the ends stand zeros."""

    axis: Axis
    window: Axis
    offset: Axis
    before: int
    stride: int

    def place_of(self, window: int, offset: int) -> int:
        """The position at (window, offset); the size of the axis stands for every position beyond its ends."""
        place = self.stride * window + offset - self.before
        return place if 0 <= place < self.axis.size else self.axis.size

    def window_of(self, place: int, offset: int) -> int:
        """The entry (window, offset), counted row by row, at which a position stands with this offset.

        The number of all entries stands for none.
        """
        window, rest = divmod(place + self.before - offset, self.stride)
        if rest == 0 and 0 <= window < self.window.size:
            return window * self.offset.size + offset
        return self.window.size * self.offset.size


@dataclass(frozen=True)
class Window(Primitive):
    """One axis read as two: windows, and offsets in a window."""

    layout: WindowLayout
    sign = "windows"
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        found: list[Axis] = []
        for axis in operands[0].axes:
            found += (self.layout.window, self.layout.offset) if axis.name == self.layout.axis.name else (axis,)
        return tuple(found)

    def call(self, axes: Axes, *operands: Step) -> Call:
        layout = self.layout
        places = [layout.place_of(p, o) for p in range(layout.window.size) for o in range(layout.offset.size)]
        axis = names(operands[0].axes).index(layout.axis.name)
        return Call(kernels.windows, (), {"places": places, "size": layout.offset.size, "axis": axis})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        layout = self.layout
        start = (where[layout.window.name], layout.stride, 1, 0)
        offset = (where[layout.offset.name], 1, 1, 0)
        place = ex.Index((start, offset), -layout.before)
        inside = operands[0].at({**where, layout.axis.name: place})
        return ex.piece(place, (-layout.before, 0, layout.axis.size), (ex.EDGE, inside, ex.EDGE))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield apply(Overlap(self.layout, names(operands[0].axes)), gradient)


@dataclass(frozen=True)
class Overlap(Primitive):
    """The transpose of windows: for every position the sum of all entries at which it stands."""

    layout: WindowLayout
    order: tuple[str, ...]
    sign = "overlap"

    def axes(self, name: str, *operands: Step) -> Axes:
        known = {axis.name: axis for axis in operands[0].axes} | {self.layout.axis.name: self.layout.axis}
        return tuple(known[each] for each in self.order)

    def call(self, axes: Axes, *operands: Step) -> Call:
        layout = self.layout
        places = [layout.window_of(i, o) for i in range(layout.axis.size) for o in range(layout.offset.size)]
        rest = tuple(each for each in self.order if each != layout.axis.name)
        view = aligned(operands[0], (layout.window.name, layout.offset.name, *rest))
        axis = self.order.index(layout.axis.name)
        return Call(kernels.overlapped, (), {"places": places, "size": layout.offset.size, "axis": axis}, (view,))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        layout = self.layout
        size = self.layout.offset.size
        own = layout.offset.name
        # Moved up by whole strides, so that no remainder is taken of a number below 0.
        terms = ((where[layout.axis.name], 1, 1, 0), (ex.along(own), -1, 1, 0))
        ahead = ex.Index(terms, layout.before + layout.stride * size)
        window = ex.Index(((ahead, 1, layout.stride, 0),), -size)
        inside = operands[0].at({**where, layout.window.name: window, own: ex.along(own)})
        body = ex.piece(window, (-size, 0, layout.window.size), (ex.EDGE, inside, ex.EDGE))
        if layout.stride > 1:
            body = ex.piece(ex.Index(((ahead, 1, 1, layout.stride),)), (0, 1), (body, ex.EDGE))
        return ex.over("sum", own, size, body)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield contract(apply(Window(self.layout), gradient), to=names(operands[0].axes))


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
    """Windows of `size` positions along one axis, `stride` apart, counted by the axis `into` (by default the old name).

    offset: the new axis behind it, the position in a window; by default "row offset" for an axis "row" or "coarse row".
    before, after: how many zeros stand beyond either end. labels: of the windows, where their number fits. The result
    has no name: arithmetic shows the numbers themselves, and nothing where a window reaches beyond an end. Raises
    InputError where no window fits.
    """
    if size < 1 or stride < 1 or not (0 <= before < size and 0 <= after < size):
        raise InputError(
            x.label,
            axis_place(axis),
            say("no windows of {size} with {before} and {after} zeros beside", size=size, before=before, after=after),
        )
    old = x.axis(axis)
    count = (old.size + before + after - size) // stride + 1
    if count < 1:
        raise InputError(
            x.label,
            axis_place(axis),
            say("has {size} positions, fewer than a window of {size_2}", size=old.size, size_2=size),
        )
    if len(labels) == count:
        names_of_windows = tuple(labels)
    else:
        names_of_windows = old.labels if count == old.size else numbered(axis, count).labels
    windows = Axis(into or axis, names_of_windows)
    offsets = numbered(offset or f"{axis.split()[-1]} offset", size)
    return apply(Window(WindowLayout(old, windows, offsets, before, stride)), x)
