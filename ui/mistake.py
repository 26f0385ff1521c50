"""A mistake of the catalogue as its pages show it."""

from __future__ import annotations

import streamlit as st

from attention_core.diagnosis.entry import Mistake

LIBRARIES = {"numpy": "NumPy", "torch": "PyTorch"}


def differences(mistake: Mistake) -> None:
    """Its lines of code beside the right ones, a tab for each library."""
    for tab, library in zip(st.tabs(list(LIBRARIES.values())), LIBRARIES, strict=True):
        with tab:
            st.code(mistake.difference(library), language="diff", wrap_lines=True)
