"""Norms of a Transformer: every row brought to one size by numbers of its own, then scaled feature by feature.

The mean and the variance, or the mean square, are steps with names. One cell of the result would otherwise be written
out with the squares of its whole row.
"""

from __future__ import annotations

from dataclasses import dataclass

from attention_core.engine import kernels
from attention_core.engine.axes import names
from attention_core.engine.fused import fused
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
    spread = fused(_variance, kernels.variance, x, average, over=over, constants=None, **called.part("variance", "v"))
    given = (x, average, spread, gain, bias) if bias else (x, average, spread, gain)
    return fused(_layer_norm, kernels.layer_norm, *given, constants={"eps": eps}, **called.last())


def _variance(x: Step, average: Step) -> Step:
    return mean(square(subtract(x, average)), x.axes[-1].name)


def _layer_norm(x: Step, average: Step, spread: Step, gain: Step, bias: Step | None = None, *, eps: float) -> Step:
    scaled = divide(subtract(x, average), _root(spread, eps))
    product = contract(scaled, gain, to=names(x.axes))
    return product if bias is None else add(product, bias)


def rms_norm(x: Step, gain: Step, eps: float, called: NormNames) -> Step:
    """gain x / sqrt(mean of x^2 + eps), over the last axis of x: no mean is taken away. Zhang and Sennrich 2019.

    x (..., model), gain (model); the result has the axes of x. Named steps: "norm mean square" and "norm".
    arXiv:1910.07467.
    """
    over = x.axes[-1].name
    size = fused(_mean_square, kernels.mean_square, x, over=over, constants=None, **called.part("mean square", "r"))
    return fused(_rms_norm, kernels.rms_norm, x, size, gain, constants={"eps": eps}, **called.last())


def _mean_square(x: Step) -> Step:
    return mean(square(x), x.axes[-1].name)


def _rms_norm(x: Step, size: Step, gain: Step, *, eps: float) -> Step:
    return contract(divide(x, _root(size, eps)), gain, to=names(x.axes))


def _root(x: Step, eps: float) -> Step:
    """sqrt(x + eps); an eps of 0 is not written."""
    return sqrt(shift(x, eps, letter=_EPS) if eps else x)
