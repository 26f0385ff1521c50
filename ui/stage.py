"""The matrix stage: a trace as the payload of one component, and what comes back from it."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from attention_core import Step, Trace
from attention_core.engine.expression import encode
from attention_core.engine.step import ancestors, looked_through, shown_operands

from . import views
from .lesson import symbol
from .state import View
from .wire import WirePayload, WireStep, WireStop

ASSETS = Path(__file__).parent.parent / "assets" / "stage"
HTML = '<div class="atlas"></div>'


@lru_cache(maxsize=16)
def built(name: str) -> str:
    """The script of a component as browsers get it: one module, made of assets/stage by `make stage`."""
    return (ASSETS / "built" / f"{name}.js").read_text(encoding="utf-8")


# Set by the web server when it serves built("stage") at an address of its own: a file that a browser keeps. Else the
# script travels with the component.
served_at = ""

_LOADER = """const loaded = import(new URL(%s, document.baseURI).href);
export default function show(component) {
  let leave, left = false;
  loaded.then((stage) => left || (leave = stage.default(component)));
  return () => ((left = true), leave?.());
}
"""


@lru_cache(maxsize=1)
def _component() -> Any:
    js = _LOADER % json.dumps(served_at) if served_at else built("stage")
    return st.components.v2.component("attention_stage", html=HTML, js=js)


def payload(
    steps: Sequence[Step],
    stops: Callable[[dict[Step, int]], list[WireStop]],
    *,
    mode: str = "lesson",
    editable: Iterable[str] = (),
    switches: Iterable[str] = (),
    meanings: dict[str, str] | None = None,
    view: View | None = None,
    token: int = 0,
    sequence: int = 0,
    hide: tuple[str, ...] = (),
    link: str | None = None,
    key: str = "",
    refused: Sequence[tuple[str, int, float]] = (),
    problem: str = "",
) -> WirePayload:
    """Everything the stage needs, safe for JSON: all steps behind `steps`, their expressions, all values in one string.

    refused: typed numbers that did not compute; they stay in their cells, marked; problem: the sentence why.
    stops: from the number of each step, the stations of the rail (see `forward_stops`).
    """
    named = [step for step in _ordered(steps) if step.name]
    number = {step: n for n, step in enumerate(named)}
    kinds, meanings, view = _kinds(editable, switches), meanings or {}, view or View()
    data: WirePayload = {
        "key": key,
        "mode": mode,
        "steps": [_described(step, number, kinds, meanings) for step in named],
        "stops": stops(number),
        "values": _encoded(named),
        "view": {"stop": view.stop, "cell": view.cell, "at": dict(view.at), "token": token},
        "sequence": sequence,
        "hide": list(hide),
        "problem": problem,
        "refused": list(refused),
    }
    if link is not None:
        data["link"] = link
    return data


def _ordered(steps: Sequence[Step]) -> list[Step]:
    depth = ancestors(steps)
    return sorted(depth, key=depth.__getitem__)


def _kinds(editable: Iterable[str], switches: Iterable[str]) -> dict[str, str]:
    """How each editable input is edited: a number typed, or a switch thrown."""
    return dict.fromkeys(editable, "number") | dict.fromkeys(switches, "switch")


def _described(step: Step, number: dict[Step, int], kinds: dict[str, str], meanings: dict[str, str]) -> WireStep:
    made = step.primitive is not None
    return {
        "name": step.name,
        "plain": step.symbol,
        "symbol": symbol(step.symbol),
        "compound": "_" in step.symbol,
        "axes": [(axis.name, axis.labels) for axis in step.axes],
        "view": views.view_of(step),
        "beside": views.BESIDE[views.view_of(step)],
        "sign": _sign(step),
        "meaning": meanings.get(step.name, ""),
        "editable": not made and step.name in kinds,
        "switch": not made and kinds.get(step.name) == "switch",
        "expression": encode(step.expression, number.__getitem__) if made else None,
    }


def _sign(step: Step) -> str:
    """What stands between the operands; nothing where an unnamed step changes one of them on the way."""
    plain = all(part.is_shown or (part.primitive and part.primitive.rearranges) for part in looked_through(step))
    return step.primitive.sign if step.primitive and plain else ""


def _encoded(steps: Sequence[Step]) -> str:
    """All values, float64, in reading order: exact, and the only form in which minus infinity survives JSON."""
    flat = np.concatenate([np.asarray(step.value, dtype="<f8").ravel() for step in steps])
    return base64.b64encode(flat.tobytes()).decode()


def forward_stops(trace: Trace, words: dict[str, str], until: str = "") -> Callable[[dict[Step, int]], list[WireStop]]:
    """Inputs together, then one stop per computed step, up to `until` where it is given."""

    def stops(number: dict[Step, int]) -> list[WireStop]:
        used = ancestors(trace.computed)
        shown = [number[step] for step in trace.inputs if step in used]
        inputs: WireStop = {"title": "Inputs", "steps": shown, "result": None, "words": words.get("Inputs", "")}
        made: list[WireStop] = [
            {"title": step.name, "steps": [], "result": number[step], "words": words.get(step.base_name, "")}
            for step in trace.computed
        ]
        found = [inputs, *made]
        titles = [stop["title"] for stop in found]
        return found[: titles.index(until) + 1] if until in titles else found

    return stops


def meeting(trace: Trace) -> str:
    """Where a lesson opens: the first step in which results of earlier steps meet, else the first computed one."""
    for step in trace.computed:
        read = {cell.name for cell in shown_operands(step) if cell.primitive is not None}
        if len(read) > 1:
            return step.name
    return trace.computed[0].name


def gallery(title: str, steps: Sequence[Step]) -> Callable[[dict[Step, int]], list[WireStop]]:
    """One stop: the steps side by side."""
    return lambda number: [{"title": title, "steps": [number[step] for step in steps], "result": None, "words": ""}]


def mount(data: WirePayload, key: str, on_edit: Callable[[], None], on_view: Callable[[], None]) -> None:
    _component()(key=key, data=data, on_edit_change=on_edit, on_view_change=on_view)


def nothing() -> None:
    """For stages that only show."""


def edits_of(message: Any, known: int = 0) -> tuple[int, list[tuple[str, int, float]]]:
    """Sequence number and new edits of a message from the browser; anything malformed counts as no edit.

    An edit is sent again until it is answered; one whose own number is not above `known` has been made already.
    """
    if not isinstance(message, dict):
        return 0, []
    found, sent = [], message.get("edits")
    for edit in sent if isinstance(sent, list) else ():
        try:
            value = float(edit["value"])
            if edit.get("sequence", known + 1) > known:
                found.append((str(edit["step"]), int(edit["offset"]), value))
        except (TypeError, ValueError, KeyError, OverflowError, AttributeError):
            continue
    sequence = message.get("sequence")
    return sequence if isinstance(sequence, int) else 0, [edit for edit in found if math.isfinite(edit[2])]


def view_of(message: Any) -> View | None:
    """Where the browser says the learner is looking, if it says so in a form that can be believed."""
    if not isinstance(message, dict) or not isinstance(message.get("stop"), str):
        return None
    cell = message.get("cell")
    whole = isinstance(cell, list) and all(isinstance(i, int) and i >= 0 for i in cell)
    at = message.get("at") if isinstance(message.get("at"), dict) else {}
    slices = {str(axis): i for axis, i in (at or {}).items() if isinstance(i, int) and i >= 0}
    return View(message["stop"][:80], tuple(cell) if whole and cell else None, slices)
