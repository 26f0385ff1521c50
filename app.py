"""Attention Atlas. The web server imports this file for `app`; every visitor's session runs it as a script."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from attention_core import CURRICULUM
from pages.cards import gallery
from pages.comparison import compare_page
from pages.family import family_map
from pages.glossary import notation
from pages.home import home
from ui import find
from ui.page import lesson_page
from ui.server import SETTINGS
from ui.theme import FRONT_STYLE, STYLE

ICON = str(Path(__file__).parent / "static" / "icon.png")


def entries_of(current: str) -> dict[str, str]:
    """The lesson behind each entry of the navigation: of a family the one that is open, else its first."""
    found: dict[str, str] = {}
    for mechanism in CURRICULUM:
        entry = mechanism.family or mechanism.title
        if entry not in found or mechanism.key == current:
            found[entry] = mechanism.key
    return found


def navigate() -> None:
    """Page configuration and navigation, built from the curriculum."""
    st.set_page_config("Attention Atlas", ICON, layout="wide")
    st.html(STYLE)
    st.html(FRONT_STYLE)
    lessons: dict[str, st.Page] = {}
    entries = entries_of(urlsplit(st.context.url or "").path.rpartition("/")[2])
    for mechanism in CURRICULUM:
        entry = mechanism.family or mechanism.title
        shown = entries[entry] == mechanism.key
        lessons[mechanism.key] = st.Page(
            partial(lesson_page, mechanism, lessons),
            title=entry if shown else mechanism.title,
            url_path=mechanism.key,
            visibility="visible" if shown else "hidden",
        )
    front = st.Page(partial(home, lessons), title="Home", url_path="home", default=True)
    compare = st.Page(compare_page, title="Compare two", url_path="compare")
    atlas = st.Page(partial(family_map, lessons), title="The map", url_path="map")
    cards = st.Page(partial(gallery, lessons), title="Gallery", url_path="gallery")
    words = st.Page(notation, title="Notation", url_path="notation")
    sections = {"Attention Atlas": [front, atlas, cards, compare, words]}
    for mechanism in CURRICULUM:
        sections.setdefault(mechanism.section, []).append(lessons[mechanism.key])
    page = st.navigation(sections, expanded=True)
    if page.url_path != front.url_path:  # that one has a field of its own
        with st.sidebar:
            find.field("side-find", "Find: RoPE, GQA …")
    page.run()


if __name__ == "__main__":
    navigate()
else:
    app = st.App(__file__, **SETTINGS)
