"""The numbers of the lessons against numbers computed independently of this code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Trace
from tests.golden_numbers import FOLDER, GOLDEN, Row, at, part, rows
from tests.sampling import grouped

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
ILLUSTRATED, SCALED, MULTI_HEAD, BARK = (
    "illustrated-self-attention",
    "scaled-dot-product-attention",
    "multi-head-attention",
    "multi-head-bark",
)


def preset_trace(mechanism: str, preset: str) -> Trace:
    chosen = MECHANISMS[mechanism].presets[preset]
    return MECHANISMS[mechanism].trace(chosen.inputs, chosen.labels, **chosen.options)


def assert_equals(found: Any, wanted: Any, tolerance: float = 1e-9) -> None:
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    "table", grouped(rows(), lambda row: row.mechanism.key), ids=lambda table: table[0].mechanism.key
)
def test_numbers_are_golden(table: list[Row]) -> None:
    assert not [f"{row}: {row.error}" for row in table if not row.error <= row.tolerance]


def test_every_golden_table_belongs_to_a_mechanism() -> None:
    assert {file.stem for file in FOLDER.glob("*.toml")} <= set(MECHANISMS)


def test_a_place_may_be_a_gradient() -> None:
    trace = MECHANISMS[SCALED].trace()
    wanted = np.outer(trace["attention weights"].value.sum(axis=0), np.ones(trace["V"].size("value")))
    assert_equals(part(trace, "output -> V"), wanted)
    assert_equals(part(trace, "output -> V[1]"), wanted[1])
    assert_equals(part(trace, "scores -> V"), np.zeros_like(wanted))


def test_rounded_golden_numbers_are_looked_up_by_the_ids_of_their_steps() -> None:
    assert at("sab", "steps.t12.y") == at("sab", "output.y")[-1]
    assert len(at("sab", "gradients.norm_dyT_dx_t__sab")) == len(at("sab", "inputs.X"))


def test_sentence_preset_stacks_the_golden_heads_side_by_side() -> None:
    wanted, preset = GOLDEN[BARK]["inputs"], MECHANISMS[BARK].first
    assert preset.labels["token"] == tuple(wanted["tokens"])
    assert preset.labels["model"] == tuple(wanted["axes"])
    for name in ("W_q", "W_k", "W_v"):
        assert np.array_equal(preset.inputs[name], np.hstack(wanted[name]))
    for name in ("X", "W_o"):
        assert np.array_equal(preset.inputs[name], wanted[name])


@pytest.mark.parametrize(("path", "step"), [("Q", "queries"), ("K", "keys"), ("V", "values"), ("S", "scores")])
@pytest.mark.parametrize("preset", ["published", "scaled", "causal"])
def test_worked_example_is_exact_where_it_is_integers(preset: str, path: str, step: str) -> None:
    assert np.array_equal(preset_trace(ILLUSTRATED, preset)[step].value, at(ILLUSTRATED, f"steps.{path}"))


@pytest.mark.parametrize(("preset", "path"), [("published", "unscaled.O"), ("scaled", "scaled.O")])
def test_worked_example_output_to_the_last_digits(preset: str, path: str) -> None:
    assert_equals(preset_trace(ILLUSTRATED, preset).output.value, at(ILLUSTRATED, f"steps.{path}"), 1e-12)


def test_picture_shows_what_the_articles_rounding_cost() -> None:
    trace = preset_trace(ILLUSTRATED, "published")
    (picture,) = MECHANISMS[ILLUSTRATED].picture(trace)
    printed, exact, error, divided = (step.value for step in picture.steps)
    assert_equals(picture.steps[0].operands[0].value, at(ILLUSTRATED, "steps.source_hand_rounded.A"))
    assert_equals(printed, at(ILLUSTRATED, "steps.source_hand_rounded.O"))
    assert_equals(np.abs(error), at(ILLUSTRATED, "steps.error_of_source_output.abs_diff"))
    assert_equals(np.abs(error).max(axis=1), at(ILLUSTRATED, "steps.error_of_source_output.max_abs"))
    assert_equals(exact, at(ILLUSTRATED, "steps.unscaled.O"))
    assert_equals(divided, at(ILLUSTRATED, "steps.scaled.O"))


def test_the_print_is_compared_without_a_mask_whatever_is_hidden() -> None:
    (picture,) = MECHANISMS[ILLUSTRATED].picture(preset_trace(ILLUSTRATED, "causal"))
    error = picture.steps[2].value
    assert_equals(np.abs(error), at(ILLUSTRATED, "steps.error_of_source_output.abs_diff"))
    assert_equals(error[0], [0.0634, 0.3169, -0.0951], 1e-4)


def test_picture_of_other_numbers_compares_them_with_and_without_the_root() -> None:
    edited = {"X": [[2, 0, 1, 0], [0, 2, 0, 1], [1, 0, 1, 1]]}
    (picture,) = MECHANISMS[ILLUSTRATED].picture(MECHANISMS[ILLUSTRATED].trace(edited))
    exact, divided, change = (step.value for step in picture.steps)
    assert np.array_equal(exact, MECHANISMS[ILLUSTRATED].trace(edited, scaled=False).output.value)
    assert np.array_equal(divided, MECHANISMS[ILLUSTRATED].trace(edited, scaled=True).output.value)
    assert_equals(change, divided - exact)


def test_picture_adds_the_golden_contributions_of_the_heads() -> None:
    _, sums = MECHANISMS[MULTI_HEAD].picture(preset_trace(MULTI_HEAD, "two"))
    parts, output = sums.steps
    assert_equals(parts.value, at(MULTI_HEAD, "steps.per_head_contribution"))
    assert_equals(parts.value.sum(axis=0), output.value)


def test_each_head_of_the_sentence_has_its_own_favourite_for_dog() -> None:
    wanted = at(BARK, "steps.row_dog")
    trace = preset_trace(BARK, "bark")
    bars, _ = MECHANISMS[BARK].picture(trace)
    for head in (1, 2, 3):
        assert_equals(trace["attention weights"].value[head - 1, -1], wanted[f"head_{head}"])
        assert_equals(bars.series[f"head {head}"], wanted[f"head_{head}"])
        assert bars.labels[int(np.argmax(bars.series[f"head {head}"]))] == wanted["argmax_token"][head - 1]
    assert_equals(bars.series["average"], wanted["mean_over_heads"])


def additive_trace() -> Trace:
    given = GOLDEN["scoring-functions"]["inputs"]
    weights = {name: given[name] for name in ("W_add", "U_add", "v_add")}
    return MECHANISMS["additive-attention"].trace({"Q": [given["q"]], "K": given["X"], "V": given["X"], **weights})


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("pre_activation", "pre-activation"),
        ("score", "scores"),
        ("alpha", "attention weights"),
        ("context", "output"),
    ],
)
def test_additive_scores_are_golden(path: str, step: str) -> None:
    assert_equals(additive_trace()[step].value[0], at("scoring-functions", f"steps.additive.{path}"))


def test_picture_of_several_queries_shows_the_first() -> None:
    trace = preset_trace("additive-attention", "two")
    (bars,) = MECHANISMS["additive-attention"].picture(trace)
    assert_equals(bars.series["additive"], trace["attention weights"].value[0])


@pytest.mark.parametrize(
    ("series", "path"), [("additive", "additive"), ("dot product", "dot"), ("scaled dot product", "scaled_dot")]
)
def test_picture_measures_the_same_vectors_with_the_golden_rulers(series: str, path: str) -> None:
    (bars,) = MECHANISMS["additive-attention"].picture(additive_trace())
    assert_equals(bars.series[series], at("scoring-functions", f"steps.{path}.alpha"))
