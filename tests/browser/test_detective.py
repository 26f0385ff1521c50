"""The game by keyboard: a cell on the stage, a clue, a wrong answer, the right one, the next case; and a reload."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from attention_core.diagnosis.detective.puzzle import Puzzle, puzzle
from attention_core.diagnosis.mistakes import BY_KEY

from .stage_page import StagePage

FIRST, SECOND = puzzle(1, "1", 1), puzzle(1, "1", 2)
MOST_TABS = 12


def named(key: str) -> str:
    name = BY_KEY[key].name
    return f"{name[0].upper()}{name[1:]}"


def choose(page: Page, case: Puzzle, key: str) -> None:
    """With the arrow keys among the choices, then by Tab to the button and Enter."""
    choices = page.get_by_role("radio", name=named(key))
    expect(choices).to_be_visible()
    page.get_by_role("radiogroup", name="Which mistake").get_by_role("radio").first.focus()
    page.keyboard.press(" ")
    for _ in case.choices:
        if choices.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(choices).to_be_checked()
    press(page, "This is the mistake")


def press(page: Page, name: str) -> None:
    """Tab on to a button and press it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip().startswith(name):
            break
    expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")


def test_a_case_is_solved_by_keyboard_and_nothing_is_lost_on_reload(lesson: StagePage) -> None:
    page = lesson.page
    page.goto(f"{lesson.url}/detective")
    marked = page.locator(".atlas td.marked")
    expect(marked.first).to_be_visible()
    parted = FIRST.parted()
    assert marked.count() == sum(map(len, parted.values()))
    expect(marked.first).to_have_attribute("aria-description", "differs")

    right = page.get_by_role("grid", name="output", exact=True).locator("td[data-step]").first
    right.focus()
    expect(page.locator(".atlas .arithmetic").first).to_contain_text("=")

    wrong = next(key for key in FIRST.choices if key != FIRST.answer)
    choose(page, FIRST, wrong)
    expect(page.get_by_text("it is not the mistake")).to_be_visible()
    expect(page.get_by_role("radio", name=named(wrong))).to_have_count(0)

    page.get_by_role("button", name="The first wrong cell").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".atlas td.pinned").first).to_be_visible()
    opened = page.locator(".atlas .rail").first.get_by_role("tab", selected=True)
    expect(opened).to_contain_text(FIRST.departure.step.name, ignore_case=True)

    choose(page, FIRST, FIRST.answer)
    expect(page.get_by_text("Solved for 4 of 10 points")).to_be_visible()
    expect(page.get_by_role("heading", name="Proof by numbers")).to_be_visible()

    page.goto(page.url)
    expect(page.get_by_text("Solved for 4 of 10 points")).to_be_visible()
    expect(page.get_by_text("4 of 10 points", exact=True)).to_be_visible()

    page.get_by_role("button", name="Next case").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name=named(SECOND.choices[0]))).to_be_visible()
    assert "case=2" in page.url
