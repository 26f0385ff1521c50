"""The payloads of the insight pictures that are drawn by the browser. It imports no Streamlit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from attention_core.engine.language import label_said, term
from attention_core.engine.step import Array
from attention_core.lesson.pictures import Alignment, Bounds, Box, Images, Panel, Part, ShadedText, Wiring

from .wire import (
    WireAlignment,
    WireBounds,
    WireBox,
    WireImages,
    WireLayer,
    WireLine,
    WirePanel,
    WireReading,
    WireWiring,
)

MOST_LINES = 12  # of a text
MOST_WORDS = 24  # of a line


def alignment_data(picture: Alignment) -> WireAlignment:
    """The payload of the table of an alignment."""
    short = [[round(strength, 4) for strength in row] for row in picture.strengths]
    return {
        "caption": picture.caption,
        "rows": tuple(map(label_said, picture.rows)),
        "columns": tuple(map(label_said, picture.columns)),
        "strengths": short,
        "guesses": picture.guesses,
        "said": picture.said,
        "groups": picture.groups,
    }


def shaded_text_data(picture: ShadedText) -> WireReading:
    """The payload of a shaded text: of a long one the lines of the largest shares, in their order."""
    strongest = sorted(range(len(picture.marks)), key=lambda n: -picture.marks[n])[:MOST_LINES]
    lines: list[WireLine] = [
        {
            "mark": round(picture.marks[n], 4),
            "words": picture.lines[n][:MOST_WORDS],
            "shares": [None if each is None else round(each, 4) for each in picture.strengths[n][:MOST_WORDS]],
        }
        for n in sorted(strongest)
    ]
    return {"caption": picture.caption, "lines": lines, "said": picture.said, "unread": picture.unread}


def wiring_data(picture: Wiring) -> WireWiring:
    """The payload of a wiring."""
    return {
        "caption": picture.caption,
        "nodes": [{"name": term(node.name), "x": node.x, "y": node.y, "boxed": node.boxed} for node in picture.nodes],
        "wires": [{"start": wire.start, "end": wire.end, "strength": wire.strength} for wire in picture.wires],
    }


# --- pixels ---------------------------------------------------------------------------------------------------------


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
