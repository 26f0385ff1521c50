"""Undo and redo by keys and buttons, over everything that changes numbers; copying; what a restart leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ui.export import handout

from .conftest import watched
from .links import MECHANISMS, packed
from .stage_page import StagePage
from .test_address import started

KEY = "illustrated-self-attention"


def undo(page: StagePage) -> Locator:
    return page.page.get_by_role("button", name="Undo", exact=True)


def redo(page: StagePage) -> Locator:
    return page.page.get_by_role("button", name="Redo", exact=True)


def expect_ends(page: StagePage, back: bool, forward: bool) -> None:
    for button, is_of_use in ((undo(page), back), (redo(page), forward)):
        expect(button).to_have_attribute("aria-disabled", "false" if is_of_use else "true")


BLOCK = [["7", "8"], ["9", "1e-3"]]
TYPED = [("X", 0, 1 / 3)]
OWN = [*TYPED, ("X", 4, 7), ("X", 5, 8), ("X", 8, 9), ("X", 9, 1e-3), ("W_k", 0, 4)]


def drag(page: StagePage, cell: Locator, by: int) -> None:
    cell.hover()
    box = cell.bounding_box()
    assert box
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] / 2 + by, box["y"] + box["height"] / 2, steps=4)
    page.page.mouse.up()


def test_mixed_changes_are_undone_to_the_start_and_made_again(lesson: StagePage) -> None:
    page, own = lesson.open(KEY, step="Inputs").page, packed(KEY, *OWN)
    expect_ends(lesson, back=False, forward=False)
    start = lesson.table("X")
    lesson.edit("X", 1, 1, "1/3")
    lesson.expect_query(data=packed(KEY, *TYPED))
    lesson.paste("X", 2, 1, BLOCK)
    drag(lesson, lesson.cell("W_k", 1, 1), 40)
    lesson.expect_query(data=own)
    page.get_by_text("Hide later tokens").click()
    lesson.expect_query(masked="1", data=own)
    lesson.choose("Causal")
    lesson.expect_query(preset="causal", data=None)
    last = lesson.table("X")
    assert_undone(lesson, own)
    assert lesson.table("X") == start
    assert_made_again(lesson, own)
    assert lesson.table("X") == last


def assert_undone(lesson: StagePage, own: str) -> None:
    for _ in range(2):
        lesson.page.keyboard.press("Control+z")
    lesson.expect_query(preset=None, masked=None, data=own)
    lesson.expect_chosen("Your numbers")
    undo(lesson).click()
    undo(lesson).click()
    lesson.expect_query(data=packed(KEY, *TYPED))
    undo(lesson).click()
    lesson.expect_query(data=None)
    lesson.expect_chosen("As published")
    expect_ends(lesson, back=False, forward=True)


def assert_made_again(lesson: StagePage, own: str) -> None:
    for _ in range(3):
        redo(lesson).click()
    lesson.expect_query(data=own)
    lesson.page.keyboard.press("Control+y")
    lesson.expect_query(masked="1", data=own)
    lesson.page.keyboard.press("Control+Shift+Z")
    lesson.expect_query(preset="causal", data=None)
    expect_ends(lesson, back=True, forward=False)


def test_a_text_field_keeps_its_own_undo(lesson: StagePage) -> None:
    lesson.open(KEY, step="Inputs").edit("X", 1, 1, "5")
    lesson.expect_own_numbers()
    field = lesson.start_editing("X", 1, 2)
    field.fill("7")
    lesson.page.keyboard.press("Control+z")
    expect(field).to_have_value("0")
    lesson.page.keyboard.press("Escape")
    expect(lesson.cell("X", 1, 1)).to_have_text("5")


def test_a_stroke_over_switches_is_undone_as_one(lesson: StagePage) -> None:
    lesson.open("causal-mask", preset="causal", step="masked scores")
    before = lesson.table("visible")
    lesson.cell("visible", 1, 2).hover()
    lesson.page.mouse.down()
    lesson.cell("visible", 1, 3).hover()
    lesson.page.mouse.up()
    lesson.expect_own_numbers()
    assert lesson.table("visible") != before
    lesson.page.keyboard.press("Control+z")
    lesson.expect_query(data=None)
    assert lesson.table("visible") == before
    expect_ends(lesson, back=False, forward=True)


def test_maps_are_undone_to_the_stage(lesson: StagePage) -> None:
    lesson.open(KEY).section("Inputs")
    names = lesson.page.get_by_role("textbox", name="Tokens along “token”")
    names.fill(", ".join("abcdefghijklmnop"))
    names.press("Enter")
    expect(lesson.page.locator(".js-plotly-plot .nsewdrag").first).to_be_visible()
    lesson.page.wait_for_function("new URLSearchParams(location.search).has('data')")
    lesson.settled()
    undo(lesson).click()
    expect(lesson.stage.locator("td").first).to_be_visible()
    lesson.expect_query(data=None)
    redo(lesson).click()
    expect(lesson.page.locator(".js-plotly-plot .nsewdrag").first).to_be_visible()


def test_a_handout_undoes_by_itself(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "handout.html"
    file.write_text(handout(started(MECHANISMS[KEY])), encoding="utf-8")
    with watched(desk) as (page, watch):
        page.goto(file.as_uri())
        lesson = StagePage(page, file.as_uri(), watch)
        lesson.go("inputs")
        before = lesson.table("X")
        expect_ends(lesson, back=False, forward=False)
        lesson.edit("X", 1, 1, "1/3")
        lesson.edit("X", 2, 2, "-1e308")
        lesson.edit("X", 2, 2, "4")
        after = lesson.table("X")
        for _ in range(3):
            page.keyboard.press("Control+z")
        assert lesson.table("X") == before
        expect(lesson.notice).to_be_empty()
        expect_ends(lesson, back=False, forward=True)
        for _ in range(3):
            redo(lesson).click()
        assert lesson.table("X") == after


@pytest.fixture
def clipboard(lesson: StagePage) -> Iterator[StagePage]:
    lesson.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield lesson
    lesson.page.context.clear_permissions()


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_cell_and_a_table_are_copied_with_all_digits(clipboard: StagePage) -> None:
    clipboard.open(KEY, step="attention weights").cell("attention weights", 1, 1).click()
    clipboard.page.keyboard.press("Control+c")
    weights = MECHANISMS[KEY].trace(started(MECHANISMS[KEY]).numbers.inputs)["attention weights"].value
    assert float(copied(clipboard.page)) == weights[0, 0]
    clipboard.page.keyboard.press("Control+a")
    clipboard.page.keyboard.press("Control+c")
    rows = [[float(text) for text in line.split("\t")] for line in copied(clipboard.page).split("\n")]
    assert rows == weights.tolist()
