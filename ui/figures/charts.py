"""Bars, and curves over an axis of numbers."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from attention_core.pictures import Bars, Curves, distinct

from ..theme import COLOURS, finished


def bars(picture: Bars) -> go.Figure:
    if picture.log:
        return _powers(picture)
    figure = go.Figure(
        [go.Bar(name=name, x=distinct(picture.labels), y=heights) for name, heights in picture.series.items()]
    )
    figure.update_layout(barmode="stack" if picture.stacked else "group", bargap=0.28)
    figure.update_xaxes(type="category")  # labels that look like numbers are names too
    figure.update_yaxes(title_text=picture.axis, rangemode="tozero")
    return finished(figure)


def _powers(picture: Bars) -> go.Figure:
    """Bars that stand on a power of ten: a logarithmic axis of its own making, since Plotly's has no place for a 0."""
    found = [math.log10(height) for heights in picture.series.values() for height in heights if height > 0]
    floor, top = math.floor(min(found, default=0.0)) - 1, math.ceil(max(found, default=0.0))
    figure = go.Figure()
    for name, heights in picture.series.items():
        y = [math.log10(height) - floor if height > 0 else 0.0 for height in heights]
        figure.add_bar(
            name=name, x=distinct(picture.labels), y=y, customdata=heights, cliponaxis=False,
            text=["" if height else "0" for height in heights], textposition="outside",
            hovertemplate=f"{name}, %{{x}}: %{{customdata:.3g}}<extra></extra>",
        )  # fmt: skip
    step = max(1, (top - floor) // 6)
    powers = range(top, floor, -step)
    figure.update_layout(barmode="group", bargap=0.28)
    figure.update_xaxes(type="category")
    figure.update_yaxes(
        title_text=picture.axis, range=[0, top - floor + 0.3], tickvals=[power - floor for power in powers],
        ticktext=[f"10<sup>{power}</sup>" if power else "1" for power in powers],
    )  # fmt: skip
    return finished(figure)


def curves(picture: Curves) -> go.Figure:
    lines = [go.Scatter(name=name, x=picture.x, y=y, mode="lines") for name, y in picture.series.items()]
    figure = go.Figure(lines)
    _points_on_curves(figure, picture)
    # On a logarithmic axis every 1, 2 and 5 is written, in place of all nine digits.
    figure.update_xaxes(title_text=picture.x_title, **({"type": "log", "dtick": "D2"} if picture.log_x else {}))
    figure.update_yaxes(title_text=picture.y_title, **(_decades(picture) if picture.log_y else {"rangemode": "tozero"}))
    if any(0 < y < 1e-3 or y > 1e5 for line in picture.series.values() for y in line):
        figure.update_yaxes(exponentformat="power")  # in place of µ, n and p
    return finished(figure)


def _points_on_curves(figure: go.Figure, picture: Curves) -> None:
    """What was measured, what failed, and where the learner's own numbers stand."""
    for n, (name, points) in enumerate(picture.dots.items()):
        symbol = ("circle-open", "diamond-open")[n % 2]
        _series(figure, name, points, {"symbol": symbol, "size": 10, "color": COLOURS[4], "line": {"width": 2}})
    for name, points in picture.crosses.items():
        _series(figure, name, points, {"symbol": "x-thin", "size": 11, "line": {"width": 3, "color": COLOURS[4]}})
    for name, point in picture.marks.items():
        _series(figure, name, (point,), {"size": 13, "color": COLOURS[3], "line": {"width": 2, "color": "white"}})


def _series(figure: go.Figure, name: str, points: tuple[tuple[float, ...], ...], marker: dict[str, Any]) -> None:
    x, y = zip(*points, strict=True)
    figure.add_scatter(name=name, x=x, y=y, mode="markers", marker=marker)


def _decades(picture: Curves) -> dict[str, Any]:
    """A logarithmic axis with every 1, 2 and 5 written where it is short, and with powers of ten where it is long."""
    found = [math.log10(y) for row in picture.series.values() for y in row if y > 0]
    decades = max(found, default=0.0) - min(found, default=0.0)
    return {"type": "log", "exponentformat": "power", "dtick": "D2" if decades <= 3 else math.ceil(decades / 7)}
