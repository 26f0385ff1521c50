"""Self-attention on the sentence and as a network: golden numbers that are no steps, and what must hold always."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Trace
from attention_core.engine.errors import InputError
from attention_core.lesson.bark_sentence import AXES, EMBEDDING, ONE_HEAD, TOKENS
from attention_core.mechanisms.self_attention.attention_as_network import WEIGHTS
from tests.core.helpers import assert_close, seeded
from tests.golden_numbers import GOLDEN, at

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
PLAIN, QKV, NETWORK, BARK = (
    MECHANISMS[key]
    for key in ("parameter-free-self-attention", "qkv-self-attention", "attention-as-network", "multi-head-bark")
)
SEEDS = range(5)


def numbers(seed: int, **shapes: tuple[int, ...]) -> dict[str, Any]:
    rng = seeded("self-attention", str(seed))
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def with_matrices(seed: int) -> dict[str, Any]:
    return numbers(seed, X=(7, 3), W_q=(3, 5), W_k=(3, 5), W_v=(3, 2))


def network(seed: int) -> dict[str, Any]:
    return numbers(seed, X=(5, 3), W_q=(3, 7), W_k=(3, 7), W_v=(3, 2), T=(5, 2))


# --- golden numbers that are no steps --------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", [PLAIN, QKV, BARK], ids=lambda each: each.key)
def test_the_sentence_is_the_golden_one(mechanism: Any) -> None:
    given = GOLDEN[mechanism.key]["inputs"]
    assert tuple(given["tokens"]) == TOKENS == mechanism.first.labels["token"]
    assert tuple(given["axes"]) == AXES
    assert AXES in mechanism.first.labels.values()


def test_shuffled_words_are_the_golden_permutation() -> None:
    order = at(PLAIN.key, "inputs.permutation")
    shuffled = PLAIN.presets["shuffled"]
    assert np.array_equal(shuffled.inputs["X"], np.array(EMBEDDING)[order])
    assert shuffled.labels["token"] == tuple(TOKENS[n] for n in order)
    moved = PLAIN.trace(shuffled.inputs).output.value
    wanted = at(PLAIN.key, "steps.permuted.max_abs_diff_to_permuted_Y")
    assert np.abs(moved - PLAIN.trace().output.value[order]).max() == pytest.approx(wanted, abs=1e-15)


def test_scores_mirror_and_weights_do_not() -> None:
    trace = PLAIN.trace()
    S, A = trace["scores"].value, trace["attention weights"].value
    assert np.abs(S - S.T).max() == at(PLAIN.key, "steps.S_symmetric")
    assert np.abs(A - A.T).max() == pytest.approx(at(PLAIN.key, "steps.W_asymmetry"), abs=1e-12)


@pytest.mark.parametrize("preset", PLAIN.presets)
def test_the_two_is_come_out_alike(preset: str) -> None:
    chosen = PLAIN.presets[preset]
    output = PLAIN.trace(chosen.inputs, **chosen.options).output.value
    first, second = (n for n, word in enumerate(chosen.labels["token"]) if word == "is")
    assert np.abs(output[first] - output[second]).max() == at(PLAIN.key, "steps.two_is_rows_identical")


def test_the_word_the_picture_speaks_of_is_he() -> None:
    arcs, _ = PLAIN.picture(PLAIN.trace())
    bars, views = QKV.picture(QKV.trace())
    assert_close(arcs.weights[arcs.one_by_one[0]], at(PLAIN.key, "steps.row_he.W_softmax"), 1e-9)
    assert_close(bars.series["no matrices"], at(PLAIN.key, "steps.row_he.W_softmax"), 1e-9)
    assert_close(bars.series["three matrices"], at(QKV.key, "steps.row_he.W"), 1e-9)
    for view, name in zip(views.steps, ("Q", "K", "V_proj"), strict=True):
        assert_close(view.value[0], at(QKV.key, f"steps.{name}")[TOKENS.index("he")], 1e-9)


def test_picture_shows_the_golden_step_downhill() -> None:
    (curves,) = NETWORK.picture(NETWORK.trace())
    (mark,) = curves.marks.values()
    assert mark == pytest.approx((at(NETWORK.key, "inputs.lr"), at(NETWORK.key, "steps.loss_after_one_step")))
    nearest = int(np.argmin(np.abs(np.array(curves.x) - mark[0])))
    assert curves.x[nearest] == pytest.approx(mark[0])
    assert curves.series["after one step"][nearest] == pytest.approx(mark[1])
    assert set(curves.series["before"]) == {float(NETWORK.trace()["loss"].value)}
    assert mark[1] < curves.series["before"][0] < max(curves.series["after one step"])


# --- identities ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_identity_matrices_give_the_page_without_parameters(seed: int) -> None:
    X = numbers(seed, X=(7, 3))["X"]
    same = QKV.trace({"X": X, **dict.fromkeys(ONE_HEAD, np.eye(3))}, scaled=False)
    plain = PLAIN.trace({"X": X})
    assert_close(same.output.value, plain.output.value)
    assert_close(same["attention weights"].value, plain["attention weights"].value)


def test_identity_preset_is_the_page_without_parameters() -> None:
    preset = QKV.presets["identity"]
    found = QKV.trace(preset.inputs, **preset.options).output.value
    wanted = at(QKV.key, "steps.identity_matrices_reduce_to_parameter_free")
    assert np.abs(found - PLAIN.trace().output.value).max() == pytest.approx(wanted, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mechanism", [PLAIN, QKV], ids=lambda each: each.key)
def test_shuffling_the_words_shuffles_the_outputs(mechanism: Any, seed: int) -> None:
    given = {name: value for name, value in with_matrices(seed).items() if name in mechanism.inputs}
    order = seeded("order", str(seed)).permutation(7)
    moved = mechanism.trace({**given, "X": given["X"][order]}).output.value
    assert_close(moved, mechanism.trace(given).output.value[order])


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_product_of_two_matrices_is_seen(seed: int) -> None:
    given = with_matrices(seed)
    traded = {**given, "W_q": 4 * given["W_q"], "W_k": given["W_k"] / 4}
    assert_close(QKV.trace(traded)["scores"].value, QKV.trace(given)["scores"].value)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_head_that_projects_nothing_is_plain_self_attention(seed: int) -> None:
    given = numbers(seed, X=(7, 3), W_q=(3, 5), W_k=(3, 5), W_v=(3, 3))
    heads = {**given, "W_o": np.eye(3)}
    assert_close(BARK.trace(heads, h=1).output.value, QKV.trace(given).output.value)


@pytest.mark.parametrize("seed", SEEDS)
def test_heads_joined_and_projected_are_a_sum_of_contributions(seed: int) -> None:
    given = numbers(seed, X=(7, 3), W_q=(3, 10), W_k=(3, 10), W_v=(3, 22), W_o=(22, 3))
    trace = BARK.trace(given, h=2)
    *_, sums = BARK.picture(trace)
    parts, output = sums.steps
    assert_close(parts.value.sum(axis=0), output.value)


# --- the way back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_of_the_scores_only_moves_weight(seed: int) -> None:
    trace = NETWORK.trace(network(seed))
    largest = np.abs(trace["back/gradient of scaled scores"].value).max()
    assert np.abs(trace["row sums"].value).max() <= 1e-14 * max(largest, 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bias_on_the_keys_is_wasted(seed: int) -> None:
    """A column of ones in X makes the last row of W_k a bias; the gradient it gets is 0."""
    given = network(seed)
    given["X"][:, -1] = 1
    bias = NETWORK.trace(given)["back/gradient of W_k"].value[-1]
    assert np.abs(bias).max() < 1e-13


@pytest.mark.parametrize("name", [*WEIGHTS, "X"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_way_back_meets_finite_differences(name: str, seed: int) -> None:
    given, nudge = network(seed), 1e-5
    direction = seeded("direction", str(seed)).normal(size=given[name].shape)
    up, down = (loss(NETWORK.trace({**given, name: given[name] + way * nudge * direction})) for way in (1, -1))
    slope = float((NETWORK.trace(given)[f"back/gradient of {name}"].value * direction).sum())
    assert slope == pytest.approx((up - down) / (2 * nudge), rel=1e-6, abs=1e-6)


def loss(trace: Trace) -> float:
    return float(trace["loss"].value)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_short_step_goes_downhill(seed: int) -> None:
    trace = NETWORK.trace(network(seed), lr=0.001)
    assert trace.output.value < loss(trace)


def test_the_picture_leaves_out_steps_that_overflow() -> None:
    silent = {"W_q": np.zeros((4, 3)), "W_k": np.zeros((4, 3)), "W_v": np.full((4, 3), 3.0)}
    trace = NETWORK.trace({**silent, "X": np.full((3, 4), 1e51)}, lr=0.001)
    (curves,) = NETWORK.picture(trace)
    assert 1 <= len(curves.x) < 31


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "total"), [([0, 0], "0"), ([-1, 0], "-2"), ([0, -1e-9], "-")])
def test_shares_of_nothing_are_refused_by_name(row: list[float], total: str) -> None:
    words = {"token": ("one", "two", "three"), "feature": ("a", "b")}
    given = {"X": [[1, 1], row, [2, 0.5]]}
    with pytest.raises(InputError) as caught:
        PLAIN.trace(given, words, normaliser="the sum")
    assert (caught.value.field, caught.value.where) == ("X", "query two")
    assert f"add up to {total}" in caught.value.message
    assert np.isfinite(PLAIN.trace(given, words).output.value).all()
