"""Measures for the words of a lesson: steps of 0 and 1 that say where, or whether, something holds."""

from __future__ import annotations

from attention_core.engine.ops import contract, largest, positive, scale, shift, subtract
from attention_core.engine.step import Step


def leading(x: Step, along: str) -> Step:
    """1 at the largest number along an axis, at all of them in a tie, and 0 elsewhere."""
    return negated(positive(subtract(largest(x, along), x)))


def above(x: Step, bound: float) -> Step:
    """1 where a number is more than the bound."""
    return positive(shift(x, -bound))


def below(x: Step, bound: float) -> Step:
    """1 where a number is less than the bound."""
    return positive(shift(scale(x, -1.0), bound))


def negated(holds: Step) -> Step:
    """1 where `holds` is 0, and 0 where it is 1."""
    return shift(scale(holds, -1.0), 1.0)


def both(one: Step, other: Step) -> Step:
    """1 where both are."""
    return contract(one, other)
