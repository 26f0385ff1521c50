"""What the two translators learn from: written dates and strings of digits, drawn from a seed.

NumPy alone, so that the tests can draw fresh strings as well. One calendar day in ten, and one string of digits in ten,
is never trained on, however it is spelled: those are for testing.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

MONTHS = tuple(name.lower() for name in calendar.month_name)
DAYS = tuple(name.lower() for name in calendar.day_name)
YEARS = range(1900, 2100)
CENTURY = range(1969, 2069)  # the years that two digits can stand for, as in POSIX
SPELLINGS = (
    "{day} {month} {year}",
    "{month} {day}, {year}",
    "{mon} {day} {year}",
    "{weekday} {day} {month} {year}",
    "{wkd}, {day} {mon} {year}",
    "{year}/{number}/{day}",
    "{dd}.{mm}.{year}",
    "{dd}/{mm}/{yy}",
    "{year}年{number}月{day}日",
)
SHORTEST = 4  # string of digits
LONGEST = 8  # string of digits


@dataclass(frozen=True)
class Example:
    """What is read, what should be written, and from where to where in the source each part of it stands."""

    source: str
    target: str
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def dates(rng: np.random.Generator, unseen: bool = False) -> Iterator[Example]:
    """Days of two centuries in one of nine spellings. unseen: only those that training leaves out."""
    while True:
        spelling = SPELLINGS[rng.integers(len(SPELLINGS))]
        years = CENTURY if "{yy}" in spelling else YEARS
        first = date(years[0], 1, 1)
        last = date(years[-1], 12, 31)
        day = date.fromordinal(int(rng.integers(first.toordinal(), last.toordinal() + 1)))
        if left_out(day) == unseen:
            yield spelled(day, spelling)


def left_out(day: date) -> bool:
    return (7 * day.year + 31 * day.month + 13 * day.day) % 10 == 0


def spelled(day: date, spelling: str) -> Example:
    words = {
        "day": f"{day.day}",
        "dd": f"{day.day:02}",
        "month": MONTHS[day.month],
        "mon": MONTHS[day.month][:3],
        "number": f"{day.month}",
        "mm": f"{day.month:02}",
        "year": f"{day.year}",
        "yy": f"{day.year % 100:02}",
        "weekday": DAYS[day.weekday()],
        "wkd": DAYS[day.weekday()][:3],
    }
    part = {
        "day": "day",
        "dd": "day",
        "month": "month",
        "mon": "month",
        "number": "month",
        "mm": "month",
        "year": "year",
        "yy": "year",
    }
    source = ""
    spans = {}
    for piece in spelling.replace("}", "{").split("{"):
        text = words.get(piece, piece)
        if piece in part:
            spans[part[piece]] = (len(source), len(source) + len(text))
        source += text
    return Example(source, day.isoformat(), spans)


def reversals(rng: np.random.Generator, unseen: bool = False) -> Iterator[Example]:
    """Strings of digits, and the same read from their end."""
    while True:
        digits = rng.integers(10, size=rng.integers(SHORTEST, LONGEST + 1))
        text = "".join(map(str, digits))
        if (digits @ np.arange(1, len(text) + 1) % 10 == 0) == unseen:
            yield Example(text, text[::-1])


@dataclass(frozen=True)
class Task:
    """A corpus to learn: what to draw, what may be read and written."""

    draw: Callable[..., Iterator[Example]]
    read: str
    written: str


_LETTERS = "".join(sorted({letter for name in (*MONTHS, *DAYS) for letter in name}))
TASKS = {
    "date-translator": Task(dates, f" ,./年月日0123456789{_LETTERS}", "0123456789-"),
    "reversal-translator": Task(reversals, "0123456789", "0123456789"),
}
