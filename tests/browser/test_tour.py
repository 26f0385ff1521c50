"""The tour of a lesson: six cards, each with its light on a part of the page; it ends where it began."""

from __future__ import annotations

import pytest
from playwright.sync_api import ElementHandle, Locator, expect

from attention_core import CURRICULUM
from tools.serving import DESK
from ui.tour import CARDS

from .stage_page import StagePage

FIRST = CURRICULUM[0]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visitor(newcomer: StagePage, request: pytest.FixtureRequest) -> StagePage:
    newcomer.page.set_viewport_size(request.param)
    return newcomer


def card(page: StagePage) -> Locator:
    return page.page.get_by_role("dialog")


# The light is over the part, which may still be growing when its card comes.
LIT = """part => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((node) =>
    node.shadowRoot ? [...node.shadowRoot.querySelectorAll(".layer .light"), ...within(node.shadowRoot)] : []);
  const lights = [...document.querySelectorAll(".layer .light"), ...within(document)];
  const light = lights[0]?.getBoundingClientRect();
  const { x, y, height } = part.getBoundingClientRect();
  return light && light.x <= x + 1 && light.y <= y + 1 && light.height >= height;
}"""


def part_of(page: StagePage, query: str) -> ElementHandle:
    return page.page.locator(query).first.element_handle()


def test_the_tour_shows_six_parts_and_ends_where_it_began(visitor: StagePage) -> None:
    """Meanwhile the page can be used under the light."""
    visitor.open(f"{FIRST.key}?tour=1")
    began = visitor.atlas.locator('[role="tab"][aria-selected="true"]').get_attribute("data-stop")
    for n, each in enumerate(CARDS, 1):
        expect(card(visitor)).to_contain_text(f"{n} of {len(CARDS)}")
        expect(card(visitor).get_by_role("heading", name=each["title"])).to_be_focused()
        expect(card(visitor)).to_be_in_viewport(ratio=1)
        visitor.page.wait_for_function(LIT, arg=part_of(visitor, each["part"]))
        if n == 1:
            before = visitor.numbers.inner_text()
            visitor.atlas.locator("td[data-step]").first.click()
            expect(visitor.numbers).not_to_have_text(before)
            expect(card(visitor)).to_be_visible()
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
