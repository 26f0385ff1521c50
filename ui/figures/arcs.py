"""Lines as wide as their strength: arcs over a row of places, and lines from queries to keys."""

from __future__ import annotations

import math
from collections.abc import Iterator

from attention_core.engine import expression as ex
from attention_core.engine.language import label_said, say, term
from attention_core.lesson.pictures import ArcDiagram, Arcs

from ..plain import Figure, Properties, figure, trace, update_axes
from ..theme import COLOURS, CUT, finished, grey

MOST_LINES = 200  # the strongest; more would be slow to draw and hard to follow
ARC = [math.pi * n / 32 for n in range(33)]
ROUND = {"shape": "spline", "simplify": False}  # unsimplified: Plotly drops points of flat arcs, and corners show


def arc_diagram(picture: ArcDiagram) -> Figure:
    """Places in a row with arcs over and under it, as wide as their strength."""
    count = len(picture.places)
    traces = [faint for kind, found in picture.faint.items() for faint in _faint_arcs(kind, found[:MOST_LINES])]
    for n, kind in enumerate(picture.arcs):
        traces += _arcs_of(picture, kind, (1, -1)[n % 2], COLOURS[n])
    chart = figure([*traces, *_places(picture.cuts, count)])
    ticks = range(0, count, 1 + count // 24)
    names = [picture.places[n] for n in ticks]
    update_axes(chart, "x", tickvals=[*ticks], ticktext=names, range=[-0.6, count - 0.4])
    update_axes(chart, "y", visible=False, rangemode="normal")
    return finished(chart, 320)


def _faint_arcs(kind: str, found: tuple[tuple[int, int], ...]) -> list[Properties]:
    """All arcs as one line with gaps."""
    x: list[float | None] = []
    y: list[float | None] = []
    for ends in found:
        across, up = _arc(ends)
        x += [*across, None]
        y += [*up, None]
    line = {"width": 1, "color": grey(".6"), **ROUND}
    return [trace("scatter", x=x, y=y, mode="lines", line=line, name=kind, hoverinfo="skip")] if found else []


def _arcs_of(picture: ArcDiagram, kind: str, side: int, colour: str) -> Iterator[Properties]:
    found = picture.arcs[kind]
    strongest = max((strength for *_, strength in found), default=1.0) or 1.0
    yield trace("scatter", x=[None], y=[None], mode="lines", line={"width": 4, "color": colour}, name=kind)
    for start, end, strength in sorted(found, key=lambda arc: arc[2])[-MOST_LINES:]:
        x, y = _arc((start, end), side)
        line = {"width": 0.5 + 6 * strength / strongest, "color": colour, **ROUND}
        name = f"{term(kind)}: {picture.places[start]} → {picture.places[end]}, {ex.plain(strength, 3)}"
        yield trace(
            "scatter", x=x, y=y, mode="lines", line=line, opacity=0.85, showlegend=False,
            hovertemplate=f"{name}<extra></extra>",
        )  # fmt: skip


def _arc(ends: tuple[int, int], side: int = 1) -> tuple[list[float], list[float]]:
    """Half an ellipse over the row: long arcs are higher, but less than in proportion."""
    start, end = ends
    middle = (start + end) / 2
    half = (end - start) / 2
    height = side * abs(half) ** 0.6
    return [middle - half * math.cos(turn) for turn in ARC], [height * math.sin(turn) for turn in ARC]


def _places(cuts: tuple[int, ...], count: int) -> Iterator[Properties]:
    """The row itself, open where it is cut."""
    row = {"mode": "lines+markers", "marker": {"size": 9}, "line": {"width": 2, "color": grey(".9")}}
    for start, end in zip((0, *cuts), (*cuts, count), strict=True):
        places = {"x": [*range(start, end)], "y": [0] * (end - start)}
        yield trace("scatter", **places, **row, showlegend=False, hoverinfo="skip")
    if cuts:
        cross = {"symbol": "x", "size": 10, "color": CUT}
        where = [place - 0.5 for place in cuts]
        yield trace("scatter", x=where, y=[0] * len(where), mode="markers", marker=cross, name=say("gradient cut"))


def arcs(picture: Arcs) -> Figure:
    """Lines from queries on the left to keys on the right, as wide as their weights."""
    lines = [(weight, row, column) for row, some in enumerate(picture.weights) for column, weight in enumerate(some)]
    strong = picture.one_by_one or range(len(picture.left))
    strongest = max((weight for weight, row, _ in lines if row in strong), default=1.0) or 1.0
    traces = []
    for weight, row, column in sorted(lines)[-MOST_LINES:]:
        name = f"{label_said(picture.left[row])} → {label_said(picture.right[column])}: {ex.plain(weight, 3)}"
        strength = min(1.0, weight / strongest)
        traces.append(_line((row, column), strength, COLOURS[row % len(COLOURS)], row not in strong, name))
    for x, labels, side, head in zip(
        (0, 1), (picture.left, picture.right), ("left", "right"), picture.sides, strict=True
    ):
        text = [f"<b>{term(head)}</b>", *labels]
        names = {"mode": "text", "text": text, "textposition": f"middle {side}", "hoverinfo": "skip"}
        traces.append(trace("scatter", x=[x] * len(text), y=[*range(-1, len(labels))], showlegend=False, **names))
    chart = figure(traces)
    update_axes(chart, "x", visible=False, range=[-0.45, 1.45])
    update_axes(chart, "y", visible=False, autorange="reversed")
    return finished(chart, min(640, 124 + 34 * max(len(picture.left), len(picture.right))))


def _line(ends: tuple[int, int], strength: float, colour: str, faint: bool, name: str) -> Properties:
    """strength: relative to the strongest line. Weak lines fade faster than they narrow, for there are many of them."""
    return trace(
        "scatter", x=[0.03, 0.97], y=list(ends), mode="lines", line={"width": 0.5 + 9 * strength, "color": colour},
        opacity=0.06 if faint else 0.07 + 0.75 * strength**1.5, showlegend=False,
        hovertemplate=f"{name}<extra></extra>",
    )  # fmt: skip
