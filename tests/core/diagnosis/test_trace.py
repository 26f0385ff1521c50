"""The trace of a diagnosis: the right computation from the numbers that were given, each cell with its arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.diagnosis.cases import draw
from attention_core.diagnosis.compare import ORDER
from attention_core.diagnosis.entry import Mistake
from attention_core.diagnosis.mistakes import CATALOGUE
from attention_core.diagnosis.reference import reference
from attention_core.diagnosis.settings import settings_of
from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from tests.sampling import some
from tools.diagnosis import cases_of

NEEDS = sorted({mistake.needs for mistake in CATALOGUE if not {"large", "far"} & set(mistake.needs)})


@pytest.mark.parametrize("needs", some(NEEDS, NEEDS[::3]), ids="-".join)
def test_every_cell_follows_from_what_was_given(needs: tuple[str, ...]) -> None:
    case = draw(np.random.default_rng(len(needs)), needs)
    Q, K, V = case.Q, case.K, case.V
    if Q.ndim == 2 and "q_num_heads" not in case.settings:
        Q, K, V = (x[None, None] for x in (Q, K, V))
    found = reference(Q, K, V, settings_of(dict(case.settings)), False, np.dtype(float))
    trace = found.trace
    assert trace.output is found.steps[found.last]
    assert [step.name for step in trace].count("Q") <= 1
    for step in trace.computed:
        for cell in np.ndindex(step.value.shape):
            value = ex.evaluate(ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True))))
            assert np.isclose(value, step.value[cell], rtol=1e-9, atol=1e-12) or value == step.value[cell], step.name


@pytest.mark.parametrize("mistake", some(CATALOGUE, CATALOGUE[::5]), ids=lambda each: each.key)
def test_a_departure_is_in_a_step_of_the_trace(mistake: Mistake) -> None:
    for _, each in cases_of(mistake, 2):
        found = each.diagnosis()
        for place in (found.departure, *(finding.departure for finding in found.findings)):
            if place:
                assert place.step in found.trace.steps
                assert place.step.name in ORDER
