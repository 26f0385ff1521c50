"""The section Gradient: the backward pass of one output cell on a stage of its own."""

from __future__ import annotations

import streamlit as st

from attention_core import Step

from . import backward, maps
from .component import mount, nothing
from .controls import position
from .state import Session, is_large


def section(session: Session) -> None:
    """The gradients of one output cell, and their check by finite differences."""
    numbers = session.numbers
    output = numbers.trace.output
    st.markdown(backward.question(output))
    cell = _chosen_cell(output, numbers.mechanism.key)
    gradients = numbers.trace.gradients(output.name, cell)
    key = f"gradient-{numbers.mechanism.key}"
    if any(is_large(step) for step in gradients):
        maps.explore(gradients.computed, key)
    else:
        mount(backward.backward_payload(gradients), key, nothing)
    for paragraph in backward.findings(numbers, gradients, cell):
        st.markdown(paragraph)


def _chosen_cell(output: Step, key: str) -> tuple[int, ...]:
    with st.container(horizontal=True):
        return tuple(position(axis, f"gradient-{key}-{axis.name}-{axis.size}", 200) for axis in output.axes)
