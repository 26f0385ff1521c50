"""Finds where numbers leave the right computation of attention, and which known mistake gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.sentences import NOTHING_TO_ATTEND_TO
from attention_core.engine.step import Array, Step
from attention_core.operator.attributes import array

from .apart import how_to_tell
from .compare import ALIASES, ORDER, Claim, Judge, claims, departing, epsilon, largest_difference, precision_of, size
from .entry import Steps
from .recipe import RIGHT, Kitchen
from .reference import Reference, reference
from .report import Departure, Diagnosis, Finding, Made
from .search import Fit, Found, Progress, search, unseen
from .settings import Settings, is_number, settings_of, shown

MOST_FINDINGS = 5


def diagnose(
    mine: Any,
    Q: Any,
    K: Any,
    V: Any,
    *,
    tolerance: float | None = None,
    seconds: float = 3.0,
    progress: Progress | None = None,
    **settings: Any,
) -> Diagnosis:
    """What is wrong with these numbers of attention: the first wrong cell, and the mistakes that give them.

    mine: the output, or a dict of steps: "output", "scores" (before or after scale, cap and mask), "weights", and any
    name a trace of `attention()` has, such as "head outputs". Q, K, V as for `attention()`: (tokens, width), (head,
    tokens, width), (batch, head, tokens, width), or with q_num_heads ([batch,] tokens, hidden). The output may have its
    heads in an axis or side by side. Arrays of NumPy, and of other libraries by their __array__.
    settings: see `Settings`: those of `attention()`, rope, alibi, temperature, and projections (W_q, ... b_o).
    tolerance: the relative error that is no mistake; by default the last digit of the coarsest precision given.
    seconds: after which the search for pairs ends. progress: is called with how many pairs were tried, and of how many.
    Raises InputError on arrays and settings that do not fit together.
    """
    if tolerance is not None and not (is_number(tolerance) and tolerance > 0):
        raise InputError("tolerance", "", say("must be a finite number above 0, not {shown}", shown=shown(tolerance)))
    if not (is_number(seconds) and seconds >= 0):
        raise InputError("seconds", "", say("must be a finite number, at least 0, not {shown}", shown=shown(seconds)))
    if progress is not None and not callable(progress):
        raise InputError("progress", "", say("must be a function of two numbers, not {shown}", shown=shown(progress)))
    with np.errstate(all="ignore"):
        return _diagnosis(_arrays(mine), Q, K, V, settings_of(settings), tolerance, seconds, progress)


def _diagnosis(
    given: dict[str, Array],
    Q: Any,
    K: Any,
    V: Any,
    read: Settings,
    tolerance: float | None,
    seconds: float,
    progress: Progress | None,
) -> Diagnosis:
    arrays = [array(name, x) for name, x in (("Q", Q), ("K", K), ("V", V))]
    precision = precision_of([*given.values(), *arrays])
    eps = epsilon(precision) if tolerance is None else float(tolerance)
    right = _right(Q, K, V, read, _out_merged(given, arrays[0], read), precision)
    start = Kitchen(right.given).steps(RIGHT)
    shapes = {name: step.value.shape for name, step in right.steps.items()}
    judged = claims({name: each.astype(float) for name, each in given.items()}, start, right.last, shapes)
    judge = Judge(right.given, tuple(judged), eps)
    departure = _first_departure(judge, start, right)
    if departure is None:
        found = unseen(right.given, judged, eps, seconds)
    else:
        found = search(right.given, judged, eps, seconds, progress)
    return Diagnosis(
        departure is None,
        departure,
        _findings(found, judged, start, right),
        tuple(Made(way.mistake, way.label) for way in found.unseen),
        {claim.steps[-1]: _difference(claim, start, right) for claim in judged},
        right.trace,
        found.tried,
        found.complete,
    )


def _right(Q: Any, K: Any, V: Any, settings: Settings, merged: bool, precision: np.dtype[Any]) -> Reference:
    """The right computation; with a batch of one where a query has no visible key, which is refused without a batch."""
    try:
        return reference(Q, K, V, settings, merged, precision)
    except InputError as refusal:
        if refusal.message != say(NOTHING_TO_ATTEND_TO):
            raise
    arrays = [array(name, x) for name, x in (("Q", Q), ("K", K), ("V", V))]
    wanted = 3 if settings.q_num_heads is not None else 4
    q, k, v = (x.reshape((1,) * (wanted - x.ndim) + x.shape) for x in arrays)
    past = [None if x is None else array("past", x)[None] for x in (settings.past_key, settings.past_value)]
    settings = replace(settings, past_key=past[0], past_value=past[1])
    return reference(q, k, v, settings, merged, precision)


def _arrays(mine: Any) -> dict[str, Array]:
    """What is judged, by name."""
    named = mine if isinstance(mine, Mapping) else {"output": mine}
    if not named:
        raise InputError("mine", "", say("is empty"))
    found = {str(name): array("mine", each) for name, each in named.items()}
    for name, each in found.items():
        if each.size == 0:
            raise InputError("mine", name, say("is empty"))
    return found


def _out_merged(given: Mapping[str, Array], Q: Array, settings: Settings) -> bool:
    """Whether the output has its heads side by side: as Q has, or where it has an axis fewer."""
    if settings.q_num_heads is not None:
        return True
    output = next((each for name, each in given.items() if ALIASES.get(name, name) == "output"), None)
    return output is not None and Q.ndim > 2 and output.ndim == Q.ndim - 1


# --- where it departs -------------------------------------------------------------------------------------------------


def _first_departure(judge: Judge, start: Steps, right: Reference) -> Departure | None:
    """The first wrong cell of the first claim that is wrong."""
    for claim in judge.claims:
        if judge.of_claim(claim, start, judge.eps, np.inf) <= 1:
            continue
        name = min(claim.steps, key=lambda step: largest_difference(claim.array, start[step]))
        if name not in right.steps:
            name = next(step for step in ORDER if step in right.steps and step in claim.steps)
        cell = departing(claim.array, start[name], judge.allowed(name, start, judge.eps))
        if cell is not None:
            return _departure(right.steps[name], claim.array, start[name], cell)
    return None


def _departure(step: Step, mine: Array, right: Array, cell: tuple[int, ...]) -> Departure:
    return Departure(step, cell_of(step, cell), float(mine[cell]), float(right[cell]))


def cell_of(step: Step, cell: tuple[int, ...]) -> tuple[int, ...]:
    """A cell of a recipe's array, (batch, head, tokens, width) or (batch, tokens, width), on the axes of a step."""
    rest = iter(cell[-2:])
    known = {"batch": cell[0], "head": cell[1] if len(cell) == 4 else 0}
    return tuple(known[axis.name] if axis.name in known else next(rest) for axis in step.axes)


def _difference(claim: Claim, start: Steps, right: Reference) -> Array:
    """Mine less right, in the shape of the right step; 0 where both are infinite alike."""
    name = min(claim.steps, key=lambda step: largest_difference(claim.array, start[step]))
    other = start[name]
    with np.errstate(invalid="ignore"):
        off = np.where(claim.array == other, 0.0, claim.array - other)
    step = right.steps.get(name)
    return off if step is None or step.value.size != off.size or off.ndim < step.value.ndim else _reshaped(off, step)


def _reshaped(off: Array, step: Step) -> Array:
    return off.reshape(off.shape[off.ndim - step.value.ndim :])


# --- what explains it -------------------------------------------------------------------------------------------------


def _findings(found: Found, judged: list[Claim], start: Steps, right: Reference) -> tuple[Finding, ...]:
    names = tuple(claim.steps[-1] for claim in judged)
    return tuple(_finding(group, names, start, right) for group in found.groups[:MOST_FINDINGS])


def _finding(group: tuple[Fit, ...], names: tuple[str, ...], start: Steps, right: Reference) -> Finding:
    first, *others = group
    made = [tuple(Made(way.mistake, way.label) for way in fit.ways) for fit in group]
    return Finding(
        made[0],
        first.error,
        leaving(first.steps, start, right),
        tuple(made[1:]),
        tuple(how_to_tell(first, other, names, right.given) for other in others),
    )


def leaving(made: Steps, start: Steps, right: Reference) -> Departure | None:
    """Where steps made with a mistake leave the right ones first. start: the right ones, as recipes have them."""
    for name in ORDER:
        if name not in right.steps or name not in made or made[name].shape != start[name].shape:
            continue
        cell = departing(made[name], start[name], 1e-9 * (1e-3 + size(start[name])))
        if cell is not None and right.steps[name].primitive is not None:
            return _departure(right.steps[name], made[name], start[name], cell)
    return None
