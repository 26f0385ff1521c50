"""Positions and the cache: what their golden numbers hold beyond single steps, and the identities they keep."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import CURRICULUM, attention
from attention_core.costs import projections
from tests.golden_numbers import GOLDEN

from .helpers import assert_close, random_inputs

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
CACHE = MECHANISMS["kv-cache"]


# --- the cache -------------------------------------------------------------------------------------------------------


def test_multiplications_with_and_without_the_cache() -> None:
    golden = GOLDEN["kv-cache"]["steps"]["multiplications"]
    wanted = golden["projections_recomputing_K_V"], golden["projections_with_cache"]
    assert projections(4, width=3, k=2, v=2) == wanted
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
