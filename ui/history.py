"""Undo and redo: the moments before the last changes, and those that were taken back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from time import monotonic
from typing import Generic, TypeVar

MOST = 200  # changes that can be taken back
MOST_NUMBERS = 2_000_000  # in the tables of all of them together: 16 MB for a visitor
PAUSE = 1.0  # seconds; what is changed again within them is one change

Moment = TypeVar("Moment")


class History(Generic[Moment]):
    """tables: sizes of the tables of a moment by their identity, for moments share what did not change."""

    def __init__(self, tables: Callable[[Moment], Mapping[int, int]]) -> None:
        self._tables = tables
        self._past: list[Moment] = []
        self._future: list[Moment] = []
        self._stroke: Hashable = None  # of the last change
        self._burst: tuple[Hashable, int, float] = (None, 0, 0.0)

    @property
    def ends(self) -> tuple[bool, bool]:
        """Whether there is a change to take back, and one to make again."""
        return bool(self._past), bool(self._future)

    def changed(self, before: Moment, after: Moment, stroke: Hashable = None) -> None:
        """A change was made. Changes of one stroke are taken back together; what was taken back before is gone."""
        self._future.clear()
        if stroke is None or stroke != self._stroke or not self._past:
            self._past.append(before)
        elif self._past[-1] == after:
            self._past.pop()  # the stroke has come back to where it began
        self._stroke = stroke
        self._shorten()

    def burst(self, field: str) -> Hashable:
        """A stroke for a field that is changed in small steps, one soon after the other."""
        (name, turn, time), now = self._burst, monotonic()
        again = name == field and now - time < PAUSE
        self._burst = (field, turn if again else turn + 1, now)
        return self._burst[:2]

    def turn(self, now: Moment, by: int) -> Moment | None:
        """The moment before the last change (by = -1), or after the one taken back last (by = 1)."""
        left, right = (self._past, self._future) if by < 0 else (self._future, self._past)
        if not left:
            return None
        self._stroke = None
        right.append(now)
        return left.pop()

    def _shorten(self) -> None:
        del self._past[:-MOST]
        while len(self._past) > 1 and self._size() > MOST_NUMBERS:
            del self._past[0]

    def _size(self) -> int:
        tables: dict[int, int] = {}
        for moment in self._past:
            tables.update(self._tables(moment))
        return sum(tables.values())
