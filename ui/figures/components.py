"""Pictures drawn by components in the browser: their payloads, and the maps in place of tables that are too large."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import term
from attention_core.lesson.pictures import Alignment, Matrices, ShadedText, Wiring
from attention_stage.payload import payload
from attention_stage.structure import gallery

from .. import maps
from ..component import component, mount, nothing
from ..picture_data import alignment_data, shaded_text_data, wiring_data
from ..plain import Figure, figure, trace, update_axes
from ..state import is_large
from ..theme import chart, finished

MOST_CELLS = 2000  # of a table

_ALIGNMENT = component("alignment")
_SHADED_TEXT = component("reading")
_WIRING = component("wiring")


def matrices(picture: Matrices, key: str) -> None:
    """Steps side by side on a small stage; steps too large for printed numbers as maps."""
    if any(is_large(step) for step in picture.steps):
        for n, step in enumerate(picture.steps):
            st.markdown(f"**{term(step.name)}**")
            maps.draw(step, (0,) * max(0, step.value.ndim - 2), f"{key}-{n}")
        return
    data = payload(picture.steps, gallery(picture.caption, picture.steps), mode="gallery")
    mount(data, key, nothing)


def alignment(picture: Alignment, key: str) -> None:
    """An alignment as a table that fills over time; with too many cells, as a heatmap."""
    if len(picture.rows) * len(picture.columns) > MOST_CELLS:
        chart(heat(picture), key, picture.caption)
    else:
        _ALIGNMENT(key=key, data=alignment_data(picture))


def heat(picture: Alignment) -> Figure:
    """An alignment as a heatmap."""
    chart = figure([trace("heatmap", z=picture.strengths, zmin=0, autocolorscale=True, showscale=False)])
    update_axes(chart, "y", autorange="reversed")
    return finished(chart, 460)


def shaded_text(picture: ShadedText, key: str) -> None:
    """A text with its words shaded by their weights."""
    _SHADED_TEXT(key=key, data=shaded_text_data(picture))


def wiring(picture: Wiring, key: str) -> None:
    """Nodes at their places, joined by arrows."""
    _WIRING(key=key, data=wiring_data(picture))
