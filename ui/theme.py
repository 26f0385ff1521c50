"""How the project looks beyond .streamlit/config.toml: one small stylesheet, colours, and defaults of charts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.io as pio
import streamlit as st

from .plain import Figure, Unchecked, update, update_axes

STYLE = Path(__file__).parent.parent / "assets" / "page.css"
FRONT_STYLE = STYLE.with_name("front.css")

COLOURS = ("#5a8fd0", "#d07f45", "#4ba08c", "#a56fd8", "#c7598b", "#7d8f3f")  # distinct on white and on dark
KEY = "#8f5a00"  # this and the next: points in the colours of their axes on the stage
TOKEN = "#a32a63"
CUT = "#c0392b"  # where no gradient passes

# The eighth colour of Streamlit's template, a name in place of which the browser puts the eighth of the theme's
# chartCategoricalColors: the grey of small text, where Streamlit's own is too pale on white.
QUIET: str = pio.templates["streamlit"].layout.colorway[7]

# The ninth, likewise: the colour of text, for names that stand on a map.
INK: str = pio.templates["streamlit"].layout.colorway[8]

CHART: dict[str, Any] = {"config": {"displayModeBar": False, "displaylogo": False}, "width": "stretch"}


def grey(opacity: str) -> str:
    """For what stands behind the colours, on white and on dark; the opacity as CSS writes it, ".45"."""
    return f"rgba(128,136,148,{opacity})"


def finished(chart: Figure, height: int = 320) -> Figure:
    """Tight margins, the legend on top, nothing that moves when the numbers do."""
    for letter in "xy":
        update_axes(chart, letter, tickfont={"color": QUIET}, title={"font": {"color": QUIET}})
    looks = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "dragmode": False,
        "hoverlabel": {"align": "left"},
    }
    update(chart["layout"], looks)
    return chart


def chart(figure: Figure, key: str, alt: str, **settings: Any) -> None:
    """Draw a chart. alt: its description for screen readers."""
    st.plotly_chart(Unchecked(figure), key=key, alt=alt, **{**CHART, **settings})
