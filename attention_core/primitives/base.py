"""What a primitive is: how an array is computed, the arithmetic of one cell, and how a gradient passes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from .. import expression as ex
from ..axes import Axes, Axis, names, union
from ..errors import InputError
from ..step import Array, Step


@dataclass(frozen=True)
class View:
    """An operand as a kernel wants it: its axes in another order, with size-1 axes where it has none."""

    order: tuple[int, ...]
    index: tuple[slice | None, ...]

    def of(self, value: Array) -> Array:
        return value.transpose(self.order)[self.index]


@dataclass(frozen=True)
class Call:
    """kernel(*views of the operands, **keywords); leading positional arguments in `first`."""

    kernel: Callable[..., Any]
    first: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    views: tuple[View, ...] = ()

    def run(self, operands: Sequence[Step]) -> Array:
        values = [step.value for step in operands]
        if self.views:
            values = [view.of(value) for view, value in zip(self.views, values, strict=True)]
        return np.asarray(self.kernel(*self.first, *values, **self.keywords))


class Primitive:
    """Base of all primitives. `sign` is what the stage writes between operands (or before a single one)."""

    sign: str = ""
    rearranges = False  # whether it only moves numbers about, so that its reader's sign still tells the truth
    holds = False  # whether it cuts the way back, so that nudging what is before it does not tell its gradient
    blocks = False  # whether it gives 0 whatever it gets: a gradient that arrives there ends
    shares = False  # whether its numbers share out 1 along an axis
    bounded = False  # whether finite numbers in make finite numbers out, whatever their size
    failure: str = "grows beyond the largest number a computer holds (1.8e308)"

    def axes(self, name: str, *operands: Step) -> Axes:
        """Axes of the result: by default all axes of the operands, in order of first appearance."""
        found: dict[str, Axis] = {}
        for step in operands:
            for axis in step.axes:
                if found.setdefault(axis.name, axis).size != axis.size:
                    union(name, [(each.label, each.axes) for each in operands])  # says which two disagree
        return tuple(found.values())

    def call(self, axes: Axes, *operands: Step) -> Call:
        raise NotImplementedError

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        raise NotImplementedError

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterable[Step | None]:
        """For each operand, the gradient that reaches it (its axes, its order), or None where none flows."""
        raise NotImplementedError


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
