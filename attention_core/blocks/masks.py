"""Which keys a query may see, as tables of 1 (visible) and 0 (hidden), in every lesson with this meaning."""

from __future__ import annotations

import numpy as np

from attention_core.engine.axes import Axis
from attention_core.engine.step import Array, Step, source


def causal(queries: Axis, keys: Axis, *, bottom_right: bool = False) -> Step:
    """1 up to the query's own position, (query, key). Vaswani et al. 2017, section 3.2.3.

    The first query stands at the first key; or, with bottom_right, the last query at the last key, as when a few new
    tokens attend to all tokens before them.
    """
    return _visible(queries, keys, _places_behind(queries, keys, bottom_right) >= 0)


def sliding_window(
    queries: Axis, keys: Axis, width: int, two_sided: bool = False, *, bottom_right: bool = False
) -> Step:
    """1 at the `width` keys nearest the query's position, its own among them. Beltagy, Peters and Cohan 2020.

    (query, key). The window ends at the query; or, two_sided, lies on both sides of it (of an even width, one more
    before than after). bottom_right as in `causal`.
    """
    behind = _places_behind(queries, keys, bottom_right)
    after = (width - 1) // 2 if two_sided else 0
    return _visible(queries, keys, (behind >= -after) & (behind < width - after))


def window_around_query(queries: Axis, keys: Axis, reach: int) -> Step:
    """1 at the keys up to `reach` positions from the query's own, (query, key).

    A query beyond the last key has its window around the last key.
    """
    place = np.minimum(np.arange(queries.size), keys.size - 1)
    return _visible(queries, keys, abs(np.subtract.outer(place, np.arange(keys.size))) <= reach)


def _places_behind(queries: Axis, keys: Axis, bottom_right: bool) -> Array:
    """How many positions each key lies behind each query, (query, key); negative for keys after it."""
    first = keys.size - queries.size if bottom_right else 0
    return np.subtract.outer(np.arange(queries.size) + first, np.arange(keys.size))


def _visible(queries: Axis, keys: Axis, allowed: Array) -> Step:
    return source("visible", allowed, (queries, keys), symbol="B")
