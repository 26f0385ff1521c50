"""Soft, hard, local and random reading: golden numbers and laws that no single step shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Trace
from attention_core.engine.axes import numbered
from attention_core.engine.step import source
from attention_core.mechanisms.scores_and_weights.soft_hard_and_local.reinforce import drawn_keys
from tests.core.helpers import assert_close
from tests.golden_numbers import at

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
TABLE, CHOICE = MECHANISMS["soft-hard-local"], MECHANISMS["soft-vs-hard-attention"]
SEEDS = pytest.mark.parametrize("seed", range(5))


def golden(path: str) -> Any:
    return at("soft-vs-hard-attention", f"steps.{path}")


# --- one table, read three ways --------------------------------------------------------------------------------------


def test_windows_and_choices_are_the_golden_ones() -> None:
    trace, wanted = TABLE.trace(), at("soft-hard-local", "steps")
    assert trace["hard choice"].value.argmax(axis=1).tolist() == wanted["hard"]["index_0based"]
    seen = [np.flatnonzero(row)[[0, -1]].tolist() for row in trace["window"].value]
    assert seen == wanted["local"]["window_0based"]
    edge = TABLE.trace(centre="own position")["local weights"].value[0]
    assert np.count_nonzero(edge) == wanted["local_at_left_edge"]["entries_in_window"]


@SEEDS
@pytest.mark.parametrize("centre", ["best key", "own position"])
def test_the_widest_window_is_soft_and_the_narrowest_hard(seed: int, centre: str) -> None:
    rng = np.random.default_rng(seed)
    inputs = {"Q": rng.normal(size=(3, 2)), "K": rng.normal(size=(7, 2)), "V": rng.normal(size=(7, 5))}
    wide = TABLE.trace(inputs, D=6, centre=centre)
    assert_close(wide["local output"].value, wide["soft output"].value)
    narrow = TABLE.trace(inputs, D=0, centre=centre)
    wanted = narrow["hard output"].value if centre == "best key" else inputs["V"][:3]
    assert np.array_equal(narrow["local output"].value, wanted)


def test_a_query_beyond_the_last_key_looks_around_that_key() -> None:
    inputs = {"Q": np.ones((3, 2)), "K": np.ones((1, 2)), "V": [[5.0]]}
    assert TABLE.trace(inputs, D=0, centre="own position").output.value.tolist() == [[5.0]] * 3


# --- soft expectation, hard choice -----------------------------------------------------------------------------------


def test_given_numbers_draw_the_golden_keys() -> None:
    trace, wanted = CHOICE.trace(), golden("hard_sampling")
    numbers = source("u", wanted["u"], (numbered("draw", 5),))
    draws = drawn_keys(trace["attention weights"], numbers).value
    assert draws.argmax(axis=1).tolist() == wanted["z_0based"]
    assert np.array_equal(draws @ trace["X"].value, wanted["outputs"])


def test_a_thousand_draws_are_the_golden_ones() -> None:
    draws = CHOICE.trace(read="sampled", draws=1000)["draws"].value
    assert draws.sum(axis=0).tolist() == golden("monte_carlo_1000.counts")
    assert np.array_equal(draws.sum(axis=1), np.ones(1000))


def test_losses_and_variances_add_up_to_the_golden_ones() -> None:
    soft = CHOICE.trace()
    assert_close(soft["average loss"].value - soft.output.value, golden("expected_loss.gap"))
    assert_close(soft.gradients()["gradient of e"].value, golden("gradients.soft_dloss_de"), 1e-9)
    for baseline, path in (("none", "reinforce_no_baseline"), ("average loss", "reinforce_mean_baseline")):
        spread = CHOICE.trace(read="sampled", baseline=baseline)["variance"].value.sum()
        assert_close(spread, golden(f"{path}.total_variance"), 1e-9)


@pytest.mark.parametrize("read", ["argmax", "sampled"])
def test_no_gradient_reaches_the_scores_behind_a_choice(read: str) -> None:
    backward = CHOICE.trace(read=read).gradients()
    assert "gradient of e" not in backward
    assert "gradient of X" in backward
    nudged = [0.201, 1, 0.4]
    assert CHOICE.trace({"e": nudged}, read="argmax").output.value == CHOICE.trace(read="argmax").output.value


def random_trace(numbers: int, **options: Any) -> Trace:
    rng = np.random.default_rng(numbers)
    inputs = {"X": rng.normal(size=(5, 3)), "e": rng.normal(size=5), "target": rng.normal(size=3)}
    return CHOICE.trace(inputs, read="sampled", **options)


@SEEDS
def test_the_estimate_is_right_on_average_under_any_baseline(seed: int) -> None:
    for baseline in ("none", "average loss"):
        trace = random_trace(seed, baseline=baseline)
        assert_close(trace["mean estimate"].value, trace["exact gradient"].value, 1e-11)
    backward = trace.gradients(of="average loss")
    assert_close(backward["gradient of e"].value, trace["exact gradient"].value, 1e-11)


@SEEDS
def test_the_same_seed_draws_the_same_keys(seed: int) -> None:
    first, again, other = (random_trace(seed, draws=50, seed=n)["draws"].value for n in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
