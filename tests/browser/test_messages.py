"""What a learner does while a message from the server is on its way is not undone by it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from attention_core import CURRICULUM, Mechanism
from ui.lesson_payload import lesson_payload
from ui.share import decode
from ui.state import Numbers, Session, View

from .kit import arrive, mount

WORKED: Mechanism = CURRICULUM[0]
CELL = """([name, offset]) => {
  const step = sheet.steps.find((step) => step.name === name);
  return step.values[offset];
}"""
EDIT = """([name, offset, value]) => {
  const step = sheet.steps.find((step) => step.name === name);
  stage.change([{ step, offset, value }]);
}"""


@pytest.fixture
def session() -> Session:
    return decode(WORKED, {})


def said(kit: Page, true: str) -> None:
    """Wait until the stage has said what is true of `message`: components take turns in speaking."""
    kit.wait_for_function(f"sent.some(([name, message]) => name === 'edit' && {true})")


def page_of(session: Session) -> dict[str, Any]:
    """What the page sends, but for the address: an empty page has none to change."""
    return {name: part for name, part in lesson_payload(session).items() if name != "link"}


def title(kit: Page) -> str:
    return str(kit.evaluate("where.stop.title"))


def turn_to(kit: Page, name: str) -> None:
    kit.evaluate("name => stage.open(where.stops.findIndex((stop) => stop.title === name))", name)


def longer(numbers: Numbers) -> Numbers:
    """One token more: the matrices are built anew."""
    return numbers.resized("token", 4)


def test_a_rebuilt_stage_stays_at_the_step_chosen_meanwhile(kit: Page, session: Session) -> None:
    session.view = View("Inputs")
    mount(kit, page_of(session))
    turn_to(kit, "scores")
    session.numbers = longer(session.numbers)
    arrive(kit, page_of(session))
    assert kit.evaluate("sheet.steps.find((step) => step.name === 'X').shape") == [4, 4]
    assert title(kit) == "scores"


def test_a_repainted_stage_stays_at_the_step_chosen_meanwhile(kit: Page, session: Session) -> None:
    session.view = View("Inputs")
    mount(kit, page_of(session))
    turn_to(kit, "scores")
    session.numbers = session.numbers.with_edits([("X", 0, 5.0)])
    arrive(kit, page_of(session))
    assert title(kit) == "scores"


def test_a_link_followed_leads_to_its_step(kit: Page, session: Session) -> None:
    """A new token says that the page, not the learner, decides where to look."""
    mount(kit, page_of(session))
    turn_to(kit, "output")
    session.view, session.token = View("queries", (1, 2)), session.token + 1
    arrive(kit, page_of(session))
    assert title(kit) == "queries"
    assert kit.evaluate("where.pinned.offset") == 5


def test_an_older_message_does_not_take_back_an_edit(kit: Page, session: Session) -> None:
    mount(kit, page_of(session))
    stale = page_of(session)
    kit.evaluate(EDIT, ["X", 0, 7])
    arrive(kit, stale)
    assert kit.evaluate(CELL, ["X", 0]) == 7
    assert kit.evaluate(CELL, ["queries", 0]) == 7


def test_an_answer_to_the_last_edit_is_taken(kit: Page, session: Session) -> None:
    mount(kit, page_of(session))
    kit.evaluate(EDIT, ["X", 0, 7])
    session.sequence = kit.evaluate("model.edits.sequence")
    session.numbers = session.numbers.with_edits([("X", 0, 8.0)])
    arrive(kit, page_of(session))
    assert kit.evaluate(CELL, ["X", 0]) == 8


def test_edits_the_server_has_not_seen_are_sent_again(kit: Page, session: Session) -> None:
    mount(kit, page_of(session))
    for offset in range(3):
        kit.evaluate(EDIT, ["X", offset, 9])
    said(kit, "message.edits.length === 3")
    _, message = kit.evaluate("sent.at(-1)")
    assert [(edit["step"], edit["offset"], edit["value"]) for edit in message["edits"]] == [
        ("X", i, 9) for i in range(3)
    ]


def test_a_rebuilt_stage_keeps_edits_on_their_way(kit: Page, session: Session) -> None:
    mount(kit, page_of(session))
    kit.evaluate(EDIT, ["X", 1, 7])
    session.numbers = longer(session.numbers)
    arrive(kit, page_of(session))
    assert kit.evaluate("model.edits.unanswered.length") == 1


def drag(kit: Page, way: int) -> None:
    """Take hold of X 1, 1 where it stands and pull it sideways."""
    box = kit.locator("td[data-step]").first.bounding_box()
    assert box
    kit.mouse.move(box["x"] + 9, box["y"] + 9)
    kit.mouse.down()
    kit.mouse.move(box["x"] + 9 + way, box["y"] + 9, steps=4)


def test_a_number_under_the_hand_is_not_taken_back(kit: Page, session: Session) -> None:
    session.view = View("queries")
    mount(kit, page_of(session))
    drag(kit, 40)
    arrive(kit, page_of(session))
    assert kit.evaluate(CELL, ["X", 0]) == 5
    assert kit.evaluate(CELL, ["queries", 0]) == 5
    kit.mouse.up()
    said(kit, "message.edits[0].value === 5")


def test_a_number_whose_matrix_is_replaced_slips_from_the_hand(kit: Page, session: Session) -> None:
    session.view = View("queries")
    mount(kit, page_of(session))
    drag(kit, 40)
    session.numbers = longer(session.numbers)
    arrive(kit, page_of(session))
    kit.mouse.up()
    assert kit.evaluate(CELL, ["X", 0]) == 1
    assert "edit" not in [name for name, _ in kit.evaluate("sent")]
