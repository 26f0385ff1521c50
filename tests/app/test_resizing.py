"""Adding and removing positions keeps what the constraints of a lesson ask for, instead of producing a refusal."""

from __future__ import annotations

from itertools import pairwise

import pytest

from attention_core import CURRICULUM, Mechanism
from ui.state import Numbers

EVERY = [pytest.param(mechanism, id=mechanism.key) for mechanism in CURRICULUM if mechanism.constraints]


def presets(mechanism: Mechanism) -> list[Numbers]:
    return [Numbers.of(mechanism, preset) for preset in mechanism.presets]


def computes(numbers: Numbers) -> bool:
    try:
        return bool(numbers.trace)
    except ValueError:
        return False


@pytest.mark.parametrize("mechanism", EVERY)
def test_a_size_is_refused_only_where_none_beyond_it_would_do(mechanism: Mechanism) -> None:
    for numbers in presets(mechanism)[:2]:
        for axis, size in numbers.sizes().items():
            for wanted, beyond in ((max(1, size - 1), range(1, size)), (size + 1, range(size + 1, size + 6))):
                resized = numbers.resized(axis, wanted)
                if not computes(resized):
                    assert not any(computes(numbers.resized_alone(axis, other)) for other in beyond), (axis, wanted)


@pytest.mark.parametrize("mechanism", EVERY)
def test_an_axis_shrinks_to_the_least_that_computes(mechanism: Mechanism) -> None:
    numbers = presets(mechanism)[0]
    for axis, size in numbers.sizes().items():
        least = numbers.resized(axis, 1)
        if computes(least):
            less = range(1, least.sizes()[axis])
            assert not any(computes(numbers.resized_alone(axis, other)) for other in less), axis
        else:
            assert not any(computes(numbers.resized_alone(axis, other)) for other in range(1, size)), axis


def numbers_of(key: str, preset: int = 0) -> Numbers:
    return presets(next(mechanism for mechanism in CURRICULUM if mechanism.key == key))[preset]


@pytest.mark.parametrize(
    ("key", "axis", "wanted", "found"),
    [
        ("bottom-up-top-down", "state", 3, {"state": 3, "gate": 12}),
        ("rope", "feature", 5, {"feature": 6}),
        ("rope", "feature", 3, {"feature": 2}),
        ("multi-head-bark", "projection", 7, {"projection": 9}),
        ("gau", "coarse row", 9, {"coarse row": 9, "row": 9}),
        ("ra-cnn", "row", 1, {"row": 2}),
        ("pervasive-attention", "row offset", 4, {"row offset": 5}),
    ],
)
def test_what_hangs_together_is_resized_together(key: str, axis: str, wanted: int, found: dict[str, int]) -> None:
    sizes = numbers_of(key).resized(axis, wanted).sizes()
    assert {name: sizes[name] for name in found} == found


def test_gates_are_cut_and_continued_each_where_it_ends() -> None:
    numbers = numbers_of("bottom-up-top-down")
    before, state = numbers.inputs["b_1"], numbers.sizes()["state"]
    after = numbers.resized("state", state + 1).inputs["b_1"]
    ends = range(0, len(after) + 1, state + 1)
    for n, (start, end) in enumerate(pairwise(ends)):
        assert after[start:end].tolist() == [*before[n * state : (n + 1) * state], 0.0]
