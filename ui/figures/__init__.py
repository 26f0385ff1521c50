"""How each kind of insight picture is drawn.

A new kind is one subclass of attention_core.lesson.pictures.Picture, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from attention_core.engine.language import label_said, term
from attention_core.lesson import pictures

from .. import images
from ..lesson import literal
from ..plain import Figure
from ..theme import chart
from . import arcs, charts, components, dominoes, plane_plots, sequences


def draw(picture: pictures.Picture, key: str, on_move: images.OnMove | None = None) -> None:
    """A picture under its caption. on_move: is called after a box of the picture was dragged."""
    st.caption(literal(picture.caption))
    draw_kind = DRAWN[type(picture)]
    if on_move and pictures.handles(picture):
        draw_kind(picture, key, on_move=on_move)
    else:
        draw_kind(picture, key)


def _chart(build: Callable[[Any], Figure], picture: Any, key: str) -> None:
    chart(in_words(build(picture)), key, picture.caption)


def in_words(figure: Figure) -> Figure:
    """A chart whose names of steps, axes and positions are those of the language in force."""
    for trace in figure["data"]:
        trace |= {name: _named(trace[name]) for name in ("name", "x", "y", "text") if name in trace}
    for name, part in figure["layout"].items():
        if name.startswith(("xaxis", "yaxis")) and part.get("title", {}).get("text"):
            part["title"]["text"] = term(part["title"]["text"])
    for note in figure["layout"].get("annotations", ()):
        note["text"] = _named(note["text"])
    return figure


def _named(found: Any) -> Any:
    if isinstance(found, str):
        return term(found) if term(found) != found else label_said(found)
    is_of_words = isinstance(found, (list, tuple)) and any(isinstance(each, str) for each in found)
    return [label_said(each) if isinstance(each, str) else each for each in found] if is_of_words else found


CHARTS: dict[type, Callable[[Any], Figure]] = {  # for Plotly
    pictures.Bars: charts.bars,
    pictures.Curves: charts.curves,
    pictures.ArcDiagram: arcs.arc_diagram,
    pictures.Arcs: arcs.arcs,
    pictures.PositionAxis: sequences.position_axis,
    pictures.Timetable: sequences.timetable,
    pictures.Arrows: plane_plots.arrows,
    pictures.ContourMap: plane_plots.contour_map,
    pictures.ConvexHull: plane_plots.convex_hull,
}
DRAWN: dict[type, Callable[..., None]] = {
    **{kind: partial(_chart, build) for kind, build in CHARTS.items()},
    pictures.Matrices: components.matrices,
    pictures.Alignment: components.alignment,
    pictures.ShadedText: components.shaded_text,
    pictures.Wiring: components.wiring,
    pictures.ShapeChain: dominoes.shape_chain,
    pictures.Images: images.draw,
}
