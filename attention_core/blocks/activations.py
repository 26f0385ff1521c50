"""Activations of feed-forward layers that are made of several operations; `relu` and `tanh` are operations."""

from __future__ import annotations

import math

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.fused import fused
from attention_core.engine.ops import add, contract, divide_by, erf, scale, shift, sigmoid, tanh
from attention_core.engine.step import Step

_CUBIC = 0.044715  # of the approximation with tanh: with it the largest error is below 0.0005


def gelu(x: Step, name: str = "", symbol: str = "") -> Step:
    """x (1 + erf(x / sqrt(2))) / 2: x times the probability that a normal number is below x, with the axes of x.

    Hendrycks and Gimpel 2016, arXiv:1606.08415.
    """
    return fused(_gelu, kernels.gelu, x, name=name, symbol=symbol)


def _gelu(x: Step) -> Step:
    below = shift(erf(divide_by(x, ex.root(ex.constant(2)))), 1.0)
    return divide_by(contract(x, below), 2)


def gelu_tanh(x: Step, name: str = "", symbol: str = "") -> Step:
    """x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, the approximation of `gelu` in GPT-2; with the axes of x.

    Hendrycks and Gimpel 2016, section 2.
    """
    return fused(_gelu_tanh, kernels.gelu_tanh, x, name=name, symbol=symbol)


def _gelu_tanh(x: Step) -> Step:
    cubic = add(x, scale(contract(x, x, x), _CUBIC))
    root = ex.root(ex.quotient(ex.constant(2), ex.constant(math.pi, r"\pi")))
    return divide_by(contract(x, shift(tanh(scale(cubic, root)), 1.0)), 2)


def silu(x: Step, name: str = "", symbol: str = "") -> Step:
    """x sigmoid(x), also called swish; with the axes of x. Elfwing, Uchibe and Doya 2017, arXiv:1702.03118."""
    return fused(_silu, kernels.silu, x, name=name, symbol=symbol)


def _silu(x: Step) -> Step:
    return contract(x, sigmoid(x))
