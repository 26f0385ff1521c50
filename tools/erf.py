"""Find the polynomial of `kernels.erf` in single precision, and say how near it comes: python -m tools.erf.

The error function is tanh(x P(x x)), where P(x x) = atanh(erf(x)) / x is smooth and even. tanh takes most of the work
off the polynomial: where erf is near 1, an error of P hardly shows. So P is fitted to what shows, the error of erf
relative to erf, by least squares whose weights grow where the error is largest (Lawson 1961), until it is nearly the
same all over.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from attention_core.engine import kernels

DEGREE = 7
END = 3.92  # from here on 1 - erf(x) is less than half of what single precision tells from 1
POINTS, ROUNDS = 3000, 600

Numbers = NDArray[np.float64]


def exact(x: Numbers) -> Numbers:
    """The error function, in double precision."""
    return np.array([math.erf(each) for each in x])


def wanted(x: Numbers) -> Numbers:
    """atanh(erf(x)) / x for x above 0, by erfc, which keeps its digits where erf is near 1."""
    return np.array([0.5 * (math.log1p(math.erf(each)) - math.log(math.erfc(each))) / each for each in x])


def polynomial() -> tuple[float, ...]:
    """The coefficients of P, that of 1 first."""
    x = END * np.sin(np.linspace(0, math.pi / 2, POINTS))[1:]
    y, ratio, erf = (x / END) ** 2, wanted(x), exact(x)
    powers = y[:, None] ** np.arange(DEGREE + 1)
    shows = np.array([math.erfc(each) for each in x]) * (1 + erf) * x / erf  # of an error of P, in erf, relative to erf
    weights, best, found = np.ones_like(x), math.inf, powers[0]
    for _ in range(ROUNDS):
        row = weights * shows
        coefficients = np.linalg.lstsq(powers * row[:, None], ratio * row, rcond=None)[0]
        error = np.abs(np.tanh(powers @ coefficients * x) / erf - 1)
        if error.max() < best:
            best, found = error.max(), coefficients
        weights *= np.sqrt(error / error.max() + 1e-6)
        weights /= weights.max()
    return tuple(float(each) for each in found / END ** (2.0 * np.arange(DEGREE + 1)))


def main() -> None:
    print("coefficients, the highest first:")
    print("\n".join(f"    {each:.9g}" for each in reversed(polynomial())))
    x = np.linspace(-5, 5, 1_000_001).astype(np.float32)
    apart = np.abs(kernels.erf(x).astype(float) - exact(x.astype(float)))
    near = x != 0
    print(f"kernels.erf in single precision, {len(x)} numbers from -5 to 5: at most {apart.max():.2e} from erf,")
    print(f"relative to erf {np.max(apart[near] / np.abs(exact(x[near].astype(float)))):.2e}")


if __name__ == "__main__":
    main()
