"""Pictures that draw themselves on the page: a style and a script each, and how both are put into a component."""

from __future__ import annotations

from typing import Any

import streamlit as st

from .stage import ASSETS


def style(name: str) -> str:
    return (ASSETS / f"{name}.css").read_text(encoding="utf-8")


def script(name: str) -> str:
    """With the few functions before it that all of them share."""
    return "\n".join((ASSETS / f"{each}.js").read_text(encoding="utf-8") for each in ("node", name))


def component(name: str, html: str = "<figure></figure>") -> Any:
    return st.components.v2.component(f"attention_{name}", html=html, css=style(name), js=script(name))
