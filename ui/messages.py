"""Messages from the stage: they are checked and acted on here and nowhere else.

A message arrives as a trigger of the component, in a script run, or as a post, without one (ui/posts.py).
"""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import parse_qsl

from . import share
from .state import Session, View


def take(session: Session, message: Any) -> None:
    """Make the edits of a message that are new, as far as they compute, and keep the view it has.

    Numbers refused before are tried again with every edit: together they may compute.
    """
    if not isinstance(message, dict):
        return
    with session.lock:
        if message.get("lost"):
            session.known.clear()
        restore(session, message.get("restore"))
        sequence, edits = edits_of(message, session.sequence)
        session.sequence = max(sequence, session.sequence)
        session.view = read_view(message.get("view")) or session.view
        wanted = [*session.refused, *edits]
        if edits and not session.propose(session.numbers.with_edits(wanted)):
            session.refused = wanted


def restore(session: Session, query: Any) -> None:
    """Take over the session that the browser had with another process. query: that of a link to it."""
    if not isinstance(query, str) or session.restored or session.sequence:
        return
    found = share.decode(session.numbers.mechanism, dict(parse_qsl(query)))
    session.numbers, session.view, session.notes = found.numbers, found.view, found.notes
    session.hide, session.until = found.hide, found.until
    session.restored = True


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


def read_view(message: Any) -> View | None:
    """The view in a message; None where the message is malformed."""
    if not isinstance(message, dict) or not isinstance(message.get("stop"), str):
        return None
    cell = message.get("cell")
    whole = isinstance(cell, list) and all(isinstance(i, int) and i >= 0 for i in cell)
    at = message.get("at") if isinstance(message.get("at"), dict) else {}
    slices = {str(axis): i for axis, i in (at or {}).items() if isinstance(i, int) and i >= 0}
    return View(message["stop"][:80], tuple(cell) if whole and cell else None, slices)
