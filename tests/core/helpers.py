"""What every core test needs: traces of every mechanism, and a step recomputed from other operands."""

from __future__ import annotations

import functools
import itertools
import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism, Step, Trace
from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from attention_core.engine.step import shown_operands
from attention_core.lesson.typed_text import Characters
from tests.core import sizes
from tests.sampling import by_turns, grouped, naming

MOST_SETTINGS = 6
SCALES = {"playground": 0.5, "pervasive-attention": 0.5}  # where products of products would saturate every softmax
OPTIONS = {
    "playground": {"h": 2},
    "mqa-gqa": {"h": 6, "g": 2},  # so that three heads share one
    "bahdanau-attention": {"decoder": "gated"},  # which has all the plain one has
}
# Only for mechanisms that refuse numbers below 0 under some option.
NOT_NEGATIVE = {"parameter-free-self-attention", "sequential-ops"}


@dataclass(frozen=True)
class Case:
    """One way to run a mechanism: its inputs, labels and options."""

    mechanism: Mechanism
    title: str
    inputs: dict[str, Any]
    options: dict[str, Any]
    labels: dict[str, tuple[str, ...]] | None = None
    _cache: dict[str, Trace] = field(default_factory=dict, compare=False)
    worked: dict[Step, Any] = field(default_factory=dict, compare=False)  # what tests wish to keep of a step

    @property
    def trace(self) -> Trace:
        if "trace" not in self._cache:
            self._cache["trace"] = self.run(self.inputs)
        return self._cache["trace"]

    @property
    def gradients(self) -> Trace:
        if "gradients" not in self._cache:
            self._cache["gradients"] = self.trace.gradients(at=self.cell)
        return self._cache["gradients"]

    @functools.cached_property
    def cell(self) -> tuple[int, ...]:
        """The output cell whose gradient is taken: any, but always the same."""
        return tuple(int(self.rng("cell").integers(size)) for size in self.trace.output.value.shape)

    @functools.cached_property
    def reached(self) -> set[str]:
        """The inputs that some cell of the output feels."""
        found: set[str] = set()
        for cell in np.ndindex(self.trace.output.value.shape):
            if found == self.mechanism.inputs.keys():
                break
            back = self.trace.gradients(at=cell)
            names = (name for name in self.mechanism.inputs if f"gradient of {name}" in back)
            found |= {name for name in names if back[f"gradient of {name}"].value.any()}
        return found

    def run(self, inputs: dict[str, Any]) -> Trace:
        return self.mechanism.trace(inputs, self.labels, **self.options)

    def rng(self, purpose: str) -> np.random.Generator:
        return seeded(self.mechanism.key, self.title, purpose)


def seeded(*words: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(" ".join(words).encode()))


def preset_cases(mechanism: Mechanism) -> Iterator[Case]:
    for key, preset in mechanism.presets.items():
        yield Case(mechanism, key, dict(preset.inputs), dict(preset.options), dict(preset.labels))


def random_cases(mechanism: Mechanism) -> Iterator[Case]:
    inputs = random_inputs(mechanism, prime_sizes(mechanism))
    for options in switched(mechanism):
        title = ",".join(["primes", *(f"{name}={value}" for name, value in options.items())])
        yield Case(mechanism, title, inputs, options)


def prime_sizes(mechanism: Mechanism) -> dict[str, int]:
    """A prime of its own for every axis, so that no transposed or swapped array fits by accident."""
    return sizes.prime_sizes(mechanism, OPTIONS.get(mechanism.key, {}))


def random_inputs(mechanism: Mechanism, lengths: dict[str, int]) -> dict[str, Any]:
    rng = seeded(mechanism.key)
    shapes = {name: [lengths[axis] for axis in mechanism.positions(name)] for name in mechanism.inputs}
    scale = SCALES.get(mechanism.key, 1.0)
    sign = np.abs if mechanism.key in NOT_NEGATIVE else np.positive
    return {
        name: switches(shapes[name]) if spec.switch else sign(rng.normal(scale=scale, size=shapes[name])).tolist()
        for name, spec in mechanism.inputs.items()
    }


def switches(shape: list[int]) -> list[Any]:
    """Ones and zeros in no order, but no row without a one."""
    marks = np.add.outer(np.arange(shape[-2:][0]), np.arange(shape[-1])) % 3 != 1
    marks[:, 0] = True
    return np.broadcast_to(marks if len(shape) > 1 else marks[0], shape).astype(float).tolist()


def switched(mechanism: Mechanism) -> Iterator[dict[str, Any]]:
    """Every combination of on and off and of named choices; where those are many, one change at a time.

    Numbers as the table above has them, else as they are at first.
    """
    fixed = OPTIONS.get(mechanism.key, {})
    ways = {name: _ways(option) for name, option in mechanism.options.items() if name not in fixed}
    if math.prod(map(len, ways.values())) <= MOST_SETTINGS:
        for values in itertools.product(*ways.values()):
            yield {**fixed, **dict(zip(ways, values, strict=True))}
        return
    for name, values in ways.items():
        for value in values:
            yield {**fixed, name: value}


def _ways(option: Any) -> tuple[Any, ...]:
    if isinstance(option.default, bool):
        return (False, True)
    return option.choices if isinstance(option.default, str) else (option.default,)


# Where text is typed, weights were trained, and a trace has tens of thousands of cells: what is checked of every cell
# elsewhere is checked of some in test_translators.py, test_reviews.py and test_captions.py.
READERS = [mechanism for mechanism in CURRICULUM if mechanism.reads]
TRANSLATORS = [mechanism for mechanism in READERS if isinstance(mechanism.reads, Characters)]
TRAINED = [mechanism for mechanism in CURRICULUM if mechanism.trained]  # likewise: some cells, in test_sights.py
TABLES = [mechanism for mechanism in CURRICULUM if not mechanism.reads and not mechanism.trained]
EVERY = [pytest.param(mechanism, id=mechanism.key) for mechanism in CURRICULUM]
MECHANISMS = [pytest.param(mechanism, id=mechanism.key) for mechanism in TABLES]
READ_CASES = [case for mechanism in READERS for case in preset_cases(mechanism)]
PRESET_CASES = [case for mechanism in TABLES for case in preset_cases(mechanism)]
FIRST_CASES = [next(preset_cases(mechanism)) for mechanism in TABLES]
RANDOM_CASES = [case for mechanism in TABLES for case in random_cases(mechanism)]
TELLING_CASES = sorted([*FIRST_CASES, *RANDOM_CASES], key=lambda case: TABLES.index(case.mechanism))


def parametrized(cases: list[Case]) -> list[Any]:
    return [pytest.param(case, id=f"{case.mechanism.key}-{case.title}") for case in cases]


def every_case(test: Any) -> Any:
    """Run a test on every preset and on random numbers of prime sizes under every switch.

    By default on one of each kind for every mechanism, by turns (`tests/sampling.py`).
    """
    word = test.__name__
    cases = [*one_each(PRESET_CASES, word), *one_each(RANDOM_CASES, word)]
    return pytest.mark.parametrize("case", parametrized(cases))(test)


def telling_case(test: Any) -> Any:
    """The same without further presets, which differ from the first in numbers: where some cells are enough.

    By default on one of these for every mechanism, by turns.
    """
    return pytest.mark.parametrize("case", parametrized(one_each(TELLING_CASES, test.__name__)))(test)


def whole_case(test: Any) -> Any:
    """On the first preset and one setting of random numbers: where every cell is worked out.

    By default on one of the two for every mechanism, by turns, and some cells are.
    """
    random = {case.mechanism.key: case for case in reversed(RANDOM_CASES)}
    pairs = [case for first in FIRST_CASES for case in (first, random[first.mechanism.key])]
    return pytest.mark.parametrize("case", parametrized(one_each(pairs, test.__name__)))(test)


def one_each(cases: list[Case], word: str) -> list[Case]:
    """One of these cases for every mechanism, by turns; with `--all` every one."""
    return by_turns(grouped(cases, lambda case: case.mechanism.key), word)


def each_input(check: Callable[[Mechanism, str], None]) -> Any:
    """One test for a mechanism: the check on each of its inputs, which is named where it fails."""

    def test(mechanism: Mechanism) -> None:
        for name in mechanism.inputs:
            with naming(f"input {name}"):
                check(mechanism, name)

    test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
    return pytest.mark.parametrize("mechanism", MECHANISMS)(test)


def grounded(step: Step, cell: tuple[int, ...]) -> ex.Expression:
    return ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True)))


def own_arithmetic(step: Step) -> np.ndarray:
    """The whole step, every cell computed from its scalar expression."""
    found = np.empty(step.value.shape)
    for cell in np.ndindex(found.shape):
        found[cell] = ex.evaluate(grounded(step, cell))
    return found


def assert_close(found: Any, wanted: Any, tolerance: float = 1e-12) -> None:
    """Agreement relative to the largest finite number wanted: a sum that cancels to zero keeps its terms' rounding."""
    wanted = np.asarray(wanted, dtype=float)
    finite = wanted[np.isfinite(wanted)]
    scale = np.abs(finite).max(initial=0.0)
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * scale, strict=False)
    assert np.shape(found) == wanted.shape


operands = shown_operands


def recomputed(step: Step, changed: dict[Step, np.ndarray]) -> np.ndarray:
    """The value of a step had its shown operands been other arrays, by the very kernels that made it."""
    rebuilt = [_rebuilt(operand, changed) for operand in step.operands]
    with np.errstate(all="ignore"):  # as where steps are made: scrambled numbers may have no root
        return step.primitive.call(step.axes, *rebuilt).run(rebuilt)


def _rebuilt(step: Step, changed: dict[Step, np.ndarray]) -> Step:
    if step in changed:
        # One memory layout for all: einsum's order of summation, hence the last bit, depends on it.
        return replace(step, value=np.array(changed[step], order="C"))
    return step if step.is_shown else replace(step, value=recomputed(step, changed))


def nudged(make: Callable[[], Step], step: Step, seed: np.ndarray) -> np.ndarray:
    """Finite differences, by writing into the very array the steps are made from."""
    found, before = np.zeros(step.value.shape), step.value.copy()
    try:
        step.value.flags.writeable = True
        for cell in np.ndindex(found.shape):
            sides = []
            for h in (1e-5, -1e-5):
                step.value[cell] = before[cell] + h
                sides.append((make().value * seed).sum())
            step.value[cell] = before[cell]
            found[cell] = (sides[0] - sides[1]) / 2e-5
    finally:
        step.value[...] = before
        step.value.flags.writeable = False
    return found
