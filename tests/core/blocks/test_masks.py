"""Masks: 1 = may attend, 0 = may not, whatever their kind."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.blocks.masks import causal, sliding_window
from attention_core.engine.axes import names, numbered

SIZES = [(1, 1), (2, 5), (5, 2), (7, 7), (3, 11)]


def axes(queries: int, keys: int) -> tuple:
    return numbered("query", queries), numbered("key", keys)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_mask_is_a_named_source_of_ones_and_zeros(sizes: tuple[int, int]) -> None:
    for visible in (
        causal(*axes(*sizes)),
        sliding_window(*axes(*sizes), 2),
        sliding_window(*axes(*sizes), 3, two_sided=True),
    ):
        assert (visible.name, names(visible.axes), visible.primitive) == ("visible", ("query", "key"), None)
        assert visible.value.shape == sizes
        assert set(np.unique(visible.value)) <= {0.0, 1.0}


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_causal_lets_every_query_see_its_own_place_and_those_before(sizes: tuple[int, int]) -> None:
    queries, keys = sizes
    top = causal(*axes(queries, keys)).value
    assert all(top[i, j] == (j <= i) for i in range(queries) for j in range(keys))
    bottom = causal(*axes(queries, keys), bottom_right=True).value
    assert all(bottom[i, j] == (j <= i + keys - queries) for i in range(queries) for j in range(keys))
    assert bottom[-1].all()  # the last query sees everything


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 9])
@pytest.mark.parametrize("two_sided", [False, True])
def test_a_window_shows_its_width_away_from_the_ends_and_always_the_query_itself(width: int, two_sided: bool) -> None:
    visible = sliding_window(*axes(29, 29), width, two_sided).value
    assert np.array_equal(visible.sum(axis=1)[10:19], [width] * 9)
    assert np.diag(visible).all()
    assert two_sided or not np.triu(visible, 1).any()


@pytest.mark.parametrize("bottom_right", [False, True])
def test_a_window_as_wide_as_the_keys_is_causal(bottom_right: bool) -> None:
    for queries, keys in ((1, 1), (5, 7), (7, 7)):
        wide = sliding_window(*axes(queries, keys), keys, bottom_right=bottom_right).value
        assert np.array_equal(wide, causal(*axes(queries, keys), bottom_right=bottom_right).value)


def test_new_queries_see_what_they_would_see_among_all() -> None:
    whole = sliding_window(*axes(7, 7), 3).value
    assert np.array_equal(sliding_window(*axes(2, 7), 3, bottom_right=True).value, whole[-2:])
