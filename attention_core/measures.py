"""What is measured of a row of weights: its entropy, how its softmax answers a nudge, the length of a vector."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

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


def redundancy(weights: Step, of: str, along: str = "key") -> Step:
    """|A A^T - I|^2: 0 where every row reads one place and no two the same. Lin et al. 2017, eq. 8."""
    other = f"other {of}"
    overlap = contract(weights, rename(weights, of, other), over=along, name="overlap", symbol=r"A A^\top")
    off = square(minus(overlap, identity(weights.axis(of), other)))
    return total(off, over=(of, other), name="penalty", symbol="P")


def norm(x: Step, over: str | Iterable[str], name: str = "", symbol: str = "") -> Step:
    """The root of the sum of squares over axes (of a matrix: its Frobenius norm)."""
    return sqrt(total(square(x), over=over), name=name, symbol=symbol)


def counted(width: int) -> tuple[float, float]:
    """Mean and variance of a sum of so many signs, over all 2^width ways to choose them, each as likely as the next.

    A product of two entries that are +1 or -1 is such a sign, so this is q.k with nothing left to chance.
    """
    sums = np.zeros(1)
    for _ in range(width):
        sums = np.concatenate([sums - 1, sums + 1])
    return float(sums.mean()), float(sums.var())


@lru_cache(maxsize=1)
def drawn(widths: tuple[int, ...] = (4, 16, 64, 256), pairs: int = 20000) -> tuple[tuple[float, float], ...]:
    """(width, variance of q.k) over pairs of seeded Gaussian vectors, which grow entry by entry."""
    rng, sums, found = np.random.default_rng(0), np.zeros(pairs), []
    for width in range(1, max(widths) + 1):
        sums += rng.standard_normal(pairs) * rng.standard_normal(pairs)
        if width in widths:
            found.append((float(width), float(sums.var())))
    return tuple(found)


def measured_variances() -> dict[str, tuple[tuple[float, float], ...]]:
    """Points (width, variance of q.k) for entries of mean 0 and variance 1: counted out, and drawn at random."""
    exact = tuple((float(width), counted(width)[1]) for width in range(1, 11))
    return {"±1, every outcome counted": exact, "Gaussian, 20000 pairs drawn": drawn()}
