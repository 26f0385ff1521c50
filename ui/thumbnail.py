"""A lesson at the size of a stamp: a step of its own first example, computed and not drawn by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from urllib.parse import quote

import numpy as np

from attention_core import CURRICULUM, Mechanism, Step, Trace
from attention_stage.views import is_image

WIDTH = 300.0
HEIGHT = 110.0
GAP = 6.0  # between tables
MOST = 32  # rows, and columns, of a table
MOST_TABLES = 6
HIDDEN = "#8a9099"  # the rim of what a mask hides
LIGHT = ((20, 24, 31), (246, 248, 251))  # of a pixel at 0 and of the largest, as on the stage

Table = np.ndarray


@dataclass(frozen=True)
class Ink:
    """The colours of numbers above 0 and below 0, all distinct on white and on dark. light: of pixels instead."""

    plus: str = "#3d7cc4"
    minus: str = "#cf7b33"
    light: bool = False


SIGNED = Ink()
SHARES = Ink(plus="#3f9d88")  # weights have a colour of their own, as on the stage
PIXELS = Ink(light=True)


@dataclass(frozen=True, eq=False)
class Part:
    """One table of the drawing. top: the number drawn strongest, that of all tables of its step."""

    table: Table
    ink: Ink
    top: float


@cache
def thumbnail(mechanism: Mechanism) -> str:
    """An <img>, without alternative text: the lesson's name and paper stand beside it."""
    trace = mechanism.trace()
    return f'<img class="atlas-stamp" alt="" src="{address([(trace, step) for step in pictured(mechanism)])}">'


def address(steps: list[tuple[Trace, Step]]) -> str:
    """The picture of steps side by side, as an address that holds it: Streamlit drops a bare SVG."""
    return f"data:image/svg+xml,{quote(svg([part for trace, step in steps for part in parts(trace, step)]))}"


# --- which step -------------------------------------------------------------------------------------------------------


@cache
def pictured(mechanism: Mechanism) -> tuple[Step, ...]:
    """The step that tells of a lesson; where an earlier one of its section shows the same, another step beside it.

    That is the first one in which the two differ; where they differ in none, the first with the most numbers.
    """
    trace = mechanism.trace()
    step = shown(trace, mechanism.opens)
    for other in _earlier(mechanism):
        theirs = {each.name: each for each in other.trace()}
        if other.opens == mechanism.opens and _same(step, theirs.get(step.name)):
            tabular = [each for each in trace.computed if each.value.ndim > 1 and each is not step]
            own = (each for each in tabular if not _same(each, theirs.get(each.name)))
            return next(own, max(tabular, key=lambda each: each.value.size)), step
    return (step,)


def _earlier(mechanism: Mechanism) -> Iterator[Mechanism]:
    section = (each for each in CURRICULUM if each.section == mechanism.section)
    return takewhile(lambda each: each is not mechanism, section)


def _same(step: Step, other: Step | None) -> bool:
    return other is not None and np.array_equal(step.value, other.value)


def shown(trace: Trace, opens: str) -> Step:
    """The step that the lesson opens with; else the last attention weights; else the output."""
    if opens:
        return trace[opens]
    shares = [step for step in trace.computed if step.primitive and step.primitive.shares and step.value.size > 1]
    return shares[-1] if shares else trace.output


# --- its drawing ------------------------------------------------------------------------------------------------------


def parts(trace: Trace, step: Step) -> list[Part]:
    """A table, several side by side where there are more axes, or a row for each moment of time."""
    found = [table[:MOST, :MOST] for table in tables(trace, step)]
    largest = max((np.abs(table[np.isfinite(table)]).max(initial=0.0) for table in found), default=0.0) or 1.0
    return [Part(table, ink_of(step), largest) for table in found]


def ink_of(step: Step) -> Ink:
    """The colours of weights, of pixels, or of numbers of both signs."""
    if step.primitive and step.primitive.shares:
        return SHARES
    return PIXELS if is_image(step) and (step.value >= 0).all() else SIGNED


def tables(trace: Trace, step: Step) -> list[Table]:
    """The numbers to draw, as tables of one shape."""
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


def svg(found: list[Part]) -> str:
    """Tables side by side as an SVG image, with cells of one size."""
    room = WIDTH - GAP * (len(found) - 1)
    across = sum(part.table.shape[1] for part in found)
    side = min(room / across, HEIGHT / max(part.table.shape[0] for part in found))
    left = (room - across * side) / 2
    cells: list[str] = []
    for part in found:
        rows, columns = part.table.shape
        cells += _cells(part, left, (HEIGHT - side * rows) / 2, side)
        left += side * columns + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}">{"".join(cells)}</svg>'
    )


def _cells(part: Part, left: float, top: float, side: float) -> Iterator[str]:
    inset = 0.0 if part.ink.light else min(1.0, side / 8)
    for (row, column), value in np.ndenumerate(part.table):
        if not np.isnan(value):
            x, y, size = left + column * side + inset, top + row * side + inset, side - 2 * inset
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" '
                f'rx="{0 if part.ink.light else min(2.0, side / 8):.1f}" {_ground(part.ink, value, part.top)}/>'
            )


def _ground(ink: Ink, value: float, top: float) -> str:
    if not np.isfinite(value):
        return f'fill="none" stroke="{HIDDEN}" stroke-dasharray="2 2"'
    share = abs(value) / top
    if ink.light:
        dark, bright = LIGHT
        mixed = (round(a + (b - a) * share) for a, b in zip(dark, bright, strict=True))
        return f'fill="rgb({",".join(map(str, mixed))})" fill-opacity="1"'
    # Even a 0 keeps a trace of colour: the shape of the table should be seen.
    return f'fill="{ink.minus if value < 0 else ink.plus}" fill-opacity="{0.07 + 0.9 * share:.2f}"'
