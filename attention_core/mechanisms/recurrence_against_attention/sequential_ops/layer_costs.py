"""Costs of a layer as texts grow longer, counted in multiplications and in operations that wait, as pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import label_said, say, to_say
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Curves, Timetable, rows

# --- layers side by side ----------------------------------------------------------------------------------------------

LAYERS = ("self-attention", "recurrence", "convolution", "restricted")
MOST_TOKENS = 8  # of a timetable
MOST_WORKERS = 8  # of a timetable


def crossings(width: float, kernel: float, window: float) -> dict[str, float]:
    """The length at which full self-attention, n^2 d, costs as much as each of the other layers."""
    return {
        to_say("a recurrence"): width,
        to_say("a convolution"): kernel * width,
        to_say("restricted attention"): window,
    }


def check_lengths(n: Step) -> None:
    """Raises InputError where a number of tokens is not above 0."""
    for place in np.flatnonzero(n.value <= 0):
        raise InputError(
            n.label, say("position {place}", place=place + 1), say("is a number of tokens, so it must be above 0")
        )


def convolution_reach(n: Array, kernel: float) -> Step:
    """The reach of 0, 1, 2, ... dilated convolutions, kernel^hop, as many as the longest text needs: (hop)."""
    hops = int(np.ceil(np.log(max(n.max(), kernel)) / np.log(kernel) + 1e-9))
    return source("reach", kernel ** np.arange(hops), (numbered("hop", hops),), "g")


def plotted_lengths(n: Array, width: float) -> Array:
    """The lengths given, and more of them, so that every crossing is on the curve."""
    others = np.geomspace(min(1.0, n.min()), max(n.max(), 4 * width), 40)
    return np.unique(np.concatenate([n, others]))


def attention_first(trace: Trace) -> bool:
    """Whether self-attention finishes before the recurrence at every length."""
    return bool(np.less(*trace["time"].value[:2]).all())


def work_curve(trace: Trace, d: float, alike: dict[str, float]) -> Curves:
    """Multiplications of each layer over the length; alike: where self-attention costs as much as another."""
    marks = {say("as {name}", name=say(name)): (at, at * at * d) for name, at in alike.items()}
    return _curves_over_length(say("Multiplications, over the length."), trace, "multiplications", marks)


def time_curve(trace: Trace, d: float, P: int) -> Curves:
    """Time of each layer over the length, and the length at which attention and recurrence take as long."""
    even = max(d, P / d)
    mark = {say("attention and recurrence alike"): (even, max(1.0, even * even * d / P))}
    worker_count = say("one worker") if P == 1 else say("{p:,} workers", p=P)
    return _curves_over_length(
        say("Time with {worker_count}, in ticks, over the length.", worker_count=worker_count), trace, "time", mark
    )


def _curves_over_length(caption: str, trace: Trace, name: str, marks: dict[str, tuple[float, float]]) -> Curves:
    x = tuple(map(float, trace["n"].value))
    return Curves(caption, x, rows(LAYERS, trace[name].value), "tokens", name, marks, log_x=True, log_y=True)


Task = tuple[str, str, tuple[int, ...]]  # the operation, its token, and the tasks that it waits for


def attention_tasks(tokens: int) -> list[Task]:
    """Five operations one after another; each can be done for all tokens at once."""
    found: list[Task] = []
    for stage, what in enumerate(("project", "score", "softmax", "read", "output")):
        before = tuple(range((stage - 1) * tokens, stage * tokens)) if stage else ()
        found += [(what, str(t + 1), before) for t in range(tokens)]
    return found


def recurrence_tasks(tokens: int) -> list[Task]:
    """One state after another: each waits for the one before."""
    return [("state", str(t + 1), (t - 1,) if t else ()) for t in range(tokens)]


def schedule(tasks: Sequence[Task], workers: int) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The tasks as lanes of ticks, one for every worker that is used: in each tick the first tasks that are ready."""
    done: set[int] = set()
    ticks: list[list[int]] = []
    while len(done) < len(tasks):
        ready = [n for n, (*_, before) in enumerate(tasks) if n not in done and done.issuperset(before)]
        ticks.append(ready[:workers])
        done.update(ticks[-1])
    lanes = max(map(len, ticks))
    table = [[tasks[tick[lane]][:2] if lane < len(tick) else ("", "") for tick in ticks] for lane in range(lanes)]
    return tuple(map(tuple, table))


def timetable(n: Array, workers: int) -> Timetable:
    """Schedules of self-attention and of a recurrence over the same tokens, a box for each token's share of a task.

    As many tokens as the longest text has, and as many workers as given, but no more than can be drawn.
    """
    tokens = min(MOST_TOKENS, max(1, round(float(n.max()))))
    workers = min(workers, MOST_WORKERS)
    panels = {}
    for name, tasks in (("self-attention", attention_tasks(tokens)), ("recurrence", recurrence_tasks(tokens))):
        lanes = schedule(tasks, workers)
        panels[
            say(
                "{name}: {boxes} boxes of work in {ticks} ticks",
                name=label_said(name),
                boxes=len(tasks),
                ticks=len(lanes[0]),
            )
        ] = lanes
    worker_count = say("one worker") if workers == 1 else say("{workers} workers", workers=workers)
    return Timetable(
        say(
            "{tokens} tokens, {worker_count}: a lane each. A box is one token’s share of one operation.",
            tokens=tokens,
            worker_count=worker_count,
        ),
        panels,
    )
