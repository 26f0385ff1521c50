"""How each kind of insight picture is drawn. A new kind is one class in attention_core.pictures and one entry here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from attention_core.pictures import Bars, Curves, Hull, Matrices, Picture, distinct

from . import maps
from .lesson import literal
from .stage import gallery, mount, nothing, payload
from .state import PRINTED, is_large
from .theme import CHART, finished


def draw(picture: Picture, key: str) -> None:
    st.caption(literal(picture.caption))
    _DRAWN[type(picture)](picture, key)


def matrices(picture: Matrices, key: str) -> None:
    if any(is_large(step) for step in picture.steps):
        for n, step in enumerate(picture.steps):
            st.markdown(f"**{step.name}**")
            maps.draw(step, (0,) * max(0, step.value.ndim - 2), f"{key}-{n}")
        return
    data = payload(picture.steps, gallery(picture.caption, picture.steps), mode="gallery")
    mount(data, key, nothing, nothing)


def _chart(build: Callable[[Any], go.Figure], picture: Any, key: str) -> None:
    st.plotly_chart(build(picture), key=key, alt=picture.caption, **CHART)


def bars(picture: Bars) -> go.Figure:
    figure = go.Figure(
        [go.Bar(name=name, x=distinct(picture.labels), y=heights) for name, heights in picture.series.items()]
    )
    figure.update_layout(barmode="stack" if picture.stacked else "group", bargap=0.28)
    figure.update_yaxes(title_text=picture.axis, rangemode="tozero")
    return finished(figure)


def curves(picture: Curves) -> go.Figure:
    lines = [go.Scatter(name=name, x=picture.x, y=y, mode="lines") for name, y in picture.series.items()]
    figure = go.Figure(lines)
    figure.update_xaxes(title_text=picture.x_title)
    figure.update_yaxes(title_text=picture.y_title)
    return finished(figure)


def _around(points: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Corners of the convex hull, counter-clockwise (Andrew's monotone chain)."""

    def half(ordered: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
        chain: list[tuple[float, ...]] = []
        for x, y in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], (x, y)) <= 0:
                chain.pop()
            chain.append((x, y))
        return chain[:-1]

    ordered = sorted(set(points))
    return half(ordered) + half(ordered[::-1]) if len(ordered) > 2 else ordered


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def hull(picture: Hull) -> go.Figure:
    figure = go.Figure(_polygon(picture))
    colours = ("#5a8fd0", "#d07f45", "#4ba08c", "#a56fd8")
    for n, (name, point) in enumerate(list(picture.outputs.items())[:PRINTED]):
        _springs(figure, picture, name, point, colours[n % len(colours)])
    _named_points(figure, picture.values)
    figure.update_yaxes(scaleanchor="x", constrain="domain", title_text="value 2")
    figure.update_xaxes(constrain="domain", title_text="value 1")
    return finished(figure, 420)


def _polygon(picture: Hull) -> go.Scatter:
    corners = _around(list(picture.values.values()))
    x, y = zip(*corners, corners[0], strict=True)
    line = {"width": 1, "color": "rgba(128,136,148,.6)"}
    shade = {"fill": "toself", "fillcolor": "rgba(128,136,148,.10)", "hoverinfo": "skip"}
    return go.Scatter(x=x, y=y, mode="lines", line=line, name="all mixtures of the values", **shade)


def _springs(figure: go.Figure, picture: Hull, name: str, point: tuple[float, ...], colour: str) -> None:
    """A line to each value (the strongest few), as thick as its weight, and the output they hold."""
    x, y = point
    pulls = zip(picture.values.values(), picture.strengths[name], strict=True)
    for corner, pull in sorted(pulls, key=lambda each: -each[1])[:PRINTED]:
        spring = {"width": 0.5 + 9 * pull, "color": colour}
        quiet = {"opacity": 0.45, "showlegend": False, "hoverinfo": "skip"}
        figure.add_scatter(x=[x, corner[0]], y=[y, corner[1]], mode="lines", line=spring, **quiet)
    dot = {"size": 15, "color": colour, "line": {"width": 2, "color": "white"}}
    figure.add_scatter(x=[x], y=[y], mode="markers", marker=dot, name=f"output of {name}")


def _named_points(figure: go.Figure, points: dict[str, tuple[float, ...]]) -> None:
    xs, ys = zip(*points.values(), strict=True)
    marker = {"size": 11, "color": "#8f5a00"}
    figure.add_scatter(
        x=xs, y=ys, mode="markers+text", text=list(points), textposition="top center", marker=marker, showlegend=False
    )


_DRAWN: dict[type, Callable[[Any, str], None]] = {
    Matrices: matrices,
    Bars: partial(_chart, bars),
    Curves: partial(_chart, curves),
    Hull: partial(_chart, hull),
}
