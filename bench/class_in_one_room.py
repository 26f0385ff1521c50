"""A class in one room: the teacher steps, everybody follows; a question, and everybody answers at once.

One teacher and 300 learners, as clients of the protocol that draw nothing, on the processors of the server. Then
the same with two processes that share a Redis, and the learners between them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tools.classmates import Person, join, start
from tools.own_redis import PROGRAM, OwnRedis, found

from .lesson import LESSON
from .numbers import Goal, Report, median, percentile
from .server import Server, lesson_server

LEARNERS, QUICK_LEARNERS = 300, 300
STEPS, QUICK_STEPS = 40, 15
PAUSE = 0.25  # seconds from one step of the teacher to the next
JOINING = 16  # who join at the same moment
STEP_WANTED, ANSWERS_WANTED = 500.0, 10.0
COLUMNS = (
    "store", "learners", "joined in, s", "last learner hears a step: median, ms", "p95", "worst", "all answers in, s",
    "answer p95, ms", "counted", "server CPU per step, ms", "per answer, ms",
)  # fmt: skip


@dataclass
class Hour:
    """What one class lived through. Milliseconds, but for seconds where it is said."""

    learners: int
    joined: float = 0.0  # s
    steps: list[float] = field(default_factory=list)  # from the teacher's post to the last learner's event
    answers: list[float] = field(default_factory=list)
    voted: float = 0.0  # s, until the last answer was acknowledged
    counted: int = 0
    step_cpu: float = 0.0
    answer_cpu: float = 0.0

    def row(self, store: str) -> tuple[str, ...]:
        steps = (median(self.steps), percentile(self.steps, 0.95), max(self.steps))
        times = (f"{self.joined:.1f}", *(f"{each:.0f}" for each in steps), f"{self.voted:.1f}")
        counted = (f"{percentile(self.answers, 0.95):.0f}", f"{self.counted}")
        return (store, f"{self.learners}", *times, *counted, f"{self.step_cpu:.1f}", f"{self.answer_cpu:.1f}")


async def taught(servers: list[Server], count: int, steps: int) -> Hour:
    """One class: everybody joins, the teacher steps, everybody answers."""
    hour, door, begun = Hour(count), asyncio.Semaphore(JOINING), time.perf_counter()
    teacher = await start(servers[0].url)

    async def enter(n: int) -> Person:
        async with door:
            learner = await join(servers[n % len(servers)].url, teacher.code, secrets.token_urlsafe(16))
            await learner.until(lambda heard: "class" in heard)
            return learner

    learners = await asyncio.gather(*(enter(n) for n in range(count)))
    hour.joined = time.perf_counter() - begun
    await teacher.until(lambda heard: heard.get("room", {}).get("here") == count)
    await _step(hour, servers, teacher, learners, steps)
    await _vote(hour, servers, teacher, learners)
    await teacher.post("end", {})
    await asyncio.gather(*(each.leave() for each in (teacher, *learners)))
    return hour


def _cpu(servers: list[Server]) -> float:
    return sum(server.cpu() for server in servers) * 1e3


def shown(n: int) -> dict[str, Any]:
    return {"lesson": LESSON.key, "query": "", "stop": f"step {n}", "cell": [0, n], "at": {}, "moment": None,
            "spot": None, "hide": []}  # fmt: skip


async def _step(hour: Hour, servers: list[Server], teacher: Person, learners: list[Person], steps: int) -> None:
    before = _cpu(servers)
    for n in range(steps):
        begun = time.perf_counter()
        revision = (await teacher.post("show", shown(n)))["revision"]
        await asyncio.gather(*(each.until(partial(_is_at, revision)) for each in learners))
        last = max(min(time for mark, time in each.revisions.items() if mark >= revision) for each in learners)
        hour.steps.append((last - begun) * 1e3)
        await asyncio.sleep(PAUSE)
    hour.step_cpu = (_cpu(servers) - before) / steps


def _is_at(revision: int, heard: dict[str, Any]) -> bool:
    return bool(heard["class"]["revision"] >= revision)


async def _vote(hour: Hour, servers: list[Server], teacher: Person, learners: list[Person]) -> None:
    await teacher.post("ask", {"id": "bench", "kind": "number", "text": "How much?", "right": 0.5, "tolerance": 0.01})
    before, begun = _cpu(servers), time.perf_counter()

    async def answer(learner: Person, value: float) -> None:
        asked = time.perf_counter()
        await learner.post("answer", {"question": "bench", "round": 1, "value": value})
        hour.answers.append((time.perf_counter() - asked) * 1e3)

    await asyncio.gather(*(answer(each, n % 11 / 10) for n, each in enumerate(learners)))
    hour.voted = time.perf_counter() - begun
    with contextlib.suppress(TimeoutError):
        await teacher.until(lambda heard: _answered(heard) == len(learners), 10.0)
    hour.counted = _answered(teacher.heard)
    hour.answer_cpu = (_cpu(servers) - before) / len(learners)


def _answered(heard: dict[str, Any]) -> int:
    tally = heard.get("room", {}).get("tally")
    return sum(tally["answered"]) if tally else 0


@contextmanager
def classroom(processes: int, store: dict[str, str]) -> Iterator[list[Server]]:
    """Servers of this project that keep their classes there."""
    before = {**os.environ}
    os.environ.update(store)
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(lesson_server()) for _ in range(processes)]
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def own_redis(program: str, folder: Path) -> Iterator[str]:
    redis = OwnRedis(program, folder)
    try:
        yield redis.start().url
    finally:
        redis.kill()


def measure(quick: bool = False) -> list[Report]:
    report = Report("A class in one room: a step of the teacher, and everybody's answer", COLUMNS)
    count, steps = (QUICK_LEARNERS, QUICK_STEPS) if quick else (LEARNERS, STEPS)
    with tempfile.TemporaryDirectory() as folder:
        file = {"ATLAS_CLASS_FILE": str(Path(folder) / "classes.sqlite3")}
        with classroom(1, file) as servers:
            _report(report, "SQLite, one process", asyncio.run(taught(servers, count, steps)))
        if program := found(PROGRAM):
            with own_redis(program, Path(folder)) as url, classroom(2, {"ATLAS_REDIS_URL": url}) as servers:
                _report(report, "Redis, two processes", asyncio.run(taught(servers, count, steps)))
        else:
            report.notes.append("Two processes with Redis were left out: redis-server is not installed.")
    return [report]


def _report(report: Report, store: str, hour: Hour) -> None:
    report.add(hour.row(store))
    heard, within = percentile(hour.steps, 0.95), f"{STEP_WANTED:.0f} ms"
    text = f"{store}: {hour.learners} learners hear a step, p95 of the last one at most {within}"
    report.goals.append(Goal(text, f"{heard:.0f} ms", heard <= STEP_WANTED))
    text = f"{store}: {hour.learners} answers within {ANSWERS_WANTED:.0f} s, all counted, none twice"
    met = hour.voted <= ANSWERS_WANTED and hour.counted == hour.learners
    report.goals.append(Goal(text, f"{hour.counted} in {hour.voted:.1f} s", met))
