"""Positions and the cache: what their golden numbers hold beyond single steps, and the identities they keep."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import CURRICULUM, attention
from attention_core.mechanisms.at_scale.kv_cache import projection_costs
from tests.core.helpers import assert_close, random_inputs
from tests.golden_numbers import GOLDEN

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
CACHE, CODES, ROPE, ALIBI = (MECHANISMS[key] for key in ("kv-cache", "sinusoidal-positional-encoding", "rope", "alibi"))


# --- sinusoidal codes ------------------------------------------------------------------------------------------------


def test_every_code_has_the_same_length() -> None:
    similarity = CODES.trace()["similarity of codes"].value
    assert_close(np.diag(similarity), GOLDEN[CODES.key]["steps"]["norm_squared"], 1e-9)
    assert_close(similarity[1:, 1:], similarity[:-1, :-1])


def test_shifted_codes_are_the_codes_further_on() -> None:
    assert GOLDEN[CODES.key]["steps"]["shift"]["k"] == CODES.options["k"].default
    for k in range(6):
        trace = CODES.trace(k=k)
        assert_close(trace["shifted codes"].value[: 6 - k], trace["position codes"].value[k:])


@pytest.mark.parametrize("order", [(5, 1, 2, 3, 4, 0), (3, 0, 5, 1, 2, 4)])
def test_without_codes_swapped_tokens_only_swap_their_outputs(order: tuple[int, ...]) -> None:
    inputs = random_inputs(CODES, {"token": 6, "feature": 10})
    swapped = {"X": [inputs["X"][place] for place in order]}
    for codes in (False, True):
        before, after = (CODES.trace(each, codes=codes).output.value for each in (inputs, swapped))
        assert np.allclose(after, before[list(order)]) != codes


def test_codes_tell_the_same_word_apart() -> None:
    bare, coded = (CODES.trace(codes=codes).output.value for codes in (False, True))
    assert np.array_equal(bare[1], bare[4])
    assert np.abs(coded[1] - coded[4]).max() > 0.1


# --- rotation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ROPE.options["layout"].choices)
@pytest.mark.parametrize("first", [1, 37, 100000])
def test_where_positions_start_moves_no_score(layout: str, first: int) -> None:
    inputs = random_inputs(ROPE, {"query": 5, "feature": 14})
    here, there = (ROPE.trace(inputs, layout=layout, first=start)["scores"].value for start in (0, first))
    assert_close(there, here, 1e-9)


def test_a_score_is_that_of_the_key_turned_by_the_distance_alone() -> None:
    inputs = random_inputs(ROPE, {"query": 5, "feature": 14})
    trace = ROPE.trace(inputs)
    Q, K = (np.array(inputs[name]).reshape(5, -1, 2) @ [1, 1j] for name in ("Q", "K"))
    rates = trace["frequencies"].value
    for query, key in np.ndindex(5, 5):
        wanted = (Q[query].conj() * K[key] * np.exp(1j * (key - query) * rates)).sum().real
        assert_close(trace["scores"].value[query, key], wanted, 1e-9)


# --- ramps -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heads", [1, 3, 4, 12])
def test_a_ramp_divides_every_share_by_its_distance(heads: int) -> None:
    """Against plain causal attention: weights times exp(-slope * distance), shared out anew."""
    inputs = random_inputs(ALIBI, {"query": 7})
    trace = ALIBI.trace(inputs, h=heads)
    apart = np.subtract.outer(np.arange(7), np.arange(7))
    for slope, weights in zip(trace["slopes"].value, trace.output.value, strict=True):
        shares = np.where(apart >= 0, np.exp(inputs["S"] - slope * apart), 0.0)
        assert_close(weights, shares / shares.sum(axis=1, keepdims=True))


# --- the cache -------------------------------------------------------------------------------------------------------


def test_multiplications_with_and_without_the_cache() -> None:
    golden = GOLDEN["kv-cache"]["steps"]["multiplications"]
    wanted = golden["projections_recomputing_K_V"], golden["projections_with_cache"]
    assert projection_costs(4, width=3, k=2, v=2) == wanted
    one_by_one = sum(3 * 2 + t * 3 * (2 + 2) for t in range(1, 5))
    assert one_by_one == wanted[0]
    assert sum(t * (2 + 2) for t in range(1, 5)) == golden["attention_either_way"]


@pytest.mark.parametrize("decoded", [1, 2, 5, 8])
def test_rows_from_the_cache_are_the_last_rows_of_causal_attention(decoded: int) -> None:
    inputs = random_inputs(CACHE, {"token": 7, "model": 3, "feature": 2, "value": 5})
    X, W_q, W_k, W_v = (np.array(inputs[name]) for name in ("X", "W_q", "W_k", "W_v"))
    at_once = attention((X @ W_q)[None], (X @ W_k)[None], (X @ W_v)[None], is_causal=1).output.value[0]
    assert_close(CACHE.trace(inputs, decoded=decoded).output.value, at_once[-decoded:])


def test_earlier_rows_do_not_feel_a_later_token() -> None:
    inputs = random_inputs(CACHE, {"token": 7, "model": 3, "feature": 2, "value": 5})
    changed = {**inputs, "X": [*inputs["X"][:-1], [9.0, -9.0, 9.0]]}
    before, after = (CACHE.trace(each, decoded=4).output.value for each in (inputs, changed))
    assert np.array_equal(before[:-1], after[:-1])
    assert not np.allclose(before[-1], after[-1])
