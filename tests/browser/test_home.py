"""Home: the sentence under the pointer and the hand, the search, and the way back to where one was."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from ui.home_sentence import SENTENCE, WORD

from .stage_page import StagePage

TRACE = SENTENCE.trace()
WORDS = TRACE.inputs[0].axes[0].labels


def opened(page: StagePage) -> StagePage:
    page.page.goto(page.url)
    expect(page.page.locator(".sentence .asks")).to_be_visible()
    expect(page.page.locator("#atlas-ahead")).to_have_count(0)
    return page


@pytest.fixture
def home(shared_lesson: StagePage) -> StagePage:
    """Home, loaded again only where the test before went elsewhere."""
    if shared_lesson.page.locator(".sentence .asks").count():
        shared_lesson.leave()
        return shared_lesson
    return opened(shared_lesson)


def shares(page: Page) -> list[int]:
    """What each word gives to the one that asks, in percent."""
    texts = page.locator(".sentence .word i").all_inner_texts()
    return [int(text.removesuffix(" %") or 0) for text in texts]


def percents(weights: np.ndarray) -> list[int]:
    return [int(np.floor(100 * each + 0.5)) for each in weights]


def test_the_word_pointed_at_shows_what_it_reads(home: StagePage) -> None:
    weights = TRACE["attention weights"].value
    assert shares(home.page) == percents(weights[WORDS.index(WORD)])
    home.page.get_by_role("button", name="dog").hover()
    assert shares(home.page) == percents(weights[WORDS.index("dog")])
    home.page.locator("h1").hover()
    assert shares(home.page) == percents(weights[WORDS.index(WORD)])


def test_a_number_changed_is_computed_through_without_the_server(home: StagePage) -> None:
    """By keyboard, so that the number is known; the server is not asked."""
    asked: list[str] = []
    home.page.on("request", lambda request: asked.append(request.url))
    slider = home.page.get_by_role("slider", name="degree")
    slider.focus()
    for _ in range(4):
        home.page.keyboard.press("ArrowRight")
    X = np.array(SENTENCE.first.inputs[TRACE.inputs[0].name], dtype=float)
    X[WORDS.index(WORD), 4] += 0.2
    now = SENTENCE.trace({TRACE.inputs[0].name: X}, **SENTENCE.first.options)
    assert shares(home.page) == percents(now["attention weights"].value[WORDS.index(WORD)])
    shown = home.page.locator(".sentence .row").nth(4).locator(".number").all_inner_texts()
    assert float(shown[0]) == pytest.approx(0.2)
    assert float(shown[1]) == pytest.approx(now.output.value[WORDS.index(WORD), 4], abs=0.0051)
    assert not asked
    home.button("Back to its first numbers").click()
    assert shares(home.page) == percents(TRACE["attention weights"].value[WORDS.index(WORD)])
    expect(home.button("Back to its first numbers")).to_be_hidden()


def test_a_lesson_is_found_and_opened_by_keyboard(home: StagePage) -> None:
    home.page.keyboard.press("/")
    field = home.page.get_by_role("combobox", name="Find a lesson or a term")
    expect(field).to_be_focused()
    home.page.keyboard.type("kqv")
    expect(home.page.get_by_role("option").first).to_contain_text("Queries, keys, values")
    home.page.keyboard.press("Enter")
    expect(home.page.locator("h1")).to_have_text("Queries, keys, values")
    home.settled()
    home.page.go_back()
    expect(home.page.locator("h1")).to_have_text("Attention Atlas")


def test_where_nothing_is_found_the_field_says_what_to_try(home: StagePage) -> None:
    field = home.page.get_by_role("combobox", name="Find a lesson or a term")
    field.fill("sparsmax")
    home.page.get_by_role("button", name="Sparsemax", exact=True).click()
    expect(home.page.get_by_role("option").first).to_contain_text("Sparsemax")
    field.fill("zzzz")
    expect(home.page.get_by_role("button", name="causal mask")).to_be_visible()
    expect(home.page.get_by_role("option")).to_have_count(0)


def test_a_term_opens_the_notation_at_its_rows(home: StagePage) -> None:
    home.page.get_by_role("combobox", name="Find a lesson or a term").fill("look-ahead")
    home.page.get_by_role("option").filter(has_text="Notation").first.click()
    expect(home.page.locator("h1")).to_have_text("Notation")
    expect(home.page.get_by_role("textbox", name="Find a symbol, an axis or a word")).to_have_value("causal mask")


def test_home_leads_back_to_where_one_was(newcomer: StagePage) -> None:
    home = opened(newcomer)
    expect(home.page.get_by_text("Go on where you left")).to_be_hidden()
    home.open("rope")
    home.go("scores")
    home.expect_query(step="scores")
    home.page.goto(home.url)
    link = home.page.get_by_role("link", name="Go on where you left")
    expect(link).to_contain_text("Rotary positions (RoPE)")
    link.click()
    expect(home.page.locator("h1")).to_have_text("Rotary positions (RoPE)")
    home.expect_query(step="scores")
