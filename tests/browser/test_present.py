"""The projector view: what is on screen, how large, what its keys do, and that the page is there again behind it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ui import export, share

from .conftest import watched
from .links import MECHANISMS
from .stage_page import StagePage

KEY = "illustrated-self-attention"
PROJECTORS = {"small": (1280, 720), "large": (1920, 1080)}
# The least size of a number in the matrices, in pixels of the window; of the view its overflow.
MEASURED = """atlas => {
  const cells = [...atlas.querySelectorAll("td[data-step]")].filter((cell) => cell.textContent);
  const sizes = cells.map((cell) => parseFloat(getComputedStyle(cell).fontSize) * (cell.currentCSSZoom ?? 1));
  return [Math.min(...sizes), atlas.scrollHeight - atlas.clientHeight, atlas.scrollWidth - atlas.clientWidth];
}"""
PLAN = {
    "format": "attention-atlas-plan",
    "version": 1,
    "name": "Monday",
    "states": [
        {
            "lesson": KEY,
            "title": "",
            "query": "step=scores&cell=2.1",
            "cover": ["number", "arithmetic"],
            "question": "What is the score of <b>Input 2</b>?",
            "note": "Vote first.",
        },
        {"lesson": KEY, "title": "", "query": "step=attention+weights", "cover": ["next"], "question": "", "note": ""},
        {"lesson": KEY, "title": "", "query": "preset=scaled", "cover": [], "question": "And now?", "note": ""},
    ],
}


@pytest.fixture(scope="module")
def presented(shared_lesson: StagePage) -> StagePage:
    shared_lesson.page.set_viewport_size({"width": 1280, "height": 720})
    return arrived(shared_lesson, f"{KEY}?step=scores&present=1")


def arrived(lesson: StagePage, path: str) -> StagePage:
    lesson.page.goto(f"{lesson.url}/{path}")
    expect(lesson.page.locator("#atlas-ahead")).to_have_count(0)
    expect(lesson.page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    return lesson


def press(lesson: StagePage, *keys: str) -> None:
    for key in keys:
        lesson.page.keyboard.press(key)


@pytest.mark.parametrize("projector", PROJECTORS)
def test_numbers_are_read_from_the_last_row(presented: StagePage, projector: str) -> None:
    width, height = PROJECTORS[projector]
    presented.page.set_viewport_size({"width": width, "height": height})
    presented.page.wait_for_timeout(200)
    number, *beyond = presented.atlas.evaluate(MEASURED)
    assert number >= 24 * width / 1280
    assert max(beyond) <= 1
    presented.page.set_viewport_size({"width": 1280, "height": 720})


def test_nothing_of_the_page_is_left(presented: StagePage) -> None:
    for part in ("[data-testid=stSidebar]", "h1", ".st-key-atlas-view"):
        expect(presented.page.locator(part).first).to_be_hidden()
    expect(presented.predict).to_be_hidden()
    expect(presented.atlas.locator(".lesson")).to_have_text("The worked example")


def test_keys_of_steps_and_clickers(presented: StagePage) -> None:
    for key, step in (
        ("ArrowRight", "attention weights"),
        ("PageDown", "weighted values"),
        (" ", "output"),
        ("ArrowLeft", "weighted values"),
        ("PageUp", "attention weights"),
        ("Shift+ ", "scores"),
    ):
        press(presented, key)
        presented.on(step)
        presented.expect_query(step=step, present="1")
    presented.cell("scores", 1, 2).click()
    press(presented, "ArrowRight", "ArrowLeft")  # a cell that was clicked does not take them
    presented.on("scores")


def test_what_is_hidden_is_revealed(presented: StagePage) -> None:
    presented.cell("scores", 2, 2).click()
    press(presented, "h")
    expect(presented.cell("scores", 2, 2)).to_have_text("?")
    expect(presented.numbers).not_to_contain_text("16")
    press(presented, "a")
    expect(presented.numbers).to_be_hidden()
    presented.expect_query(cover="number,arithmetic")
    press(presented, "r")
    expect(presented.cell("scores", 2, 2)).to_have_text("16")
    expect(presented.numbers).to_contain_text("16")
    presented.expect_query(cover=None)
    presented.cell("scores", 2, 2).click()


def test_moments_spotlight_and_the_list_of_keys(presented: StagePage) -> None:
    press(presented, "ArrowDown")
    expect(presented.atlas.locator(".count")).to_have_text(re.compile("^1 of "))
    press(presented, "ArrowDown")
    expect(presented.atlas.locator(".count")).to_have_text(re.compile("^2 of "))
    press(presented, "Escape")  # ends the play, and not the view
    expect(presented.atlas.locator(".spotlight")).to_be_hidden()
    press(presented, "s")
    presented.page.mouse.move(320, 180)
    expect(presented.atlas.locator(".spotlight")).to_have_attribute("style", re.compile("--x: 25%; --y: 25%"))
    press(presented, "s", "?")
    expect(presented.atlas.locator(".spotlight")).to_be_hidden()
    expect(presented.atlas.get_by_text("Reveal what is hidden")).to_be_visible()
    press(presented, "Escape")
    expect(presented.atlas.locator(".keys")).to_be_hidden()
    expect(presented.atlas.locator(".lesson")).to_be_visible()


def test_a_preset_by_its_number(presented: StagePage) -> None:
    press(presented, "2")
    presented.expect_query(preset="scaled", present="1")
    press(presented, "1")
    presented.expect_query(preset=None, present="1")


def test_escape_leads_back_to_the_same_state(lesson: StagePage) -> None:
    lesson.open(KEY, step="scores", cell="2.2")
    asked = lesson.predict.inner_text()
    scroller = lesson.page.locator("[data-testid=stMain]")
    scroller.evaluate("node => node.scrollTo(0, 120)")
    before = (lesson.page.url, lesson.numbers.inner_text(), lesson.atlas.locator(".card").bounding_box())
    lesson.page.keyboard.press("p")
    lesson.expect_query(present="1")
    lesson.page.keyboard.press("Escape")
    lesson.expect_query(present=None)
    expect(lesson.page.locator("[data-testid=stSidebar]")).to_be_visible()
    assert scroller.evaluate("node => node.scrollTop") == 120
    assert lesson.predict.inner_text() == asked
    assert (lesson.page.url, lesson.numbers.inner_text(), lesson.atlas.locator(".card").bounding_box()) == before


def test_a_plan_is_walked_through(lesson: StagePage) -> None:
    page = arrived(lesson, "plans").page
    page.evaluate("text => localStorage.setItem('atlas:plan', text)", json.dumps(PLAN))
    page.reload()
    page.get_by_role("button", name="Present from the start").click()
    lesson.expect_query(plan="1", present="1")
    expect(lesson.atlas.locator(".place")).to_have_text("1 of 3")
    expect(lesson.atlas.locator(".projected > .question")).to_have_text("What is the score of <b>Input 2</b>?")
    expect(lesson.cell("scores", 2, 1)).to_have_text("?")
    expect(lesson.atlas.locator(".note")).to_be_hidden()
    press(lesson, "n")
    expect(lesson.atlas.locator(".note")).to_have_text("Vote first.")
    press(lesson, "r")
    expect(lesson.cell("scores", 2, 1)).to_have_text("4")
    press(lesson, "PageDown")
    lesson.on("attention weights")
    lesson.expect_query(plan="2", cover="next", step="attention weights")
    expect(lesson.tab("output")).to_be_hidden()
    press(lesson, "ArrowRight")
    lesson.on("attention weights")
    press(lesson, "PageDown")
    lesson.expect_query(plan="3", preset="scaled")
    expect(lesson.atlas.locator(".projected > .question")).to_have_text("And now?")


def test_a_handout_is_presented_too(desk: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "handout.html"
    file.write_text(export.handout(share.decode(MECHANISMS[KEY], {"step": "scores"})), encoding="utf-8")
    with watched(desk) as (page, _):
        assert_presents(page, file.as_uri())


def assert_presents(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(address)
    page.keyboard.press("p")
    expect(page.locator(".presenting .lesson")).to_have_text("The worked example")
    expect(page.locator("h1")).to_be_hidden()
    assert page.locator(".atlas").evaluate(MEASURED)[0] >= 24
    page.keyboard.press("ArrowRight")
    expect(page.locator('[role=tab][aria-selected=true][data-stop="attention weights"]')).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_be_visible()
