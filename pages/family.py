"""The map: all lessons as one picture of five stations, in the order a number passes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from attention_core import CURRICULUM, Mechanism
from attention_core.lesson.mechanism import BOXES

QUESTIONS = {
    "who asks": ("record_voice_over", "Where do queries, keys and values come from, and how many ask at once?"),
    "score": ("straighten", "How well does a query fit a key?"),
    "which keys": ("visibility", "Which keys may a query see at all?"),
    "normalise": ("percent", "How do scores become shares?"),
    "read": ("menu_book", "What is done with the shares: mix, pick, or sample?"),
}


def family_map(pages: Mapping[str, Any]) -> None:
    st.title("The map", anchor=False)
    st.markdown(
        ":gray[Every attention is five answers in a row. A lesson changes one or two of them and keeps the others; "
        "it stands under each answer that it changes.]"
    )
    with st.container(key="atlas-map"):
        for number, (column, box) in enumerate(zip(st.columns(len(BOXES)), BOXES, strict=True), 1):
            with column, st.container(border=True, height="stretch", gap="small"):
                _station(number, box, pages)
    st.markdown(
        "Read it from left to right: somebody asks, a *score* says how well each key fits, some keys may be hidden, "
        "the scores become *attention weights*, and the values are read with them. The worked example goes through "
        "all five."
    )


def _station(number: int, box: str, pages: Mapping[str, Any]) -> None:
    icon, question = QUESTIONS[box]
    st.markdown(f"##### :primary[:material/{icon}:] {number} · {box.capitalize()}")
    st.markdown(f":gray[{question}]")
    for mechanism in CURRICULUM:
        if box in mechanism.boxes:
            st.page_link(pages[mechanism.key], label=mechanism.title, help=_about(mechanism))


def _about(mechanism: Mechanism) -> str:
    return f"{mechanism.insight} ({mechanism.papers[0]})"
