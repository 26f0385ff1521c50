"""Predict asks for one cell of the step on screen, in the learner's own numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from attention_core.mechanisms.self_attention.masks.causal_mask import MECHANISM as CAUSAL
from attention_stage.payload import payload, place
from attention_stage.structure import forward_stops

from .kit import mount
from .stage_page import StagePage, number_of

KEY = "scaled-dot-product-attention"


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(KEY)


@pytest.fixture
def weights(opened: StagePage) -> StagePage:
    opened.go("scores")
    return opened.afresh("attention weights")


def answer(page: StagePage, text: str) -> Locator:
    """Type an answer and check it; the verdict."""
    page.predict.get_by_label("Your answer").fill(text)
    page.predict.get_by_role("button", name="Check").click()
    return page.predict.locator(".verdict")


def asked(page: StagePage) -> Locator:
    """The cell asked about: the field is left without an answer, so that it shows "?"."""
    page.predict.get_by_label("Your answer").focus()
    return page.stage.get_by_role("gridcell", name="?", exact=True)


def truth(page: StagePage) -> float:
    """The full value of the cell asked about, read where the page writes it once the answer is given."""
    place = page.place(asked(page))
    answer(page, "12345")
    page.cell(*place).hover()
    exact = page.numbers.locator(".exact, b").last.inner_text()
    page.predict.get_by_label("Your answer").focus()
    return number_of(exact)


def test_the_cell_asked_about_is_hidden_while_answering(weights: StagePage) -> None:
    cell = asked(weights)
    expect(cell).to_have_count(1)
    expect(weights.numbers).to_have_text("= ?")
    expect(weights.current).to_have_text("?")
    cell.hover()
    expect(weights.numbers).to_have_text("= ?")


def test_its_number_is_hidden_from_the_start_and_the_line_below_is_another_cells(weights: StagePage) -> None:
    hidden = weights.stage.get_by_role("gridcell", name="?", exact=True)
    expect(hidden).to_have_count(1)
    expect(weights.current).not_to_have_text("?")
    expect(weights.numbers).not_to_have_text("= ?")
    hidden.hover()
    expect(weights.numbers).to_have_text("= ?")


def test_show_gives_up_and_shows_the_worked_arithmetic(weights: StagePage) -> None:
    place = weights.place(weights.stage.get_by_role("gridcell", name="?", exact=True))
    weights.predict.get_by_role("button", name="Show").click()
    expect(weights.stage.get_by_role("gridcell", name="?", exact=True)).to_have_count(0)
    shown = weights.predict.locator(".worked b").inner_text()
    assert weights.cell(*place).inner_text() == shown
    assert weights.place(weights.pinned) == place


def test_the_question_names_the_cell_that_is_hidden(weights: StagePage) -> None:
    name, row, column = weights.place(asked(weights))
    question = f"What is the value of {name} at Query {row}, Key {column}, to two decimals?"
    expect(weights.predict.locator(".question")).to_have_text(question)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{0:.2f}", id="decimal"),
        pytest.param("{0!r}", id="every digit"),
        pytest.param("{1}/1000", id="fraction"),
        pytest.param("{2:.1f}%", id="percent"),
        pytest.param("{2:.1f} %", id="percent with a blank"),
    ],
)
def test_right_answers_in_every_notation(weights: StagePage, written: str) -> None:
    value = truth(weights)
    verdict = answer(weights, written.format(value, round(value * 1000), value * 100))
    expect(verdict).to_have_text("Right.")
    expect(weights.stage.get_by_role("gridcell", name="?", exact=True)).to_have_count(0)


def test_a_wrong_answer_gets_the_worked_arithmetic(weights: StagePage) -> None:
    verdict = answer(weights, "0.9999")
    expect(verdict).to_contain_text("Not quite.")
    expect(verdict.locator(".worked math")).not_to_have_count(0)
    shown = verdict.locator(".worked b").inner_text()
    assert weights.pinned.inner_text() == shown
    assert weights.place(weights.pinned)[0] == "attention weights"


def test_something_else_gets_advice_and_keeps_the_secret(weights: StagePage) -> None:
    asked(weights)
    expect(answer(weights, "a half")).to_have_text("Type a number, a fraction such as 1/4, or a percentage.")
    expect(weights.stage.get_by_role("gridcell", name="?", exact=True)).to_have_count(1)
    expect(weights.predict.get_by_label("Your answer")).to_have_value("a half")


def test_another_asks_for_another_cell(weights: StagePage) -> None:
    seen = {weights.place(asked(weights))}
    for _ in range(3):
        before = weights.predict.locator(".question").inner_text()
        weights.predict.get_by_role("button", name="Another").click()
        expect(weights.predict.locator(".question")).not_to_have_text(before)
        expect(weights.predict.get_by_label("Your answer")).to_have_value("")
        seen.add(weights.place(asked(weights)))
    assert len(seen) == 4


def test_enter_answers(weights: StagePage) -> None:
    asked(weights)
    weights.page.keyboard.type("7")
    weights.page.keyboard.press("Enter")
    expect(weights.predict.locator(".verdict")).to_contain_text("Not quite.")


def test_turning_the_step_gives_up_the_question(weights: StagePage) -> None:
    asked(weights)
    weights.go("output")
    assert weights.place(weights.stage.get_by_role("gridcell", name="?", exact=True))[0] == "output"
    expect(weights.predict.locator(".question")).to_contain_text("output")


def test_it_asks_about_the_learners_own_numbers(lesson: StagePage) -> None:
    lesson.open(KEY).go("scores")
    place = lesson.place(asked(lesson))
    lesson.edit("Q", place[1], 1, "100")
    expect(lesson.predict.locator(".question")).to_contain_text("scores")
    asked(lesson)
    answer(lesson, "0.123")
    worked = lesson.predict.locator(".worked b").inner_text()
    assert worked == lesson.cell(*place).inner_text()
    assert abs(number_of(worked)) >= 90
    expect(answer(lesson, worked)).to_have_text("Right.")


def test_nothing_is_asked_about_the_inputs(weights: StagePage) -> None:
    weights.go("inputs")
    expect(weights.predict).to_be_hidden()


def test_what_a_mask_decides_is_not_asked_for_and_what_stands_beside_it_is(kit: Page) -> None:
    trace = CAUSAL.trace()
    mount(kit, payload(trace.steps, forward_stops(trace, {}), view=place("attention weights")))
    walk = """() => Array.from({ length: 12 }, () => {
      [...document.querySelectorAll(".predict button")].find((button) => button.textContent === "Another").click();
      return where.secrets[0].offset;
    })"""
    side = trace["attention weights"].size("key")
    seen = {divmod(offset, side) for offset in kit.evaluate(walk)}
    assert seen == {(row, column) for row in range(side) for column in range(row + 1)}
