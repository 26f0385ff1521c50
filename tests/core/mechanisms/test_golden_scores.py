"""Looking things up, temperature, the variance of scores, focus and saliency: numbers and laws no single step shows."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import CURRICULUM, Trace
from attention_core.lesson.pictures import strongest_rows
from attention_core.mechanisms.scores_and_weights.score_variance_scaling import exact_moments, sampled_variances
from tests.core.helpers import assert_close
from tests.golden_numbers import at

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
LOOKUP, PAIRS = MECHANISMS["database-lookup"], MECHANISMS["key-value-attention"]
WARM, WIDTH = MECHANISMS["temperature-entropy"], MECHANISMS["score-variance-scaling"]


def preset_trace(key: str, preset: str, **options: object) -> Trace:
    chosen = MECHANISMS[key].presets[preset]
    return MECHANISMS[key].trace(chosen.inputs, chosen.labels, **{**chosen.options, **options})


# --- looking things up -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("preset", "path"), [("near", "query_near_key5"), ("between", "query_between_key1_and_key4")])
def test_the_hard_choice_is_the_golden_one(preset: str, path: str) -> None:
    choice = preset_trace("database-lookup", preset)["hard choice"].value
    assert np.flatnonzero(choice) + 1 == at("database-lookup", f"steps.{path}.hard_index_1based")


def test_no_gradient_comes_back_through_the_hard_choice() -> None:
    trace = LOOKUP.trace()
    assert "gradient of q" in trace.gradients("output", (0,))
    hard = trace.gradients("hard answer", (0,))
    assert "gradient of V" in hard
    assert not {"gradient of q", "gradient of K", "gradient of scores"} & {step.name for step in hard}


@pytest.mark.parametrize("seed", range(5))
def test_cooling_makes_the_soft_answer_hard_where_there_is_a_best_key(seed: int) -> None:
    rng = np.random.default_rng(seed)
    K, V = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    trace = LOOKUP.trace({"q": 20 * K[seed] / np.linalg.norm(K[seed]) ** 2, "K": K, "V": V}, temperature=0.01)
    best, second = np.sort(trace["scores"].value)[::-1][:2]
    assert best - second > 0.3
    assert_close(trace.output.value, trace["hard answer"].value, 1e-9)


def test_cooling_shares_a_tie_out_evenly_and_the_hard_choice_hides_it() -> None:
    trace = preset_trace("database-lookup", "between", temperature=0.01)
    assert trace.output.value == pytest.approx([25], abs=1e-9)
    assert trace["hard answer"].value.tolist() == [10]


@pytest.mark.parametrize("seed", range(5))
def test_lookups_mix_and_the_order_of_the_pairs_is_nothing_to_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    q, K, V, order = rng.normal(size=3), rng.normal(size=(7, 3)), rng.normal(size=(7, 2)), rng.permutation(7)
    for mechanism in (LOOKUP, PAIRS):
        found = mechanism.trace({"q": q, "K": K, "V": V})
        assert_close(mechanism.trace({"q": q, "K": K[order], "V": V[order]}).output.value, found.output.value)
        assert_close(found["attention weights"].value.sum(), 1)
        assert (V.min(axis=0) <= found.output.value).all()
        assert (found.output.value <= V.max(axis=0)).all()


@pytest.mark.parametrize("seed", range(3))
def test_glued_values_are_the_keys_and_idle_values_do_not_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    q, K, V = rng.normal(size=3), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    glued = PAIRS.trace({"q": q, "K": K, "V": V}, glued=True)
    assert_close(glued.output.value, PAIRS.trace({"q": q, "K": K, "V": K}).output.value)
    assert_close(glued["attention weights"].value, PAIRS.trace({"q": q, "K": K, "V": V})["attention weights"].value)


def test_picture_turns_values_round_without_moving_a_weight() -> None:
    where, what = PAIRS.picture(PAIRS.trace())
    assert where.series["values negated"] == where.series["as it is"] != where.series["keys negated"]
    assert_close(what.series["values negated"], np.negative(what.series["as it is"]))


def test_the_strongest_rows_keep_their_order_and_the_rest_is_added_up() -> None:
    labels, found = strongest_rows("abcd", [[1, 2], [5, 5], [0, 1], [4, 4]], most=2)
    assert labels == ("b", "d", "the rest")
    assert found.tolist() == [[5, 5], [4, 4], [1, 3]]
    assert strongest_rows("ab", [[1], [2]])[0] == ("a", "b")


# --- temperature and entropy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["steps", "tie"])
def test_entropy_never_exceeds_the_golden_bound(preset: str) -> None:
    path = {"steps": "scores_1_2_3_4", "tie": "scores_2_4_4"}[preset]
    trace = preset_trace("temperature-entropy", preset, temperature=50.0)
    bound = at("temperature-entropy", f"steps.{path}.max_entropy_ln_n")
    assert bound - 1e-3 < trace["entropy"].value < bound == pytest.approx(np.log(trace["e"].size("key")))


def test_the_golden_temperatures_are_on_the_slider() -> None:
    assert set(at("temperature-entropy", "inputs.taus")) <= set(WARM.options["temperature"].choices)


@pytest.mark.parametrize("preset", ["steps", "tie"])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 8.0])
def test_the_slope_of_the_entropy_is_what_nudging_the_temperature_finds(preset: str, temperature: float) -> None:
    e = preset_trace("temperature-entropy", preset)["e"]
    sides = [Trace.of(WARM.run(e, temperature + nudge)[0])["entropy"].value for nudge in (1e-5, -1e-5)]
    found = preset_trace("temperature-entropy", preset, temperature=temperature)["slope of entropy"].value
    assert found == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=1e-8)
    if temperature == 1:
        path = {"steps": "scores_1_2_3_4", "tie": "scores_2_4_4"}[preset]
        assert found == pytest.approx(
            at("temperature-entropy", f"steps.{path}.dH_dtau_at_1_finite_difference"), abs=1e-8
        )


@pytest.mark.parametrize("seed", range(5))
def test_warming_never_sharpens_and_the_count_stays_between_one_and_all(seed: int) -> None:
    e = np.random.default_rng(seed).normal(scale=3, size=7)
    traces = [WARM.trace({"e": e}, temperature=t) for t in WARM.options["temperature"].choices]
    counts = [float(trace["effective number"].value) for trace in traces]
    assert counts == sorted(counts)
    assert counts[0] >= 1 - 1e-12
    assert counts[-1] <= 7
    moved = WARM.trace({"e": e + 100}, temperature=1.0)["attention weights"].value
    assert_close(moved, WARM.trace({"e": e}, temperature=1.0)["attention weights"].value, 1e-10)
    assert traces[0]["attention weights"].value.argmax() == e.argmax()


def test_ties_share_the_coldest_weight() -> None:
    assert_close(preset_trace("temperature-entropy", "tie", temperature=0.05)["attention weights"].value, [0, 0.5, 0.5])


def test_picture_shows_as_many_even_shares_as_are_read() -> None:
    trace = WARM.trace()
    bars, curves = WARM.picture(trace)
    count = float(trace["effective number"].value)
    even = bars.series["even shares of the effective number"]
    assert_close(sorted(even), [0, (count - 2) / count, 1 / count, 1 / count])
    assert_close(sum(even), 1)
    assert curves.marks["yours"] == (1, count)


# --- the variance of scores ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", range(10))
def test_counting_every_outcome_gives_the_golden_variance_which_the_steps_reach_by_addition(n: int) -> None:
    golden = at("score-variance-scaling", "steps.exact_pm1_entries")
    width, mean, variance = golden["d"][n], golden["mean"][n], golden["variance_unscaled"][n]
    assert exact_moments(width) == pytest.approx((mean, variance), abs=1e-12)
    start = WIDTH.trace()
    trace = Trace.of(WIDTH.run(start["x"], start["z"], width, "root of d")[-1])
    assert trace["score variance"].value == pytest.approx(variance) == width
    factor = trace["scaled scores"].value[0] / trace["scores"].value[0]
    assert variance * factor**2 == pytest.approx(golden["variance_scaled"][n], abs=1e-12)


def test_drawn_pairs_have_the_golden_variance_within_five_percent() -> None:
    golden = at("score-variance-scaling", "steps.monte_carlo_gaussian_20000")
    assert [width for width, _ in sampled_variances()] == golden["d"]
    for (width, variance), unscaled, scaled in zip(
        sampled_variances(), golden["var_unscaled"], golden["var_scaled"], strict=True
    ):
        assert variance == pytest.approx(unscaled, rel=0.05) == pytest.approx(width, rel=0.05)
        assert variance / width == pytest.approx(scaled, rel=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_the_variance_of_any_entries_is_that_of_all_their_sums(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=3)
    products, sums = np.outer(x, x).ravel(), np.zeros(1)
    for width in range(1, 5):
        sums = np.add.outer(sums, products).ravel()
        if width != 3:  # the slider knows powers of two
            assert_close(WIDTH.trace({"x": x}, d=width)["score variance"].value, sums.var(), 1e-9)


def test_picture_divides_by_the_root_to_keep_the_spread_and_everything_after_it() -> None:
    for curves in WIDTH.picture(WIDTH.trace()):
        assert np.ptp(curves.series["divided by root of d"]) < 1e-12
        assert np.ptp(curves.series["divided by nothing"]) > 0.4
    assert curves.marks["yours"][1] == pytest.approx(curves.series["divided by nothing"][6])
