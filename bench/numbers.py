"""Medians, percentiles and tables."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank); nan of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered), max(1, math.ceil(share * len(ordered)))) - 1] if ordered else math.nan


def median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return math.nan
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def spread(values: Sequence[float], digits: int = 0) -> str:
    """median / p95, as the tables print it."""
    return f"{median(values):.{digits}f} / {percentile(values, 0.95):.{digits}f}"


@dataclass
class Goal:
    """One target of the project and whether this run met it."""

    text: str
    measured: str
    met: bool


@dataclass
class Report:
    """One table with what was learnt from it. notes: one sentence each."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def add(self, row: tuple[Any, ...]) -> None:
        self.rows.append(row)
        print("measured", *row[:2], file=sys.stderr, flush=True)

    def markdown(self) -> str:
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        table = "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
        notes = "\n".join(f"- {note}" for note in self.notes)
        return f"## {self.title}\n\n{table}\n\n{notes}\n"

    def text(self) -> str:
        """The same table for a terminal, columns aligned."""
        lines = [tuple(map(str, line)) for line in (self.columns, *self.rows)]
        widths = [max(len(line[n]) for line in lines) for n in range(len(self.columns))]
        padded = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        return "\n".join((f"\n{self.title}", *(line.rstrip() for line in padded)))
