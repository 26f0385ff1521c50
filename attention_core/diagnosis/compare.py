"""The numbers that are judged beside a computation: how far apart they may be, and how far they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.step import Array

from .entry import Steps
from .recipe import Given
from .reference import SCORES

# The order in which steps are made, by their names in recipes; those of a trace are the same.
ORDER = (
    "queries", "keys", "values", "rotated queries", "rotated keys", *SCORES,
    "attention weights", "head outputs", "output", "projected output",
)  # fmt: skip
ALIASES = {"weights": "attention weights", "attention": "attention weights", "Y": "output", "O": "output"}
MOST_ALLOWED = 0.1  # of the largest claimed number: a mistake that allows more would explain anything
ROUNDINGS = 8  # how many times the precision's last digit, of the largest number that takes part, is no mistake
_SEEN_AS_HIDDEN = -1e4  # a score below is minus infinity, whatever number stands for it


@dataclass(frozen=True, eq=False)
class Claim:
    """An array that is judged, in the shape of recipes, and the steps that it may be."""

    name: str
    steps: tuple[str, ...]
    array: Array


def claims(mine: Mapping[str, Array], right: Steps, last: str, shapes: Mapping[str, tuple[int, ...]]) -> list[Claim]:
    """What is judged, in the order of steps.

    right: the steps of the right recipe; last: the name of the result; shapes: the shapes the caller knows.
    Raises InputError on an unknown name or a shape that does not fit.
    """
    found = [_claim(name, array, right, last, shapes) for name, array in mine.items()]
    return sorted(found, key=lambda claim: ORDER.index(claim.steps[-1]))


def _claim(name: str, array: Array, right: Steps, last: str, shapes: Mapping[str, tuple[int, ...]]) -> Claim:
    wanted = ALIASES.get(name, name)
    if wanted not in ORDER:
        raise InputError("mine", name, say("is no step; there are {listed}", listed=", ".join(("weights", *ORDER))))
    if wanted not in shapes:
        wanted = _standing_for(name, wanted)
    steps = SCORES if wanted == "scores" else (last,) if wanted == "output" else (wanted,)
    if wanted == "output" and array.ndim > len(shapes[last]):
        steps = ("head outputs",)
    if wanted in SCORES:
        array = np.where(array <= _SEEN_AS_HIDDEN, -np.inf, array)
    shape = right[steps[-1]].shape
    if (1,) * (len(shape) - array.ndim) + array.shape != shape:
        known = shapes.get(steps[-1], shape)
        raise InputError(
            "mine", name, say("has shape {shape}, where the right one has {known}", shape=array.shape, known=known)
        )
    return Claim(name, steps, array.reshape(shape))


def _standing_for(name: str, wanted: str) -> str:
    """The step that has the numbers of one that is not made under the settings, such as capped scores without a cap.

    Raises InputError where there is none: queries without a projection are what was given.
    """
    if wanted in SCORES:
        return "scores"
    if ORDER.index(wanted) >= ORDER.index("attention weights"):
        return "output"
    raise InputError("mine", name, say("is not computed with these settings, but given"))


@dataclass(frozen=True, eq=False)
class Judge:
    """Says how far steps are from what is claimed, in units of what rounding may do."""

    given: Given
    claims: tuple[Claim, ...]
    eps: float

    def error(self, steps: Steps, eps: float = 0.0, sizes: Steps | None = None) -> float:
        """The largest difference over what is allowed; up to 1 the steps give the claimed numbers.

        sizes: the steps whose numbers say what rounding may do; by default these steps themselves.
        """
        return max(self.of_claim(claim, steps, eps or self.eps, sizes=sizes) for claim in self.claims)

    def of_claim(
        self, claim: Claim, steps: Steps, eps: float, most: float = MOST_ALLOWED, sizes: Steps | None = None
    ) -> float:
        """The same for one claim, under the reading that fits it best. most: the limit to what may be allowed."""
        return min(self._off(claim.array, name, steps, eps, most, sizes or steps) for name in claim.steps)

    def _off(self, mine: Array, name: str, steps: Steps, eps: float, most: float, sizes: Steps) -> float:
        other = steps[name]
        if other.shape != mine.shape:
            return np.inf
        off = largest_difference(mine, other)
        if off == 0 or off == np.inf:
            return off
        limit = most * size(mine) if most < np.inf else np.inf
        if off > limit:
            return np.inf
        return off / min(self.allowed(name, sizes, eps), limit)

    def allowed(self, name: str, steps: Steps, eps: float) -> float:
        """How large a difference may be in this step, by the numbers that take part in it."""
        unit = ROUNDINGS * eps
        if name in SCORES:
            return unit * (1 + size(steps[name]))
        if ORDER.index(name) < ORDER.index("scores"):
            return 2 * unit * (1 + size(steps[name]))
        unit *= 1 + size(steps["masked scores"])
        weights = steps["attention weights"]
        if name == "attention weights":
            return unit * (1e-3 + size(weights))
        unit *= size(steps["values as met"]) * max(1.0, size(np.abs(weights).sum(-1)))
        if name == "projected output" and "W_o" in self.given.weights:
            unit *= max(1.0, float(np.abs(self.given.weights["W_o"]).sum(0).max()))
        return unit + np.finfo(float).tiny


def largest_difference(one: Array, other: Array) -> float:
    """The largest difference of two arrays; infinite where one is not a number or infinite and the other is not."""
    off = np.abs(one - other)
    most = float(np.maximum.reduce(off, axis=None))
    if most == most and most != np.inf:
        return most
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    off = np.where(same, 0, off)
    return float(np.where(np.isnan(off), np.inf, off).max())


def departing(one: Array, other: Array, allowed: float) -> tuple[int, ...] | None:
    """The first cell at which two arrays differ by more than is allowed."""
    with np.errstate(invalid="ignore"):
        off = np.abs(one - other)
        same = (one == other) | (np.isnan(one) & np.isnan(other)) | (off <= allowed)
    places = np.argwhere(~same)
    return tuple(int(i) for i in places[0]) if len(places) else None


def size(x: Array) -> float:
    """The size of the largest finite number."""
    most = float(np.maximum.reduce(np.abs(x), axis=None))
    if math.isfinite(most):
        return most
    finite = x[np.isfinite(x)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def same(one: Steps, other: Steps, names: tuple[str, ...]) -> bool:
    """Whether two recipes, computed in double precision, give the same numbers in these steps."""
    for name in names:
        if one[name].shape != other[name].shape:
            return False
        if largest_difference(one[name], other[name]) > 1e-9 * (1e-3 + min(size(one[name]), size(other[name]))):
            return False
    return True


def precision_of(arrays: list[Any]) -> np.dtype[Any]:
    """The coarsest precision among arrays of numbers with a point; double where there are none."""
    kinds = [array.dtype for array in arrays if array.dtype.kind == "f" or array.dtype.name == "bfloat16"]
    return max([np.dtype(float), *kinds], key=epsilon)


def epsilon(precision: np.dtype[Any]) -> float:
    """What the last digit is worth, of 1."""
    return 2.0**-7 if precision.name == "bfloat16" else float(np.finfo(precision).eps)
