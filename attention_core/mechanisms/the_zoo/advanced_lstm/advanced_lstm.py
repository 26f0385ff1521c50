"""Advanced LSTM: the cell starts from a weighted mixture of several earlier cells, not from the last one alone."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.layers import affine
from attention_core.blocks.naming import step_namer
from attention_core.blocks.recurrent import lstm, stack_rows, zeros
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import contract, index, softmax
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Sum
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.pictures import Bars, Picture

from .lagged_states import input_gradient_norms, lag_arcs, lag_mixture, last_cell_weights


def run(X: Step, W_x: Step, W_h: Step, b: Step, w_c: Step, w_h: Step, w_p: Step, lags: Step) -> Step:
    """C = f C' + i g, h = o tanh C; C' and h' are mixtures of earlier C and h. Tao and Liu 2018, section 2."""
    if not lags.value[0]:
        raise InputError("lags", say("lag 1"), say("must be on: the first moment has nothing else to start from"))
    cells = [zeros(w_c.axes[0], "C_0")]
    states = [zeros(w_h.axes[0], "h_0")]
    for t in range(1, X.size("time") + 1):
        namer = step_namer("time", t)
        cell = lag_mixture(cells, w_c, lags, namer, "cell", ("B", "a", r"\alpha", "C'"))
        state = lag_mixture(states, w_h, lags, namer, "state", ("H", "e", r"\beta", "h'"))
        pre_activation = affine((W_x, index(X, "time", t - 1)), (W_h, state), bias=b)
        for found, new in zip((cells, states), lstm(cell, pre_activation, namer, ("C", "h")), strict=True):
            found.append(new)
    table = stack_rows(states[1:], X.axis("time"), "states", "H")
    scores = contract(table, w_p, over="state", name="pooling scores", symbol="p")
    pooling = softmax(scores, "time", name="pooling weights", symbol=r"\gamma")
    return contract(pooling, table, over="time", name="output", symbol="u")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The earlier times that each time starts from; and the gradient of the last state for every input."""
    alone = MECHANISM.again(trace, {"lags": np.eye(1, trace["lags"].value.size)[0]})
    heights = {say("these lags"): input_gradient_norms(trace), say("lag 1 only: an LSTM"): input_gradient_norms(alone)}
    caption = say("How much the last state depends on each moment.")
    times = trace["X"].axis("time").labels
    return lag_arcs(trace), Bars(caption, times, heights, say("length of the gradient"), log=True)


X = [
    [-0.4, 0.5],
    [-0.2, 0.2],
    [-0.1, 0.4],
    [-0.3, -0.8],
    [-0.4, 0.2],
    [0.2, 0.9],
    [-0.5, -0.1],
    [0.8, -0.7],
    [0.4, 0.9],
]
MATRICES = {
    "W_x": [
        [0.5, -0.3],
        [0.3, -0.6],
        [0.8, -0.8],
        [-0.4, 0.3],
        [-0.9, -0.1],
        [-0.7, 0.9],
        [-0.3, 0.7],
        [-0.3, 0.6],
    ],
    "W_h": [
        [-0.9, 0.4],
        [-0.1, 0.3],
        [-0.4, -0.7],
        [0.2, -0.7],
        [-0.7, 0.3],
        [0.3, 0.7],
        [-0.1, -0.6],
        [-0.6, -0.5],
    ],
}
REST = {"b": [-0.1, -0.1, 0.2, -0.1, 0.2, 0.1, -0.3, 0], "w_c": [4, -3], "w_h": [5, 6], "w_p": [6, -4]}
NINE_TIMES = {"X": X, **MATRICES, **REST, "lags": [1, 0, 1, 0, 1, 0]}
LABELS = {"time": tuple("123456789")}
NOTE = "Made-up numbers."

MECHANISM = Mechanism(
    key="advanced-lstm",
    title="Advanced LSTM",
    section="The zoo",
    boxes=("which keys", "normalise", "read"),
    opens="time 9/mixed cell",
    insight="Each step starts from a mixture of several earlier steps, so gradients have shorter ways back.",
    papers=("Tao and Liu 2018, arXiv:1710.10197",),
    inputs={
        "X": Input(("time", "input"), "the series"),
        "W_x": Input(("gate", "input"), "input weights"),
        "W_h": Input(("gate", "state"), "state weights"),
        "b": Input(("gate",), "bias"),
        "w_c": Input(("state",), "score vector, cells"),
        "w_h": Input(("state",), "score vector, states"),
        "w_p": Input(("state",), "score vector, pooling"),
        "lags": Input(("lag",), "steps back", switch=True),
    },
    presets={
        "three": Preset("1, 3 and 5 back", NINE_TIMES, LABELS, note=NOTE),
        "one": Preset("Ordinary LSTM", {**NINE_TIMES, "lags": [1, 0, 0, 0, 0, 0]}, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "At the end, let more than 0.9 of the cell come from five steps back.",
            lambda t: bool((last_cell_weights(t)[4:5] > 0.9).any()),
            "That cell has the largest score already. A longer score vector makes the difference larger.",
            {"w_c": [40, -30]},
        ),
        Challenge(
            "Make it an ordinary LSTM.",
            lambda t: bool(t["lags"].value.sum() == 1),
            "Which of the lags does an ordinary LSTM have?",
            {"lags": [1] + [0] * 5},
        ),
    ),
    constraints=(Sum("gate", ("state",) * 4),),
    in_transformer="nowhere; each token reads all earlier tokens directly, not a few chosen lags.",
    related=("rnn-gradient-flow", "sab"),
    run=run,
    picture=picture,
)
