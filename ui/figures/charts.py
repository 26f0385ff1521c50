"""Bars, and curves over an axis of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from attention_core.engine.language import term
from attention_core.lesson.pictures import Bars, Curves, distinct

from ..plain import Figure, Properties, figure, trace, update_axes
from ..theme import COLOURS, QUIET, finished

MARKS = ("circle", "square", "diamond", "triangle-up", "star")  # the learner's own points, one kind for each meaning
MARK_COLOURS = (COLOURS[3], COLOURS[4], COLOURS[5])


def bars(picture: Bars) -> Figure:
    """Bars in groups or stacks, with a linear or a logarithmic vertical axis."""
    if picture.log:
        return _powers(picture)
    places = distinct(picture.labels)
    chart = figure([trace("bar", name=name, x=places, y=heights) for name, heights in picture.series.items()])
    chart["layout"] |= {"barmode": "stack" if picture.stacked else "group", "bargap": 0.28}
    update_axes(chart, "x", type="category")  # labels that look like numbers are names too
    update_axes(chart, "y", title={"text": picture.axis}, rangemode="tozero")
    return finished(chart)


def _powers(picture: Bars) -> Figure:
    """Bars on a linear axis of logarithms, since Plotly's logarithmic axis has no place for 0."""
    found = [math.log10(height) for heights in picture.series.values() for height in heights if height > 0]
    floor = math.floor(min(found, default=0.0)) - 1
    top = math.ceil(max(found, default=0.0))
    places = distinct(picture.labels)
    traces = [_power_bars(name, places, heights, floor) for name, heights in picture.series.items()]
    chart = figure(traces, barmode="group", bargap=0.14, bargroupgap=0.1)  # room for a 0 on a phone
    powers = range(top, floor, -max(1, (top - floor) // 6))
    update_axes(chart, "x", type="category")
    update_axes(
        chart, "y", title={"text": picture.axis}, range=[0, top - floor + 0.3],
        tickvals=[power - floor for power in powers], ticktext=[_power(1, power) for power in powers],
    )  # fmt: skip
    return finished(chart)


def _power_bars(name: str, places: Sequence[str], heights: Sequence[float], floor: int) -> Properties:
    return trace(
        "bar", name=name, x=places, y=[math.log10(height) - floor if height > 0 else 0.0 for height in heights],
        customdata=heights, cliponaxis=False, textposition="outside", constraintext="none",
        text=["" if height else "0" for height in heights], textfont={"size": 9, "color": QUIET},
        hovertemplate=f"{term(name)}, %{{x}}: %{{customdata:.3g}}<extra></extra>",
    )  # fmt: skip


def curves(picture: Curves) -> Figure:
    """Lines over a shared horizontal axis, with measured points and the points of the learner."""
    lines = [trace("scatter", name=name, x=picture.x, y=y, mode="lines") for name, y in picture.series.items()]
    chart = figure([*lines, *_points_on_curves(picture)])
    measured = (*picture.dots.values(), *picture.crosses.values(), tuple(picture.marks.values()))
    points = [point for some in measured for point in some]
    widths = [*picture.x, *(x for x, _ in points)]
    heights = [y for line in picture.series.values() for y in line] + [y for _, y in points]
    across = _logarithmic(widths) if picture.log_x else {}
    up = _logarithmic(heights) if picture.log_y else {"rangemode": "tozero"}
    update_axes(chart, "x", title={"text": picture.x_title}, **across)
    update_axes(chart, "y", title={"text": picture.y_title}, **up)
    if any(0 < y < 1e-3 or y > 1e5 for y in heights):
        update_axes(chart, "y", exponentformat="power")  # in place of µ, n and p
    return finished(chart)


def _points_on_curves(picture: Curves) -> Iterator[Properties]:
    """What was measured, what failed, and where the learner's own numbers stand."""
    for n, (name, points) in enumerate(picture.dots.items()):
        symbol = ("circle-open", "diamond-open")[n % 2]
        yield _series(name, points, {"symbol": symbol, "size": 10, "color": COLOURS[4], "line": {"width": 2}})
    for name, points in picture.crosses.items():
        yield _series(name, points, {"symbol": "x-thin", "size": 11, "line": {"width": 3, "color": COLOURS[4]}})
    for n, (name, point) in enumerate(picture.marks.items()):  # told apart without colour too
        look = {"symbol": MARKS[n % len(MARKS)], "color": MARK_COLOURS[n % len(MARK_COLOURS)]}
        yield _series(name, (point,), {"size": 13, "line": {"width": 2, "color": "white"}, **look})


def _series(name: str, points: tuple[tuple[float, ...], ...], marker: Properties) -> Properties:
    x, y = zip(*points, strict=True)
    return trace("scatter", name=name, x=x, y=y, mode="markers", marker=marker)


def _logarithmic(values: Sequence[float]) -> Properties:
    """An axis on which whole powers of ten are written, and 2 and 5 times these where it is short.

    Plotly's own labels are single digits between powers, in another size.
    """
    found = [math.log10(value) for value in values if value > 0] or [0.0]
    low = math.floor(min(found))
    high = math.ceil(max(found))
    decades = max(found) - min(found)
    digits = (1, 2, 5) if decades <= 2.5 else (1,)
    step = max(1, math.ceil(decades / 7))
    ticks = [(digit, power) for power in range(low, high + 1, step) for digit in digits]
    spelled = all(abs(power) <= 4 for _, power in ticks)
    text = [f"{float(f'{digit}e{power}'):g}" if spelled else _power(digit, power) for digit, power in ticks]
    return {"type": "log", "tickvals": [float(f"{digit}e{power}") for digit, power in ticks], "ticktext": text}


def _power(digit: int, power: int) -> str:
    if power in (0, 1):
        return str(digit * 10**power)
    return f"{'' if digit == 1 else f'{digit}·'}10<sup>{power}</sup>"
