"""Teach: what a link hides is hidden everywhere, a task is text, and the link is handed out in three ways."""

from __future__ import annotations

import base64
import math
from dataclasses import replace
from html import escape
from urllib.parse import parse_qsl

import pytest

from attention_core import CURRICULUM, Mechanism
from attention_stage.payload import opening_step
from tests.sampling import some
from ui import export, share, worksheet
from ui.ahead import ahead
from ui.handed_out import qr_code
from ui.hiding import HIDEABLE
from ui.lesson_payload import lesson_payload
from ui.state import Session

from .helpers import KEYS, WORKED, button, opened, params_of, payload_of, reopened, stage_of, start, whole


def test_all_of_it_at_once_leaves_the_stage() -> None:
    page = whole(opened(WORKED, {"hide": ",".join(HIDEABLE), "until": "scores", "section": "challenges"}))
    assert [stop["title"] for stop in stage_of(page, WORKED)["stops"]][-1] == "scores"
    assert not page.get("button_group")
    assert [each.label for each in page.button] == ["Share"]


@pytest.mark.parametrize("query", [{"hide": "navigation"}, {"hide": "predict"}])
def test_the_way_to_other_lessons_is_hidden(query: dict[str, str]) -> None:
    mechanism = KEYS["multi-head-attention"]
    page = opened(mechanism)
    page.context["url"] = f"https://example.org/{mechanism.key}"
    page.query_params.update(query)
    del page.session_state[f"session-{mechanism.key}"]
    page = whole(page.run())
    leads_away = query["hide"] != "navigation"
    assert bool(page.sidebar) == leads_away
    assert (
        bool(page.get("page_link") or [each for each in page.get("button_group") if "family" in each.key]) == leads_away
    )


@pytest.mark.parametrize("part", ["next", "arithmetic", "insight"])
def test_maps_hide_it_too(part: str) -> None:
    """Where maps stand in place of the stage: steps to come, the arithmetic, the picture."""
    until = KEYS["date-translator"].opens
    page = whole(opened(KEYS["date-translator"], {"hide": part, "until": until} if part == "next" else {"hide": part}))
    session: Session = page.session_state["session-date-translator"]
    later = [step.name for step in session.numbers.trace][-1]
    assert (later in [step.name for step in session.shown]) == (part != "next")
    assert bool(page.get("latex")) == (part != "arithmetic")
    pictures = [each.key for each in page.get("bidi_component") if each.key.startswith("picture-")]
    assert bool(pictures) == (part == "arithmetic")


TASK = "Which key gets <b>most</b> weight?\n$2 + 2$ :red[x] \u202eabc"


def test_a_task_is_text_at_the_head_of_the_lesson() -> None:
    session = replace(start(WORKED), task=TASK)
    page = whole(opened(WORKED, params_of(session)))
    assert reopened(session).task == TASK
    [shown] = [each.proto.body for each in page.get("html") if each.proto.body.startswith("<p")]
    assert f">{escape(TASK)}<" in shown
    assert escape(TASK) in ahead(WORKED.key, share.encode(session), "x.js")
    assert escape(TASK) in export.handout(session)
    assert escape(TASK) in worksheet.worksheet(session)
    assert "Teach" not in [each.label for each in page.button]


@pytest.mark.parametrize(("sent", "kept"), [("a\x00b\r\nc\x1b ", "ab\nc"), ("x" * 501, "")])
def test_a_task_is_bounded_and_has_no_control_characters(sent: str, kept: str) -> None:
    session = share.decode(WORKED, {"task": sent})
    assert session.task == kept
    assert [("the task" in note) for note in session.notes] == ([] if kept else [True])


def test_teach_hands_out_what_is_ticked() -> None:
    copy = f"copy-teach-{WORKED.key}"
    assert "hide=teach" in payload_of(button(opened(WORKED), "Teach").click().run(), copy)["link"]
    draft = (tuple(part for part in HIDEABLE if part != "next"), "Why 2 & not 3?")
    page = whole(button(opened(WORKED, **{f"teach-draft-{WORKED.key}": draft}), "Teach").click().run())
    assert page.checkbox(key=f"teach-gradient-{WORKED.key}").disabled
    found = payload_of(page, copy)
    query = dict(parse_qsl(found["link"].partition("?")[2]))
    assert query["task"] == "Why 2 & not 3?"
    assert query["hide"].split(",")[0] == "next"
    assert query["until"] == opening_step(start(WORKED).numbers.trace)
    assert found["code"].startswith("data:image/svg+xml")
    assert found["note"] == ""


@pytest.mark.parametrize("until", ["Inputs", "scores", "scaled scores"])
@pytest.mark.parametrize("preset", WORKED.presets)
def test_numbers_of_hidden_steps_are_not_sent(until: str, preset: str) -> None:
    session = replace(share.decode(WORKED, {"preset": preset}), hide=("next",), until=until)
    sent = lesson_payload(session)
    names = [step["name"] for step in sent["steps"]]
    given = {step.name for step in session.numbers.trace.inputs}
    computed = [step.name for step in session.numbers.trace.computed]
    wanted = computed[: computed.index(until) + 1] if until in computed else [] if until == "Inputs" else computed
    assert [stop["title"] for stop in sent["stops"]] == ["Inputs", *wanted]
    assert [name for name in names if name not in given and not name.startswith("said/")] == wanted
    sizes = [math.prod(len(labels) for _, labels in step["axes"]) for step in sent["steps"]]
    assert len(base64.b64decode(sent["values"])) == 8 * sum(sizes)
    assert [step.name for step in session.shown if step.primitive] == wanted
    assert sent["values"] in export.handout(session)


@pytest.mark.parametrize("mechanism", some(CURRICULUM, CURRICULUM[::9]), ids=lambda each: each.key)
def test_any_step_can_be_the_last_that_is_sent(mechanism: Mechanism) -> None:
    """What is sent stands on what is sent: to write an expression that reads any other step would fail."""
    session = start(mechanism)
    computed = session.numbers.trace.computed
    for step in (computed[0], computed[len(computed) // 2]):
        sent = lesson_payload(replace(session, hide=("next",), until=step.name))
        assert sent["stops"][-1]["title"] == step.name
        later = {each.name for each in computed} - {stop["title"] for stop in sent["stops"]}
        assert len(sent["steps"]) <= len(lesson_payload(session)["steps"])
        assert not later & {stop["title"] for stop in sent["stops"]}


def test_a_link_too_long_for_a_qr_code_says_so() -> None:
    assert qr_code("https://example.org/?data=" + "a" * 4000) == ""
    assert qr_code("https://example.org/é").startswith("data:image/svg")
