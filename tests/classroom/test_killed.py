"""A server that is killed loses nothing that it acknowledged, and whoever was in a class is back by itself."""

from __future__ import annotations

import asyncio
import csv
import io
import secrets
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.sampling import some
from tests.waiting import alone
from tools.classmates import Person, join, start
from tools.serving import Server, running

from .replicas import PROXIES, environment, proxied, twins

BACK = 5.0  # seconds until every stream is open again
QUESTION = {"id": "vote", "kind": "choice", "text": "Which?", "choices": ["one", "two", "three"], "right": 1}


async def entered(url: str, count: int) -> tuple[Person, list[Person]]:
    """A teacher, and learners who hear the question."""
    teacher = await start(url)
    await teacher.post("ask", QUESTION)
    learners = []
    for _ in range(count):
        learners.append(await join(url, teacher.code, secrets.token_urlsafe(16)))
    for each in learners:
        await each.until(lambda heard: "class" in heard)
    return teacher, learners


def value_of(n: int) -> int:
    return n * n % 3


class Vote:
    """All answer, eight at the same moment. `acknowledged` has, by token, what a server said it had stored."""

    def __init__(self, learners: list[Person]) -> None:
        self.learners, self.acknowledged = learners, dict[str, int]()
        self._some = asyncio.Event()
        self._tasks = [asyncio.create_task(self._answer(n, each)) for n, each in enumerate(learners)]

    async def _answer(self, n: int, learner: Person) -> None:
        await asyncio.sleep(n // 8 * 0.05)
        value = n * n % 3
        await learner.post("answer", {"question": "vote", "round": 1, "value": value})
        self.acknowledged[learner.key] = value
        self._some.set()

    async def until(self, count: int) -> None:
        while len(self.acknowledged) < count:
            self._some.clear()
            await self._some.wait()

    async def done(self) -> None:
        await asyncio.wait_for(asyncio.gather(*self._tasks), 60)


async def kept(learners: list[Person]) -> dict[str, int]:
    """By token, the answers that the store has: learners who come back are told their own."""
    found = {}
    for each in learners:
        for answer in (await each.post("join", {"token": each.key}))["you"]["answers"]:
            found[each.key] = answer["value"]
    return found


async def assert_counted(teacher: Person, learners: list[Person]) -> None:
    """Every answer once: in the tally that the teacher sees, and in the file."""
    wanted = [sum(n * n % 3 == choice for n in range(len(learners))) for choice in range(3)]
    await teacher.until(lambda heard: (heard.get("room") or {}).get("tally", {}).get("answered") == [len(learners)])
    assert [bar["counts"] for bar in teacher.heard["room"]["tally"]["bars"]] == [[count] for count in wanted]
    rows = csv.DictReader(io.StringIO((await teacher.get("results")).decode("utf-8-sig")))
    assert [int(row["count"]) for row in rows] == wanted


@asynccontextmanager
async def classes(url: str, count: int) -> AsyncIterator[tuple[Person, list[Person]]]:
    """A teacher and learners, who leave with the block."""
    teacher, learners = await entered(url, count)
    try:
        yield teacher, learners
    finally:
        await asyncio.gather(*(each.leave() for each in (teacher, *learners)))


def test_what_sqlite_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    """Killed, as by kill -9, in the middle of the answers of a whole class."""
    count = some(300, 40)
    file = str(tmp_path / "classes.sqlite3")

    async def work(server: Server) -> None:
        async with classes(server.url, count) as (teacher, learners):
            vote = Vote(learners)
            await vote.until(count // 4)
            server.stop()
            before = dict(vote.acknowledged)
            assert len(before) < count, "all were acknowledged before the kill: kill earlier"
            await asyncio.to_thread(server.start)
            stored = await kept([each for each in learners if each.key in before])
            assert stored == before
            await vote.done()
            await assert_counted(teacher, learners)

    with running(Server(tmp_path / "log.txt", environment=environment(ATLAS_CLASS_FILE=file))) as server:
        alone(work(server))


@pytest.mark.parametrize("signal_", some([signal.SIGTERM, signal.SIGINT], [signal.SIGTERM]))
def test_a_server_that_is_told_to_end_does_not_wait_for_streams(signal_: int, tmp_path: Path) -> None:
    """A stream ends with its class, a day later: the server lets go of it."""
    server = Server(tmp_path / "log.txt", environment=environment(ATLAS_CLASS_FILE=str(tmp_path / "classes.sqlite3")))

    async def work() -> None:
        async with classes(server.url, 3):
            assert server.process
            server.process.send_signal(signal_)
            await asyncio.to_thread(server.process.wait, 20)

    with pytest.raises(AssertionError, match="ended by itself"), running(server):
        alone(work())
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


# --- two replicas -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def replicas(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    with twins(tmp_path_factory.mktemp("replicas"), redis_url) as servers:
        yield servers


@pytest.mark.parametrize("name", some([*PROXIES], [*PROXIES][:1]))
def test_a_replica_killed_in_the_middle_of_a_vote_loses_nothing(
    name: str, replicas: list[Server], tmp_path: Path
) -> None:
    count = some(300, 40)

    async def work(url: str) -> None:
        async with classes(url, count) as (teacher, learners):
            assert len({each.events.cookie for each in learners}) == 2, "both replicas have learners"
            vote = Vote(learners)
            await vote.until(count // 4)
            assert len(vote.acknowledged) < count, "all were acknowledged before the kill: kill earlier"
            opened = {each.key: len(each.opened) for each in learners}
            replicas[0].stop()
            killed = time.perf_counter()
            await vote.done()
            assert await kept(learners) == vote.acknowledged
            await teacher.post("show", SHOWN)
            await asyncio.gather(*(each.until(is_shown, BACK) for each in (teacher, *learners)))
            again = [each.opened[-1] - killed for each in learners if len(each.opened) > opened[each.key]]
            assert again, "the replica that was killed had streams"
            assert max(again) < BACK
            await assert_counted(teacher, learners)
            await teacher.until(lambda heard: heard["room"]["here"] == count, 20)

    with proxied(name, tmp_path, replicas) as url:
        try:
            alone(work(url))
        finally:
            if replicas[0].process is None:
                replicas[0].start()


SHOWN: dict[str, Any] = {
    "lesson": "cross-attention", "query": "", "stop": "scores", "cell": None, "at": {}, "moment": None, "spot": None,
    "hide": [],
}  # fmt: skip


def is_shown(heard: dict[str, Any]) -> bool:
    return bool(heard["class"]["shown"] == SHOWN)
