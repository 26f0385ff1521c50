"""Self-attention as a network: three layers without a bias, a loss, its gradients, and one step of gradient descent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from attention_core.blocks.scores import over_root
from attention_core.engine.backward import backward
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import absolute, contract, largest, rename, scale, softmax, square, subtract, sum_over
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Curves
from attention_core.lesson.published_example import PUBLISHED, TOKENS
from attention_core.lesson.said import above, below
from attention_core.mechanisms.gradient_descent import gradient_step
from attention_core.mechanisms.start_here import illustrated_self_attention


def run(X: Step, W_k: Step, W_q: Step, W_v: Step, T: Step, lr: float) -> tuple[Step, ...]:
    """|softmax(Q K^T / sqrt(d_k)) V - T|^2 / 2, its gradients, and W - lr dW. Vaswani et al. 2017, eq. 1."""
    scores, loss = block(X, W_q, W_k, W_v, T)
    gradients = backward(loss, source("back/gradient of loss", 1.0, (), r"\bar L"), "back/")
    sums = sum_over(gradients[scores], over="key", name="row sums", symbol="s")
    q, k, v = (gradient_step(W, gradients[W], lr) for W in (W_q, W_k, W_v))
    return loss, gradients[X], sums, block(X, q, k, v, T, "after one step/")[1]


def said(trace: Trace) -> dict[str, Step | float]:
    """The largest gradient behind the softmax, whether that is nearly none, and whether the step raises the loss."""
    most = absolute(trace["back/gradient of scaled scores"])
    for axis in ("key", "query"):
        most = largest(most, axis)
    rise = subtract(trace.output, trace["loss"])
    return {
        "learning rate": trace.options["lr"],
        "largest gradient": most,
        "saturated": below(most, 0.01),
        "higher": above(rise, 0.0),
    }


RATES = tuple(float(rate) for rate in np.geomspace(0.001, 1.0, 31))


def picture(trace: Trace) -> tuple[Curves, ...]:
    """The loss after one step over the learning rate, beside the loss before."""
    rate = trace.options["lr"]
    before = float(trace["loss"].value)
    after = float(trace.output.value)
    curve = losses_after_step(trace, RATES) or {rate: after}
    series = {"after one step": tuple(curve.values()), "before": (before,) * len(curve)}
    caption = say("The loss after one step, over the learning rate.")
    marks = {say("your learning rate"): (rate, after)}
    return (Curves(caption, tuple(curve), series, say("learning rate"), "loss", marks, log_x=True, log_y=before > 0),)


def only_values_learn(trace: Trace) -> bool:
    """Whether W_v has a gradient while those of W_q and W_k are 0."""
    queries, keys, values = (np.abs(trace[f"back/gradient of {name}"].value).max() for name in WEIGHTS)
    return bool(max(queries, keys) < 1e-9 < values)


GOLDEN = {
    **PUBLISHED,
    "T": [[1, 6, 2], [2, 7, 1], [2, 7, 1]],
}
SATURATED = {
    **GOLDEN,
    "X": [[1, 1, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]],
    "W_q": np.multiply(10, GOLDEN["W_q"]),
}
NOTE = "The inputs and weights of the worked example; the target is made up."


WEIGHTS = ("W_q", "W_k", "W_v")


def block(X: Step, W_q: Step, W_k: Step, W_v: Step, T: Step, path: str = "") -> tuple[Step, Step]:
    """The scaled scores and the loss, half the squared distance to T (query, value).

    path: "after one step/" before the name of every step, for a second run of the block; its symbols get a stroke.
    """
    stroke = "'" if path else ""
    query_tokens = rename(X, "token", "query")
    key_tokens = rename(X, "token", "key")
    Q = contract(query_tokens, W_q, over="model", name=f"{path}queries", symbol=f"Q{stroke}")
    K = contract(key_tokens, W_k, over="model", name=f"{path}keys", symbol=f"K{stroke}")
    V = contract(key_tokens, W_v, over="model", name=f"{path}values", symbol=f"V{stroke}")
    scores = contract(Q, K, over="feature", name=f"{path}scores", symbol=f"S{stroke}")
    scaled = over_root(scores, Q.size("feature"), name=f"{path}scaled scores", symbol=rf"\tilde S{stroke}")
    weights = softmax(scaled, along="key", name=f"{path}attention weights", symbol=f"A{stroke}")
    prediction = contract(weights, V, over="key", name=f"{path}prediction", symbol=f"O{stroke}")
    halves = scale(square(subtract(prediction, T)), 0.5)
    return scaled, sum_over(halves, over=("query", "value"), name=f"{path}loss", symbol=f"L{stroke}")


def losses_after_step(trace: Trace, rates: Iterable[float]) -> dict[float, float]:
    """The loss after one step with each learning rate, where it is finite."""
    found = {}
    for rate in rates:
        try:
            q, k, v = (gradient_step(trace[name], trace[f"back/gradient of {name}"], rate) for name in WEIGHTS)
            found[rate] = float(block(trace["X"], q, k, v, trace["T"])[1].value)
        except InputError:
            continue
    return found


MECHANISM = Mechanism(
    key="attention-as-network",
    title="Self-attention as a network",
    section="Self-attention",
    insight="Three matrices are learnt; a gradient through the softmax only moves weight from key to key.",
    boxes=("read",),
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1", "Rumelhart, Hinton and Williams 1986, Nature 323"),
    inputs={**illustrated_self_attention.MECHANISM.inputs, "T": Input(("query", "value"), "target")},
    same={"query": "token"},
    options={"lr": Option("Learning rate", 0.01, bounds=(0.001, 1.0))},
    presets={
        "worked": Preset("The worked example", GOLDEN, TOKENS, note=NOTE),
        "long": Preset("Too long a step", GOLDEN, TOKENS, {"lr": 0.1}, NOTE),
        "loud": Preset("Saturated softmax", SATURATED, TOKENS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Bring the loss below 0.001 with the weights as they are.",
            lambda trace: bool(trace["loss"].value < 0.001),
            "The loss compares the prediction with the target, and you may edit the target.",
            {"T": [[1.864, 6.319, 1.704], [1.999, 7.814, 0.273], [1.993, 7.48, 0.736]]},
        ),
        Challenge(
            "Bring all gradients of the query and key weights below 1e-9, but not all gradients of the value weights.",
            only_values_learn,
            "If all values are equal, the weights make no difference to the output.",
            {"X": [[1, 0, 1, 0]] * 3},
        ),
    ),
    in_transformer="a self-attention layer, and how it is trained; a feed-forward layer follows it in every block.",
    related=("why-softmax", "rnn-gradient-flow"),
    run=run,
    picture=picture,
    said=said,
)
