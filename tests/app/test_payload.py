"""What the stage is told: every value exactly, every step with its arithmetic, and JSON that browsers read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from attention_core import Mechanism
from attention_stage.payload import opening_step
from attention_stage.structure import forward_stops
from ui.lesson import sections
from ui.lesson_payload import lesson_payload
from ui.state import View

from .helpers import HOSTILE, KEYS, WORKED, decoded, every_mechanism, preset_by_turns, start, strict_json


def shipped(mechanism: Mechanism, preset: str | None = None) -> dict[str, Any]:
    """The payload after a trip through JSON."""
    return strict_json(json.dumps(lesson_payload(start(mechanism, preset))))


def read_steps(expression: Any) -> Iterator[int]:
    """Numbers of the steps whose cells an encoded expression reads."""
    if isinstance(expression, list) and expression:
        if expression[0] == "cell":
            yield expression[1]
        for part in expression[1:]:
            yield from read_steps(part)


@preset_by_turns
def test_values_are_exactly_those_of_the_trace(mechanism: Mechanism, preset: str) -> None:
    trace, shown = start(mechanism, preset).numbers.trace, decoded(shipped(mechanism, preset))
    for step in (*trace, *trace.said.values()):
        assert np.array_equal(shown[step.name], step.value), step.name


@preset_by_turns
def test_what_words_read_has_no_place_on_the_stage(mechanism: Mechanism, preset: str) -> None:
    payload = shipped(mechanism, preset)
    shown = {n for stop in payload["stops"] for n in (*stop["steps"], stop["result"])}
    assert all(n not in shown for n, step in enumerate(payload["steps"]) if step["name"].startswith("said/"))


def test_minus_infinity_and_the_smallest_number_arrive() -> None:
    session = start(WORKED, "causal")
    session.numbers = session.numbers.with_edits([("W_v", 0, 5e-324), ("W_v", 1, 1e308)])
    shown = decoded(strict_json(json.dumps(lesson_payload(session))))
    assert np.isneginf(shown["masked scores"]).sum() == 3
    assert shown["W_v"].flat[0] == 5e-324
    assert shown["W_v"].flat[1] == 1e308


@preset_by_turns
def test_computed_steps_say_how_they_are_made_from_earlier_ones(mechanism: Mechanism, preset: str) -> None:
    trace, payload = start(mechanism, preset).numbers.trace, shipped(mechanism, preset)
    steps = (*trace, *trace.said.values())
    made = {step.name for step in steps if step.primitive is not None}
    stated = {step.name for step in steps if step.formula is not None}  # constants that say what they stand for
    for n, step in enumerate(payload["steps"]):
        assert (step["expression"] is not None) == (step["name"] in made | stated)
        assert all(0 <= read < n for read in read_steps(step["expression"]))
        assert step["name"] not in made or list(read_steps(step["expression"])), step["name"]


@preset_by_turns
def test_inputs_alone_can_be_edited(mechanism: Mechanism, preset: str) -> None:
    editable = [step["name"] for step in shipped(mechanism, preset)["steps"] if step["editable"]]
    assert sorted(editable) == sorted(mechanism.inputs)


@preset_by_turns
def test_every_stop_has_its_words(mechanism: Mechanism, preset: str) -> None:
    words = sections(mechanism.key)
    for stop in shipped(mechanism, preset)["stops"]:
        assert stop["words"] == words[stop["title"].rpartition("/")[2]] != ""


@preset_by_turns
def test_axes_carry_the_labels_of_the_preset(mechanism: Mechanism, preset: str) -> None:
    for step in shipped(mechanism, preset)["steps"]:
        for axis, labels in step["axes"]:
            wanted = mechanism.presets[preset].labels.get(axis)
            assert wanted is None or labels == [label for label in wanted if label in labels], "all, or a part of them"


@every_mechanism
def test_lesson_opens_where_it_says_or_where_results_meet(mechanism: Mechanism) -> None:
    trace, view = mechanism.trace(), shipped(mechanism)["view"]
    assert view["stop"] == (mechanism.opens or opening_step(trace)) in [step.name for step in trace.computed]
    assert view["cell"] is None


def test_a_lesson_whose_opening_step_is_not_shown_opens_where_results_meet() -> None:
    session = start(KEYS["padding-mask"])
    session.choose("open")
    assert lesson_payload(session)["view"]["stop"] == opening_step(session.numbers.trace) == "scores"


def test_a_chosen_view_is_kept() -> None:
    session = start(WORKED)
    session.view = View("output", (2, 1), {"head": 1})
    assert lesson_payload(session)["view"] == {"stop": "output", "cell": (2, 1), "at": {"head": 1}, "token": 0}


@pytest.mark.parametrize("name", HOSTILE)
def test_token_names_arrive_as_they_were_typed(name: str) -> None:
    session = start(WORKED)
    session.numbers = session.numbers.with_labels("token", (name, "b", "c"))
    steps = {step["name"]: step for step in strict_json(json.dumps(lesson_payload(session)))["steps"]}
    assert steps["X"]["axes"][0] == ["token", [name, "b", "c"]]
    assert name not in steps["X"]["symbol"]


def test_stops_without_words_are_stops_all_the_same() -> None:
    trace = WORKED.trace()
    stops = forward_stops(trace, {})({step: n for n, step in enumerate(trace)})
    assert [stop["title"] for stop in stops] == ["Inputs", *(step.name for step in trace.computed)]
    assert {stop["words"] for stop in stops} == {""}
