"""What the golden file says of caps, sparsemax, sinks, unit lengths and collapse beside the numbers that steps show."""

from __future__ import annotations

import math

import numpy as np
import pytest

from attention_core import CURRICULUM, Trace
from attention_core.engine.errors import InputError
from tests.core.helpers import assert_close
from tests.golden_numbers import GOLDEN, at

KEYS = {mechanism.key: mechanism for mechanism in CURRICULUM}
SEEDS = range(8)


def traced(key: str, inputs: dict[str, object], **options: float) -> Trace:
    return KEYS[key].trace(inputs, **options)


def scores(seed: int, size: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=7) * size


# --- a cap -----------------------------------------------------------------------------------------------------------


def test_the_first_preset_has_the_golden_cap_and_its_slope_is_the_gradient() -> None:
    trace = KEYS["softcap"].trace()
    assert trace.options["cap"] == at("softcap", "inputs.c")
    for place, slope in enumerate(at("softcap", "steps.derivative")):
        found = trace.gradients(of="capped scores", at=(place,))["gradient of s"].value
        assert found[place] == pytest.approx(slope, abs=1e-12)
        assert np.count_nonzero(found) == 1


def test_the_golden_ratio_of_weights_is_the_largest_a_cap_of_5_allows() -> None:
    widest = traced("softcap", {"s": [-1e4, 1e4], "visible": [1, 1]}, cap=5.0)["attention weights"].value
    assert widest[1] / widest[0] == pytest.approx(at("softcap", "steps.max_weight_ratio_c5"), rel=1e-12)


def test_a_mask_after_the_cap_hides_and_one_before_it_leaks() -> None:
    leak = KEYS["softcap"].presets["leak"]
    early = KEYS["softcap"].trace(leak.inputs, **leak.options)
    late = KEYS["softcap"].again(early, mask_first=False)
    assert early["capped scores"].value[2] == -leak.options["cap"]
    assert early["attention weights"].value[2] > 0.1
    assert late["attention weights"].value[2] == 0


# --- sparsemax -------------------------------------------------------------------------------------------------------


def test_sparsemax_gives_the_row_that_the_article_printed() -> None:
    printed = at("illustrated-self-attention", "steps.source_hand_rounded.A")[0]
    assert KEYS["sparsemax"].trace()["attention weights"].value.tolist() == printed == [0, 0.5, 0.5]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cut_off_is_the_level_above_which_scores_count(seed: int) -> None:
    z = scores(seed, 2.0)
    trace = traced("sparsemax", {"z": z, "V": np.ones((7, 3))})
    level = float(trace["cut-off"].value)
    assert_close(trace["attention weights"].value, np.maximum(z - level, 0), 1e-11)
    assert np.array_equal(trace["support"].value, z > level)
    assert_close(trace.output.value, np.ones(3))


@pytest.mark.parametrize("seed", SEEDS)
def test_sparsemax_does_not_care_what_is_added_to_all_scores(seed: int) -> None:
    z, V = scores(seed), np.random.default_rng(seed).normal(size=(7, 3))
    assert_close(
        traced("sparsemax", {"z": z + 37, "V": V}).output.value,
        traced("sparsemax", {"z": z, "V": V}).output.value,
        1e-11,
    )


# --- a sink ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("sink", [-10.0, 0.0, 3.0])
def test_a_sink_takes_its_share_and_leaves_proportions_alone(seed: int, sink: float) -> None:
    trace = traced("attention-sink", {"s": scores(seed, 3), "V": np.ones((7, 2))}, sink=sink)
    weights, plain = trace["attention weights"].value, trace["plain weights"].value
    left = float(trace["sum of weights"].value)
    assert left + float(trace["sink weight"].value) == pytest.approx(1, abs=1e-12)
    assert_close(weights, plain * left)
    assert_close(trace.output.value, np.full(2, left))


# --- length 1 --------------------------------------------------------------------------------------------------------


def test_the_first_preset_has_the_golden_gain() -> None:
    assert KEYS["qk-norm"].trace().options["gain"] == at("qk-norm", "inputs.g")


@pytest.mark.parametrize("seed", SEEDS)
def test_scores_stay_within_the_gain_and_lengths_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Q, K, V = rng.normal(size=(2, 5)), rng.normal(size=(3, 5)), rng.normal(size=(3, 7))
    trace = traced("qk-norm", {"Q": Q, "K": K, "V": V}, gain=5.0)
    assert np.abs(trace["scores"].value).max() <= 5 * (1 + 1e-12)
    longer = traced("qk-norm", {"Q": Q * 30, "K": K * [[1e-3], [1], [1e4]], "V": V}, gain=5.0)
    assert_close(longer.output.value, trace.output.value)


@pytest.mark.parametrize(("name", "row"), [("Q", "Query 2"), ("K", "key 2")])
def test_a_row_without_a_direction_is_refused_by_name(name: str, row: str) -> None:
    given = {key: np.array(table, dtype=float) for key, table in KEYS["qk-norm"].first.inputs.items()}
    given[name][1] = 0
    with pytest.raises(InputError, match=f"^{name}, .*{row}.*length 0"):
        KEYS["qk-norm"].trace(given, {"query": ("Query 1", "Query 2")})


# --- collapse --------------------------------------------------------------------------------------------------------


def test_the_sentence_is_the_golden_one() -> None:
    preset, given = KEYS["attention-rank-collapse"].first, GOLDEN["attention-rank-collapse"]["inputs"]
    assert list(preset.labels["token"]) == given["tokens"]
    assert KEYS["attention-rank-collapse"].trace().options["layers"] == given["layers"]


@pytest.mark.parametrize("residual", [0.0, 1.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_spread_is_one_minus_the_mean_cosine_of_two_different_tokens(seed: int, residual: float) -> None:
    X = np.random.default_rng(seed).normal(size=(5, 3))
    trace = traced("attention-rank-collapse", {"X": X}, residual=residual, layers=2)
    for layer in range(3):
        Y = trace[f"layer {layer}/tokens"].value
        pairs = (Y @ Y.T)[~np.eye(5, dtype=bool)]
        assert trace["spread"].value[layer] == pytest.approx(1 - pairs.mean(), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_tokens_change_places_and_nothing_else_happens(seed: int) -> None:
    X = np.random.default_rng(seed).normal(size=(5, 3))
    before, after = (traced("attention-rank-collapse", {"X": table}) for table in (X, X[::-1]))
    assert_close(after["layer 6/tokens"].value, before["layer 6/tokens"].value[::-1], 1e-9)
    assert_close(after.output.value, before.output.value, 1e-9)


def test_words_of_one_half_space_collapse_however_long_the_residual_path_holds_them() -> None:
    slow, fast = (KEYS["attention-rank-collapse"].trace(residual=r).output.value for r in (4.0, 0.0))
    assert (np.diff(slow) < 0).all()
    assert (fast[1:] < slow[1:]).all()
    assert math.isclose(fast[-1], 0, abs_tol=1e-12)
