"""The widget for an option of a mechanism: switch, choice, slider or number field."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from attention_core.engine.axes import Axis
from attention_core.engine.language import label_said, say, term
from attention_core.lesson.mechanism import Option

WIDTH = 168  # two beside each other on a phone


def is_slid(option: Option) -> bool:
    """Whether it is chosen among numbers, by a slider."""
    return bool(option.choices) and not isinstance(option.default, bool | str)


def option_widget(option: Option, beside: bool = False, **settings: Any) -> Any:
    """settings: what every Streamlit widget takes (key, on_change, ...). Returns the chosen value.

    beside: a field's title stands beside it, not above it: a line saved where the field stands alone.
    """
    if isinstance(option.default, bool):
        return st.toggle(option.title, **settings)
    if is_slid(option):
        return st.select_slider(option.title, option.choices, width=WIDTH, format_func=_number, **settings)
    widget = _choice if option.choices else _field
    if not beside:
        return widget(option, width=WIDTH, **settings)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.markdown(f":small[{option.title}]", width="content")
        return widget(option, width=WIDTH if option.choices else 130, label_visibility="collapsed", **settings)


def _choice(option: Option, **settings: Any) -> Any:
    return st.selectbox(option.title, option.choices, format_func=say, **settings)


def _field(option: Option, **settings: Any) -> Any:
    low, high = (type(option.default)(bound) for bound in option.bounds or (0, 1))
    return st.number_input(
        option.title, low, high, format="%d" if isinstance(option.default, int) else "%g", **settings
    )


def position(axis: Axis, key: str, width: int) -> int:
    """Chosen by its label: a position along an axis, from 0."""
    places = list(range(axis.size))
    chosen = st.selectbox(
        term(axis.name).capitalize(), places, format_func=lambda n: label_said(axis.labels[n]), key=key, width=width
    )
    return int(chosen)


def _number(value: float) -> str:
    return say("none") if math.isinf(value) else f"{value:g}"
