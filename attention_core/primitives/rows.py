"""Whole rows at a time: softmax, the largest of a row, and the choice of the best few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .. import expression as ex
from .. import kernels
from ..axes import Axes, names
from ..errors import InputError
from ..step import Step
from .base import Call, Primitive, apply
from .contract import contract
from .pointwise import minus


@dataclass(frozen=True)
class Softmax(Primitive):
    """exp(x) / sum of exp(x) along one axis."""

    along: str
    sign = "softmax"
    shares = True
    bounded = True

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.softmax, (), {"axis": names(axes).index(self.along)})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        x = operands[0]
        bound = _bound(self.along, x)
        spread = ex.Expression("exp", (x.at({**where, self.along: ex.along(bound)}),))
        total_ = ex.over("sum", bound, x.size(self.along), spread)
        return ex.Expression("quotient", (ex.Expression("exp", (x.at(where),)), total_))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield contract(out, minus(gradient, contract(gradient, out, over=self.along)))


def _bound(along: str, x: Step) -> str:
    """A name for the position that runs along a row while the cell's own stays put."""
    bound = f"{along}'"
    while bound in names(x.axes):
        bound += "'"
    return bound


def softmax(x: Step, along: str, name: str = "", symbol: str = "") -> Step:
    x.axis(along)
    return apply(Softmax(along), x, name=name, symbol=symbol)


# --- the largest ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Largest(Primitive):
    """The largest number of each row; its gradient goes to that number alone, the first one in a tie."""

    along: str
    sign = "max"
    bounded = True

    def axes(self, name: str, *operands: Step) -> Axes:
        return tuple(axis for axis in operands[0].axes if axis.name != self.along)

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(np.amax, (), {"axis": names(operands[0].axes).index(self.along)})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        body = operands[0].at({**where, self.along: ex.along(self.along)})
        return ex.over("max", self.along, operands[0].size(self.along), body)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        (x,) = operands
        yield contract(gradient, top(x, self.along), to=names(x.axes))


def largest(x: Step, along: str, name: str = "", symbol: str = "") -> Step:
    x.axis(along)
    return apply(Largest(along), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class Top(Primitive):
    """1 at the k largest numbers of each row and 0 elsewhere. Nudging a number moves nothing: no gradient flows."""

    along: str
    k: int = 1
    bounded = True

    @property
    def sign(self) -> str:  # type: ignore[override]
        return "argmax" if self.k == 1 else f"top {self.k}"

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.top, (), {"k": self.k, "axis": names(axes).index(self.along)})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        (x,) = operands
        bound = _bound(self.along, x)
        items = ex.over("list", bound, x.size(self.along), x.at({**where, self.along: ex.along(bound)}))
        return ex.top(self.k, where[self.along], items)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[None]:
        yield None


def top(x: Step, along: str, k: int = 1, name: str = "", symbol: str = "") -> Step:
    """A row of ones and zeros that marks the k largest of x along an axis; of equal numbers the first counts."""
    if not 1 <= k <= x.size(along):
        raise InputError(name or x.label, "", f"cannot choose {k} of {x.size(along)}")
    return apply(Top(along, k), x, name=name, symbol=symbol)
