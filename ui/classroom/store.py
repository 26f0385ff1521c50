"""Where classes are kept: one small interface, in SQLite (sqlite_store.py) or in Redis (redis_store.py).

A class is a few books of texts by key, which end with the class. All that is known about a class lives in its books, so
that any process that reaches the store can serve it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol


class StoreError(Exception):
    """The store cannot be reached, or refuses to work: nothing is known about the class at the moment."""


class GoneError(Exception):
    """There is no such class: there never was, it ended, or its time is over."""


class FullError(Exception):
    """A book has as many entries as it may have."""


class Store(Protocol):
    """Books of a class. Every operation may raise StoreError; those that write are done once they return."""

    async def open(self, code: str, until: float, entries: Mapping[str, str]) -> bool:
        """Begin a class with these entries in its book "class"; False where the code is taken.

        until: the end of the class, in seconds since 1970.
        """
        ...

    async def get(self, code: str, book: str, key: str) -> str | None: ...

    async def all(self, code: str, book: str) -> dict[str, str]: ...

    async def put(self, code: str, book: str, key: str, value: str) -> None:
        """Write an entry over any there was. Raises GoneError."""
        ...

    async def add(self, code: str, book: str, key: str, value: str, most: int) -> str:
        """Write an entry unless there is one; returns what stands there. Raises GoneError, FullError."""
        ...

    async def remove(self, code: str, book: str, key: str) -> None: ...

    async def bump(self, code: str) -> int:
        """Count one further in the entry "revision" of the book "class"; returns the count. Raises GoneError."""
        ...

    async def end(self, code: str) -> None:
        """Forget a class and all its books."""
        ...

    async def classes(self) -> int:
        """How many there are."""
        ...

    async def tell(self, code: str, topic: str) -> None:
        """Have every process that listens to a class know that something of it changed."""
        ...

    def listen(self, code: str) -> AsyncIterator[str]:
        """Topics as they are told. "" comes first, and whenever some may have been missed: look at everything."""
        ...

    async def take(self, limit: str, key: str = "", cost: int = 1) -> bool:
        """Whether a limit of `limits.SHARED` has one left for this key; takes it. cost: 0 only looks."""
        ...

    async def check(self) -> None:
        """Raises StoreError where the store does not answer."""
        ...

    async def close(self) -> None: ...
