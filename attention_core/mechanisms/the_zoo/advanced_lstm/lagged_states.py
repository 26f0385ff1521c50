"""Mixtures of earlier states over several lags, and their effect on the gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attention_core.blocks.naming import StepNamer
from attention_core.blocks.recurrent import stack_rows
from attention_core.engine.axes import Axis
from attention_core.engine.backward import gradient_arrays
from attention_core.engine.language import say
from attention_core.engine.ops import contract, mask, softmax, take
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import ArcDiagram


def lag_mixture(past: Sequence[Step], w: Step, lags: Step, namer: StepNamer, what: str, symbols: Sequence[str]) -> Step:
    """The latest of the past states, the newest first, under softmax(w . state) over the lags that are on."""
    recent = past[: -lags.size("lag") - 1 : -1]
    table = stack_rows(
        recent, Axis("lag", lags.axis("lag").labels[: len(recent)]), **namer(f"earlier {what}s", symbols[0])
    )
    scores = contract(table, w, over="state", **namer(f"{what} scores", symbols[1]))
    chosen = mask(scores, take(lags, "lag", 0, len(recent)), along="lag")
    weights = softmax(chosen, "lag", **namer(f"{what} weights", symbols[2]))
    return contract(weights, table, over="lag", **namer(f"mixed {what}", symbols[3]))


# --- pictures ---------------------------------------------------------------------------------------------------------


def last_cell_weights(trace: Trace) -> Array:
    """The weights (lag) of the mixture from which the last cell starts."""
    return trace[f"time {trace['X'].size('time')}/cell weights"].value


def input_gradient_norms(trace: Trace) -> tuple[float, ...]:
    """The norm of the gradient of the sum of the last state, for each time of the input X (time, input)."""
    (slope,) = gradient_arrays(trace[f"time {trace['X'].size('time')}/state"], (trace["X"],))
    return tuple(map(float, np.linalg.norm(slope, axis=1)))


def lag_arcs(trace: Trace) -> ArcDiagram:
    """The times that each cell and state starts from; place 0 is the state before the first input."""
    kinds = {what: _weight_arcs_by_lag(trace, f"{what} weights") for what in ("cell", "state")}
    places = (say("start"), *trace["X"].axis("time").labels)
    return ArcDiagram(
        say("The earlier moments that are mixed for each moment’s cell (above) and state (below)."), places, kinds
    )


def _weight_arcs_by_lag(trace: Trace, base_name: str) -> tuple[tuple[int, int, float], ...]:
    found = trace.series["time"][base_name].items()
    return tuple((t - 1 - lag, t, float(w)) for t, step in found for lag, w in enumerate(step.value) if w)
