"""A class by its requests: what everybody may do, and what nobody may."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.app.helpers import SCALED
from tests.app.test_sections import solved
from tests.app.test_wire import assert_is
from tests.waiting import alone
from tools.own_redis import OwnRedis
from ui.classroom import limits, wire
from ui.classroom.limits import Limits
from ui.classroom.routes import Classroom
from ui.share import encode

from .conftest import MakeStore
from .kit import OWN, Answer, ask, joined, listening, serving, started

LESSON = SCALED.key
SHOWN = {
    "lesson": LESSON, "query": "step=scores&cell=1.2", "stop": "scores", "cell": [0, 1], "at": {"head": 1}, "moment": 2,
    "spot": {"step": "scores", "cell": [0, 1]}, "hide": ["arithmetic"],
}  # fmt: skip
NUMBER = {
    "id": "q-number",
    "kind": "number",
    "text": "What is the cell?",
    "right": 0.75,
    "tolerance": 0.01,
    "working": "0.5 + 0.25",
}
CHOICE = {"id": "q-choice", "kind": "choice", "text": "Which key?", "choices": ["the", "cat"], "right": 1}
SOLUTION = encode(solved(SCALED, SCALED.challenges[1].solution))
Work = Callable[[Classroom], Awaitable[None]]


def run(make: MakeStore, work: Work) -> None:
    async def done() -> None:
        async with serving(Classroom(make())) as room:
            await work(room)

    alone(done())


@pytest.fixture
def make(make_store: MakeStore) -> MakeStore:
    return make_store


async def taken(path: str, message: Any, key: str) -> Any:
    answer = await ask(path, message, key)
    assert answer.status == 200, answer.body
    return answer.json


def said(question: str, value: Any, number: int = 1) -> dict[str, Any]:
    return {"question": question, "round": number, "value": value}


# --- a lesson ---------------------------------------------------------------------------------------------------------


def test_a_learner_joins_and_hears_where_the_teacher_is(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        code, secret = await started()
        answer = await ask(f"{code.lower()[:3]}-{code[3:]}/join", {"nickname": "Ada"})
        assert_is(answer.json, wire.WireJoined, "joined")
        async with listening(f"{code}/events", answer.json["token"]) as events:
            assert (await events.next("you"))["nickname"] == "Ada"
            assert (await events.next("class"))["shown"] is None
            await taken(f"{code}/show", SHOWN, secret)
            now = await events.next("class", revision=1)
            assert_is(now, wire.WireClass, "class")
            assert now["shown"] == SHOWN

    run(make, work)


def test_the_teacher_sees_how_many_are_there_follow_and_roam(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        code, secret = await started()
        one, other = await joined(code), await joined(code)
        async with listening(f"{code}/room", secret) as room:
            assert_is(await room.next("room", here=0), wire.WireRoom, "room")
            async with listening(f"{code}/events", one), listening(f"{code}/events", one):
                async with listening(f"{code}/events", other):
                    await room.next("room", here=2, follows=2, roams=0)
                    await taken(f"{code}/follow", {"follows": False}, other)
                    await room.next("room", here=2, follows=1, roams=1)
                await room.next("room", here=1, follows=1, roams=0)
            await room.next("room", here=0)

    run(make, work)


def test_a_question_in_two_rounds(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        code, secret = await started()
        learners = [await joined(code) for _ in range(3)]
        async with listening(f"{code}/room", secret) as room, listening(f"{code}/events", learners[0]) as events:
            await taken(f"{code}/ask", NUMBER, secret)
            asked = (await events.next("class", revision=1))["question"]
            assert (asked["phase"], asked["round"]) == ("open", 1)
            for learner, value in zip(learners, (0.75, 0.5, 0.5), strict=True):
                found = await taken(f"{code}/answer", said("q-number", value), learner)
                assert_is(found, wire.WireAnswered, "answered")
            tally = (await room.next("room", tally=counted({"0.5": [2], "0.75": [1]}, [3])))["tally"]
            assert_is(tally, wire.WireTally, "tally")
            await taken(f"{code}/again", {"question": "q-number"}, secret)
            await events.next("class", revision=2)
            for learner in learners:
                await taken(f"{code}/answer", said("q-number", 0.75, 2), learner)
            await room.next("room", tally=counted({"0.5": [2, 0], "0.75": [1, 3]}, [3, 3]))
            await taken(f"{code}/reveal", {"question": "q-number"}, secret)
            shown = (await events.next("class", revision=3))["question"]
            assert (shown["right"], shown["working"], shown["phase"]) == (0.75, "0.5 + 0.25", "revealed")
            assert shown["tally"]["correct"] == [1, 3]
            assert [bar["label"] for bar in shown["tally"]["bars"] if bar["right"]] == ["0.75"]

    run(make, work)


def counted(bars: dict[str, list[int]], answered: list[int]) -> dict[str, Any]:
    return {"bars": [{"label": label, "counts": counts} for label, counts in bars.items()], "answered": answered}


def test_an_answer_counts_once_however_often_it_is_sent(make: MakeStore) -> None:
    async def work(room: Classroom) -> None:
        code, secret = await started()
        learner = await joined(code)
        await taken(f"{code}/ask", NUMBER, secret)
        found = await asyncio.gather(*(ask(f"{code}/answer", said("q-number", 0.5), learner) for _ in range(10)))
        assert [each.status for each in found] == [200] * 10
        other = await ask(f"{code}/answer", said("q-number", 0.75), learner)
        assert (other.status, other.json["problem"]) == (409, "You have answered already, and the first answer counts.")
        assert [*(await room.classes.answers(code, "q-number", 1)).values()] == ["0.5"]

    run(make, work)


def test_whoever_comes_back_finds_what_was_said(make: MakeStore) -> None:
    """By another window, another process, or after the server was started again: all that is known is in the store."""

    async def work(_: Classroom) -> None:
        code, secret = await started()
        learner = await joined(code, nickname="Ada")
        await taken(f"{code}/show", SHOWN, secret)
        await taken(f"{code}/ask", NUMBER, secret)
        await taken(f"{code}/answer", said("q-number", 0.5), learner)
        await taken(f"{code}/follow", {"follows": False}, learner)
        async with serving(Classroom(make())):
            back = (await ask(f"{code}/join", {"token": learner})).json
            assert back["you"]["answers"] == [said("q-number", 0.5)]
            assert (back["you"]["nickname"], back["you"]["follows"]) == ("Ada", False)
            assert back["now"]["shown"] == SHOWN
            async with listening(f"{code}/events", learner) as events:
                assert await events.next("you") == back["you"]
                assert await events.next("class") == back["now"]
            assert (await ask(f"{code}/reveal", {"question": "q-number"}, secret)).status == 200

    run(make, work)


def test_a_question_that_is_asked_twice_is_asked_once(make: MakeStore) -> None:
    async def work(room: Classroom) -> None:
        code, secret = await started()
        learner = await joined(code)
        await taken(f"{code}/ask", CHOICE, secret)
        await taken(f"{code}/answer", said("q-choice", 0), learner)
        await taken(f"{code}/again", {"question": "q-choice"}, secret)
        await taken(f"{code}/ask", CHOICE, secret)
        question = await room.classes.question(code)
        assert question is not None
        assert question["round"] == 2

    run(make, work)


def test_a_challenge_is_counted_and_solutions_are_shown_by_consent(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        code, secret = await started()
        one, other = await joined(code, nickname="Ada"), await joined(code)
        await taken(f"{code}/challenge", {"id": "c-one", "lesson": LESSON, "number": 1}, secret)
        async with listening(f"{code}/room", secret) as room:
            await taken(f"{code}/reached", {"challenge": "c-one"}, one)
            await room.next("room", reached=1, solutions=[])
            for wrong in ("a=b", "data=1abc", "x" * 300):
                answer = await ask(f"{code}/reached", {"challenge": "c-one", "query": wrong}, other)
                assert answer.json["problem"] == "The numbers of this link do not reach the challenge."
            await taken(f"{code}/reached", {"challenge": "c-one", "query": SOLUTION}, other)
            shown = await room.next("room", reached=2, solutions=[SOLUTION])
            assert "Ada" not in json.dumps(shown)
            await taken(f"{code}/reached", {"challenge": "c-one"}, other)
            await room.next("room", reached=2, solutions=[])
        assert (await ask(f"{code}/join", {"token": one})).json["you"]["reached"] is True

    run(make, work)


def test_a_class_that_ends_says_so_and_is_forgotten(make: MakeStore) -> None:
    async def work(room: Classroom) -> None:
        code, secret = await started()
        learner = await joined(code, nickname="Ada")
        async with listening(f"{code}/events", learner) as events:
            await events.next("class")
            await taken(f"{code}/end", {}, secret)
            await events.next("ended")
        assert (await ask(f"{code}/join")).status == 404
        assert (await ask(f"{code}/answer", said("q", 1), learner)).status == 404
        assert (await ask(f"{code}/show", SHOWN, secret)).status == 404
        for book in ("class", "learners", "here"):
            assert await room.store.all(code, book) == {}

    run(make, work)


# --- results ----------------------------------------------------------------------------------------------------------


async def table(code: str, secret: str, by: str = "") -> list[dict[str, str]]:
    answer = await ask(f"{code}/results{by}", key=secret, method="GET")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return [*csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))]


async def voted(names: bool) -> tuple[str, str]:
    code, secret = await started(names=names)
    learners = [await joined(code, nickname=name) for name in ("Ada", "=Bob()", "")]
    for asked, values in ((CHOICE, (1, 1, 0)), ({"id": "q-line", "kind": "line", "text": "@Why"}, ("a", "=1+1", "a"))):
        await taken(f"{code}/ask", asked, secret)
        for learner, value in zip(learners, values, strict=True):
            await taken(f"{code}/answer", said(asked["id"], value), learner)  # type: ignore[arg-type]
    return code, secret


@pytest.mark.parametrize("names", [False, True])
def test_results_are_counts(make: MakeStore, names: bool) -> None:
    async def work(_: Classroom) -> None:
        rows = await table(*await voted(names))
        found = [(row["question"], row["round"], row["answer"], row["count"], row["right"]) for row in rows]
        assert found == [
            ("Which key?", "1", "the", "1", "no"),
            ("Which key?", "1", "cat", "2", "yes"),
            ("'@Why", "1", "a", "2", ""),
            ("'@Why", "1", "'=1+1", "1", ""),
        ]
        assert "Ada" not in str(rows)

    run(make, work)


def test_who_said_what_is_told_only_where_nicknames_were_asked_for(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        rows = await table(*await voted(True), "?by=nickname")
        found = {(row["question"], row["nickname"], row["answer"], row["right"]) for row in rows}
        assert ("Which key?", "Ada", "cat", "yes") in found
        assert ("'@Why", "'=Bob()", "'=1+1", "") in found
        assert len(rows) == 6
        code, secret = await voted(False)
        refused = await ask(f"{code}/results?by=nickname", key=secret, method="GET")
        assert refused.status == 403
        assert b"Ada" not in refused.body

    run(make, work)


# --- who may do what --------------------------------------------------------------------------------------------------

TEACHING = {
    "show": SHOWN, "ask": NUMBER, "close": {"question": "q-choice"}, "again": {"question": "q-choice"},
    "reveal": {"question": "q-choice"}, "dismiss": {}, "challenge": {"id": "c-one", "lesson": LESSON, "number": 0},
    "end": {},
}  # fmt: skip
LEARNING = {"leave": {}, "follow": {"follows": False}, "answer": said("q-choice", 1), "reached": {"challenge": "c-one"}}


@asynccontextmanager
async def asked_class() -> AsyncIterator[tuple[str, str, str]]:
    """Code, secret and a learner's token of a class with a question and a challenge; it is the same at the end."""
    code, secret = await started()
    learner = await joined(code)
    await taken(f"{code}/ask", CHOICE, secret)
    await taken(f"{code}/challenge", {"id": "c-one", "lesson": LESSON, "number": 0}, secret)
    before = (await ask(f"{code}/join", {"token": learner})).json
    yield code, secret, learner
    assert (await ask(f"{code}/join", {"token": learner})).json == before


def test_only_the_teacher_steers_a_class(make: MakeStore) -> None:
    """Tried with no key, with a learner's, with another teacher's, and with one that is nearly right."""

    async def work(_: Classroom) -> None:
        async with asked_class() as (code, secret, learner):
            _, stranger = await started()
            for what, message in TEACHING.items():
                for key in ("", learner, stranger, secret[:-1], secret + "a"):
                    answer = await ask(f"{code}/{what}", message, key)
                    assert (answer.status, what) == (403, what)
            for what in ("room", "results"):
                for key in ("", learner, stranger):
                    assert (await ask(f"{code}/{what}", key=key, method="GET")).status == 403

    run(make, work)


def test_only_who_has_joined_takes_part(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        async with asked_class() as (code, secret, _learner):
            other, _ = await started()
            stranger = await joined(other)
            for what, message in LEARNING.items():
                for key in ("", stranger, secret, "x" * 22):
                    answer = await ask(f"{code}/{what}", message, key)
                    assert (answer.status, what) == (403, what)
            for key in ("", stranger, secret):
                assert (await ask(f"{code}/events", key=key, method="GET")).status == 403

    run(make, work)


def test_who_left_is_out_and_the_nickname_is_forgotten(make: MakeStore) -> None:
    async def work(room: Classroom) -> None:
        code, secret = await started(names=True)
        learner = await joined(code, nickname="Ada")
        await taken(f"{code}/ask", CHOICE, secret)
        await taken(f"{code}/answer", said("q-choice", 1), learner)
        await taken(f"{code}/leave", {}, learner)
        assert (await ask(f"{code}/follow", {"follows": True}, learner)).status == 403
        assert await room.store.all(code, "learners") == {}
        assert [row["nickname"] for row in await table(code, secret, "?by=nickname")] == [""]
        assert (await ask(f"{code}/join", {"token": learner})).json["you"]["answers"] == [said("q-choice", 1)]

    run(make, work)


def test_nothing_of_the_answer_is_sent_before_it_is_revealed(make: MakeStore) -> None:
    """Neither to learners nor to the teacher's screen, which the class can see."""

    async def work(_: Classroom) -> None:
        code, secret = await started()
        learner, other = await joined(code), await joined(code)
        async with listening(f"{code}/events", learner) as events, listening(f"{code}/room", secret) as room:
            await taken(f"{code}/ask", {**NUMBER, "right": 0.7531, "working": "as 0.7531"}, secret)
            await taken(f"{code}/answer", said("q-number", 0.1234), other)
            await taken(f"{code}/close", {"question": "q-number"}, secret)
            await taken(f"{code}/again", {"question": "q-number"}, secret)
            await room.next("room", tally=counted({"0.1234": [1, 0]}, [1, 0]))
            await events.next("class", revision=3)
            seen = json.dumps([events.rest(), (await ask(f"{code}/join", {"token": learner})).json])
            assert "7531" not in json.dumps(room.rest()) + seen
            assert "1234" not in seen
            assert "tally" not in seen

    run(make, work)


def test_answers_out_of_turn_are_refused(make: MakeStore) -> None:
    async def work(room: Classroom) -> None:
        code, secret = await started()
        learner = await joined(code)
        early = await ask(f"{code}/answer", said("q-choice", 1), learner)
        await taken(f"{code}/ask", CHOICE, secret)
        ahead = await ask(f"{code}/answer", said("q-choice", 1, 2), learner)
        await taken(f"{code}/close", {"question": "q-choice"}, secret)
        closed = await ask(f"{code}/answer", said("q-choice", 1), learner)
        await taken(f"{code}/again", {"question": "q-choice"}, secret)
        behind = await ask(f"{code}/answer", said("q-choice", 1, 1), learner)
        await taken(f"{code}/reveal", {"question": "q-choice"}, secret)
        late = await ask(f"{code}/answer", said("q-choice", 1, 2), learner)
        assert [each.status for each in (early, ahead, closed, behind, late)] == [409] * 5
        assert (await ask(f"{code}/again", {"question": "q-choice"}, secret)).status == 409
        assert await room.classes.answers(code, "q-choice", 1) == {}
        assert await room.classes.answers(code, "q-choice", 2) == {}

    run(make, work)


@pytest.mark.parametrize(
    "headers",
    [
        {**OWN, "sec-fetch-site": "cross-site"},
        {**OWN, "sec-fetch-site": "same-site"},
        {"content-type": "text/plain"},
        {},
    ],
)
def test_other_sites_are_refused(make: MakeStore, headers: dict[str, str]) -> None:
    async def work(_: Classroom) -> None:
        assert (await ask("start", {}, headers=headers)).status == 403
        async with asked_class() as (code, secret, learner):
            assert (await ask(f"{code}/join", {}, headers=headers)).status == 403
            assert (await ask(f"{code}/answer", said("q-choice", 1), learner, headers=headers)).status == 403
            assert (await ask(f"{code}/end", {}, secret, headers=headers)).status == 403
            if "sec-fetch-site" in headers:
                assert (await ask(f"{code}/events", key=learner, method="GET", headers=headers)).status == 403

    run(make, work)


# --- codes ------------------------------------------------------------------------------------------------------------


def test_codes_cannot_be_guessed_without_end(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        code, secret = await started()
        learner = await joined(code)
        guesses = [(await ask("AAAAAA/join", address="10.9.9.9")).status for _ in range(40)]
        assert guesses[0] == 404
        assert guesses[-1] == 429
        right = await ask(f"{code}/join", address="10.9.9.9")
        assert (right.status, right.headers["retry-after"]) == (429, "2")
        assert (await ask(f"{code}/look", address="10.9.9.9")).status == 429
        # Who is in already is not held up by the guesses of a neighbour, nor is anybody elsewhere.
        assert (await ask(f"{code}/join", {"token": learner}, address="10.9.9.9")).status == 200
        assert (await ask(f"{code}/show", SHOWN, secret, address="10.9.9.9")).status == 200
        assert (await ask(f"{code}/join", address="10.1.1.1")).status == 200

    run(make, work)


def test_codes_cannot_be_guessed_from_many_addresses_without_end(
    make: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.SHARED, "all guesses", limits.Rate(20, 0.0))

    async def work(_: Classroom) -> None:
        code, _ = await started()
        found = [(await ask("AAAAAA/join", address=f"10.0.1.{n}")).status for n in range(25)]
        assert found == [404] * 20 + [429] * 5
        assert (await ask(f"{code}/join", address="10.0.2.1")).status == 429

    run(make, work)


@pytest.mark.parametrize("what", ["answer", "show", "events", "results"])
def test_no_other_request_tells_more_about_codes(make: MakeStore, what: str) -> None:
    """With any key, a code that is wrong is a guess; who has guessed too often is not told which is right."""

    async def work(_: Classroom) -> None:
        code, _secret = await started()
        method = "GET" if what in ("events", "results") else "POST"

        async def tried(code: str) -> int:
            return (await ask(f"{code}/{what}", {}, "x" * 22, method=method, address="10.7.7.7")).status

        statuses = [await tried("AAAAAA") for _ in range(32)]
        assert (statuses[0], statuses[-1]) == (404, 429)
        assert await tried(code) == 429

    run(make, work)


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_a_class_has_a_bound(make: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LEARNERS", 3)

    async def work(_: Classroom) -> None:
        code, _secret = await started()
        kept = [await joined(code) for _ in range(3)]
        full = await ask(f"{code}/join")
        assert (full.status, full.json["problem"]) == (409, "This class is full: it has 3 people.")
        assert (await ask(f"{code}/join", {"token": kept[0]})).status == 200

    run(make, work)


def test_one_learner_cannot_post_without_end(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        code, _secret = await started()
        one, other = await joined(code), await joined(code)
        statuses = [(await ask(f"{code}/follow", {"follows": True}, one)).status for _ in range(60)]
        assert 429 in statuses
        assert (await ask(f"{code}/follow", {"follows": True}, other)).status == 200

    run(make, work)


def test_so_many_classes_from_one_address_and_no_more(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        statuses = [(await ask("start", address="10.5.5.5")).status for _ in range(32)]
        assert statuses == [201] * 30 + [429] * 2

    run(make, work)


REFUSED: dict[str, list[tuple[dict[str, Any], str]]] = {
    "show": [
        ({**SHOWN, "lesson": "//evil.example"}, "lesson is the path of a page of this site."),
        ({**SHOWN, "lesson": "no-such-page"}, "lesson is the path of a page of this site."),
        ({**SHOWN, "query": "a b"}, "query is the query of a link"),
        ({**SHOWN, "query": "x" * 30_001}, "query is the query of a link"),
        ({**SHOWN, "cell": [-1]}, "A position is a whole number"),
        ({**SHOWN, "cell": [1] * 9}, "cell is a list of at most 8"),
        ({**SHOWN, "moment": 1.5}, "moment is a whole number"),
        ({**SHOWN, "hide": "all"}, "hide is a list"),
        ({**SHOWN, "spot": {"step": 5, "cell": []}}, "step is a name"),
        ({**SHOWN, "at": {"x" * 121: 1}}, "An axis is a name of at most 120"),
    ],
    "ask": [
        ({**NUMBER, "kind": "essay"}, "kind is one of number, choice, truth, line."),
        ({**NUMBER, "text": ""}, "A question is empty."),
        ({**NUMBER, "text": "\u0000 \u202e"}, "A question is empty."),
        ({**NUMBER, "text": "x" * 501}, "A question has at most 500 characters; this one has 501."),
        ({**NUMBER, "id": "a:b:c"}, "id has 4 to 40 letters"),
        ({**NUMBER, "right": "many"}, "The right answer is a number."),
        ({**NUMBER, "right": True}, "The right answer is a number."),
        ({**NUMBER, "tolerance": -1}, "tolerance is not negative."),
        ({**CHOICE, "choices": ["one"]}, "A question with choices has two or more."),
        ({**CHOICE, "choices": ["x"] * 33}, "choices is a list of at most 32."),
        ({**CHOICE, "right": 2}, "The right answer is a whole number from 0 to 1."),
    ],
    "answer": [
        (said("q-choice", 2), "The answer is a whole number from 0 to 1."),
        (said("q-choice", True), "The answer is a whole number from 0 to 1."),
        (said("q-choice", "1"), "The answer is a whole number from 0 to 1."),
        (said("q-choice", None), "The answer is a whole number from 0 to 1."),
        ({"question": "q-choice", "round": "1", "value": 1}, "round is a whole number"),
    ],
    "challenge": [
        ({"id": "c-two", "lesson": LESSON, "number": 99}, "number is the place of a challenge of this lesson"),
        ({"id": "c-two", "lesson": LESSON, "number": True}, "number is the place of a challenge of this lesson"),
        ({"id": "c-two", "lesson": "map", "number": 0}, "number is the place of a challenge of this lesson"),
    ],
    "follow": [({"follows": "yes"}, "follows is true or false.")],
    "join": [
        ({"nickname": "x" * 41}, "A nickname has at most 40 characters; this one has 41."),
        ({"nickname": 5}, "A nickname is text."),
        ({"token": "short"}, "A token has 22 to 86"),
    ],
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_as_described_is_refused_with_a_sentence(make: MakeStore, what: str) -> None:
    async def work(_: Classroom) -> None:
        async with asked_class() as (code, secret, learner):
            key = {"show": secret, "ask": secret, "challenge": secret, "join": ""}.get(what, learner)
            for message, sentence in REFUSED[what]:
                answer = await ask(f"{code}/{what}", message, key)
                assert (answer.status, sentence in answer.json["problem"]) == (400, True), (message, answer.body)

    run(make, work)


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b"{", b"\xff", b"[" * 30_000, b'{"nickname": NaN}'])
def test_bodies_that_are_no_object_are_refused_or_empty(make: MakeStore, body: bytes) -> None:
    async def work(_: Classroom) -> None:
        code, _secret = await started()
        answer = await ask(f"{code}/join", body=body)
        assert answer.status == (400 if body else 200)

    run(make, work)


def test_a_body_has_a_bound(make: MakeStore) -> None:
    async def work(_: Classroom) -> None:
        code, secret = await started()
        assert (await ask(f"{code}/join", {"nickname": "x" * 100_000})).status == 413
        assert (await ask(f"{code}/show", {**SHOWN, "query": "x" * 100_000}, secret)).status == 413

    run(make, work)


# --- hostile text -----------------------------------------------------------------------------------------------------

HOSTILE = {
    "<img src=x onerror=alert(1)>": "<img src=x onerror=alert(1)>",
    "</script><b>": "</script><b>",
    "a\x00b\x07\tc\r\nd\x1b[31m": "a b c d [31m",
    "admin\u202egnp": "admingnp",
    "\u2066left\u2069 \u200fright": "left right",
    "شيماء": "شيماء",
    "می‌خواهم": "می‌خواهم",
    "👩‍🏫 Ada": "👩‍🏫 Ada",
    "data: x\n\nevent: ended": "data: x event: ended",
    "\u2028line\u2029s": "line s",
}


def test_hostile_nicknames_and_answers_are_text(make: MakeStore) -> None:
    """Kept as they are, without signs that control; and no text ends an event or begins another one."""

    async def work(room: Classroom) -> None:
        code, secret = await started(names=True)
        await taken(f"{code}/ask", {"id": "q-line", "kind": "line", "text": "<b>Why?</b>", "right": "no"}, secret)
        for text, plain in HOSTILE.items():
            learner = await joined(code, nickname=text)
            assert (await ask(f"{code}/join", {"token": learner})).json["you"]["nickname"] == plain
            assert (await taken(f"{code}/answer", said("q-line", text), learner))["value"] == plain
        await taken(f"{code}/reveal", {"question": "q-line"}, secret)
        async with listening(f"{code}/events", learner) as events:
            question = (await events.next("class"))["question"]
        assert question["text"] == "<b>Why?</b>"
        assert {bar["label"] for bar in question["tally"]["bars"]} == {*HOSTILE.values(), "no"}
        assert {row["nickname"] for row in await table(code, secret, "?by=nickname")} == {*HOSTILE.values()}

    run(make, work)


def test_answers_of_any_length_are_bounded(make: MakeStore) -> None:
    async def work(room: Classroom) -> None:
        code, secret = await started()
        learner = await joined(code)
        await taken(f"{code}/ask", {"id": "q-line", "kind": "line", "text": "Why?"}, secret)
        for text, status in (("x" * 281, 400), ("x" * 100_000, 413), ("x" * 280, 200)):
            assert (await ask(f"{code}/answer", said("q-line", text), learner)).status == status
        assert len(await room.classes.answers(code, "q-line", 1)) == 1

    run(make, work)


# --- a store that is away ---------------------------------------------------------------------------------------------


def test_a_store_that_does_not_answer_is_said_to_be_away() -> None:
    from ui.classroom.redis_store import RedisStore

    async def work() -> None:
        async with serving(Classroom(RedisStore("redis://127.0.0.1:1/0"), Limits())):
            answer: Answer = await ask("AAAAAA/join")
            assert (answer.status, answer.headers["retry-after"]) == (503, "2")
            assert answer.json["problem"].startswith("The class cannot be reached at the moment.")

    alone(work())


def test_a_class_goes_on_when_its_redis_is_back(own_redis: OwnRedis) -> None:
    """Killed and started again: what was acknowledged is there, and streams that stayed open hear what comes next."""
    from ui.classroom.redis_store import RedisStore

    async def work() -> None:
        async with serving(Classroom(RedisStore(own_redis.url))):
            code, secret = await started()
            learner = await joined(code)
            await taken(f"{code}/ask", CHOICE, secret)
            async with listening(f"{code}/events", learner) as events, listening(f"{code}/room", secret) as room:
                await events.next("class", revision=1)
                await taken(f"{code}/answer", said("q-choice", 1), learner)
                own_redis.kill()
                assert (await ask(f"{code}/show", SHOWN, secret)).status == 503
                await asyncio.to_thread(own_redis.start)
                await taken(f"{code}/show", SHOWN, secret)
                assert (await events.next("class", revision=2))["shown"] == SHOWN
                await room.next("room", here=1, tally=choices([0, 1]))

    alone(work())


def choices(counts: list[int]) -> dict[str, Any]:
    return counted({label: [count] for label, count in zip(CHOICE["choices"], counts, strict=True)}, [sum(counts)])  # type: ignore[arg-type]
