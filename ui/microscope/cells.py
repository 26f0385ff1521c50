"""Any number of any step: windows of its values, and the arithmetic of one cell, of long sums the largest terms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_core import Step
from attention_core.engine import expression as ex
from attention_core.engine.expression import Expression
from attention_core.engine.language import say, term
from attention_core.models import ModelError, ModelTrace
from attention_stage.formulas import mathml
from ui.wire import WireArithmetic, WirePart, WireWindow

ROWS, COLUMNS = 16, 12  # of a window
KEPT = 6  # terms of a long sum that are written
LONG = 10  # terms from which on a sum is long
LISTED = 24  # cells that a cell is made of, as ways on


def found(trace: ModelTrace, name: Any) -> Step:
    """A step or a weight by its name. Raises ModelError where there is none."""
    if not isinstance(name, str) or (name not in trace and name not in _weights(trace)):
        raise ModelError(say("There is no step “{name}” in this text.", name=str(name)[:80]))
    return trace[name]


def _weights(trace: ModelTrace) -> Any:
    assert trace.model
    return trace.model.weights


def window(step: Step, corner: Sequence[Any]) -> WireWindow:
    """The values of a step from one cell on, along its last two axes; positions count from 0."""
    at = _inside(step, corner)
    tables = tuple(at[:-2])
    row, column = ([0, 0, *at] if len(at) < 2 else at)[-2:]
    whole = np.atleast_2d(step.value[tables] if tables else step.value)
    shown = whole[row : row + ROWS, column : column + COLUMNS]
    axes = [(axis.name, axis.size) for axis in step.axes]
    return {
        "name": step.name,
        "symbol": mathml(step.symbol),
        "axes": axes,
        "at": at,
        "rows": _labels(step, -2, row, shown.shape[0]),
        "columns": _labels(step, -1, column, shown.shape[1]),
        "cells": [[finite(each) for each in line] for line in shown],
        "top": float(np.abs(np.where(np.isfinite(whole), whole, 0)).max(initial=0)),
    }


def _labels(step: Step, axis: int, start: int, count: int) -> list[str]:
    if len(step.axes) < -axis:
        return [""]
    return list(step.axes[axis].labels[start : start + count])


def finite(value: Any) -> float | None:
    """The number, or None for minus infinity, of a hidden key, which has no JSON."""
    return float(value) if math.isfinite(value) else None


def _inside(step: Step, cell: Any) -> list[int]:
    """A cell, as far as it is given, else from the start. Raises ModelError for what is no cell of the step."""
    sizes = [axis.size for axis in step.axes]
    at = list(cell) if isinstance(cell, (list, tuple)) else []
    at += [0] * (len(sizes) - len(at))
    if len(at) != len(sizes) or not all(type(n) is int and 0 <= n < size for n, size in zip(at, sizes, strict=True)):
        raise ModelError(say("{step} has no such cell.", step=step.name))
    return at


# --- the arithmetic of a cell ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rest:
    """What is left out of a long sum: how many terms, and what they add up to."""

    count: int
    total: float


def arithmetic(step: Step, cell: Any, fixed: bool = False) -> WireArithmetic:
    """One cell: in symbols and in numbers, and the cells that the written terms are made of.

    fixed: the number was set by hand.
    """
    at = _inside(step, cell)
    value = float(step.value[tuple(at)])
    answer: WireArithmetic = {
        "name": step.name,
        "at": at,
        "named": named(step, at),
        "value": finite(value),
        "symbols": "",
        "numbers": "",
        "rests": [],
        "made": [],
        "fixed": fixed,
    }
    if step.primitive is None or fixed:
        return answer
    grounded = ex.ground(step.expression, {axis.name: n for axis, n in zip(step.axes, at, strict=True)})
    rests: list[Rest] = []
    written = gathered(grounded, rests)
    line = ex.line(written, value)
    name = ex.subscripted(step, tuple(at))
    more: WireArithmetic = {
        **answer,
        "symbols": mathml(f"{name} = {ex.symbols(written)}"),
        "numbers": mathml(f"{name} = {line.numbers} {line.end}"),
        "rests": [{"count": rest.count, "total": ex.plain(rest.total, 4)} for rest in rests],
        "made": _made(written),
    }
    return more


def gathered(grounded: Expression, rests: list[Rest]) -> Expression:
    """The same arithmetic, with the largest terms of a long sum and all others as one number, "rest".

    rests: gets what was left out, in reading order. Other than `shortened`, this can be computed.
    """
    parts = tuple(part for part in grounded.args)
    if grounded.op == "sum":
        terms = tuple(_terms(grounded))
        if len(terms) > LONG:
            return _with_rest(terms, rests)
    done = (gathered(part, rests) if isinstance(part, Expression) else part for part in parts)
    return Expression(grounded.op, tuple(done))


def _with_rest(terms: tuple[Expression, ...], rests: list[Rest]) -> Expression:
    values = [ex.evaluate(term) for term in terms]
    by_size = sorted(range(len(terms)), key=lambda n: -abs(values[n]))
    kept = sorted(by_size[:KEPT])
    total = math.fsum(values[n] for n in by_size[KEPT:])
    written = tuple(gathered(terms[n], rests) for n in kept)
    rests.append(Rest(len(terms) - len(kept), total))
    mark = f"_{{{len(rests)}}}" if len(rests) > 1 else ""
    return ex.sum_of(*written, ex.constant(total, rf"\mathrm{{rest}}{mark}"))


def _terms(total: Expression) -> Any:
    for part in total.args:
        yield from _terms(part) if part.op == "sum" else (part,)


def _made(written: Expression) -> list[WirePart]:
    """The cells of the written terms, each a way on towards the embedding."""
    listed: list[tuple[Any, tuple[int, ...]]] = list(ex.leaves(written))[:LISTED]
    return [
        {
            "name": step.name,
            "at": list(at),
            "symbol": mathml(ex.subscripted(step, at)),
            "named": named(step, at),
            "value": ex.plain(float(step.value[at]), 4),
        }
        for step, at in listed
        if step.name
    ]


def named(step: Step, at: Sequence[int]) -> str:
    """A cell in words: "query he, key bark"."""
    return ", ".join(f"{term(axis.name)} {axis.labels[n].strip()}" for axis, n in zip(step.axes, at, strict=True))
