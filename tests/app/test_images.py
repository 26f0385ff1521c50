"""Pictures of pixels as they are sent, and images too large for printed numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from attention_core import Step
from attention_core.engine.axes import numbered
from attention_core.engine.step import source
from attention_core.lesson.pictures import Box, Handle, Images, Panel, Part
from attention_core.mechanisms.the_zoo.ra_cnn_look_closer.ra_cnn import MECHANISM
from attention_stage.views import BESIDE, IMAGE, TABLE, view_of
from ui.images import Move, read_move
from ui.maps import heatmap
from ui.page import box_moved
from ui.picture_data import images_data
from ui.state import MOST_PIXELS, PIXELS, Numbers, Session, is_large

from .helpers import unpacked

RNG = np.random.default_rng(4)


def image(*shape: int, names: tuple[str, ...] = ("channel", "row", "column")) -> Step:
    axes = tuple(map(numbered, names[-len(shape) :], shape))
    return source("X", RNG.normal(size=shape), axes)


def layers(*panels: Panel) -> list[list[dict[str, Any]]]:
    return [panel["layers"] for panel in images_data(Images("", panels))["panels"]]


def test_numbers_arrive_short_and_in_reading_order() -> None:
    table = RNG.random((5, 7))
    (panel,) = images_data(Images("", (Panel("one", table),)))["panels"]
    (layer,) = panel["layers"]
    assert layer["pixels"] == pytest.approx(table.ravel(), rel=5e-4)
    assert (layer["kind"], layer["top"]) == ("shade", table.max())
    assert (panel["rows"], panel["columns"]) == (5, 7)


def test_panels_share_a_scale_unless_numbers_are_below_zero() -> None:
    found = layers(Panel("dim", [[1.0]]), Panel("bright", [[4.0]]), Panel("signed", [[-2.0, 1.0]]))
    assert [(layer["kind"], layer["top"]) for (layer,) in found] == [("shade", 4.0), ("shade", 4.0), ("signed", 2.0)]


def test_a_panel_may_say_its_scale_to_be_compared() -> None:
    found = layers(Panel("before", [[-2.0, 1.0]], top=4.0), Panel("after", [[-1, 0.5]], top=4.0), Panel("plain", [[2]]))
    assert [(layer["kind"], layer["top"]) for (layer,) in found] == [("signed", 4.0), ("signed", 4.0), ("shade", 2.0)]


def test_an_empty_picture_has_a_scale_too() -> None:
    ((layer,),) = layers(Panel("black", [[0, 0]]))
    assert (layer["top"], layer["pixels"]) == (1.0, [0, 0])


def test_colours_heat_and_boxes_arrive() -> None:
    red, bare = [1.0, 0, 0], [np.nan] * 3
    box = Box(-0.5, 0.25, 1.5, 1, "sky", 0.5)
    (panel,) = images_data(Images("", (Panel("scene", [[red, bare]], [[0, 3.0]], (box,)),)))["panels"]
    colours, heat = panel["layers"]
    assert colours == {"kind": "colour", "top": 1.0, "pixels": ["rgb(255, 0, 0)", ""]}
    assert heat == {"kind": "heat", "top": 3.0, "pixels": [0, 3.0]}
    place = {"x0": -0.5, "y0": 0.25, "x1": 1.5, "y1": 1}
    assert panel["boxes"] == [{**place, "label": "sky", "strength": 0.5, "handle": None}]


def test_pixels_of_a_step_say_where_its_numbers_are() -> None:
    step = image(3, 2, 5)
    ((layer,),) = layers(Panel("second", Part(step, (1,))))
    assert layer["of"] == ("X", 10)
    assert layer["pixels"] == pytest.approx(step.value[1].ravel(), rel=5e-4)
    assert np.array_equal(np.asarray(Part(step, (1,))), step.value[1])


@pytest.mark.parametrize("movable", [False, True])
def test_a_box_has_a_handle_where_it_may_be_moved(movable: bool) -> None:
    held = Box(0, 0, 2, 2, handle=Handle("t", {"box": "by hand"}))
    (panel,) = images_data(Images("", (Panel("scene", [[1.0]], boxes=(held,)),)), movable)["panels"]
    assert [box["handle"] for box in panel["boxes"]] == ["t" if movable else None]


def test_a_move_is_read() -> None:
    move = read_move({"input": "t", "values": [1, 2.5, "3"], "stroke": 7}, {"t": Handle("t")})
    assert move is not None
    assert (move.handle, move.values.tolist(), move.stroke) == (Handle("t"), [1, 2.5, 3], 7)


@pytest.mark.parametrize(
    "message",
    [
        *(None, 3, "t", {}, {"input": "t"}, {"values": [1, 2, 3]}, {"input": "u", "values": [1, 2, 3]}),
        *({"input": "t", "values": values} for values in ([1, 2], [1, 2, "x"], [1, 2, math.nan], [1, 2, math.inf])),
        *({"input": "t", "values": values} for values in (None, [[1, 2, 3]] * 3, 5)),
        *({"input": ["t"], "values": [1, 2, 3]}, {"input": "t", "values": [10**400, 0, 0]}),
    ],
)
def test_what_is_no_move_counts_as_none(message: Any) -> None:
    assert read_move({"stroke": 1, **message} if isinstance(message, dict) else message, {"t": Handle("t")}) is None


def test_a_moved_box_is_placed_by_hand() -> None:
    session = Session(Numbers.of(MECHANISM, "golden"))
    handle = next(box.handle for box in MECHANISM.picture(session.numbers.trace)[0].panels[0].boxes if box.handle)
    box_moved(session, Move(handle, np.array([5.0, 2.0, 1.5]), 1))
    assert session.numbers.trace["box"].value.tolist() == [5, 2, 1.5]
    assert session.numbers.options["box"] == "placed by hand"
    box_moved(session, Move(handle, np.array([5.0, 2.0, 0.1]), 2))
    assert "half side" in session.problem
    assert session.numbers.trace["box"].value.tolist() == [5, 2, 1.5]


def test_a_drag_is_undone_as_one_with_the_option_it_set() -> None:
    session = Session(Numbers.of(MECHANISM, "golden"))
    before = session.numbers
    handle = next(box.handle for box in MECHANISM.picture(before.trace)[0].panels[0].boxes if box.handle)
    for x in (5.0, 5.5, 6.0):
        box_moved(session, Move(handle, np.array([x, 2.0, 1.5]), 1))
    session.turn(-1)
    assert session.numbers is before
    assert session.ends == (False, True)


@pytest.mark.parametrize(
    ("names", "view"),
    [
        (("row", "column"), IMAGE),
        (("filter", "channel", "row offset", "column offset"), IMAGE),
        (("region", "coarse row", "coarse column"), IMAGE),
        (("column", "row"), TABLE),
        (("row",), TABLE),
        ((), TABLE),
    ],
)
def test_the_kinds_of_the_last_two_axes_decide_the_view(names: tuple[str, ...], view: str) -> None:
    step = source("X", np.zeros((2,) * len(names)), tuple(numbered(name, 2) for name in names))
    assert view_of(step) == view
    assert BESIDE[view] == (3 if view == IMAGE else 2)


def test_the_stage_takes_images_of_some_size() -> None:
    assert not is_large(image(PIXELS, PIXELS))
    assert is_large(image(PIXELS + 1, 2))
    assert is_large(image(MOST_PIXELS // 64 + 1, 8, 8))


def test_a_large_image_is_drawn_in_all_its_channels_with_square_pixels() -> None:
    step = image(5, 32, 31)
    chart = heatmap(step, (3,))
    shown = [trace for trace in chart["data"] if trace["type"] == "heatmap"]
    numbers = [unpacked(trace["z"]) for trace in shown]
    assert [np.array_equal(z, picture) for z, picture in zip(numbers, step.value, strict=True)] == [True] * 5
    assert len({trace["zmax"] for trace in shown}) == 1
    figure = go.Figure(chart)
    assert all(axis.scaleanchor for axis in figure.select_yaxes())
    assert [note.text for note in figure.layout.annotations][:2] == ["channel 1", "channel 2"]
