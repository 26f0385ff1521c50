"""Pictures that draw themselves on the page: a style and a script each, and how both are put into a component."""

from __future__ import annotations

from typing import Any

import streamlit as st

from .stage import ASSETS, built

PARTS = {"alignment": ("player",)}  # whose style a picture has besides its own


def style(name: str) -> str:
    found = (ASSETS / f"{each}.css" for each in (*PARTS.get(name, ()), name))
    return "\n".join(path.read_text(encoding="utf-8") for path in found if path.exists())


def component(name: str, html: str = "<figure></figure>") -> Any:
    return st.components.v2.component(f"attention_{name}", html=html, css=style(name), js=built(name))
