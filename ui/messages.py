"""Messages from the stage: they are checked and acted on here and nowhere else.

A message arrives as a trigger of the component, in a script run, or as a post, without one (ui/posts.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from . import share
from .state import Session, View


class Act(NamedTuple):
    """Something done in the browser: edits made in one stroke, or a turn of the history (-1 undo, 1 redo)."""

    stroke: int
    turn: int
    edits: list[tuple[str, int, float]]


def take(session: Session, message: Any) -> bool:
    """Do what is new in a message, as far as it computes, and keep the view it has.

    Returns whether changes were undone or done again, or other numbers taken over: the browser may then have others.
    """
    if not isinstance(message, dict):
        return False
    with session.lock:
        if message.get("lost"):
            session.known.clear()
        restore(session, message.get("restore"))
        adopted = adopt(session, message.get("adopt"))
        sequence, acts = acts_of(message, session.sequence)
        session.sequence = max(sequence, session.sequence)
        session.view = read_view(message.get("view")) or session.view
        for act in acts:
            if act.turn:
                session.turn(act.turn)
            else:
                session.edit(act.edits, act.stroke)
        return adopted or any(act.turn for act in acts)


def restore(session: Session, query: Any) -> None:
    """Take over the session that the browser had with another process. query: that of a link to it.

    An edit made while the server was away may have come before; what the browser hands over holds it too.
    """
    if not isinstance(query, str) or session.restored:
        return
    found = share.decode(session.numbers.mechanism, dict(parse_qsl(query)))
    session.numbers, session.view, session.notes = found.numbers, found.view, found.notes
    session.hide, session.until, session.task = found.hide, found.until, found.task
    session.section = session.asked = found.section
    session.restored = True


def adopt(session: Session, message: Any) -> bool:
    """Take over the numbers of a link that the browser has followed, once: they can be undone. Whether it is news."""
    if not isinstance(message, dict):
        return False
    sequence, query = message.get("sequence"), message.get("query")
    if not isinstance(sequence, int) or not isinstance(query, str) or sequence <= session.sequence:
        return False
    found = share.decode(session.numbers.mechanism, dict(parse_qsl(query)))
    session.attempt("", lambda: found.numbers)
    session.sequence = sequence
    return True


def edits_of(message: Any) -> list[tuple[str, int, float]]:
    """The edits of a message from the browser."""
    return [edit for act in acts_of(message)[1] for edit in act.edits]


def acts_of(message: Any, known: int = 0) -> tuple[int, list[Act]]:
    """Sequence number of a message from the browser and what is new in it; anything malformed counts as nothing done.

    An edit is sent again until it is answered; one whose own number is not above `known` has been made already.
    """
    if not isinstance(message, dict):
        return 0, []
    sent, sequence = message.get("edits"), message.get("sequence")
    found = _read(sent, known) if isinstance(sent, list) else ()
    acts = [
        Act(stroke, turn, [edit for _, _, edit in each if edit])
        for (stroke, turn), each in groupby(found, key=lambda act: act[:2])
    ]
    return sequence if isinstance(sequence, int) else 0, acts


def _read(sent: list[Any], known: int) -> Iterator[tuple[int, int, tuple[str, int, float] | None]]:
    """Stroke, turn and edit of everything sent that is new and well-formed. Turns are strokes of their own."""
    for each in sent:
        try:
            number = each.get("sequence", known + 1)
            if number <= known:
                continue
            if "turn" in each:
                turn = (-1, 1)[int(each["turn"]) > 0]
                yield int(number), turn, None
                continue
            edit = (str(each["step"]), int(each["offset"]), float(each["value"]))
            if math.isfinite(edit[2]):
                yield int(each.get("stroke", number)), 0, edit
        except (TypeError, ValueError, KeyError, OverflowError, AttributeError):
            continue


def read_view(message: Any) -> View | None:
    """The view in a message; None where the message is malformed."""
    if not isinstance(message, dict) or not isinstance(message.get("stop"), str):
        return None
    cell = message.get("cell")
    whole = isinstance(cell, list) and all(isinstance(i, int) and i >= 0 for i in cell)
    at = message.get("at") if isinstance(message.get("at"), dict) else {}
    slices = {str(axis): i for axis, i in (at or {}).items() if isinstance(i, int) and i >= 0}
    return View(message["stop"][:80], tuple(cell) if whole and cell else None, slices)
