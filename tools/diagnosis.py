"""How well mistakes are named: measured on random cases of every mistake, of pairs, of right numbers and of nonsense.

`python -m tools.diagnosis` measures everything (half an hour or so on one core); `--cases 20` fewer cases of each, and
names of parts (single, pairs, right, nonsense, time) only those. Every case is 2 to 7 tokens and 1 to 4 heads, single
and double precision in turn; only the output is given. A case on which the mistake changes no number beyond rounding is
counted as "nothing to see", and another one drawn. "alike": another entry that gives the same numbers on this input was
named in front. `--kept FILE` writes what single mistakes gave to a file, and goes on from it where a run was stopped.
`python -m bench diagnosis` measures the same, and writes it to bench/results.md.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

import attention_core.diagnosis
from attention_core import attention
from attention_core.diagnosis.apart import SAME
from attention_core.diagnosis.cases import Case, broken, draw, some_way
from attention_core.diagnosis.diagnose import diagnose
from attention_core.diagnosis.entry import Mistake
from attention_core.diagnosis.mistakes import BY_KEY, CATALOGUE
from attention_core.diagnosis.recipe import RIGHT, Change, Given, Kitchen, Recipe
from attention_core.diagnosis.reference import Reference, reference
from attention_core.diagnosis.report import Diagnosis
from attention_core.diagnosis.search import MISFITS
from attention_core.diagnosis.settings import settings_of
from attention_core.engine.errors import InputError

Array = np.ndarray[Any, Any]
PRECISIONS = ("float32", "float64")
# The dozen whose pairs are measured: of every family those that are reported most.
TWELVE = (
    "no-scale", "scale-by-root-model", "softmax-over-queries", "mask-inverted", "mask-multiplied", "mask-after-softmax",
    "causal-missing", "q-and-k-swapped", "k-as-v", "split-reshaped", "merge-reshaped", "scale-by-width",
)  # fmt: skip
UNSEEN, UNMADE = "nothing to see", "cannot be made"
PATIENCE = 60.0  # seconds: what is found must not depend on how busy the machine is
NAMED_PAIRS = 0.95  # of pairs of mistakes, the share that is to be among the first three
MOST_DRAWN = 20  # cases that are drawn, for each that is wanted
# What is timed: shapes, seconds at most, settings.
SIZES: tuple[tuple[tuple[int, ...], float, dict[str, Any]], ...] = (
    ((3, 4), 0.3, {}),
    ((2, 5, 4), 0.3, {"is_causal": 1}),
    ((8, 128, 64), 5.0, {}),
    ((8, 128, 64), 5.0, {"is_causal": 1, "rope": "half-split"}),
)
PARTS = ("single", "pairs", "right", "nonsense", "time")


@dataclass
class Broken:
    """Numbers with a mistake, and what they were computed from."""

    mine: Array
    case: Case

    def diagnosis(self, **more: Any) -> Diagnosis:
        return diagnose(self.mine, self.case.Q, self.case.K, self.case.V, **self.case.settings, **more)


def seeded(*words: object) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32("/".join(map(str, words)).encode()))


def right_of(case: Case, needs: tuple[str, ...], precision: str) -> Reference:
    """The right computation of a case; its output is merged where Q is, or a mistake needs it."""
    settings = settings_of(dict(case.settings))
    merged = settings.q_num_heads is not None or ("out merged" in needs and case.Q.ndim > 2)
    return reference(case.Q, case.K, case.V, settings, merged, np.dtype(precision))


def possible(rng: np.random.Generator, needs: tuple[str, ...], precision: str) -> tuple[Case, Reference]:
    """A random case that is not refused: without a batch a query to which every key is hidden is."""
    while True:
        case = draw(rng, needs, precision)
        with suppress(InputError):
            return case, right_of(case, needs, precision)


def broken_case(needs: tuple[str, ...], change: Change, rng: np.random.Generator, precision: str) -> Broken | None:
    """The output of an implementation with this change; None where it cannot be made on the case."""
    case, right = possible(rng, needs, precision)
    try:
        steps = broken(right.given, change, precision)
    except MISFITS:
        return None
    mine, wanted = steps[right.last], right.steps[right.last].value.shape
    return Broken(mine.astype(precision).reshape(wanted), case) if mine.size == np.prod(wanted) else None


def case_of(mistake: Mistake, n: int) -> tuple[str, Broken | None]:
    """The case of one mistake with this number, and which way of the mistake it is; None where it cannot be made."""
    rng = seeded(mistake.key, n)
    way, change = some_way(mistake, rng)
    return way, broken_case(mistake.needs, change, rng, PRECISIONS[n % 2])


def cases_of(mistake: Mistake, count: int) -> Iterator[tuple[str, Broken]]:
    """The first cases of one mistake, so many less those that cannot be made."""
    for n in range(count):
        way, found = case_of(mistake, n)
        if found is not None:
            yield way, found


def named(found: Diagnosis, keys: tuple[str, ...], among: int = 1) -> str:
    """Whether these mistakes are named among the first findings: "first", "alike" where others are the same, or not."""
    for finding in found.findings[:among]:
        if sorted(finding.keys) == sorted(keys):
            return "first"
        if any(sorted(made.mistake.key for made in each) == sorted(keys) for each in finding.alike):
            return "alike"
    return "" if found.findings else "none"


# --- the parts --------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What the cases of one mistake gave: each result, and what cannot be told apart from it, how often."""

    key: str
    seen: Counter[str]
    same: Counter[str]

    @property
    def shown(self) -> int:
        """The cases on which the mistake changes numbers."""
        return sum(self.seen.values()) - self.seen[UNSEEN] - self.seen[UNMADE]

    @property
    def missed(self) -> int:
        return self.shown - self.seen["first"] - self.seen["alike"]


def tally(mistake: Mistake, count: int) -> Tally:
    """So many cases on which the mistake changes numbers; fewer where it does so on less than one of MOST_DRAWN."""
    found = Tally(mistake.key, Counter(), Counter())
    for n in range(count * MOST_DRAWN):
        if found.shown == count:
            break
        way, case = case_of(mistake, n)
        if case is None:
            found.seen[UNMADE] += 1
            continue
        diagnosis = case.diagnosis()
        result = UNSEEN if diagnosis.agrees else named(diagnosis, (mistake.key,)) or "another"
        if result in ("another", "none"):
            result = f"WRONG: {result}, case {n} ({way})"
        elif result != UNSEEN:
            found.same += _same_here(diagnosis, mistake.key)
        found.seen[result] += 1
    return found


def tallies(count: int, keys: tuple[str, ...] = (), kept: Path | None = None) -> Iterator[Tally]:
    """One for every mistake. kept: a file of those that are done, for the code as it is today."""
    done = _kept(kept, count)
    for mistake in [BY_KEY[key] for key in keys] or CATALOGUE:
        if mistake.key not in done:
            found = tally(mistake, count)
            done[mistake.key] = {"seen": found.seen, "same": found.same}
            if kept:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps({"code": _code(), "cases": count, "done": done}, indent=1), encoding="utf-8")
        yield Tally(mistake.key, *(Counter(done[mistake.key][each]) for each in ("seen", "same")))


def _kept(kept: Path | None, count: int) -> dict[str, Any]:
    if kept is None or not kept.exists():
        return {}
    found = json.loads(kept.read_text(encoding="utf-8"))
    done: dict[str, Any] = found["done"] if (found["code"], found["cases"]) == (_code(), count) else {}
    return done


def _code() -> int:
    """A number that is another one when the code of diagnoses is."""
    files = sorted(Path(attention_core.diagnosis.__file__).parent.rglob("*.py"))
    return zlib.crc32(b"".join(file.read_bytes() for file in files))


def single(count: int, keys: tuple[str, ...] = (), kept: Path | None = None) -> bool:
    """Every mistake by itself."""
    good = True
    total: Counter[str] = Counter()
    same: Counter[str] = Counter()
    for found in tallies(count, keys, kept):
        good = good and not found.missed
        total += Counter({name.split(":")[0]: times for name, times in found.seen.items()})
        same += found.same
        short = "" if found.shown == count else f"; only {found.shown} of {count} drawn"
        print(f"{_verdict(not found.missed)} {found.key}: {_counts(found.seen)}{short}", flush=True)
    print(f"{_verdict(good)} single mistakes: {_counts(total)}")
    print("\nNot told apart under the settings of a case, at any step and with other numbers and sizes:")
    for names, times in same.most_common():
        print(f"  {names} ({times} times)")
    return good


def _same_here(found: Diagnosis, key: str) -> Counter[str]:
    """What is the same computation as a mistake under the settings of a case, other ways of it left out."""
    best = found.findings[0]
    pairs = zip(best.alike, best.apart, strict=True)
    both = ({best.keys[0], made[0].mistake.key} for made, how in pairs if how == SAME)
    return Counter(" and ".join(sorted(names)) for names in both if len(names) == 2 and key in names)


def pairs(count: int) -> bool:
    """Pairs of the twelve most common, so many cases in all for each pair."""
    share, judged, total, missed = pairs_named(count)
    verdict = _verdict(share >= NAMED_PAIRS)
    print(f"{verdict} pairs among the first three: {share:.1%} of {judged}: {_counts(total)}")
    print("  missed:", ", ".join(f"{name} ({times})" for name, times in missed.most_common(8)))
    return share >= NAMED_PAIRS


def pairs_named(count: int) -> tuple[float, int, Counter[str], Counter[str]]:
    """Which share of how many pairs is among the first three, how often each result, and which were missed."""
    total: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for one, other in combinations(TWELVE, 2):
        for n in range(count):
            result = _pair(BY_KEY[one], BY_KEY[other], seeded(one, other, n), PRECISIONS[n % 2])
            total[result] += 1
            if result in ("WRONG", "none"):
                missed[f"{one} + {other}"] += 1
    hits = total["first"] + total["alike"] + total["a single one gives the same"]
    judged = hits + total["WRONG"] + total["none"]
    return hits / max(judged, 1), judged, total, missed


def _pair(one: Mistake, other: Mistake, rng: np.random.Generator, precision: str, seconds: float = PATIENCE) -> str:
    """How one case of a pair is named. Where each does not change the numbers of the other it is no pair."""
    changes = [some_way(mistake, rng)[1] for mistake in (one, other)]
    needs = one.needs + other.needs
    each = broken_case(needs, lambda recipe: changes[1](changes[0](recipe)), rng, precision)
    if each is None:
        return "cannot be made"
    found = each.diagnosis(seconds=seconds)
    if found.agrees:
        return "nothing to see"
    result = named(found, (one.key, other.key), 3)
    if result in ("first", "alike"):
        return result
    if found.findings and len(found.findings[0].made) == 1 and found.findings[0].fit <= 1:
        return "a single one gives the same"
    return result or "WRONG"


def right(count: int) -> bool:
    """Right implementations, in three precisions, with settings of every kind: none may be accused."""
    accused = right_accused(count)
    print(f"{_verdict(not accused)} right numbers accused: {sum(accused.values())} of {count} {dict(accused)}")
    return not accused


def right_accused(count: int) -> Counter[str]:
    """How many of so many right implementations are accused, by precision."""
    accused: Counter[str] = Counter()
    kinds = [mistake.needs for mistake in CATALOGUE if not {"large", "far"} & {*mistake.needs}]
    for n in range(count):
        rng = seeded("right", n)
        precision = ("float16", "float32", "float64")[n % 3]
        case, given = possible(rng, kinds[n % len(kinds)], precision)
        write = IMPLEMENTATIONS[(n // 3) % len(IMPLEMENTATIONS)]
        mine = write(given.given, precision)
        mine = mine.astype(precision).reshape(given.steps[given.last].value.shape)
        if not diagnose(mine, case.Q, case.K, case.V, **case.settings, seconds=0.1).agrees:
            accused[precision] += 1
    return accused


def nonsense(count: int) -> bool:
    """Random numbers for an output: no mistake may be named."""
    found = nonsense_named(count)
    print(f"{_verdict(not found)} nonsense that was named: {len(found)} of {count} {found}")
    return not found


def nonsense_named(count: int) -> list[str]:
    """What was named of so many outputs of random numbers."""
    names = []
    kinds = [mistake.needs for mistake in CATALOGUE]
    for n in range(count):
        rng = seeded("nonsense", n)
        precision = PRECISIONS[n % 2]
        needs = kinds[n % len(kinds)]
        case, wanted = possible(rng, needs, precision)
        shape = wanted.steps[wanted.last].value.shape
        mine = rng.normal(size=shape).astype(precision)
        found = diagnose(mine, case.Q, case.K, case.V, **case.settings, seconds=PATIENCE)
        if found.findings or found.agrees:
            names.append(found.findings[0].name if found.findings else "right")
    return names


@dataclass(frozen=True)
class Timed:
    """How long one diagnosis took at best, in seconds of this process.

    forward: seconds of one attention() on these inputs, without a rotation.
    """

    shape: tuple[int, ...]
    settings: dict[str, Any]
    answer: str
    seconds: float
    most: float
    forward: float
    tried: int
    complete: bool


def timed() -> Iterator[Timed]:
    """Diagnoses on a lesson's size and on a large one; all pairs are tried, however busy the machine is."""
    for shape, most, settings in SIZES:
        rng = seeded("time", shape)
        Q, K, V = (rng.normal(size=shape).astype(np.float32) for _ in range(3))
        answers = {"unscaled": _unscaled(Q, K, V), "nonsense": rng.normal(size=shape).astype(np.float32)}
        known = {name: each for name, each in settings.items() if name != "rope"}
        forward = min(_seconds(partial(attention, Q, K, V, **known)) for _ in range(5))
        for name, mine in answers.items():
            asked = partial(diagnose, mine, Q, K, V, **settings, seconds=PATIENCE)
            found = asked()
            taken = min(_seconds(asked) for _ in range(3))
            yield Timed(shape, settings, name, taken, most, forward, found.tried, found.complete)


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def measured_time() -> bool:
    """How long a diagnosis takes."""
    good = True
    for each in timed():
        met = each.seconds <= each.most
        good = good and met
        counted = f"{each.tried} tried, complete: {each.complete}, {each.seconds / each.forward:.0f} forwards"
        asked = f"{each.shape} {each.settings} {each.answer}"
        print(f"{_verdict(met)} {asked}: {each.seconds:.2f} s of {each.most}; {counted}")
    return good


def _unscaled(Q: Array, K: Array, V: Array) -> Array:
    scores = Q @ K.swapaxes(-1, -2)
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True) @ V


# --- right implementations, each in its own way -----------------------------------------------------------------------


def by_the_recipe(given: Given, precision: str) -> Array:
    return _last(broken(given, lambda recipe: recipe, precision))


def rounded_at_the_end(given: Given, precision: str) -> Array:
    return _last(Kitchen(given).steps(RIGHT)).astype(precision)


def scaled_queries(given: Given, precision: str) -> Array:
    """The scale on the queries, a large negative number for hidden keys, weights times values key by key."""

    def change(recipe: Recipe) -> Recipe:
        low = -1e4 if precision == "float16" else -1e9
        keep = given.factor / given.temperature

        def mask(g: Given, scores: Array, visible: Array | None) -> Array:
            hidden = None if visible is None else recipe.mask(g, scores, visible)
            return scores if hidden is None else np.where(np.isneginf(hidden), low, scores).astype(scores.dtype)

        def normalise(g: Given, scores: Array, visible: Array | None) -> Array:
            raised = np.exp(scores - scores.max(-1, keepdims=True))
            weights = raised / raised.sum(-1, keepdims=True)
            return weights * ~(scores <= low).all(-1, keepdims=True)

        def mix(g: Given, weights: Array, v: Array) -> Array:
            total = np.zeros((*weights.shape[:-1], v.shape[-1]), weights.dtype)
            for key in range(weights.shape[-1]):
                total = total + weights[..., key, None] * v[..., key, None, :]
            return total

        return Recipe(
            score=lambda g, q, k: (q * np.asarray(keep, q.dtype)) @ k.swapaxes(-1, -2),
            scale=lambda g, scores: scores,
            mask=mask,
            normalise=normalise,
            mix=mix,
        )

    return _last(broken(given, change, precision))


def _last(steps: dict[str, Array]) -> Array:
    return steps["projected output"]


IMPLEMENTATIONS: tuple[Callable[[Given, str], Array], ...] = (by_the_recipe, rounded_at_the_end, scaled_queries)


def _verdict(met: bool) -> str:
    return "met   " if met else "MISSED"


def _counts(seen: Counter[str]) -> str:
    return ", ".join(f"{times} {name}" for name, times in seen.most_common())


def main() -> None:
    parser = argparse.ArgumentParser("python -m tools.diagnosis", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)}; all where none is given")
    parser.add_argument("--cases", type=int, default=200, help="of each mistake (200)")
    parser.add_argument("--key", action="append", default=[], help="of single mistakes only this one")
    parser.add_argument("--kept", type=Path, help="where the results of single mistakes are kept")
    given = parser.parse_args()
    runs: dict[str, Callable[[], bool]] = {
        "single": lambda: single(given.cases, tuple(given.key), given.kept),
        "pairs": lambda: pairs(max(1, given.cases // 20)),
        "right": lambda: right(5 * given.cases),
        "nonsense": lambda: nonsense(given.cases),
        "time": measured_time,
    }
    results = [runs[part]() for part in PARTS if part in given.parts or not given.parts]
    raise SystemExit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
