"""Which mistakes, one or two of them, give the claimed numbers: a bounded search over the catalogue."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from attention_core.engine.step import Array

from .compare import Claim, Judge, same
from .entry import Mistake, Steps
from .mistakes import CATALOGUE
from .recipe import PARTS, RIGHT, Change, Given, Kitchen, Recipe

Progress = Callable[[int, int], None]
MISFITS = (
    ValueError,
    IndexError,
    KeyError,
    ArithmeticError,
)  # what a mistake raises that cannot be made on these shapes
PROBED_FROM = 2048  # numbers in the scores: where there are so many, a corner of them is tried first
_PROBES = 3  # queries of a corner
_KEPT = 50_000  # numbers in the scores: up to here what recipes have in common is kept in memory
_PAUSE = 32  # pairs between two looks at the clock
PRECISIONS = {"float16": 2.0**-10, "bfloat16": 2.0**-7}


@dataclass(frozen=True, eq=False)
class Way:
    """One way of making a mistake."""

    mistake: Mistake
    label: str
    change: Change

    @property
    def place(self) -> int:
        """Where in the recipe it is made."""
        return PARTS.index(self.mistake.changes)


@dataclass(frozen=True, eq=False)
class Fit:
    """One or two mistakes, the steps they give, and how far these are from the claims, at most 1."""

    ways: tuple[Way, ...]
    steps: Steps
    error: float
    loose: bool = False  # whether it fits in a coarser precision alone

    @property
    def common(self) -> int:
        """How common the mistakes are, taken together."""
        return sum(way.mistake.common for way in self.ways)


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found.

    groups: fits that give the same numbers stand together; best first. unseen: ways that would change none of the
    claimed numbers by more than rounding does. tried: how many recipes were computed, and whether that was all.
    """

    groups: tuple[tuple[Fit, ...], ...]
    unseen: tuple[Way, ...]
    tried: int
    complete: bool


def search(
    given: Given, claims: Sequence[Claim], eps: float, seconds: float = 3.0, progress: Progress | None = None
) -> Found:
    """The mistakes that give the claimed numbers; pairs where no single one does. It ends after so many seconds."""
    hunt = _Hunt(given, tuple(claims), eps, time.monotonic() + seconds, progress)
    return hunt.run()


def unseen(given: Given, claims: Sequence[Claim], eps: float, seconds: float = 3.0) -> Found:
    """Which mistakes would not show in the claimed steps; nothing is explained."""
    hunt = _Hunt(given, tuple(claims), eps, time.monotonic() + seconds, None)
    found = hunt.singles()
    return Found((), tuple(found.unseen), hunt.tried, found.complete)


@dataclass
class _Singles:
    """Every mistake by itself: those that fit, those that change the claimed steps, with them, and those that do not.

    complete: whether there was time for all.
    """

    fits: list[Fit] = field(default_factory=list)
    active: list[tuple[Way, Steps]] = field(default_factory=list)
    unseen: list[Way] = field(default_factory=list)
    complete: bool = True


class _Hunt:
    """One search, with what it has computed so far."""

    def __init__(
        self, given: Given, claims: tuple[Claim, ...], eps: float, deadline: float, progress: Progress | None
    ) -> None:
        self.given = given
        self.judge = Judge(given, claims, eps)
        self.names = tuple(name for claim in claims for name in claim.steps)
        self.kitchen = Kitchen(given)
        self.right = self.kitchen.steps(RIGHT, keep=True)
        self.departs = self.judge.error(self.right) > 1
        self.small = self.right["scores"].size <= _KEPT
        self.deadline, self.progress = deadline, progress
        self.tried = 0

    def run(self) -> Found:
        one = self.singles()
        exact = [fit for fit in one.fits if not fit.loose]
        if exact or not one.complete:
            return Found(self._grouped(one.fits), tuple(one.unseen), self.tried, one.complete)
        pairs, complete = self._pairs(one.active)
        return Found(self._grouped(pairs + one.fits), tuple(one.unseen), self.tried, complete)

    # --- one mistake --------------------------------------------------------------------------------------------------

    def singles(self) -> _Singles:
        """Every mistake by itself, as far as there is time; small computations are always all tried."""
        found = _Singles()
        for way in ways(self.given, self.right, self.judge.claims):
            if not self.small and time.monotonic() > self.deadline:
                found.complete = False
                break
            steps = self._steps(self.kitchen, way.change(RIGHT), keep=self.small)
            if steps is None:
                continue
            if not self._shows_nothing(steps):
                found.active.append((way, {name: steps[name] for name in self.names}))
            elif not way.mistake.precision:
                if (error := self._beside_the_right(steps)) <= 1:
                    found.fits.append(Fit((way,), steps, error))
                else:
                    found.unseen.append(way)
                continue
            found.fits += self._judged((way,), steps)
        return found

    def _beside_the_right(self, steps: Steps) -> float:
        """How far a mistake is from the claims that hardly changes them; infinite where the right recipe gives them.

        A mistake with large numbers on the way is allowed more rounding than the right recipe. What is judged in both
        cases by the same measure can tell the two apart.
        """
        return self.judge.error(steps, sizes=self.right) if self.departs else np.inf

    def _judged(self, made: tuple[Way, ...], steps: Steps) -> Iterator[Fit]:
        error = self.judge.error(steps)
        if error <= 1:
            yield Fit(made, steps, error)
            return
        coarser = PRECISIONS.get(made[0].mistake.precision, 0.0) if len(made) == 1 else 0.0
        if coarser > self.judge.eps and self.judge.error(steps, coarser) <= 1:
            yield Fit(made, steps, error, loose=True)

    def _shows_nothing(self, steps: Steps) -> bool:
        """Whether a mistake changes none of the claimed steps by more than rounding may."""
        for claim in self.judge.claims:
            for name in claim.steps:
                shown = Claim(name, (name,), self.right[name])
                if self.judge.of_claim(shown, steps, self.judge.eps, np.inf) > 1:
                    return False
        return True

    def _steps(self, kitchen: Kitchen, recipe: Recipe, keep: bool = False) -> Steps | None:
        self.tried += 1
        try:
            return kitchen.steps(recipe, keep)
        except MISFITS:
            return None

    # --- two mistakes -------------------------------------------------------------------------------------------------

    def _pairs(self, active: list[tuple[Way, Steps]]) -> tuple[list[Fit], bool]:
        """The pairs that fit, and whether all were tried. The most common ones come first."""
        probes = self._probes(active) if self.right["scores"].size >= PROBED_FROM else []
        ordered = sorted((way for way, _ in active), key=lambda way: way.place)
        pairs = sorted(combinations(ordered, 2), key=lambda pair: -pair[0].mistake.common - pair[1].mistake.common)
        recipes = {way: way.change(RIGHT) for way in ordered}
        fits: list[Fit] = []
        for n, (first, second) in enumerate(pairs):
            if n % _PAUSE == 0 and not self._goes_on(n, len(pairs)):
                return fits, False
            if first.mistake is second.mistake or first.mistake.fit or second.mistake.fit:
                continue
            recipe = second.change(recipes[first])
            if recipe in (recipes[first], recipes[second]):
                continue
            if not all(probe.may_fit(first, second, recipe) for probe in probes):
                continue
            steps = self._steps(self.kitchen, recipe)
            if steps is not None:
                fits += self._judged((first, second), steps)
        return fits, True

    def _goes_on(self, done: int, total: int) -> bool:
        if self.progress is not None:
            self.progress(done, total)
        return time.monotonic() < self.deadline

    def _probes(self, active: list[tuple[Way, Steps]]) -> list[_Probe]:
        """The smallest corner first: nearly every pair is turned down there."""
        rows = np.unique(np.linspace(1, self.given.queries - 1, _PROBES).astype(int))
        corners = [Corner(rows)]
        if not self.given.weights:  # the last projection mixes heads
            corners = [Corner(rows, one_group=True), Corner(rows), Corner(one_group=True)]
        return [_Probe(self, corner, active) for corner in corners]

    def _grouped(self, fits: list[Fit]) -> tuple[tuple[Fit, ...], ...]:
        """Fits that give the same numbers together; better ones first, and in a group the more common ones."""
        groups: list[list[Fit]] = []
        for fit in fits:
            alike = (each for each in groups if len(each[0].ways) == len(fit.ways) and each[0].loose == fit.loose)
            home = next((each for each in alike if same(each[0].steps, fit.steps, self.names)), None)
            if home is None:
                groups.append([fit])
            else:
                home.append(fit)
        for group in groups:
            group.sort(key=lambda fit: -fit.common)
        groups.sort(key=lambda group: (group[0].loose, min(fit.error for fit in group), -group[0].common))
        return tuple(tuple(group) for group in groups)


@dataclass(frozen=True, eq=False)
class Corner:
    """A part of a computation: some queries, or all; the first heads of the first sequence, or all.

    one_group: only the first head of keys and values, with its queries' heads.
    """

    rows: Array | None = None
    one_group: bool = False

    def of_start(self, g: Given) -> Given:
        """What the part starts from."""
        if not self.one_group:
            return replace(g, places=self.rows)
        q, k, v = (_first(x, g.kv_heads) for x in g.inputs)
        return replace(
            g,
            inputs=(q, k, v),
            heads=g.heads // g.kv_heads,
            kv_heads=1,
            marks=None if g.marks is None else _first(g.marks, g.kv_heads),
            bias=None if g.bias is None else _first(g.bias, g.kv_heads),
            past=None if g.past is None else (_first(g.past[0], g.kv_heads), _first(g.past[1], g.kv_heads)),
            lengths=None if g.lengths is None else g.lengths[:1],
            slopes=None if g.slopes is None else g.slopes[: g.heads // g.kv_heads],
            places=self.rows,
        )

    def of_step(self, x: Array, g: Given) -> Array:
        """The same part of a step, or of a claim."""
        x = _first(x, g.kv_heads) if self.one_group else x
        return x if self.rows is None else x[..., self.rows, :]


def _first(x: Array, groups: int) -> Array:
    """The first group of heads of the first sequence, of (batch, head, ...) or (batch, tokens, hidden)."""
    axis = 1 if x.ndim == 4 else -1
    return x[:1].take(range(max(1, x.shape[axis] // groups)), axis)


class _Probe:
    """A part of the computation on which pairs are tried first, of mistakes that give it the same numbers by itself."""

    def __init__(self, hunt: _Hunt, corner: Corner, active: list[tuple[Way, Steps]]) -> None:
        self.hunt, self.corner = hunt, corner
        whole = (claim for claim in hunt.judge.claims if claim.array.shape[-2] == hunt.given.queries)
        claims = tuple(replace(claim, array=corner.of_step(claim.array, hunt.given)) for claim in whole)
        self.kitchen = Kitchen(corner.of_start(hunt.given))
        self.judge = Judge(self.kitchen.given, claims, hunt.judge.eps)
        self.kitchen.steps(RIGHT, keep=True)
        self.local = {way for way, steps in active if claims and self._is_local(way, steps)}

    def _is_local(self, way: Way, steps: Steps) -> bool:
        """Whether the mistake gives the part the same numbers without the rest."""
        found = self.hunt._steps(self.kitchen, way.change(RIGHT), keep=True)
        if found is None:
            return False
        names = {name for claim in self.judge.claims for name in claim.steps}
        whole = {name: self.corner.of_step(steps[name], self.hunt.given) for name in names if steps[name].ndim > 1}
        return all(found[name].shape == whole[name].shape for name in whole) and same(found, whole, tuple(whole))

    def may_fit(self, first: Way, second: Way, recipe: Recipe) -> bool:
        """False where the probe says that the pair does not give the claimed numbers."""
        if first not in self.local or second not in self.local:
            return True
        steps = self.hunt._steps(self.kitchen, recipe)
        return steps is not None and self.judge.error(steps) <= 2  # sizes are those of the probe: a little room


def ways(given: Given, right: Steps, claims: Sequence[Claim]) -> Iterator[Way]:
    """Every way of every mistake; of those with chance in them the one that explains the claims, where there is one."""
    mine = {name: claim.array for claim in claims for name in claim.steps[-1:]}
    for mistake in CATALOGUE:
        if not all(_HAS[need](given) for need in mistake.needs if need in _HAS):
            continue
        for label, change in mistake.ways.items():
            yield Way(mistake, label, change)
        if mistake.fit:
            found = mistake.fit(given, right, mine)
            if found:
                yield Way(mistake, "", found)


# What of a mistake's needs lies in the settings, and not in sizes and numbers.
_HAS: dict[str, Callable[[Given], bool]] = {
    "own scale": lambda g: g.own_scale,
    "temperature": lambda g: g.temperature != 1,
    "softcap": lambda g: g.softcap > 0,
    "mask": lambda g: g.marks is not None,
    "limits": lambda g: g.marks is not None or g.causal or g.window != (-1, -1),
    "near": lambda g: g.causal or g.window != (-1, -1),
    "causal": lambda g: g.causal,
    "window": lambda g: g.window != (-1, -1),
    "padding": lambda g: g.marks is not None and g.marks.shape[-2] == 1,
    "table": lambda g: g.marks is not None,  # rows that are all alike are a table too
    "sequences": lambda g: g.marks is not None and g.marks.shape[0] > 1,
    "empty": lambda g: g.marks is not None or g.causal or g.window != (-1, -1),
    "bias": lambda g: g.bias is not None,
    "any bias": lambda g: g.bias is not None or g.slopes is not None,
    "past": lambda g: g.past is not None,
    "rope": lambda g: g.rope is not None,
    "alibi": lambda g: g.slopes is not None,
    "projections": lambda g: bool(g.weights),
    "merged": lambda g: g.merged,
    "out merged": lambda g: g.out_merged,
    "grouped": lambda g: g.heads > g.kv_heads,
    "shared": lambda g: g.heads > g.kv_heads,
}
