"""Two settings beside each other: an edit reaches both, and the address brings it back."""

from __future__ import annotations

from playwright.sync_api import expect

from .stage_page import StagePage

CHANGE = "Largest mover"


def mover(page: StagePage) -> str:
    return page.page.get_by_text(CHANGE).inner_text()


def test_an_edit_reaches_both_sides_and_the_address(lesson: StagePage) -> None:
    lesson.page.goto(f"{lesson.url}/compare")
    expect(lesson.page.get_by_text(CHANGE)).to_be_visible()
    before = mover(lesson)
    lesson.page.locator(".atlas td[data-step]").first.dblclick()
    lesson.page.keyboard.type("3")
    lesson.page.keyboard.press("Enter")
    expect(lesson.page.get_by_text(CHANGE)).not_to_have_text(before)
    after = mover(lesson)
    lesson.page.goto(lesson.page.url)
    expect(lesson.page.get_by_text(CHANGE)).to_have_text(after)


def test_what_was_chosen_is_there_after_a_look_elsewhere(lesson: StagePage) -> None:
    lesson.page.goto(f"{lesson.url}/compare?a=scaled-dot-product-attention%3Fmasked%3D1&step=output")
    expect(lesson.page.get_by_text(CHANGE)).to_be_visible()
    before = mover(lesson)
    lesson.page.get_by_role("link", name="Notation").click()
    expect(lesson.page.get_by_role("heading", name="Notation")).to_be_visible()
    lesson.page.get_by_role("link", name="Compare two").click()
    expect(lesson.page.get_by_text(CHANGE)).to_have_text(before)


def test_both_are_played_in_step_by_the_space_bar(lesson: StagePage) -> None:
    lesson.page.goto(f"{lesson.url}/compare")
    slider = lesson.page.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuetext", "attention weights, attention weights")
    slider.fill("0")
    expect(slider).to_have_attribute("aria-valuetext", "scores, scores")
    lesson.page.locator("h1").click()
    lesson.page.keyboard.press(" ")
    expect(slider).to_have_attribute("aria-valuetext", "output, output")
    expect(lesson.page.locator(".duo section table")).to_have_count(2)
    assert lesson.page.locator(".duo .differs").count() > 0
    lesson.page.get_by_role("link", name="Notation").click()
    expect(lesson.page.locator("h1")).to_have_text("Notation")
    lesson.page.evaluate("addEventListener('keydown', (event) => { window.taken = event.defaultPrevented; })")
    lesson.page.keyboard.press(" ")
    assert not lesson.page.evaluate("window.taken"), "another page has its space bar"
