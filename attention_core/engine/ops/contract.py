"""Multiply, then sum over axes: dot products, projections, weighted sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import Axes, Axis, joined_names, names, union
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.step import Call, Primitive, Step

from .base import aligned, apply, ordered


@lru_cache(maxsize=1024)
def _einsum_spec(operands: tuple[tuple[str, ...], ...], out: tuple[str, ...]) -> str:
    """The subscripts of einsum: a letter for each axis name, its initial where that is free."""
    letters: dict[str, str] = {}
    for name in dict.fromkeys(name for axes in operands for name in axes):
        candidates = [c for c in name if c.isascii() and c.isalpha()] + list("abcdefghijklmnopqrstuvwxyz")
        letters[name] = next(letter for letter in candidates if letter not in letters.values())
    *inputs, output = ("".join(letters[name] for name in axes) for axes in (*operands, out))
    return f"{','.join(inputs)}->{output}"


@dataclass(frozen=True)
class Contract(Primitive):
    """Multiply the operands, sum over the axes `over`; the result has the remaining axes, in the order `to`."""

    over: tuple[str, ...]
    to: tuple[str, ...] = ()
    sign = "·"

    def axes(self, name: str, *operands: Step) -> Axes:
        found = super().axes(name, *operands)
        for wanted in self.over:
            if wanted not in names(found):
                operands[-1].axis(wanted)
        return ordered(tuple(axis for axis in found if axis.name not in self.over), self.to)

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.einsum, (_einsum_spec(tuple(names(step.axes) for step in operands), names(axes)),))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        sizes = {axis.name: axis.size for step in operands for axis in step.axes}
        inside = {**where, **{name: ex.along(name) for name in self.over}}
        body = ex.product(*(step.at(inside) for step in operands))
        for name in reversed(self.over):
            body = ex.over("sum", name, sizes[name], body)
        return body

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        for place in range(len(operands)):
            yield self.vjp_for(place, gradient, out, *operands)

    def vjp_for(self, place: int, gradient: Step, out: Step, *operands: Step) -> Step:
        return gathered((gradient, *operands[:place], *operands[place + 1 :]), operands[place].axes)


@dataclass(frozen=True)
class Affine(Contract):
    """The same of all operands but the last one, which is added: a matrix times rows, and a bias."""

    sign = ""

    def axes(self, name: str, *operands: Step) -> Axes:
        found = super().axes(name, *operands[:-1])
        union(name, [(name, found), (operands[-1].label, operands[-1].axes)])
        return found

    def call(self, axes: Axes, *operands: Step) -> Call:
        *factors, bias = operands
        spec = _einsum_spec(tuple(names(step.axes) for step in factors), names(axes))
        views = (*(aligned(step, names(step.axes)) for step in factors), aligned(bias, names(axes)))
        return Call(kernels.affine, (spec,), views=views)

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.sum_of(super().cell(where, *operands[:-1]), operands[-1].at(where))

    def vjp_for(self, place: int, gradient: Step, out: Step, *operands: Step) -> Step:
        *factors, bias = operands
        if place == len(factors):
            return gathered((gradient,), bias.axes)
        return super().vjp_for(place, gradient, out, *factors)


def gathered(factors: tuple[Step, ...], axes: Axes) -> Step:
    """The product of the factors with exactly these axes: summed over all others, repeated along those they lack.

    The gradient of a broadcast operand is of this form.
    """
    present = dict.fromkeys(axis.name for step in factors for axis in step.axes)
    wanted = names(axes)
    over = tuple(name for name in present if name not in wanted)
    to = tuple(name for name in wanted if name in present)
    result = apply(Contract(over, to), *factors)
    return result if len(to) == len(wanted) else apply(Expand(axes), result)


def contract(
    *operands: Step, over: str | Iterable[str] = (), to: Iterable[str] = (), name: str = "", symbol: str = ""
) -> Step:
    """Multiply the operands and sum over the axes `over`: dot product, projection, weighted sum, elementwise product.

    Operands are matched by axis name. Result axes: order of first appearance, or `to`. Raises InputError where one of
    two operands lacks an axis to be summed, or one name has two sizes.
    """
    axes = (over,) if isinstance(over, str) else tuple(over)
    for axis in axes:
        for operand in operands if len(operands) == 2 else ():
            _require(operand, axis, name)
    return apply(Contract(axes, tuple(to)), *operands, name=name, symbol=symbol)


def affine(x: Step, W: Step, bias: Step, over: str, to: Iterable[str], name: str = "", symbol: str = "") -> Step:
    """The product of x and W, summed over an axis of both, plus a bias that has some axes of the result: W x + b.

    Result axes: `to`. Raises InputError where x or W lacks the axis to be summed, or one name has two sizes.
    """
    for operand in (x, W):
        _require(operand, over, name)
    return apply(Affine((over,), tuple(to)), x, W, bias, name=name, symbol=symbol)


def _require(operand: Step, axis: str, name: str) -> None:
    if axis not in names(operand.axes):
        has = joined_names(operand.axes)
        raise InputError(
            name or "contract",
            "",
            say('{operand} has no axis "{axis}" (it has "{has}")', operand=operand.label, axis=axis, has=has),
        )


def sum_over(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """The sum of x over axes. Raises InputError where x lacks one of them."""
    return contract(x, over=over, name=name, symbol=symbol)


@dataclass(frozen=True)
class Expand(Primitive):
    """The same numbers repeated along axes the operand does not have."""

    target: Axes
    sign = "repeat"
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        return self.target

    def call(self, axes: Axes, *operands: Step) -> Call:
        shape = tuple(axis.size for axis in axes)
        return Call(np.broadcast_to, (), {"shape": shape}, (aligned(operands[0], names(axes)),))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return operands[0].at(where)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield gathered((gradient,), operands[0].axes)


def expand(x: Step, *axes: Axis, name: str = "", symbol: str = "") -> Step:
    """x repeated along further axes, which come first."""
    return apply(Expand((*axes, *x.axes)), x, name=name, symbol=symbol)
