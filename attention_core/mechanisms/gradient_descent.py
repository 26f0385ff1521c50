"""Attention as a network to be trained: blocks with their losses, and the loss further downhill."""

from __future__ import annotations

from attention_core.engine.ops import scale, subtract
from attention_core.engine.step import Step


def gradient_step(W: Step, gradient: Step, rate: float) -> Step:
    """W against its gradient."""
    return subtract(W, scale(gradient, rate), name=f"after one step/{W.name}", symbol=f"{W.symbol}'")
