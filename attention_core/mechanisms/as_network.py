"""Self-attention as a network: three layers without a bias, a loss, the way back, and one step downhill."""

from __future__ import annotations

import numpy as np

from ..mechanism import Challenge, Input, Mechanism, Option, Preset
from ..network import WEIGHTS, block, losses, moved
from ..pictures import Curves
from ..primitives import total
from ..published import PUBLISHED, TOKENS
from ..step import Step, source
from ..trace import Trace, backward
from . import illustrated


def run(X: Step, W_k: Step, W_q: Step, W_v: Step, T: Step, lr: float) -> tuple[Step, ...]:
    """|softmax(Q K^T / sqrt(d_k)) V - T|^2 / 2, its gradients, and W - lr dW. Vaswani et al. 2017, eq. 1."""
    scores, loss = block(X, W_q, W_k, W_v, T)
    gradients = backward(loss, source("back/gradient of loss", 1.0, (), r"\bar L"), "back/")
    sums = total(gradients[scores], over="key", name="row sums", symbol="s")
    q, k, v = (moved(W, gradients[W], lr) for W in (W_q, W_k, W_v))
    return loss, gradients[X], sums, block(X, q, k, v, T, "after one step/")[1]


RATES = tuple(float(rate) for rate in np.geomspace(0.001, 1.0, 31))


def picture(trace: Trace) -> tuple[Curves, ...]:
    """The loss after one step over the learning rate: down, and up again where the step is too long."""
    rate, before, after = trace.options["lr"], float(trace["loss"].value), float(trace.output.value)
    curve = losses(trace, RATES) or {rate: after}
    series = {"after one step": tuple(curve.values()), "before": (before,) * len(curve)}
    caption = "The same downhill direction, steps of other lengths."
    marks = {"your learning rate": (rate, after)}
    return (Curves(caption, tuple(curve), series, "learning rate", "loss", marks, log_x=True, log_y=before > 0),)


def silent(trace: Trace) -> bool:
    """Whether the gradients ask for other values but for no other questions and keys."""
    queries, keys, values = (np.abs(trace[f"back/gradient of {name}"].value).max() for name in WEIGHTS)
    return bool(max(queries, keys) < 1e-9 < values)


GOLDEN = {**PUBLISHED, "T": [[1, 6, 2], [2, 7, 1], [2, 7, 1]]}
LOUD = {**GOLDEN, "X": [[1, 1, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]], "W_q": np.multiply(10, GOLDEN["W_q"])}
NOTE = "The inputs and weights of the worked example; the target is made up."

MECHANISM = Mechanism(
    key="attention-as-network",
    title="As a network",
    section="Self-attention",
    insight="All there is to learn are three tables; through the softmax, a gradient can only move weight about.",
    boxes=("read",),
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1", "Rumelhart, Hinton and Williams 1986, Nature 323"),
    inputs={**illustrated.MECHANISM.inputs, "T": Input(("query", "value"), "target")},
    same={"query": "token"},
    options={"lr": Option("Learning rate", 0.01, bounds=(0.001, 1.0))},
    presets={
        "worked": Preset("The worked example", GOLDEN, TOKENS, note=NOTE),
        "long": Preset("Too long a step", GOLDEN, TOKENS, {"lr": 0.1}, NOTE),
        "loud": Preset("Saturated softmax", LOUD, TOKENS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Make nothing left to learn: a loss below 0.001, with the weights as they are.",
            lambda trace: bool(trace["loss"].value < 0.001),
            "The loss compares the prediction with the target, and the target is yours to write.",
            {"T": [[1.864, 6.319, 1.704], [1.999, 7.814, 0.273], [1.993, 7.48, 0.736]]},
        ),
        Challenge(
            "Silence the gradients of W_q and W_k (all below 1e-9), while W_v still has something to learn.",
            silent,
            "Who is looked at makes no difference when everybody says the same.",
            {"X": [[1, 0, 1, 0]] * 3},
        ),
    ),
    run=run,
    picture=picture,
)
