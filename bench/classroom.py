"""A class at work: many learners, each changing a number every 3 to 4 seconds.

Measured from sending the edit to its answer, by clients that draw nothing. The clients share the processors with the
server, so the server alone would do a little better.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import websockets

from .client import Answer, Learner, PostLearner, StageLearner, TableLearner
from .lesson import LESSON
from .numbers import Goal, Report, median, percentile
from .server import AS_STREAMLIT_COMES, COLLECTION_OFF, Server, lesson_server, plotly_server

STAGE_CLASSES, QUICK_CLASSES = (30, 100, 200, 300), (60, 300)
OLD_CLASSES, QUICK_OLD = (30, 60, 100), (60,)
PLOTLY_CLASSES, QUICK_PLOTLY = (10, 30), (10,)
SECONDS, QUICK_SECONDS = 18.0, 8.0
REST = (3.0, 4.0)  # seconds from one edit of a learner to the next
LOOK = 0.5  # seconds of rest after an edit until what is in view below the stage is asked for
SEEING = 0.3  # of the learners have the picture below the stage in view: an assumption
JOINING = 8  # how many learners open the page at the same moment
GOAL_CLASS, WANTED = 300, 250.0
LOST = (OSError, TimeoutError, websockets.WebSocketException, KeyError, EOFError)
Join = Callable[[str, int], Learner]  # from a server's address and a number


@dataclass
class Lesson:
    """What one class lived through."""

    learners: int
    joins: list[float] = field(default_factory=list)
    edits: list[float] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    cpu: float = 0.0
    memory: float = 0.0

    def note(self, answer: Answer, into: list[float]) -> None:
        into.append(answer.seconds * 1e3)
        self.errors.update(answer.errors)

    @property
    def work(self) -> float:
        """Milliseconds of the server's processor for each edit, with all that was drawn because of it."""
        return self.cpu * 1e3 / max(1, len(self.edits))

    def row(self, page: str) -> tuple[str, ...]:
        edits = (median(self.edits), percentile(self.edits, 0.95), max(self.edits, default=0.0))
        pictures = f"{percentile(self.pictures, 0.95):.0f}" if self.pictures else ""
        opened, taken = f"{percentile(self.joins, 0.95):.0f}", (f"{value:.0f}" for value in edits)
        size = f"{median(self.sizes) / 1e3:.1f}"
        counted = (f"{self.errors.total()}", f"{self.work:.1f}", size, f"{self.memory:.0f}")
        return (page, f"{self.learners}", opened, f"{len(self.edits)}", *taken, pictures, *counted)


async def _work(learner: Learner, lesson: Lesson, until: float) -> None:
    await asyncio.sleep(learner.random.uniform(0, REST[1]))
    while (start := time.monotonic()) < until:
        answer = await learner.edit()  # type: ignore[attr-defined]
        lesson.note(answer, lesson.edits)
        lesson.sizes.append(answer.size)
        if isinstance(learner, PostLearner) and learner.sees:
            await asyncio.sleep(LOOK)
            lesson.note(await learner.follow(), lesson.pictures)
        await asyncio.sleep(max(0.0, start + learner.random.uniform(*REST) - time.monotonic()))


async def at_work(learner: Learner, lesson: Lesson, until: float) -> None:
    try:
        await _work(learner, lesson, until)
    except LOST as error:
        lesson.errors[f"{type(error).__name__}: {error}"] += 1


async def joined(learner: Learner, lesson: Lesson, door: asyncio.Semaphore) -> Learner | None:
    async with door:
        try:
            lesson.note(await learner.join(), lesson.joins)
            await learner.edit()  # type: ignore[attr-defined]
        except LOST as error:
            lesson.errors[f"joining: {type(error).__name__}: {error}"] += 1
            return None
    return learner


async def _taught(join: Join, servers: list[Server], count: int, seconds: float) -> Lesson:
    lesson, door = Lesson(count), asyncio.Semaphore(JOINING)
    learners = [join(servers[n % len(servers)].url, n) for n in range(count)]
    present = [each for each in await asyncio.gather(*(joined(each, lesson, door) for each in learners)) if each]
    before, until = sum(server.cpu() for server in servers), time.monotonic() + seconds
    await asyncio.gather(*(at_work(learner, lesson, until) for learner in present))
    lesson.cpu = sum(server.cpu() for server in servers) - before
    lesson.memory = sum(server.memory() for server in servers)
    await asyncio.gather(*(learner.leave() for learner in present), return_exceptions=True)
    return lesson


def taught(join: Join, servers: list[Server], count: int, seconds: float) -> Lesson:
    """One class of `count` learners for `seconds`; every learner first opens the page."""
    return asyncio.run(_taught(join, servers, count, seconds))


def posting(share: float) -> Join:
    """Learners who post their edits; that share of them see the picture below the stage."""
    return lambda url, n: PostLearner(url, LESSON.key, n, sees=(n * share) % 1 < share)


def through_the_page(url: str, n: int) -> Learner:
    return StageLearner(url, LESSON.key, n)


COLUMNS = (
    "page", "learners", "open p95, ms", "edits", "edit median, ms", "p95", "worst", "picture p95, ms", "errors",
    "server CPU per edit, ms", "kB per edit", "server memory, MB",
)  # fmt: skip


def measure(quick: bool = False, then: Path | None = None) -> list[Report]:
    report = Report("Classroom: from an edit to its answer", COLUMNS)
    seconds = QUICK_SECONDS if quick else SECONDS
    classes, charts = (QUICK_CLASSES, QUICK_PLOTLY) if quick else (STAGE_CLASSES, PLOTLY_CLASSES)
    now = _stages(report, "stage", 1, posting(SEEING), classes, seconds)
    two = _stages(report, "stage, two processes", 2, posting(SEEING), classes[-1:], seconds)
    _stages(report, "stage, all see the picture", 1, posting(1.0), classes[1:2], seconds)
    if then:
        old = _stages(report, "then", 1, through_the_page, QUICK_OLD if quick else OLD_CLASSES, seconds, then)
        report.notes.append(_carried(now[0], old[0]))
    _plotly(report, "Plotly", COLLECTION_OFF, charts, seconds)
    _plotly(report, "Plotly, collection on", AS_STREAMLIT_COMES, charts[:1], seconds)
    report.goals += [_goal(now[-1], "one process"), _goal(two[-1], "two processes")]
    report.notes += NOTES
    return [report]


def _stages(
    report: Report, page: str, processes: int, join: Join, classes: tuple[int, ...], seconds: float,
    then: Path | None = None,
) -> list[Lesson]:  # fmt: skip
    """The same servers for the whole row of classes, one class after the other."""
    checkout = {"root": then} if then else {}
    with ExitStack() as started:
        servers = [started.enter_context(lesson_server(**checkout)) for _ in range(processes)]
        return [_class(report, page, join, servers, count, seconds) for count in classes]


def _plotly(report: Report, page: str, collecting: bool, classes: tuple[int, ...], seconds: float) -> None:
    with plotly_server(collecting) as server:
        for count in classes:
            _class(report, page, lambda url, n: TableLearner(url, "", n), [server], count, seconds)


def _class(report: Report, page: str, join: Join, servers: list[Server], count: int, seconds: float) -> Lesson:
    lesson = taught(join, servers, count, seconds)
    report.add(lesson.row(page))
    for error, times in lesson.errors.most_common(3):
        report.notes.append(f"{page}, {count} learners: {times} times {error}")
    return lesson


def _carried(now: Lesson, then: Lesson) -> str:
    """How many learners take up one core: the time between two edits, over what an edit costs."""
    between = sum(REST) / 2 * 1e3
    cores = [between / lesson.work for lesson in (now, then)]
    return (
        f"Learners whose edits fill one core, in classes of {now.learners}: {cores[0]:.0f} now, {cores[1]:.0f} then "
        f"({cores[0] / cores[1]:.1f} times as many)."
    )


def _goal(lesson: Lesson, how: str) -> Goal:
    late, errors = percentile(lesson.edits, 0.95), lesson.errors.total()
    shown = f"p95 {late:.0f} ms, {errors} errors"
    met = late <= WANTED and not errors
    return Goal(f"{GOAL_CLASS} learners, {how}: p95 within {WANTED:.0f} ms, no error", shown, met)


NOTES = [
    "A learner changes one number every 3 to 4 seconds; an exception shown on the page, a lost connection and an "
    "answer without the edit all count as errors. Each has made one edit before, after which the row of "
    "presets shows that the numbers are the learner's own.",
    f"{SEEING:.0%} of the learners see the picture below the stage, which is then drawn again {LOOK} s after the edit: "
    "an assumption, not a measurement. CPU per edit includes it.",
    "What decides: runner.postScriptGC = false (by default Streamlit collects all garbage after every script run, and "
    "everyone waits), then the processor time of one edit times the edits per second: near 1 second per second, queues "
    "form. kB per edit times edits per second is what the room's network must carry.",
    "The clients run on the same processors as the servers. Two processes: each serves half of the class, as behind a "
    "proxy that keeps a visitor with one process.",
]
