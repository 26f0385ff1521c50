"""A pasted text as a table of numbers, with the names that stand beside it.

Every refusal is an InputError naming the field, the row and the column. Nothing is executed, and the steps are as many
as the characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.lesson.mechanism import Input, position
from ui.state import MAPPED, Table

from .grammar import HIDES, SENTENCES
from .names import Parted, parted
from .notations import Nest, Written, refuse_left_out, written
from .numbers import ReadingError, decimal_mark, read_number

MOST_CHARACTERS = 2_000_000
MOST_NAMES = 3  # rows or columns of them


@dataclass(frozen=True)
class Reading:
    """A table, names of its positions by the number of the axis, and what a reader should know of how it was read."""

    table: Table
    names: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_table(name: str, text: str, axes: int | tuple[str, ...] = 2, switch: bool = False) -> Reading:
    """The table in a text. axes: how many are wanted, or their names; switch: every cell is 0 or 1.

    Of three axes: tables with a blank line between them.
    """
    if isinstance(axes, tuple):
        return read_input(name, text, Input(axes, "", switch), axes)
    return read_input(name, text, Input(("",) * axes, "", switch), ())


def read_input(name: str, text: str, spec: Input, named: tuple[str, ...]) -> Reading:
    """The table of an input in a text. named: the names of its axes, as far as they are known."""
    dimensions, switch = len(spec.axes), spec.switch
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            name,
            "",
            say(
                "{count:,} characters are too many (at most {most_characters:,})",
                count=len(text),
                most_characters=MOST_CHARACTERS,
            ),
        )
    if not text.strip():
        raise InputError(name, "", say("is empty"))
    try:
        found = written(text, dimensions, switch)
        _refuse_long(name, found.cells)
        refuse_left_out(found.cells)
        parts = _parts(found, dimensions, named[:-1])
        cells = parts[0].rows if len(parts) == 1 and dimensions < 3 else [part.rows for part in parts]
        nest = found.cells if found.bracketed else cells
        values = _fitted(numbers_of(nest), dimensions)
    except ReadingError as refused:
        raise InputError(name, position(refused.place) if refused.place else "", refused.message) from None
    return Reading(checked(name, values, spec), _names(parts, dimensions), tuple(_notes(parts)))


def checked(name: str, values: Any, spec: Input) -> Table:
    """Nested lists, or an array, as the table of an input. Raises InputError naming what does not fit."""
    return limited(name, spec.table(name, _shown(name, values) if spec.switch else values))


def limited(name: str, table: Table) -> Table:
    """The table, unless one of its axes is longer than can be shown; then InputError is raised."""
    if max(table.shape, default=0) > MAPPED:
        raise InputError(
            name,
            "",
            say("has {max} rows or columns; at most {mapped} can be shown", max=max(table.shape), mapped=MAPPED),
        )
    return table


def _refuse_long(name: str, nest: Nest) -> None:
    """Raise InputError for what no table can be, with names and all, before it is looked at cell by cell."""
    inner = [item for item in nest if isinstance(item, list)]
    longest = max(len(nest), *map(len, inner)) if inner else len(nest)
    if longest > MAPPED + MOST_NAMES:
        raise InputError(
            name,
            "",
            say("has {longest:,} rows or columns; at most {mapped} can be shown", longest=longest, mapped=MAPPED),
        )
    for item in inner:
        _refuse_long(name, item)


# --- names -----------------------------------------------------------------------------------------------------------


def _parts(found: Written, dimensions: int, axes: tuple[str, ...]) -> list[Parted]:
    """Names and numbers of every block; a text in brackets has no names."""
    if found.bracketed:
        return []
    if dimensions < 3:
        return [parted(found.cells, found.counted, axes)]
    parts = [parted(block, found.counted, axes) for block in found.cells]
    return _grouped(parts[0]) if len(parts) == 1 and len(parts[0].left) == 2 else parts


def _grouped(part: Parted) -> list[Parted]:
    """Blocks of rows of a table whose first column names the block."""
    outer, inner = part.left
    runs = groupby(range(len(outer)), key=outer.__getitem__)
    blocks = [(name, list(places)) for name, places in runs]
    return [
        Parted([part.rows[n] for n in places], part.top, ((name,), tuple(inner[n] for n in places)))
        for name, places in blocks
    ]


def _names(parts: list[Parted], dimensions: int) -> dict[int, tuple[str, ...]]:
    """Names by the number of their axis."""
    if not parts:
        return {}
    first = parts[0]
    beside = first.left[-1] if first.left else ()
    if dimensions == 1:
        names = {0: first.top if len(first.top) > 1 else beside}
    else:
        names = {dimensions - 2: beside, dimensions - 1: first.top}
    if dimensions > 2 and all(len(part.left) == 2 for part in parts):
        names[0] = tuple(part.left[0][0] for part in parts)
    return {axis: each for axis, each in names.items() if each}


def _notes(parts: list[Parted]) -> Iterator[str]:
    if parts and parts[0].counted:
        yield say("The first row, {listed}, was read as a count of the columns.", listed=_listed(parts[0].counted))
    if any(part.doubtful for part in parts):
        row = _listed(parts[0].rows[0])
        yield say("The first row, {row}, was read as numbers. If it counts the columns, leave it out.", row=row)


def _listed(cells: list[str] | tuple[str, ...]) -> str:
    return ", ".join(cells[:4]) + (" ..." if len(cells) > 4 else "")


# --- numbers ---------------------------------------------------------------------------------------------------------


def numbers_of(cells: Nest) -> Any:
    """Nested lists of texts as nested lists of numbers, read with one decimal mark. Infinities are numbers here."""
    mark = decimal_mark(_leaves(cells))
    return _mapped(cells, lambda text: read_number(text, mark))


def _shown(name: str, values: Any) -> Any:
    """A mask that is added to scores as one of 0 and 1: what hides is 0, and 0 is 1. What is no table stays."""
    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return values
    hides = found <= HIDES
    if not hides.any():
        return values
    wrong = np.argwhere(~hides & (found != 0))
    if wrong.size:
        place = tuple(wrong[0])
        message = say(SENTENCES["MASK_OF_TWO_KINDS"], text=f"{found[hides][0]:g}", other=f"{found[place]:g}")
        raise InputError(name, position(place), message)
    return (~hides).astype(float)


def _mapped(nest: Any, change: Callable[[Any], float], place: tuple[int, ...] = ()) -> Any:
    if isinstance(nest, list):
        return [_mapped(item, change, (*place, n)) for n, item in enumerate(nest)]
    try:
        return change(nest)
    except ReadingError as refused:
        raise ReadingError(refused.message, place) from None


def _leaves(nest: Any) -> Iterator[str]:
    if not isinstance(nest, list):
        yield nest
        return
    for item in nest:
        yield from _leaves(item)


def _fitted(values: Any, dimensions: int) -> Any:
    """A row or a column as the row that is wanted."""
    if dimensions != 1 or not values or not all(isinstance(row, list) for row in values):
        return values
    if len(values) == 1:
        return values[0]
    is_column = all(len(row) == 1 and not isinstance(row[0], list) for row in values)
    return [row[0] for row in values] if is_column else values
