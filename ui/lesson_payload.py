"""A visitor's session as the payload of the stage: what the lesson page mounts and what a handout carries."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from attention_core import Mechanism
from attention_stage.structure import Meanings, Shape, Structure, forward_stops, structure
from attention_stage.wire import WirePayload

from . import share
from .lesson import sections
from .stage import stop_of, wire_place
from .state import Drawn, Session, View
from .wire import WireAddress


@lru_cache(maxsize=256)
def of_lesson(mechanism: Mechanism, shape: Shape, until: str) -> Structure:
    """Inputs together, then one stop per computed step, up to `until` where it is given."""
    kinds = {name: "switch" if spec.switch else "number" for name, spec in mechanism.inputs.items()}
    words = {name: spec.meaning for name, spec in mechanism.inputs.items()}
    stops = forward_stops(shape.trace, sections(mechanism.key), until)
    return structure(shape.steps, stops, Meanings(kinds, words))


def lesson_payload(session: Session, known: Collection[str] = ()) -> WirePayload:
    """The stage of a lesson with the numbers and the view of one session.

    known: keys of parts that the browser keeps; those are not sent again.
    """
    numbers = session.numbers
    trace, mechanism = numbers.trace, numbers.mechanism
    shape = Shape.of(trace)
    until = session.until if "next" in session.hide else ""
    found = of_lesson(mechanism, shape, until)
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


def address_payload(session: Session) -> WireAddress:
    """The payload of a lesson without a stage: the address to show, and the session as a query string to keep."""
    return {
        "key": session.numbers.mechanism.key,
        "mode": "address",
        "query": share.encode(session),
        "memory": share.encode(session, share.REMEMBERED),
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
