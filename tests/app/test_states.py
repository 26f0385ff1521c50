"""What a browser in a class asks of a link, and numbers it takes over from one."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from attention_core import CURRICULUM
from ui import share, states
from ui.lesson_payload import lesson_payload
from ui.messages import take
from ui.posts import answer

PLAIN = next(each for each in CURRICULUM if each.key == "scaled-dot-product-attention")


def unpacked(found: bytes) -> Any:
    return json.loads(gzip.decompress(found))


def other_preset() -> str:
    return share.encode(share.decode(PLAIN, {"preset": list(PLAIN.presets)[1]}))


def test_the_stage_of_a_link_is_what_its_page_would_send() -> None:
    query = other_preset()
    found = unpacked(states.stage(PLAIN.key, query))
    session = share.decode(PLAIN, {"preset": list(PLAIN.presets)[1]})
    assert found["values"] == lesson_payload(session)["values"]
    assert found["values"] != unpacked(states.stage(PLAIN.key, ""))["values"]
    assert found["steps"]
    assert found["start"]


def test_challenges_are_judged_by_the_numbers_of_the_link() -> None:
    goals = unpacked(states.goals(PLAIN.key, ""))
    assert [each["goal"] for each in goals] == [each.goal for each in PLAIN.challenges]
    assert [each["reached"] for each in goals] == [
        each.reached(share.decode(PLAIN, {}).numbers.trace) for each in PLAIN.challenges
    ]


def test_a_code_is_a_picture_and_a_long_address_has_none() -> None:
    assert unpacked(states.code("", "http://127.0.0.1/join?code=ABCDEF")).startswith("data:image/svg+xml")
    assert unpacked(states.code("", "x" * (states.LONGEST_ADDRESS + 1))) == ""


def test_numbers_of_a_link_are_taken_over_once_with_the_edit_made_in_them() -> None:
    session = share.decode(PLAIN, {})
    name = next(iter(PLAIN.inputs))
    message = {
        "sequence": 2,
        "edits": [{"sequence": 2, "step": name, "offset": 0, "value": 9.5}],
        "adopt": {"sequence": 1, "query": other_preset()},
    }
    assert take(session, message)
    assert session.numbers.preset == list(PLAIN.presets)[1]
    assert session.numbers.inputs[name].flat[0] == 9.5
    assert not take(session, message)  # the same message again, whose answer was lost
    assert session.numbers.inputs[name].flat[0] == 9.5
    session.turn(-1)
    session.turn(-1)
    assert session.numbers.preset == next(iter(PLAIN.presets))


@pytest.mark.parametrize("adopt", [None, 3, {}, {"sequence": "1", "query": ""}, {"sequence": 1, "query": 2}])
def test_anything_else_takes_nothing_over(adopt: Any) -> None:
    session = share.decode(PLAIN, {})
    assert not take(session, {"sequence": 1, "edits": [], "adopt": adopt})
    assert session.numbers.is_preset


def test_the_answer_to_a_post_has_the_numbers_taken_over_unless_the_page_is_drawn_again() -> None:
    session = share.decode(PLAIN, {})
    found = answer(session, {"sequence": 1, "edits": [], "adopt": {"sequence": 1, "query": other_preset()}})
    assert found["sequence"] == 1
    assert found["redraw"] or "values" in found
