"""Pictures drawn by components in the browser: their payloads, and the maps in place of tables that are too large."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import label_said, term
from attention_core.lesson.pictures import Alignment, Matrices, ShadedText, Wiring
from attention_stage.payload import payload
from attention_stage.structure import gallery

from .. import maps
from ..component import component, mount, nothing
from ..plain import Figure, figure, trace, update_axes
from ..state import is_large
from ..theme import chart, finished
from ..wire import WireAlignment, WireLine, WireReading, WireWiring

MOST_CELLS = 2000  # of a table
MOST_LINES = 12  # of a text
MOST_WORDS = 24  # of a line

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


def alignment_data(picture: Alignment) -> WireAlignment:
    """The payload of the table of an alignment."""
    short = [[round(strength, 4) for strength in row] for row in picture.strengths]
    return {
        "caption": picture.caption,
        "rows": tuple(map(label_said, picture.rows)),
        "columns": tuple(map(label_said, picture.columns)),
        "strengths": short,
        "guesses": picture.guesses,
        "said": picture.said,
        "groups": picture.groups,
    }


def heat(picture: Alignment) -> Figure:
    """An alignment as a heatmap."""
    chart = figure([trace("heatmap", z=picture.strengths, zmin=0, autocolorscale=True, showscale=False)])
    update_axes(chart, "y", autorange="reversed")
    return finished(chart, 460)


def shaded_text(picture: ShadedText, key: str) -> None:
    """A text with its words shaded by their weights."""
    _SHADED_TEXT(key=key, data=shaded_text_data(picture))


def shaded_text_data(picture: ShadedText) -> WireReading:
    """The payload of a shaded text: of a long one the lines of the largest shares, in their order."""
    strongest = sorted(range(len(picture.marks)), key=lambda n: -picture.marks[n])[:MOST_LINES]
    lines: list[WireLine] = [
        {
            "mark": round(picture.marks[n], 4),
            "words": picture.lines[n][:MOST_WORDS],
            "shares": [None if each is None else round(each, 4) for each in picture.strengths[n][:MOST_WORDS]],
        }
        for n in sorted(strongest)
    ]
    return {"caption": picture.caption, "lines": lines, "said": picture.said, "unread": picture.unread}


def wiring(picture: Wiring, key: str) -> None:
    """Nodes at their places, joined by arrows."""
    _WIRING(key=key, data=wiring_data(picture))


def wiring_data(picture: Wiring) -> WireWiring:
    """The payload of a wiring."""
    return {
        "caption": picture.caption,
        "nodes": [{"name": term(node.name), "x": node.x, "y": node.y, "boxed": node.boxed} for node in picture.nodes],
        "wires": [{"start": wire.start, "end": wire.end, "strength": wire.strength} for wire in picture.wires],
    }
