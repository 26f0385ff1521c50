"""Measures of attention weights and vectors: entropy, Jacobian of the softmax, redundancy, length."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from attention_core.engine.axes import Axis
from attention_core.engine.ops import contract, rename, scale, sqrt, square, subtract, sum_over, xlogx
from attention_core.engine.step import Step, source


def entropy(weights: Step, along: str = "key", name: str = "entropy", symbol: str = "H") -> Step:
    """-sum of a ln a along an axis, in nats, with 0 ln 0 = 0; the result lacks that axis. Shannon 1948."""
    return scale(sum_over(xlogx(weights), over=along), -1.0, name=name, symbol=symbol)


def jacobian(weights: Step, along: str = "key", of: str = "score", name: str = "Jacobian", symbol: str = "J") -> Step:
    """d(softmax weight)/d(score) = a_i (1 if i = j else 0) - a_i a_j, with the scores along a second axis `of`."""
    eye = identity(weights.axis(along), of)
    return subtract(contract(weights, eye), contract(weights, rename(weights, along, of)), name=name, symbol=symbol)


def identity(axis: Axis, other: str) -> Step:
    """The identity matrix (axis, other): 1 where both positions are equal, else 0."""
    return source("identity", np.eye(axis.size), (axis, axis.renamed(other)), symbol="I")


def redundancy(weights: Step, of: str, along: str = "key") -> Step:
    """|A A^T - I|^2 over rows `of` of the weights A (of, along), one number. Lin et al. 2017, eq. 8.

    0 where every row gives all its weight to one position, and no two rows to the same.
    """
    other = f"other {of}"
    overlap = contract(weights, rename(weights, of, other), over=along, name="overlap", symbol=r"A A^\top")
    off = square(subtract(overlap, identity(weights.axis(of), other)))
    return sum_over(off, over=(of, other), name="penalty", symbol="P")


def norm(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """The root of the sum of squares over axes (of a matrix: its Frobenius norm)."""
    return sqrt(sum_over(square(x), over=over), name=name, symbol=symbol)
