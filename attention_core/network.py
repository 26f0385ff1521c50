"""Attention as a network to be trained: blocks with their losses, and the loss further downhill."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import InputError
from .primitives import add, contract, exp, log, mean, minus, rename, scale, shift, softmax, square, total
from .step import Step
from .trace import Trace

WEIGHTS = ("W_q", "W_k", "W_v")


def block(X: Step, W_q: Step, W_k: Step, W_v: Step, T: Step, path: str = "") -> tuple[Step, Step]:
    """The scaled scores and the loss, half the squared distance to T (query, value).

    path: "after one step/" before the name of every step, for a second run of the block; its symbols get a stroke.
    """
    stroke = "'" if path else ""
    asking, asked = rename(X, "token", "query"), rename(X, "token", "key")
    Q = contract(asking, W_q, over="model", name=f"{path}queries", symbol=f"Q{stroke}")
    K = contract(asked, W_k, over="model", name=f"{path}keys", symbol=f"K{stroke}")
    V = contract(asked, W_v, over="model", name=f"{path}values", symbol=f"V{stroke}")
    scores = contract(Q, K, over="feature", name=f"{path}scores", symbol=f"S{stroke}")
    scaled = scale(scores, Q.size("feature") ** -0.5, name=f"{path}scaled scores", symbol=rf"\tilde S{stroke}")
    weights = softmax(scaled, along="key", name=f"{path}attention weights", symbol=f"A{stroke}")
    prediction = contract(weights, V, over="key", name=f"{path}prediction", symbol=f"O{stroke}")
    halves = scale(square(minus(prediction, T)), 0.5)
    return scaled, total(halves, over=("query", "value"), name=f"{path}loss", symbol=f"L{stroke}")


def read_and_judged(X: Step, y: Step, k: Step, w: Step, b: Step, path: str = "") -> Step:
    """The mean of ln(1 + exp(-y (w . c + b))) over texts X (text, token, feature), each read as c = softmax(X k) X.

    path: as in `block`.
    """
    stroke = "'" if path else ""
    scores = contract(X, k, over="feature", name=f"{path}scores", symbol=f"S{stroke}")
    weights = softmax(scores, along="token", name=f"{path}attention weights", symbol=f"A{stroke}")
    context = contract(weights, X, over="token", name=f"{path}context", symbol=f"C{stroke}")
    logits = add(contract(context, w, over="feature"), b, name=f"{path}logits", symbol=rf"\hat y{stroke}")
    margins = contract(y, logits, name=f"{path}margins", symbol=f"m{stroke}")
    return mean(log(shift(exp(scale(margins, -1.0)), 1.0)), "text", name=f"{path}loss", symbol=f"L{stroke}")


def moved(W: Step, gradient: Step, rate: float) -> Step:
    """W against its gradient."""
    return minus(W, scale(gradient, rate), name=f"after one step/{W.name}", symbol=f"{W.symbol}'")


def losses(trace: Trace, rates: Iterable[float]) -> dict[float, float]:
    """The loss after one step of each rate, where it is still a number."""
    found = {}
    for rate in rates:
        try:
            q, k, v = (moved(trace[name], trace[f"back/gradient of {name}"], rate) for name in WEIGHTS)
            found[rate] = float(block(trace["X"], q, k, v, trace["T"])[1].value)
        except InputError:
            continue
    return found
