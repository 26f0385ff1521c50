"""Luong, Pham and Manning 2015: scores, the attentional state, and local attention.

Positions of the source are counted from 1, as in the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from attention_core.blocks.layers import affine, linear
from attention_core.blocks.scores import additive, bilinear, dot, location
from attention_core.engine import expression as ex
from attention_core.engine.axes import Axis
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, term, to_say
from attention_core.engine.ops import (
    contract,
    divide,
    exp,
    floor,
    positive,
    scale,
    shift,
    sigmoid,
    softmax,
    square,
    subtract,
    sum_over,
    tanh,
)
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Mechanism
from attention_core.lesson.pictures import Bars, Curves, PositionAxis, distinct

MOST = 48  # positions drawn
SCORES: dict[str, Callable[..., Step]] = {"dot": dot, "general": bilinear, "concat": additive, "location": location}


# --- global attention -------------------------------------------------------------------------------------------------


def context_vector(weights: Step, H_s: Step) -> Step:
    """The mean of the source states H_s (key, feature) under the weights (key): (feature)."""
    return contract(weights, H_s, over="key", name="context", symbol="c")


def word_probabilities(context: Step, state: Step, W_c: Step, U_c: Step, W_s: Step) -> Step:
    """softmax(W_s tanh(W_c c + U_c h)), eqs. 5 and 6, where W_c and U_c are one matrix on [c; h]. W_s (word, unit)."""
    attentional = tanh(affine((W_c, context), (U_c, state)), name="attentional state", symbol=r"\tilde h")
    logits = linear(W_s, attentional, name="logits", symbol="l")
    return softmax(logits, logits.axes[-1].name, name="probabilities", symbol="p")


def sensitivity_bars(mechanism: Mechanism, under: Mapping[str, Trace], negated: Mapping[str, str]) -> Bars:
    """The share of the weight that moves, under each score, if one input has all its signs turned.

    under: a trace for each score; negated: a title and the name of the input.
    """
    moves = {
        title: tuple(
            _weight_moved(trace, mechanism.again(trace, {name: -trace[name].value})) for trace in under.values()
        )
        for title, name in negated.items()
    }
    caption = say(
        "What is seen: the share of the weight that moves with {listed} (all its signs turned).",
        listed=say(" or ").join(negated),
    )
    return Bars(caption, tuple(map(say, under)), moves, say("weight that moves"))


def equal_sources_differ(trace: Trace, by: float = 0.1) -> bool:
    """Whether two sources with equal numbers have weights that are more than `by` apart."""
    H_s = trace["H_s"].value
    weights = trace["attention weights"].value
    equal = (H_s[:, None] == H_s).all(axis=-1)
    differ = abs(np.subtract.outer(weights, weights)) > by
    return bool((equal & differ).any())


def _weight_moved(trace: Trace, other: Trace) -> float:
    return float(abs(other["attention weights"].value - trace["attention weights"].value).sum() / 2)


# --- local attention --------------------------------------------------------------------------------------------------


def source_positions(keys: Axis) -> Step:
    """The positions 1, 2, 3, ... of the source."""
    return source("positions", np.arange(1.0, keys.size + 1), (keys,), symbol="s")


def monotonic_centre(t: int, places: Step) -> Step:
    """The centre of local-m: the source position with the number of the word written, or the last position."""
    return source("centre", float(min(t, places.value.size)), (), symbol="p_t")


def predicted_centre(h_t: Step, W_p: Step, v_p: Step, places: Step) -> Step:
    """The centre of local-p: S sigmoid(v_p . tanh(W_p h_t)), a real number between 0 and the length S; eq. 9."""
    hidden = tanh(linear(W_p, h_t), name="hidden units", symbol="u")
    score = contract(v_p, hidden, over=hidden.axes[0].name, name="place score", symbol="z")
    return scale(sigmoid(score), float(places.value.size), name="centre", symbol="p_t")


def rounded_centre(centre: Step) -> Step:
    """The nearest whole number, halves upwards: the paper leaves open how a real centre gets 2D + 1 positions."""
    return floor(shift(centre, 0.5), name="rounded centre", symbol=r"\hat p_t")


def window_mask(places: Step, middle: Step, reach: int) -> Step:
    """1 for the positions at most `reach` from a whole number, 0 for the others."""
    distances = square(subtract(places, middle))
    # Squares of whole numbers against a half, so that rounding cannot move an edge of the window.
    return positive(shift(scale(distances, -1.0), reach**2 + 0.5), name="window", symbol="w")


def gaussian(places: Step, centre: Step, reach: int) -> Step:
    """exp(-(s - p)^2 / (2 sigma^2)) with sigma = D / 2, around the real centre; eq. 10."""
    if reach < 1:
        raise InputError("D", "", say("must be at least 1 under the bell, whose width is D / 2"))
    return exp(scale(square(subtract(places, centre)), _over_square(-2, reach)), name="bell", symbol="g")


def _over_square(number: int, reach: int) -> ex.Expression:
    return ex.quotient(ex.constant(number), ex.square(ex.constant(reach, "D")))


def gaussian_context(
    align: Step, H_s: Step, places: Step, centre: Step, reach: int, renormalised: bool
) -> tuple[Step, Step] | tuple[Step, Step, Step]:
    """The sum of the weights, the slope of the context, and the context of local-p, last.

    The paper leaves the sum below 1. The slope is the derivative of the context for the centre; it is left out where
    the weights are renormalised, because it is another one then.
    """
    weights = contract(align, gaussian(places, centre, reach), name="attention weights", symbol="a")
    weight_sum = sum_over(weights, over="key", name="weight sum", symbol=r"\Sigma")
    if renormalised:
        return weight_sum, context_vector(
            divide(weights, weight_sum, name="renormalised weights", symbol=r"\bar a"), H_s
        )
    moments = contract(weights, subtract(places, centre), H_s, over="key")
    return (
        weight_sum,
        scale(moments, _over_square(4, reach), name="context slope", symbol="c'"),
        context_vector(weights, H_s),
    )


# --- pictures ---------------------------------------------------------------------------------------------------------


BARS = {
    to_say("align"): "align",
    to_say("align × bell"): "attention weights",
    to_say("renormalised"): "renormalised weights",
}


def window_picture(trace: Trace) -> PositionAxis:
    """The source positions with the window, the weights as bars and the Gaussian over them."""
    middle = _rounded_centre(trace)
    centre = float(trace["centre"].value)
    reach = trace.options["D"]
    labels = distinct(trace["scores"].axes[0].labels)
    start = int(np.clip(middle - MOST // 2, 0, max(0, len(labels) - MOST)))
    shown = slice(start, start + MOST)
    bars = {say(title): tuple(map(float, trace[name].value[shown])) for title, name in BARS.items() if name in trace}
    x = np.linspace(start + 0.5, min(start + MOST, len(labels)) + 0.5, 161)
    curves = {}
    if "bell" in trace:
        curves[term("bell")] = tuple(zip(x.tolist(), _gaussian(x, centre, reach).tolist(), strict=True))
    lit = {term("window"): (middle - reach - 0.5, middle + reach + 0.5)}
    caption = say("The source, the window on it (shaded), and the weights: nothing outside is read.")
    marks = {say("centre {centre:.3g}", centre=centre): centre}
    return PositionAxis(caption, labels[shown], bars, say("source position"), start + 1, curves, lit, marks)


def context_curves(trace: Trace, renormalised: bool) -> Curves:
    """The first number of the context over the centre, with the Gaussian and without it."""
    scores = trace["scores"].value
    H_s = trace["H_s"].value[:, 0]
    reach = trace.options["D"]
    x = np.linspace(0.5, len(scores) + 0.49, 241)
    near = abs(np.arange(1, len(scores) + 1) - np.floor(x + 0.5)[:, None]) <= reach
    visible = np.where(near, scores, -np.inf)
    exponentials = np.exp(visible - visible.max(axis=1, keepdims=True))
    align = exponentials / exponentials.sum(axis=1, keepdims=True)
    series = {say("window alone"): align @ H_s}
    if reach:
        a = align * _gaussian(np.arange(1, len(scores) + 1), x[:, None], reach)
        series[say("window and bell")] = (a / a.sum(axis=1, keepdims=True) if renormalised else a) @ H_s
    lines = {name: tuple(line.tolist()) for name, line in series.items()}
    here = {say("your centre"): (float(trace["centre"].value), float(trace.output.value[0]))}
    caption = say("The context’s first number, wherever the centre may stand: steps cannot say which way to move.")
    return Curves(caption, tuple(x.tolist()), lines, "centre", say("context 1"), here)


def _gaussian(places: Array, centre: Array | float, reach: int) -> Array:
    return np.asarray(np.exp(-2 / reach**2 * (places - centre) ** 2))


def _rounded_centre(trace: Trace) -> int:
    return int(np.floor(trace["centre"].value + 0.5))
