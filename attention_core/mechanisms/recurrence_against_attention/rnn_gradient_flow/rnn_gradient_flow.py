"""Gradient flow: the gradient of the last state, or of the last context, for every token before it."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.recurrent import bare_cell, encode
from attention_core.engine.ops import index, largest, scale
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture
from attention_core.mechanisms.recurrence_against_attention.memory_probe import RHOS, TURN

from .jacobians import (
    attention_jacobians,
    both_norms,
    identity_jacobian,
    norms_over_distance,
    norms_over_rho,
    recurrent_jacobians,
)

MOST_TOKENS = 64  # of a text that is read again under every rho


def run(X: Step, R: Step, rho: float, size: float, squash: bool) -> tuple[Step, ...]:
    """|d h_T / d x_t| of h = tanh(x + rho R h): the product of Pascanu, Mikolov and Bengio 2013; and attention's."""
    W = scale(R, rho, name="recurrent weights", symbol="W")
    x = scale(X, size, name="scaled inputs", symbol=r"\tilde X")
    eye = identity_jacobian(X.axis("feature"))
    states = encode(x, bare_cell(W, squash), "token")
    return states[-1], both_norms(recurrent_jacobians(states, W, squash, eye), attention_jacobians(x, eye))


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Both norms over the distance from the end, and over rho where the text is short enough."""
    curves = norms_over_distance(trace)
    if trace["X"].size("token") > MOST_TOKENS:
        return (curves,)
    others = MECHANISM.under(trace, "rho")
    return (curves, norms_over_rho(trace, others)) if others else (curves,)


def said(trace: Trace) -> dict[str, Step | float]:
    """The norms of the recurrence at both ends of the text, and the smallest and the largest of attention."""
    recurrence, attention = (index(trace["gradient norms"], "reader", n) for n in range(2))
    least = scale(largest(scale(attention, -1.0), "token"), -1.0)
    start, end = (index(recurrence, "token", t) for t in (0, recurrence.size("token") - 1))
    return {"start": start, "end": end, "least": least, "most": largest(attention, "token")}


ROUND = [[float(np.cos(0.7 * t)), float(np.sin(0.7 * t))] for t in range(1, 13)]
GOLDEN = {"X": ROUND, "R": TURN}
NOTE = "Made up: tokens walk round a circle, and every step turns the state by 30°."
WORDS = {"token": tuple(f"token {t}" for t in range(1, 13))}

MECHANISM = Mechanism(
    key="rnn-gradient-flow",
    title="Gradient flow",
    section="Recurrence against attention",
    boxes=("normalise", "read"),
    insight="A gradient is multiplied by one matrix per token in a recurrence, by one weight in attention.",
    papers=("Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063", "Vaswani et al. 2017, arXiv:1706.03762, table 1"),
    inputs={"X": Input(("token", "feature"), "tokens"), "R": Input(("feature", "before"), "turn per token")},
    same={"before": "feature"},
    opens="token 2/state",
    options={
        "rho": Option("ρ", 0.9, RHOS),
        "size": Option("Size of inputs", 1.0, (0.0, 0.01, 0.1, 0.5, 1.0, 2.0)),
        "squash": Option("tanh", True),
    },
    presets={
        "twelve": Preset("Twelve tokens", GOLDEN, WORDS, note=NOTE),
        "saturated": Preset("Vanishing", GOLDEN, WORDS, {"rho": 1.2}, NOTE),
        "rest": Preset("Exploding", GOLDEN, WORDS, {"rho": 1.2, "size": 0.01}, NOTE),
    },
    challenges=(
        Challenge(
            "Make the gradient explode: a norm above 3 at the first token of the recurrence, with the tanh in place.",
            lambda trace: bool(trace.options["squash"] and trace["gradient norms"].value[0, 0] > 3),
            "Each power of ρ must be larger than 1, and no slope of the tanh much below 1. Where is a tanh steepest?",
            {"rho": 1.2, "size": 0.01},
        ),
        Challenge(
            "Make attention’s gradient vanish too: a norm below 0.000001 at the first of several tokens.",
            lambda trace: bool(len(trace["X"].value) > 1 and trace["gradient norms"].value[1, 0] < 1e-6),
            "The gradient follows the weight. What must the last token look like to read itself alone?",
            {"X": [*ROUND[:-1], [-4, 7]]},
        ),
    ),
    in_transformer=(
        "from token to token gradients pass through weights, from layer to layer through residual connections."
    ),
    related=("attention-as-network", "transparent-attention"),
    run=run,
    said=said,
    picture=picture,
)
