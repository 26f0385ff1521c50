"""The front door: what this is, one live miniature, and the curriculum as cards."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from attention_core import CURRICULUM, Mechanism
from ui.cards import cards, linked
from ui.stage import mount, nothing, payload
from ui.state import View


def home(pages: dict[str, object]) -> None:
    st.title("Attention Atlas", anchor=False)
    st.markdown(
        "Change any number of an attention computation; see every number that follows, and why.",
        text_alignment="left",
    )
    _miniature(CURRICULUM[0])
    for section, mechanisms in groupby(CURRICULUM, key=lambda mechanism: mechanism.section):
        st.subheader(section, anchor=False)
        _cards(list(mechanisms), pages)


def _miniature(mechanism: Mechanism) -> None:
    trace = mechanism.trace()
    step = trace["scores"]

    def stops(number):  # type: ignore[no-untyped-def]
        return [{"title": step.name, "steps": [], "result": number[step], "words": ""}]

    st.caption("The published three-token example. Point at a cell: it shows what it is made of.")
    mount(payload([step], stops, mode="mini", view=View(step.name)), "miniature", nothing)


def _cards(mechanisms: list[Mechanism], pages: dict[str, object]) -> None:
    for mechanism in cards(mechanisms):
        st.page_link(pages[mechanism.key], label=linked(mechanism))  # type: ignore[arg-type]
        st.markdown(f":gray[{mechanism.insight}]")
