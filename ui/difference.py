"""Two steps of one shape and their difference: side by side, with the largest change and the entropy of both."""

from __future__ import annotations

import numpy as np
import streamlit as st

from attention_core import Step, Trace
from attention_core.engine.language import say
from attention_core.engine.ops import subtract
from attention_core.engine.step import source
from attention_core.lesson.pictures import Matrices
from attention_stage.payload import payload
from attention_stage.structure import gallery

from .component import mount, nothing
from .figures.components import matrices
from .lesson import literal
from .state import MAPPED, is_large


def show(change: tuple[Step, Step, Step], key: str) -> None:
    """Two steps and their difference: the largest change, the entropy before and after, and all three side by side."""
    sizes = np.abs(change[2].value)
    if sizes.any():
        st.markdown(_largest(change, sizes))
    for line in _entropies(change[0], change[1]):
        st.markdown(line)
    if any(is_large(step) for step in change):
        if max(change[2].value.shape, default=1) <= MAPPED:
            matrices(Matrices("", change), key)
        return
    weights = [step.name for step in change[:2] if is_shared_out(step)]
    mount(payload(change, gallery("", change), mode="gallery", shares=weights), key, nothing)


def comparable(before: Trace, now: Trace) -> list[str]:
    """Names of the steps both have, in the same shape, and finite: minus infinity less itself is no difference."""
    found = ((step, before[step.name]) for step in now if step.name in before)
    return [
        new.name
        for new, old in found
        if new.value.shape == old.value.shape and np.isfinite(new.value).all() and np.isfinite(old.value).all()
    ]


def difference(before: Step, now: Step, titles: tuple[str, str] | None = None) -> tuple[Step, Step, Step]:
    """A step before, a step of the same shape now, and their difference as a step of its own.

    titles: of the two; by default those of a preset and of the numbers now.
    """
    titles = titles or (say("in the preset"), say("now"))
    old, new = (
        source(title, step.value, now.axes, step.symbol) for title, step in zip(titles, (before, now), strict=True)
    )
    return old, new, subtract(new, old, name="change", symbol=rf"\Delta {now.symbol}")


def _largest(change: tuple[Step, Step, Step], sizes: np.ndarray) -> str:
    old, new, delta = change
    place = np.unravel_index(int(sizes.argmax()), sizes.shape)
    where = ", ".join(literal(axis.at(int(i))) for axis, i in zip(delta.axes, place, strict=True)) or say(
        "the only number"
    )
    return say(
        "Largest mover: {where}, from {old:.4g} to {new:.4g} ({delta:+.4g}).",
        where=where,
        old=old.value[place],
        new=new.value[place],
        delta=delta.value[place],
    )


def entropy(rows: np.ndarray) -> np.ndarray:
    """Shannon entropy in bits along the last axis; 0 log 0 counts as 0."""
    logs = np.log2(rows, out=np.zeros_like(rows), where=rows > 0)
    bits: np.ndarray = -(rows * logs).sum(axis=-1)
    return bits


def is_shared_out(step: Step) -> bool:
    """Whether every row sums to 1, with nothing below 0."""
    return bool(step.axes and (step.value >= 0).all() and np.allclose(step.value.sum(axis=-1), 1))


def _entropies(old: Step, new: Step) -> list[str]:
    if not (is_shared_out(old) and is_shared_out(new)):
        return []
    before, after = float(entropy(old.value).mean()), float(entropy(new.value).mean())
    even = np.log2(new.value.shape[-1])
    return [
        say(
            "Mean entropy of a row: {before:.3f} bits {old}, {after:.3f} bits {new} "
            "(0 = one cell only, {even:.3f} = evenly spread).",
            before=before,
            old=old.name,
            after=after,
            new=new.name,
            even=even,
        )
    ]
