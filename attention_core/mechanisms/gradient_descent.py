"""One step of gradient descent, for the lessons that train attention."""

from __future__ import annotations

from attention_core.engine import expression as ex
from attention_core.engine.ops import scale, subtract
from attention_core.engine.step import Step


def gradient_step(W: Step, gradient: Step, rate: float) -> Step:
    """W - rate * gradient, named "after one step/W". gradient: with the axes of W."""
    return subtract(
        W, scale(gradient, ex.constant(rate, r"\eta")), name=f"after one step/{W.name}", symbol=f"{W.symbol}'"
    )
