"""The stage in a notebook: a widget for any trace, from which the edited inputs come back as a trace.

Python and all views of a widget share the numbers of its inputs as they stand, and nothing else changes: a message
that comes late or twice does no harm, and undo is the browser's own. Needs anywidget.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from attention_core import Step, Trace
from attention_core.engine.changed import followed
from attention_core.engine.errors import InputError
from attention_core.engine.step import Array, by_depth
from attention_core.export.notebook import trace_html

from .payload import opening_step, payload, place
from .structure import forward_stops

_HERE = Path(__file__).parents[1]
# Beside this package in a checkout; installed, with the rest of the app.
_BUILT = next(
    (folder for folder in (_HERE / "assets", _HERE / "attention_atlas" / "assets") if folder.is_dir()), _HERE / "assets"
) / "stage" / "built"  # fmt: skip

MOST_NUMBERS = 20_000  # of all steps together
WIDEST = 32  # rows or columns of one table
HIDDEN = ("predict",)  # questions to a learner


def is_readable(trace: Trace) -> bool:
    """Whether something is computed in a trace, and its numbers can be read on the stage."""
    sizes = [step.value.size for step in by_depth(trace.steps)]
    widths = [size for step in trace for size in step.value.shape[-2:]]
    return bool(trace.computed) and sum(sizes) <= MOST_NUMBERS and max(widths, default=0) <= WIDEST


class StageWidget(anywidget.AnyWidget):
    """The stage of one trace. `trace` is the trace of the inputs as they are edited by now.

    payload: the stage as it was made. numbers: of the inputs that may be edited, one after another. problem: why what
    was edited does not compute, or "". Without a kernel, as in a saved notebook, its tables are shown.
    """

    _esm = _BUILT / "notebook.js"
    payload = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)

    def __init__(self, trace: Trace) -> None:
        self._given = self._trace = trace
        self._editable = editable(trace)
        super().__init__(payload=stage_payload(trace, self._editable))

    @property
    def trace(self) -> Trace:
        """The trace of the inputs as they are edited by now."""
        return self._trace

    @traitlets.observe("numbers")
    def _edited(self, change: dict[str, Any]) -> None:
        try:
            self._trace = with_inputs(self._given, dict(arrays(change["new"], self._editable)))
            self.problem = ""
        except InputError as error:
            self.problem = str(error)

    def _repr_mimebundle_(self, **settings: Any) -> Any:
        bundle, metadata = super()._repr_mimebundle_(**settings)
        return {**bundle, "text/html": trace_html(self.trace)}, metadata


def stage_payload(trace: Trace, open_inputs: tuple[Step, ...]) -> Any:
    """The stage at the step where results first meet; the numbers of `open_inputs` may be edited."""
    thrown = switches(trace)
    return payload(
        trace.steps,
        forward_stops(trace, {}),
        editable=[step.name for step in open_inputs],
        switches=[step.name for step in open_inputs if step in thrown],
        view=place(opening_step(trace)),
        hide=HIDDEN,
    )


# --- inputs ----------------------------------------------------------------------------------------------------------


def editable(trace: Trace) -> tuple[Step, ...]:
    """The given steps with a name; none where the arithmetic alone does not give the trace's own numbers.

    Such are numbers that were rounded on the way to a shorter format than the one they are kept in.
    """
    given = tuple(step for step in by_depth(trace.steps) if step.name and not step.primitive and not step.formula)
    again = followed(trace.steps, {step: {} for step in given})
    return given if all(np.array_equal(step.value, made.value) for step, made in again.items()) else ()


def switches(trace: Trace) -> set[Step]:
    """The given steps of 0 and 1 of which only counts, somewhere, whether a number is 0."""
    readers = [step for step in by_depth(trace.steps) if step.primitive]
    read = (_given(step.operands[place]) for step in readers if step.primitive for place in step.primitive.switches)
    return {step for step in read if not step.primitive and np.isin(step.value, (0, 1)).all()}


def _given(step: Step) -> Step:
    """The step itself, or the one whose numbers are moved about in it."""
    while step.primitive and step.primitive.rearranges and len(step.operands) == 1:
        step = step.operands[0]
    return step


def arrays(numbers: str, steps: tuple[Step, ...]) -> Iterator[tuple[Step, Array]]:
    """Each step with its new numbers, float64. Raises ValueError where there are not as many as the steps have."""
    flat = np.frombuffer(base64.b64decode(numbers, validate=True), dtype="<f8")
    if flat.size != sum(step.value.size for step in steps):
        raise ValueError(
            f"numbers: there are {flat.size}, and the inputs have {sum(step.value.size for step in steps)}"
        )
    for step in steps:
        found, flat = np.split(flat, [step.value.size])
        yield step, found.reshape(step.value.shape)


def with_inputs(trace: Trace, inputs: dict[Step, Array]) -> Trace:
    """The same computation on other numbers. Raises InputError where it does not compute.

    inputs: for each given step an array of its shape; kept in the precision of the step.
    """
    changes = {
        step: {tuple(map(int, cell)): array[tuple(cell)] for cell in np.argwhere(array != step.value)}
        for step, array in inputs.items()
    }
    found = followed((*trace.steps, trace.output), {step: cells for step, cells in changes.items() if cells})
    steps = tuple(found.get(step, step) for step in trace.steps)
    return replace(trace, steps=steps, output=found.get(trace.output, trace.output))
