"""The least that Streamlit can do in answer to a click: one fragment with nothing in it but the button."""

from __future__ import annotations

import streamlit as st


@st.fragment
def page() -> None:
    st.button("again", key="again")


page()
