"""Pictures of pixels: numbers and scales are sent to the browser, which shades them and lets boxes be dragged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from attention_core.engine.step import Array
from attention_core.lesson.pictures import Handle, Images, handles

from .component import component
from .picture_data import images_data

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
