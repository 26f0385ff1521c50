"""Every number by itself: sums, multiples, quotients, functions of one number, and masks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import Axes, cell_name, names
from attention_core.engine.errors import InputError
from attention_core.engine.functions import FUNCTIONS, Function
from attention_core.engine.language import say, to_say
from attention_core.engine.sentences import NOTHING_TO_ATTEND_TO
from attention_core.engine.step import Call, Primitive, Step

from .base import aligned, apply, ordered
from .contract import contract, gathered, sum_over


@dataclass(frozen=True)
class Add(Primitive):
    """Elementwise sum; an operand without some axis counts at every position of it."""

    to: tuple[str, ...] = ()
    sign = "+"

    def axes(self, name: str, *operands: Step) -> Axes:
        return ordered(super().axes(name, *operands), self.to)

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.add, views=tuple(aligned(step, names(axes)) for step in operands))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.sum_of(*(step.at(where) for step in operands))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        return (gathered((gradient,), step.axes) for step in operands)

    def vjp_for(self, place: int, gradient: Step, out: Step, *operands: Step) -> Step:
        return gathered((gradient,), operands[place].axes)


def add(*operands: Step, to: Iterable[str] = (), name: str = "", symbol: str = "") -> Step:
    """The elementwise sum of the operands, matched by axis name; a missing axis is broadcast.

    Result axes: order of first appearance, or `to`. Raises InputError where one name has two sizes.
    """
    return apply(Add(tuple(to)), *operands, name=name, symbol=symbol)


@dataclass(frozen=True)
class Scale(Primitive):
    """Every number times one constant, which remembers what it is made of: divided by the root of 3."""

    factor: ex.Expression

    @cached_property
    def number(self) -> float:
        """The value of the factor."""
        return ex.evaluate(self.factor)

    @property
    def bounded(self) -> bool:  # type: ignore[override]
        return abs(self.number) <= 1

    @property
    def sign(self) -> str:  # type: ignore[override]
        return ex.applied(self.factor)

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.scale, (), {"factor": self.factor})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.times(operands[0].at(where), self.factor)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield scale(gradient, self.factor)


def scale(x: Step, factor: float | ex.Expression, name: str = "", symbol: str = "") -> Step:
    """Every number of x times one constant; the axes are those of x.

    factor: a number, or what it is made of: `ex.quotient(ex.constant(1), ex.root(ex.constant(3)))`.
    """
    made = factor if isinstance(factor, ex.Expression) else ex.constant(factor)
    return apply(Scale(made), x, name=name, symbol=symbol)


def divide_by(x: Step, divisor: float | ex.Expression, name: str = "", symbol: str = "") -> Step:
    """Every number of x divided by one constant, a number or what it is made of; the axes are those of x."""
    made = divisor if isinstance(divisor, ex.Expression) else ex.constant(divisor)
    return scale(x, ex.quotient(ex.constant(1), made), name=name, symbol=symbol)


@dataclass(frozen=True)
class Shift(Primitive):
    """Every number plus one constant, which stands in front unless it is taken away or has a letter: 1 - x, but x - 1.

    letter: the LaTeX of a constant that stands for something, such as the small number under the root of a norm.
    """

    by: float
    letter: str = ""

    @property
    def sign(self) -> str:  # type: ignore[override]
        return f"{'-' if self.by < 0 else '+'} {abs(self.by):.3g}"

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.shift, (), {"by": self.by})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        constant = ex.constant(self.by, self.letter)
        x = operands[0].at(where)
        return ex.sum_of(x, constant) if self.by < 0 or self.letter else ex.sum_of(constant, x)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield gradient


def shift(x: Step, by: float, name: str = "", symbol: str = "", letter: str = "") -> Step:
    """Every number of x plus one constant, written as `letter` in symbols; the axes are those of x."""
    return apply(Shift(by, letter), x, name=name, symbol=symbol)


def subtract(x: Step, y: Step, name: str = "", symbol: str = "") -> Step:
    """x - y, elementwise and broadcast as in `add`. Raises InputError where one name has two sizes."""
    return add(x, scale(y, -1.0), name=name, symbol=symbol)


def mean(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """The mean of x over one axis or several, which the result lacks. Raises InputError where x has no such axis."""
    axes = (over,) if isinstance(over, str) else tuple(over)
    count = math.prod(x.size(axis) for axis in axes)
    return divide_by(sum_over(x, axes), count, name=name, symbol=symbol)


# --- mask -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mask(Primitive):
    """x where visible is not 0, else a fill: minus infinity before a softmax, 0 on the way back."""

    fill: float = -math.inf
    sign = "where"
    switches = (1,)
    bounded = True  # its infinities are intended

    def axes(self, name: str, *operands: Step) -> Axes:
        super().axes(name, *operands)
        return operands[0].axes

    def call(self, axes: Axes, *operands: Step) -> Call:
        views = tuple(aligned(step, names(axes)) for step in operands)
        return Call(kernels.mask, (), {"fill": self.fill}, views)

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        x, visible = operands
        return ex.Expression("choose", (visible.at(where), x.at(where), ex.constant(self.fill)))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step | None]:
        yield apply(Mask(0.0), gradient, operands[1])
        yield None


def mask(x: Step, visible: Step, name: str = "", symbol: str = "", along: str = "key") -> Step:
    """Scores with minus infinity wherever `visible`, which has the axis `along` and may have others, is 0.

    Raises InputError naming the first query without any visible key: its softmax would be 0/0.
    """
    has_key = (visible.value != 0).any(axis=names(visible.axes).index(along))
    without_key = np.argwhere(~has_key)
    if without_key.size:
        rows = [axis for axis in visible.axes if axis.name != along]
        raise InputError(visible.label, cell_name(rows, without_key[0]), say(NOTHING_TO_ATTEND_TO))
    return apply(Mask(), x, visible, name=name, symbol=symbol)


def where(x: Step, chosen: Step, name: str = "", symbol: str = "") -> Step:
    """x where `chosen` is not 0, and 0 elsewhere."""
    return apply(Mask(0.0), x, chosen, name=name, symbol=symbol)


# --- elementwise maps -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Elementwise(Primitive):
    """One function of every number by itself: a row of FUNCTIONS."""

    name: str

    @property
    def function(self) -> Function:
        return FUNCTIONS[self.name]

    @property
    def sign(self) -> str:  # type: ignore[override]
        return self.name

    @property
    def failure(self) -> str:  # type: ignore[override]
        return self.function.failure

    @property
    def blocks_gradient(self) -> bool:  # type: ignore[override]
        return self.function.blocks_gradient

    @property
    def ends_gradient(self) -> bool:  # type: ignore[override]
        return self.function.ends_gradient

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(self.function.array, in_pieces=operands[0].value.dtype.kind == "f")

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.Expression(self.name, (operands[0].at(where),))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step | None]:
        yield self.function.slope(_SlopeOps(), gradient, operands[0], out)


class _SlopeOps:
    """What the rows of FUNCTIONS make gradients of."""

    def function(self, name: str, x: Step) -> Step:
        return apply(Elementwise(name), x)

    def add(self, *x: Step) -> Step:
        return add(*x)

    def subtract(self, x: Step, y: Step) -> Step:
        return subtract(x, y)

    def multiply(self, *x: Step) -> Step:
        return contract(*x)

    def scale(self, x: Step, factor: float) -> Step:
        return scale(x, factor)

    def shift(self, x: Step, by: float) -> Step:
        return shift(x, by)

    def where(self, x: Step, chosen: Step) -> Step:
        return where(x, chosen)


def _elementwise(function: str) -> Callable[..., Step]:
    def make(x: Step, name: str = "", symbol: str = "") -> Step:
        return apply(Elementwise(function), x, name=name, symbol=symbol)

    return make


tanh = _elementwise("tanh")
sigmoid = _elementwise("sigmoid")
erf = _elementwise("erf")
relu = _elementwise("relu")
exp = _elementwise("exp")
log = _elementwise("log")
xlogx = _elementwise("xlogx")
square = _elementwise("square")
sqrt = _elementwise("sqrt")
safe_sqrt = _elementwise("root")  # of a sum of squares, which may be 0; no gradient passes back there
reciprocal = _elementwise("reciprocal")
sin = _elementwise("sin")
cos = _elementwise("cos")
absolute = _elementwise("abs")
floor = _elementwise("floor")
positive = _elementwise("positive")
stop_gradient = _elementwise("held")  # the same numbers, but no gradient flows back through them: "detach"


@dataclass(frozen=True)
class Divide(Primitive):
    """Elementwise quotient; an operand without some axis counts at every position of it."""

    sign = "÷"
    failure = to_say("divides by zero")

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(np.divide, views=tuple(aligned(step, names(axes)) for step in operands))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.Expression("quotient", tuple(step.at(where) for step in operands))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        x, y = operands
        for_x = apply(Divide(), gradient, y)
        yield gathered((for_x,), x.axes)
        for_y = scale(apply(Divide(), contract(gradient, out), y), -1.0)
        yield gathered((for_y,), y.axes)


def divide(x: Step, y: Step, name: str = "", symbol: str = "") -> Step:
    """x / y, elementwise and broadcast as in `add`.

    Raises InputError where one axis name has two sizes, and at the first cell where y is 0.
    """
    return apply(Divide(), x, y, name=name, symbol=symbol)


@dataclass(frozen=True)
class Extreme(Primitive):
    """The larger or the smaller of two numbers; the second may be one constant. In a tie the gradient goes to it."""

    op: str
    bound: float | None = None
    bounded = True

    @property
    def sign(self) -> str:  # type: ignore[override]
        return self.op if self.bound is None else f"{self.op} {self.bound:.3g}"

    def call(self, axes: Axes, *operands: Step) -> Call:
        larger = self.op == "max"
        if self.bound is not None:
            bounded = kernels.at_least if larger else kernels.at_most
            return Call(bounded, (), {"bound": self.bound})
        elementwise = np.maximum if larger else np.minimum
        return Call(elementwise, views=tuple(aligned(step, names(axes)) for step in operands))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        parts = [step.at(where) for step in operands]
        bound = [] if self.bound is None else [ex.constant(self.bound)]
        return ex.Expression(self.op, (*parts, *bound))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        for n, step in enumerate(operands):
            passed = where(gradient, self._chosen(n, *operands))
            yield gathered((passed,), step.axes)

    def _chosen(self, n: int, *operands: Step) -> Step:
        """1 where operand n is the one handed on."""
        x, *other = operands
        difference = subtract(x, other[0]) if other else shift(x, -float(self.bound or 0.0))
        ahead = difference if self.op == "max" else scale(difference, -1.0)
        first = positive(ahead)
        return shift(scale(first, -1.0), 1.0) if n else first


def maximum(x: Step, y: Step | float, name: str = "", symbol: str = "") -> Step:
    """max(x, y), number by number; y is a step, which need not have all axes of x, or one constant."""
    return _extreme("max", x, y, name, symbol)


def minimum(x: Step, y: Step | float, name: str = "", symbol: str = "") -> Step:
    """min(x, y), number by number; y is a step, which need not have all axes of x, or one constant."""
    return _extreme("min", x, y, name, symbol)


def _extreme(op: str, x: Step, y: Step | float, name: str, symbol: str) -> Step:
    if isinstance(y, Step):
        return apply(Extreme(op), x, y, name=name, symbol=symbol)
    return apply(Extreme(op, float(y)), x, name=name, symbol=symbol)
