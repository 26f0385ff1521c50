"""Undo and redo: whatever changed the numbers is taken back, and made again, bit by bit."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attention_core import Mechanism
from ui import history, posts, share
from ui.brought import with_tables
from ui.history import History
from ui.lesson_payload import address_payload, drawn_from, lesson_payload
from ui.messages import take
from ui.state import Numbers, Session

from .helpers import HEADS, KEYS, WORKED, by_turns, decoded, group, in_section, longer, opened, same, start, whole

NUMBERS = itertools.count(1)
FRACTION = 0.1 + 0.2  # a number whose shortest text has seventeen digits


def change(*edits: tuple[str, int, float], stroke: int | None = None) -> dict[str, Any]:
    """What the stage sends when numbers have been changed."""
    sequence = next(NUMBERS)
    more = {} if stroke is None else {"stroke": stroke}
    listed = [{"sequence": sequence, "step": step, "offset": n, "value": value, **more} for step, n, value in edits]
    return {"sequence": sequence, "edits": listed}


def turn(by: int) -> dict[str, Any]:
    sequence = next(NUMBERS)
    return {"sequence": sequence, "edits": [{"sequence": sequence, "turn": by}]}


def state_of(session: Session) -> Any:
    """All that undo brings back, to the last bit."""
    numbers = session.numbers
    tables = {name: (table.shape, table.tobytes()) for name, table in numbers.inputs.items()}
    output = numbers.trace.output.value.tobytes()
    return numbers.preset, dict(numbers.options), dict(numbers.labels), tables, output, session.problem, session.refused


def links_of(session: Session) -> tuple[str, str]:
    return share.encode(session), share.encode(session, share.REMEMBERED)


def mixed(session: Session) -> list[Callable[[], object]]:
    """Twenty changes of every kind that the page has."""

    def with_(make: Callable[[Numbers], Numbers], field: str = "") -> Callable[[], object]:
        return lambda: session.attempt(field, lambda: make(session.numbers))

    def sent(*edits: tuple[str, int, float]) -> Callable[[], object]:
        return lambda: take(session, change(*edits))

    def thrown(name: str) -> Callable[[], object]:
        return with_(lambda numbers: numbers.with_(options={**numbers.options, name: not numbers.options[name]}))

    rng = np.random.default_rng(3)
    return [
        sent(("X", 0, FRACTION)),
        sent(("X", 1, -1e-300), ("W_q", 2, 1 / 3)),  # pasted
        thrown("masked"),
        with_(lambda numbers: numbers.resized("token", 5), "size"),
        sent(("X", 4 * numbers_width(session), 2.5)),
        with_(lambda numbers: numbers.with_labels("token", ("a", "b", "c", "d", "e")), "names"),
        sent(("X", 0, 1e308)),  # refused
        sent(("X", 0, 1.0)),
        lambda: session.choose(last_preset(session)),
        sent(("W_v", 1, 0.7)),
        with_(lambda numbers: with_tables(numbers, {"X": rng.normal(size=numbers.inputs["X"].shape)}), "paste"),
        thrown("masked"),
        thrown("masked"),
        with_(lambda numbers: numbers.resized("token", 2), "size"),
        sent(("X", 1, np.nextafter(1.0, 2.0))),
        sent(("X", 1, 1.0)),
        with_(lambda numbers: numbers.with_labels("token", ("é", "b")), "names"),
        lambda: session.choose(next(iter(session.numbers.mechanism.presets))),
        sent(("W_k", 3, 5e-324)),
        sent(("W_k", 3, -5e-324)),
    ]


def numbers_width(session: Session) -> int:
    return session.numbers.inputs["X"].shape[-1]


def last_preset(session: Session) -> str:
    return list(session.numbers.mechanism.presets)[-1]


def test_twenty_mixed_changes_are_undone_and_made_again_bit_by_bit() -> None:
    session = start(HEADS)
    states, links = [state_of(session)], [links_of(session)]
    for each in mixed(session):
        each()
        states.append(state_of(session))
        links.append(links_of(session))
    assert len(states) == 21
    assert all(a != b for a, b in itertools.pairwise(states))
    for n in reversed(range(20)):
        take(session, turn(-1))
        assert (state_of(session), links_of(session)) == (states[n], links[n]), n
    assert session.ends == (False, True)
    for n in range(1, 21):
        take(session, turn(1))
        assert (state_of(session), links_of(session)) == (states[n], links[n]), n
    assert session.ends == (True, False)


def test_what_undo_brought_back_is_what_a_link_to_it_opens() -> None:
    session = start(HEADS)
    for each in mixed(session)[:13]:
        each()
    take(session, turn(-1))
    found = share.decode(HEADS, dict(parse_qsl(share.encode(session))))
    assert same(found.numbers, session.numbers)


def test_a_new_change_ends_what_could_be_made_again() -> None:
    session = start(WORKED)
    take(session, change(("X", 0, 5.0)))
    take(session, turn(-1))
    take(session, change(("X", 1, 6.0)))
    assert session.ends == (True, False)
    take(session, turn(1))
    assert session.numbers.inputs["X"].flat[1] == 6


def test_one_stroke_is_one_change_and_the_next_another() -> None:
    session = start(WORKED)
    first = change(("X", 0, 5.0))
    take(session, first)
    for n in range(1, 4):
        take(session, change(("X", n, 5.0), stroke=first["sequence"]))
    take(session, change(("X", 0, 7.0)))
    take(session, turn(-1))
    assert session.numbers.inputs["X"].flat[:4].tolist() == [5.0] * 4
    take(session, turn(-1))
    assert session.numbers.is_preset


def test_a_stroke_that_comes_back_to_its_start_is_no_change() -> None:
    session = start(WORKED)
    before = session.numbers.inputs["X"].flat[0]
    first = change(("X", 0, 5.0))
    take(session, first)
    take(session, change(("X", 0, before), stroke=first["sequence"]))
    assert session.ends == (False, False)


def test_a_message_sent_twice_undoes_once() -> None:
    session = start(WORKED)
    for value in (5.0, 6.0):
        take(session, change(("X", 0, value)))
    again = turn(-1)
    take(session, again)
    take(session, again)
    assert session.numbers.inputs["X"].flat[0] == 5


def test_edits_and_turns_of_one_message_are_done_in_their_order() -> None:
    session, parts = start(WORKED), [change(("X", 0, 5.0)), change(("X", 0, 6.0)), turn(-1), change(("X", 1, 8.0))]
    take(session, {"sequence": parts[-1]["sequence"], "edits": [edit for part in parts for edit in part["edits"]]})
    assert session.numbers.inputs["X"].flat[:2].tolist() == [5, 8]
    take(session, turn(-1))
    take(session, turn(-1))
    assert session.numbers.is_preset


@pytest.mark.parametrize("turns", [None, "x", [], {}, 1e999, float("nan")])
def test_a_malformed_turn_is_none(turns: Any) -> None:
    session = start(WORKED)
    take(session, change(("X", 0, 5.0)))
    number = next(NUMBERS)
    take(session, {"sequence": number, "edits": [{"sequence": number, "turn": turns}]})
    assert session.numbers.inputs["X"].flat[0] == 5


def test_nothing_to_undo_changes_nothing() -> None:
    session = start(WORKED)
    before = state_of(session)
    take(session, turn(-1))
    take(session, turn(1))
    assert state_of(session) == before


def test_a_refused_number_is_undone_alone() -> None:
    session = start(WORKED)
    take(session, change(("X", 1, 0.5)))
    take(session, change(("X", 0, 1e308)))
    assert session.problem
    take(session, turn(-1))
    assert (session.problem, session.refused) == ("", [])
    assert session.numbers.inputs["X"].flat[1] == 0.5
    take(session, turn(1))
    assert session.refused == [("X", 0, 1e308)]
    assert "largest number" in session.problem


def test_a_refused_text_is_undone_before_the_change_behind_it() -> None:
    session = start(KEYS["date-translator"])
    before = session.numbers.text
    session.take_text("4 may 2001")
    session.take_text("")
    assert session.problem
    take(session, turn(-1))
    assert (session.problem, session.numbers.text) == ("", "4 may 2001")
    take(session, turn(-1))
    assert session.numbers.text == before


# --- what is answered -------------------------------------------------------------------------------------------------


def test_the_answer_to_undo_brings_all_numbers_and_says_what_else_there_is() -> None:
    session = start(WORKED)
    for value in (5.0, 6.0):
        take(session, change(("X", 0, value)))
    session.drawn = drawn_from(session)
    answer = posts.answer(session, turn(-1))
    assert (answer["history"], answer["redraw"]) == ((True, True), False)
    assert answer["values"] == lesson_payload(session)["values"]
    assert decoded({**lesson_payload(session)})["X"].flat[0] == 5


@pytest.mark.parametrize(
    "change_",
    [
        lambda numbers: numbers.with_(options={**numbers.options, "masked": True}),
        lambda numbers: numbers.with_labels("token", ("a", "b", "c", "d")),
        lambda numbers: numbers.resized("token", 3),
        lambda numbers: Numbers.of(numbers.mechanism, list(numbers.mechanism.presets)[-1]),
    ],
)
def test_the_page_is_drawn_again_where_undo_changes_what_stands_around_the_stage(change_: Any) -> None:
    session = start(HEADS)
    take(session, change(("X", 0, 5.0)))
    assert session.propose(change_(session.numbers))
    session.drawn = drawn_from(session)
    assert posts.answer(session, turn(-1))["redraw"]


def test_where_maps_stand_the_component_knows_as_much() -> None:
    session = longer(WORKED, 20)
    assert address_payload(session, session.view)["history"] == (False, False)
    session.propose(session.numbers.resized("token", 18))
    assert address_payload(session, session.view)["history"] == (True, False)


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_so_many_changes_are_kept() -> None:
    session = start(WORKED)
    for n in range(history.MOST + 10):
        take(session, change(("X", 0, float(n + 2))))
    undone = 0
    while session.ends[0]:
        take(session, turn(-1))
        undone += 1
    assert undone == history.MOST
    assert session.numbers.inputs["X"].flat[0] == 11


def test_large_tables_are_kept_as_long_as_there_is_room_and_shared_ones_count_once() -> None:
    kept: History[tuple[int, int]] = History(lambda moment: {moment[0]: moment[1]})
    for n in range(10):
        kept.changed((n, history.MOST_NUMBERS // 4), (n + 1, 0))
    assert len(kept._past) == 4
    for _ in range(10):
        kept.changed((9, history.MOST_NUMBERS // 4), (10, 0))
    assert len(kept._past) > 10


def test_steps_of_one_field_within_a_moment_are_one_change(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 0.5, 1.2, 9.0, 9.1])
    monkeypatch.setattr(history, "monotonic", lambda: next(now))
    kept: History[int] = History(lambda _: {})
    one = [kept.burst("size") for _ in range(3)]
    later, other = kept.burst("size"), kept.burst("option")
    assert one[0] == one[1] == one[2]
    assert len({one[0], later, other}) == 3


# --- a preset is known by its numbers ---------------------------------------------------------------------------------


@by_turns("way", ["own", "other"], apart=3)
def test_numbers_that_are_exactly_a_presets_are_that_preset(mechanism: Mechanism, way: str) -> None:
    presets = list(mechanism.presets)
    session = start(mechanism)
    wanted = Numbers.of(mechanism, presets[0 if way == "own" else -1])
    twin = session.numbers.with_(options=dict(wanted.options), inputs=dict(wanted.inputs), labels=dict(wanted.labels))
    assert session.propose(twin)
    assert session.as_preset
    assert session.numbers.holds(wanted)


def test_an_option_that_makes_the_numbers_those_of_a_preset_chooses_it() -> None:
    """Dividing the scores by hand is the preset that divides them."""
    mechanism = WORKED
    session = start(mechanism)
    scaled = next(name for name, preset in mechanism.presets.items() if preset.options.get("scaled"))
    twin = Numbers.of(mechanism, scaled)
    assert session.propose(session.numbers.with_(options=dict(twin.options)))
    assert (session.numbers.preset, session.as_preset) == (scaled, True)
    assert share.encode(session) == f"preset={scaled}"


# --- on the page ------------------------------------------------------------------------------------------------------


def test_the_preset_that_was_left_by_its_pill_comes_back_with_all_edits() -> None:
    session = start(WORKED)
    take(session, change(("X", 0, FRACTION)))
    edited = state_of(session)
    page = opened(WORKED, session=session)
    group(page, f"preset-{WORKED.key}").set_value(last_preset(session)).run()
    assert state_of(session) != edited
    take(session, turn(-1))
    assert state_of(session) == edited
    whole(page.run())
    assert page.session_state[f"preset-{WORKED.key}"] == "yours"


def test_fields_under_inputs_show_what_undo_brought_back() -> None:
    session = start(WORKED)
    page: AppTest = in_section(WORKED, "Inputs", session)
    names = page.text_input(key=f"names-{WORKED.key}-token")
    before = names.value
    names.set_value("a, b, c, d, e").run()
    assert session.numbers.sizes()["token"] == 5
    take(session, turn(-1))
    whole(page.run())
    assert page.text_input(key=f"names-{WORKED.key}-token").value == before
    take(session, turn(1))
    whole(page.run())
    assert page.text_input(key=f"names-{WORKED.key}-token").value == "a, b, c, d, e"


def test_messages_are_json() -> None:
    session = start(WORKED)
    assert json.loads(json.dumps(posts.answer(session, turn(-1))))["history"] == [False, False]
