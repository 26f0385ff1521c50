"""Sequences: the positions of tokens on an axis, and tasks over time."""

from __future__ import annotations

from typing import Any

from attention_core.engine.language import label_said, say, term
from attention_core.lesson.pictures import PositionAxis, Timetable

from ..plain import Figure, Properties, axis, figure, panels, trace, update, update_axes
from ..state import PRINTED
from ..theme import COLOURS, finished, grey


def position_axis(picture: PositionAxis) -> Figure:
    """Positions of a sequence in a row, with bars, curves, marks and shaded stretches."""
    places = [picture.first + n for n in range(len(picture.labels))]
    traces = _nested(picture.bars, places)
    for n, (name, points) in enumerate(picture.curves.items()):
        x, y = zip(*points, strict=True)
        line = {"color": COLOURS[3 + n % 3]}
        traces.append(trace("scatter", name=name, x=x, y=y, mode="lines", line=line, hoverinfo="skip"))
    tallest = max(height for each in traces for height in each["y"])
    for name, place in picture.marks.items():
        line = {"color": COLOURS[4], "dash": "dash"}
        traces.append(trace("scatter", name=name, x=[place] * 2, y=[0, 1.08 * tallest], mode="lines", line=line))
    chart = figure(traces, barmode="overlay", **_windows(picture.lit))
    names = [
        str(n) if label == str(n) else f"{n}<br>{label_said(label)}"
        for n, label in zip(places, picture.labels, strict=True)
    ]
    printed = {"tickvals": places, "ticktext": names} if len(places) <= PRINTED else {}
    ends = [places[0] - 0.6, places[-1] + 0.6]
    update_axes(chart, "x", title={"text": picture.axis}, range=ends, showgrid=False, **printed)
    update_axes(chart, "y", rangemode="tozero")
    return finished(chart)


def _windows(lit: dict[str, tuple[float, float]]) -> Properties:
    """Parts of the row that are shaded from top to bottom."""
    look = {"fillcolor": grey(".16"), "line": {"width": 1, "color": grey(".7")}, "showlegend": True, "layer": "below"}
    over = {"type": "rect", "xref": "x", "yref": "y domain", "y0": 0, "y1": 1}
    shapes = [{"name": name, "x0": x0, "x1": x1, **over, **look} for name, (x0, x1) in lit.items()]
    return {"shapes": shapes} if shapes else {}


def _nested(bars: dict[str, tuple[float, ...]], places: list[int]) -> list[Properties]:
    """Each series inside the one before, which is paler."""
    last = len(bars) - 1
    return [
        trace(
            "bar", name=name, x=places, y=heights, width=0.84 * 0.66**n, opacity=1.0 if n == last else 0.4,
            marker={"color": COLOURS[n % len(COLOURS)]},
        )
        for n, (name, heights) in enumerate(bars.items())
    ]  # fmt: skip


def timetable(picture: Timetable) -> Figure:
    """A row for each lane, a box for each tick in which it works; idle ticks are gaps."""
    sizes = [len(lanes) for lanes in picture.panels.values()]
    height = 150 + 24 * sum(sizes)
    apart = {"row_heights": sizes, "vertical_spacing": 64 / height}
    chart = panels(len(sizes), 1, list(picture.panels), shared_xaxes=True, **apart)
    for head in chart["layout"].get("annotations", ()):
        update(head, {"x": 0, "xanchor": "left", "font": {"size": 13}})
    kinds = dict.fromkeys(kind for lanes in picture.panels.values() for lane in lanes for kind, _ in lane if kind)
    for panel, lanes in enumerate(picture.panels.values(), 1):
        for n, kind in enumerate(kinds):
            new = kind not in {each["name"] for each in chart["data"]}
            chart["data"] += _boxes(lanes, kind, COLOURS[n % len(COLOURS)], panel, new)
        update(axis(chart, "y", panel), {"visible": False, "autorange": "reversed"})
    update_axes(chart, "x", range=[0, _ticks(picture)], dtick=max(1, _ticks(picture) // 20))
    update(axis(chart, "x", len(picture.panels)), {"title": {"text": say("ticks")}})
    chart["layout"] |= {"barmode": "overlay", "bargap": 0.12}
    finished(chart, height)
    update(chart["layout"], {"margin": {"t": 64}, "legend": {"y": 1 + 34 / (height - 110)}})
    return chart


def _ticks(picture: Timetable) -> int:
    return max(len(lane) for lanes in picture.panels.values() for lane in lanes)


def _boxes(lanes: tuple[Any, ...], kind: str, colour: str, panel: int, new: bool) -> list[Properties]:
    """All boxes of one kind of work in a panel. new: the first panel with this kind, which the legend lists."""
    found = [(n, t, token) for n, lane in enumerate(lanes) for t, (task, token) in enumerate(lane) if task == kind]
    if not found:
        return []
    y, base, text = zip(*found, strict=True)
    boxes = trace(
        "bar", panel, orientation="h", y=y, x=[1] * len(found), base=base, text=text, textposition="inside",
        insidetextanchor="middle", textangle=0, textfont={"color": "white"},
        marker={"color": colour, "line": {"width": 1, "color": "white"}},
        hovertemplate=f"{term(kind)} %{{text}}<extra></extra>", name=kind, showlegend=new, legendgroup=kind,
    )  # fmt: skip
    return [boxes]
