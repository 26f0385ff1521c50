"""A worksheet to print: the trace with cells left empty, and the answers on a second page.

The page itself is the template assets/worksheet.html, which escapes every name; the records here are what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from attention_core import Step
from attention_core.engine import expression as ex
from attention_core.engine.language import label_said, language, say, term
from attention_core.export.script import shape_line
from attention_stage.formulas import mathml, symbol

from .catalogues import TAGS
from .state import Session

DECIMALS = 4  # of a number in a table: enough to work out what follows
ASSETS = Path(__file__).parent.parent / "assets"


@dataclass(frozen=True)
class SheetCell:
    """One number as it is printed. blank: left empty on the first page, and highlighted among the answers."""

    text: str
    blank: bool


@dataclass(frozen=True)
class SheetTable:
    """One table of a step. symbol: MathML; place: the labels of the leading axes; rows: label and cells of each."""

    symbol: Markup
    place: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, list[SheetCell]], ...]


@dataclass(frozen=True)
class Exercise:
    """One computed step. answers: for each blank cell its arithmetic, as MathML."""

    name: str
    shape: str
    tables: list[SheetTable]
    answers: list[Markup]


def worksheet(session: Session) -> str:
    """Empty cells in every computed step, and on a second page the answers and how they come about."""
    mechanism, trace = session.numbers.mechanism, session.numbers.trace
    return template("worksheet").render(
        title=mechanism.title,
        insight=session.insight,
        task=session.task,
        given=[table for step in trace.inputs for table in tables(step, set())],
        exercises=[_exercise(step) for step in trace.computed],
    )


@lru_cache(maxsize=2)
def template(name: str) -> Template:
    """A page to print."""
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": say, "language": lambda: TAGS[language()]}
    return environment.get_template(f"{name}.html")


def blanks(step: Step) -> set[int]:
    """Cells left empty: four at most, spread over the table."""
    size = step.value.size
    count = min(4, max(1, size // 3))
    return {int((n * 0.618034 + 0.4) % 1 * size) for n in range(count)}


def _exercise(step: Step) -> Exercise:
    empty = blanks(step)
    answers = [worked(step, place) for place in sorted(empty)]
    return Exercise(term(step.name), shape_line(step), tables(step, empty), answers)


def worked(step: Step, place: int) -> Markup:
    """The arithmetic of a cell, by its place in reading order, as MathML."""
    cell = tuple(int(i) for i in np.unravel_index(place, step.value.shape))
    arithmetic = step.arithmetic(*cell)
    name = ex.subscripted(step, cell)
    return Markup(mathml(f"{name} = {arithmetic.symbols} = {arithmetic.numbers} {arithmetic.end}"))


def tables(step: Step, empty: set[int]) -> list[SheetTable]:
    """One table for every position of the leading axes. empty: the blank cells, in reading order of the step."""
    rows, columns = (1, 1, *step.value.shape)[-2:]
    values = step.value.reshape(-1, rows, columns)
    blank = np.isin(np.arange(step.value.size), list(empty)).reshape(values.shape)
    places = np.ndindex(step.value.shape[:-2])
    return [_table(step, place, *part) for place, *part in zip(places, values, blank, strict=True)]


def _table(step: Step, place: tuple[int, ...], values: np.ndarray, blank: np.ndarray) -> SheetTable:
    columns = tuple(map(label_said, step.axes[-1].labels)) if step.axes else ("",)
    labels = tuple(map(label_said, step.axes[-2].labels)) if len(step.axes) > 1 else ("",)
    where = ", ".join(axis.at(i) for axis, i in zip(step.axes, place, strict=False))
    rows = (
        (
            label,
            [SheetCell(ex.plain(float(value), DECIMALS), bool(empty)) for value, empty in zip(row, marks, strict=True)],
        )
        for label, row, marks in zip(labels, values, blank, strict=True)
    )
    return SheetTable(Markup(symbol(step.symbol)), where, columns, tuple(rows))
