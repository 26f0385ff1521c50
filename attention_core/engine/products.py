"""Sums of products of large arrays, as np.einsum writes them, by the matrix product or the few passes they come to.

np.einsum looks for a way anew at every call, and may leave the result transposed in memory, which every later
operation pays for. Here a way is found once for each notation, and where it can be, the last axis of the result is the
last one in memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np

SHORT = 4  # positions of summed axes up to which products are added one by one, where there would be many matrices


def product(spec: str, *arrays: Any) -> Any:
    """np.einsum(spec, *arrays), for operands in each of which a letter stands once."""
    way = _way(spec)
    if any(way.alone):
        arrays = tuple(np.sum(array, axis=axes) for array, axes in zip(arrays, way.alone, strict=True))
    if not way.over:
        return reduce(np.multiply, (_onto(x, mine, way.out) for x, mine in zip(arrays, way.inputs, strict=True)))
    if len(arrays) != 2:
        return np.einsum(f"{','.join(way.inputs)}->{way.out}", *arrays, optimize=True)
    return _pair(*way.inputs, way.out).of(*arrays)


@dataclass(frozen=True)
class _Way:
    """A notation, read. alone: of each operand, the places of summed axes that no other has; inputs: its other letters.

    over: the letters that are summed and not alone.
    """

    inputs: tuple[str, ...]
    out: str
    alone: tuple[tuple[int, ...], ...]
    over: str


@lru_cache(maxsize=1024)
def _way(spec: str) -> _Way:
    operands, out = spec.split("->")
    given = operands.split(",")
    stays = {letter for letter in operands if letter in out or sum(letter in mine for mine in given) > 1}
    alone = tuple(tuple(n for n, letter in enumerate(mine) if letter not in stays) for mine in given)
    inputs = tuple("".join(letter for letter in mine if letter in stays) for mine in given)
    over = "".join(sorted(set("".join(inputs)) - set(out)))
    return _Way(inputs, out, alone, over)


def _onto(array: Any, mine: str, out: str) -> Any:
    """The array with its axes in the order of `out`, and an axis of size 1 for each that it lacks."""
    order, places = _placed(mine, out)
    return array.transpose(order)[places]


@lru_cache(maxsize=1024)
def _placed(mine: str, out: str) -> tuple[tuple[int, ...], tuple[slice | None, ...]]:
    order = tuple(mine.index(letter) for letter in out if letter in mine)
    return order, tuple(slice(None) if letter in mine else None for letter in out)


# --- two operands -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    """Two operands with summed axes, as one matrix product for each position of the axes they share.

    shared: axes of both and of the result. over: the summed ones. left, right: those of one operand alone. turned:
    whether the second operand is the left one, so that the last axis of the result is one of the right one's.
    """

    one: str
    other: str
    out: str
    shared: str
    over: str
    left: str
    right: str
    turned: bool

    def of(self, x: Any, y: Any) -> Any:
        """The sum of products."""
        sizes = dict(zip(self.one + self.other, x.shape + y.shape, strict=True))
        if self.shared and math.prod(sizes[letter] for letter in self.over) <= SHORT:
            return self._added_up(x, y, sizes)
        given = ((y, self.other), (x, self.one)) if self.turned else ((x, self.one), (y, self.other))
        lefts = _matrices(*given[0], (self.shared, self.left, self.over), sizes)
        rights = _matrices(*given[1], (self.shared, self.over, self.right), sizes)
        made = self.shared + self.left + self.right
        found = np.matmul(lefts, rights).reshape([sizes[letter] for letter in made])
        return found if made == self.out else found.transpose([made.index(letter) for letter in self.out])

    def _added_up(self, x: Any, y: Any, sizes: dict[str, int]) -> Any:
        # Passes run along the last axis of the larger operand; the smaller one is laid out alike.
        large, small = ((x, self.one), (y, self.other)) if x.size > y.size else ((y, self.other), (x, self.one))
        last = next(letter for letter in reversed(large[1]) if letter in self.out)
        made = self.out.replace(last, "") + last
        one, other = _onto(*large, self.over + made), np.ascontiguousarray(_onto(*small, self.over + made))
        first, *places = np.ndindex(*(sizes[letter] for letter in self.over))
        total = one[first] * other[first]
        for place in places:
            total += one[place] * other[place]
        return _onto(total, made, self.out)


@lru_cache(maxsize=1024)
def _pair(one: str, other: str, out: str) -> _Pair:
    both = set(one) & set(other)
    shared = "".join(letter for letter in out if letter in both)
    over = "".join(letter for letter in one if letter not in out)
    own = [letter for letter in out if letter not in both]
    turned = bool(own) and own[-1] in one
    left, right = (
        "".join(letter for letter in own if letter in mine) for mine in ((one, other)[:: -1 if turned else 1])
    )
    return _Pair(one, other, out, shared, over, left, right, turned)


def _matrices(array: Any, mine: str, parts: tuple[str, str, str], sizes: dict[str, int]) -> Any:
    """The array with its axes in three parts; the last two become the rows and columns of matrices."""
    order = [mine.index(letter) for letter in "".join(parts)]
    shape = [sizes[letter] for letter in parts[0]]
    shape += [math.prod(sizes[letter] for letter in part) for part in parts[1:]]
    found = array.transpose(order).reshape(shape)
    # Where neither rows nor columns lie together in memory, no library for matrices takes it as it is.
    return found if array.itemsize in found.strides[-2:] else np.ascontiguousarray(found)
