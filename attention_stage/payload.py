"""Any trace as the payload of the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attention_core import Step, Trace
from attention_core.engine.step import by_depth, shown_operands

from .structure import Meanings, Stops, structure
from .wire import WirePayload, WirePlace


def place(
    stop: str = "", cell: Sequence[int] | None = None, at: Mapping[str, int] | None = None, token: int = 0
) -> WirePlace:
    """Where the stage stands: at which stop, with which cell (0-based) pinned, at which slices of leading axes.

    token: a new one makes the stage go there.
    """
    return {"stop": stop, "cell": cell, "at": dict(at or {}), "token": token}


def payload(
    steps: Sequence[Step],
    stops: Stops,
    *,
    mode: str = "lesson",
    editable: Iterable[str] = (),
    switches: Iterable[str] = (),
    shares: Iterable[str] = (),
    marked: Mapping[str, Sequence[int]] | None = None,
    view: WirePlace | None = None,
    hide: Sequence[str] = (),
) -> WirePayload:
    """The payload of a stage with these steps and all they are computed from.

    editable: names of given steps whose numbers are typed; switches: of those that are 0 or 1, and thrown. shares: of
    those that are weights, and drawn in their colour. marked: cells that are marked, by the name of their step, in
    reading order. hide: parts of the stage that are left out.
    """
    behind = by_depth(steps)
    kinds = dict.fromkeys(editable, "number") | dict.fromkeys(switches, "switch")
    found = structure(behind, stops, Meanings(kinds, {}, frozenset(shares), marked or {}))
    return {
        "key": "",
        "mode": mode,
        "structure": found.key,
        "steps": found.parts["steps"],
        "stops": found.parts["stops"],
        "values": found.values(behind),
        "view": view or place(),
        "sequence": 0,
        "hide": list(hide),
        "refused": [],
        "problem": "",
    }


def opening_step(trace: Trace) -> str:
    """The name of the first step computed from two computed steps or more; else of the first computed one."""
    for step in trace.computed:
        read = {cell.name for cell in shown_operands(step) if cell.primitive is not None}
        if len(read) > 1:
            return step.name
    return trace.computed[0].name
