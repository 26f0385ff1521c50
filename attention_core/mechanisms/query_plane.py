"""Keys of any width drawn in the plane of one query: along the query's direction, and at right angles to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import numpy as np

from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import term
from attention_core.engine.step import Array, Step, source
from attention_core.lesson.pictures import ContourMap, rows

POINTS = 40  # along each side; an even number, so that none of them is the origin, which has no direction


def landscape(
    caption: str, scores: Mapping[str, Callable[[Step, Step], Step]], query: Array, keys: Array, labels: Iterable[str]
) -> ContourMap:
    """Contour lines of several scores over the query's plane, a panel for each, with the keys as points.

    query (width); keys (key, width). A product, an angle and a distance depend on the coordinates in this plane alone,
    so the projection loses nothing. A score that refuses the query, one of length 0, is left out.
    """
    length = float(np.linalg.norm(query))
    places = project_on_query(query, keys)
    reach = 1.25 * max(1e-9, length, np.abs(places).max())
    grid = np.linspace(-reach, reach, POINTS)
    plane = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    Q = source("Q", [[length, 0.0]], (numbered("query", 1), numbered("feature", 2)))
    K = source("K", plane, (numbered("key", len(plane)), numbered("feature", 2)))
    panels = {}
    for name, score in scores.items():
        with suppress(InputError):
            panels[name] = tuple(map(tuple, score(Q, K).value.reshape(POINTS, POINTS).tolist()))
    side = tuple(grid.tolist())
    return ContourMap(caption, side, side, panels, rows(labels, places), {term("query"): (length, 0.0)})


def project_on_query(query: Array, keys: Array) -> Array:
    """(key, 2): for each key its component along the query, and its distance from the query's line.

    The distance is positive on the side of the farthest key, negative on the other side.
    """
    direction = query / np.linalg.norm(query) if query.any() else np.eye(len(query))[0]
    along = keys @ direction
    beside = keys - np.outer(along, direction)
    off = np.linalg.norm(beside, axis=1)
    return np.stack([along, np.where(beside @ beside[off.argmax()] < 0, -off, off)], axis=1)
