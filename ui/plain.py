"""Charts for Plotly as plain dictionaries.

`plotly.graph_objects` looks up a validator for every property of every trace: tens of milliseconds for one chart. Here
a chart is the dictionary that the browser gets, and tests/app/test_sections.py has Plotly check it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure
from plotly.subplots import make_subplots

Properties = dict[str, Any]
Figure = dict[str, Any]  # {"data": [trace, ...], "layout": {...}}


class Unchecked(BaseFigure):  # type: ignore[misc]
    """A chart that is a dictionary already, for `st.plotly_chart`: it validates every dictionary, but no BaseFigure."""

    def __init__(self, figure: Figure) -> None:
        self.__dict__["figure"] = figure

    def to_dict(self) -> Figure:
        return self.__dict__["figure"]  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def template() -> Properties:
    """The look that Plotly gives every figure; Streamlit puts its own there."""
    return dict(go.Figure().to_dict()["layout"]["template"])


def figure(traces: Sequence[Properties] = (), **layout: Any) -> Figure:
    """A chart of these traces with one pair of axes. layout: further properties of its layout."""
    return {"data": list(traces), "layout": {"template": template(), "xaxis": {}, "yaxis": {}, **layout}}


def panels(down: int, across: int, titles: Sequence[str] | None = None, **spacing: Any) -> Figure:
    """Panels in rows and columns. spacing: as `plotly.subplots.make_subplots` takes it, which places them."""
    fixed = tuple((name, tuple(each) if isinstance(each, list) else each) for name, each in spacing.items())
    layout = deepcopy(_placed(down, across, tuple(titles or ()), fixed))
    return {"data": [], "layout": {**layout, "template": template()}}


@lru_cache(maxsize=256)
def _placed(down: int, across: int, titles: tuple[str, ...], spacing: tuple[tuple[str, Any], ...]) -> Properties:
    lists = {name: list(each) if isinstance(each, tuple) else each for name, each in spacing}
    layout = make_subplots(down, across, subplot_titles=titles or None, **lists).to_dict()["layout"]
    return {name: each for name, each in layout.items() if name != "template"}


def trace(kind: str, panel: Any = 0, **properties: Any) -> Properties:
    """panel: the number of the panel it belongs to, from 1; 0 where the chart has none."""
    place = {"xaxis": axis_name("x", panel), "yaxis": axis_name("y", panel)} if panel else {}
    return {"type": kind, **place, **properties}


def axis_name(letter: str, panel: int) -> str:
    """Plotly's name for an axis of a panel: x, x2, x3."""
    return letter if panel <= 1 else f"{letter}{panel}"


def axes(chart: Figure, letter: str) -> Iterator[Properties]:
    """Every horizontal ("x") or vertical ("y") axis."""
    return (axis for name, axis in chart["layout"].items() if name.startswith(f"{letter}axis"))


def axis(chart: Figure, letter: str, panel: int) -> Properties:
    """The properties of one axis ("x" or "y") of a panel, counted from 1."""
    found: Properties = chart["layout"][f"{letter}axis{panel if panel > 1 else ''}"]
    return found


def update(properties: Properties, changes: Properties) -> None:
    """Changes put in; a dictionary into the dictionary that is there, so that what it does not name stays."""
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(properties.get(name), dict):
            update(properties[name], value)
        else:
            properties[name] = value


def update_axes(chart: Figure, letter: str, **changes: Any) -> None:
    """Properties of every horizontal ("x") or vertical ("y") axis changed."""
    for each in axes(chart, letter):
        update(each, deepcopy(changes))


def packed(numbers: np.ndarray[Any, Any]) -> Properties:
    """An array in the form in which Plotly sends it: bytes, in place of each number as text."""
    whole = np.issubdtype(numbers.dtype, np.integer)
    array = numbers.astype("i1" if whole and numbers.max() < 128 else "i2" if whole else "f8")
    shape = {"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {}
    return {"dtype": array.dtype.str[1:], "bdata": base64.b64encode(array.tobytes()).decode(), **shape}
