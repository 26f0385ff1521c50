"""Plans: states of lessons in an order, to be presented, handed on and printed. The browser keeps them."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import say
from ui.plans import shown_plan


def plans() -> None:
    st.title(say("Plans"), anchor=False)
    st.markdown(
        say(
            ":gray[A plan is a lesson of your own: states of the lessons here, in your order, each with a question "
            "and a note to yourself. It is kept in this browser and sent nowhere. To add a state, open a lesson as you "
            "want to show it, and press Teach.]"
        )
    )
    shown_plan()
