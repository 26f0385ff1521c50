"""How much the generic checks try: by default a sample, the same on every run; with `pytest --all` everything there is.

The sample meets every mechanism with every kind of check. With which preset, option or section goes by turns: the next
mechanism takes the next one of its own, and another test starts at another one.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
everything: bool | None = None  # whether `--all` was said; tests/conftest.py knows before any test file is read


def some(full: T, sample: T) -> T:
    """The sample, or with `--all` the full list (or number, or whatever says how much)."""
    assert everything is not None, "pytest has not read its options yet"
    return full if everything else sample


def thinned(full: Sequence[T], most: int) -> list[T]:
    """At most so many, evenly spread, the first and the last among them; with `--all` every one."""
    spread = [full[n * (len(full) - 1) // (most - 1)] for n in range(most)]
    return [*full] if len(full) <= most else [*some(full, spread)]


def by_turns(groups: Iterable[Sequence[T]], word: str) -> list[T]:
    """Of each group one, of the next group the next one; with `--all` everything. The word decides where it starts."""
    start = zlib.crc32(word.encode())
    return [each for n, group in enumerate(groups) for each in some(group, [group[(start + n) % len(group)]])]


def grouped(cases: Iterable[T], owner: Callable[[T], Any]) -> list[list[T]]:
    """Neighbours that belong together."""
    return [[*group] for _, group in itertools.groupby(cases, owner)]


@contextmanager
def naming(case: object) -> Iterator[None]:
    """Where one test goes through many cases, what fails says in which."""
    try:
        yield
    except Exception as error:
        error.add_note(f"in the case: {case}")
        raise
