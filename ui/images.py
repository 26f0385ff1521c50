"""Pictures of pixels: numbers and scales are sent to the browser, which shades them and lets boxes be dragged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from attention_core.engine.step import Array
from attention_core.lesson.pictures import Bounds, Box, Handle, Images, Panel, Part, handles

from .component import component
from .wire import WireBounds, WireBox, WireImages, WireLayer, WirePanel

_IMAGES = component("images", '<div class="panels"></div>')


class Move(NamedTuple):
    """A box that was dragged: what it moves, in the numbers of its input. stroke: the same during one drag."""

    handle: Handle
    values: Array
    stroke: int


OnMove = Callable[[Move], None]


def draw(picture: Images, key: str, on_move: OnMove | None = None) -> None:
    """Panels of pixels. on_move: is called after a box was dragged; without it no box can be."""
    _IMAGES(
        key=key, data=images_data(picture, bool(on_move)), on_moved_change=lambda: _take_move(picture, key, on_move)
    )


def _take_move(picture: Images, key: str, on_move: OnMove | None) -> None:
    """Call on_move for a message that names a box of this picture and has its three numbers; ignore any other."""
    move = read_move(st.session_state[key].get("moved"), handles(picture))
    if move and on_move:
        on_move(move)


def read_move(message: Any, handles: dict[str, Handle]) -> Move | None:
    """The move in a message; None where it is of another form."""
    try:
        values = np.array([float(each) for each in message["values"]])
        move = Move(handles[message["input"]], values, int(message["stroke"]))
    except (TypeError, ValueError, KeyError, OverflowError):
        return None
    return move if values.shape == (3,) and np.isfinite(values).all() else None


# --- what is sent -----------------------------------------------------------------------------------------------------


def images_data(picture: Images, movable: bool = False) -> WireImages:
    """Panels of pixels. Grey panels share one scale, to be compared; one with numbers below 0 has its own."""
    plain = (np.abs(panel.array).max() for panel in picture.panels if _is_plain(panel))
    top = max(map(float, plain), default=0.0)
    return {"across": picture.across, "panels": [_panel(panel, top, movable) for panel in picture.panels]}


def _is_plain(panel: Panel) -> bool:
    return panel.array.ndim == 2 and not panel.top and bool(panel.array.min() >= 0)


def _panel(panel: Panel, top: float, movable: bool) -> WirePanel:
    rows, columns = panel.array.shape[:2]
    boxes = [_box(box, movable) for box in panel.boxes]
    return {
        "title": panel.title,
        "rows": rows,
        "columns": columns,
        "layers": list(_layers(panel, top)),
        "boxes": boxes,
        "bounds": _bounds(rows, columns),
    }


def _bounds(rows: int, columns: int) -> WireBounds:
    found = Bounds.of(rows, columns)
    return {
        "left": found.left,
        "right": found.right,
        "top": found.top,
        "bottom": found.bottom,
        "least": found.least,
        "most": found.most,
    }


def _box(box: Box, movable: bool) -> WireBox:
    return {
        "x0": box.x0,
        "y0": box.y0,
        "x1": box.x1,
        "y1": box.y1,
        "label": box.label,
        "strength": box.strength,
        "handle": box.handle.input if box.handle and movable else None,
    }


def _layers(panel: Panel, shared: float) -> Iterator[WireLayer]:
    """The pixels, and the weights over them. Numbers below 0 get a scale of two colours."""
    if panel.array.ndim == 3:
        yield {"kind": "colour", "top": 1.0, "pixels": [_spelled(pixel) for row in panel.array for pixel in row]}
    elif _is_plain(panel):
        yield _layer("shade", panel.pixels, shared)
    else:
        yield _layer("signed", panel.pixels, panel.top)
    if panel.heat is not None:
        yield _layer("heat", panel.heat, 0.0)


def _layer(kind: str, pixels: Any, top: float) -> WireLayer:
    """top: the number drawn strongest, or 0 for the largest. `of` in the result: the layer's place in the trace."""
    array = np.asarray(pixels, dtype=float)
    top = top or float(np.abs(array).max()) or 1.0
    found: WireLayer = {"kind": kind, "top": top, "pixels": [float(f"{each:.4g}") for each in array.ravel()]}
    if isinstance(pixels, Part):
        found["of"] = _first_cell(pixels)
    return found


def _first_cell(part: Part) -> tuple[str, int]:
    """The step, and where among its numbers in reading order the part begins."""
    shape, lead = part.step.value.shape, len(part.at)
    return part.step.name, int(np.ravel_multi_index((*part.at, *(0 for _ in shape[lead:])), shape))


def _spelled(pixel: Array) -> str:
    """A colour as CSS, with sixteen levels of red, green and blue; "" for no pixel."""
    if not np.isfinite(pixel).all():
        return ""
    levels = (round(15 * each) * 17 for each in np.clip(pixel, 0.0, 1.0).tolist())
    return f"rgb({', '.join(map(str, levels))})"
