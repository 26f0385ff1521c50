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
from .server import AS_STREAMLIT_COMES, COLLECTION_OFF, Server, lesson_server, plotly_server

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
        edits = (median(self.edits), percentile(self.edits, 0.95), max(self.edits, default=0.0))
        work, size = self.cpu * 1e3 / max(1, len(self.edits)), median(self.sizes) / 1e3
        opened, taken = f"{percentile(self.joins, 0.95):.0f}", (f"{value:.0f}" for value in edits)
        counted = (f"{self.errors.total()}", f"{work:.1f}", f"{size:.1f}", f"{self.memory:.0f}")
        return (page, f"{self.learners}", opened, f"{len(self.edits)}", *taken, *counted)


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
    stages, charts = (QUICK_CLASSES, QUICK_PLOTLY) if quick else (STAGE_CLASSES, PLOTLY_CLASSES)
    _measured(report, "stage", COLLECTION_OFF, stages, seconds)
    _measured(report, "stage, collection on", AS_STREAMLIT_COMES, stages[1:2], seconds)
    _measured(report, "Plotly", COLLECTION_OFF, charts, seconds)
    _measured(report, "Plotly, collection on", AS_STREAMLIT_COMES, charts[:2], seconds)
    report.notes += NOTES
    return [report]


def _measured(report: Report, page: str, collecting: bool, classes: tuple[int, ...], seconds: float) -> None:
    """One server for the whole row of classes, one class after the other."""
    stage = page.startswith("stage")
    kind, path = (StageLearner, LESSON.key) if stage else (TableLearner, "")
    with (lesson_server if stage else plotly_server)(collecting) as server:
        for count in classes:
            lesson = taught(kind, server, path, count, seconds)
            report.add(lesson.row(page))
            for error, times in lesson.errors.most_common(3):
                report.notes.append(f"{page}, {count} learners: {times} times {error}")
            if page == "stage" and count == GOAL_CLASS:
                report.goals.append(_goal(lesson))


def _goal(lesson: Lesson) -> Goal:
    late, errors = percentile(lesson.edits, 0.95), lesson.errors.total()
    shown = f"p95 {late:.0f} ms, {errors} errors"
    return Goal(f"{GOAL_CLASS} learners: p95 within {WANTED:.0f} ms, no error", shown, late <= WANTED and not errors)


NOTES = [
    "One server process. A learner changes one number every 3 to 4 seconds; an exception shown on the page, a lost "
    "connection and an answer without the edit all count as errors.",
    "What decides: runner.postScriptGC = false (by default Streamlit collects all garbage after every script run, and "
    "everyone waits), then the processor time of one edit times the edits per second: near 1 second per second, queues "
    "form. kB per edit times edits per second is what the room's network must carry.",
    "The clients run on the same processors as the server.",
]
