"""Notation: every symbol, axis and term, with the other names that sources use for it."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

TEXT = Path(__file__).parent.parent / "assets" / "notation" / "en.md"


def notation() -> None:
    st.title("Notation", anchor=False)
    st.markdown(":gray[What the letters mean here, and what other people call the same things.]")
    wanted = st.text_input(
        "Find a symbol, an axis or a word", key="notation-wanted", placeholder="energy, context, mask"
    )
    for heading, body in sections():
        shown = _matching(body, wanted.strip().lower()) if wanted else body
        if shown:
            st.subheader(heading, anchor=False)
            st.markdown(shown)
    if wanted and not any(_matching(body, wanted.strip().lower()) for _, body in sections()):
        st.info("Nothing here bears that name.", icon=":material/search_off:")


def sections() -> list[tuple[str, str]]:
    _, *parts = re.split(r"^## +(.+)$", TEXT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [(heading.strip(), body.strip()) for heading, body in zip(parts[::2], parts[1::2], strict=True)]


def _matching(body: str, wanted: str) -> str:
    """Of a section's table the rows that hold the word; of its prose nothing."""
    rows = [line for line in body.splitlines() if line.startswith("|")]
    found = [line for line in rows[2:] if wanted in line.lower()]
    return "\n".join([*rows[:2], *found]) if found else ""
