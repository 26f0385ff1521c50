"""What stands one after another: places of a sequence, and ticks of time."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from attention_core.lesson.pictures import PositionAxis as Ruler
from attention_core.lesson.pictures import Timetable

from ..state import PRINTED
from ..theme import COLOURS, finished, grey


def ruler(picture: Ruler) -> go.Figure:
    places = [picture.first + n for n in range(len(picture.labels))]
    figure = go.Figure(_nested(picture.bars, places))
    for n, (name, points) in enumerate(picture.curves.items()):
        x, y = zip(*points, strict=True)
        figure.add_scatter(name=name, x=x, y=y, mode="lines", line={"color": COLOURS[3 + n % 3]}, hoverinfo="skip")
    tallest = max(height for each in figure.data for height in each.y)
    for name, place in picture.marks.items():
        line = {"color": COLOURS[4], "dash": "dash"}
        figure.add_scatter(name=name, x=[place] * 2, y=[0, 1.08 * tallest], mode="lines", line=line)
    shade = {"fillcolor": grey(".16"), "line": {"width": 1, "color": grey(".7")}}
    for name, (x0, x1) in picture.lit.items():
        figure.add_vrect(x0=x0, x1=x1, name=name, showlegend=True, layer="below", **shade)
    names = [str(n) if label == str(n) else f"{n}<br>{label}" for n, label in zip(places, picture.labels, strict=True)]
    printed = {"tickvals": places, "ticktext": names} if len(places) <= PRINTED else {}
    figure.update_xaxes(title_text=picture.axis, range=[places[0] - 0.6, places[-1] + 0.6], showgrid=False, **printed)
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(barmode="overlay")
    return finished(figure)


def _nested(bars: dict[str, tuple[float, ...]], places: list[int]) -> list[go.Bar]:
    """Each series inside the one before, which is paler."""
    last = len(bars) - 1
    return [
        go.Bar(
            name=name, x=places, y=heights, width=0.84 * 0.66**n, opacity=1.0 if n == last else 0.4,
            marker_color=COLOURS[n % len(COLOURS)],
        )
        for n, (name, heights) in enumerate(bars.items())
    ]  # fmt: skip


def timetable(picture: Timetable) -> go.Figure:
    """A row for each lane, a box for each tick in which it works; whoever waits leaves a gap."""
    sizes = [len(lanes) for lanes in picture.panels.values()]
    height = 150 + 24 * sum(sizes)
    apart = {"row_heights": sizes, "vertical_spacing": 64 / height}
    figure = make_subplots(len(sizes), 1, subplot_titles=list(picture.panels), shared_xaxes=True, **apart)
    figure.update_annotations(x=0, xanchor="left", font_size=13)
    kinds = dict.fromkeys(kind for lanes in picture.panels.values() for lane in lanes for kind, _ in lane if kind)
    for row, lanes in enumerate(picture.panels.values(), 1):
        for n, kind in enumerate(kinds):
            _boxes(figure, lanes, kind, COLOURS[n % len(COLOURS)], row)
        figure.update_yaxes(visible=False, autorange="reversed", row=row, col=1)
    figure.update_xaxes(range=[0, _ticks(picture)], dtick=max(1, _ticks(picture) // 20))
    figure.update_xaxes(title_text="ticks", row=len(picture.panels), col=1)
    figure.update_layout(barmode="overlay", bargap=0.12)
    return finished(figure, height).update_layout(margin_t=64, legend_y=1 + 34 / (height - 110))


def _ticks(picture: Timetable) -> int:
    return max(len(lane) for lanes in picture.panels.values() for lane in lanes)


def _boxes(figure: go.Figure, lanes: tuple[Any, ...], kind: str, colour: str, row: int) -> None:
    """All boxes of one kind of work in a panel; the first panel that has the kind speaks of it in the legend."""
    found = [(n, t, who) for n, lane in enumerate(lanes) for t, (what, who) in enumerate(lane) if what == kind]
    if not found:
        return
    named = {"name": kind, "showlegend": kind not in {trace.name for trace in figure.data}, "legendgroup": kind}
    y, base, text = zip(*found, strict=True)
    figure.add_bar(
        orientation="h", y=y, x=[1] * len(found), base=base, text=text, textposition="inside",
        insidetextanchor="middle", textangle=0, textfont={"color": "white"},
        marker={"color": colour, "line": {"width": 1, "color": "white"}},
        hovertemplate=f"{kind} %{{text}}<extra></extra>", **named, row=row, col=1,
    )  # fmt: skip
