"""The front door: attention seen at work, three ways in, and the path of the lessons."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import streamlit as st

from attention_core import CURRICULUM, Mechanism
from attention_core.engine.language import say, say_many
from attention_core.mechanisms import MECHANISMS
from ui import docs, find, front
from ui.cards import ACROSS, linked
from ui.component import component
from ui.home_sentence import PROMISE, QUESTION, SENTENCE, sentence
from ui.thumbnail import thumbnail
from ui.tour import CARDS, PARAMETER
from ui.wire import WireResume

NUMBERS = MECHANISMS["scaled-dot-product-attention"]
_RESUME = component("resume")


def home(pages: Mapping[str, Any]) -> None:
    st.title(say(front.NAME), anchor=False)
    st.markdown(say(PROMISE))
    _picture(pages)
    with st.container(key="atlas-search"):
        find.field("home-find")
        titles: WireResume = {"titles": {key: mechanism.title for key, mechanism in MECHANISMS.items()}}
        _RESUME(key="home-resume", data=titles)
    _doors(pages)
    _path(pages)
    _guides()


def _picture(pages: Mapping[str, Any]) -> None:
    st.subheader(say(QUESTION), anchor=False)
    sentence("home-sentence")
    with st.container(horizontal=True, vertical_alignment="center", key="atlas-origin"):
        st.caption(say("{note} It is computed in your browser as you drag.", note=SENTENCE.first.note), width="content")
        link = say(":primary[Every number of it: {sentence} →]", sentence=SENTENCE.title)
        st.page_link(pages[SENTENCE.key], label=link, width="content")


def _doors(pages: Mapping[str, Any]) -> None:
    """Three ways in: to learn, to teach, with numbers of one's own."""
    first = CURRICULUM[0]
    doors = (
        (
            say("Learn"),
            say("{count} lessons, each on one page; a short tour shows how they work.", count=len(CURRICULUM)),
            first,
            say("Start: {title}", title=first.title),
            1,
        ),
        (
            say("Teach a class"),
            say("Hide what students shall find; hand out a link, a file or a worksheet."),
            first,
            say("See how: {title}", title=first.title),
            len(CARDS),
        ),
        (
            say("Bring your own numbers"),
            say(
                "Paste or upload queries, keys and values, read a sentence of yours with a trained model, or have your "
                "own implementation checked."
            ),
            NUMBERS,
            say("Open: {title}", title=NUMBERS.title),
            0,
        ),
    )
    with st.container(key="atlas-doors"):
        columns = st.columns(len(doors))
    for column, (title, about, mechanism, verb, card) in zip(columns, doors, strict=True):
        with column, st.container(border=True, height="stretch", gap="small"):
            st.markdown(f"**{title}**  \n:gray[{about}]")
            query = {PARAMETER: str(card)} if card else {"section": "inputs"}
            st.page_link(pages[mechanism.key], label=f":primary[**{verb}**]", query_params=query)
            if mechanism is NUMBERS:
                for path in ("microscope", "find-my-bug"):
                    title = say(front.HAND_WRITTEN[path])
                    st.page_link(pages[path], label=f":primary[**{say('Open: {title}', title=title)}**]")


def _path(pages: Mapping[str, Any]) -> None:
    """The sections in teaching order, each with its first lesson."""
    st.subheader(say("The path"), anchor=False)
    sections = [(name, list(found)) for name, found in groupby(CURRICULUM, key=lambda mechanism: mechanism.section)]
    with st.container(key="atlas-path"):
        for start in range(0, len(sections), ACROSS):
            for column, section in zip(st.columns(ACROSS), sections[start : start + ACROSS], strict=False):
                with column, st.container(border=True, height="stretch", gap="small"):
                    _section(*section, pages)


def _guides() -> None:
    """Where the guides are, which stand beside the app."""
    if address := docs.address():
        st.markdown(say(":gray[For teachers, students, engineers and operators:] [guides]({address})", address=address))


def _section(name: str, lessons: list[Mechanism], pages: Mapping[str, Any]) -> None:
    first = lessons[0]
    st.html(thumbnail(first))
    many = say_many("{n} lesson", "{n} lessons", len(lessons))
    st.markdown(f"**{name}** :small[:gray[{many}]]")
    st.page_link(pages[first.key], label=say(":gray[Begins with] {linked}", linked=linked(first)))
