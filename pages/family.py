"""The map: all lessons as one picture, by station, in teaching order or by year; and a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import streamlit as st

from attention_core import CURRICULUM
from attention_core.engine.language import say
from ui.atlas import atlas


def family_map(pages: Mapping[str, Any]) -> None:
    st.title(say("The map"), anchor=False)
    atlas("map-atlas")
    with st.expander(say("All lessons as a list")):
        for section, mechanisms in groupby(CURRICULUM, key=lambda mechanism: mechanism.section):
            st.markdown(f"**{section}**")
            with st.container(horizontal=True, gap="small"):
                for mechanism in mechanisms:
                    label = f"{CURRICULUM.index(mechanism) + 1} {mechanism.title}"
                    st.page_link(pages[mechanism.key], label=label, help=mechanism.insight, width="content")
