"""Sizes for random numbers that keep a mechanism's constraints: primes that differ, and the smallest there can be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from attention_core import Mechanism
from attention_core.lesson.constraints import Constraint, Multiple, Sum, amount, settled

PRIMES = (3, 2, 5, 7, 11, 13, 17, 19)
# In all inputs together. Where primes that differ from each other make more, any sizes that do; else those that meet.
MOST_NUMBERS = 600
MOST_TRIED = 2000  # in one search: what has not come together by then would be large
AGAIN = 6  # so many tables more are reckoned for an axis along which steps are done again
# How many positions it takes until everything there is to see of a mechanism happens.
LONG_ENOUGH = {
    "kv-cache": {"token": 7},  # some tokens are prompt, some come one by one
    "luong-local-attention": {"key": 11},  # a window that does not reach the ends
    "flash-online-softmax": {"key": 7},  # several tiles, the last one not full
    "advanced-lstm": {"time": 7, "lag": 5},
    "sab": {"time": 7},  # a cut and a choice
    "pervasive-attention": {"target": 7},  # more rows than two layers of kernels see
    "ra-cnn": {"row": 5, "column": 5},  # room for a box to move in
}


def prime_sizes(mechanism: Mechanism, options: Mapping[str, Any]) -> dict[str, int]:
    """A prime of its own for every axis, so that no transposed or swapped array fits by accident.

    But for axes whose size follows from others or is given; what is divided among heads is a prime times the heads.
    """
    chosen = {name: option.default for name, option in mechanism.options.items()} | dict(options)
    return dict(_prime_sizes(mechanism, tuple(chosen.items())))


@cache
def _prime_sizes(mechanism: Mechanism, options: tuple[tuple[str, Any], ...]) -> dict[str, int]:
    search = Search(mechanism, dict(options))
    heaviest, ascending = search.heaviest_first(), sorted(PRIMES)
    tries = (
        (MOST_NUMBERS, search.sizes(search.free, PRIMES, apart=True)),
        (MOST_NUMBERS, search.sizes(heaviest, ascending, apart=True)),
        (2 * MOST_NUMBERS, search.sizes(heaviest, range(2, 20), apart=True)),
        *((math.inf, search.sizes(heaviest, ascending[:many], apart=False)) for many in range(2, len(PRIMES) + 1)),
    )
    for most, found in tries:
        sizes = next(found, None)
        if sizes and numbers(mechanism, sizes) <= most:
            return sizes
    raise AssertionError(f"no sizes keep the constraints of {mechanism.key}")


def smallest_sizes(mechanism: Mechanism, options: Mapping[str, Any]) -> dict[str, int]:
    """One position along every axis, or as few as the constraints allow."""
    found = settled(mechanism.constraints, dict.fromkeys(axes_of(mechanism), 1), options)
    assert found, f"no small sizes keep the constraints of {mechanism.key}"
    return found


def axes_of(mechanism: Mechanism) -> list[str]:
    return list(dict.fromkeys(axis for name in mechanism.inputs for axis in mechanism.positions(name)))


def numbers(mechanism: Mechanism, sizes: Mapping[str, int]) -> int:
    """How many numbers all inputs hold together."""
    return sum(math.prod(sizes[axis] for axis in mechanism.positions(name)) for name in mechanism.inputs)


def sums_of(mechanism: Mechanism) -> dict[str, tuple[str | int, ...]]:
    """Axes whose sizes follow from others or are given, with what they are made of."""
    return {each.axis: each.parts for each in mechanism.constraints if isinstance(each, Sum)}


def tables_of(mechanism: Mechanism) -> list[set[str]]:
    """The axes that meet in an input or in a step of the first preset, whatever they are called there."""
    tables = {frozenset(mechanism.positions(name)) for name in mechanism.inputs}
    first, owners = mechanism.first, dict[str, str]()
    for name, value in first.inputs.items():
        for axis, size in zip(mechanism.positions(name), np.shape(value), strict=True):
            owners |= {f"{axis} {n}": axis for n in range(size)}
    labels = {axis: tuple(label for label in owners if owners[label] == axis) for axis in axes_of(mechanism)}
    for step in mechanism.trace(first.inputs, labels, **first.options):
        tables.add(frozenset(owners[label] for axis in step.axes for label in axis.labels[:1] if label in owners))
    return sorted(map(set, tables), key=sorted)


def repeated(mechanism: Mechanism) -> set[str]:
    """Axes along which the same steps are done again at every position, which makes positions dear."""
    trace = mechanism.trace()
    return {axis for axis in axes_of(mechanism) if trace.series and is_repeated(mechanism, axis, len(trace))}


def is_repeated(mechanism: Mechanism, axis: str, steps: int) -> bool:
    """Whether there are other steps where the axis has one position less."""
    shorter = {}
    for name, value in mechanism.first.inputs.items():
        cuts = tuple(slice(-1) if each == axis else slice(None) for each in mechanism.positions(name))
        shorter[name] = np.asarray(value)[cuts]
    try:
        return len(mechanism.trace(shorter)) != steps
    except ValueError:
        return False


class Search:
    """Goes through the axes one by one, and takes of each the first prime that lets the others find theirs."""

    def __init__(self, mechanism: Mechanism, options: Mapping[str, Any]) -> None:
        self.mechanism, self.options = mechanism, options
        self.sums, self.tables = sums_of(mechanism), tables_of(mechanism)
        self.axes = set(axes_of(mechanism))
        self.involved = [(each, self._named_in(each)) for each in mechanism.constraints]
        self.multiples = [each for each in mechanism.constraints if isinstance(each, Multiple)]
        self.divisors = {each.of: self._divisor(each.of) for each in self.multiples if each.of not in options}
        again = repeated(mechanism)
        self.free = sorted(
            (axis for axis in axes_of(mechanism) if axis not in self.sums), key=lambda axis: axis not in again
        )
        self.least = LONG_ENOUGH.get(mechanism.key, {})

    def _named_in(self, constraint: Constraint) -> set[str]:
        words = itertools.chain(*(part if isinstance(part, tuple) else (part,) for part in vars(constraint).values()))
        return {word for word in words if isinstance(word, str)} & self.axes

    def _divisor(self, axis: str) -> int:
        return math.lcm(*(each.divisor(self.options) for each in self.multiples if each.of == axis and not each.rest))

    def _given(self) -> Iterator[int]:
        """Sizes that are plain numbers."""
        yield from (parts[0] for parts in self.sums.values() if len(parts) == 1 and isinstance(parts[0], int))

    def _shared(self) -> Iterator[int]:
        """Into how many heads or pairs something is divided, and how many share one: they are sizes of steps."""
        for each in self.multiples:
            if not each.rest:
                yield from (amount((part,), self.options) for part in each.factors)
            if each.of in self.options:
                yield self.options[each.of] // each.divisor(self.options)

    def heaviest_first(self) -> list[str]:
        """The axes in the order in which another position costs most."""
        weights = dict.fromkeys([*self.free, *self.sums], 0)
        for name in self.mechanism.inputs:
            for axis in self.mechanism.positions(name):
                for part in self._parts(axis):
                    weights[part] += 1
        for axis in repeated(self.mechanism):
            weights[axis] += AGAIN
        return sorted(self.free, key=lambda axis: -weights[axis])

    def _parts(self, axis: str) -> Iterator[str]:
        """The free axes an axis is made of."""
        if axis in self.free:
            yield axis
        for part in self.sums.get(axis, ()):
            if isinstance(part, str):
                yield from self._parts(part)

    def sizes(self, order: Sequence[str], primes: Sequence[int], apart: bool) -> Iterator[dict[str, int]]:
        """apart: whether every size differs from all others, and not only from those it meets in a table."""
        self.tried = 0
        yield from self._from({}, order, primes, apart)

    def _from(
        self, found: dict[str, int], order: Sequence[str], primes: Sequence[int], apart: bool
    ) -> Iterator[dict[str, int]]:
        sizes = self._whole(found)
        self.tried += 1
        if self.tried > MOST_TRIED or not self._fits(sizes, apart):
            return
        if len(found) == len(order):
            yield sizes
            return
        axis = order[len(found)]
        for prime in primes:
            if self._is_free(axis, prime, found, apart):
                yield from self._from({**found, axis: prime}, order, primes, apart)

    def _is_free(self, axis: str, prime: int, found: Mapping[str, int], apart: bool) -> bool:
        """Whether the axis is long enough with it, and nothing that meets the axis has that many positions or parts."""
        near = set(self.divisors) if axis in self.divisors else set()
        near |= set().union(*(table for table in self.tables if axis in table))
        others = {size for each, size in found.items() if apart or each in near}
        others |= {*self._shared(), *(self._given() if apart else ())}
        return prime not in others and prime * self.divisors.get(axis, 1) >= self.least.get(axis, 1)

    def _whole(self, found: Mapping[str, int]) -> dict[str, int]:
        """The sizes of the axes found, and of those that follow from them."""
        sizes = {axis: prime * self.divisors.get(axis, 1) for axis, prime in found.items()}
        for _ in self.sums:
            for axis, parts in self.sums.items():
                if all(part in sizes or part not in self.axes for part in parts):
                    sizes[axis] = amount(parts, sizes)
        return sizes

    def _fits(self, sizes: Mapping[str, int], apart: bool) -> bool:
        """Whether all that is known by now is kept, under every choice, and sizes that meet differ."""
        known = {**self.options, **sizes}
        if not all(each.holds(known) for each, axes in self.involved if axes <= sizes.keys()):
            return False
        free = [size for axis, size in sizes.items() if axis not in self.sums]
        pairs = (pair for table in self.tables for pair in itertools.combinations(sorted(table & sizes.keys()), 2))
        met = all(sizes[a] != sizes[b] or self.are_one(a, b) for a, b in pairs)
        return met and (not apart or len(set(free)) == len(free))

    def are_one(self, a: str, b: str) -> bool:
        """Whether a constraint makes two axes equally long."""
        return self.sums.get(a) == (b,) or self.sums.get(b) == (a,)
