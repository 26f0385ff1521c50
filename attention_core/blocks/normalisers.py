"""Other ways from scores to weights than softmax; each works along the axis key and carries other axes along."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine.axes import Axis, cell_name, names
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import (
    add,
    contract,
    divide,
    divide_by,
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
    """cap * tanh(score / cap), with the axes of the scores; before any mask. Bello et al. 2016; Gemma 2, 2024.

    Raises InputError on a score of minus infinity, which would come back as -cap: the hidden key would be visible
    again.
    """
    _require_positive("cap", cap)
    hidden = np.argwhere(np.isneginf(scores.value))
    if hidden.size:
        raise InputError(
            scores.label,
            cell_name(scores.axes, hidden[0]),
            say("would come back as -{cap:g}: cap first, then mask", cap=cap),
        )
    c = ex.constant(cap, "c")
    return scale(tanh(divide_by(scores, c)), c, name="capped scores", symbol=r"\check S")


def tempered(scores: Step, tau: float) -> Step:
    """score / tau: below 1 the weights get sharper, above 1 more even. tau > 0. Hinton, Vinyals and Dean 2015."""
    _require_positive("tau", tau)
    return divide_by(scores, ex.constant(tau, r"\tau"), name="tempered scores", symbol=r"S^\tau")


def sparsemax(scores: Step) -> Step:
    """The probability vector nearest to the scores: max(0, score - threshold). Martins and Astudillo 2016.

    Only keys less than 1 below the largest score can have weight, so "within reach" is the score plus 1 minus the
    largest, and 0 for all other keys, masked ones included. A key has weight where the leads of other keys over it add
    up to less than 1, which is the paper's 1 + k z_k > z_1 + ... + z_k without the sorting.
    """
    reach = relu(shift(subtract(scores, largest(scores, "key")), 1.0), name="within reach", symbol="R")
    leads = relu(subtract(rename(reach, "key", "other key"), reach))
    lead_sums = contract(leads, over="other key", to=names(reach.axes), name="sum of leads", symbol="L")
    support = positive(shift(scale(lead_sums, -1.0), 1.0), name="support", symbol="G")
    size = sum_over(support, over="key", name="support size", symbol="k")
    threshold = divide(shift(sum_over(where(reach, support), over="key"), -1.0), size, name="threshold", symbol=r"\tau")
    return relu(subtract(reach, threshold), name="attention weights", symbol="A")


def with_sink(scores: Step, sink: Step | float) -> tuple[Step, Step]:
    """Weights of the keys, and the weight of the sink, which together sum to 1. Xiao et al. 2023.

    The sink is one more score, which belongs to no key: one number, or one for each position of an axis of the scores,
    such as head. Results: (..., key) and (...).
    """
    sink = sink if isinstance(sink, Step) else source("sink", sink, (), symbol="b")
    top_key = largest(scores, "key")
    sink_score = expand(sink, *(axis for axis in top_key.axes if axis.name not in names(sink.axes)))
    sink_score = contract(sink_score, to=names(top_key.axes))
    # Subtracting the largest changes no weight and keeps the exponentials from overflowing.
    top = largest(stack(top_key, sink_score, along=Axis("side", ("keys", "sink"))), "side")
    exponentials = exp(subtract(scores, top), name="exponentials", symbol="E")
    sink_exponential = exp(subtract(sink_score, top), name="sink exponential", symbol="E_b")
    total = add(sum_over(exponentials, over="key"), sink_exponential)
    sink_weight = divide(sink_exponential, total, name="sink weight", symbol="A_b")
    return divide(exponentials, total, name="attention weights", symbol="A"), sink_weight


def unit(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """x divided by its length over axes. Raises InputError naming a row of length 0, which has no direction."""
    length = norm(x, over)
    empty = np.argwhere(length.value == 0)
    if len(empty):
        raise InputError(x.label, cell_name(length.axes, empty[0]), say("has length 0, and so no direction"))
    return divide(x, length, name=name, symbol=symbol)


def _require_positive(field: str, number: float) -> None:
    if not number > 0:
        raise InputError(field, "", say("must be more than 0, not {number:g}", number=number))
