"""How each kind of insight picture is drawn.

A new kind is one subclass of attention_core.lesson.pictures.Picture, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from attention_core.lesson import pictures

from .. import images
from ..lesson import literal
from ..plain import Figure
from ..theme import chart
from . import arcs, charts, components, dominoes, plane_plots, sequences


def draw(picture: pictures.Picture, key: str, moved: images.Moved | None = None) -> None:
    """moved: told what a learner dragged on the picture; only pictures with a handle are given it."""
    st.caption(literal(picture.caption))
    drawn = DRAWN[type(picture)]
    drawn(picture, key, moved=moved) if moved and pictures.handles(picture) else drawn(picture, key)


def _chart(build: Callable[[Any], Figure], picture: Any, key: str) -> None:
    chart(build(picture), key, picture.caption)


CHARTS: dict[type, Callable[[Any], Figure]] = {  # for Plotly
    pictures.Bars: charts.bars,
    pictures.Curves: charts.curves,
    pictures.ArcDiagram: arcs.leaps,
    pictures.Arcs: arcs.arcs,
    pictures.PositionAxis: sequences.ruler,
    pictures.Timetable: sequences.timetable,
    pictures.Arrows: plane_plots.arrows,
    pictures.ContourMap: plane_plots.fields,
    pictures.ConvexHull: plane_plots.hull,
}
DRAWN: dict[type, Callable[..., None]] = {
    **{kind: partial(_chart, build) for kind, build in CHARTS.items()},
    pictures.Matrices: components.matrices,
    pictures.Alignment: components.alignment,
    pictures.ShadedText: components.reading,
    pictures.Wiring: components.wiring,
    pictures.ShapeChain: dominoes.dominoes,
    pictures.Images: images.draw,
}
