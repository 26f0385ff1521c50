"""Conventions: where PyTorch and this project mean different things, with pairs of calls that give the same numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from attention_core import Step
from attention_core.engine.language import say
from ui.conventions import CONVENTIONS, LAYOUT, NUMBERS, TABLES, Convention, called


def conventions() -> None:
    """The page, one section for each convention."""
    st.title(say("Conventions: PyTorch, ONNX and this app"), anchor=False)
    st.markdown(
        say(
            ":gray[The same letters mean different things in different programs. Each pair of calls below gives the "
            "same numbers, and the output beside it is computed by the second call.]"
        )
    )
    with st.expander(say("The numbers used on this page")):
        st.code("\n".join(f"{name} = {table}" for name, table in {**NUMBERS, **TABLES}.items()))
    for convention in CONVENTIONS:
        _section(convention)
    st.subheader(say("Layouts and settings"), anchor=False)
    st.markdown(say(LAYOUT))


def _section(convention: Convention) -> None:
    st.subheader(convention.title, anchor=False)
    st.markdown(convention.about)
    words, numbers = st.columns((3, 2), gap="medium")
    with words:
        st.markdown(say("**PyTorch.** {said}", said=convention.there))
        st.code(convention.torch, wrap_lines=True)
        st.markdown(say("**Here.** {said}", said=convention.here))
        st.code(convention.ours, wrap_lines=True)
    with numbers:
        trace = called(convention)
        st.markdown(say("Attention weights"))
        st.table(_table(trace["attention weights"]), width="content")
        st.markdown(say("Output"))
        st.table(_table(trace.output), width="content")


def _table(step: Step) -> pd.DataFrame:
    """The last two axes as rows and columns; of heads and batches one table under the other."""
    *_, row, column = step.axes
    value = step.value.reshape(-1, column.size).round(4) + 0.0
    names = [f"{row.name} {label}" for label in row.labels] * (len(value) // row.size)
    if len(value) > row.size:
        names = [f"{n // row.size + 1}: {name}" for n, name in enumerate(names)]
    return pd.DataFrame(value, names, [f"{column.name} {label}" for label in column.labels])
