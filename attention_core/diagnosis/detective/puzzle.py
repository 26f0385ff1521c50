"""A case of the game: small inputs, what the code with one mistake gives, and the mistakes to choose from.

It follows from its level, the name of its series and its number alone, on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from attention_core.diagnosis.cases import Case
from attention_core.diagnosis.compare import ORDER, departing, largest_difference, size
from attention_core.diagnosis.diagnose import leaving
from attention_core.diagnosis.entry import Mistake, Steps
from attention_core.diagnosis.mistakes import BY_KEY, FAMILIES
from attention_core.diagnosis.reference import Reference, reference
from attention_core.diagnosis.report import Departure
from attention_core.diagnosis.settings import settings_of
from attention_core.engine.errors import InputError
from attention_core.engine.step import Array

from .bench import Bench, differing
from .chance import Chance
from .levels import LEVELS, Level, Suspect
from .small import small

CASES = 10  # of a series: three plain ones, four that are less so, three that are hidden
SPREAD = (3, 4, 3)
TRIES = 5000
CLOSE = 0.005  # two weights that print alike, and a number that prints as 0 and is none
SEEN = 0.2  # of a number of the output that shows a mistake


@dataclass(frozen=True, eq=False)
class Puzzle:
    """One case of the game.

    number: from 1 to CASES. suspect: what was done. case: the inputs and settings. right: the right steps, in double
    precision. code: what the code gives, the steps that have the shapes of the right ones. choices: the keys of the
    mistakes to choose from. cleared: those of them that the third clue takes away. first: the first step that parts
    from the right one; reshaped: whether it has another shape. departure: the first cell that parts, with both numbers.
    """

    level: int
    series: str
    number: int
    suspect: Suspect
    case: Case
    right: Reference
    code: Steps
    choices: tuple[str, ...]
    cleared: tuple[str, ...]
    first: str
    reshaped: bool
    departure: Departure

    @property
    def answer(self) -> str:
        """The key of the mistake."""
        return self.suspect.key

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the code's steps that are shown."""
        return LEVELS[self.level].shown

    @cached_property
    def _bench(self) -> Bench:
        return Bench(self.right, self.level, self.series, self.number)

    def proof(self, key: str) -> Proof:
        """What a mistake gives beside what the code gives; of several ways of it the one that comes closest.

        Raises KeyError on a key that is no choice.
        """
        if key not in self.choices:
            raise KeyError(key)
        made = self._bench.made(self.suspect) if key == self.answer else self._bench.closest(key, self.code, self.shown)
        found = {name: made[name] for name in self.shown}
        return Proof(key, found, {name: differing(found[name], self.code[name]) for name in found})

    def parted(self) -> dict[str, tuple[int, ...]]:
        """The cells in which the code's numbers are not the right ones, by step: positions in reading order."""
        return {name: differing(self.code[name], self.right.steps[name].value) for name in self.shown}


@dataclass(frozen=True, eq=False)
class Proof:
    """The numbers of a mistake by step, and the cells in which they are not those of the code, in reading order."""

    key: str
    numbers: Steps
    wrong: Mapping[str, tuple[int, ...]]

    @property
    def holds(self) -> bool:
        """Whether all numbers are those of the code."""
        return not any(self.wrong.values())


# --- which mistake ----------------------------------------------------------------------------------------------------


def suspects_of(level: int, series: str) -> list[Suspect]:
    """The mistakes of a series in its order: plain ones first, none of them twice."""
    chance = Chance(level, series)
    thirds = zip(LEVELS[level].thirds, SPREAD, strict=True)
    return [suspect for third, count in thirds for suspect in chance.shuffled(third)[:count]]


@lru_cache(maxsize=256)
def puzzle(level: int, series: str, number: int) -> Puzzle:
    """The case of this number, from 1 to CASES, in a series. Raises KeyError or IndexError where there is none."""
    if not 1 <= number <= CASES:
        raise IndexError(number)
    return about(suspects_of(level, series)[number - 1], level, series, number)


def about(suspect: Suspect, level: int, series: str, number: int) -> Puzzle:
    """A case about a mistake. Raises LookupError where no inputs are found on which it is told from others."""
    with np.errstate(all="ignore"):
        for attempt in range(TRIES):
            chance = Chance(level, series, number, suspect.key, attempt)
            found = _tried(suspect, LEVELS[level], chance, (level, series, number))
            if found:
                return found
    raise LookupError(f"no small numbers show {suspect.key}")


def _tried(suspect: Suspect, level: Level, chance: Chance, place: tuple[int, str, int]) -> Puzzle | None:
    """A case on the numbers that chance gives; None where the mistake does not show, or others are not told."""
    case = small(chance, suspect.wanted)
    settings = settings_of(dict(case.settings))
    try:
        right = reference(case.Q, case.K, case.V, settings, settings.q_num_heads is not None, np.dtype(float))
    except InputError:
        return None
    bench = Bench(right, *place)
    raw = bench.raw(bench.change(suspect))
    code = None if raw is None else bench.shaped(raw)
    if raw is None or code is None or not _shows(code, right, level):
        return None
    departure = leaving(raw, bench.start, right)
    choices = _choices(suspect.key, level, bench, code, chance)
    if departure is None or len(choices) < level.choices:
        return None
    first, reshaped = _first(raw, bench.start, right)
    wrong = [key for key in choices if key != suspect.key]
    cleared = tuple(chance.shuffled(wrong)[: level.choices // 2])
    order = tuple(chance.shuffled(choices))
    return Puzzle(*place, suspect, case, right, code, order, cleared, first, reshaped, departure)


def _shows(code: Steps, right: Reference, level: Level) -> bool:
    """Whether the steps that are shown are there, and a number of the output is plainly another."""
    if not all(name in code for name in level.shown) or (level.explained and _has_ties(right)):
        return False
    if _has_tiny(right.steps["attention weights"].value) or _has_tiny(code["output"]):
        return False
    return bool(largest_difference(code["output"], right.steps["output"].value) >= SEEN)


def _has_tiny(x: Array) -> bool:
    """Whether a number is so close to 0 that two decimals do not show it."""
    return bool(((x != 0) & (np.abs(x) < CLOSE)).any())


def _has_ties(right: Reference) -> bool:
    """Whether a query gives two keys the same weight, so that none of them is the largest."""
    rows = np.sort(right.steps["attention weights"].value, axis=-1)
    return bool(((np.diff(rows, axis=-1) < CLOSE) & (rows[..., 1:] > 0)).any())


def _first(raw: Steps, start: Steps, right: Reference) -> tuple[str, bool]:
    """The first step that parts from the right one, and whether it has another shape."""
    for name in ORDER:
        if name not in right.steps or name not in raw:
            continue
        if raw[name].shape != start[name].shape:
            return name, True
        if departing(raw[name], start[name], 1e-9 * (1e-3 + size(start[name]))) is not None:
            return name, False
    raise LookupError("nothing parts")


# --- what else it might be -------------------------------------------------------------------------------------------


def _choices(answer: str, level: Level, bench: Bench, code: Steps, chance: Chance) -> list[str]:
    """The answer and mistakes like it, none of which gives the numbers shown; there may be too few."""
    found = [answer]
    for key in _alike(answer, level, chance):
        if len(found) == level.choices:
            break
        if bench.is_told(key, code, level.shown):
            found.append(key)
    return found


def _alike(answer: str, level: Level, chance: Chance) -> Iterator[str]:
    """Other mistakes of the level and of the levels below: first those in the same part, then of the same family."""
    mine = BY_KEY[answer]
    family = next(keys for keys in FAMILIES.values() if mine in keys)
    levels = [each for each in LEVELS.values() if each.choices <= level.choices]
    known = [*dict.fromkeys(suspect.key for each in reversed(levels) for suspect in each.suspects)]
    others = chance.shuffled([BY_KEY[key] for key in known if key != answer])

    def far(other: Mistake) -> int:
        return (other.changes != mine.changes) + 2 * (other not in family)

    yield from (mistake.key for mistake in sorted(others, key=far))
