"""Messages from the browser, whatever they are, and the rule that what does not compute replaces nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attention_core import Mechanism
from ui.messages import acts_of, edits_of, read_view, take
from ui.state import Session, View

from .helpers import HEADS, WORKED, edited, every_mechanism, json_values, quick, same, start, typed
from .helpers import numbers as any_number

FIELDS = ("edits", "sequence", "view", "stop", "cell", "at", "step", "offset", "value", "stroke", "turn")
messages = json_values | st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4)
edit = st.fixed_dictionaries({"step": json_values, "offset": json_values, "value": json_values})


def message(*edits: tuple[str, int, float], sequence: int = 1, **view: Any) -> dict[str, Any]:
    """What the stage sends when numbers have been typed."""
    listed = [{"step": name, "offset": offset, "value": value} for name, offset, value in edits]
    return {"edits": listed, "sequence": sequence, **view}


def received(session: Session, sent: Any) -> Session:
    """The session after the stage has sent an edit."""
    take(session, sent)
    return session


# --- reading messages ------------------------------------------------------------------------------------------------


def test_edits_are_read_in_order() -> None:
    sent = message(("X", 0, 2), ("W_q", 5, -0.5), sequence=7)
    assert edits_of(sent) == [("X", 0, 2.0), ("W_q", 5, -0.5)]
    assert acts_of(sent)[0] == 7


def test_readable_edits_survive_among_unreadable_ones() -> None:
    sent = {"edits": [{}, {"step": "X", "offset": 1, "value": 3}, {"step": "X", "offset": "?", "value": 1}]}
    assert edits_of(sent) == [("X", 1, 3.0)]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None, "", "abc", [], 10**400])
def test_what_is_no_finite_number_is_no_edit(value: Any) -> None:
    assert edits_of(message(("X", 0, value))) == []


@pytest.mark.parametrize("edits", [5, True, 1.5, "abc", {"step": "X"}, [[1]], [None], None])
def test_a_malformed_list_of_edits_is_no_edit(edits: Any) -> None:
    assert acts_of({"edits": edits, "sequence": 3}) == (3, [])


@quick
@given(messages | st.fixed_dictionaries({"edits": st.lists(edit, max_size=3)}))
@example({"edits": 5})
def test_any_message_gives_finite_edits(sent: Any) -> None:
    edits = edits_of(sent)
    assert isinstance(acts_of(sent)[0], int)
    assert all(isinstance(name, str) and isinstance(offset, int) for name, offset, _ in edits)
    assert all(math.isfinite(value) for *_, value in edits)


def test_view_is_read() -> None:
    assert read_view({"stop": "scores", "cell": [0, 2], "at": {"head": 1}}) == View("scores", (0, 2), {"head": 1})


@pytest.mark.parametrize("sent", [None, 5, [], "scores", {}, {"stop": None}, {"stop": ["scores"]}])
def test_a_message_without_a_stop_is_no_view(sent: Any) -> None:
    assert read_view(sent) is None


@quick
@given(messages, json_values, json_values)
def test_any_message_gives_a_view_of_whole_positions(sent: Any, cell: Any, at: Any) -> None:
    for view in (read_view(sent), read_view({"stop": "scores", "cell": cell, "at": at})):
        if view:
            assert all(isinstance(i, int) and i >= 0 for i in (*(view.cell or ()), *view.at.values()))
            assert len(view.stop) <= 80


# --- acting on them --------------------------------------------------------------------------------------------------


@every_mechanism
def test_typed_number_reaches_the_output(mechanism: Mechanism) -> None:
    name = typed(mechanism)[-1]
    session = received(start(mechanism), message((name, 0, 0.375), sequence=4))
    assert session.numbers.inputs[name].flat[0] == 0.375
    assert session.numbers.edited() == [name]
    assert session.sequence == 4
    wanted = mechanism.trace(session.numbers.inputs, session.numbers.labels, **session.numbers.options)
    assert np.array_equal(session.numbers.trace.output.value, wanted.output.value)


def test_an_edit_may_bring_the_view_along() -> None:
    session = received(start(WORKED), message(("X", 0, 2), view={"stop": "queries", "cell": [0, 0], "at": {}}))
    assert session.view == View("queries", (0, 0))


@pytest.mark.parametrize("place", [("X", -1, 1.0), ("X", 12, 1.0), ("nothing", 0, 1.0), ("scores", 0, 1.0)])
def test_an_edit_outside_every_input_changes_nothing(place: tuple[str, int, float]) -> None:
    assert received(start(WORKED), message(place)).numbers.is_preset


def test_a_late_message_does_not_turn_the_sequence_back() -> None:
    session = received(received(start(WORKED), message(sequence=9)), message(sequence=2))
    assert session.sequence == 9


@quick
@given(messages)
@example([1])
@example({"edits": 5})
def test_no_message_breaks_the_page(sent: Any) -> None:
    session = received(start(WORKED), sent)
    assert np.isfinite(session.numbers.trace.output.value).all()


@quick
@given(st.data())
def test_any_number_in_any_cell_computes_or_is_refused_with_a_sentence(data: st.DataObject) -> None:
    session = start(data.draw(st.sampled_from([WORKED, HEADS])))
    name = data.draw(st.sampled_from(list(session.numbers.inputs)))
    cell = st.tuples(st.just(name), st.integers(0, session.numbers.inputs[name].size - 1), any_number)
    edits = data.draw(st.lists(cell, max_size=4))
    received(session, message(*edits))
    assert np.isfinite(session.numbers.trace.output.value).all()
    assert bool(session.problem) == bool(session.refused)


# --- what does not compute -------------------------------------------------------------------------------------------


def test_refused_numbers_leave_the_last_valid_ones() -> None:
    session = edited(WORKED, [("X", 1, 0.5)])
    before = session.numbers
    received(session, message(("X", 0, 1e308)))
    assert session.numbers is before
    assert "largest number" in session.problem
    assert session.refused == [("X", 0, 1e308)]


def test_refused_numbers_are_tried_again_with_the_next_edit() -> None:
    session = received(start(WORKED), message(("X", 0, 1e308)))
    received(session, message(*((name, i, 0.0) for name in ("W_k", "W_q", "W_v") for i in range(12))))
    assert (session.problem, session.refused) == ("", [])
    assert session.numbers.inputs["X"].flat[0] == 1e308


def test_typing_over_a_refused_number_ends_the_complaint() -> None:
    session = received(received(start(WORKED), message(("X", 0, 1e308))), message(("X", 0, 2)))
    assert (session.problem, session.refused) == ("", [])
    assert session.numbers.inputs["X"].flat[0] == 2


def test_option_that_does_not_fit_is_refused_with_both_numbers() -> None:
    session = start(HEADS)
    assert not session.propose(session.numbers.with_(options={**session.numbers.options, "h": 3}))
    assert "4" in session.problem
    assert "3" in session.problem
    assert same(session.numbers, start(HEADS).numbers)


def test_starting_a_preset_clears_the_complaint() -> None:
    session = received(start(WORKED), message(("X", 0, 1e308)))
    session.choose("causal")
    assert (session.problem, session.refused) == ("", [])
    assert session.numbers.is_preset
