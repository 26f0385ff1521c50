"""Other ways from scores to weights: against the papers' own words, with masks, heads and scores of any size."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import Step, Trace
from attention_core.blocks.normalisers import capped, sparsemax, tempered, unit, with_sink
from attention_core.engine.axes import numbered
from attention_core.engine.backward import backward
from attention_core.engine.errors import InputError
from attention_core.engine.ops import contract, mask, shift, where
from attention_core.engine.step import source
from tests.core.helpers import assert_close, own_arithmetic

HEADS, QUERIES, KEYS = numbered("head", 2), numbered("query", 3), numbered("key", 5)
KEYS_3 = numbered("key", 3)
RNG = np.random.default_rng(11)
SEEDS = range(12)


def scores(seed: int = 0, size: float = 1.0) -> Step:
    drawn = np.random.default_rng(seed).normal(size=(2, 3, 5)) * size
    return source("S", drawn, (HEADS, QUERIES, KEYS))


def hidden(step: Step) -> Step:
    """Key 2 masked for everybody, key 5 for the first query."""
    visible = np.ones((3, 5))
    visible[:, 1] = visible[0, 4] = 0
    return mask(step, source("visible", visible, (QUERIES, KEYS)))


def exponentials(z: np.ndarray) -> np.ndarray:
    return np.exp(z - z.max(axis=-1, keepdims=True))


def soft(z: np.ndarray) -> np.ndarray:
    return exponentials(z) / exponentials(z).sum(axis=-1, keepdims=True)


def sorted_sparsemax(z: np.ndarray) -> np.ndarray:
    """Algorithm 1 of Martins and Astudillo, row by row."""
    ranked = np.sort(z)[::-1]
    k = max(n for n in range(1, len(z) + 1) if 1 + n * ranked[n - 1] > ranked[:n].sum())
    return np.maximum(z - (ranked[:k].sum() - 1) / k, 0)


# --- the two new words of the arithmetic -----------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "first"), [(1.5, "1.5 + x_{1}"), (-1.5, "x_{1} - 1.5")])
def test_a_constant_is_added_in_reading_order(by: float, first: str) -> None:
    x = source("x", [0.25, -2, 3], (numbered("place", 3),))
    y = shift(x, by, name="y", symbol="y")
    assert np.array_equal(y.value, x.value + by)
    assert_close(own_arithmetic(y), y.value)
    assert y.arithmetic(0).symbols == first
    assert backward(y, source("seed", [1, 2, 3], y.axes))[x].value.tolist() == [1, 2, 3]


def test_what_is_not_chosen_becomes_nought_both_ways() -> None:
    x = source("x", [0.25, -2, 3], (KEYS_3,))
    y = where(x, source("chosen", [1, 0, 1], (KEYS_3,)), name="y", symbol="y")
    assert y.value.tolist() == [0.25, 0, 3]
    assert_close(own_arithmetic(y), y.value)
    assert backward(y, source("seed", [1, 2, 3], y.axes))[x].value.tolist() == [1, 0, 3]


# --- a cap -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_no_weight_exceeds_another_by_more_than_the_cap_allows(seed: int) -> None:
    made = capped(scores(seed, 40), 2.5)
    assert np.abs(made.value).max() <= 2.5
    weights = soft(made.value)
    assert (weights.max(axis=-1) <= np.exp(2 * 2.5) * weights.min(axis=-1) * (1 + 1e-12)).all()
    assert np.array_equal(np.argsort(made.value), np.argsort(np.tanh(scores(seed, 40).value / 2.5)))


def test_a_wide_cap_changes_next_to_nothing() -> None:
    assert_close(capped(scores(), 1e6).value, scores().value, 1e-9)


def test_a_mask_before_the_cap_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"head 1, query 1, key 2: .*come back as -2\.5"):
        capped(hidden(scores()), 2.5)


@pytest.mark.parametrize("change", [capped, tempered])
@pytest.mark.parametrize("number", [0, -1, float("nan")])
def test_a_cap_and_a_temperature_are_above_nought(change, number: float) -> None:
    with pytest.raises(InputError, match="more than 0"):
        change(scores(), number)


# --- temperature -----------------------------------------------------------------------------------------------------


def test_temperature_divides_and_leaves_masks_alone() -> None:
    assert_close(tempered(scores(), 2.5).value, scores().value / 2.5)
    assert np.isneginf(tempered(hidden(scores()), 2.5).value).sum() == np.isneginf(hidden(scores()).value).sum()


# --- sparsemax -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_sparsemax_is_that_of_the_paper(seed: int, size: float) -> None:
    z = scores(seed, size)
    weights = sparsemax(z)
    assert weights.axes == z.axes
    assert_close(weights.value, np.apply_along_axis(sorted_sparsemax, -1, z.value), 1e-12)
    assert_close(weights.value.sum(axis=-1), np.ones((2, 3)))
    for step in Trace.of(weights).computed:
        assert_close(own_arithmetic(step), step.value)


@pytest.mark.parametrize("seed", SEEDS)
def test_sparsemax_is_the_nearest_row_of_shares(seed: int) -> None:
    """The definition: no other point of the simplex is nearer to the scores."""
    z = scores(seed)
    others = np.random.default_rng(seed).dirichlet(np.ones(5), size=(2, 3))
    found, mixed = sparsemax(z).value, 0.9 * sparsemax(z).value + 0.1 * others
    for other in (others, mixed):
        assert (((found - z.value) ** 2).sum(axis=-1) <= ((other - z.value) ** 2).sum(axis=-1) + 1e-12).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_sparsemax_of_masked_scores_is_that_of_the_others_alone(seed: int) -> None:
    z = hidden(scores(seed))
    weights = sparsemax(z)
    for step in Trace.of(weights).computed[1:]:
        assert np.isfinite(step.value).all()
        assert_close(own_arithmetic(step), step.value)
    for place in np.ndindex(2, 3):
        seen = np.isfinite(z.value[place])
        assert not weights.value[place][~seen].any()
        assert_close(weights.value[place][seen], sorted_sparsemax(z.value[place][seen]))


def test_sparsemax_keeps_ties_however_large_and_does_not_care_where_the_keys_stand() -> None:
    tied = source("z", [2e15, 4e15, 4e15], (KEYS_3,))
    assert sparsemax(tied).value.tolist() == [0, 0.5, 0.5]
    turned = source("S", np.moveaxis(scores().value, -1, 0), (KEYS, HEADS, QUERIES))
    assert_close(sparsemax(turned).value, np.moveaxis(sparsemax(scores()).value, -1, 0))


@pytest.mark.parametrize("seed", SEEDS)
def test_sparsemax_sends_no_gradient_outside_its_support(seed: int) -> None:
    """Inside, the gradient that arrives loses its mean over the support (Martins and Astudillo, section 2.5)."""
    z = scores(seed)
    weights = sparsemax(z)
    arriving = source("seed", np.random.default_rng(seed).normal(size=(2, 3, 5)), weights.axes)
    support = weights.value > 0
    mean = (arriving.value * support).sum(axis=-1, keepdims=True) / support.sum(axis=-1, keepdims=True)
    assert_close(backward(weights, arriving)[z].value, support * (arriving.value - mean), 1e-11)


# --- a sink ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_and_sink_share_what_softmax_gave_the_keys(seed: int) -> None:
    z, b = scores(seed, 3), 0.75
    weights, drained = with_sink(z, b)
    exponential = np.exp(z.value)
    below = np.exp(b) + exponential.sum(axis=-1)
    assert weights.axes == z.axes
    assert_close(weights.value, exponential / below[..., None])
    assert_close(drained.value, np.exp(b) / below)
    assert (weights.value.sum(axis=-1) < 1).all()
    for step in Trace.of(weights, further_outputs=(drained,)).computed:
        assert_close(own_arithmetic(step), step.value)


def test_the_sink_is_a_gate_before_softmax() -> None:
    """What the keys keep is sigmoid(log-sum-exp of the scores - sink), shared out as softmax shares it."""
    z, b = scores(1).value, -0.5
    gate = 1 / (1 + np.exp(-(np.log(np.exp(z).sum(axis=-1)) - b)))
    assert_close(with_sink(scores(1), b)[0].value, soft(z) * gate[..., None])


def test_each_head_may_have_its_own_sink() -> None:
    own = source("b", [0.5, -2], (HEADS,))
    for head, b in enumerate(own.value):
        assert_close(with_sink(scores(), own)[0].value[head], with_sink(scores(), b)[0].value[head])
        assert_close(with_sink(scores(), own)[1].value[head], with_sink(scores(), b)[1].value[head])


def test_a_masked_key_gets_nothing_beside_a_sink() -> None:
    z = hidden(scores())
    weights, drained = with_sink(z, 0.0)
    assert not weights.value[np.isneginf(z.value)].any()
    assert_close(weights.value.sum(axis=-1) + drained.value, np.ones((2, 3)))


def test_a_sink_far_below_the_scores_changes_nothing() -> None:
    assert_close(with_sink(scores(), -800.0)[0].value, soft(scores().value))


# --- length 1 --------------------------------------------------------------------------------------------------------


def test_rows_of_length_one_keep_their_direction() -> None:
    x = source("Q", RNG.normal(size=(3, 5)), (QUERIES, numbered("feature", 5)))
    made = unit(x, "feature", name="unit queries", symbol=r"\hat Q")
    assert_close((made.value**2).sum(axis=1), np.ones(3))
    assert_close(made.value * np.linalg.norm(x.value, axis=1)[:, None], x.value)
    assert_close(own_arithmetic(made), made.value)
    whole = unit(x, ("query", "feature"), name="whole", symbol="W")
    assert_close((whole.value**2).sum(), 1.0)


def test_lengths_no_longer_matter_but_directions_do() -> None:
    x = source("Q", RNG.normal(size=(3, 5)), (QUERIES, numbered("feature", 5)))
    longer = contract(x, source("lengths", [0.5, 20, 3], (QUERIES,)), to=("query", "feature"))
    assert_close(unit(longer, "feature").value, unit(x, "feature").value)


def test_a_row_of_noughts_is_refused_by_name() -> None:
    x = source("Q", [[1, 2], [0, 0], [0, 1]], (QUERIES, numbered("feature", 2)))
    with pytest.raises(InputError, match="Q, query 2: has length 0"):
        unit(x, "feature")
