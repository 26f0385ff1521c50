"""The memory of a server that reads many sentences with real models: whether it comes to rest.

Both real models are needed: make models. Several visitors post in turn, each over a connection of its own, as the page
does; every sentence is a new one, and of each one a head is opened too.
"""

from __future__ import annotations

import asyncio
from itertools import cycle, islice

from attention_core.models import known_models

from .numbers import Goal, Report
from .post import Line
from .server import Server, lesson_server
from .visitors import Readings, sentences

VISITORS = 4
RARELY = 25  # of so many sentences one is read with the language model, which takes ten times as long as the encoder
SENTENCES, QUICK_SENTENCES, EVERY = 1500, 200, 100
GROWTH_WANTED = 0.05  # of the memory after the first EVERY sentences
HEAD = "/atlas/scope/head"
COLUMNS = ("sentences", "resident, MB", "proportional, MB", "of its own, MB", "of files, MB", "threads")


async def _read(server: Server, models: list[str], count: int, report: Report) -> list[float]:
    """A row for every so many sentences; their resident megabytes."""
    lines, found, memory = [Line(server.url) for _ in range(VISITORS)], Readings(), []
    encoder, *others = models
    asked = zip(islice(sentences(10**6), count), cycle([*others, *[encoder] * (RARELY - 1)]), strict=False)
    for n, ((text, model), line) in enumerate(zip(asked, cycle(lines), strict=False), 1):
        await found.read(line, model, text)
        await line.post(HEAD, {"model": model, "text": text, "layer": 1 + n % 6, "head": 1 + n % 9, "query": 0})
        if n % EVERY == 0:
            report.add(_row(n, server))
            memory.append(server.memory())
    for line in lines:
        line.close()
    assert len(found.seconds) == count, f"{count - len(found.seconds)} sentences were not read"
    return memory


def _row(n: int, server: Server) -> tuple[str, ...]:
    """Own: pages that no other process could share. Files: mapped weights that were read, and programs."""
    whole = server.process.memory_full_info()
    sizes = (whole.rss, whole.pss, whole.rss - whole.shared, whole.shared)
    return (f"{n}", *(f"{size / 2**20:.0f}" for size in sizes), f"{server.process.num_threads()}")


def measure(quick: bool = False) -> list[Report]:
    report = Report(f"Memory of a server over sentences of {VISITORS} visitors", COLUMNS)
    models = [known.key for known in known_models()]
    if not models:
        report.notes.append("No model is installed: make models.")
        return [report]
    with lesson_server() as server:
        memory = asyncio.run(_read(server, models, QUICK_SENTENCES if quick else SENTENCES, report))
    apart = max(abs(each / memory[0] - 1) for each in memory)
    text = f"memory stays within {GROWTH_WANTED:.0%} of what it is after {EVERY} sentences"
    report.goals.append(Goal(text, f"{apart:.1%} at most", apart <= GROWTH_WANTED))
    report.notes += NOTES
    return [report]


NOTES = [
    "Sentences of some 15 tokens that do not come twice, 24 of 25 read with the encoder, and of each a head opened. "
    "Texts that were read are kept up to 400 MB, answers up to 32 MB: the first hundred sentences fill the one, some "
    "1,200 the other.",
    "Of its own: what the process has asked for. Of files: pages of the mapped weights, and of programs, that were "
    "read; the machine takes them back when it needs to.",
]
