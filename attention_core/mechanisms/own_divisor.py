"""A divisor of the learner's own, for lessons in which scores are divided: exercises divide by 3, by d, by nothing."""

from __future__ import annotations

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Option

DIVISOR = {"divisor": Option("Divide scores further by", 1.0, bounds=(0.001, 1000.0))}


def said_of_divisor(trace: Trace) -> dict[str, Step | float]:
    """The learner's own divisor, and whether there is one."""
    divisor = float(trace.options["divisor"])
    return {"divisor": divisor, "divided": float(divisor != 1)}
