"""Attention Atlas. The web server imports this file for `app`; every visitor's session runs it as a script."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from attention_core import CURRICULUM
from attention_core.engine.language import say
from pages.cards import gallery
from pages.comparison import compare_page
from pages.differences import conventions
from pages.family import family_map
from pages.find_my_bug import find_my_bug
from pages.game import detective
from pages.glossary import notation
from pages.home import home
from pages.join import join
from pages.lesson_plans import plans
from pages.scope import microscope
from ui import find, front, language, language_switch
from ui.page import is_alone, lesson_page
from ui.server import SETTINGS
from ui.theme import FRONT_STYLE, STYLE

SIDEBAR = 248  # px
ICON = str(Path(__file__).parent / "static" / "icon.png")


def entries_of(current: str) -> dict[str, str]:
    """The lesson behind each entry of the navigation: of a family the one that is open, else its first."""
    found: dict[str, str] = {}
    for mechanism in CURRICULUM:
        entry = mechanism.family or mechanism.title
        if entry not in found or mechanism.key == current:
            found[entry] = mechanism.key
    return found


def lesson_pages(current: str) -> dict[str, st.Page]:
    """The page of every lesson by its key. current: the key of the lesson on screen."""
    pages: dict[str, st.Page] = {}
    entries = entries_of(current)
    for mechanism in CURRICULUM:
        entry = mechanism.family or mechanism.title
        shown = entries[entry] == mechanism.key
        pages[mechanism.key] = st.Page(
            partial(lesson_page, mechanism, pages),
            title=entry if shown else mechanism.title,
            url_path=mechanism.key,
            visibility="visible" if shown else "hidden",
        )
    return pages


def navigate() -> None:
    """Page configuration and navigation, built from the curriculum."""
    language.begin()
    st.set_page_config(say(front.NAME), ICON, layout="wide", initial_sidebar_state=SIDEBAR)
    st.html(STYLE)
    st.html(FRONT_STYLE)
    here = urlsplit(st.context.url or "").path.rpartition("/")[2]
    hidden = st.context.is_embedded or is_alone(here)
    lessons = lesson_pages(here)
    first = st.Page(partial(home, lessons), title=say("Home"), url_path="home", default=True)
    written = {
        "microscope": microscope,
        "detective": partial(detective, lessons),
        "find-my-bug": partial(find_my_bug, lessons),
        "map": partial(family_map, lessons),
        "gallery": partial(gallery, lessons),
        "compare": compare_page,
        "notation": notation,
        "conventions": conventions,
        "plans": plans,
    }
    shown = [st.Page(written[path], title=say(title), url_path=path) for path, title in front.HAND_WRITTEN.items()]
    for path in ("microscope", "find-my-bug"):  # the home page has doors to them
        lessons[path] = shown[list(front.HAND_WRITTEN).index(path)]
    unlisted = [st.Page(join, title=say(front.UNLISTED["join"]), url_path="join", visibility="hidden")]
    sections = {say(front.NAME): [first, *shown, *unlisted]}
    for mechanism in CURRICULUM:
        sections.setdefault(mechanism.section, []).append(lessons[mechanism.key])
    page = st.navigation(sections, position="hidden" if hidden else "sidebar", expanded=True)
    st.set_page_config(front.title(say(front.TITLES.get(page.url_path, ""))))
    if not hidden:
        with st.sidebar:
            if page.url_path != first.url_path:  # that one has a field of its own
                find.field("side-find", say("Find"))
            language_switch.switch(page.url_path)
    page.run()


if __name__ == "__main__":
    navigate()
else:
    app = st.App(__file__, **SETTINGS)
