"""Scores divided by a number of the learner's own, in every lesson that offers it."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism

DIVIDING = [each for each in CURRICULUM if "divisor" in each.options]


@pytest.mark.parametrize("mechanism", DIVIDING, ids=lambda each: each.key)
@pytest.mark.parametrize("divisor", [3.0, 0.5])
def test_scores_are_divided_by_the_root_and_by_it(mechanism: Mechanism, divisor: float) -> None:
    trace = mechanism.trace(mechanism.first.inputs, mechanism.first.labels, divisor=divisor)
    (width,) = {axis.size for step in trace for axis in step.axes if axis.name == "feature"}
    wanted = trace["scores"].value / (np.sqrt(width) * divisor)
    np.testing.assert_allclose(trace["scaled scores"].value, wanted)
    np.testing.assert_allclose(trace.said["divisor"].value, divisor)


@pytest.mark.parametrize(
    "mechanism", [each for each in DIVIDING if "scaled" in each.options], ids=lambda each: each.key
)
def test_without_the_root_scores_are_divided_by_it_alone(mechanism: Mechanism) -> None:
    trace = mechanism.trace(mechanism.first.inputs, mechanism.first.labels, scaled=False, divisor=3.0)
    np.testing.assert_allclose(trace["scaled scores"].value, trace["scores"].value / 3)


def test_exercises_of_self_attention_and_of_two_sequences_offer_it() -> None:
    assert {each.key for each in DIVIDING} >= {
        "scaled-dot-product-attention",
        "qkv-self-attention",
        "cross-attention",
    }
