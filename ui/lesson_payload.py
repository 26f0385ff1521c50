"""A visitor's session as the payload of the stage: what the lesson page mounts and what a handout carries."""

from __future__ import annotations

from collections.abc import Collection

from . import share, structure
from .stage import stop_of, wire_place
from .state import Drawn, Session, View
from .wire import WireAddress, WirePayload


def lesson_payload(session: Session, known: Collection[str] = ()) -> WirePayload:
    """The stage of a lesson with the numbers and the view of one session.

    known: keys of parts that the browser keeps; those are not sent again.
    """
    numbers = session.numbers
    trace, mechanism = numbers.trace, numbers.mechanism
    shape = structure.Shape.of(trace)
    found = structure.of_lesson(mechanism, shape, session.last)
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
    return Drawn(preset, chosen, structure.Shape.of(numbers.trace).made)
