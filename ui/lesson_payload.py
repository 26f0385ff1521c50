"""A visitor's session as the payload of the stage: what the lesson page mounts and what a handout carries."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

from attention_core import Mechanism, Step, Trace
from attention_core.engine.language import cached_by_language
from attention_core.engine.step import ancestors
from attention_stage.structure import Meanings, Shape, Structure, computed_up_to, forward_stops, structure
from attention_stage.wire import WirePayload

from . import share
from .lesson import sections
from .stage import stop_of, wire_place
from .state import Drawn, Session, View
from .wire import WireAddress


@cached_by_language(maxsize=256)
def of_lesson(mechanism: Mechanism, shape: Shape, until: str) -> Structure:
    """Inputs together, then one stop per computed step, up to `until` where it is given."""
    kinds = {name: "switch" if spec.switch else "number" for name, spec in mechanism.inputs.items()}
    words = {name: spec.meaning for name, spec in mechanism.inputs.items()}
    told = sections(mechanism.key)
    stops = forward_stops(shape.trace, told, until)
    return structure(shape.steps, stops, Meanings(kinds, words), _behind(shape.trace, told, until) if until else None)


_READ = re.compile(r'data-(?:number|where|if|unless)="([^"]*)"')  # as ui/words.py writes what words read


def _behind(trace: Trace, words: dict[str, str], until: str) -> Collection[Step]:
    """The steps behind what is shown up to a step, and behind what the words there read: later ones are not sent."""
    shown = computed_up_to(trace, until)
    said = words.get("Inputs", "") + "".join(words.get(step.base_name, "") for step in shown)
    read = {unescape(name) for name in _READ.findall(said)}
    named = [step for step in trace.steps if step.name in read and step.name not in trace.said]
    return ancestors((*trace.inputs, *shown, *named, *(step for name, step in trace.said.items() if name in read)))


def lesson_payload(session: Session, known: Collection[str] = ()) -> WirePayload:
    """The stage of a lesson with the numbers and the view of one session.

    known: keys of parts that the browser keeps; those are not sent again.
    """
    numbers = session.numbers
    trace, mechanism = numbers.trace, numbers.mechanism
    shape = Shape.of(trace)
    found = of_lesson(mechanism, shape, session.last)
    start, tables = share.start_of(numbers)
    payload: WirePayload = {
        "key": mechanism.key,
        "mode": "lesson",
        "structure": found.key,
        "values": found.values(shape.steps),
        "view": wire_place(session.view if session.view.stop else View(stop_of(session)), session.token),
        "sequence": session.sequence,
        "hide": list(session.hide),
        "refused": list(session.refused),
        "problem": session.problem,
        "history": session.ends,
        "link": share.link_of(session),
        "session": session.name,
        "restored": session.restored,
    }
    if found.key not in known:
        payload["steps"], payload["stops"] = found.parts["steps"], found.parts["stops"]
    if start not in known:
        payload["start"] = tables
    return payload


def keys_of(payload: WirePayload) -> set[str]:
    """Keys of the parts that a browser has once it got this payload."""
    return {payload["structure"], payload["link"]["start"]}


def address_payload(session: Session, view: View) -> WireAddress:
    """The payload of a lesson without a stage: the address to show, and the session as a query string to keep.

    view: the step and the cell that the maps show.
    """
    return {
        "key": session.numbers.mechanism.key,
        "mode": "address",
        "query": share.encode(session),
        "memory": share.encode(session, share.REMEMBERED),
        "view": {"stop": view.stop, "cell": view.cell, "at": dict(view.at)},
        "session": session.name,
        "restored": session.restored,
        "sequence": session.sequence,
        "history": session.ends,
    }


def drawn_from(session: Session) -> Drawn:
    """The part of the session's state that the page around the stage depends on."""
    numbers = session.numbers
    chosen = (numbers.preset, tuple(numbers.options.items()), tuple(numbers.labels.items()))
    preset = numbers.preset if session.as_preset else ""
    return Drawn(preset, chosen, Shape.of(numbers.trace).made)
