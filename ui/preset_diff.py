"""What is different since the preset, step by step, and the way to other comparisons."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import say, term

from . import compare
from .difference import comparable, difference, show
from .state import Numbers, Session


def section(session: Session) -> None:
    """The difference between one step and the same step of the preset, and a link to the comparison."""
    _since_the_preset(session)
    address = compare.comparison_address(session.numbers)
    st.link_button(say("Compare with other settings, or another mechanism"), address, icon=":material/compare:")


def _since_the_preset(session: Session) -> None:
    now, key = session.numbers, session.numbers.mechanism.key
    before = Numbers.of(now.mechanism, now.preset).trace
    shared = comparable(before, now.trace)
    if not shared:
        st.info(
            say("The sizes have changed, so there is no cell left to compare with the preset."),
            icon=":material/difference:",
        )
        return
    name = st.selectbox(say("Step"), shared, index=len(shared) - 1, key=f"change-{key}", width=260, format_func=term)
    change = difference(before[name], now.trace[name])
    if change[2].value.any():
        show(change, f"delta-{key}")
    else:
        st.markdown(say("Nothing here differs from the preset."))
