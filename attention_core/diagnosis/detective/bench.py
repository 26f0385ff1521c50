"""Makes mistakes of the catalogue on one case, and compares what they give with what the code gives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np

from attention_core.diagnosis.cases import broken
from attention_core.diagnosis.compare import largest_difference, size
from attention_core.diagnosis.entry import Steps
from attention_core.diagnosis.mistakes import BY_KEY
from attention_core.diagnosis.recipe import RIGHT, Change, Given, Kitchen
from attention_core.diagnosis.reference import Reference
from attention_core.diagnosis.search import MISFITS
from attention_core.engine.step import Array

from .chance import Chance
from .levels import Suspect

APART = 0.05  # by which a wrong choice misses one of the numbers shown


class Bench:
    """Makes mistakes on one case, and compares what they give."""

    def __init__(self, right: Reference, *words: object) -> None:
        """words: what chance is seeded with, where a mistake has chance in it."""
        self._right = right
        self.start = Kitchen(right.given).steps(RIGHT)
        self._dropped = _half_dropped(words)

    def ways(self, key: str) -> Mapping[str, Change]:
        """The ways in which a mistake is made; dropout in one, which takes half of the weights."""
        return BY_KEY[key].ways or {"": self._dropped}

    def change(self, suspect: Suspect) -> Change:
        """What a suspect does."""
        return self.ways(suspect.key)[suspect.way]

    def raw(self, change: Change) -> Steps | None:
        """The steps with a mistake as recipes have them; None where it cannot be made on this case."""
        with suppress(*MISFITS):
            return broken(self._right.given, change)
        return None

    def shaped(self, raw: Steps) -> dict[str, Array]:
        """Those of them that have as many numbers as the right steps, in the shapes of these."""
        steps = self._right.steps
        kept = [name for name in steps if name in raw and raw[name].size == steps[name].value.size]
        return {name: raw[name].reshape(steps[name].value.shape) for name in kept}

    def made(self, suspect: Suspect) -> dict[str, Array]:
        """What the code of a suspect gives."""
        raw = self.raw(self.change(suspect))
        assert raw is not None
        return self.shaped(raw)

    def all(self, key: str, shown: tuple[str, ...]) -> list[dict[str, Array]]:
        """What each way of a mistake gives that can be made here and gives the steps that are shown."""
        raws = (self.raw(change) for change in self.ways(key).values())
        found = (self.shaped(raw) for raw in raws if raw is not None)
        return [each for each in found if all(name in each for name in shown)]

    def is_told(self, key: str, code: Steps, shown: tuple[str, ...]) -> bool:
        """Whether a mistake can be made here, changes a number that is shown, and gives others than the code has."""
        every = self.all(key, shown)
        right = {name: self._right.steps[name].value for name in shown}
        changing = [each for each in every if _off(each, right, shown) >= APART]
        return bool(changing) and all(_off(each, code, shown) >= APART for each in every) and not self._fits(key, code)

    def closest(self, key: str, code: Steps, shown: tuple[str, ...]) -> dict[str, Array]:
        """Of the ways of a mistake the one with the most numbers that the code has, then with the nearest."""

        def off(made: Steps) -> tuple[int, float]:
            return sum(len(differing(made[name], code[name])) for name in shown), _off(made, code, shown)

        return min(self.all(key, shown), key=off)

    def _fits(self, key: str, code: Steps) -> bool:
        """Whether a mistake of chance could have given the numbers."""
        fit = BY_KEY[key].fit
        if fit is None:
            return False
        mine = {
            name: code[name].reshape(self.start[name].shape) for name in ("attention weights", "output") if name in code
        }
        return fit(self._right.given, self.start, mine) is not None


def _off(one: Steps, other: Steps, shown: tuple[str, ...]) -> float:
    return max(largest_difference(one[name], other[name]) for name in shown)


def _half_dropped(words: tuple[object, ...]) -> Change:
    """Dropout of a half: every weight is 0 or doubled."""

    def finish(g: Given, weights: Array, visible: Array | None) -> Array:
        return weights * Chance(*words).table(weights.shape, (0, 2))

    return lambda recipe: replace(recipe, finish=finish)


def differing(one: Array, other: Array) -> tuple[int, ...]:
    """Positions, in reading order, of the cells in which two arrays of one shape differ by more than rounding."""
    with np.errstate(invalid="ignore"):
        same = (one == other) | (np.isnan(one) & np.isnan(other)) | (np.abs(one - other) <= 1e-9 * (1 + size(other)))
    return tuple(int(i) for i in np.flatnonzero(~same))
