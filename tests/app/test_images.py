"""Pictures of pixels as they are sent, and images too large for printed numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from attention_core import Step
from attention_core.axes import numbered
from attention_core.pictures import Box, Images, Panel
from attention_core.step import source
from ui.images import LEVELS, images_data, squares
from ui.maps import heatmap
from ui.state import MOST_PIXELS, PIXELS, is_large
from ui.views import BESIDE, IMAGE, TABLE, view_of

RNG = np.random.default_rng(4)


def pixels(path: str) -> set[tuple[int, int]]:
    """The pixels an SVG path covers, as (row, column)."""
    found = re.findall(r"M(\S+) (\S+)h(\d+)v1h-\d+z", path)
    return {(int(float(y) + 0.5), int(float(x) + 0.5) + n) for x, y, width in found for n in range(int(width))}


def image(*shape: int, names: tuple[str, ...] = ("channel", "row", "column")) -> Step:
    axes = tuple(map(numbered, names[-len(shape) :], shape))
    return source("X", RNG.normal(size=shape), axes)


def test_a_path_covers_exactly_the_chosen_pixels() -> None:
    chosen = RNG.random((5, 7)) > 0.5
    assert pixels(squares(chosen)) == {(int(r), int(c)) for r, c in np.argwhere(chosen)}
    assert squares(np.ones((1, 4), dtype=bool)) == "M-0.5 -0.5h4v1h-4z"


def test_shades_tell_the_numbers() -> None:
    table = RNG.random((5, 7))
    (panel,) = images_data(Images("", (Panel("one", table),)))["panels"]
    shown = np.zeros((5, 7))
    for layer in panel["layers"]:
        for place in pixels(layer["path"]):
            shown[place] = layer["share"]
    assert np.abs(shown - table / table.max()).max() <= 0.51 / LEVELS
    assert (panel["rows"], panel["columns"]) == (5, 7)


def test_panels_share_a_scale_unless_numbers_are_below_zero() -> None:
    given = (Panel("dim", [[1.0]]), Panel("bright", [[4.0]]), Panel("signed", [[-2.0, 1.0]]))
    dim, bright, signed = (panel["layers"] for panel in images_data(Images("", given))["panels"])
    assert [layer["share"] for layer in (*dim, *bright)] == [0.25, 1.0]
    assert [(layer["kind"], layer["share"]) for layer in signed] == [("negative", 1.0), ("positive", 0.5)]


def test_a_panel_may_say_its_scale_to_be_compared() -> None:
    given = (Panel("before", [[-2.0, 1.0]], top=4.0), Panel("after", [[-1.0, 0.5]], top=4.0), Panel("plain", [[2]]))
    before, after, plain = (panel["layers"] for panel in images_data(Images("", given))["panels"])
    assert [(layer["kind"], layer["share"]) for layer in before] == [("negative", 0.5), ("positive", 0.25)]
    assert [(layer["kind"], layer["share"]) for layer in after] == [("negative", 0.25), ("positive", 0.125)]
    assert [(layer["kind"], layer["share"]) for layer in plain] == [("shade", 1.0)]


def test_an_empty_picture_has_no_paths() -> None:
    assert images_data(Images("", (Panel("black", [[0, 0]]),)))["panels"][0]["layers"] == []


def test_colours_heat_and_boxes_arrive() -> None:
    red, blue = [1.0, 0, 0], [0, 0, 1.0]
    box = Box(-0.5, 0.25, 1.5, 1, "sky", 0.5)
    (panel,) = images_data(Images("", (Panel("scene", [[red, blue]], [[0, 3.0]], (box,)),)))["panels"]
    kinds = {(layer["kind"], layer["share"]): pixels(layer["path"]) for layer in panel["layers"]}
    colours = {("colour", "rgb(255, 0, 0)"): {(0, 0)}, ("colour", "rgb(0, 0, 255)"): {(0, 1)}}
    assert kinds == {**colours, ("heat", 1.0): {(0, 1)}}
    assert panel["boxes"] == [{"x0": -0.5, "y0": 0.25, "x1": 1.5, "y1": 1, "label": "sky", "strength": 0.5}]


def test_bare_paper_is_not_painted() -> None:
    bare, black = [np.nan] * 3, [0.0] * 3
    (panel,) = images_data(Images("", (Panel("scene", [[bare, black]]),)))["panels"]
    assert [(layer["share"], pixels(layer["path"])) for layer in panel["layers"]] == [("rgb(0, 0, 0)", {(0, 1)})]
    assert images_data(Images("", (Panel("empty", [[bare]]),)))["panels"][0]["layers"] == []


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
    figure = heatmap(step, (3,))
    shown = [trace for trace in figure.data if trace.type == "heatmap"]
    assert [np.array_equal(trace.z, picture) for trace, picture in zip(shown, step.value, strict=True)] == [True] * 5
    assert len({trace.zmax for trace in shown}) == 1
    assert all(axis.scaleanchor for axis in figure.select_yaxes())
    assert [note.text for note in figure.layout.annotations][:2] == ["channel 1", "channel 2"]
