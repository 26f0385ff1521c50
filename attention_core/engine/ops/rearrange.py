"""The same numbers under other axes: renamed, split, merged, taken from, concatenated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import Axes, Axis, axis_place, joined_names, names, union
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.step import Call, Primitive, Step, source

from .base import aligned, apply
from .contract import contract, gathered, sum_over


@dataclass(frozen=True)
class Rename(Primitive):
    """The same array with one axis under another name: tokens as queries, and as keys."""

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
    """x with the axis `old` named `new`. Raises InputError where x has no such axis."""
    x.axis(old)
    return apply(Rename(old, new), x, name=name, symbol=symbol)


def swap_axes(x: Step, one: str, other: str) -> Step:
    """x with the names of two axes exchanged, where it has them: the transpose, for a matrix."""
    for old, new in ((one, ""), (other, one), ("", other)):
        if old in names(x.axes):
            x = rename(x, old, new)
    return x


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
        return Call(np.reshape, last=(tuple(axis.size for axis in axes),))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        outer = (where[self.outer.name], self.inner.size, 1, 0)
        inner = (where[self.inner.name], 1, 1, 0)
        position = ex.Index((outer, inner))
        return operands[0].at({**where, self.old: position})

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        merged = merge(gradient, self.outer.name, self.inner.name, operands[0].axis(self.old))
        yield gathered((merged,), operands[0].axes)


def split(x: Step, axis: str, outer: str, parts: int, inner: str, name: str = "", symbol: str = "") -> Step:
    """One axis read as two, `parts` blocks (outer) of equal size (inner). InputError where sizes do not divide."""
    size = x.size(axis)
    if parts < 1 or size % parts:
        raise InputError(
            x.label,
            axis_place(axis),
            say("{size} positions cannot be shared out among {parts} {outer}s", size=size, parts=parts, outer=outer),
        )
    blocks = Axis(outer, tuple(str(n + 1) for n in range(parts)))
    places = Axis(inner, tuple(str(n + 1) for n in range(size // parts)))
    return apply(Split(axis, blocks, places), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class Merge(Primitive):
    """Two axes as one, the last: position outer * (inner size) + inner. Concatenating heads does this."""

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
        return Call(np.reshape, views=(view,), last=(tuple(axis.size for axis in axes),))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        size = operands[0].size(self.inner)
        place = where[self.into.name]
        outer = ex.Index(((place, 1, size, 0),))
        inner = ex.Index(((place, 1, 1, size),))
        return operands[0].at({**where, self.outer: outer, self.inner: inner})

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        x = operands[0]
        parts = apply(Split(self.into.name, x.axis(self.outer), x.axis(self.inner)), gradient)
        yield gathered((parts,), x.axes)


def merge(x: Step, outer: str, inner: str, into: Axis | str, name: str = "", symbol: str = "") -> Step:
    """The positions (outer, inner) of x as one axis `into`, which comes last. into: an axis, or a name for one."""
    if isinstance(into, str):
        pairs = (f"{a}·{b}" for a in x.axis(outer).labels for b in x.axis(inner).labels)
        into = Axis(into, tuple(pairs))
    return apply(Merge(outer, inner, into), x, name=name, symbol=symbol)


# --- parts of an axis, and concatenation ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Positions(Primitive):
    """Base of what reads positions of an axis `old` as the positions of a new one, whose names `new` has."""

    old: str
    new: Axis
    sign = "take"
    rearranges = True

    @property
    def positions(self) -> list[int]:
        """The positions that are taken, in the order of the new axis."""
        raise NotImplementedError

    def axes(self, name: str, *operands: Step) -> Axes:
        return tuple(self.new if axis.name == self.old else axis for axis in operands[0].axes)

    def call(self, axes: Axes, *operands: Step) -> Call:
        whole = [slice(None)] * names(operands[0].axes).index(self.old)
        return Call(kernels.take, (), {"where": (*whole, self.positions)})

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        (x,) = operands
        taken = np.zeros((self.new.size, x.size(self.old)), gradient.value.dtype)
        taken[range(self.new.size), self.positions] = 1.0
        old = x.axis(self.old).renamed(f"{self.old}'")
        back = contract(gradient, source("places", taken, (self.new, old), "P"), over=self.new.name)
        ends = (axis.name if axis.name != self.old else old.name for axis in x.axes)
        yield rename(contract(back, to=ends), old.name, self.old)


@dataclass(frozen=True)
class Take(Positions):
    """Positions start, start + every, ... of one axis, each `repeat` times, as the positions of a new axis."""

    start: int
    every: int
    repeat: int

    @property
    def positions(self) -> list[int]:
        return [self.start + self.every * (n // self.repeat) for n in range(self.new.size)]

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        position = ex.Index(((where[self.new.name], self.every, self.repeat, 0),), self.start)
        return operands[0].at({**where, self.old: position})


def take(
    x: Step,
    axis: str,
    start: int = 0,
    stop: int | None = None,
    *,
    every: int = 1,
    repeat: int = 1,
    into: str = "",
    labels: Sequence[str] = (),
    name: str = "",
    symbol: str = "",
) -> Step:
    """Positions start, start + every, ... before `stop` of one axis, under the same name or `into`.

    repeat: each position so many times in a row. labels: of the new axis; else the labels of the positions taken.
    Raises InputError where no position is left.
    """
    found = x.axis(axis).labels[start:stop:every]
    if not found:
        raise InputError(
            name or x.label,
            axis_place(axis),
            say("has no positions from {start} to {stop}", start=start + 1, stop=stop),
        )
    wanted = tuple(labels) or tuple(label for label in found for _ in range(repeat))
    new = Axis(into or axis, wanted)
    return apply(Take(axis, new, start, every, repeat), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class Gather(Positions):
    """Any positions of one axis, in any order and as often as wanted, as the positions of a new axis."""

    places: tuple[int, ...]

    @property
    def positions(self) -> list[int]:
        return list(self.places)

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        parts = tuple(operands[0].at({**where, self.old: ex.Index((), place)}) for place in self.places)
        return ex.piece(where[self.new.name], tuple(range(len(parts))), parts)


def gather(x: Step, axis: str, places: Sequence[int], into: Axis, name: str = "", symbol: str = "") -> Step:
    """x at these positions of an axis, counted from 0, which become the positions of `into`: rows read by their ids.

    As many places as `into` has positions. Raises InputError for a place outside of the axis.
    """
    size = x.size(axis)
    for position, place in enumerate(places):
        if not 0 <= place < size:
            raise InputError(
                name or x.label,
                into.at(position),
                say("has place {place}, not one of 0 to {size}", place=place, size=size - 1),
            )
    return apply(Gather(axis, into, tuple(places)), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class AtPosition(Primitive):
    """One position of one axis, which the result does not have."""

    axis: str
    position: int
    sign = "take"
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        return _without(operands[0].axes, self.axis)

    def call(self, axes: Axes, *operands: Step) -> Call:
        whole = [slice(None)] * names(operands[0].axes).index(self.axis)
        return Call(kernels.take, (), {"where": (*whole, self.position)})

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return operands[0].at({**where, self.axis: ex.Index((), self.position)})

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        (x,) = operands
        place = np.zeros(x.size(self.axis), gradient.value.dtype)
        place[self.position] = 1.0
        yield contract(gradient, source("place", place, (x.axis(self.axis),), "P"), to=names(x.axes))


def index(x: Step, axis: str, position: int, name: str = "", symbol: str = "") -> Step:
    """x at one position of an axis, counted from 0; the axis is dropped. Raises InputError outside of it."""
    size = x.size(axis)
    if not 0 <= position < size:
        raise InputError(
            name or x.label,
            axis_place(axis),
            say("has no position {position}, only {size}", position=position + 1, size=size),
        )
    return apply(AtPosition(axis, position), x, name=name, symbol=symbol)


@dataclass(frozen=True)
class Concat(Primitive):
    """The operands one after another along one axis; an operand without that axis fills one position of it."""

    along: Axis
    order: tuple[str, ...]
    sign = "concat"
    rearranges = True

    def axes(self, name: str, *operands: Step) -> Axes:
        known = {axis.name: axis for axis in operands[0].axes} | {self.along.name: self.along}
        return tuple(known[each] for each in self.order)

    def call(self, axes: Axes, *operands: Step) -> Call:
        views = tuple(aligned(step, self.order) for step in operands)
        return Call(kernels.concat, (), {"axis": self.order.index(self.along.name)}, views)

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        place = where[self.along.name]
        starts = self._starts(operands)
        parts = []
        for start, step in zip(starts, operands, strict=True):
            within = ex.Index(((place, 1, 1, 0),), -start)
            parts.append(step.at({**where, self.along.name: within}))
        return ex.piece(place, starts, tuple(parts))

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step]:
        for start, step in zip(self._starts(operands), operands, strict=True):
            if self.along.name in names(step.axes):
                axis = step.axis(self.along.name)
                part = take(gradient, axis.name, start, start + axis.size, labels=axis.labels)
            else:
                part = sum_over(take(gradient, self.along.name, start, start + 1), over=self.along.name)
            yield gathered((part,), step.axes)

    def _starts(self, operands: Sequence[Step]) -> tuple[int, ...]:
        extents = (_extent(step, self.along.name) for step in operands[:-1])
        return tuple(accumulate(extents, initial=0))


def _extent(step: Step, axis: str) -> int:
    return step.size(axis) if axis in names(step.axes) else 1


def concat(
    *steps: Step,
    along: str,
    labels: Sequence[str] = (),
    to: Iterable[str] = (),
    name: str = "",
    symbol: str = "",
) -> Step:
    """Steps one after another along an axis; all other axes must agree. Result axes: those of the first, or `to`.

    labels: of the new axis; else those of the steps. Raises InputError where other axes differ.
    """
    first = steps[0]
    for step in steps[1:]:
        _require_same_axes(name or "concat", first, step, along)
    joined = tuple(labels) or tuple(label for step in steps for label in _labels(step, along))
    own = names(first.axes)
    order = tuple(to) or (own if along in own else (*own, along))
    return apply(Concat(Axis(along, joined), order), *steps, name=name, symbol=symbol)


def _require_same_axes(name: str, first: Step, step: Step, along: str) -> None:
    first_others = _without(first.axes, along)
    others = _without(step.axes, along)
    union(name, [(first.label, first_others), (step.label, others)])
    if set(names(others)) != set(names(first_others)):
        message = say(
            '{step} has axes "{joined_names}" but {first} "{joined_names_2}"',
            step=step.label,
            joined_names=joined_names(step.axes),
            first=first.label,
            joined_names_2=joined_names(first.axes),
        )
        raise InputError(name, "", message)


def _without(axes: Axes, name: str) -> Axes:
    return tuple(axis for axis in axes if axis.name != name)


def _labels(step: Step, along: str) -> tuple[str, ...]:
    return step.axis(along).labels if along in names(step.axes) else (step.name or step.symbol,)


def stack(*steps: Step, along: Axis, to: Iterable[str] = (), name: str = "", symbol: str = "") -> Step:
    """Steps of equal axes as the positions of one new axis, which comes last unless `to` says otherwise."""
    return concat(*steps, along=along.name, labels=along.labels, to=to, name=name, symbol=symbol)
