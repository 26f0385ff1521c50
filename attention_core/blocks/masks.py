"""Which keys a query may see, as tables of 1 (may attend) and 0 (may not): this polarity everywhere."""

from __future__ import annotations

import numpy as np

from attention_core.engine.axes import Axis
from attention_core.engine.step import Array, Step, source


def causal(queries: Axis, keys: Axis, *, bottom_right: bool = False) -> Step:
    """No key after the query's own place. Vaswani et al. 2017, section 3.2.3.

    The first query stands at the first key; or, bottom_right, the last query at the last key, as when a few new tokens
    ask everything that came before them.
    """
    return _visible(queries, keys, _places_behind(queries, keys, bottom_right) >= 0)


def sliding_window(
    queries: Axis, keys: Axis, width: int, two_sided: bool = False, *, bottom_right: bool = False
) -> Step:
    """The `width` keys nearest the query's own place, itself among them. Beltagy, Peters and Cohan 2020.

    They end at the query; or, two_sided, lie on both sides of it (of an even width, one more before than after).
    """
    behind = _places_behind(queries, keys, bottom_right)
    after = (width - 1) // 2 if two_sided else 0
    return _visible(queries, keys, (behind >= -after) & (behind < width - after))


def window_around_query(queries: Axis, keys: Axis, reach: int) -> Step:
    """The keys up to `reach` places from the query's own, or from the last key where the keys end before it."""
    place = np.minimum(np.arange(queries.size), keys.size - 1)
    return _visible(queries, keys, abs(np.subtract.outer(place, np.arange(keys.size))) <= reach)


def _places_behind(queries: Axis, keys: Axis, bottom_right: bool) -> Array:
    """How many places each key lies behind each query."""
    first = keys.size - queries.size if bottom_right else 0
    return np.subtract.outer(np.arange(queries.size) + first, np.arange(keys.size))


def _visible(queries: Axis, keys: Axis, allowed: Array) -> Step:
    return source("visible", allowed, (queries, keys), symbol="B")
