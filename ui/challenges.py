"""Goals to reach by editing, checked on the learner's own trace."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import say

from .state import Session


def section(session: Session) -> None:
    """The challenges of the lesson, each with its state and a hint."""
    trace = session.numbers.trace
    for challenge in session.numbers.mechanism.challenges:
        reached = challenge.reached(trace)
        with st.container(border=True):
            state = (
                say(":green[:material/check_circle: Reached]")
                if reached
                else say(":gray[:material/radio_button_unchecked: Not yet]")
            )
            st.markdown(f"{state} &nbsp; {challenge.goal}")
            with st.expander(say("A hint")):
                st.markdown(challenge.hint)
