"""A lesson plan on paper: its questions, with the tables they are about, and on another page the answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import numpy as np
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from attention_core import Step
from attention_core.engine.language import say, to_say
from attention_core.engine.step import shown_operands
from attention_core.mechanisms import MECHANISMS

from . import share, worksheet
from .posts import NO_STORE, read_body
from .stage import stop_of
from .state import Session, is_large

PATH = "atlas/plan-sheet"
MOST_BYTES = 6_000_000  # of a post: a plan of 2 MB, each character of it written as three
MOST_STATES = 60  # on one sheet
LONGEST = 500  # characters of a question
FORMAT = "attention-atlas-plan"
ASKED = to_say("Fill in the empty cells.")
TOO_LARGE = to_say("This step has too many numbers to be printed: look at it on the screen.")


@dataclass(frozen=True)
class State:
    """One state on paper. given: tables that the answer follows from; asked: those with empty cells."""

    title: str
    step: str
    question: str
    note: str
    given: list[worksheet.SheetTable]
    asked: list[worksheet.SheetTable]
    answers: list[Markup]


async def post(request: Request) -> Response:
    """The sheet of the plan in a form; where it is none, a page with the reason."""
    body = await read_body(request, MOST_BYTES)
    try:
        if body is None:
            raise ValueError(say("This plan is too large to be printed."))
        [text] = parse_qs(body.decode(), max_num_fields=2).get("plan", [""])
        page = await run_in_threadpool(sheet, text)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, PlanError) else say("This is not a plan of Attention Atlas.")
        name = escape(say("Plan"))
        return HTMLResponse(f"<!doctype html><title>{name}</title><p>{escape(reason)}</p>", 400, NO_STORE)
    return HTMLResponse(page, headers=NO_STORE)


class PlanError(ValueError):
    """Why a plan cannot be printed, in one sentence."""


def sheet(text: str) -> str:
    """The page for a plan as the browser writes it (assets/stage/model/plan.js). Raises PlanError with the reason."""
    plan = json.loads(text)
    states = plan.get("states") if isinstance(plan, dict) and plan.get("format") == FORMAT else None
    if not isinstance(states, list) or not states:
        raise PlanError(say("This is not a plan with states of Attention Atlas."))
    if len(states) > MOST_STATES:
        raise PlanError(
            say(
                "This plan has {count} states; at most {most_states} go on one sheet.",
                count=len(states),
                most_states=MOST_STATES,
            )
        )
    sessions = [_session(state, n) for n, state in enumerate(states, 1)]
    asked = [each for session in sessions if (each := _asked(session))]
    found = [_state(state, session, asked) for state, session in zip(states, sessions, strict=True)]
    return worksheet.template("plan-sheet").render(
        title=str(plan.get("name") or say("A lesson plan"))[:120], states=found
    )


def _session(state: Any, n: int) -> Session:
    mechanism = MECHANISMS.get(str(state.get("lesson"))) if isinstance(state, dict) else None
    if mechanism is None:
        raise PlanError(say("State {n} of this plan is about a lesson that there is not.", n=n))
    return share.decode(mechanism, dict(parse_qsl(str(state.get("query", "")))))


def _state(state: dict[str, Any], session: Session, everywhere: list[Asked]) -> State:
    step, given, asked, answers = _tables(session, everywhere)
    question = str(state.get("question", "")).strip()[:LONGEST] or (say(ASKED) if answers else "")
    note = say(TOO_LARGE) if not given and not asked else ""
    return State(session.numbers.mechanism.title, step, question, note, given, asked, answers)


@dataclass(frozen=True)
class Asked:
    """What a state asks: cells of a step, by their places in reading order."""

    lesson: str
    step: Step
    cells: frozenset[int]


def _asked(session: Session) -> Asked | None:
    """None where a state asks nothing: it shows inputs, or a step too large for paper."""
    trace, cell, stop = session.numbers.trace, session.view.cell, stop_of(session)
    if stop == "Inputs" or is_large(trace[stop]):
        return None
    step = trace[stop]
    cells = {int(np.ravel_multi_index(cell, step.value.shape))} if cell else worksheet.blanks(step)
    return Asked(session.numbers.mechanism.key, step, frozenset(cells))


Tables = tuple[str, list[worksheet.SheetTable], list[worksheet.SheetTable], list[Markup]]


def _tables(session: Session, everywhere: list[Asked]) -> Tables:
    """The step of a state by its name, its operands, itself with cells left empty, and their arithmetic.

    everywhere: what all states of the plan ask; those numbers are printed among the answers alone.
    """
    lesson, trace, stop = session.numbers.mechanism.key, session.numbers.trace, stop_of(session)

    def printed(steps: Any) -> list[worksheet.SheetTable]:
        found: dict[str, Step] = {step.name: step for step in steps if not is_large(step)}
        return [table for step in found.values() for table in worksheet.tables(step, _empty(lesson, step, everywhere))]

    if stop == "Inputs":
        return "inputs", printed(trace.inputs), [], []
    asked = _asked(session)
    if asked is None:
        return stop, [], [], []
    answers = [worksheet.worked(asked.step, place) for place in sorted(asked.cells)]
    return stop, printed(shown_operands(asked.step)), printed([asked.step]), answers


def _empty(lesson: str, step: Step, everywhere: list[Asked]) -> set[int]:
    """The cells of a step that any state asks, of the same numbers: another one would print its answer."""
    same = (
        each
        for each in everywhere
        if (each.lesson, each.step.name) == (lesson, step.name) and np.array_equal(each.step.value, step.value)
    )
    return {place for each in same for place in each.cells}
