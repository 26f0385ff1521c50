"""Axes are words: every array says what its directions mean, and arrays meet by those names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .errors import InputError


@dataclass(frozen=True)
class Axis:
    """One direction of an array: its name ("query") and a label for each position along it."""

    name: str
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.labels)

    def renamed(self, name: str) -> Axis:
        return Axis(name, self.labels)

    def at(self, position: int) -> str:
        """How a sentence names a position: "query Input 2", and "Query 2" where the label says the axis already."""
        label = self.labels[position]
        return label if label.lower().startswith(self.name.lower()) else f"{self.name} {label}"


Axes = tuple[Axis, ...]


@lru_cache(maxsize=256)
def numbered(name: str, size: int) -> Axis:
    """An axis whose labels are 1, 2, 3 ..."""
    return Axis(name, tuple(str(position + 1) for position in range(size)))


def names(axes: Iterable[Axis]) -> tuple[str, ...]:
    return tuple(axis.name for axis in axes)


def joined_names(axes: Iterable[Axis]) -> str:
    """How a sentence lists axes: "query, key"; an array with none is "no axes"."""
    return ", ".join(names(axes)) or "no axes"


def union(step: str, operands: Sequence[tuple[str, Axes]]) -> dict[str, Axis]:
    """Every axis of the operands (pairs of label and axes), by name, in order of first appearance.

    Raises InputError when one name stands for two sizes.
    """
    found: dict[str, tuple[str, Axis]] = {}
    for owner, axes in operands:
        for axis in axes:
            first_owner, first = found.setdefault(axis.name, (owner, axis))
            if first.size != axis.size:
                raise InputError(
                    step or owner,
                    f'axis "{axis.name}"',
                    f"{first_owner} has {first.size} but {owner} has {axis.size}",
                )
    return {name: axis for name, (_, axis) in found.items()}
