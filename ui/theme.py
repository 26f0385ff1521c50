"""How the project looks beyond .streamlit/config.toml: one small stylesheet, and what Plotly must be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go

STYLE = Path(__file__).parent.parent / "assets" / "page.css"
CHART: dict[str, Any] = {"config": {"displayModeBar": False, "displaylogo": False}, "width": "stretch"}


def finished(figure: go.Figure, height: int = 320) -> go.Figure:
    """Tight margins, the legend on top, nothing that moves when the numbers do."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        dragmode=False,
        hoverlabel={"align": "left"},
    )
    return figure
