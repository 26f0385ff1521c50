"""Which cells of a pasted table are names: its first row, its first columns, and the count that pandas writes there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .grammar import PATTERNS
from .numbers import folded, is_number

Rows = list[list[str]]
_WHOLE = re.compile(PATTERNS["WHOLE"])


@dataclass(frozen=True)
class Parted:
    """Rows of numbers, still as text, and what stood above and beside them.

    top: names of the columns. left: names of the rows, a list for each column of them. counted: the first row, where
    it counts the columns. doubtful: whether the first row may have been such a count and was taken as numbers.
    """

    rows: Rows
    top: tuple[str, ...] = ()
    left: tuple[tuple[str, ...], ...] = ()
    counted: tuple[str, ...] = ()
    doubtful: bool = False


def parted(rows: Rows, counted: bool = False, axes: tuple[str, ...] = ()) -> Parted:
    """Rows of cells, parted into names and numbers.

    counted: the first column is known to count the rows. axes: names of the axes before the last one; a first row that
    begins with them is a header, as in the files this app writes.
    """
    rows = _with_corner(rows)
    if counted:
        return Parted([row[1:] for row in rows])
    if len(rows) < 2 or len({len(row) for row in rows}) > 1:
        return Parted(rows)
    if axes and tuple(rows[0][:-1][: len(axes)]) == axes:
        return _below_header(rows, len(axes))
    beside = _names_beside(rows)
    if _is_header(rows, beside):
        return _below_header(rows, beside)
    left = _all_text(rows)
    numbers = [row[left:] for row in rows]
    return Parted(
        numbers,
        left=_columns(rows, left),
        doubtful=len(numbers[0]) > 2 and numbers[0][0] == "0" and _counts(numbers[0]),
    )


def _with_corner(rows: Rows) -> Rows:
    """A first row that is shorter by one names the columns beside a column of names: R and pandas print it so."""
    if len(rows) > 2 and len(rows[1]) == 1 and len(rows[0]) == len(rows[2]) - 1 and _is_text(rows[1][0]):
        rows = [rows[0], *rows[2:]]  # pandas' line with the name of the index
    if len(rows) < 2 or len(rows[0]) != len(rows[1]) - 1 or len({len(row) for row in rows[1:]}) > 1:
        return rows
    headed = [["", *rows[0]], *rows[1:]]
    is_count = (
        rows[0][:1] == ["0"]
        and _is_count(rows[0])
        and (_counts_down(headed) or all(_is_text(row[0]) for row in rows[1:]))
    )
    return headed if is_count or all(map(_is_text, rows[0])) else rows


def _names_beside(rows: Rows) -> int:
    """How many columns hold names or count the rows, if the first row is a header."""
    corner = next(
        (n for n, cell in enumerate(rows[0][:-1][:2]) if cell and not _is_text(cell)), min(2, len(rows[0]) - 1)
    )
    found = next((n for n in range(corner) if not any(_is_text(row[n]) for row in rows[1:])), corner)
    counts = corner > 0 and _counts_down(rows) and (not rows[0][0] or (_counts(rows[0][1:]) and _are_marked(rows, 1)))
    return found or int(counts)


def _is_header(rows: Rows, beside: int) -> bool:
    """Whether the first row names the columns, or counts them above numbers with a decimal point."""
    first = rows[0][beside:]
    if all(map(_is_text, first)):
        return True
    if beside and any(map(_is_text, first)):
        return all(not _is_text(cell) for row in rows[1:] for cell in row[beside:])
    return _counts(first) and ((beside > 0 and not rows[0][0]) or _are_marked(rows, beside))


def _below_header(rows: Rows, beside: int) -> Parted:
    first = tuple(map(_name, rows[0][beside:]))
    left = () if beside == 1 and _counts_down(rows) else _columns(rows[1:], beside)
    numbers = [row[beside:] for row in rows[1:]]
    return Parted(numbers, () if _counts(rows[0][beside:]) else first, left, first if _counts(first) else ())


def _all_text(rows: Rows) -> int:
    """How many of the first two columns hold nothing but names."""
    width = len(rows[0])
    return next((n for n in range(min(2, width - 1)) if not all(_is_text(row[n]) for row in rows)), min(2, width - 1))


def _columns(rows: Rows, beside: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_name(row[n]) for row in rows) for n in range(beside))


def _name(cell: str) -> str:
    """A name without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return re.sub("^'(?=[=+@-])", "", cell)


def _is_text(cell: str) -> bool:
    return bool(cell) and not is_number(cell)


def _is_whole(cell: str) -> bool:
    return bool(_WHOLE.fullmatch(folded(cell)))


def _counts(cells: list[str] | tuple[str, ...]) -> bool:
    """0, 1, 2 ... or 1, 2, 3 ..., two of them at least."""
    return len(cells) > 1 and _is_count(cells)


def _is_count(cells: list[str] | tuple[str, ...]) -> bool:
    return any(list(cells) == [str(n + start) for n in range(len(cells))] for start in (0, 1))


def _counts_down(rows: Rows) -> bool:
    """Whether the first column counts the rows below the first."""
    return _is_count([row[0] for row in rows[1:]])


def _are_marked(rows: Rows, beside: int) -> bool:
    """Whether no number below the first row is written as a whole number: the first row then is no part of them."""
    return not any(_is_whole(cell) for row in rows[1:] for cell in row[beside:])
