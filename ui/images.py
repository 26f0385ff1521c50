"""Pictures of pixels: each shade of a panel is one path of squares, so that they stay sharp at any size and theme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from attention_core.pictures import Images, Panel
from attention_core.step import Array

from .drawing import component

LEVELS = 48  # shades told apart; so many paths at most, however many pixels

_IMAGES = component("images", '<div class="panels"></div>')


def draw(picture: Images, key: str) -> None:
    _IMAGES(key=key, data=images_data(picture))


def images_data(picture: Images) -> dict[str, Any]:
    """Panels of paths. Grey panels share one scale, to be compared; one with numbers below 0 has its own."""
    plain = (np.abs(panel.array).max() for panel in picture.panels if _is_plain(panel))
    top = max(map(float, plain), default=0.0)
    return {"across": picture.across, "panels": [_panel(panel, top) for panel in picture.panels]}


def _is_plain(panel: Panel) -> bool:
    return panel.array.ndim == 2 and not panel.top and bool(panel.array.min() >= 0)


def _panel(panel: Panel, top: float) -> dict[str, Any]:
    rows, columns = panel.array.shape[:2]
    layers = list(_colours(panel.array) if panel.array.ndim == 3 else _shades_of(panel, top))
    if panel.heat is not None:
        layers += _shades(np.asarray(panel.heat, dtype=float), 0.0, "heat")
    boxes = [vars(box) for box in panel.boxes]
    return {"title": panel.title, "rows": rows, "columns": columns, "layers": layers, "boxes": boxes}


def _shades_of(panel: Panel, shared: float) -> Iterator[dict[str, Any]]:
    """A panel with a scale of its own, said or not, tells what is above 0 from what is below."""
    return _shades(panel.array, shared, "shade") if _is_plain(panel) else _shades(panel.array, panel.top, "signed")


def _shades(pixels: Array, top: float, kind: str) -> Iterator[dict[str, Any]]:
    """top: the number drawn strongest, or 0 for the largest there is."""
    top = top or float(np.abs(pixels).max()) or 1.0
    levels = np.rint(LEVELS * pixels / top).astype(int)
    for level in np.unique(levels[levels != 0]):
        side = "negative" if level < 0 else "positive"
        share = round(min(1.0, abs(int(level)) / LEVELS), 3)
        yield {"kind": side if kind == "signed" else kind, "share": share, "path": squares(levels == level)}


def _colours(pixels: Array) -> Iterator[dict[str, Any]]:
    painted = np.isfinite(pixels).all(axis=-1)
    coarse = np.where(painted[..., None], np.rint(15 * np.clip(np.nan_to_num(pixels), 0.0, 1.0)) * 17, -1).astype(int)
    for colour in np.unique(coarse[painted], axis=0):
        spelled = f"rgb({', '.join(map(str, colour.tolist()))})"
        yield {"kind": "colour", "share": spelled, "path": squares((coarse == colour).all(axis=-1))}


def squares(chosen: Array) -> str:
    """An SVG path over the chosen pixels, neighbours in a row as one rectangle; pixel (0, 0) is centred at 0, 0."""
    parts = []
    for row, line in enumerate(chosen):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(int), [0]))))
        parts += [f"M{a - 0.5} {row - 0.5}h{b - a}v1h-{b - a}z" for a, b in edges.reshape(-1, 2).tolist()]
    return "".join(parts)
