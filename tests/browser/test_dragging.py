"""Numbers under the hand: an input dragged sideways, and a box dragged on a picture; what follows, follows at once."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from attention_core.lesson.pictures import Box, Handle, Images, Panel
from ui.picture_data import images_data

from .conftest import watched
from .kit import load_picture
from .links import packed
from .stage_page import StagePage

KEY, BOXED = "illustrated-self-attention", "ra-cnn"


# --- a number in its cell ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(KEY)


@pytest.fixture
def queries(opened: StagePage) -> StagePage:
    opened.reset("As published")
    return opened.afresh("queries")


def press(page: Page, target: Locator) -> tuple[float, float]:
    target.hover()  # waits until it stands still, also where it is drawn again meanwhile
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def test_a_number_dragged_sideways_takes_everything_along(queries: StagePage) -> None:
    x, y = press(queries.page, queries.cell("X", 1, 1))
    queries.page.mouse.move(x + 40, y, steps=4)
    expect(queries.cell("X", 1, 1)).to_have_text("5")
    expect(queries.cell("queries", 1, 1)).to_have_text("5")
    queries.expect_query(data=None)  # still under the hand: the page has not been told
    queries.page.mouse.up()
    queries.expect_query(data=packed(KEY, ("X", 0, 5)))
    expect(queries.pinned).to_have_count(0)


def test_the_shift_key_makes_small_steps(queries: StagePage) -> None:
    x, y = press(queries.page, queries.cell("X", 2, 2))
    queries.page.keyboard.down("Shift")
    queries.page.mouse.move(x - 30, y, steps=3)
    queries.page.keyboard.up("Shift")
    expect(queries.cell("X", 2, 2)).to_have_text("1.70")
    queries.page.mouse.up()
    queries.expect_query(data=packed(KEY, ("X", 5, 1.7)))


def test_escape_takes_a_drag_back(queries: StagePage) -> None:
    x, y = press(queries.page, queries.cell("X", 1, 1))
    queries.page.mouse.move(x + 60, y, steps=3)
    expect(queries.cell("queries", 1, 3)).to_have_text("8")
    queries.page.keyboard.press("Escape")
    expect(queries.cell("X", 1, 1)).to_have_text("1")
    expect(queries.cell("queries", 1, 3)).to_have_text("2")
    queries.page.mouse.up()
    queries.settled()
    queries.expect_query(data=None)


def test_a_click_with_a_shaky_hand_changes_nothing(queries: StagePage) -> None:
    x, y = press(queries.page, queries.cell("X", 1, 1))
    queries.page.mouse.move(x + 3, y + 1)
    queries.page.mouse.up()
    expect(queries.pinned).to_have_text("1")


def test_results_are_not_dragged(queries: StagePage) -> None:
    x, y = press(queries.page, queries.cell("queries", 1, 1))
    queries.page.mouse.move(x + 40, y, steps=3)
    expect(queries.cell("queries", 1, 1)).to_have_text("1")
    queries.page.mouse.up()


# --- a box on a picture -----------------------------------------------------------------------------------------------


@pytest.fixture
def boxed(lesson: StagePage) -> StagePage:
    return lesson


def shades(page: Page, title: str) -> str:
    return page.locator("figure", has=page.get_by_text(title, exact=True)).locator(".pixels").inner_html()


def readout(page: Page) -> Locator:
    return page.locator("p.readout")


def test_a_box_dragged_on_the_picture_takes_the_zoom_along(boxed: StagePage) -> None:
    boxed.open(BOXED, preset="good", step="zoom")
    page, before = boxed.page, shades(boxed.page, "The zoom")
    number = boxed.cell("zoom", 4, 4).text_content()
    x, y = press(page, page.locator(".grip"))
    page.mouse.move(x - 30, y + 60, steps=4)
    expect(readout(page)).to_have_text(re.compile(r"Across 4.\d+, down 3.\d+, half side 1.5"))
    assert shades(page, "The zoom") != before
    expect(boxed.cell("zoom", 4, 4)).not_to_have_text(number)
    boxed.expect_query(data=None)
    page.mouse.up()
    boxed.expect_own_numbers()
    boxed.expect_chosen("Your numbers")
    expect(readout(page)).to_have_text(re.compile(r"Across 4.\d+, down 3.\d+, half side 1.5"))


def test_a_corner_changes_the_size_and_keys_do_both(boxed: StagePage) -> None:
    boxed.open(BOXED, preset="good")
    page = boxed.page
    x, y = press(page, page.locator("circle.corner").first)
    page.mouse.move(x - 30, y - 30, steps=4)
    page.mouse.up()
    expect(readout(page)).to_have_text(re.compile(r"Across 5, down 2, half side 2.\d+"))
    boxed.expect_own_numbers()
    boxed.open(BOXED, preset="good")
    page.locator("g[tabindex]").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "+"):
        page.keyboard.press(key)
    expect(readout(page)).to_have_text("Across 4.5, down 2.25, half side 1.75")
    boxed.expect_query(data=packed(BOXED, ("t", 0, 4.5), ("t", 1, 2.25), ("t", 2, 1.75), preset="good"))
    expect(page.locator("g[tabindex]")).to_be_focused()


def test_a_proposed_box_is_placed_by_hand_once_it_is_moved(boxed: StagePage) -> None:
    boxed.open(BOXED, step="zoom")
    page, number = boxed.page, boxed.cell("zoom", 2, 6).text_content()
    x, y = press(page, page.locator(".grip"))
    page.mouse.move(x + 20, y - 20, steps=2)
    boxed.expect_query(box="placed by hand")  # asked for while it is held, so that the rest of the way is seen
    page.mouse.move(x + 40, y - 40, steps=4)
    expect(readout(page)).to_have_text(re.compile("Across 4.7"))
    expect(boxed.cell("zoom", 2, 6)).not_to_have_text(number)
    page.mouse.up()
    boxed.expect_own_numbers()


def test_nothing_is_dragged_where_a_teacher_hides_the_inputs(boxed: StagePage) -> None:
    boxed.open(BOXED, preset="good", hide="inputs")
    expect(boxed.page.locator(".box .edge").first).to_be_visible()
    expect(boxed.page.locator(".grip")).to_have_count(0)


# --- the picture on an empty page -------------------------------------------------------------------------------------

SHOW = """data => {
  document.body.innerHTML = '<div style="width: 900px"><div class="panels"></div></div>';
  window.sent = [];
  const setTriggerValue = (name, message) => sent.push([name, message]);
  show({ data, parentElement: document.body.firstChild, setTriggerValue });
  const told = (path) => [path.getAttribute("class"), path.style.fill, path.getAttribute("d")];
  return [...document.querySelectorAll(".pixels")].map((group) => [...group.children].map(told));
}"""


@pytest.fixture(scope="module")
def alone(desk: BrowserContext) -> Any:
    with watched(desk) as (page, _):
        yield load_picture(page, "images")


def shown(page: Page, *panels: Panel, movable: bool = False) -> list[list[tuple[str, str, str]]]:
    found = page.evaluate(SHOW, images_data(Images("", panels), movable))
    return [[tuple(path) for path in paths] for paths in found]


def pixels(path: str) -> set[tuple[int, int]]:
    """The pixels an SVG path covers, as (row, column)."""
    found = re.findall(r"M(\S+) (\S+)h(\d+)v1h-\d+z", path)
    return {(int(float(y) + 0.5), int(float(x) + 0.5) + n) for x, y, width in found for n in range(int(width))}


def test_shades_tell_the_numbers(alone: Page) -> None:
    table = np.random.default_rng(4).random((5, 7))
    (paths,) = shown(alone, Panel("one", table))
    seen = np.zeros((5, 7))
    for kind, fill, path in paths:
        assert kind == "shade"
        for place in pixels(path):
            seen[place] = float(re.search(r"([\d.]+)%", fill)[1]) / 100
    assert np.abs(seen - table / table.max()).max() <= 0.51 / 48


def test_equal_neighbours_are_one_rectangle_and_bare_paper_is_none(alone: Page) -> None:
    black, bare = [0.0] * 3, [np.nan] * 3
    scene, blank, heat = shown(
        alone,
        Panel("scene", [[black, black, bare], [bare, black, black]]),
        Panel("blank", [[0, 0]]),
        Panel("heat", [[0, 0]], [[0, 3.0]]),
    )
    assert [(fill, path) for _, fill, path in scene] == [("rgb(0, 0, 0)", "M-0.5 -0.5h2v1h-2zM0.5 0.5h2v1h-2z")]
    dark = [("shade", {(0, 0), (0, 1)})]  # no light
    assert [(kind, pixels(path)) for kind, _, path in blank] == dark
    assert [(kind, pixels(path)) for kind, _, path in heat] == [*dark, ("heat", {(0, 1)})]


def test_signs_are_told_apart(alone: Page) -> None:
    (paths,) = shown(alone, Panel("signed", [[-2.0, 1.0, 0.0]]))
    assert [(kind, pixels(path)) for kind, _, path in paths] == [("negative", {(0, 0)}), ("positive", {(0, 1)})]


def test_a_box_stays_inside_the_picture(alone: Page) -> None:
    held = Box(1, 1, 3, 3, handle=Handle("t"))
    shown(alone, Panel("scene", np.ones((6, 9)), boxes=(held,)), movable=True)
    x, y = press(alone, alone.locator(".grip"))
    alone.mouse.move(x + 900, y + 900, steps=3)
    expect(alone.locator("p.readout")).to_have_text("Across 7.5, down 4.5, half side 1")
    alone.mouse.up()
    kind, move = alone.evaluate("sent").pop()
    assert (kind, move["input"], move["values"]) == ("moved", "t", [7.5, 4.5, 1])
    assert {each["stroke"] for _, each in alone.evaluate("sent")} <= {move["stroke"]}, "one drag is one stroke"
