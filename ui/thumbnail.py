"""A lesson at the size of a stamp: one step of its own first example, computed and not drawn by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from urllib.parse import quote

import numpy as np

from attention_core import Mechanism, Step, Trace

WIDTH = 300.0
HEIGHT = 110.0
GAP = 6.0  # between tables
MOST = 32  # rows, and columns, of a table
MOST_TABLES = 6
PLUS = "#3d7cc4"  # blue and orange are distinct on white and on dark
MINUS = "#cf7b33"

Table = np.ndarray


@cache
def thumbnail(mechanism: Mechanism) -> str:
    """An <img>, without alternative text: the lesson's name and paper stand beside it."""
    trace = mechanism.trace()
    picture = svg(tables(trace, shown(trace, mechanism.opens)))
    return f'<img class="atlas-stamp" alt="" src="data:image/svg+xml,{quote(picture)}">'  # Streamlit drops a bare SVG


def shown(trace: Trace, opens: str) -> Step:
    """The step that the lesson opens with; else the last attention weights; else the output."""
    if opens:
        return trace[opens]
    shares = [step for step in trace.computed if step.primitive and step.primitive.shares and step.value.size > 1]
    return shares[-1] if shares else trace.output


def tables(trace: Trace, step: Step) -> list[Table]:
    """A table, several side by side where there are more axes, or a row for each moment of time."""
    if step.time:
        series, _ = step.time
        rows = [np.ravel(each.value) for each in trace.series[series][step.base_name].values()]
        width = max(map(len, rows))
        found = [np.array([np.pad(row, (0, width - len(row)), constant_values=np.nan) for row in rows])]
    else:
        value = np.atleast_2d(step.value)
        found = list(value.reshape(-1, *value.shape[-2:])[:MOST_TABLES])
    lies = found[0].shape[0] <= found[0].shape[1]
    return found if lies or len(found) > 1 else [found[0].T]  # a stamp is wider than high, and time runs to the right


def svg(found: list[Table]) -> str:
    """Tables of one shape side by side as an SVG image: blue above 0, orange below."""
    cropped = [table[:MOST, :MOST] for table in found]
    largest = max((np.abs(table[np.isfinite(table)]).max(initial=0.0) for table in cropped), default=0.0) or 1.0
    rows, columns = cropped[0].shape
    room = (WIDTH - GAP * (len(cropped) - 1)) / len(cropped)
    side = min(room / columns, HEIGHT / rows)
    start = (WIDTH - len(cropped) * side * columns - GAP * (len(cropped) - 1)) / 2
    top = (HEIGHT - side * rows) / 2
    cells = "".join(
        cell
        for n, table in enumerate(cropped)
        for cell in _cells(table / largest, start + n * (side * columns + GAP), top, side)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}">{cells}</svg>'
    )


def _cells(table: Table, left: float, top: float, side: float) -> Iterator[str]:
    inset = min(1.0, side / 8)
    for (row, column), value in np.ndenumerate(table):
        if np.isfinite(value):
            x, y, size = left + column * side + inset, top + row * side + inset, side - 2 * inset
            # Even a 0 keeps a trace of colour: the shape of the table should be seen.
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" '
                f'rx="{min(2.0, side / 8):.1f}" fill="{MINUS if value < 0 else PLUS}" '
                f'fill-opacity="{0.07 + 0.9 * abs(value):.2f}"/>'
            )
