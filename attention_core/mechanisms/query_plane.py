"""The plane as one query sees it: every key by how far it lies along the query's direction, and how far off it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import numpy as np

from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.engine.step import Array, Step, source
from attention_core.lesson.pictures import ContourMap, rows

POINTS = 40  # along each side; an even number, so that none of them is the origin, which has no direction


def landscape(
    caption: str, scores: Mapping[str, Callable[[Step, Step], Step]], query: Array, keys: Array, labels: Iterable[str]
) -> ContourMap:
    """Lines of equal score, a panel for each score, with the keys of any width where the asker sees them.

    A product, an angle and a distance depend on nothing but the place in this plane, so no projection deceives.
    A score that the asker does not allow, having no direction, is left out.
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
    return ContourMap(caption, side, side, panels, rows(labels, places), {"query": (length, 0.0)})


def project_on_query(query: Array, keys: Array) -> Array:
    """(along, off) for each key; off is positive on the side of the key that is farthest off, negative opposite it."""
    direction = query / np.linalg.norm(query) if query.any() else np.eye(len(query))[0]
    along = keys @ direction
    beside = keys - np.outer(along, direction)
    off = np.linalg.norm(beside, axis=1)
    return np.stack([along, np.where(beside @ beside[off.argmax()] < 0, -off, off)], axis=1)
