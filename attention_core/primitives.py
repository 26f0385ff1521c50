"""The few operations every mechanism is written in.

A primitive states three things: how the whole array is computed (`call`, a kernel and its arguments), the scalar
expression of one output cell (`cell`), and how a gradient passes back through it (`vjp`, written in these same
primitives). Everything a learner sees is derived from those.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from . import expression as ex
from . import kernels
from .axes import Axes, Axis, names, spoken, union
from .errors import InputError
from .step import Array, Step


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
    bounded = False  # whether finite numbers in make finite numbers out, whatever their size
    failure: str = "grows beyond the largest number a computer holds (1.8e308)"

    def axes(self, name: str, *operands: Step) -> Axes:
        """Axes of the result: by default all axes of the operands, in order of first appearance."""
        return tuple(union(name, [(step.label, step.axes) for step in operands]).values())

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


def _ordered(axes: Axes, to: tuple[str, ...]) -> Axes:
    """The axes in the order asked for, where one is asked for."""
    found = {axis.name: axis for axis in axes}
    return tuple(found[name] for name in to) if to else axes


def aligned(step: Step, onto: Sequence[str]) -> View:
    """The view under which a step broadcasts against an array with axes `onto`."""
    mine = names(step.axes)
    order = tuple(mine.index(name) for name in onto if name in mine)
    return View(order, tuple(slice(None) if name in mine else None for name in onto))


# --- contract: multiply, then sum over axes ------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _letters(axis_names: tuple[str, ...]) -> dict[str, str]:
    """A letter for each axis name, its initial where free: einsum's own notation."""
    taken: dict[str, str] = {}
    for name in axis_names:
        wanted = [c for c in name if c.isascii() and c.isalpha()] + list("abcdefghijklmnopqrstuvwxyz")
        taken[name] = next(letter for letter in wanted if letter not in taken.values())
    return taken


@dataclass(frozen=True)
class Contract(Primitive):
    """Multiply the operands, sum over some axes: dot product, projection, weighted sum, elementwise product."""

    over: tuple[str, ...]
    to: tuple[str, ...] = ()
    sign = "·"

    def axes(self, name: str, *operands: Step) -> Axes:
        found = super().axes(name, *operands)
        for wanted in self.over:
            if wanted not in names(found):
                operands[-1].axis(wanted)
        return _ordered(tuple(axis for axis in found if axis.name not in self.over), self.to)

    def call(self, axes: Axes, *operands: Step) -> Call:
        letter = _letters(tuple(dict.fromkeys(axis.name for step in operands for axis in step.axes)))
        spelled = ["".join(letter[axis.name] for axis in some) for some in (*(s.axes for s in operands), axes)]
        return Call(kernels.einsum, (f"{','.join(spelled[:-1])}->{spelled[-1]}",))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        sizes = {axis.name: axis.size for step in operands for axis in step.axes}
        inside = {**where, **{name: ex.along(name) for name in self.over}}
        body = ex.product(*(step.at(inside) for step in operands))
        for name in reversed(self.over):
            body = ex.over("sum", name, sizes[name], body)
        return body

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        for n, step in enumerate(operands):
            yield _gathered((gradient, *operands[:n], *operands[n + 1 :]), step.axes)


def _gathered(factors: tuple[Step, ...], axes: Axes) -> Step:
    """The product of the factors, summed over every axis that is not wanted and spread over those it lacks."""
    present = dict.fromkeys(axis.name for step in factors for axis in step.axes)
    wanted = names(axes)
    over = tuple(name for name in present if name not in wanted)
    to = tuple(name for name in wanted if name in present)
    result = apply(Contract(over, to), *factors)
    return result if len(to) == len(wanted) else apply(Spread(axes), result)


def contract(
    *operands: Step, over: str | Iterable[str] = (), to: Iterable[str] = (), name: str = "", symbol: str = ""
) -> Step:
    """Multiply the operands and sum over the axes `over`. Result axes: order of first appearance, or `to`."""
    axes = (over,) if isinstance(over, str) else tuple(over)
    for axis in axes:
        for operand in operands if len(operands) == 2 else ():
            _require(operand, axis, name)
    return apply(Contract(axes, tuple(to)), *operands, name=name, symbol=symbol)


def _require(operand: Step, axis: str, name: str) -> None:
    if axis not in names(operand.axes):
        has = spoken(operand.axes)
        raise InputError(name or "contract", "", f'{operand.label} has no axis "{axis}" (it has "{has}")')


def total(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """Sum of x over axes."""
    return contract(x, over=over, name=name, symbol=symbol)


@dataclass(frozen=True)
class Spread(Primitive):
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
        yield _gathered((gradient,), operands[0].axes)


# --- add and scale -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Add(Primitive):
    """Elementwise sum; an operand without some axis counts at every position of it."""

    to: tuple[str, ...] = ()
    sign = "+"

    def axes(self, name: str, *operands: Step) -> Axes:
        return _ordered(super().axes(name, *operands), self.to)

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.add, views=tuple(aligned(step, names(axes)) for step in operands))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.sum_of(*(step.at(where) for step in operands))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        return (_gathered((gradient,), step.axes) for step in operands)


def add(*operands: Step, to: Iterable[str] = (), name: str = "", symbol: str = "") -> Step:
    return apply(Add(tuple(to)), *operands, name=name, symbol=symbol)


@dataclass(frozen=True)
class Scale(Primitive):
    """Every number times one constant."""

    factor: float

    @property
    def bounded(self) -> bool:  # type: ignore[override]
        return abs(self.factor) <= 1

    @property
    def sign(self) -> str:  # type: ignore[override]
        return f"× {self.factor:.3g}"

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.scale, (), {"factor": self.factor})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.product(operands[0].at(where), ex.constant(self.factor))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield scale(gradient, self.factor)


def scale(x: Step, factor: float, name: str = "", symbol: str = "") -> Step:
    return apply(Scale(factor), x, name=name, symbol=symbol)


def minus(x: Step, y: Step, name: str = "", symbol: str = "") -> Step:
    return add(x, scale(y, -1.0), name=name, symbol=symbol)


# --- elementwise maps ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Elementwise(Primitive):
    """One function of every number by itself: a row of ELEMENTWISE."""

    name: str

    @property
    def sign(self) -> str:  # type: ignore[override]
        return self.name

    @property
    def failure(self) -> str:  # type: ignore[override]
        return ELEMENTWISE[self.name].failure

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(ELEMENTWISE[self.name].kernel)

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        inner = operands[0].at(where)
        if self.name == "reciprocal":
            return ex.Expression("quotient", (ex.constant(1.0), inner))
        return ex.Expression(self.name, (inner,))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step | None]:
        yield ELEMENTWISE[self.name].back(gradient, operands[0], out)


@dataclass(frozen=True)
class Function:
    """A kernel, its gradient from (gradient, x, out), and what to say where it has no finite value."""

    kernel: Callable[..., Any]
    back: Callable[[Step, Step, Step], Step | None]
    failure: str = Primitive.failure


def _inverse(x: Step) -> Step:
    return apply(Elementwise("reciprocal"), x)


ELEMENTWISE = {
    "tanh": Function(np.tanh, lambda g, x, out: minus(g, contract(g, out, out))),
    "sigmoid": Function(kernels.sigmoid, lambda g, x, out: minus(contract(g, out), contract(g, out, out))),
    "relu": Function(kernels.relu, lambda g, x, out: apply(Mask(0.0), g, apply(Elementwise("positive"), x))),
    "positive": Function(kernels.positive, lambda g, x, out: None),
    "exp": Function(np.exp, lambda g, x, out: contract(g, out)),
    "log": Function(np.log, lambda g, x, out: contract(g, _inverse(x)), "takes the logarithm of no positive number"),
    "square": Function(np.square, lambda g, x, out: scale(contract(g, x), 2.0)),
    "sqrt": Function(
        np.sqrt, lambda g, x, out: scale(contract(g, _inverse(out)), 0.5), "takes the root of less than 0"
    ),
    "reciprocal": Function(np.reciprocal, lambda g, x, out: scale(contract(g, out, out), -1.0), "divides by zero"),
}


def _elementwise(function: str) -> Callable[..., Step]:
    def make(x: Step, name: str = "", symbol: str = "") -> Step:
        return apply(Elementwise(function), x, name=name, symbol=symbol)

    return make


tanh, sigmoid, relu = _elementwise("tanh"), _elementwise("sigmoid"), _elementwise("relu")
exp, log, square = _elementwise("exp"), _elementwise("log"), _elementwise("square")
sqrt, reciprocal = _elementwise("sqrt"), _elementwise("reciprocal")


@dataclass(frozen=True)
class Divide(Primitive):
    """Elementwise quotient; an operand without some axis counts at every position of it."""

    sign = "÷"
    failure = "divides by zero"

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(np.divide, views=tuple(aligned(step, names(axes)) for step in operands))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return ex.Expression("quotient", tuple(step.at(where) for step in operands))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        x, y = operands
        yield _gathered((apply(Divide(), gradient, y),), x.axes)
        yield _gathered((scale(apply(Divide(), contract(gradient, out), y), -1.0),), y.axes)


def divide(x: Step, y: Step, name: str = "", symbol: str = "") -> Step:
    return apply(Divide(), x, y, name=name, symbol=symbol)


# --- mask and softmax ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mask(Primitive):
    """x where visible is not 0, else a fill: minus infinity before a softmax, 0 on the way back."""

    fill: float = -math.inf
    sign = "where"
    bounded = True  # the infinity it makes is meant

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


def mask(x: Step, visible: Step, name: str = "", symbol: str = "") -> Step:
    """Scores with minus infinity wherever `visible` (axes query, key) is 0.

    Raises InputError naming the first query that may see nothing: its softmax would be 0/0.
    """
    blind = np.flatnonzero(~(visible.value != 0).any(axis=names(visible.axes).index("key")))
    if blind.size:
        query = visible.axis("query").at(int(blind[0]))
        raise InputError(visible.label, query, "this query has nothing to attend to")
    return apply(Mask(), x, visible, name=name, symbol=symbol)


@dataclass(frozen=True)
class Softmax(Primitive):
    """exp(x) / sum of exp(x) along one axis."""

    along: str
    sign = "softmax"
    bounded = True

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.softmax, (), {"axis": names(axes).index(self.along)})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        x = operands[0]
        bound = f"{self.along}'"
        while bound in names(x.axes):
            bound += "'"
        spread = ex.Expression("exp", (x.at({**where, self.along: ex.along(bound)}),))
        total_ = ex.over("sum", bound, x.size(self.along), spread)
        return ex.Expression("quotient", (ex.Expression("exp", (x.at(where),)), total_))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield contract(out, minus(gradient, contract(gradient, out, over=self.along)))


def softmax(x: Step, along: str, name: str = "", symbol: str = "") -> Step:
    x.axis(along)
    return apply(Softmax(along), x, name=name, symbol=symbol)


# --- the same numbers under other axes -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rename(Primitive):
    """One array read in two roles: tokens as queries and as keys."""

    old: str
    new: str
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        return tuple(axis.renamed(self.new) if axis.name == self.old else axis for axis in operands[0].axes)

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(kernels.same)

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return operands[0].at({**where, self.old: where[self.new]})

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        yield rename(gradient, self.new, self.old)


def rename(x: Step, old: str, new: str, name: str = "", symbol: str = "") -> Step:
    x.axis(old)
    return apply(Rename(old, new), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class Split(Primitive):
    """One axis read as two: positions outer * (inner size) + inner."""

    old: str
    outer: Axis
    inner: Axis
    sign = "split"
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        pairs = ((self.outer, self.inner) if axis.name == self.old else (axis,) for axis in operands[0].axes)
        return tuple(axis for pair in pairs for axis in pair)

    def call(self, axes: Axes, *operands: Step) -> Call:
        return Call(np.reshape, (), {"shape": tuple(axis.size for axis in axes)})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        position = ex.Index(((where[self.outer.name], self.inner.size, 1, 0), (where[self.inner.name], 1, 1, 0)))
        return operands[0].at({**where, self.old: position})

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        merged = merge(gradient, self.outer.name, self.inner.name, operands[0].axis(self.old))
        yield _gathered((merged,), operands[0].axes)


def split(x: Step, axis: str, outer: str, parts: int, inner: str, name: str = "", symbol: str = "") -> Step:
    """Read one axis as `parts` blocks. Raises InputError when the size is not divisible."""
    size = x.size(axis)
    if parts < 1 or size % parts:
        raise InputError(x.label, f'axis "{axis}"', f"{size} positions cannot be shared out among {parts} {outer}s")
    blocks = Axis(outer, tuple(str(n + 1) for n in range(parts)))
    places = Axis(inner, tuple(str(n + 1) for n in range(size // parts)))
    return apply(Split(axis, blocks, places), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class Merge(Primitive):
    """Two axes laid end to end as one, last: what concatenating heads does."""

    outer: str
    inner: str
    into: Axis
    sign = "concat"
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        kept = (axis for axis in operands[0].axes if axis.name not in (self.outer, self.inner))
        return (*kept, self.into)

    def call(self, axes: Axes, *operands: Step) -> Call:
        view = aligned(operands[0], (*names(axes)[:-1], self.outer, self.inner))
        return Call(np.reshape, (), {"shape": tuple(axis.size for axis in axes)}, (view,))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        size = operands[0].size(self.inner)
        place = where[self.into.name]
        parts = {self.outer: ex.Index(((place, 1, size, 0),)), self.inner: ex.Index(((place, 1, 1, size),))}
        return operands[0].at({**where, **parts})

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        x = operands[0]
        parts = apply(Split(self.into.name, x.axis(self.outer), x.axis(self.inner)), gradient)
        yield _gathered((parts,), x.axes)


def merge(x: Step, outer: str, inner: str, into: Axis | str, name: str = "", symbol: str = "") -> Step:
    """Lay the positions (outer, inner) of x end to end along one last axis."""
    if isinstance(into, str):
        pairs = (f"{a}·{b}" for a in x.axis(outer).labels for b in x.axis(inner).labels)
        into = Axis(into, tuple(pairs))
    return apply(Merge(outer, inner, into), x, name=name, symbol=symbol)
