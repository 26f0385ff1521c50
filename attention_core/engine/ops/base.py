"""How an operation becomes a step, and how operands are brought onto the axes of a result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from attention_core.engine.axes import Axes, cell_name, names
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.sentences import TOO_LARGE, TOO_LARGE_IN
from attention_core.engine.step import Array, OperandView, Primitive, Step


def apply(primitive: Primitive, *operands: Step, name: str = "", symbol: str = "") -> Step:
    """The step that a primitive makes of its operands.

    Raises InputError, naming the first cell, where finite operands give an infinite result or none.
    """
    axes = primitive.axes(name, *operands)
    with np.errstate(all="ignore"):
        value = primitive.call(axes, *operands).run(operands)
        finite = primitive.bounded or _is_finite(value)
    step = Step(name, symbol, value, axes, primitive, operands)
    if not finite:
        _refuse(step, primitive.failure)
    return step


def _is_finite(value: Array) -> bool:
    """Whether all numbers are: where the sum of their squares is, they are. It is one pass, and writes nothing down."""
    numbers = value.ravel(order="K")
    return math.isfinite(np.dot(numbers, numbers)) or bool(np.isfinite(value).all())


def _refuse(step: Step, failure: str) -> None:
    """Raise for the first cell that is not finite, unless an operand was not finite: a mask passes -inf on."""
    if all(np.isfinite(operand.value).all() for operand in step.operands):
        place = np.argwhere(~np.isfinite(step.value))[0]
        where = cell_name(step.axes, place)
        failure = _in_precision(failure, step)
        raise InputError(
            step.label, where, failure if step.name else say("a number made from it {failure}", failure=failure)
        )


def _in_precision(failure: str, step: Step) -> str:
    """The sentence about numbers that are too large, with the largest one of the precision that was computed in."""
    precision = step.value.dtype
    if failure != TOO_LARGE or precision == np.dtype(float):
        return say(failure)
    return say(TOO_LARGE_IN, precision=precision.name, largest=f"{np.finfo(precision).max:.1e}".replace("e+", "e"))


def ordered(axes: Axes, to: tuple[str, ...]) -> Axes:
    """The axes in the order of the names `to`, or as they are where that is empty."""
    found = {axis.name: axis for axis in axes}
    return tuple(found[name] for name in to) if to else axes


def aligned(step: Step, onto: Sequence[str]) -> OperandView:
    """The view under which a step broadcasts against an array with axes `onto`."""
    return _view(names(step.axes), tuple(onto))


@lru_cache(maxsize=1024)
def _view(mine: tuple[str, ...], onto: tuple[str, ...]) -> OperandView:
    order = tuple(mine.index(name) for name in onto if name in mine)
    return OperandView(order, tuple(slice(None) if name in mine else None for name in onto))
