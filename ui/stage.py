"""The matrix stage on the page of a lesson: its script, and where a session stands on it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from attention_stage.payload import opening_step, place
from attention_stage.wire import WirePlace

from .state import Session, View

ASSETS = Path(__file__).parent.parent / "assets" / "stage"
HTML = '<div class="atlas"></div>'


@lru_cache(maxsize=16)
def built(name: str) -> str:
    """The script of a component as browsers get it: one module, made of assets/stage by `make stage`."""
    return (ASSETS / "built" / f"{name}.js").read_text(encoding="utf-8")


def wire_place(view: View, token: int = 0) -> WirePlace:
    """A view as the stage receives it. token: a new one makes the stage go there."""
    return place(view.stop, view.cell, view.at, token)


def stop_of(session: Session) -> str:
    """The stop of the rail that the learner is at, which without a choice is where the lesson opens."""
    mechanism, trace = session.numbers.mechanism, session.numbers.trace
    return session.view.stop or (mechanism.opens if mechanism.opens in trace else opening_step(trace))
