"""The constraints between the sizes of a mechanism's axes and its options, stated once, as records.

`Mechanism.trace` raises InputError for sizes that break them, the page resizes dependent axes together, and the tests
search for sizes that satisfy them. An amount is a tuple of parts that are added up: the size of an axis, the number of
an option, or a plain number; a word that is neither counts as one position.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attention_core.engine.axes import axis_place
from attention_core.engine.errors import InputError
from attention_core.engine.language import say

Known = Mapping[str, Any]  # sizes by axis and choices by option; of one name for both, the size
Amount = tuple[str | int, ...]
FARTHEST = 64  # how many sizes beyond the wanted one are tried


def always(known: Known) -> bool:
    """For every size and choice."""
    return True


def amount(parts: Amount, known: Known) -> int:
    """The sum of the parts: sizes, numbers of options, plain numbers."""
    return sum(part if isinstance(part, int) else int(known.get(part, 1)) for part in parts)


@dataclass(frozen=True)
class Refusal:
    """The message for a broken constraint: the input or option, the axis of it or "", and a sentence.

    In the sentence {found} and {wanted} stand for the amounts compared, {parts} for the sum that is wanted, and the
    name of an axis or option in braces for its size or choice.
    """

    field: str
    axis: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """One condition. when: for which sizes and choices it is one. refusal: left out where the arithmetic refuses."""

    when: Callable[[Known], bool] = always
    refusal: Refusal | None = None

    def is_broken(self, known: Known) -> bool:
        return self.when(known) and not self.holds(known)

    def check(self, known: Known) -> None:
        """Raises InputError where the constraint is broken and has a refusal."""
        if self.refusal and self.is_broken(known):
            message = say(self.refusal.sentence, **{**known, **self._words(known)})
            where = axis_place(self.refusal.axis) if self.refusal.axis else ""
            raise InputError(self.refusal.field, where, message)

    def mended(self, known: Known, fixed: str) -> tuple[str, int] | None:
        """One axis other than `fixed` and the size that repairs it; None where there is no such size."""
        raise NotImplementedError

    def holds(self, known: Known) -> bool:
        raise NotImplementedError

    def _words(self, known: Known) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class Sum(Constraint):
    """An axis is as long as its parts together, which lie along it end to end: another axis, several, or a number.

    follows: whether it has no size of its own for the page to offer.
    """

    axis: str
    parts: Amount
    follows: bool = False

    def holds(self, known: Known) -> bool:
        return int(known[self.axis]) == amount(self.parts, known)

    def mended(self, known: Known, fixed: str) -> tuple[str, int] | None:
        if self.axis != fixed:
            return self.axis, amount(self.parts, known)
        (part, times), *others = Counter(self.parts).items()
        if others or isinstance(part, int):
            return None
        size, rest = divmod(known[self.axis], times)
        return None if rest else (part, size)

    def _words(self, known: Known) -> dict[str, Any]:
        parts = " + ".join(str(amount((part,), known)) for part in self.parts)
        return {"found": known[self.axis], "wanted": amount(self.parts, known), "parts": parts}


def ends(sums: Mapping[str, Amount]) -> dict[str, Amount]:
    """The parts of every axis, those in the place of parts that have parts themselves."""
    return {axis: tuple(_innermost(parts, sums)) for axis, parts in sums.items()}


def _innermost(parts: Amount, sums: Mapping[str, Amount]) -> Iterator[str | int]:
    for part in parts:
        if isinstance(part, str) and part in sums:
            yield from _innermost(sums[part], sums)
        else:
            yield part


@dataclass(frozen=True)
class AtLeast(Constraint):
    """One amount is not below another, such as a size below the number of an option."""

    parts: Amount
    least: Amount

    def holds(self, known: Known) -> bool:
        return amount(self.parts, known) >= amount(self.least, known)

    def mended(self, known: Known, fixed: str) -> tuple[str, int] | None:
        axis, *others = self.parts
        if others or axis == fixed or isinstance(axis, int):
            return None
        return axis, amount(self.least, known)

    def _words(self, known: Known) -> dict[str, Any]:
        return {"found": amount(self.parts, known), "wanted": amount(self.least, known)}


@dataclass(frozen=True)
class Multiple(Constraint):
    """A size, or the number of an option, is divisible by a product, or leaves a rest."""

    of: str
    factors: Amount
    rest: int = 0

    def divisor(self, known: Known) -> int:
        return math.prod(amount((factor,), known) for factor in self.factors)

    def holds(self, known: Known) -> bool:
        return bool(int(known[self.of]) % self.divisor(known) == self.rest)

    def mended(self, known: Known, fixed: str) -> tuple[str, int] | None:
        if self.of == fixed:
            return None
        size = int(known[self.of])
        missing = (self.rest - size) % self.divisor(known)
        return self.of, size + missing

    def _words(self, known: Known) -> dict[str, Any]:
        return {"found": known[self.of], "wanted": self.divisor(known)}


def given_width(owner: str, axis: str, width: int) -> Sum:
    """An axis whose size is given, by the weights it was trained with or by what its positions mean."""
    return Sum(axis, (width,), refusal=Refusal(owner, axis, say("must be {wanted} wide, not {found}")))


def even(axis: str, when: Callable[[Known], bool] = always) -> Multiple:
    """An axis whose positions come in pairs."""
    return Multiple(axis, (2,), when=when)


# --- sizes that fit ---------------------------------------------------------------------------------------------------


def settled(
    constraints: Sequence[Constraint], sizes: Mapping[str, int], options: Known, fixed: str = ""
) -> dict[str, int] | None:
    """The sizes with those changed that break a constraint, but for the axis `fixed`; None where they cannot be."""
    found = dict(sizes)
    for _ in range(len(constraints) + 1):
        known = {**options, **found}
        broken = next((each for each in constraints if each.is_broken(known)), None)
        if broken is None:
            return found
        repair = broken.mended(known, fixed)
        if repair is None:
            return None
        axis, size = repair
        if axis not in found or size < 1:
            return None
        found[axis] = size
    return None


def resized(
    constraints: Sequence[Constraint], sizes: Mapping[str, int], options: Known, axis: str, wanted: int
) -> dict[str, int]:
    """The sizes that go with a new one of an axis: the wanted one, else the next beyond it, else the last before it."""
    for size in _nearby(sizes[axis], wanted):
        found = settled(constraints, {**sizes, axis: size}, options, axis)
        if found:
            return found
    return dict(sizes)


def _nearby(now: int, wanted: int) -> Iterable[int]:
    """Sizes from the wanted one away from the present one, then those between the two, the nearest first."""
    step = 1 if wanted >= now else -1
    beyond = range(wanted, wanted + FARTHEST * step, step)
    yield from (size for size in beyond if size > 0)
    yield from range(wanted - step, now, -step)
