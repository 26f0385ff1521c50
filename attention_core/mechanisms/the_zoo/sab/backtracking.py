"""Remembered states, a few of them read, and a way back that may be cut: the parts of sparse attentive backtracking."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from attention_core.blocks.layers import affine
from attention_core.blocks.recurrent import StepNamer, stack_rows
from attention_core.engine.axes import Axis
from attention_core.engine.backward import gradient_arrays
from attention_core.engine.errors import InputError
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

Scorer = tuple[Step, Step, Step]  # W_1 (scorer, state) on what is remembered, W_2 on who asks, w_3 (scorer)


def renamed_step(x: Step, name: str = "", symbol: str = "") -> Step:
    """The same numbers under another name."""
    return rename(x, x.axes[0].name, x.axes[0].name, name=name, symbol=symbol)


def carried_state(h: Step, cut: bool, namer: StepNamer) -> Step:
    """The state as the next moment gets it; where it is cut, the numbers go on and no gradient comes back."""
    return (stop_gradient if cut else renamed_step)(h, **namer("carried state", "h'"))


def check_memory_is_filled(reads_memory: bool, every: int, times: Axis) -> None:
    """Raises InputError where memory is to be read but is filled so rarely that nothing would ever be stored."""
    if reads_memory and 1 < times.size < every:
        raise InputError("k_att", "", f"is {every}, but there are {times.size} moments: nothing would ever be stored")


def recalled_state(
    stored: Mapping[int, Step], times: Axis, query: Step, scorer: Scorer, k: int, namer: StepNamer
) -> Step:
    """The weighted sum of stored states, score w_3 . tanh(W_1 m + W_2 asker). Ke et al. 2018, section 3.

    stored: the states by their position on the axis `times`. k: how many may be read.
    """
    W_1, W_2, w_3 = scorer
    labels = tuple(times.labels[place] for place in stored)
    memory = stack_rows([*stored.values()], Axis("memory", labels), **namer("memory", "M"))
    scores = contract(tanh(affine((W_1, memory), (W_2, query))), w_3, over="scorer", **namer("scores", "a"))
    few = k >= len(stored)
    weights = softmax(scores, "memory", **namer("weights", "w")) if few else lead_shares(scores, k, namer)
    return contract(weights, memory, over="memory", **namer("read", "s"))


def lead_shares(scores: Step, k: int, namer: StepNamer) -> Step:
    """By how much the k best lead over the next best, as shares; all 0 where nobody leads."""
    chosen = top(scores, "memory", k, **namer("kept", "c"))
    others = apply(Mask(), scores, shift(scale(chosen, -1.0), 1.0))
    threshold = largest(others, "memory", **namer("threshold", r"\theta"))
    lead = relu(subtract(scores, threshold), **namer("lead", "l"))
    if not lead.value.any():
        return renamed_step(lead, **namer("weights", "w"))
    return divide(lead, sum_over(lead, over="memory"), **namer("weights", "w"))


# --- what is shown of it ----------------------------------------------------------------------------------------------


MOST_MOMENTS = 64  # moments; the ways back are as many as pairs of them


def input_gradient_norms(trace: Trace) -> Array:
    """How strongly the first number of the last answer responds to each moment of the input X (time, input).

    Empty for a series longer than LONGEST, whose ways back take too long to follow while somebody waits.
    """
    if trace["X"].size("time") > MOST_MOMENTS:
        return np.empty(0)
    (slope,) = gradient_arrays(trace.output, (trace["X"],), (trace["X"].size("time") - 1, 0))
    return np.asarray(np.linalg.norm(slope, axis=-1))


def states_read_last(trace: Trace) -> int:
    """How many stored states the last moment reads."""
    last = f"time {trace['X'].size('time')}/weights"
    return int(np.count_nonzero(trace[last].value)) if last in trace else 0


def backward_arcs(trace: Trace, every: int) -> ArcDiagram:
    """Stored states that were looked at and those that were read, over a row that is cut here and there.

    every: each so-manieth state was stored.
    """
    times = trace["X"].axis("time").labels
    moments = trace.series["time"]
    looked = {t: step.value for t, step in moments.get("weights", {}).items()}
    pairs = [((n + 1) * every - 1, t - 1, float(w)) for t, weights in looked.items() for n, w in enumerate(weights)]
    cuts = tuple(
        t - 1 for t, step in moments["carried state"].items() if step.primitive and step.primitive.blocks_gradient
    )
    read = {"read: the gradient comes back": tuple(arc for arc in pairs if arc[2])}
    passed = {"only looked at": tuple(arc[:2] for arc in pairs if not arc[2])}
    caption = (
        "Grey arcs lead from stored states that were only looked at, blue ones from those that were read: as thick as "
        "their weight, and the gradient comes back that way."
    )
    return ArcDiagram(caption, times, read, passed, cuts)
