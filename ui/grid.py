"""The table in which the numbers of one input are typed, or pasted in blocks. Cells are read as everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from attention_core.engine.errors import InputError
from attention_core.engine.language import label_said, say, term
from attention_core.lesson.mechanism import position

from .reading.numbers import ReadingError, parse_number
from .state import Numbers, Session, Table

INDEX = "_index"  # Streamlit's name for the column of names
Changes = Mapping[int, Mapping[str, Any]]  # by row and column


@dataclass(frozen=True)
class Snapshot:
    """What a grid was opened on; it keeps its own edits on top of this."""

    table: Table
    names: tuple[str, ...]

    def same(self, other: Snapshot) -> bool:
        return self.names == other.names and np.array_equal(self.table, other.table)


def grid(session: Session, name: str) -> str:
    """Draw it, and return the key under which a refused edit has its sentence.

    The snapshot is renewed when the numbers or the names change elsewhere.
    """
    numbers = session.numbers
    block = _block(numbers, name)
    memory = st.session_state.setdefault(f"grid-{numbers.mechanism.key}-{name}-{block}", {"turn": 0})
    now = snapshot(numbers, name)
    if "seen" not in memory or not memory["seen"].same(now):
        memory.update(base=now, seen=now, turn=memory["turn"] + 1)
    key = f"grid-{numbers.mechanism.key}-{name}-{block}-{memory['turn']}"

    def take_edits() -> None:
        changes = st.session_state[key]["edited_rows"]
        session.echo.beside()
        session.attempt(key, lambda: edited_grid(session.numbers, name, memory["base"], block, changes))
        memory["seen"] = snapshot(session.numbers, name)

    frame = _frame(numbers, name, memory["base"], block)
    st.data_editor(
        frame, key=key, on_change=take_edits, width="stretch", num_rows="fixed",
        disabled=() if _row_axis(numbers, name) in numbers.token_axes() else (INDEX,),
        column_config={column: _column(numbers, name) for column in frame.columns},
    )  # fmt: skip
    return key


def _column(numbers: Numbers, name: str) -> Any:
    """Switches as boxes to tick; numbers as text, so that 0,5 and 1/4 reach the reader as they were typed."""
    if numbers.mechanism.inputs[name].switch:
        return st.column_config.CheckboxColumn()  # None would hide the column
    return st.column_config.TextColumn(alignment="right")


def snapshot(numbers: Numbers, name: str) -> Snapshot:
    """What a grid would open on now."""
    axis = _row_axis(numbers, name)
    return Snapshot(numbers.inputs[name], numbers.names(axis) if axis else ())


def _row_axis(numbers: Numbers, name: str) -> str:
    """The axis down the rows; "" for an input of one row."""
    axes = numbers.mechanism.positions(name)
    return axes[-2] if len(axes) > 1 else ""


def _block(numbers: Numbers, name: str) -> tuple[int, ...]:
    """Which table of an input of more than two axes is in the grid: a choice for every axis before the last two."""
    return tuple(
        st.selectbox(
            term(axis).capitalize(), range(size), width=200,
            format_func=list(map(label_said, numbers.names(axis))).__getitem__,
            key=f"block-{numbers.mechanism.key}-{name}-{axis}-{size}",
        )
        for axis, size in zip(numbers.mechanism.positions(name)[:-2], numbers.inputs[name].shape, strict=False)
    )  # fmt: skip


def _frame(numbers: Numbers, name: str, base: Snapshot, block: tuple[int, ...]) -> pd.DataFrame:
    axes, table = numbers.mechanism.positions(name)[-2:], base.table[block]
    rows = table if table.ndim > 1 else table[None]
    given = numbers.labels.get(axes[-1], ())
    columns = [f"{n + 1} {label_said(given[n])}" if n < len(given) else f"{n + 1}" for n in range(rows.shape[1])]
    index = pd.Index(list(map(label_said, base.names or (name,)))[: rows.shape[0]], name=term(axes[0]))
    if numbers.mechanism.inputs[name].switch:
        return pd.DataFrame(rows != 0, columns=columns, index=index)
    return pd.DataFrame([[_text(value) for value in row] for row in rows.tolist()], columns=columns, index=index)


def _text(value: float) -> str:
    """All digits of a number; a whole one without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def edited_grid(numbers: Numbers, name: str, base: Snapshot, block: tuple[int, ...], changes: Changes) -> Numbers:
    """The numbers with the cells and the row names of a grid."""
    table, names = base.table.copy(), list(base.names)
    part = table[block] if table.ndim > 1 else table[None]
    for row, cells in changes.items():
        for column, typed in cells.items():
            if column == INDEX:
                names[int(row)] = _name(str(typed or ""), int(row), names)
            else:
                place = (int(row), int(column.split()[0]) - 1)
                part[place] = _number(name, (*block, *place), typed)
    axis = _row_axis(numbers, name)
    renamed = numbers.with_labels(axis, tuple(names)) if tuple(names) != base.names else numbers
    return renamed.with_input(name, table)


def _name(typed: str, row: int, names: list[str]) -> str:
    if not typed.strip():
        raise InputError(say("name of row {row}", row=row + 1), "", say("is empty; it was “{name}”", name=names[row]))
    return typed.strip()[:40]


def _number(name: str, place: tuple[int, ...], typed: Any) -> float:
    """What was typed or ticked in a cell, as a number."""
    try:
        return float(typed) if isinstance(typed, bool | int | float) else parse_number(typed or "")
    except ReadingError as refused:
        raise InputError(name, position(place), refused.message) from None
