"""What a primitive is: how an array is computed, the arithmetic of one cell, and how a gradient passes back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from attention_core.engine.axes import Axes, names
from attention_core.engine.errors import InputError
from attention_core.engine.step import Primitive, Step, View


def apply(primitive: Primitive, *operands: Step, name: str = "", symbol: str = "") -> Step:
    axes = primitive.axes(name, *operands)
    with np.errstate(all="ignore"):
        value = primitive.call(axes, *operands).run(operands)
    step = Step(name, symbol, value, axes, primitive, operands)
    if not primitive.bounded and not np.isfinite(value).all():
        _refuse(step, primitive.failure)
    return step


def _refuse(step: Step, failure: str) -> None:
    """Minus infinity handed on from a mask is meant; infinity out of finite numbers is not."""
    if all(np.isfinite(operand.value).all() for operand in step.operands):
        place = np.argwhere(~np.isfinite(step.value))[0]
        where = ", ".join(axis.at(i) for axis, i in zip(step.axes, place, strict=True))
        raise InputError(step.label, where, failure if step.name else f"a number made from it {failure}")


def ordered(axes: Axes, to: tuple[str, ...]) -> Axes:
    """The axes in the order asked for, where one is asked for."""
    found = {axis.name: axis for axis in axes}
    return tuple(found[name] for name in to) if to else axes


def aligned(step: Step, onto: Sequence[str]) -> View:
    """The view under which a step broadcasts against an array with axes `onto`."""
    return _view(names(step.axes), tuple(onto))


@lru_cache(maxsize=1024)
def _view(mine: tuple[str, ...], onto: tuple[str, ...]) -> View:
    order = tuple(mine.index(name) for name in onto if name in mine)
    return View(order, tuple(slice(None) if name in mine else None for name in onto))
