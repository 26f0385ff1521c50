"""Steps and traces in a notebook: as the stage where it is installed, else as HTML tables; every text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Protocol

import numpy as np

from attention_core.engine import expression as ex

from .script import shape_line

if TYPE_CHECKING:
    from attention_core.engine.step import Array, Step
    from attention_core.engine.trace import Trace

_MOST_ROWS = 12
_DECIMALS = 4

NEEDED = ("anywidget", "latex2mathml", "attention_stage")
INSTALL = 'Tables, because the stage is not installed: pip install "attention-atlas[notebook]" brings it.'
TOO_LARGE = "Tables, because this trace has more numbers than can be read on the stage."


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


# --- the stage, where it is installed --------------------------------------------------------------------------------


class Shown(Protocol):
    """What a notebook displays of a trace. trace: with the inputs as they are edited by now."""

    @property
    def trace(self) -> Trace:
        """The trace with the inputs as they are edited by now."""
        ...


class Tables:
    """A trace as its tables, in which nothing is edited, and why there is no stage."""

    def __init__(self, trace: Trace, why: str) -> None:
        self.trace = trace
        self.why = why

    def _repr_html_(self) -> str:
        return f"{trace_html(self.trace)}<p><small>{escape(self.why)}</small></p>"


def shown(trace: Trace) -> Shown:
    """The stage where the extra `notebook` is installed and the trace can be read on it, else tables."""
    try:
        from attention_stage.notebook import StageWidget, is_readable
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in NEEDED:
            raise
        return Tables(trace, INSTALL)
    return StageWidget(trace) if is_readable(trace) else Tables(trace, TOO_LARGE)
