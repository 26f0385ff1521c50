"""The gallery: each section as cards with live thumbnails, and the whole curriculum on a line of years."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import streamlit as st

from attention_core import CURRICULUM, Mechanism
from attention_core.engine.language import say, term
from ui.atlas import timeline
from ui.cards import cards, linked
from ui.thumbnail import pictured, thumbnail

SECTIONS = {
    name: list(found) for name, found in groupby(CURRICULUM, key=lambda mechanism: mechanism.section)
}  # in teaching order
OPENS = max(SECTIONS, key=lambda name: len(SECTIONS[name]))


def gallery(pages: Mapping[str, Any]) -> None:
    st.title(say("Gallery"), anchor=False)
    st.markdown(
        say(
            ":gray[One card for each lesson of a section. The little picture is a step of the lesson’s own "
            "first example, computed just now: weights in green, other numbers in blue "
            "above zero and orange below, images as they are.]"
        )
    )
    chosen = st.pills(
        say("Section"), list(SECTIONS), default=OPENS, required=True, label_visibility="collapsed", format_func=say
    )
    _cards(SECTIONS[str(chosen)], pages)
    st.subheader(say("When each idea appeared"), anchor=False)
    st.markdown(
        say(
            ":gray[Every lesson at the year of the first paper it stands on. "
            "Some ideas are older than the word attention.]"
        )
    )
    with st.container(key="atlas-years", gap="small"):
        for years, mechanisms in timeline():
            _year(years, mechanisms, pages)


def _cards(mechanisms: list[Mechanism], pages: Mapping[str, Any]) -> None:
    with st.container(key="atlas-gallery"):
        for mechanism in cards(mechanisms):
            st.html(thumbnail(mechanism))
            st.caption(" · ".join(term(step.name) for step in pictured(mechanism)))
            with st.container(gap=None):  # whose it is belongs to the title
                st.page_link(pages[mechanism.key], label=linked(mechanism))
                st.markdown(f":small[**{mechanism.year}** · {authors(mechanism)}]")
            st.markdown(f":gray[{mechanism.insight}]")


def authors(mechanism: Mechanism) -> str:
    """The first paper without its year, which stands before it."""
    return re.sub(rf"\s*\b{mechanism.year}\b", "", mechanism.papers[0], count=1)


def _year(label: str, mechanisms: list[Mechanism], pages: Mapping[str, Any]) -> None:
    year, links = st.columns([1, 8], vertical_alignment="top", gap="small")
    with year:
        st.markdown(f"**{label}**")
    with links, st.container(horizontal=True, gap="small"):
        for mechanism in mechanisms:
            st.page_link(pages[mechanism.key], label=mechanism.title, help=mechanism.papers[0], width="content")
