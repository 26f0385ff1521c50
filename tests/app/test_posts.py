"""Edits that are posted: what is made of them, what is answered, and that no script run sees half of one."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from starlette.requests import Request

from attention_core import Mechanism
from attention_stage.structure import Shape
from tests.waiting import alone
from ui import messages, posts, share
from ui.lesson_payload import address_payload, drawn_from, keys_of, lesson_payload, of_lesson
from ui.state import Session, View

from .helpers import (
    KEYS,
    WORKED,
    decoded,
    edited,
    element,
    every_mechanism,
    json_values,
    opened,
    params_of,
    payload_of,
    quick,
    reopened,
    same,
    some_edits,
    start,
    strict_json,
    whole,
)
from .test_edits import message

DRAWS = 3  # of random numbers for each preset
HEADERS = {"content-type": "application/json", "sec-fetch-site": "same-origin"}


def sent(name: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    """Status and JSON of the answer to a post, as the web server would ask for it."""
    parts = [body[n : n + 1000] for n in range(0, len(body), 1000)] or [b""]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    raw = [(key.encode(), text.encode()) for key, text in (HEADERS if headers is None else headers).items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "path_params": {"name": name}}
    found = alone(posts.post(Request(scope, receive)))
    return found.status_code, strict_json(bytes(found.body).decode()) if found.status_code == 200 else None


def posted(session: Session, *edits: tuple[str, int, float], sequence: int = 1) -> dict[str, Any]:
    status, answer = sent(posts.register(session), json.dumps(message(*edits, sequence=sequence)).encode())
    assert status == 200
    return dict(answer)


def drawn(mechanism: Mechanism) -> Session:
    """A session whose page has been drawn with numbers of the learner's own."""
    session = some_edits(mechanism)
    session.drawn = drawn_from(session)
    return session


# --- what is made of them --------------------------------------------------------------------------------------------


def test_a_posted_edit_is_in_the_session_and_nothing_need_be_drawn() -> None:
    session = drawn(WORKED)
    assert posted(session, ("X", 1, 5.0), sequence=3) == {"sequence": 3, "redraw": False, "history": [True, False]}
    assert session.numbers.inputs["X"].flat[1] == 5
    wanted = WORKED.trace(session.numbers.inputs)
    assert np.array_equal(session.numbers.trace.output.value, wanted.output.value)


def test_the_answer_is_small() -> None:
    session = drawn(WORKED)
    assert len(json.dumps(posted(session, ("X", 1, 5.0)))) < 100


def test_an_edit_that_was_made_already_is_not_made_again() -> None:
    session = drawn(WORKED)
    posted(session, ("X", 1, 5.0), sequence=3)
    session.propose(session.numbers.with_edits([("X", 1, 7.0)]))
    late = {"edits": [{"sequence": 3, "step": "X", "offset": 1, "value": 5.0}], "sequence": 3}
    assert sent(posts.register(session), json.dumps(late).encode())[0] == 200
    assert session.numbers.inputs["X"].flat[1] == 7


def test_the_first_edit_has_the_row_of_presets_drawn_again_and_the_second_has_not() -> None:
    session = start(WORKED)
    session.drawn = drawn_from(session)
    assert posted(session, ("X", 1, 5.0))["redraw"]
    session.drawn = drawn_from(session)
    assert not posted(session, ("X", 1, 6.0), sequence=2)["redraw"]
    assert posted(session, ("X", 1, 0.0), sequence=3)["redraw"], "the preset's number again"


def test_where_a_number_decides_which_steps_there_are_they_are_drawn_again() -> None:
    """A decoder reads the word it has written: another word, another row of the table is looked up."""
    session = drawn(KEYS["seq2seq-autoregressive-decoder"])
    before, name = drawn_from(session), next(iter(session.numbers.inputs))
    answers = [posted(session, (name, n, 40.0 * (-1) ** n), sequence=n + 2)["redraw"] for n in range(6)]
    assert any(answers) == (drawn_from(session) != before)


def test_what_is_refused_is_answered_with_the_sentence_and_the_numbers_that_stand() -> None:
    session = drawn(WORKED)
    stands = session.numbers
    answer = posted(session, ("X", 0, 1e308))
    assert "largest number" in answer["problem"]
    assert answer["refused"] == [["X", 0, 1e308]]
    assert not answer["redraw"]
    payload = lesson_payload(session)
    assert answer["values"] == payload["values"]
    assert np.array_equal(decoded(payload)["X"], stands.inputs["X"])


def test_a_refused_number_is_none_of_the_preset() -> None:
    session = start(WORKED)
    session.drawn = drawn_from(session)
    answer = posted(session, ("X", 0, 1e308))
    assert answer["redraw"]
    assert "values" not in answer, "all of the stage is sent when it is drawn again"


def test_what_is_mended_is_answered_with_an_empty_sentence() -> None:
    session = drawn(WORKED)
    posted(session, ("X", 0, 1e308))
    session.drawn = drawn_from(session)
    answer = posted(session, ("X", 0, 1.5), sequence=2)
    assert (answer["problem"], answer["refused"]) == ("", [])


# --- what is no such message -----------------------------------------------------------------------------------------


def test_a_stranger_gets_no_answer() -> None:
    assert sent("nobody", b"{}")[0] == 404


def test_a_session_that_is_gone_is_a_stranger() -> None:
    name = posts.register(start(WORKED))
    assert sent(name, b"{}")[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {**HEADERS, "sec-fetch-site": "cross-site"},
        {**HEADERS, "sec-fetch-site": "same-site"},
        {**HEADERS, "content-type": "text/plain"},
        {},
    ],
)
def test_another_site_cannot_post(headers: dict[str, str]) -> None:
    session = start(WORKED)
    body = json.dumps(message(("X", 0, 9.0))).encode()
    assert sent(posts.register(session), body, headers)[0] == 403
    assert session.numbers.is_preset


def test_a_message_too_long_is_refused_before_it_is_read() -> None:
    session = start(WORKED)
    assert sent(posts.register(session), b" " * (posts.MOST_BYTES + 1))[0] == 413


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    session = start(WORKED)
    assert sent(posts.register(session), body)[0] == 400


@quick
@given(json_values)
def test_any_json_is_answered(found: Any) -> None:
    session = start(WORKED)
    assert sent(posts.register(session), json.dumps(found).encode())[0] == 200
    assert session.numbers.is_preset


def test_names_are_not_guessed() -> None:
    one, other = start(WORKED), start(WORKED)
    assert len(posts.register(one)) >= 24
    assert posts.register(one) == posts.register(one) != posts.register(other)


# --- while a script runs ---------------------------------------------------------------------------------------------


def test_a_page_is_drawn_from_one_state() -> None:
    """A post that comes while a page is drawn waits until it is drawn; the page then has another state to show."""
    session = drawn(WORKED)
    drawing, answers = threading.Event(), []

    def post() -> None:
        drawing.wait()
        answers.append(posted(session, ("X", 1, 5.0)))

    thread = threading.Thread(target=post)
    thread.start()
    with session.lock:
        before = session.numbers
        drawing.set()
        thread.join(0.2)
        assert thread.is_alive()
        assert session.numbers is before
    thread.join()
    assert answers == [{"sequence": 1, "redraw": False, "history": [True, False]}]
    assert session.numbers.inputs["X"].flat[1] == 5


def test_posts_from_many_threads_are_all_made() -> None:
    session = drawn(WORKED)

    def post(n: int) -> None:
        edit = {"sequence": n + 1, "step": "X", "offset": n, "value": 40.0 + n}
        with session.lock:  # what a browser sends later it sends with all that is not answered
            messages.take(session, {"sequence": session.sequence + 1, "edits": [{**edit, "sequence": 10**6}]})

    threads = [threading.Thread(target=post, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.numbers.inputs["X"].ravel().tolist() == [40.0 + n for n in range(12)]
    assert session.sequence == 12


# --- structure, once -------------------------------------------------------------------------------------------------


@every_mechanism
def test_traces_of_one_shape_have_one_structure(mechanism: Mechanism) -> None:
    """Other numbers, and where these make other steps, another shape."""
    rng = np.random.default_rng(3)
    for preset in mechanism.presets:
        numbers = start(mechanism, preset).numbers
        found = {}
        for _ in range(DRAWS):
            tables = {
                name: rng.integers(0, 2, table.shape).astype(float)
                if mechanism.inputs[name].switch
                else rng.normal(size=table.shape)
                for name, table in numbers.inputs.items()
            }
            changed = numbers.with_(inputs=tables)
            try:
                shape = Shape.of(changed.trace)
            except ValueError:
                continue
            written = of_lesson.__wrapped__(mechanism, shape, "")
            assert found.setdefault(shape, written).parts == written.parts
            assert found[shape].order == written.order


def test_a_structure_is_sent_once() -> None:
    session = start(WORKED)
    first = lesson_payload(session, session.known)
    session.known |= keys_of(first)
    session.propose(session.numbers.with_edits([("X", 0, 3.0)]))
    second = lesson_payload(session, session.known)
    assert {"steps", "stops", "start"} <= first.keys()
    assert not {"steps", "stops", "start"} & second.keys()
    assert (first["structure"], first["link"]["start"]) == (second["structure"], second["link"]["start"])
    assert len(json.dumps(second)) < 2000 < len(json.dumps(first))


def test_a_browser_that_lost_a_structure_is_sent_it_again() -> None:
    session = start(WORKED)
    session.known |= keys_of(lesson_payload(session))
    messages.take(session, {"sequence": 0, "edits": [], "lost": True})
    assert "steps" in lesson_payload(session, session.known)


def test_other_options_and_names_are_another_structure() -> None:
    session = start(WORKED)
    keys = [lesson_payload(session)["structure"]]
    session.propose(session.numbers.with_labels("token", ("a", "b", "c")))
    keys.append(lesson_payload(session)["structure"])
    session.propose(session.numbers.with_(options={**session.numbers.options, "masked": True}))
    keys.append(lesson_payload(session)["structure"])
    assert len(set(keys)) == 3


# --- what a browser remembers ----------------------------------------------------------------------------------------


def test_a_browser_hands_over_what_another_process_had() -> None:
    before = edited(WORKED, [("X", 0, 3.0), ("W_q", 2, -0.1)])
    before.view, before.hide = View("scores", (1, 2)), ("predict",)
    fresh = start(WORKED)
    messages.take(fresh, {"sequence": 7, "edits": [], "restore": share.encode(before)})
    assert same(fresh.numbers, before.numbers)
    assert (fresh.view, fresh.hide, fresh.sequence, fresh.restored) == (before.view, before.hide, 7, True)


def test_it_hands_over_once() -> None:
    session = start(WORKED)
    messages.take(session, {"sequence": 1, "edits": [], "restore": ""})
    messages.take(session, {"sequence": 2, "edits": [], "restore": share.encode(edited(WORKED, [("X", 0, 3.0)]))})
    assert session.numbers.is_preset


def test_it_hands_over_all_also_where_an_edit_came_first() -> None:
    """One made while the server was away is sent again as soon as there is one."""
    before = edited(WORKED, [("X", 0, 3.0), ("X", 1, 4.0)])
    fresh = start(WORKED)
    messages.take(fresh, message(("X", 1, 4.0), sequence=6))
    messages.take(fresh, {"sequence": 6, "edits": [], "restore": share.encode(before)})
    assert same(fresh.numbers, before.numbers)


@pytest.mark.parametrize("query", [None, 5, ["preset=causal"], {}])
def test_what_is_no_query_is_not_taken(query: Any) -> None:
    session = edited(WORKED, [("X", 0, 3.0)])
    messages.take(session, {"sequence": 1, "edits": [], "restore": query})
    assert not session.restored
    assert session.numbers.edited() == ["X"]


def test_a_damaged_memory_is_complained_about() -> None:
    session = start(WORKED)
    messages.take(session, {"sequence": 1, "edits": [], "restore": "data=1junk&preset=causal"})
    assert session.numbers.preset == "causal"
    assert len(session.notes) == 1


def test_maps_and_typed_text_are_in_the_address() -> None:
    for key, query in (("date-translator", {}), ("illustrated-self-attention", params_of(fifteen_tokens()))):
        page = whole(opened(KEYS[key], query))
        found = payload_of(page, f"atlas-address-{key}")
        session = page.session_state[f"session-{key}"]
        assert element(page, "bidi_component", f"stage-{key}") is None
        assert found["mode"] == "address"
        assert found["query"] == share.encode(session)
        assert same(reopened(session).numbers, session.numbers)


def fifteen_tokens() -> Session:
    session = start(WORKED)
    session.propose(session.numbers.resized("token", 15))
    return session


def test_typing_changes_the_address() -> None:
    page = opened(KEYS["date-translator"])
    page.text_input(key="text-date-translator").set_value("5 march 2020").run()
    assert "data=1" in payload_of(whole(page), "atlas-address-date-translator")["query"]


def test_more_is_remembered_than_a_link_holds() -> None:
    session = start(WORKED)
    session.propose(session.numbers.resized("token", 100).resized("model", 12))
    session.propose(session.numbers.with_input("X", np.random.default_rng(1).normal(size=(100, 12)).round(8)))
    found = address_payload(session, session.view)
    assert share.too_long(session.numbers)
    assert "data=" not in found["query"]
    assert "data=" in found["memory"]
    again = start(WORKED)
    messages.take(again, {"sequence": 0, "edits": [], "restore": found["memory"]})
    assert same(again.numbers, session.numbers)
