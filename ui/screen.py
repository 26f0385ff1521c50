"""A visitor's session as the payload of the stage: what the lesson page mounts and what a handout carries."""

from __future__ import annotations

from . import share
from .lesson import sections
from .stage import forward_stops, meeting, payload
from .state import Session, View
from .wire import WirePayload


def stage_payload(session: Session) -> WirePayload:
    """The stage of a lesson as this visitor has it; the handout is made of the same."""
    numbers = session.numbers
    trace, mechanism = numbers.trace, numbers.mechanism
    first = mechanism.opens if mechanism.opens in trace else meeting(trace)
    until = session.until if "next" in session.hide else ""
    return payload(
        trace.steps,
        forward_stops(trace, sections(mechanism.key), until),
        editable=mechanism.inputs,
        switches=(name for name, spec in mechanism.inputs.items() if spec.switch),
        meanings={name: spec.meaning for name, spec in mechanism.inputs.items()},
        view=session.view if session.view.stop else View(first),
        token=session.token,
        sequence=session.sequence,
        hide=session.hide,
        link=share.encode(session),
        key=mechanism.key,
        refused=session.refused,
        problem=session.problem,
    )
