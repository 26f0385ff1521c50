"""Steps and traces as HTML tables for a notebook; every text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from attention_core.engine import expression as ex

from .script import shape_line

if TYPE_CHECKING:
    from attention_core.engine.step import Array, Step
    from attention_core.engine.trace import Trace

_MOST_ROWS = 12
_DECIMALS = 4


def step_html(step: Step) -> str:
    """A step as tables of its last two axes, one for each position of the axes before; long ones are cut."""
    title = f"<b>{escape(step.name)}</b> <small>{escape(shape_line(step))}</small>"
    return title + "".join(_slice_html(step, leading) for leading in np.ndindex(step.value.shape[:-2]))


def _slice_html(step: Step, leading: tuple[int, ...]) -> str:
    named = zip(step.axes, leading, strict=False)
    caption = ", ".join(f"{axis.name} {axis.labels[i]}" for axis, i in named)
    value = np.atleast_2d(step.value[leading])
    columns = step.axes[-1].labels if step.axes else ("",)
    rows = step.axes[-2].labels if len(step.axes) > 1 else ("",)
    head = "".join(f"<th>{escape(label)}</th>" for label in ("", *columns[:_MOST_ROWS]))
    body = "".join(_row_html(label, row) for label, row in zip(rows[:_MOST_ROWS], value, strict=False))
    return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>"


def _row_html(label: str, row: Array) -> str:
    cells = "".join(f"<td>{ex.plain(float(value), _DECIMALS)}</td>" for value in row[:_MOST_ROWS])
    return f"<tr><th>{escape(label)}</th>{cells}</tr>"


def trace_html(trace: Trace) -> str:
    """All named steps of a trace as tables."""
    return "".join(f"<div>{step_html(step)}</div>" for step in trace)
