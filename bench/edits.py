"""What one edit costs the server: processor time and bytes, beside the least that any rerun of Streamlit costs.

Pages are edited in rounds, a few edits each, so that what else the machine does hits all of them alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .client import Answer, BareLearner, Learner, PostLearner, StageLearner
from .numbers import Goal, Report, median
from .server import Server, bare_server, lesson_server

LESSONS = (
    "illustrated-self-attention", "multi-head-attention", "similarity-functions", "senet", "playground",
)  # fmt: skip
ROUNDS, QUICK_ROUNDS, EACH = 8, 2, 25
WARM = 5  # edits before anything is counted
MOST_KB = 2.0
COLUMNS = (
    "page", "CPU per edit, ms", "bare reruns", "kB down", "then: CPU, ms", "then: bare reruns", "then: kB",
    "picture in view, redrawn after rest: CPU, ms", "its kB",
)  # fmt: skip


@dataclass
class Cost:
    """Of one kind of action on one page."""

    seconds: float = 0.0
    times: int = 0
    sizes: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """Milliseconds each time."""
        return self.seconds * 1e3 / max(1, self.times)

    @property
    def size(self) -> float:
        return median(self.sizes) / 1e3


Act = Callable[[], Coroutine[Any, Any, Answer]]


async def _repeated(server: Server, act: Act, cost: Cost) -> None:
    before = server.cpu()
    for _ in range(EACH):
        answer = await act()
        cost.sizes.append(answer.size)
        cost.errors += answer.errors
    cost.seconds += server.cpu() - before
    cost.times += EACH


async def _warmed(learner: Any, act: Act) -> Any:
    await learner.join()
    for _ in range(WARM):
        await act()
    return learner


async def _measured(bare: Server, now: Server, then: Server | None, rounds: int) -> dict[tuple[str, str], Cost]:
    """Costs by page and kind: "edit", "picture" and "then" of each lesson, and "edit" of the bare page."""
    clicker = BareLearner(bare.url, "", 0)
    acts: list[tuple[tuple[str, str], Server, Learner, Act]] = [(("bare", "edit"), bare, clicker, clicker.edit)]
    for key in LESSONS:
        learner = PostLearner(now.url, key, 1)
        acts.append(((key, "edit"), now, learner, learner.edit))
        viewer = PostLearner(now.url, key, 2)
        acts.append(((key, "picture"), now, viewer, viewer.follow))
        if then:
            old = StageLearner(then.url, key, 1)
            acts.append(((key, "then"), then, old, old.edit))
    for _, _, learner, act in acts:
        await _warmed(learner, act)
    costs = {name: Cost() for name, *_ in acts}
    for _ in range(rounds):
        for name, server, _, act in acts:
            await _repeated(server, act, costs[name])
    for _, _, learner, _ in acts:
        await learner.leave()
    return costs


def measure(quick: bool = False, then: Path | None = None) -> list[Report]:
    with ExitStack() as servers:
        bare, now = servers.enter_context(bare_server()), servers.enter_context(lesson_server())
        before = servers.enter_context(lesson_server(root=then)) if then else None
        costs = asyncio.run(_measured(bare, now, before, QUICK_ROUNDS if quick else ROUNDS))
    report = Report("Edits: what one costs the server", COLUMNS)
    least = costs["bare", "edit"]
    report.add(("a bare rerun of an empty fragment", f"{least.cpu:.1f}", "1.00", f"{least.size:.1f}", *[""] * 5))
    for key in LESSONS:
        report.add(_row(key, costs, least))
    report.goals += _goals(costs, least)
    report.notes += NOTES
    report.notes += sorted({f"{name}: {error}" for (name, _), cost in costs.items() for error in cost.errors})
    return [report]


def _row(key: str, costs: dict[tuple[str, str], Cost], least: Cost) -> tuple[str, ...]:
    edit, picture, then = costs[key, "edit"], costs[key, "picture"], costs.get((key, "then"))
    old = (f"{then.cpu:.1f}", f"{then.cpu / least.cpu:.2f}", f"{then.size:.1f}") if then else ("", "", "")
    shown = (f"{picture.cpu:.1f}", f"{picture.size:.1f}")
    return (key, f"{edit.cpu:.1f}", f"{edit.cpu / least.cpu:.2f}", f"{edit.size:.2f}", *old, *shown)


def _goals(costs: dict[tuple[str, str], Cost], least: Cost) -> list[Goal]:
    edits = [costs[key, "edit"] for key in LESSONS]
    dearest, largest = max(cost.cpu / least.cpu for cost in edits), max(cost.size for cost in edits)
    errors = sum(len(cost.errors) for cost in costs.values())
    return [
        Goal("an edit costs at most a bare rerun, on every page", f"at most {dearest:.2f} of one", dearest <= 1),
        Goal(f"at most {MOST_KB:.0f} kB down for an edit", f"at most {largest:.2f} kB", largest <= MOST_KB),
        Goal("no error", f"{errors} errors", not errors),
    ]


NOTES = [
    "An edit is one number changed, posted as a browser posts it. With nothing of the server's in view that is all; "
    "with the picture of the section Insight in view, the picture is drawn again once the hand rests: those columns, "
    "once for any number of edits before. Bytes count headers.",
    "Then: the same edits on another checkout of the project, named by --then, through the page, which draws "
    "everything again at once.",
]
