"""Plans on paper: questions, tables with empty cells, answers; and one sentence where something is no plan."""

from __future__ import annotations

import json
from html import escape
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from attention_core import CURRICULUM
from ui import plan_sheet, share
from ui.state import Session, View

from .helpers import WORKED, button, opened, payload_of, start, whole


def plan(*states: dict[str, Any], **changes: Any) -> str:
    return json.dumps({"format": plan_sheet.FORMAT, "version": 1, "name": "Monday", "states": states, **changes})


def state(query: str = "", question: str = "", lesson: str = WORKED.key) -> dict[str, Any]:
    return {"lesson": lesson, "query": query, "question": question, "note": "SECRET NOTE", "cover": []}


def test_questions_come_first_and_answers_on_a_page_of_their_own() -> None:
    session = Session(start(WORKED).numbers, View("scores", (1, 0)))
    page = plan_sheet.sheet(
        plan(state(share.encode(session), "How well do <they> match?"), state("step=Inputs", "Look"))
    )
    questions, answers = page.split('<div class="answers">')
    assert escape("How well do <they> match?") in questions
    assert questions.count('<td class="blank">') == 1
    assert 'class="answer"' not in questions
    assert answers.count('<td class="answer">4</td>') == 1  # 2·0 + 2·1 + 2·1
    assert answers.count('class="made"') == 1
    assert questions.index("1. The worked example") < questions.index("2. The worked example")
    assert "SECRET NOTE" not in page


def test_a_state_without_a_cell_asks_for_some() -> None:
    questions = plan_sheet.sheet(plan(state("step=scores"))).split('<div class="answers">')[0]
    assert plan_sheet.ASKED in questions
    assert questions.count('<td class="blank">') == 3


def test_no_state_prints_what_another_one_asks() -> None:
    """The weights stand beside the scores that they follow from; with other numbers it is another question."""
    asks, reads = state("step=scores&cell=2.1"), state("step=attention+weights&cell=1.1")
    others = state("step=scores&cell=1.1.1", lesson="multi-head-attention")
    questions, answers = plan_sheet.sheet(plan(reads, asks, others)).split('<div class="answers">')
    assert [part.count('<td class="blank">') for part in questions.split("<h2>")[1:]] == [2, 1, 1]
    assert answers.count('class="made"') == 3


@pytest.mark.parametrize("mechanism", CURRICULUM[::7], ids=lambda mechanism: mechanism.key)
def test_any_lesson_goes_on_paper(mechanism: Any) -> None:
    page = plan_sheet.sheet(plan(state(lesson=mechanism.key)))
    assert escape(mechanism.title) in page
    assert plan_sheet.TOO_LARGE in page or "<table>" in page


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        (plan(state()), 200, "Print this page"),
        ("{", 400, "This is not a plan of Attention Atlas."),
        (plan(), 400, "This is not a plan with states of Attention Atlas."),
        (plan(state(), format="x"), 400, "This is not a plan with states of Attention Atlas."),
        (plan(*[state()] * 61), 400, "This plan has 61 states; at most 60 go on one sheet."),
        (plan(state(lesson="<b>")), 400, "State 1 of this plan is about a lesson that there is not."),
        (plan(state(), states=[3]), 400, "State 1 of this plan is about a lesson that there is not."),
        ("[" * 100_000, 400, "This is not a plan of Attention Atlas."),
    ],
    ids=["plan", "no JSON", "empty", "another format", "too many", "no lesson", "no state", "deep"],
)
def test_the_form_is_answered(text: str, status: int, sentence: str) -> None:
    app = Starlette(routes=[Route("/sheet", plan_sheet.post, methods=["POST"])])
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = TestClient(app).post("/sheet", content=urlencode({"plan": text}), headers=headers)
    assert answer.status_code == status
    assert sentence in answer.text


def test_a_damaged_link_in_a_plan_is_printed_as_the_preset() -> None:
    assert "<table>" in plan_sheet.sheet(plan(state("step=nowhere&data=junk")))


def test_teach_adds_what_is_on_screen() -> None:
    session = Session(start(WORKED).numbers, View("scores", (1, 0)))
    page = whole(button(opened(WORKED, session=session), "Teach").click().run())
    assert payload_of(page, f"add-{WORKED.key}") == {
        "lesson": WORKED.key,
        "title": WORKED.title,
        "query": "step=scores&cell=2.1",
    }
