"""Golden numbers and identities of the scores which no step of a preset shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism, Trace
from attention_core.blocks import scores as rulers
from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.engine.ops import softmax
from attention_core.engine.step import Step, ancestors, source
from attention_core.mechanisms.query_plane import project_on_query
from tests.golden_numbers import GOLDEN, at

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
SCORING, SIMILARITY = MECHANISMS["scoring-functions"], MECHANISMS["similarity-functions"]
ASYMMETRY = MECHANISMS["bilinear-asymmetry"]


def preset(mechanism: Mechanism, name: str, **options: Any) -> Trace:
    chosen = mechanism.presets[name]
    return mechanism.trace(chosen.inputs, chosen.labels, **{**chosen.options, **options})


def assert_equals(found: Any, wanted: Any, tolerance: float = 1e-9) -> None:
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance)


def assert_row_is(trace: Trace, path: str) -> None:
    for name, step in {"score": "scores", "weights": "attention weights", "output": "output"}.items():
        assert_equals(trace[step].value[0], at("similarity-functions", f"steps.{path}.{name}"))


# --- seven scores ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "path"),
    [
        ("dot", "dot"),
        ("scaled dot", "scaled_dot"),
        ("bilinear", "general"),
        ("additive", "additive"),
        ("cosine", "cosine"),
    ],
)
def test_four_keys_under_each_score(score: str, path: str) -> None:
    assert_row_is(preset(SCORING, "four", score=score), path)


def test_four_keys_under_the_gaussian_kernel() -> None:
    trace, wanted = preset(SCORING, "four", score="kernel"), at("similarity-functions", "steps.kernel_rbf")
    assert_equals(np.exp(trace["scores"].value[0]), wanted["kernel"])
    assert_equals(trace["attention weights"].value[0], wanted["weights"])
    assert_equals(trace.output.value[0], wanted["output"])


def test_four_keys_under_a_projection_of_their_own() -> None:
    given = GOLDEN["similarity-functions"]["inputs"]
    assert_row_is(preset_with(U_add=given["U_q"], W_add=given["U_k"]), "projected")


def preset_with(**inputs: Any) -> Trace:
    four = SCORING.presets["four"]
    return SCORING.trace({**four.inputs, **inputs}, score="projected")


@pytest.mark.parametrize(
    ("name", "score", "path"),
    [
        ("three", "additive", "additive"),
        ("three", "dot", "dot"),
        ("three", "scaled dot", "scaled_dot"),
        ("wide", "bilinear", "bilinear_2x3"),
    ],
)
def test_a_score_has_as_many_learned_numbers(name: str, score: str, path: str) -> None:
    read = [step for step in ancestors([preset(SCORING, name, score=score)["scores"]]) if step.primitive is None]
    learned = sum(step.value.size for step in read if step.name not in ("Q", "K"))
    assert learned == at("scoring-functions", f"steps.parameter_count.{path}")


def test_picture_shows_every_score_that_the_widths_allow() -> None:
    (all_seven,) = SCORING.picture(preset(SCORING, "three"))
    assert all_seven.labels == tuple(rulers.SCORES)
    for score, path in {"additive": "additive", "dot": "dot", "scaled dot": "scaled_dot"}.items():
        row = [series[all_seven.labels.index(score)] for series in all_seven.series.values()]
        assert_equals(row, at("scoring-functions", f"steps.{path}.alpha"))
    (wide,) = SCORING.picture(preset(SCORING, "wide"))
    assert wide.labels == ("additive", "bilinear", "projected")


def test_a_wider_query_has_no_dot_product() -> None:
    with pytest.raises(InputError, match="as wide as the queries, which have 3, not 2"):
        preset(SCORING, "wide", score="dot")


# --- identities ------------------------------------------------------------------------------------------------------

SIZES = {"query": 3, "key": 5, "feature": 7, "other": 7, "hidden": 2}
SEEDS = pytest.mark.parametrize("seed", range(5))


def given(rng: np.random.Generator, name: str, *axes: str) -> Step:
    sizes = [SIZES[axis] for axis in axes]
    return source(name, rng.normal(size=sizes), tuple(map(numbered, axes, sizes)))


@SEEDS
def test_projected_is_bilinear_with_the_product_of_its_halves(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Q, K = given(rng, "Q", "query", "feature"), given(rng, "K", "key", "feature")
    U_q, U_k = given(rng, "U_q", "hidden", "feature"), given(rng, "U_k", "hidden", "feature")
    axes = (Q.axis("feature"), K.axis("feature").renamed("other"))
    joined = source("W", U_q.value.T @ U_k.value, axes)
    assert_equals(rulers.projected(Q, K, U_q, U_k).value, rulers.bilinear(Q, K, joined).value, 1e-11)


@SEEDS
def test_bilinear_with_the_identity_is_dot(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Q, K = given(rng, "Q", "query", "feature"), given(rng, "K", "key", "feature")
    eye = source("W", np.eye(7), (Q.axis("feature"), Q.axis("feature").renamed("other")))
    assert_equals(rulers.bilinear(Q, K, eye).value, rulers.dot(Q, K).value, 1e-12)


@SEEDS
def test_additive_is_concat_with_stacked_matrices_and_never_passes_the_votes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Q, K, v = given(rng, "Q", "query", "feature"), given(rng, "K", "key", "feature"), given(rng, "v", "hidden")
    U, W = given(rng, "U", "hidden", "feature"), given(rng, "W", "hidden", "feature")
    found = rulers.additive(Q, K, U, W, v).value
    stacked = np.hstack([U.value, W.value])
    concat = [[v.value @ np.tanh(stacked @ np.concatenate([q, k])) for k in K.value] for q in Q.value]
    assert_equals(found, concat, 1e-12)
    assert np.abs(found).max() <= np.abs(v.value).sum()


@SEEDS
def test_kernels_are_softmax_of_their_logarithms(seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs = {"Q": rng.normal(size=(3, 7)), "K": rng.normal(size=(5, 7)), "V": rng.normal(size=(5, 2))}
    exponential = SIMILARITY.trace(inputs, similarity="exponential kernel")
    assert_equals(exponential.output.value, SIMILARITY.trace(inputs, similarity="scaled dot").output.value, 1e-12)
    gaussian = SIMILARITY.trace(inputs, similarity="Gaussian kernel", sigma=2.0)
    assert_equals(gaussian["attention weights"].value, softmax(gaussian["scores"], along="key").value, 1e-12)
    squares = ((inputs["Q"][:, None] - inputs["K"]) ** 2).sum(axis=-1)
    assert_equals(gaussian["kernel"].value, np.exp(-squares / 8), 1e-12)


@SEEDS
def test_cosine_does_not_see_lengths(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Q, K = given(rng, "Q", "query", "feature"), given(rng, "K", "key", "feature")
    longer = source("K", K.value * rng.uniform(0.1, 10, size=(5, 1)), K.axes)
    assert_equals(rulers.cosine(Q, longer).value, rulers.cosine(Q, K).value, 1e-12)
    assert np.abs(rulers.cosine(Q, K).value).max() <= 1 + 1e-12


# --- bilinear scores are not symmetric ----------------------------------------------------------------------------


def test_swapping_turns_the_sign_of_what_the_antisymmetric_part_adds() -> None:
    trace = preset(ASYMMETRY, "two")
    given, wanted = trace.options | {step.name: step.value for step in trace.inputs}, at("bilinear-asymmetry", "steps")
    swapped = ASYMMETRY.trace({**given, "x": given["q"], "q": given["x"]})
    assert_equals(swapped["turned around"].value, wanted["anti_contribution"]["s_q_x"])
    assert_equals(swapped["q asks x"].value, wanted["s_q_x"])
    assert np.linalg.matrix_rank(trace["joint matrix"].value) == wanted["rank_W"]
    assert given["x"] @ given["q"] == wanted["identity_dot"]


@SEEDS
@pytest.mark.parametrize("tied", [False, True])
def test_the_difference_is_twice_the_antisymmetric_part(seed: int, tied: bool) -> None:
    rng = np.random.default_rng(seed)
    inputs = {"U": rng.normal(size=(2, 5)), "V": rng.normal(size=(2, 5)), "x": rng.normal(size=5)}
    trace = ASYMMETRY.trace({**inputs, "q": rng.normal(size=5)}, tied=tied)
    assert_equals(trace.output.value, 2 * trace["turned around"].value, 1e-12)
    parts = trace["symmetric part"].value, trace["antisymmetric part"].value
    assert_equals(sum(parts), trace["joint matrix"].value, 1e-12)
    assert np.array_equal(parts[0], parts[0].T)
    assert np.array_equal(parts[1], -parts[1].T)
    assert not tied or abs(trace.output.value) < 1e-12
    assert not tied or np.linalg.eigvalsh(trace["joint matrix"].value).min() > -1e-12


# --- the plane of a query --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1, 2, 3, 7])
def test_products_and_distances_survive_in_the_plane_of_the_query(width: int) -> None:
    rng = np.random.default_rng(width)
    asker, keys = rng.normal(size=width), rng.normal(size=(5, width))
    places, length = project_on_query(asker, keys), np.linalg.norm(asker)
    assert_equals(places[:, 0] * length, keys @ asker, 1e-12)
    distances = np.linalg.norm(places - [length, 0], axis=1)
    assert_equals(distances, np.linalg.norm(keys - asker, axis=1), 1e-12)


def test_a_query_of_zeros_leaves_the_cosine_panel_out() -> None:
    field, bars = SIMILARITY.picture(SIMILARITY.trace({"Q": [[0, 0, 0]]}))
    assert list(field.panels) == ["dot: lines", "Gaussian: circles"]
    assert "cosine" not in bars.labels
