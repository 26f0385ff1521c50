"""The plane: arrows from its origin, heights over it, and mixtures of points inside the polygon around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from attention_core.engine.language import label_said, say
from attention_core.lesson.pictures import Arrows, ContourMap, ConvexHull

from ..plain import Figure, Properties, axis, axis_name, figure, panels, trace, update, update_axes
from ..state import PRINTED
from ..theme import COLOURS, INK, KEY, TOKEN, finished, grey

MAP_OPACITY = 0.42  # names stand on it, in either theme


def arrows(picture: Arrows) -> Figure:
    """Vectors of the plane as arrows from one origin, in panels on one scale; two in a line where names need room."""
    count = len(picture.panels)
    crowded = max(map(len, picture.panels.values()), default=0) > FEW_ARROWS
    across = min(count, 2) if crowded else count
    down = -(-count // across)
    chart = panels(down, across, list(picture.panels), horizontal_spacing=0.04, vertical_spacing=0.2 / down)
    ends = [tip for tips in picture.panels.values() for tip in tips.values()]
    reach = 1.25 * max((abs(x) for tip in ends for x in tip), default=1.0) or 1.0
    floor = 1.25 * min((0.0, *(y for _, y in ends))) - 0.08 * reach
    line = reach * LINE_OF_ARROWS * max(1, across / 2)
    for panel, tips in enumerate(picture.panels.values(), 1):
        for n, (name, (x, y)) in enumerate(tips.items()):
            chart["data"].append(_arrow((float(x), float(y)), name, COLOURS[n % len(COLOURS)], panel))
        if tips:
            chart["data"].append(_names_of_arrows(tips, line, panel))
        quiet = {"showticklabels": False, "constrain": "domain"}
        update(axis(chart, "x", panel), {"range": [-reach, reach], "zeroline": True, **quiet})
        level = {"range": [floor, reach], "scaleanchor": axis_name("x", panel), "constraintoward": "top"}
        update(axis(chart, "y", panel), {**level, **quiet})
    return finished(chart, min(360, 70 + 1000 // count) if down == 1 else 190 * down)


FEW_ARROWS = 3  # whose names have room in narrow panels
LINE_OF_ARROWS = 0.13  # the height of a line over the reach of a panel, where two stand side by side on a phone


def _arrow(tip: tuple[float, float], name: str, colour: str, panel: int) -> Properties:
    x, y = tip
    head = {"symbol": "arrow", "angleref": "previous", "size": [0, 15], "color": colour}
    return trace(
        "scatter", panel, x=[0, x], y=[0, y], mode="lines+markers", line={"width": 3, "color": colour}, marker=head,
        opacity=0.8, hovertemplate=f"{label_said(name)}<extra></extra>", showlegend=False,
    )  # fmt: skip


def _names_of_arrows(tips: dict[str, tuple[float, ...]], line: float, panel: int) -> Properties:
    """A name beyond every tip; tips too near each other share a place, and more than three are only counted."""
    places: dict[tuple[float, ...], list[str]] = {}
    for name, tip in tips.items():
        wide = {place: line * (1 if len(found) < 3 else 4) for place, found in places.items()}
        place = next((place for place, width in wide.items() if math.dist(place, tip) < width), tip)
        places.setdefault(place, []).append(name)
    written = {_together(names, say("{n} arrows", n=len(names))): place for place, names in places.items()}
    shafts = [_dot((along * x, along * y), line / 4) for x, y in tips.values() for along in (0.4, 0.6, 0.8, 0.95)]
    text, sides = _apart(written, line, _beyond, shafts)
    x, y = zip(*written.values(), strict=True)
    quiet = {"mode": "text", "hoverinfo": "skip", "showlegend": False}
    return trace("scatter", panel, x=x, y=y, text=text, textposition=sides, **quiet)


def _dot(place: tuple[float, float], half: float) -> Box:
    x, y = place
    return (x - half, y - half, x + half, y + half)


def _together(names: list[str], count: str) -> str:
    """What is written where several names share a place: the names, or where they are many how many."""
    return say(", ").join(map(label_said, names)) if len(names) <= 3 else count


def contour_map(picture: ContourMap) -> Figure:
    """Heights over the plane as contours, with the points of the keys and of the query."""
    chart = panels(1, len(picture.panels), list(picture.panels), horizontal_spacing=0.05)
    for panel, heights in enumerate(picture.panels.values(), 1):
        contours = trace(
            "contour", panel, x=picture.x, y=picture.y, z=_from_the_ground(heights), autocolorscale=True,
            opacity=MAP_OPACITY, showscale=False,
            contours={"coloring": "heatmap", "showlabels": False}, line={"width": 1, "color": grey(".8")},
            hoverinfo="skip",
        )  # fmt: skip
        chart["data"].append(contours)
        chart["data"] += _points_on_map(picture.points, panel, {"color": KEY, "symbol": "circle"})
        chart["data"] += _points_on_map(picture.query, panel, {"color": TOKEN, "symbol": "x"})
        update(axis(chart, "y", panel), {"scaleanchor": axis_name("x", panel), "constrain": "domain"})
        update(axis(chart, "x", panel), {"constrain": "domain"})
    return finished(chart, 360)


def _from_the_ground(heights: Any) -> list[list[float]]:
    """Heights over their lowest: shares, which the theme draws the further from its ground the larger they are."""
    found = np.asarray(heights, dtype=float)
    shifted: list[list[float]] = (found - found.min()).tolist()
    return shifted


def _points_on_map(points: dict[str, tuple[float, ...]], panel: int, look: dict[str, str]) -> list[Properties]:
    if not points:
        return []
    x, y = zip(*points.values(), strict=True)
    marker = {"size": 12, **look, "line": {"width": 1.5, "color": "white"}}
    named = trace(
        "scatter", panel, x=x, y=y, text=list(points), textposition="top center", textfont={"color": INK},
        marker=marker, showlegend=False,
        mode="markers+text" if len(points) <= PRINTED else "markers", hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    return [named]


def convex_hull(picture: ConvexHull) -> Figure:
    """The polygon around the values, with each output joined to the values of its largest weights."""
    chart = figure([_polygon(picture), _named_points(picture.values)])  # these first: an output on a corner is seen
    for n, (name, point) in enumerate(list(picture.outputs.items())[:PRINTED]):
        chart["data"] += _lines_to_values(picture, name, point, COLOURS[n % len(COLOURS)])
    shown = not picture.shares
    update_axes(chart, "y", scaleanchor="x", constrain="domain", title={"text": say("value 2")}, visible=shown)
    update_axes(chart, "x", constrain="domain", title={"text": say("value 1")}, visible=shown)
    return finished(chart, 420)


def _polygon(picture: ConvexHull) -> Properties:
    corners = _around(list(picture.values.values()))
    x, y = zip(*corners, corners[0], strict=True)
    line = {"width": 1, "color": grey(".6")}
    name = say("all ways of sharing out") if picture.shares else say("all mixtures of the values")
    shade = {"fill": "toself", "fillcolor": grey(".10"), "hoverinfo": "skip"}
    return trace("scatter", x=x, y=y, mode="lines", line=line, name=name, **shade)


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


def _lines_to_values(picture: ConvexHull, name: str, point: tuple[float, ...], colour: str) -> Iterator[Properties]:
    """Lines from an output to the values of its largest weights, as wide as the weights, and the output itself."""
    x, y = point
    weighted = zip(picture.values.values(), picture.strengths[name], strict=True)
    for corner, weight in sorted((each for each in weighted if each[1]), key=lambda each: -each[1])[:PRINTED]:
        line = {"width": 0.5 + 9 * weight, "color": colour}
        quiet = {"opacity": 0.45, "showlegend": False, "hoverinfo": "skip"}
        yield trace("scatter", x=[x, corner[0]], y=[y, corner[1]], mode="lines", line=line, **quiet)
    dot = {"size": 15, "color": colour, "line": {"width": 2, "color": "white"}}
    title = name if picture.shares else say("output of {name}", name=label_said(name))
    yield trace("scatter", x=[x], y=[y], mode="markers", marker=dot, name=title)


def _named_points(points: dict[str, tuple[float, ...]]) -> Properties:
    x, y = zip(*points.values(), strict=True)
    text, sides = _apart(points)
    return trace(
        "scatter", x=x, y=y, mode="markers+text", text=text, textposition=sides,
        hovertext=list(map(label_said, points)), hovertemplate="%{hovertext}<extra></extra>",
        marker={"size": 11, "color": KEY}, showlegend=False,
    )  # fmt: skip


SIDES = {  # of a point: where its name begins, in its own lengths across and in lines up
    "top center": (-0.5, 0.5),
    "bottom center": (-0.5, -1.5),
    "middle right": (0.12, -0.5),
    "middle left": (-1.12, -0.5),
    "top right": (0.0, 0.3),
    "top left": (-1.0, 0.3),
    "bottom right": (0.0, -1.3),
    "bottom left": (-1.0, -1.3),
}
Box = tuple[float, float, float, float]  # left, low, right, high
Sides = Callable[[tuple[float, ...]], tuple[str, ...]]  # of a place, the best first


def _around_points(place: tuple[float, ...]) -> tuple[str, ...]:
    """The sides of a point at which its name may stand, the best first."""
    return ("top center", "bottom center", "middle right", "middle left")


def _beyond(tip: tuple[float, ...]) -> tuple[str, ...]:
    """The sides of an arrow's tip that lie away from its shaft, the best first."""
    x, y = tip
    across = "right" if x >= 0 else "left"
    up = "top" if y >= 0 else "bottom"
    steep = abs(x) < abs(y) / 4
    if steep:
        return (f"{up} center", f"{up} {across}")
    return (f"{up} {across}", f"middle {across}", f"{up} center", f"bottom {across}")


def _apart(
    points: dict[str, tuple[float, ...]],
    line: float = 0.0,
    sides_of: Sides = _around_points,
    in_the_way: Iterable[Box] = (),
) -> tuple[list[str], list[str]]:
    """What is written at every point, and at which side of it: names that would cover others make way.

    Points in one place share a name there; a name that has no room on any side is left to pointing. line: the height
    of a line, by default of a chart that the points fill. in_the_way: what no name may cover either.
    """
    places: dict[tuple[float, ...], list[str]] = {}
    for name, point in points.items():
        places.setdefault(tuple(round(each, 6) for each in point), []).append(name)
    line = line or max(1e-9, *(max(axis) - min(axis) for axis in zip(*places, strict=True))) / LINES
    taken = list(in_the_way)
    written: dict[str, tuple[str, str]] = {}
    for place, names in places.items():
        text = _together(names, say("{n} points", n=len(names)))
        free = (side for side in sides_of(place) if not _covers(_label(place, text, side, line), taken))
        side = next(free, "")
        written[names[0]] = (text, side) if side else ("", "top center")
        if side:
            taken.append(_label(place, text, side, line))
    shown = [written.get(name, ("", "top center")) for name in points]
    return [text for text, _ in shown], [side for _, side in shown]


LINES = 17  # of text on a chart's height
WIDTH = 0.52  # of a letter, in lines


def _label(place: tuple[float, ...], text: str, side: str, line: float) -> Box:
    """The box of a name beside its point."""
    across, up = SIDES[side]
    wide = line * WIDTH * len(text)
    left, low = place[0] + across * wide, place[1] + up * line
    return (left, low, left + wide, low + line)


def _covers(box: Box, others: list[Box]) -> bool:
    left, low, right, high = box
    return any(left < other[2] and other[0] < right and low < other[3] and other[1] < high for other in others)
