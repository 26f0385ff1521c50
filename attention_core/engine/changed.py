"""A computation with some of its numbers set by hand: what follows from them is computed anew, all else is shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from .ops.base import apply
from .ops.put import Cells, put
from .step import Array, Step, by_depth


def followed(outputs: Iterable[Step], changes: Mapping[Step, Cells]) -> dict[Step, Step]:
    """The steps that differ once some numbers are set by hand, by the steps they stand for.

    changes: for each step with numbers set by hand, these numbers by cell. A computed step keeps its arithmetic in its
    other cells. The outputs and what is behind them are looked through; a step that follows from no change is not among
    the results. Raises InputError where a number that follows is not finite, IndexError for a cell outside its step.
    """
    found: dict[Step, Step] = {}
    for step in by_depth(outputs):
        again = _again(step, tuple(found.get(operand, operand) for operand in step.operands))
        if step in changes:
            again = _set(again, changes[step])
        if again is not step:
            found[step] = again
    return found


def _again(step: Step, operands: tuple[Step, ...]) -> Step:
    if step.primitive is None or operands == step.operands:
        return step
    return _as(step, apply(step.primitive, *operands, name=step.name, symbol=step.symbol))


def _set(step: Step, cells: Cells) -> Step:
    if step.primitive is None:
        return replace(step, value=with_cells(step.value, cells), formula=None)
    return _as(step, put(replace(step, name=""), cells, step.name, step.symbol))


def _as(step: Step, made: Step) -> Step:
    """A step at the place of another one in the order of a trace, in its precision."""
    return replace(made, order=step.order, value=made.value.astype(step.value.dtype, copy=False))


def with_cells(array: Array, cells: Cells) -> Array:
    """A copy of an array with other numbers in some cells."""
    changed = np.array(array)
    for cell, number in cells.items():
        changed[cell] = number
    return changed
