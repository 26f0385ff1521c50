"""The plane: arrows from its origin, heights over it, and mixtures of points inside the polygon around them."""

from __future__ import annotations

import math

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from attention_core.lesson.pictures import Arrows
from attention_core.lesson.pictures import ContourMap as Fields
from attention_core.lesson.pictures import ConvexHull as Hull

from ..state import PRINTED
from ..theme import COLOURS, KEY, TOKEN, finished, grey


def arrows(picture: Arrows) -> go.Figure:
    figure = make_subplots(1, len(picture.panels), subplot_titles=list(picture.panels), horizontal_spacing=0.04)
    ends = [tip for tips in picture.panels.values() for tip in tips.values()]
    reach = 1.25 * max((abs(x) for tip in ends for x in tip), default=1.0) or 1.0
    floor = 1.25 * min((0.0, *(y for _, y in ends))) - 0.08 * reach
    for column, tips in enumerate(picture.panels.values(), 1):
        for n, (name, (x, y)) in enumerate(tips.items()):
            _arrow(figure, (float(x), float(y)), name, COLOURS[n % len(COLOURS)], column)
        if tips:
            _names_of_arrows(figure, tips, 0.14 * reach, column)
        figure.update_xaxes(range=[-reach, reach], row=1, col=column, zeroline=True, showticklabels=False)
        figure.update_yaxes(range=[floor, reach], scaleanchor=_across(column), row=1, col=column, showticklabels=False)
    return finished(figure, min(360, 70 + 1000 // len(picture.panels)))  # narrow panels need no more


def _arrow(figure: go.Figure, tip: tuple[float, float], name: str, colour: str, column: int) -> None:
    x, y = tip
    head = {"symbol": "arrow", "angleref": "previous", "size": [0, 15], "color": colour}
    figure.add_scatter(
        x=[0, x], y=[0, y], mode="lines+markers", line={"width": 3, "color": colour}, marker=head, opacity=0.8,
        hovertemplate=f"{name}<extra></extra>", showlegend=False, row=1, col=column,
    )  # fmt: skip


def _names_of_arrows(figure: go.Figure, tips: dict[str, tuple[float, ...]], near: float, column: int) -> None:
    """A name at every tip; tips too near each other for that share a place, and more than three are only counted."""
    places: dict[tuple[float, ...], list[str]] = {}
    for name, tip in tips.items():
        wide = {place: near * (1 if len(found) < 3 else 4) for place, found in places.items()}
        place = next((place for place, width in wide.items() if math.dist(place, tip) < width), tip)
        places.setdefault(place, []).append(name)
    text = [", ".join(names) if len(names) <= 3 else f"{len(names)} arrows" for names in places.values()]
    x, y = zip(*places, strict=True)
    sides = ["top center" if height >= 0 else "bottom center" for height in y]
    quiet = {"mode": "text", "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=x, y=y, text=text, textposition=sides, row=1, col=column, **quiet)


def fields(picture: Fields) -> go.Figure:
    figure = make_subplots(1, len(picture.panels), subplot_titles=list(picture.panels), horizontal_spacing=0.05)
    for column, heights in enumerate(picture.panels.values(), 1):
        lines = {"coloring": "heatmap", "showlabels": False}
        figure.add_contour(
            x=picture.x, y=picture.y, z=heights, contours=lines, line={"width": 1, "color": grey(".8")},
            colorscale="Blues", opacity=0.6, showscale=False, hoverinfo="skip", row=1, col=column,
        )  # fmt: skip
        _points_on_field(figure, picture.points, column, {"color": KEY, "symbol": "circle"})
        _points_on_field(figure, picture.asker, column, {"color": TOKEN, "symbol": "x"})
        figure.update_yaxes(scaleanchor=_across(column), constrain="domain", row=1, col=column)
        figure.update_xaxes(constrain="domain", row=1, col=column)
    return finished(figure, 360)


def _points_on_field(
    figure: go.Figure, points: dict[str, tuple[float, ...]], column: int, look: dict[str, str]
) -> None:
    if not points:
        return
    x, y = zip(*points.values(), strict=True)
    marker = {"size": 12, **look, "line": {"width": 1.5, "color": "white"}}
    figure.add_scatter(
        x=x, y=y, text=list(points), textposition="top center", marker=marker, showlegend=False,
        mode="markers+text" if len(points) <= PRINTED else "markers", hovertemplate="%{text}<extra></extra>",
        row=1, col=column,
    )  # fmt: skip


def _across(column: int) -> str:
    """Plotly's name for the horizontal axis of a panel."""
    return "x" if column == 1 else f"x{column}"


def hull(picture: Hull) -> go.Figure:
    figure = go.Figure(_polygon(picture))
    _named_points(figure, picture.values)  # first, so that an output on a corner is seen
    for n, (name, point) in enumerate(list(picture.outputs.items())[:PRINTED]):
        _springs(figure, picture, name, point, COLOURS[n % len(COLOURS)])
    figure.update_yaxes(scaleanchor="x", constrain="domain", title_text="value 2", visible=not picture.shares)
    figure.update_xaxes(constrain="domain", title_text="value 1", visible=not picture.shares)
    return finished(figure, 420)


def _polygon(picture: Hull) -> go.Scatter:
    corners = _around(list(picture.values.values()))
    x, y = zip(*corners, corners[0], strict=True)
    line = {"width": 1, "color": grey(".6")}
    name = "all ways of sharing out" if picture.shares else "all mixtures of the values"
    shade = {"fill": "toself", "fillcolor": grey(".10"), "hoverinfo": "skip"}
    return go.Scatter(x=x, y=y, mode="lines", line=line, name=name, **shade)


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


def _springs(figure: go.Figure, picture: Hull, name: str, point: tuple[float, ...], colour: str) -> None:
    """A line to each value (the strongest few), as thick as its weight, and the output they hold."""
    x, y = point
    pulls = zip(picture.values.values(), picture.strengths[name], strict=True)
    for corner, pull in sorted((each for each in pulls if each[1]), key=lambda each: -each[1])[:PRINTED]:
        spring = {"width": 0.5 + 9 * pull, "color": colour}
        quiet = {"opacity": 0.45, "showlegend": False, "hoverinfo": "skip"}
        figure.add_scatter(x=[x, corner[0]], y=[y, corner[1]], mode="lines", line=spring, **quiet)
    dot = {"size": 15, "color": colour, "line": {"width": 2, "color": "white"}}
    figure.add_scatter(x=[x], y=[y], mode="markers", marker=dot, name=name if picture.shares else f"output of {name}")


def _named_points(figure: go.Figure, points: dict[str, tuple[float, ...]]) -> None:
    xs, ys = zip(*points.values(), strict=True)
    marker = {"size": 11, "color": KEY}
    figure.add_scatter(
        x=xs, y=ys, mode="markers+text", text=list(points), textposition="top center", marker=marker, showlegend=False
    )
