"""Lessons as cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from attention_core import Mechanism

ACROSS = 3


def linked(mechanism: Mechanism) -> str:
    """A title in the colour of what can be clicked; Streamlit leaves links to pages in that of the text."""
    return f":primary[**{mechanism.title}**]"


def cards(mechanisms: Sequence[Mechanism]) -> Iterator[Mechanism]:
    """Each lesson in turn, inside a card of its own. Rows of three: reading order is teaching order on a phone, too."""
    for start in range(0, len(mechanisms), ACROSS):
        for column, mechanism in zip(st.columns(ACROSS), mechanisms[start : start + ACROSS], strict=False):
            with column, st.container(border=True, height="stretch", gap="small"):
                yield mechanism
