"""Operations on whole rows: softmax, the maximum of a row, and its k largest numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import Axes, names
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.step import Call, Primitive, Step

from .base import apply
from .contract import contract
from .pointwise import subtract


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
        bound = _bound_index(self.along, x)
        own = ex.Expression("exp", (x.at(where),))
        each = ex.Expression("exp", (x.at({**where, self.along: ex.along(bound)}),))
        return ex.Expression("quotient", (own, ex.over("sum", bound, x.size(self.along), each)))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield contract(out, subtract(gradient, contract(gradient, out, over=self.along)))


def _bound_index(along: str, x: Step) -> str:
    """An index name for the sum over a row that differs from the axis names of x."""
    bound = f"{along}'"
    while bound in names(x.axes):
        bound += "'"
    return bound


def softmax(x: Step, along: str, name: str = "", symbol: str = "") -> Step:
    """exp(x) / sum of exp(x) along an axis. Bridle 1990. Raises InputError where x has no such axis."""
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
    """The largest number along an axis, which the result does not have. Raises InputError where x has no such axis."""
    x.axis(along)
    return apply(Largest(along), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class Top(Primitive):
    """1 at the k largest numbers of each row and 0 elsewhere. It is piecewise constant: no gradient flows."""

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
        bound = _bound_index(self.along, x)
        item = x.at({**where, self.along: ex.along(bound)})
        items = ex.over("list", bound, x.size(self.along), item)
        return ex.top(self.k, where[self.along], items)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[None]:
        yield None


def top(x: Step, along: str, k: int = 1, name: str = "", symbol: str = "") -> Step:
    """1 at the k largest numbers of x along an axis, 0 elsewhere; of equal numbers the first counts as larger.

    Raises InputError unless 1 <= k <= the size of the axis.
    """
    if not 1 <= k <= x.size(along):
        raise InputError(name or x.label, "", say("cannot choose {k} of {size}", k=k, size=x.size(along)))
    return apply(Top(along, k), x, name=name, symbol=symbol)
