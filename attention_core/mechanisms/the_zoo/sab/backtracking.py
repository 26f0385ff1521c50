"""Stored states, attention to a few of them, and a gradient that may be blocked: sparse attentive backtracking."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from attention_core.blocks.layers import affine
from attention_core.blocks.naming import StepNamer
from attention_core.blocks.recurrent import stack_rows
from attention_core.engine.axes import Axis
from attention_core.engine.backward import gradient_arrays
from attention_core.engine.language import say
from attention_core.engine.ops import (
    apply,
    contract,
    divide,
    largest,
    relu,
    rename,
    scale,
    shift,
    softmax,
    stop_gradient,
    subtract,
    sum_over,
    tanh,
    top,
)
from attention_core.engine.ops.pointwise import Mask
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import ArcDiagram

# W_1 (scorer, state) acts on stored states, W_2 (scorer, state) on the query; w_3 (scorer).
Scorer = tuple[Step, Step, Step]


def renamed_step(x: Step, name: str = "", symbol: str = "") -> Step:
    """The same numbers as a step of another name."""
    return rename(x, x.axes[0].name, x.axes[0].name, name=name, symbol=symbol)


def carried_state(h: Step, cut: bool, namer: StepNamer) -> Step:
    """The state that the next time starts from; where `cut`, without a gradient."""
    operation = stop_gradient if cut else renamed_step
    return operation(h, **namer("carried state", "h'"))


def recalled_state(
    stored: Mapping[int, Step], times: Axis, query: Step, scorer: Scorer, k: int, namer: StepNamer
) -> Step:
    """The weighted sum of stored states, scores w_3 . tanh(W_1 m + W_2 query). Ke et al. 2018, section 3.

    stored: the states by their position on the axis `times`. k: how many may be read.
    """
    W_1, W_2, w_3 = scorer
    labels = tuple(times.labels[place] for place in stored)
    memory = stack_rows([*stored.values()], Axis("memory", labels), **namer("memory", "M"))
    scores = contract(tanh(affine((W_1, memory), (W_2, query))), w_3, over="scorer", **namer("scores", "a"))
    if k < len(stored):
        weights = lead_shares(scores, k, namer)
    else:
        weights = softmax(scores, "memory", **namer("weights", "w"))
    return contract(weights, memory, over="memory", **namer("read", "s"))


def lead_shares(scores: Step, k: int, namer: StepNamer) -> Step:
    """How far the k best scores lie above the next one, as shares; all 0 where they are equal to it."""
    chosen = top(scores, "memory", k, **namer("kept", "c"))
    others = apply(Mask(), scores, shift(scale(chosen, -1.0), 1.0))
    threshold = largest(others, "memory", **namer("threshold", r"\theta"))
    lead = relu(subtract(scores, threshold), **namer("lead", "l"))
    if not lead.value.any():
        return renamed_step(lead, **namer("weights", "w"))
    return divide(lead, sum_over(lead, over="memory"), **namer("weights", "w"))


# --- pictures ---------------------------------------------------------------------------------------------------------


MOST_MOMENTS = 64  # whose gradient is computed; there are as many paths as pairs of them


def input_gradient_norms(trace: Trace) -> Array:
    """The norm of the gradient of the first number of the last output, for each time of X (time, input).

    Empty for a series longer than MOST_MOMENTS, whose gradient takes too long.
    """
    if trace["X"].size("time") > MOST_MOMENTS:
        return np.empty(0)
    (slope,) = gradient_arrays(trace.output, (trace["X"],), (trace["X"].size("time") - 1, 0))
    return np.asarray(np.linalg.norm(slope, axis=-1))


def states_read_last(trace: Trace) -> int:
    """How many stored states are read at the last time."""
    last = f"time {trace['X'].size('time')}/weights"
    return int(np.count_nonzero(trace[last].value)) if last in trace else 0


def backward_arcs(trace: Trace, every: int) -> ArcDiagram:
    """Stored states that were scored and those that were read, over a row that is cut where gradients are blocked.

    every: the interval at which states are stored.
    """
    times = trace["X"].axis("time").labels
    moments = trace.series["time"]
    weights_by_time = {t: step.value for t, step in moments.get("weights", {}).items()}
    pairs = [
        ((n + 1) * every - 1, t - 1, float(w)) for t, weights in weights_by_time.items() for n, w in enumerate(weights)
    ]
    cuts = tuple(
        t - 1 for t, step in moments["carried state"].items() if step.primitive and step.primitive.blocks_gradient
    )
    read = {say("read: the gradient comes back"): tuple(arc for arc in pairs if arc[2])}
    passed = {say("only scored"): tuple(arc[:2] for arc in pairs if not arc[2])}
    caption = say(
        "Grey arcs lead from stored states that were only scored, blue ones from those that were read: as thick as "
        "their weight, and the gradient comes back that way."
    )
    return ArcDiagram(caption, times, read, passed, cuts)
