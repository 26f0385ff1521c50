"""The map: what is pointed at is said, what is clicked opens, and the keyboard reaches every lesson."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from attention_core import CURRICULUM

from .stage_page import StagePage

KEYS = [mechanism.key for mechanism in CURRICULUM]
SPARSEMAX = KEYS.index("sparsemax")
SEVERAL = next(n for n, mechanism in enumerate(CURRICULUM) if len(mechanism.boxes) > 2)


@pytest.fixture
def atlas(lesson: StagePage) -> StagePage:
    lesson.page.goto(f"{lesson.url}/map")
    expect(lesson.page.locator(".atlas-map .badge").first).to_be_visible()
    return lesson


def badges(page: StagePage, n: int) -> Locator:
    return page.page.locator(f'.badge[data-lesson="{n}"]')


def test_pointing_says_what_a_lesson_is_and_a_click_opens_it(atlas: StagePage) -> None:
    badges(atlas, SPARSEMAX).first.hover()
    panel = atlas.page.locator(".panel")
    expect(panel).to_contain_text(CURRICULUM[SPARSEMAX].title)
    expect(panel).to_contain_text(CURRICULUM[SPARSEMAX].insight)
    badges(atlas, SPARSEMAX).first.click()
    expect(atlas.page.locator("h1")).to_have_text(CURRICULUM[SPARSEMAX].title)


def test_a_lesson_is_lit_at_each_of_its_stations_and_joined(atlas: StagePage) -> None:
    many = len(CURRICULUM[SEVERAL].boxes)
    badges(atlas, SEVERAL).first.hover()
    expect(atlas.page.locator(".badge.lit")).to_have_count(many)
    path = atlas.page.locator(".route path").get_attribute("d") or ""
    assert path.count("L") == many - 1


def test_the_keyboard_walks_from_lesson_to_lesson(atlas: StagePage) -> None:
    atlas.page.get_by_role("button", name="In teaching order").click()
    expect(atlas.page.locator('.badge[tabindex="0"]')).to_have_count(1)
    atlas.page.locator('.badge[tabindex="0"]').focus()
    atlas.page.keyboard.press("ArrowRight")
    expect(badges(atlas, 1)).to_be_focused()
    expect(atlas.page.locator(".panel")).to_contain_text(CURRICULUM[1].title)
    atlas.page.keyboard.press("End")
    expect(badges(atlas, len(KEYS) - 1)).to_be_focused()
    atlas.page.keyboard.press("Enter")
    expect(atlas.page.locator("h1")).to_have_text(CURRICULUM[-1].title)


def test_years_run_from_left_to_right(atlas: StagePage) -> None:
    atlas.page.get_by_role("button", name="By year").click()
    labels = atlas.page.locator(".group h2").all_inner_texts()
    assert labels[0].startswith("before")
    assert labels[1:] == sorted(labels[1:])
    expect(atlas.page.locator(".badge")).to_have_count(len(KEYS))


def test_a_finger_reads_first_and_opens_then(atlas: StagePage) -> None:
    """The first touch says what it is; the second follows the link."""
    touch = "node => { node.dispatchEvent(new PointerEvent('pointerdown', { pointerType: 'touch' })); node.click(); }"
    badges(atlas, SPARSEMAX).first.evaluate(touch)
    expect(atlas.page.locator(".panel")).to_contain_text(CURRICULUM[SPARSEMAX].title)
    expect(atlas.page.locator("h1")).to_have_text("The map")
    badges(atlas, SPARSEMAX).first.evaluate(touch)
    expect(atlas.page.locator("h1")).to_have_text(CURRICULUM[SPARSEMAX].title)
