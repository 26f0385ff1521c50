"""The widget for an option of a mechanism: switch, choice, slider or number field."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attention_core.mechanism import Option


def option_widget(option: Option, **settings: Any) -> Any:
    """settings: what every Streamlit widget takes (key, on_change, ...). Returns the chosen value."""
    if isinstance(option.default, bool):
        return st.toggle(option.title, **settings)
    if option.choices and isinstance(option.default, str):
        return st.selectbox(option.title, option.choices, width=200, **settings)
    if option.choices:
        return st.select_slider(option.title, option.choices, width=220, format_func="{:g}".format, **settings)
    low, high = (type(option.default)(bound) for bound in option.bounds or (0, 1))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.markdown(f":small[{option.title}]", width="content")
        number = "%d" if isinstance(option.default, int) else "%g"
        return st.number_input(
            option.title, low, high, width=130, format=number, label_visibility="collapsed", **settings
        )
