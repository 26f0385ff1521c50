"""A worksheet to print: the trace with cells left empty, and the answers behind."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

import numpy as np

from attention_core import Step, Trace
from attention_core.export.script import shape_line

from .lesson import mathml, symbol
from .state import Session

SHEET = Path(__file__).parent.parent / "assets" / "worksheet.html"


def worksheet(session: Session) -> str:
    """Empty cells in every computed step, and on a second page the answers and how they come about."""
    mechanism, trace = session.numbers.mechanism, session.numbers.trace
    return Template(SHEET.read_text(encoding="utf-8")).substitute(
        title=escape(mechanism.title),
        insight=escape(mechanism.insight),
        questions=_sheet(trace, answers=False),
        answers=_sheet(trace, answers=True),
    )


def _sheet(trace: Trace, answers: bool) -> str:
    given = "" if answers else "".join(_sheet_table(step, set(), False) for step in trace.inputs)
    asked = "".join(_sheet_step(step, answers) for step in trace.computed)
    start = f'<section class="given"><h2>Given</h2>{given}</section>' if given else ""
    return f'<div class="steps">{start}{asked}</div>'


def blanks(step: Step) -> set[int]:
    """Cells left empty: four at most, spread over the table."""
    size = step.value.size
    count = min(4, max(1, size // 3))
    return {int((n * 0.618034 + 0.4) % 1 * size) for n in range(count)}


def _sheet_step(step: Step, answers: bool) -> str:
    empty = blanks(step)
    made = "".join(f'<p class="made">{_worked(step, place)}</p>' for place in sorted(empty)) if answers else ""
    heading = f"<h2>{escape(step.name)} <small>({escape(shape_line(step))})</small></h2>"
    return f"<section>{heading}{_sheet_table(step, empty, answers)}{made}</section>"


def _worked(step: Step, place: int) -> str:
    cell = tuple(int(i) for i in np.unravel_index(place, step.value.shape))
    arithmetic = step.arithmetic(*cell)
    index = "".join(str(i + 1) for i in cell) if max(cell, default=0) < 9 else ",".join(str(i + 1) for i in cell)
    symbol_ = f"({step.symbol})" if "_" in step.symbol else step.symbol
    result = rf" \approx {arithmetic.result:.4g}" if np.isfinite(arithmetic.result) else ""
    return mathml(rf"{symbol_}_{{{index}}} = {arithmetic.symbols} = {arithmetic.numbers}{result}")


def _sheet_table(step: Step, empty: set[int], answers: bool) -> str:
    value = step.value.reshape(-1, *step.value.shape[-2:]) if step.value.ndim > 2 else np.atleast_2d(step.value)[None]
    size = value[0].size
    return "".join(_sheet_slice(step, n, part, {i - n * size for i in empty}, answers) for n, part in enumerate(value))


def _sheet_slice(step: Step, n: int, part: np.ndarray, empty: set[int], answers: bool) -> str:
    columns = step.axes[-1].labels if step.axes else ("",)
    rows = step.axes[-2].labels if len(step.axes) > 1 else ("",)
    leading = np.unravel_index(n, step.value.shape[:-2]) if step.value.ndim > 2 else ()
    where = ", ".join(f"{axis.name} {axis.labels[i]}" for axis, i in zip(step.axes, leading, strict=False))
    head = "".join(f"<th>{escape(label)}</th>" for label in ("", *columns))
    body = ""
    for r, (label, row) in enumerate(zip(rows, part, strict=True)):
        cells = (_sheet_cell(v, r * len(columns) + c in empty, answers) for c, v in enumerate(row))
        body += f"<tr><th>{escape(label)}</th>{''.join(cells)}</tr>"
    return f"<table><caption><math>{symbol(step.symbol)}</math> {escape(where)}</caption><tr>{head}</tr>{body}</table>"


def _sheet_cell(value: float, empty: bool, answers: bool) -> str:
    if empty and not answers:
        return '<td class="blank"></td>'
    text = "−∞" if value == -np.inf else f"{value:.4g}".replace("-", "−")
    return f'<td class="answer">{text}</td>' if empty else f"<td>{text}</td>"
