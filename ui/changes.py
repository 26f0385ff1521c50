"""What is different since the preset: before, now and the change of any step, its largest mover, its entropy."""

from __future__ import annotations

import numpy as np
import streamlit as st

from attention_core import Step, Trace
from attention_core.pictures import Matrices
from attention_core.primitives import minus
from attention_core.step import source

from .figures import matrices
from .lesson import literal
from .state import Numbers, Session


def section(session: Session) -> None:
    now, key = session.numbers, session.numbers.mechanism.key
    before = Numbers.of(now.mechanism, now.preset).trace
    shared = [step.name for step in now.trace if step.name in before and _comparable(step, before[step.name])]
    if not shared:
        st.info(
            "The sizes have changed, so there is no cell left to compare with the preset.", icon=":material/difference:"
        )
        return
    name = st.selectbox("Step", shared, index=len(shared) - 1, key=f"change-{key}", width=260)
    change = difference(before, now.trace, name)
    moved = np.abs(change[2].value)
    if not moved.any():
        st.markdown("Nothing here differs from the preset.")
    else:
        st.markdown(_largest(change, moved))
    for line in _entropies(change[0], change[1]):
        st.markdown(line)
    if max(change[2].value.shape, default=1) <= 12:
        matrices(Matrices("", change), f"delta-{key}")


def _comparable(now: Step, before: Step) -> bool:
    """Same shape, and finite: minus infinity less minus infinity is no difference."""
    return now.value.shape == before.value.shape and bool(
        np.isfinite(now.value).all() and np.isfinite(before.value).all()
    )


def difference(before: Trace, now: Trace, name: str) -> tuple[Step, Step, Step]:
    """The step in the preset, the step now, and their difference as a step of its own."""
    old = source("in the preset", before[name].value, now[name].axes, now[name].symbol)
    new = source("now", now[name].value, now[name].axes, now[name].symbol)
    return old, new, minus(new, old, name="change", symbol=rf"\Delta {now[name].symbol}")


def _largest(change: tuple[Step, Step, Step], moved: np.ndarray) -> str:
    old, new, delta = change
    place = np.unravel_index(int(moved.argmax()), moved.shape)
    where = ", ".join(literal(axis.at(int(i))) for axis, i in zip(delta.axes, place, strict=True))
    return f"Largest mover: {where}, from {old.value[place]:.4g} to {new.value[place]:.4g} ({delta.value[place]:+.4g})."


def entropy(rows: np.ndarray) -> np.ndarray:
    """Shannon entropy in bits along the last axis; 0 log 0 counts as 0."""
    logs = np.log2(rows, out=np.zeros_like(rows), where=rows > 0)
    return -(rows * logs).sum(axis=-1)


def _entropies(old: Step, new: Step) -> list[str]:
    shares = [bool((s.value >= 0).all() and np.allclose(s.value.sum(axis=-1), 1)) for s in (old, new)]
    if not all(shares):
        return []
    before, after = float(entropy(old.value).mean()), float(entropy(new.value).mean())
    even = np.log2(new.value.shape[-1])
    scale = f"(0 = one cell only, {even:.3f} = evenly spread)"
    return [f"Mean entropy of a row: {before:.3f} bits before, {after:.3f} bits now {scale}."]
