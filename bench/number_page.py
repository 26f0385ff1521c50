"""The least that Streamlit needs to show a number: a page with one component and nothing else, served as the app is."""

from __future__ import annotations

import streamlit as st

from ui.server import SETTINGS

NUMBER = "<table><tr><td data-step>1</td></tr></table>"

if __name__ == "__main__":
    st.components.v2.component("one_number", html=NUMBER)(key="one-number")
else:
    app = st.App(__file__, **SETTINGS)
