"""Every gradient against central finite differences, which know nothing of how it was derived."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from attention_core import Mechanism, Step, Trace
from attention_core.engine.backward import recomputed_with
from tests import sampling
from tests.core.helpers import (
    MECHANISMS,
    RANDOM_CASES,
    TELLING_CASES,
    Case,
    every_case,
    one_each,
    parametrized,
    random_cases,
    seeded,
)

NUDGE = 1e-5
MOST_NUDGED = sampling.some(3, 1)  # one by one
# Where the first example stands on a kink, two words being the same: there a difference errs in the order of the nudge.
NUDGES = {"abcnn-1": 1e-7, "abcnn-2": 1e-7, "abcnn-3": 1e-7}
TIES = {"pervasive-attention"}  # where the first example has equal numbers under a maximum: two slopes, not one
SMOOTH = [case for case in TELLING_CASES if case.mechanism.key not in TIES or case in RANDOM_CASES]


@pytest.mark.parametrize("case", parametrized(one_each(SMOOTH, "nudged")))
def test_gradient_of_an_output_cell_meets_finite_differences(case: Case) -> None:
    """Some cells one by one, and every cell at once: all of them nudged, each by its own amount."""
    for name in sloped(case.mechanism):
        exact = flowing(case.gradients, case.trace[name])
        for direction in directions(case, name):
            slope = difference(case, name, direction)
            found = float((exact * direction).sum())
            assert found == pytest.approx(slope, rel=1e-6, abs=1e-6), (name, direction)


def sloped(mechanism: Mechanism) -> list[str]:
    """Inputs that can be nudged: a switch is thrown or not."""
    return [name for name, spec in mechanism.inputs.items() if not spec.switch]


def flowing(gradients: Trace, step: Step) -> np.ndarray:
    """The gradient of a step; zero everywhere where none reaches it."""
    name = f"gradient of {step.name}"
    return gradients[name].value if name in gradients else np.zeros(step.value.shape)


def directions(case: Case, name: str) -> Iterator[np.ndarray]:
    shape, rng = np.shape(case.inputs[name]), case.rng(name)
    size = math.prod(shape)
    for flat in rng.permutation(size)[:MOST_NUDGED]:
        yield (np.arange(size) == flat).astype(float).reshape(shape)
    yield rng.normal(size=shape) / max(1.0, math.sqrt(size))  # about as long as one cell's


def difference(case: Case, name: str, direction: np.ndarray) -> float:
    """The slope of the output cell along a direction of an input."""
    start, step = np.array(case.inputs[name], dtype=float), NUDGES.get(case.mechanism.key, NUDGE)
    up, down = (output_at(case, name, start + way * direction) for way in (step, -step))
    return (up - down) / (2 * step)


def output_at(case: Case, name: str, nudged: np.ndarray) -> float:
    if case.trace.blocked:  # a nudge would pass the cut unseen
        return float(recomputed_with(case.trace.output, {case.trace[name]: nudged})[case.cell])
    return float(case.run({**case.inputs, name: nudged}).output.value[case.cell])


@every_case
def test_each_gradient_has_the_axes_of_its_step(case: Case) -> None:
    for step in case.trace:
        name = f"gradient of {step.name}"
        if name in case.gradients:
            assert case.gradients[name].axes == step.axes


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_gradients_start_at_any_step(mechanism) -> None:
    case = next(random_cases(mechanism))
    for step in sampling.thinned([*case.trace], 8):
        last = tuple(size - 1 for size in step.value.shape)
        seed = case.trace.gradients(of=step.name, at=last)[f"gradient of {step.name}"]
        assert seed.value[last] == 1
        assert np.count_nonzero(seed.value) == 1


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_gradients_of_gradients_meet_finite_differences(mechanism) -> None:
    """A backward pass is one more trace of the same primitives, so it must be differentiable itself."""
    case = next(random_cases(mechanism))
    name = next((name for name in sloped(mechanism) if f"gradient of {name}" in case.gradients), None)
    if name is None:
        pytest.skip("no gradient flows from the output of this mechanism")
    gradient = case.gradients[f"gradient of {name}"]
    cell = tuple(int(i) for i in np.unravel_index(np.abs(gradient.value).argmax(), gradient.value.shape))
    second = Trace.of(gradient).gradients(of=gradient.name, at=cell)
    direction = seeded(mechanism.key, "direction").normal(size=gradient.value.shape)
    slope = (gradient_at(case, name, direction, cell, NUDGE) - gradient_at(case, name, direction, cell, -NUDGE)) / (
        2 * NUDGE
    )
    found = float((flowing(second, case.trace[name]) * direction).sum())
    assert found == pytest.approx(slope, rel=1e-6, abs=1e-6)


def gradient_at(case: Case, name: str, direction: np.ndarray, cell: tuple[int, ...], nudge: float) -> float:
    changed = np.array(case.inputs[name]) + nudge * direction
    if case.trace.blocked:
        return float(recomputed_with(case.gradients[f"gradient of {name}"], {case.trace[name]: changed})[cell])
    moved = case.run({**case.inputs, name: changed})
    return float(moved.gradients(at=case.cell)[f"gradient of {name}"].value[cell])
