"""The microscope with the two real models, by keyboard alone, and its links from lessons; left out where they are not.

`make models` installs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from attention_core.models import known_models
from tools.accessible import findings
from tools.serving import Server
from ui.microscope.discoveries import BARK, CAPITAL, DISCOVERIES, MINILM, SMOLLM2, Discovery

from .stage_page import LONG, PATIENCE

INSTALLED = {known.key for known in known_models()}
pytestmark = pytest.mark.skipif(not {MINILM, SMOLLM2} <= INSTALLED, reason="not installed: make models")


@pytest.fixture(scope="module")
def microscope(browser_context: Callable[..., BrowserContext], server: Server) -> Iterator[Page]:
    """A page for all tests of this file; the first answer of a model takes long."""
    context = browser_context()
    context.set_default_timeout(LONG)
    expect.set_options(timeout=LONG)
    yield context.new_page()
    expect.set_options(timeout=PATIENCE)


def shown(page: Page, server: Server, **parts: str | int) -> Page:
    page.goto(f"{server.url}/microscope?{urlencode(parts)}")
    expect(page.locator(".on-stage td[data-step], .cells td, .outcome > *").first).to_be_attached()
    return page


def test_a_number_is_set_compared_and_taken_back_by_keyboard_alone(microscope: Page, server: Server) -> None:
    page = shown(microscope, server, model=MINILM, text=BARK, layer=2, head=3)
    page.locator("[role=tab].tab").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    field = page.locator(".arithmetic .setter input")
    expect(page.locator(".arithmetic h4")).to_contain_text("layer 2/queries")
    page.locator(".window [data-current]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".arithmetic h4 small")).to_contain_text("feature 2")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    chip = page.get_by_role("list", name="Changes in force").get_by_role("button")
    expect(chip).to_contain_text("→ 3")
    expect(page.locator(".window [data-current]")).to_be_focused()
    choice = page.get_by_label("Compare with", exact=True)
    choice.focus()
    page.keyboard.type("the same, n")
    expect(page.get_by_role("region", name="One head of the other run").locator("h3")).to_contain_text("Difference")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)


def test_the_next_token_is_taken_apart_and_written_on_by_keyboard_alone(microscope: Page, server: Server) -> None:
    page = shown(microscope, server, model=SMOLLM2, text=CAPITAL, tab="outcome")
    first = page.locator(".outcome .bars button").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Gradient")).to_be_focused()
    expect(page.get_by_role("table", name="Tokens").locator("tbody tr")).to_have_count(5)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Write 8 tokens on").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".outcome tbody tr")).to_have_count(8)


def test_axe_finds_nothing_grave_with_a_head_open(microscope: Page, server: Server) -> None:
    assert findings(shown(microscope, server, model=SMOLLM2, text=CAPITAL)) == []


@pytest.mark.parametrize("found", DISCOVERIES, ids=lambda each: each.title)
def test_a_link_in_a_lesson_opens_the_head_it_names(microscope: Page, server: Server, found: Discovery) -> None:
    page = microscope
    page.goto(f"{server.url}/{found.proves[0]}")
    page.get_by_role("link", name=found.title).click()
    expect(page.locator(".one h3")).to_have_text(f"Layer {found.layer}, head {found.head}")
    expect(page.get_by_label("Model", exact=True)).to_have_value(found.model)
    expect(page.get_by_label("Text", exact=True)).to_have_value(found.text)
    expect(page.locator(".tile[aria-pressed=true]")).to_have_count(1)
    if found.asks:
        expect(page.locator(".token.asks")).to_contain_text(found.asks)
