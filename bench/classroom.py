"""A class at work: many learners on one server process, each changing a number every 3 to 4 seconds.

Measured from sending the edit to the message that the script has finished, by clients that draw nothing. The clients
share the processors with the server, so the server alone would do a little better.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import websockets

from .client import Answer, Learner, StageLearner, TableLearner
from .lesson import LESSON
from .numbers import Goal, Report, median, percentile
from .server import AS_STREAMLIT_COMES, Server, lesson_server, plotly_server

STAGE_CLASSES, QUICK_CLASSES = (10, 30, 60, 100, 200, 300), (10, 60, 200)
PLOTLY_CLASSES, QUICK_PLOTLY = (10, 30, 60), (10, 30)
SECONDS, QUICK_SECONDS = 18.0, 8.0
REST = (3.0, 4.0)  # seconds from one edit of a learner to the next
JOINING = 8  # how many learners open the page at the same moment
GOAL_CLASS, WANTED = 200, 500.0
LOST = (OSError, TimeoutError, websockets.WebSocketException, KeyError)


@dataclass
class Lesson:
    """What one class lived through."""

    learners: int
    joins: list[float] = field(default_factory=list)
    edits: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    cpu: float = 0.0
    memory: float = 0.0

    def note(self, answer: Answer, into: list[float]) -> None:
        into.append(answer.seconds * 1e3)
        self.errors.update(answer.errors)

    def row(self, page: str) -> tuple[str, ...]:
        shown = [
            f"{value:.0f}" for value in (median(self.edits), percentile(self.edits, 0.95), max(self.edits, default=0))
        ]
        work = f"{self.cpu * 1e3 / max(1, len(self.edits)):.1f}"
        size = f"{median(self.sizes) / 1e3:.1f}"
        joined = f"{percentile(self.joins, 0.95):.0f}"
        return (
            page,
            f"{self.learners}",
            joined,
            f"{len(self.edits)}",
            *shown,
            f"{self.errors.total()}",
            work,
            size,
            f"{self.memory:.0f}",
        )


async def _work(learner: Learner, lesson: Lesson, until: float) -> None:
    await asyncio.sleep(learner.random.uniform(0, REST[1]))
    while (start := time.monotonic()) < until:
        answer = await learner.edit()
        lesson.note(answer, lesson.edits)
        lesson.sizes.append(answer.size)
        await asyncio.sleep(max(0.0, start + learner.random.uniform(*REST) - time.monotonic()))


async def _guarded(learner: Learner, lesson: Lesson, until: float) -> None:
    try:
        await _work(learner, lesson, until)
    except LOST as error:
        lesson.errors[f"{type(error).__name__}: {error}"] += 1


async def _join(learner: Learner, lesson: Lesson, door: asyncio.Semaphore) -> Learner | None:
    async with door:
        try:
            lesson.note(await learner.join(), lesson.joins)
        except LOST as error:
            lesson.errors[f"joining: {type(error).__name__}: {error}"] += 1
            return None
    return learner


async def _taught(kind: type[Learner], server: Server, page: str, count: int, seconds: float) -> Lesson:
    lesson, door = Lesson(count), asyncio.Semaphore(JOINING)
    joined = await asyncio.gather(*(_join(kind(server.url, page, n), lesson, door) for n in range(count)))
    present = [learner for learner in joined if learner]
    before, until = server.cpu(), time.monotonic() + seconds
    await asyncio.gather(*(_guarded(learner, lesson, until) for learner in present))
    lesson.cpu, lesson.memory = server.cpu() - before, server.memory()
    await asyncio.gather(*(learner.leave() for learner in present), return_exceptions=True)
    return lesson


def taught(kind: type[Learner], server: Server, page: str, count: int, seconds: float) -> Lesson:
    """One class of `count` learners for `seconds`; every learner first opens the page."""
    return asyncio.run(_taught(kind, server, page, count, seconds))


COLUMNS = (
    "page", "learners", "open p95, ms", "edits", "edit median, ms", "p95", "worst", "errors", "server CPU per edit, ms",
    "kB per edit", "server memory, MB",
)  # fmt: skip


def measure(quick: bool = False) -> list[Report]:
    report = Report("Classroom: from an edit to its script finished", COLUMNS)
    seconds = QUICK_SECONDS if quick else SECONDS
    with lesson_server() as server:
        for count in QUICK_CLASSES if quick else STAGE_CLASSES:
            lesson = taught(StageLearner, server, LESSON.key, count, seconds)
            _entered(report, "stage", lesson)
            if count == GOAL_CLASS:
                report.goals.append(_goal(lesson))
    for name, runner in (("Plotly", None), ("Plotly, as Streamlit comes", AS_STREAMLIT_COMES)):
        for count in QUICK_PLOTLY if quick else PLOTLY_CLASSES:
            with plotly_server() if runner is None else plotly_server(runner) as server:
                _entered(report, name, taught(TableLearner, server, "", count, seconds))
    report.notes += NOTES
    return [report]


def _goal(lesson: Lesson) -> Goal:
    late, errors = percentile(lesson.edits, 0.95), lesson.errors.total()
    shown = f"p95 {late:.0f} ms, {errors} errors"
    return Goal(f"{GOAL_CLASS} learners: p95 within {WANTED:.0f} ms, no error", shown, late <= WANTED and not errors)


def _entered(report: Report, page: str, lesson: Lesson) -> None:
    report.rows.append(lesson.row(page))
    report.notes += [
        f"{page}, {lesson.learners}: {count} times {error}" for error, count in lesson.errors.most_common(3)
    ]


NOTES = [
    "One server process. A learner changes one number every 3 to 4 seconds; an exception shown on the page, a lost "
    "connection and an answer without the edit all count as errors.",
    "What decides: runner.postScriptGC = false (by default Streamlit collects all garbage after every script run, and "
    "everyone waits), then the processor time of one edit times edits per second: near 1 second per second, queues form.",
    "Clients run on the same processors as the server.",
]
