"""What a mechanism's insight picture shows, as data. The pages decide how it looks; nothing here draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .step import Step


@dataclass(frozen=True)
class Matrices:
    """Steps to lay side by side, each under its own title; every cell still answers with its arithmetic."""

    caption: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Bars:
    """Groups of bars: one series per name over shared labels."""

    caption: str
    labels: tuple[str, ...]
    series: dict[str, tuple[float, ...]]
    axis: str = ""
    stacked: bool = False


@dataclass(frozen=True)
class Hull:
    """Points of a plane, the polygon around them, and outputs pulled towards them by springs.

    values and outputs: name to (x, y); strengths: for each output, one weight per value.
    """

    caption: str
    values: dict[str, tuple[float, ...]]
    outputs: dict[str, tuple[float, ...]]
    strengths: dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class Curves:
    """Lines over a shared horizontal axis."""

    caption: str
    x: tuple[float, ...]
    series: dict[str, tuple[float, ...]]
    x_title: str
    y_title: str


def rows(labels: Iterable[str], matrix: Any) -> dict[str, tuple[float, ...]]:
    """Each row of a matrix as a series under its label; a label that comes again is numbered."""
    return {label: tuple(map(float, row)) for label, row in zip(distinct(labels), matrix, strict=True)}


def distinct(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels, the second "is" as "is (2)"."""
    found: dict[str, None] = {}
    for label in labels:
        options = (label, *(f"{label} ({n})" for n in range(2, len(found) + 3)))
        found[next(option for option in options if option not in found)] = None
    return tuple(found)


Picture = Matrices | Bars | Hull | Curves
