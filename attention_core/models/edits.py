"""Single numbers of a text, or of what a model has learnt, set by hand; what follows from them follows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from attention_core.engine.axes import cell_name
from attention_core.engine.language import say
from attention_core.engine.step import Step

from .errors import ModelError

MOST = 64  # of one text
_SWITCHES = ("visible", "heads on")  # steps of 0 and 1, for which there is `without`


@dataclass(frozen=True, order=True)
class Edit:
    """One number set by hand. step: its name, or the name of a weight. at: the cell, 0-based along each axis."""

    step: str
    at: tuple[int, ...]
    value: float


EditLike = Edit | tuple[str, Sequence[int], float]


class _Steps(Protocol):
    """A trace, of which steps and weights are looked up by name."""

    def __getitem__(self, name: str, /) -> Step: ...


def as_edit(given: EditLike) -> Edit:
    """An edit, also where it was given as (step, cell, number). Raises ModelError for anything else."""
    if isinstance(given, Edit):
        return given
    if not isinstance(given, (tuple, list)) or len(given) != 3:
        raise ModelError(say("{given!r} is no edit: give the name of a step, a cell of it, and a number.", given=given))
    step, at, value = given
    is_cell = isinstance(at, (tuple, list)) and all(type(n) is int for n in at)
    if not isinstance(step, str) or not is_cell or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ModelError(say("{given!r} is no edit: give the name of a step, a cell of it, and a number.", given=given))
    return Edit(step, tuple(at), float(value))


def read_edits(edits: Iterable[EditLike], trace: _Steps) -> tuple[Edit, ...]:
    """The edits, of one cell the last. Raises ModelError, naming step and cell, for what the text does not have."""
    found = {(edit.step, edit.at): edit for edit in (_checked(as_edit(each), trace) for each in edits)}
    if len(found) > MOST:
        raise ModelError(
            say(
                "At most {most} numbers can be set by hand at once, and {count} were given.",
                most=MOST,
                count=len(found),
            )
        )
    return tuple(found.values())


def _checked(edit: Edit, trace: _Steps) -> Edit:
    try:
        step = trace[edit.step]
    except KeyError:
        raise ModelError(
            say("There is no step “{step}” in this text, so no number of it can be set.", step=edit.step[:80])
        ) from None
    if step.base_name in _SWITCHES:
        raise ModelError(
            say("{step} is 1 and 0 for what is on and off: switch it instead of setting a number.", step=edit.step)
        )
    _require_cell(step, edit.at)
    most = float(np.finfo(step.value.dtype).max)
    if not math.isfinite(edit.value) or abs(edit.value) > most:
        where = cell_name(step.axes, edit.at)
        raise ModelError(
            say(
                "{step}, {where}: {edit:g} is not finite in {dtype}.",
                step=edit.step,
                where=where,
                edit=edit.value,
                dtype=step.value.dtype,
            )
        )
    return edit


def _require_cell(step: Step, at: tuple[int, ...]) -> None:
    if len(at) != len(step.axes):
        axes = ", ".join(axis.name for axis in step.axes) or "none"
        raise ModelError(
            say(
                "A cell of {step} has {count} positions ({axes}), and {count_2} were given.",
                step=step.name,
                count=len(step.axes),
                axes=axes,
                count_2=len(at),
            )
        )
    for position, axis in zip(at, step.axes, strict=True):
        if not 0 <= position < axis.size:
            last = axis.size - 1
            raise ModelError(
                say(
                    "{step} has no {axis} {position}: they count from 0 to {last}.",
                    step=step.name,
                    axis=axis.name,
                    position=position,
                    last=last,
                )
            )


def by_step(edits: Iterable[Edit]) -> Mapping[str, dict[tuple[int, ...], float]]:
    """The numbers by cell, for each step."""
    found: dict[str, dict[tuple[int, ...], float]] = {}
    for edit in edits:
        found.setdefault(edit.step, {})[edit.at] = edit.value
    return found
