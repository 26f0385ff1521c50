"""The matrix stage: a trace as the payload of one component, and the component that draws it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from attention_core import Step, Trace
from attention_core.engine.step import by_depth, shown_operands

from .state import Session, View
from .structure import Meanings, Stops, structure
from .wire import WireAddress, WirePayload, WirePlace

ASSETS = Path(__file__).parent.parent / "assets" / "stage"
HTML = '<div class="atlas"></div>'


@lru_cache(maxsize=16)
def built(name: str) -> str:
    """The script of a component as browsers get it: one module, made of assets/stage by `make stage`."""
    return (ASSETS / "built" / f"{name}.js").read_text(encoding="utf-8")


# Where the web server serves scripts as files that a browser keeps, by their names, set by itself. Others travel with
# their component.
served_at: dict[str, str] = {}

_LOADER = """const loaded = import(new URL(%s, document.baseURI).href);
export default function show(component) {
  let leave, left = false;
  loaded.then((script) => left || (leave = script.default(component)));
  return () => ((left = true), leave?.());
}
"""


def script(name: str) -> str:
    """The script of a component as Streamlit gets it: itself, or what loads it from where it is served."""
    return _LOADER % json.dumps(served_at[name]) if name in served_at else built(name)


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component("attention_stage", html=HTML, js=script("stage"))


def payload(
    steps: Sequence[Step],
    stops: Stops,
    *,
    mode: str = "lesson",
    editable: Iterable[str] = (),
    shares: Iterable[str] = (),
    marked: Mapping[str, Sequence[int]] | None = None,
    view: View | None = None,
    token: int = 0,
) -> WirePayload:
    """The payload of a stage with these steps and all they are computed from.

    shares: names of given steps that are weights, and drawn in their colour. marked: cells that are marked, by the name
    of their step, in reading order. token: a new one makes the stage go to the view.
    """
    behind = by_depth(steps)
    meanings = Meanings(dict.fromkeys(editable, "number"), {}, frozenset(shares), marked or {})
    found = structure(behind, stops, meanings)
    return {
        "key": "",
        "mode": mode,
        "structure": found.key,
        "steps": found.parts["steps"],
        "stops": found.parts["stops"],
        "values": found.values(behind),
        "view": wire_place(view or View(), token),
        "sequence": 0,
        "hide": [],
        "refused": [],
        "problem": "",
    }


def wire_place(view: View, token: int = 0) -> WirePlace:
    """A view as the stage receives it. token: a new one makes the stage go there."""
    return {"stop": view.stop, "cell": view.cell, "at": dict(view.at), "token": token}


def opening_step(trace: Trace) -> str:
    """The name of the first step computed from two computed steps or more; else of the first computed one."""
    for step in trace.computed:
        read = {cell.name for cell in shown_operands(step) if cell.primitive is not None}
        if len(read) > 1:
            return step.name
    return trace.computed[0].name


def stop_of(session: Session) -> str:
    """The stop of the rail that the learner is at, which without a choice is where the lesson opens."""
    mechanism, trace = session.numbers.mechanism, session.numbers.trace
    return session.view.stop or (mechanism.opens if mechanism.opens in trace else opening_step(trace))


def mount(data: WirePayload | WireAddress, key: str, on_message: Callable[[], None]) -> None:
    """Draw the stage. on_message: is called when a message of the stage has arrived."""
    _component()(key=key, data=data, on_edit_change=on_message)


def nothing() -> None:
    """The callback of a stage that sends no messages."""
