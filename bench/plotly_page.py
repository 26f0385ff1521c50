"""The ordinary way to build the page, for comparison: st.data_editor and one Plotly heatmap per matrix.

The same core computes the same X, Q, K and S; sizes come from the link (?tokens=8&width=8).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from attention_core import CURRICULUM, Step
from bench.lesson import sized_inputs

SHOWN = ("X", "queries", "keys", "scores")


def heatmap(step: Step) -> go.Figure:
    """One matrix with its numbers printed, rows downwards."""
    cells = go.Heatmap(z=step.value, texttemplate="%{z:.2f}", colorscale="RdBu", zmid=0, showscale=False)
    figure = go.Figure(cells)
    figure.update_layout(title=step.name, height=260, margin={"l": 20, "r": 10, "t": 40, "b": 20})
    figure.update_yaxes(autorange="reversed")
    return figure


@st.fragment
def page() -> None:
    tokens, width = (int(st.query_params.get(name, size)) for name, size in (("tokens", 3), ("width", 4)))
    inputs = sized_inputs(tokens, width)
    columns = [str(n + 1) for n in range(width)]
    table = st.data_editor(pd.DataFrame(inputs["X"], columns=columns), key="X")
    trace = CURRICULUM[0].trace({**inputs, "X": np.asarray(table, dtype=float)})
    for name, place in zip(SHOWN, st.columns(len(SHOWN)), strict=True):
        place.plotly_chart(heatmap(trace[name]), key=f"chart-{name}")


st.set_page_config(layout="wide")
page()
