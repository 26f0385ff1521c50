"""The tour of a lesson: six cards, each with its light on a part of the page; it ends where it began."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from attention_core import CURRICULUM
from tools.serving import DESK, Server
from ui.tour import CARDS

from .stage_page import StagePage
from .watch import Watch

FIRST = CURRICULUM[0]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visitor(
    browser_context: Callable[..., BrowserContext], server: Server, request: pytest.FixtureRequest
) -> Iterator[StagePage]:
    """A browser that was never here."""
    page, watch = browser_context(viewport=request.param).new_page(), Watch()
    watch.page(page)
    yield StagePage(page, server.url, watch)
    watch.assert_clean()


def card(page: StagePage) -> Locator:
    return page.page.get_by_role("dialog")


def test_the_tour_shows_six_parts_and_ends_where_it_began(visitor: StagePage) -> None:
    visitor.open(f"{FIRST.key}?tour=1")
    began = visitor.atlas.locator('[role="tab"][aria-selected="true"]').get_attribute("data-stop")
    for n, each in enumerate(CARDS, 1):
        expect(card(visitor)).to_contain_text(f"{n} of {len(CARDS)}")
        expect(card(visitor).get_by_role("heading", name=each["title"])).to_be_focused()
        expect(card(visitor)).to_be_in_viewport(ratio=1)
        light = visitor.page.locator(".layer .light").bounding_box()
        part = visitor.page.locator(each["part"]).first.bounding_box()
        assert light is not None
        assert part is not None
        assert light["x"] <= part["x"] + 1
        assert light["y"] <= part["y"] + 1
        assert light["height"] >= part["height"]
        card(visitor).get_by_role("button", name="Done" if n == len(CARDS) else "Next").click()
    expect(card(visitor)).to_be_hidden()
    expect(visitor.button("Tour")).to_be_focused()
    assert visitor.atlas.locator('[role="tab"][aria-selected="true"]').get_attribute("data-stop") == began


def test_it_is_offered_once_and_can_be_taken_again(visitor: StagePage) -> None:
    visitor.open(FIRST.key)
    expect(card(visitor)).to_be_hidden()
    visitor.button("Take the tour").click()
    expect(card(visitor)).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(card(visitor)).to_be_hidden()
    visitor.page.reload()
    again = visitor.page.get_by_role("button", name="Tour", exact=True)
    again.click()
    expect(card(visitor)).to_contain_text(f"1 of {len(CARDS)}")
    card(visitor).get_by_role("button", name="Skip").click()
    expect(card(visitor)).to_be_hidden()


def test_the_page_can_be_used_under_the_light(visitor: StagePage) -> None:
    visitor.open(f"{FIRST.key}?tour=1")
    expect(card(visitor)).to_be_visible()
    before = visitor.numbers.inner_text()
    cells = visitor.atlas.locator("td[data-step]")
    cells.first.click()
    expect(visitor.numbers).not_to_have_text(before)
    expect(card(visitor)).to_be_visible()
