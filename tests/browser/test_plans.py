"""The page of plans: a state is added in Teach, put in order, given away as a link or a file, and brought back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tools.serving import Server

from .conftest import contexts_of, watched
from .test_present import KEY, PLAN

STORED = "JSON.parse(localStorage.getItem('atlas:plan')).states.map((state) => state.query)"


@pytest.fixture(scope="module")
def plans(browser: Browser, server: Server) -> Iterator[Page]:
    """The page in a browser of its own, where no plan is kept yet."""
    with contexts_of(browser) as make, watched(make()) as (page, _):
        yield opened(page, f"{server.url}/plans")


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_label("Name of the plan")).to_be_visible()
    return page


def states(page: Page) -> Locator:
    return page.get_by_role("list", name="States of the plan").get_by_role("listitem")


def press(page: Page, name: str, state: int = 0) -> None:
    (states(page).nth(state - 1) if state else page).get_by_role("button", name=name, exact=True).click()


def bring(page: Page, text: str) -> None:
    page.get_by_label("A plan from a file").set_input_files(
        {"name": "plan.json", "mimeType": "application/json", "buffer": text.encode()}
    )


def test_a_file_is_opened(plans: Page) -> None:
    expect(plans.get_by_text("There are no states yet")).to_be_visible()
    bring(plans, json.dumps(PLAN))
    expect(states(plans)).to_have_count(3)
    expect(plans.get_by_label("Name of the plan")).to_have_value("Monday")


def test_states_change_places_by_button_and_by_keyboard(plans: Page) -> None:
    one, two, three = plans.evaluate(STORED)
    press(plans, "Down", 1)
    assert plans.evaluate(STORED) == [two, one, three]
    expect(states(plans).nth(1).get_by_role("button", name="Down", exact=True)).to_be_focused()
    plans.keyboard.press("Alt+ArrowUp")
    assert plans.evaluate(STORED) == [one, two, three]
    press(plans, "Duplicate", 2)
    assert plans.evaluate(STORED) == [one, two, two, three]
    press(plans, "Delete", 1)
    assert plans.evaluate(STORED) == [two, two, three]
    press(plans, "Bring it back")
    press(plans, "Delete", 3)
    assert plans.evaluate(STORED) == [one, two, three]


def test_what_is_typed_is_kept(plans: Page) -> None:
    states(plans).nth(2).get_by_label("Question for the class").fill("Why <b>2</b>?")
    states(plans).nth(2).get_by_label("The arithmetic").check()
    plans.reload()
    expect(states(plans).nth(2).get_by_label("Question for the class")).to_have_value("Why <b>2</b>?")
    expect(states(plans).nth(2).get_by_label("The arithmetic")).to_be_checked()


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({**PLAN, "states": [{"lesson": "x"}]})])
def test_a_file_that_is_no_plan_gets_one_sentence_and_loses_nothing(plans: Page, text: str) -> None:
    before = plans.evaluate(STORED)
    bring(plans, text)
    expect(plans.get_by_text(re.compile("^(This is not a plan|State 1 of this plan is about)"))).to_be_visible()
    assert plans.evaluate(STORED) == before


def test_a_link_holds_the_plan(plans: Page) -> None:
    press(plans, "Copy as a link")
    expect(plans.get_by_text(re.compile("Copied|Take the link"))).to_be_visible()
    link = plans.get_by_label("The link to this plan").input_value()
    plans.goto("about:blank")
    opened(plans, link)
    expect(plans.get_by_text("This link holds a plan of 3 states, “Monday”.")).to_be_visible()
    press(plans, "Add it behind mine")
    expect(states(plans)).to_have_count(6)
    assert "#" not in plans.url


def test_questions_and_answers_are_printed(plans: Page) -> None:
    with plans.context.expect_page() as found:
        press(plans, "Print questions and answers")
    expect(found.value.get_by_role("heading", name="Monday: answers")).to_be_visible()
    expect(found.value.get_by_text("What is the score of <b>Input 2</b>?").first).to_be_visible()
    found.value.close()


def test_a_plan_is_saved_as_a_file(plans: Page, tmp_path: Path) -> None:
    with plans.expect_download() as found:
        press(plans, "Save as a file")
    file = tmp_path / found.value.suggested_filename
    found.value.save_as(file)
    assert file.name == "Monday.json"
    assert len(json.loads(file.read_text(encoding="utf-8"))["states"]) == 6


def test_a_state_is_added_in_teach(plans: Page, server: Server) -> None:
    plans.evaluate("localStorage.removeItem('atlas:plan')")
    plans.goto(f"{server.url}/{KEY}?step=scores&cell=2.1")
    expect(plans.locator("#atlas-ahead")).to_have_count(0)
    plans.get_by_role("button", name="Teach").click()
    dialog = plans.get_by_role("dialog")
    dialog.get_by_text("Add this state to a plan").click()
    dialog.get_by_label("Question for the class").fill("How large?")
    dialog.get_by_role("button", name="Add to plan").click()
    expect(dialog.get_by_text("Added: state 1 of your plan.")).to_be_visible()
    dialog.get_by_role("link", name="Open the plan").click()
    expect(states(plans)).to_have_count(1)
    expect(states(plans)).to_contain_text("scores, cell 2, 1")
