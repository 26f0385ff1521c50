"""Join a class: the browser draws it by itself (assets/stage/classroom), also before Streamlit has come."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import say
from ui.teach import class_door


def join() -> None:
    st.title(say("Join a class"), anchor=False)
    st.markdown(say(":gray[Your teacher has a code, and a link that holds it.]"))
    class_door("join")
