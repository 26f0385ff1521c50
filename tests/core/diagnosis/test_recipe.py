"""The recipe that mistakes change is the operator: the same numbers at every step, under every kind of setting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attention_core import Step
from attention_core.diagnosis.diagnose import cell_of
from attention_core.diagnosis.mistakes import CATALOGUE
from attention_core.diagnosis.recipe import RIGHT, Kitchen
from tests.sampling import some
from tools.diagnosis import possible, seeded

KINDS = sorted({mistake.needs for mistake in CATALOGUE})


@pytest.mark.parametrize("needs", KINDS, ids=" ".join)
def test_right_parts_give_the_operators_numbers(needs: tuple[str, ...]) -> None:
    for n in range(some(20, 2)):
        _, right = possible(seeded("recipe", *needs, n), needs, "float64")
        found = Kitchen(right.given).steps(RIGHT)
        for name, step in right.steps.items():
            if name in found and step.primitive is not None:
                assert_same(found[name], step)


def assert_same(found: np.ndarray, step: Step) -> None:
    """Cell by cell, by the names of the axes."""
    wanted = np.reshape([step.value[cell_of(step, cell)] for cell in np.ndindex(found.shape)], found.shape)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11)


def test_a_few_queries_give_the_rows_of_all() -> None:
    for needs in KINDS:
        _, right = possible(seeded("rows", *needs), needs, "float64")
        rows = np.array([0, right.given.queries - 1])
        whole = Kitchen(right.given).steps(RIGHT)["output"]
        part = Kitchen(replace(right.given, places=rows)).steps(RIGHT)["output"]
        np.testing.assert_allclose(part, whole[..., rows, :], rtol=1e-9, atol=1e-12)
