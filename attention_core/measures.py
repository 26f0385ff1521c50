"""What is measured of a row of weights: its entropy, how its softmax answers a nudge, the length of a vector."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .axes import Axis
from .primitives import contract, minus, rename, scale, sqrt, square, total, xlogx
from .step import Step, source


def entropy(weights: Step, along: str = "key", name: str = "entropy", symbol: str = "H") -> Step:
    """-sum of a ln a along an axis, in nats, with 0 ln 0 = 0. Shannon 1948."""
    return scale(total(xlogx(weights), over=along), -1.0, name=name, symbol=symbol)


def jacobian(weights: Step, along: str = "key", of: str = "score", name: str = "Jacobian", symbol: str = "J") -> Step:
    """d(softmax weight)/d(score) = a_i (1 if i = j else 0) - a_i a_j, the scores along a second axis `of`."""
    eye = identity(weights.axis(along), of)
    return minus(contract(weights, eye), contract(weights, rename(weights, along, of)), name=name, symbol=symbol)


def identity(axis: Axis, other: str) -> Step:
    """1 where the position along `other` is that along the axis, else 0."""
    return source("identity", np.eye(axis.size), (axis, axis.renamed(other)), symbol="I")


def norm(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """The root of the sum of squares over axes (of a matrix: its Frobenius norm)."""
    return sqrt(total(square(x), over=over), name=name, symbol=symbol)
