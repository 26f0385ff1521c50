"""Named axes: an array says what each of its axes means, and two arrays are combined along axes of the same name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .errors import InputError
from .language import label_said, say, term


@dataclass(frozen=True)
class Axis:
    """One axis of an array: its name ("query") and a label for each position along it."""

    name: str
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """The number of positions."""
        return len(self.labels)

    def renamed(self, name: str) -> Axis:
        """The same positions and labels under another name."""
        return Axis(name, self.labels)

    def at(self, position: int) -> str:
        """The words for one position (counted from 0) in a message: "query Input 2".

        Where the label begins with the axis name the name is not repeated: "Query 2".
        """
        label = self.labels[position]
        tells_axis = label.lower().startswith(self.name.lower())
        return label_said(label) if tells_axis else f"{term(self.name)} {label_said(label)}"


Axes = tuple[Axis, ...]


@lru_cache(maxsize=256)
def numbered(name: str, size: int) -> Axis:
    """An axis of `size` positions with the labels 1, 2, 3 ..."""
    return Axis(name, tuple(str(position + 1) for position in range(size)))


def names(axes: Iterable[Axis]) -> tuple[str, ...]:
    """The names of the axes, in their order."""
    return tuple([axis.name for axis in axes])


def joined_names(axes: Iterable[Axis]) -> str:
    """The names of the axes as one text, "query, key"; "no axes" for an array without any."""
    return ", ".join(names(axes)) or say("no axes")


def axis_place(name: str) -> str:
    """An axis as the place in an input that a message is about."""
    return say('axis "{axis}"', axis=term(name))


def cell_name(axes: Iterable[Axis], place: Iterable[int]) -> str:
    """The words for one cell in a message, "query Input 2, key Input 1". place: a position along each axis, from 0."""
    return ", ".join(axis.at(int(position)) for axis, position in zip(axes, place, strict=True))


def union(step: str, operands: Sequence[tuple[str, Axes]]) -> dict[str, Axis]:
    """Every axis of the operands (pairs of label and axes), by name, in order of first appearance.

    step: the name of the step that is computed, for the message. Raises InputError where one name has two sizes.
    """
    found: dict[str, tuple[str, Axis]] = {}
    for owner, axes in operands:
        for axis in axes:
            first_owner, first = found.setdefault(axis.name, (owner, axis))
            if first.size != axis.size:
                raise InputError(
                    step or owner,
                    axis_place(axis.name),
                    say(
                        "{one} has {size} but {other} has {other_size}",
                        one=first_owner,
                        size=first.size,
                        other=owner,
                        other_size=axis.size,
                    ),
                )
    return {name: axis for name, (_, axis) in found.items()}
