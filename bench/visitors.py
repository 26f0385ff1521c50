"""Visitors of the microscope beside a class at its lessons, and the memory that they take.

Both real models are needed: make models. Half of the visitors read with each. Turns with and without them alternate on
one server, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

from attention_core.models import known_models

from .classroom import Lesson, at_work, joined, posting
from .numbers import Goal, Report, median, percentile
from .post import Line
from .server import Server, lesson_server

READERS, LEARNERS = 20, 10
TURNS, QUICK_TURNS = 3, 1
SECONDS, QUICK_SECONDS = 10.0, 5.0
REST = (3.0, 4.0)  # seconds from the end of one reading to the next
AGAIN = 0.25  # seconds until a question that waits is asked again, as the page does
SLOWER_WANTED = 2.0
MOST_MEMORY = 3000  # MB
PATH = "/atlas/scope/run"
WORDS = (
    ("The old dog", "A quiet teacher", "My sister's cat", "Nobody in the village", "The captain of the ship"),
    ("saw", "remembered", "waited for", "wrote about", "never liked"),
    ("the river", "a broken clock", "her neighbours", "the first snow", "an empty house", "the two letters"),
    ("because it was late.", "when the bells rang.", "and so they left.", "but said nothing, as always.", "in 1987."),
)


def sentences(seed: int) -> Iterator[str]:
    """Sentences that hardly come twice: a number tells them apart."""
    drawn = random.Random(seed)
    for n in range(10**6):
        yield f"{' '.join(drawn.choice(part) for part in WORDS)} ({seed}.{n})"


@dataclass
class Readings:
    """What the visitors met: seconds of each reading, and what they were told in between."""

    seconds: list[float] = field(default_factory=list)
    told: Counter[int] = field(default_factory=Counter)
    memory: float = 0.0

    async def read(self, line: Line, model: str, text: str) -> None:
        start = time.perf_counter()
        while (status := (await line.post(PATH, {"model": model, "text": text}))[0]) != 200:
            self.told[status] += 1
            if status not in (202, 503):
                return
            await asyncio.sleep(AGAIN)
        self.seconds.append(time.perf_counter() - start)


async def _visit(server: Server, model: str, seed: int, found: Readings, until: float) -> None:
    line, drawn = Line(server.url), random.Random(seed)
    for text in sentences(seed):
        if time.monotonic() > until:
            break
        await found.read(line, model, text)
        found.memory = max(found.memory, server.memory())
        await asyncio.sleep(drawn.uniform(*REST))
    line.close()


async def _side_by_side(
    server: Server, models: list[str], turns: int, seconds: float
) -> tuple[Lesson, Lesson, Readings]:
    """A class alone and with readers, by turns."""
    alone, beside, found, door = Lesson(LEARNERS), Lesson(LEARNERS), Readings(), asyncio.Semaphore(LEARNERS)
    learners = [posting(0.3)(server.url, n) for n in range(LEARNERS)]
    present = [each for each in await asyncio.gather(*(joined(each, alone, door) for each in learners)) if each]
    for turn in range(2 * turns):
        lesson = beside if turn % 2 else alone
        until = time.monotonic() + seconds
        readers = zip(range(READERS), cycle(models), strict=False) if turn % 2 else ()
        visits = (_visit(server, model, 100 * turn + n, found, until) for n, model in readers)
        await asyncio.gather(*(at_work(learner, lesson, until) for learner in present), *visits)
    await asyncio.gather(*(learner.leave() for learner in present), return_exceptions=True)
    return alone, beside, found


async def _once(server: Server, models: list[str]) -> None:
    """A sentence with each model."""
    line = Line(server.url)
    for text, model in zip(sentences(10**6), models, strict=False):
        await Readings().read(line, model, text)
    line.close()


COLUMNS = ("the class", "edits", "edit median, ms", "p95", "worst", "picture p95, ms", "errors")


def measure(quick: bool = False) -> list[Report]:
    models = [known.key for known in known_models()]
    report = Report(f"{READERS} visitors of the microscope beside {LEARNERS} learners", COLUMNS)
    if not models:
        report.notes.append("No model is installed: make models.")
        return [report]
    with lesson_server() as server:
        start = server.memory()
        asyncio.run(_once(server, models))
        ready = server.memory()
        turns, seconds = (QUICK_TURNS, QUICK_SECONDS) if quick else (TURNS, SECONDS)
        alone, beside, found = asyncio.run(_side_by_side(server, models, turns, seconds))
        for name, lesson in (("alone", alone), ("beside the visitors", beside)):
            report.add(_row(name, lesson))
    _judge(report, alone, beside, found)
    report.notes += [
        f"Models: {', '.join(models)}; every visitor reads another sentence of some 15 tokens, rests 3 to 4 seconds, "
        f"and reads again. {len(found.seconds)} readings beside the class.",
        f"Memory of the server: {start:.0f} MB at first, {ready:.0f} MB with {len(models)} models read from, at most "
        f"{found.memory:.0f} MB; weights are mapped, and their pages that were read count.",
        f"Answers that were not there at once: {found.told[202]} times a place in the queue, {found.told[503]} times "
        "the queue was full, and the visitor asked again.",
    ]
    return [report]


def _row(name: str, lesson: Lesson) -> tuple[str, ...]:
    numbers = (median(lesson.edits), percentile(lesson.edits, 0.95), max(lesson.edits, default=0.0))
    pictures = percentile(lesson.pictures, 0.95)
    return (name, f"{len(lesson.edits)}", *(f"{each:.0f}" for each in (*numbers, pictures)), f"{lesson.errors.total()}")


def _judge(report: Report, alone: Lesson, beside: Lesson, found: Readings) -> None:
    slower = percentile(beside.edits, 0.95) / percentile(alone.edits, 0.95)
    pictures = percentile(beside.pictures, 0.95) / percentile(alone.pictures, 0.95)
    shown = f"{slower:.2f} times (pictures {pictures:.2f})"
    report.goals.append(
        Goal("edits of a lesson: p95 at most doubles beside the visitors", shown, slower <= SLOWER_WANTED)
    )
    report.goals.append(Goal(f"memory at most {MOST_MEMORY} MB", f"{found.memory:.0f} MB", found.memory <= MOST_MEMORY))
    late = percentile(found.seconds, 0.95) * 1e3
    report.notes.append(
        f"From a sentence to the first view: median {median(found.seconds) * 1e3:.0f} ms, p95 {late:.0f} ms."
    )
