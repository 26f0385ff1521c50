"""How each kind of insight picture is drawn. A new kind is one class in attention_core.pictures and one entry here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from html import escape
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from attention_core.pictures import (
    Alignment,
    Arcs,
    Arrows,
    Bars,
    Curves,
    Dominoes,
    Fields,
    Hull,
    Images,
    Leaps,
    Matrices,
    Picture,
    Reading,
    Ruler,
    Tile,
    Timetable,
    Wiring,
    distinct,
)

from . import images, maps
from .drawing import component
from .lesson import literal
from .stage import gallery, mount, nothing, payload
from .state import PRINTED, is_large
from .theme import COLOURS, CUT, KEY, TOKEN, chart, finished, grey

MOST_LINES, MOST_WORDS = 12, 24  # of a text
MOST_CELLS = 2000  # of a table
MOST_THREADS = 200  # the strongest; more than a browser draws at once, or an eye follows


_ALIGNMENT, _WIRING, _READING = map(component, ("alignment", "wiring", "reading"))


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
    chart(build(picture), key, picture.caption)


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


ARC = [math.pi * n / 16 for n in range(17)]


def leaps(picture: Leaps) -> go.Figure:
    figure, count = go.Figure(), len(picture.places)
    for start, end in picture.faint[:MOST_THREADS]:
        _arc(figure, (start, end), 1, {"width": 1, "color": grey(".45")}, "")
    for n, (kind, found) in enumerate(picture.arcs.items()):
        side, strongest = (1, -1)[n % 2], max((strength for *_, strength in found), default=1.0) or 1.0
        figure.add_scatter(x=[None], y=[None], mode="lines", line={"width": 4, "color": COLOURS[n]}, name=kind)
        for start, end, strength in sorted(found, key=lambda arc: arc[2])[-MOST_THREADS:]:
            line = {"width": 0.5 + 6 * strength / strongest, "color": COLOURS[n]}
            name = f"{kind}: {picture.places[start]} → {picture.places[end]}, {strength:.3f}"
            _arc(figure, (start, end), side, line, name)
    quiet = {"showlegend": False, "hoverinfo": "skip"}
    for start, end in zip((0, *picture.cuts), (*picture.cuts, count), strict=True):
        row = {"mode": "lines+markers", "marker": {"size": 9}, "line": {"width": 2, "color": grey(".9")}}
        figure.add_scatter(x=[*range(start, end)], y=[0] * (end - start), **row, **quiet)
    if picture.cuts:
        cross = {"symbol": "x", "size": 10, "color": CUT}
        where = [place - 0.5 for place in picture.cuts]
        figure.add_scatter(x=where, y=[0] * len(where), mode="markers", marker=cross, name="gradient cut")
    ticks = range(0, count, 1 + count // 24)
    figure.update_xaxes(tickvals=[*ticks], ticktext=[picture.places[n] for n in ticks], range=[-0.6, count - 0.4])
    figure.update_yaxes(visible=False, rangemode="normal")
    return finished(figure, 320)


def _arc(figure: go.Figure, ends: tuple[int, int], side: int, line: dict[str, Any], name: str) -> None:
    """Half an ellipse over the row: long leaps go higher, but not by as much as they are longer."""
    middle, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
    x, height = [middle - half * math.cos(turn) for turn in ARC], side * abs(half) ** 0.6
    figure.add_scatter(
        x=x, y=[height * math.sin(turn) for turn in ARC], mode="lines", line=line, opacity=0.85, showlegend=False,
        **({"hovertemplate": f"{name}<extra></extra>"} if name else {"hoverinfo": "skip"}),
    )  # fmt: skip


def curves(picture: Curves) -> go.Figure:
    lines = [go.Scatter(name=name, x=picture.x, y=y, mode="lines") for name, y in picture.series.items()]
    figure = go.Figure(lines)
    for n, (name, points) in enumerate(picture.dots.items()):
        x, y = zip(*points, strict=True)
        symbol = ("circle-open", "diamond-open")[n % 2]
        shape = {"symbol": symbol, "size": 10, "color": COLOURS[4], "line": {"width": 2}}
        figure.add_scatter(name=name, x=x, y=y, mode="markers", marker=shape)
    for name, points in picture.crosses.items():
        x, y = zip(*points, strict=True)
        cross = {"symbol": "x-thin", "size": 11, "line": {"width": 3, "color": COLOURS[4]}}
        figure.add_scatter(name=name, x=x, y=y, mode="markers", marker=cross)
    for name, (x, y) in picture.marks.items():
        dot = {"size": 13, "color": COLOURS[3], "line": {"width": 2, "color": "white"}}
        figure.add_scatter(name=name, x=[x], y=[y], mode="markers", marker=dot)
    # On a logarithmic axis every 1, 2 and 5 is written, in place of all nine digits.
    figure.update_xaxes(title_text=picture.x_title, **({"type": "log", "dtick": "D2"} if picture.log_x else {}))
    figure.update_yaxes(title_text=picture.y_title, **(_decades(picture) if picture.log_y else {"rangemode": "tozero"}))
    if any(0 < y < 1e-3 or y > 1e5 for line in picture.series.values() for y in line):
        figure.update_yaxes(exponentformat="power")  # in place of µ, n and p
    return finished(figure)


def _decades(picture: Curves) -> dict[str, Any]:
    """A logarithmic axis with every 1, 2 and 5 written where it is short, and with powers of ten where it is long."""
    found = [math.log10(y) for row in picture.series.values() for y in row if y > 0]
    decades = max(found, default=0.0) - min(found, default=0.0)
    return {"type": "log", "exponentformat": "power", "dtick": "D2" if decades <= 3 else math.ceil(decades / 7)}


def arcs(picture: Arcs) -> go.Figure:
    figure = go.Figure()
    threads = [(weight, row, column) for row, some in enumerate(picture.weights) for column, weight in enumerate(some)]
    loud = picture.one_by_one or range(len(picture.left))
    strongest = max((weight for weight, row, _ in threads if row in loud), default=1.0) or 1.0
    for weight, row, column in sorted(threads)[-MOST_THREADS:]:
        name = f"{picture.left[row]} → {picture.right[column]}: {weight:.3f}"
        strength = min(1.0, weight / strongest)
        _thread(figure, (row, column), strength, COLOURS[row % len(COLOURS)], row not in loud, name)
    for x, labels, side in ((0, picture.left, "left"), (1, picture.right, "right")):
        names = {"mode": "text", "text": labels, "textposition": f"middle {side}", "hoverinfo": "skip"}
        figure.add_scatter(x=[x] * len(labels), y=[*range(len(labels))], showlegend=False, **names)
    figure.update_xaxes(visible=False, range=[-0.45, 1.45])
    figure.update_yaxes(visible=False, autorange="reversed")
    return finished(figure, min(640, 90 + 34 * max(len(picture.left), len(picture.right))))


def _thread(figure: go.Figure, ends: tuple[int, int], strength: float, colour: str, quiet: bool, name: str) -> None:
    """strength: of the strongest line's; weak lines fade faster than they thin, for there are many of them."""
    line = {"width": 0.5 + 9 * strength, "color": colour}
    opacity = 0.06 if quiet else 0.07 + 0.75 * strength**1.5
    figure.add_scatter(
        x=[0.03, 0.97], y=list(ends), mode="lines", line=line, opacity=opacity, showlegend=False,
        hovertemplate=f"{name}<extra></extra>",
    )  # fmt: skip


def alignment(picture: Alignment, key: str) -> None:
    """A table of its own, which fills as time runs; past what a table can show, a map."""
    if len(picture.rows) * len(picture.columns) > MOST_CELLS:
        _chart(heat, picture, key)
    else:
        _ALIGNMENT(key=key, data=alignment_data(picture))


def alignment_data(picture: Alignment) -> dict[str, Any]:
    short = [[round(strength, 4) for strength in row] for row in picture.strengths]
    return {**vars(picture), "strengths": short}


def wiring(picture: Wiring, key: str) -> None:
    _WIRING(key=key, data=wiring_data(picture))


def wiring_data(picture: Wiring) -> dict[str, Any]:
    return asdict(picture)


def heat(picture: Alignment) -> go.Figure:
    figure = go.Figure(go.Heatmap(z=picture.strengths, zmin=0, colorscale="Teal", showscale=False))
    figure.update_yaxes(autorange="reversed")
    return finished(figure, 460)


def dominoes(picture: Dominoes, key: str) -> None:
    st.html(dominoes_html(picture))


def dominoes_html(picture: Dominoes) -> str:
    """One colour for each axis; the halves that meet are struck out."""
    axes = dict.fromkeys(axis for chain in picture.chains.values() for _, *ends in chain for axis, _ in ends)
    colours = {axis: COLOURS[n % len(COLOURS)] for n, axis in enumerate(axes)}
    chains = "".join(_chain(name, tiles, colours) for name, tiles in picture.chains.items())
    return f'<div class="dominoes">{chains}</div>'


def _chain(name: str, tiles: tuple[Tile, ...], colours: dict[str, str]) -> str:
    *factors, made = tiles
    last = len(factors) - 1
    shown = "".join(_tile(tile, colours, (n > 0, n < last)) for n, tile in enumerate(factors))
    said = " times ".join(map(_size, factors)) + f" gives {_size(made)}"
    made_of = f'{shown}<span class="gives">=</span>{_tile(made, colours, (False, False))}'
    return f'<div role="img" aria-label="{escape(name)}: {escape(said)}"><b>{escape(name)}</b>{made_of}</div>'


def _size(tile: Tile) -> str:
    name, *ends = tile
    return f"{name} ({' by '.join(f'{axis} {size}' for axis, size in ends)})"


def _tile(tile: Tile, colours: dict[str, str], met: tuple[bool, bool]) -> str:
    name, *ends = tile
    base, _, low = name.partition("_")
    halves = "".join(
        f'<span class="{"met" * gone}" style="--axis: {colours[axis]}"><em>{size}</em>{escape(axis)}</span>'
        for (axis, size), gone in zip(ends, met, strict=True)
    )
    return f'<span class="domino"><i>{escape(base)}<sub>{escape(low)}</sub></i>{halves}</span>'


def reading(picture: Reading, key: str) -> None:
    _READING(key=key, data=reading_data(picture))


def reading_data(picture: Reading) -> dict[str, Any]:
    """As many lines and words as are read with the eye; of a longer text the strongest lines, in their order."""
    strongest = sorted(range(len(picture.marks)), key=lambda n: -picture.marks[n])[:MOST_LINES]
    lines = [
        {
            "mark": round(picture.marks[n], 4),
            "words": picture.lines[n][:MOST_WORDS],
            "shares": [None if each is None else round(each, 4) for each in picture.strengths[n][:MOST_WORDS]],
        }
        for n in sorted(strongest)
    ]
    return {"caption": picture.caption, "lines": lines, "said": picture.said, "unread": picture.unread}


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
        anchor = "x" if column == 1 else f"x{column}"
        figure.update_yaxes(range=[floor, reach], scaleanchor=anchor, row=1, col=column, showticklabels=False)
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
        for points, colour, shape in ((picture.points, KEY, "circle"), (picture.asker, TOKEN, "x")):
            if not points:
                continue
            x, y = zip(*points.values(), strict=True)
            marker = {"size": 12, "color": colour, "symbol": shape, "line": {"width": 1.5, "color": "white"}}
            figure.add_scatter(
                x=x, y=y, text=list(points), textposition="top center", marker=marker, showlegend=False,
                mode="markers+text" if len(points) <= PRINTED else "markers", hovertemplate="%{text}<extra></extra>",
                row=1, col=column,
            )  # fmt: skip
        anchor = "x" if column == 1 else f"x{column}"
        figure.update_yaxes(scaleanchor=anchor, constrain="domain", row=1, col=column)
        figure.update_xaxes(constrain="domain", row=1, col=column)
    return finished(figure, 360)


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


_DRAWN: dict[type, Callable[[Any, str], None]] = {
    Matrices: matrices,
    Bars: partial(_chart, bars),
    Curves: partial(_chart, curves),
    Leaps: partial(_chart, leaps),
    Hull: partial(_chart, hull),
    Arcs: partial(_chart, arcs),
    Alignment: alignment,
    Reading: reading,
    Arrows: partial(_chart, arrows),
    Fields: partial(_chart, fields),
    Ruler: partial(_chart, ruler),
    Dominoes: dominoes,
    Wiring: wiring,
    Images: images.draw,
    Timetable: partial(_chart, timetable),
}
