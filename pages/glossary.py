"""Notation: every symbol, axis and term, with the other names that sources use for it."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import say
from ui.find import notation_text
from ui.lesson import headed


def notation() -> None:
    st.title(say("Notation"), anchor=False)
    st.markdown(say(":gray[What the letters mean here, and what other people call the same things.]"))
    if arrived := st.query_params.get("find"):  # from the search: once, so that another word can be typed
        st.session_state["notation-wanted"] = arrived
        del st.query_params["find"]
    wanted = st.text_input(
        say("Find a symbol, an axis or a word"), key="notation-wanted", placeholder=say("energy, context, mask")
    )
    word = wanted.strip().lower()
    found = {heading: _matching(body, word) if wanted else body for heading, body in sections()}
    for heading, shown in found.items():
        if shown:
            st.subheader(heading, anchor=False)
            st.markdown(shown)
    if not any(found.values()):
        st.info(
            say("Nothing in the notation matches. Try “energy”, “context” or “mask”."), icon=":material/search_off:"
        )


def sections() -> list[tuple[str, str]]:
    return list(headed(notation_text()).items())


def _matching(body: str, wanted: str) -> str:
    """Of a section's table the rows that hold the word; of its prose nothing."""
    rows = [line for line in body.splitlines() if line.startswith("|")]
    found = [line for line in rows[2:] if wanted in line.lower()]
    return "\n".join([*rows[:2], *found]) if found else ""
