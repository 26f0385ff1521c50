"""Typing where a mechanism reads text: the alignment follows, fills as time runs, and stays in place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .stage_page import StagePage


@pytest.fixture
def page(lesson: StagePage) -> Page:
    lesson.page.goto(f"{lesson.url}/date-translator")
    expect(written(lesson.page)).to_have_text("2024-03-23")
    return lesson.page


def written(page: Page) -> Locator:
    return page.locator(".player output")


def test_typing_a_date_shows_how_it_is_read(page: Page) -> None:
    field = page.get_by_role("textbox", name="A date")
    field.fill("sat march 4 2023")
    field.press("Enter")
    expect(written(page)).to_have_text("2023-03-04")
    assert page.locator("figure thead th").all_text_contents() == list("sat␣march␣4␣2023")
    field.fill("5 märz 2020")
    field.press("Enter")
    expect(page.get_by_text("character 4: “ä”")).to_be_visible()
    expect(written(page)).to_have_text("2023-03-04")


def test_time_runs_row_by_row(page: Page) -> None:
    rows = page.locator("figure tbody tr")
    expect(rows).to_have_count(11)
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Back").click()
    expect(written(page)).to_have_text("2024-03-2")
    expect(page.locator("figure tbody tr.later")).to_have_count(2)
    page.get_by_role("slider", name="How much is written").press("Home")
    expect(page.locator("figure tbody tr.later")).to_have_count(11)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(written(page)).to_have_text(re.compile("^202"))  # time runs on while this is looked for
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
