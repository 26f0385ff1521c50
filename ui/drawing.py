"""Pictures that draw themselves on the page: a style and a script each, and how both are put into a component."""

from __future__ import annotations

from typing import Any

import streamlit as st

from .stage import ASSETS

PARTS = {"alignment": ("player",)}  # what else a picture is made of


def style(name: str) -> str:
    found = (ASSETS / f"{each}.css" for each in (*PARTS.get(name, ()), name))
    return "\n".join(path.read_text(encoding="utf-8") for path in found if path.exists())


def script(name: str) -> str:
    """With the few functions before it that all of them share."""
    scripts = ("node", *PARTS.get(name, ()), name)
    return "\n".join((ASSETS / f"{each}.js").read_text(encoding="utf-8") for each in scripts)


def component(name: str, html: str = "<figure></figure>") -> Any:
    return st.components.v2.component(f"attention_{name}", html=html, css=style(name), js=script(name))
