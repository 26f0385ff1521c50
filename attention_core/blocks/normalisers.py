"""From scores to weights in other ways than softmax alone; each works along the axis key, and all others ride along."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from attention_core.engine.axes import Axis, names
from attention_core.engine.errors import InputError
from attention_core.engine.ops import (
    add,
    contract,
    divide,
    exp,
    expand,
    largest,
    positive,
    relu,
    rename,
    scale,
    shift,
    stack,
    subtract,
    sum_over,
    tanh,
    where,
)
from attention_core.engine.step import Step, source

from .measures import norm


def capped(scores: Step, cap: float) -> Step:
    """cap tanh(score / cap), before any mask. Bello et al. 2016; Gemma 2, 2024.

    Raises InputError on a score of minus infinity, which would come back as -cap: the hidden key would be read again.
    """
    _require_positive("cap", cap)
    hidden = np.argwhere(np.isneginf(scores.value))
    if hidden.size:
        raise InputError(scores.label, _spoken(scores, hidden[0]), f"would come back as -{cap:g}: cap first, then mask")
    return scale(tanh(scale(scores, 1 / cap)), cap, name="capped scores", symbol=r"\check S")


def tempered(scores: Step, tau: float) -> Step:
    """score / tau: below 1 the leader gains, above 1 the others do. Hinton, Vinyals and Dean 2015."""
    _require_positive("tau", tau)
    return scale(scores, 1 / tau, name="tempered scores", symbol=r"S^\tau")


def sparsemax(scores: Step) -> Step:
    """The shares nearest to the scores: max(0, score - threshold). Martins and Astudillo 2016.

    Only keys less than one point behind the leader can have a share, so "within reach" counts from there and is 0 for
    all others: a masked score then needs no care. A key has a share where the leads over it add up to less than 1,
    which is the paper's 1 + k z_k > z_1 + ... + z_k without the sorting.
    """
    reach = relu(shift(subtract(scores, largest(scores, "key")), 1.0), name="within reach", symbol="R")
    leads = relu(subtract(rename(reach, "key", "other key"), reach))
    behind = contract(leads, over="other key", to=names(reach.axes), name="sum of leads", symbol="L")
    support = positive(shift(scale(behind, -1.0), 1.0), name="support", symbol="G")
    size = sum_over(support, over="key", name="support size", symbol="k")
    threshold = divide(shift(sum_over(where(reach, support), over="key"), -1.0), size, name="threshold", symbol=r"\tau")
    return relu(subtract(reach, threshold), name="attention weights", symbol="A")


def with_sink(scores: Step, sink: Step | float) -> tuple[Step, Step]:
    """The weights and the sink's weight; together 1: one more score that no key owns. Xiao et al. 2023.

    sink: its score, one number or one for each position of an axis of the scores, such as head.
    """
    sink = sink if isinstance(sink, Step) else source("sink", sink, (), symbol="b")
    best = largest(scores, "key")
    rival = expand(sink, *(axis for axis in best.axes if axis.name not in names(sink.axes)))
    rival = contract(rival, to=names(best.axes))
    # Taking the largest away changes no weight and keeps the exponentials from overflowing.
    top = largest(stack(best, rival, along=Axis("side", ("keys", "sink"))), "side")
    raised = exp(subtract(scores, top), name="exponentials", symbol="E")
    drain = exp(subtract(rival, top), name="sink exponential", symbol="E_b")
    below = add(sum_over(raised, over="key"), drain)
    drained = divide(drain, below, name="sink weight", symbol="A_b")
    return divide(raised, below, name="attention weights", symbol="A"), drained


def unit(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """x divided by its length over axes. Raises InputError naming the row that has none."""
    length = norm(x, over)
    empty = np.argwhere(length.value == 0)
    if len(empty):
        raise InputError(x.label, _spoken(length, empty[0]), "has length 0, and so no direction")
    return divide(x, length, name=name, symbol=symbol)


def _spoken(step: Step, place: np.ndarray) -> str:
    return ", ".join(axis.at(int(i)) for axis, i in zip(step.axes, place, strict=True))


def _require_positive(field: str, number: float) -> None:
    if not number > 0:
        raise InputError(field, "", f"must be more than 0, not {number:g}")
