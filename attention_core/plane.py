"""The plane as one query sees it: every key by how far it lies along the query's direction, and how far off it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import numpy as np

from .axes import numbered
from .errors import InputError
from .mechanism import Mechanism
from .pictures import Fields, distinct, rows
from .step import Array, Step, source
from .trace import Trace

POINTS = 40  # along each side; an even number, so that none of them is the origin, which has no direction


def landscape(
    caption: str, scores: Mapping[str, Callable[[Step, Step], Step]], asker: Array, keys: Array, labels: Iterable[str]
) -> Fields:
    """Lines of equal score, a panel for each score, with the keys of any width where the asker sees them.

    A product, an angle and a distance depend on nothing but the place in this plane, so no projection deceives.
    A score that the asker does not allow, having no direction, is left out.
    """
    length, places = float(np.linalg.norm(asker)), seen_from(asker, keys)
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
    return Fields(caption, side, side, panels, rows(labels, places), {"query": (length, 0.0)})


def asked(mechanism: Mechanism, trace: Trace, text: str) -> dict[str, dict[str, tuple[float, ...]]]:
    """Arrows of the hidden plane, for the trace and for another text: the one question u, and the words it is asked of.

    text: the input that has a row for each word; the other text is the first one of a preset that is another.
    """
    panels, given = {"this text": _arrows(trace)}, {name: trace[name].value for name in mechanism.inputs}
    for preset in mechanism.presets.values():
        other = np.array(preset.inputs[text])
        if other.shape[1:] == given[text].shape[1:] and not np.array_equal(other, given[text]):
            return panels | {"another": _arrows(mechanism.trace({**given, text: other}, preset.labels))}
    return panels


def _arrows(trace: Trace, most: int = 8) -> dict[str, tuple[float, ...]]:
    """u, and the words with the largest shares; where the hidden space is no plane, as u sees them."""
    u, hidden, weights = trace["u"].value, trace["hidden units"].value, trace["attention weights"]
    together = np.vstack([u, hidden])
    tips = (together if len(u) == 2 else seen_from(u, together)).tolist()
    named = [f"{word} {share:.2f}" for word, share in zip(weights.axes[0].labels, weights.value, strict=True)]
    words = dict(zip(distinct(named), map(tuple, tips[1:]), strict=True))
    kept = {list(words)[n] for n in np.argsort(-weights.value, kind="stable")[:most]}
    return {"u": tuple(tips[0])} | {name: tip for name, tip in words.items() if name in kept}


def seen_from(asker: Array, keys: Array) -> Array:
    """(along, off) for each key; off is positive on the side of the key that is farthest off, negative opposite it."""
    ahead = asker / np.linalg.norm(asker) if asker.any() else np.eye(len(asker))[0]
    along = keys @ ahead
    beside = keys - np.outer(along, ahead)
    off = np.linalg.norm(beside, axis=1)
    return np.stack([along, np.where(beside @ beside[off.argmax()] < 0, -off, off)], axis=1)
