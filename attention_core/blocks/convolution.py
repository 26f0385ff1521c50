"""Images and other grids: convolution, pooling, resizing.

An image is a step whose last two axes are rows and columns: their names end in the words "row" and "column", as in
"coarse row". An axis before them (channel, map, region) makes it several images. A kernel has an offset axis for each
axis it slides along, "row offset" and "column offset", counted from the first position of the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from attention_core.engine.axes import Axis, names
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import absolute, add, contract, largest, mean, relu, scale, shift, subtract, window
from attention_core.engine.step import Step, source

GRID = ("row", "column")


def offset_axis(axis: str) -> str:
    """The axis of a kernel that slides along an axis: "row offset" for "row" and for "coarse row"."""
    return f"{axis.split()[-1]} offset"


def convolved(
    x: Step,
    kernel: Step,
    bias: Step | None = None,
    *,
    over: str | Iterable[str] = "channel",
    axes: Sequence[str] = GRID,
    before: int | None = None,
    after: int | None = None,
    stride: int = 1,
    into: Sequence[str] = (),
    labels: Sequence[str] = (),
    name: str = "",
    symbol: str = "",
) -> Step:
    """Kernel times window, summed over `over` and the offsets, plus a bias: cross-correlation. LeCun et al. 1989.

    x (..., *over, *axes); kernel (filter, *over, an offset axis for each of `axes`); bias (filter). Result:
    (filter, ..., *axes). before, after: zeros beyond either end, by default so many that the size stays (a "wide"
    convolution has size - 1 at both). into: other names for `axes` in the result; labels: names for the positions of a
    single axis whose number changes. Raises InputError where no window fits.
    """
    summed = (over,) if isinstance(over, str) else tuple(over)
    offsets = tuple(map(offset_axis, axes))
    made = tuple(into or axes)
    slid = x
    for axis, offset, new in zip(axes, offsets, made, strict=True):
        size = kernel.size(offset)
        first = (size - 1) // 2 if before is None else before
        last = size // 2 if after is None else after
        beside = {"before": first, "after": last, "stride": stride}
        slid = window(slid, axis, size, into=new, offset=offset, labels=labels, **beside)
    kept = (each for each in names(x.axes) if each not in (*summed, *axes))
    filters = (each for each in names(kernel.axes) if each not in (*summed, *offsets))
    to = tuple(dict.fromkeys((*filters, *kept, *made)))
    if bias is None:
        return contract(kernel, slid, over=(*summed, *offsets), to=to, name=name, symbol=symbol)
    return add(contract(kernel, slid, over=(*summed, *offsets), to=to), bias, name=name, symbol=symbol)


def pooled(
    x: Step,
    size: int,
    *,
    axes: Sequence[str] = GRID,
    stride: int | None = None,
    how: str = "mean",
    name: str = "",
    symbol: str = "",
) -> Step:
    """The mean, or with how="max" the maximum, of every window of `size` positions along each of `axes`.

    Windows lie side by side unless `stride` is given. x (..., *axes); the result has the same axes, which are shorter.
    """
    for axis in axes:
        x = window(x, axis, size, stride=stride or size)
    *first, last = map(offset_axis, axes)
    if how == "mean":
        return mean(x, (*first, last), name=name, symbol=symbol)
    for offset in first:
        x = largest(x, offset)
    return largest(x, last, name=name, symbol=symbol)


def resize_matrix(new: Axis, old: Axis, *, corners: bool = True, name: str, symbol: str = "B") -> Step:
    """The constant matrix (new, old) of bilinear interpolation along one axis: each row mixes two old positions.

    corners: the first and last positions coincide; else pixels are squares whose outer edges coincide. An image is
    resized by contract(rows, image, columns, over=(old row, old column)).
    """
    n = new.size
    size = old.size
    if corners:
        places = np.linspace(0.0, size - 1.0, n) if n > 1 else np.zeros(1)
    else:
        places = np.clip((np.arange(n) + 0.5) * size / n - 0.5, 0.0, size - 1.0)
    mixed = np.maximum(0.0, 1.0 - np.abs(places[:, None] - np.arange(size)))
    return source(name, mixed, (new, old), symbol)


def pixel_coordinates(axis: Axis, *, name: str, symbol: str = "j") -> Step:
    """The coordinates 0, 1, 2 ... of an axis: pixel j has its centre at j."""
    return source(name, np.arange(axis.size), (axis,), symbol)


def sampling_matrix(at: Step, grid: Step, name: str = "", symbol: str = "") -> Step:
    """max(0, 1 - |at - grid|), (new, old): bilinear interpolation at computed coordinates.

    at (new): coordinates between the first and the last of grid (old), in pixels; a gradient passes back to them.
    Raises InputError where one lies outside. Jaderberg et al. 2015, "Spatial Transformer Networks", equation 5.
    """
    if not (grid.value.min() <= at.value.min() and at.value.max() <= grid.value.max()):
        raise InputError(at.label, "", say("reads beyond the edge of the image; limit it with maximum() and minimum()"))
    return relu(shift(scale(absolute(subtract(at, grid)), -1.0), 1.0), name=name, symbol=symbol)
