"""Norms of a Transformer: every row brought to one size by numbers of its own, then scaled feature by feature.

The mean and the variance, or the mean square, are steps with names. One cell of the result would otherwise be written
out with the squares of its whole row.
"""

from __future__ import annotations

from dataclasses import dataclass

from attention_core.engine.axes import names
from attention_core.engine.ops import add, contract, divide, mean, shift, sqrt, square, subtract
from attention_core.engine.step import Step

from .naming import StepNamer

_EPS = r"\varepsilon"


@dataclass(frozen=True)
class NormNames:
    """What the steps of a norm are called: `what` in front of "mean" and the like, `index` at every symbol.

    result: name and symbol of the norm's own result, where that is not `what` and "N".
    """

    namer: StepNamer
    what: str = "norm"
    index: str = ""
    result: tuple[str, str] | None = None

    def part(self, of: str, symbol: str) -> dict[str, str]:
        """Name and symbol of a step on the way."""
        return self.namer(f"{self.what} {of}", symbol + (f"_{self.index}" if self.index else ""))

    def last(self) -> dict[str, str]:
        """Name and symbol of the result."""
        return (
            self.namer(*self.result) if self.result else self.namer(self.what, f"N_{self.index}" if self.index else "N")
        )


def layer_norm(x: Step, gain: Step, bias: Step | None, eps: float, called: NormNames) -> Step:
    """gain (x - mean) / sqrt(variance + eps) + bias, over the last axis of x. Ba, Kiros and Hinton 2016.

    x (..., model); gain and bias (model); the result has the axes of x. Named steps: "norm mean", "norm variance" and
    "norm". The variance is the mean of the squares, not divided by one less. arXiv:1607.06450.
    """
    over = x.axes[-1].name
    average = mean(x, over, **called.part("mean", r"\mu"))
    apart = subtract(x, average)
    variance = mean(square(apart), over, **called.part("variance", "v"))
    scaled = divide(apart, _root(variance, eps))
    if bias is None:
        return contract(scaled, gain, to=names(x.axes), **called.last())
    return add(contract(scaled, gain), bias, to=names(x.axes), **called.last())


def rms_norm(x: Step, gain: Step, eps: float, called: NormNames) -> Step:
    """gain x / sqrt(mean of x^2 + eps), over the last axis of x: no mean is taken away. Zhang and Sennrich 2019.

    x (..., model), gain (model); the result has the axes of x. Named steps: "norm mean square" and "norm".
    arXiv:1910.07467.
    """
    over = x.axes[-1].name
    mean_square = mean(square(x), over, **called.part("mean square", "r"))
    return contract(divide(x, _root(mean_square, eps)), gain, to=names(x.axes), **called.last())


def _root(x: Step, eps: float) -> Step:
    """sqrt(x + eps); an eps of 0 is not written."""
    return sqrt(shift(x, eps, letter=_EPS) if eps else x)
