"""The microscope in a real browser with real models: from Enter to the grid, a head down to its numbers, a head off.

Both real models are needed: make models. Beside every action the same model reads the same sentence by itself, in
this process, so that whatever else the machine does falls on both. Beside another checkout (--then) heads are opened
by turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from attention_core.models import KnownModel, known_models, open_model
from tools.serving import DESK, chromium

from .numbers import Goal, Report, median, spread
from .server import Server, lesson_server

REPEATS, QUICK_REPEATS = 12, 4
GRID_WANTED = 10.0  # bare forwards from Enter to the grid of heads
NUMBERS_WANTED = 300.0  # ms from a click on a head to its numbers
OFF_WANTED = 1.5  # times the way from Enter to the grid
WORDS = ("dog", "cat", "bird", "horse", "child", "king", "river", "ship", "house", "tree", "star", "book")
TEXT = "The old {} was cute and he saw a {}"  # each of the words is one token in both models
GRID, PANEL = ".all:not(.other) .heads", ".panel"
COLUMNS = (
    "model",
    "tokens",
    "bare forward, ms",
    "Enter to the grid, ms",
    "a head to its numbers, ms",
    "a head off, ms",
)

# Milliseconds from the event to the frame that shows the first change inside a part of the page. The stage of a head
# stands in a tree of its own inside that part.
WATCH = """(scope, [event, selector]) => {
    let start = 0;
    window.seen = 0;
    addEventListener(event, () => { start = performance.now(); }, { capture: true, once: true });
    const stage = scope.querySelector(".on-stage > div")?.shadowRoot;
    const isInside = ({ target }) =>
        (stage?.contains(target) ? stage.host : target).closest?.(selector);
    const watcher = new MutationObserver((records) => {
        if (!start || !records.some(isInside)) return;
        watcher.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.seen = performance.now() - start; }));
    });
    for (const tree of [scope, stage]) if (tree) watcher.observe(tree, { childList: true, subtree: true });
}"""


@dataclass
class Timed:
    """Milliseconds of each action with one model; forward is what the model takes by itself."""

    tokens: int = 0
    forward: list[float] = field(default_factory=list)
    grid: list[float] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)


def texts() -> Iterator[str]:
    """Sentences of one length that do not come twice."""
    return (TEXT.format(one, other) for one in WORDS for other in WORDS)


def timed(page: Page, event: str, selector: str, act: Callable[[], object]) -> float:
    """Milliseconds from the event that an action makes to the first change in a part of the page, painted."""
    page.locator(".scope").evaluate(WATCH, [event, selector])
    act()
    page.wait_for_function("window.seen")
    found: float = page.evaluate("window.seen")
    page.wait_for_timeout(400)  # what follows, the head that is opened then, is not to fall on the next action
    return found


def _enter(page: Page, text: str) -> float:
    field = page.get_by_label("Text", exact=True)
    field.fill(text)
    return timed(page, "keydown", GRID, lambda: field.press("Enter"))


def with_model(browser: Browser, server: Server, known: KnownModel, repeats: int) -> Timed:
    """All actions with one model, in turn; the first round does not count: scripts and weights are fetched in it."""
    model, found = open_model(known.place), Timed()
    page = browser.new_page(viewport=DESK)
    page.goto(f"{server.url}/microscope?model={known.key}")
    page.wait_for_selector(".tile", timeout=120_000)
    page.wait_for_timeout(1500)
    tiles = cycle(range(1, model.config.layers * model.config.heads, 5))
    for n, text in zip(range(repeats + 1), texts(), strict=False):
        start = time.perf_counter()
        found.tokens = len(model.trace(text).tokens)
        forward = (time.perf_counter() - start) * 1e3
        grid = _enter(page, text)
        tile = page.locator(".tile").nth(next(tiles))
        numbers = timed(page, "click", PANEL, tile.click)
        off = timed(page, "click", GRID, page.get_by_role("button", name="Switch head off").click)
        if n:
            for kept, one in zip(
                (found.forward, found.grid, found.numbers, found.off), (forward, grid, numbers, off), strict=True
            ):
                kept.append(one)
    page.close()
    return found


# --- beside another checkout ------------------------------------------------------------------------------------------

SPENT = {"all, ms": "TaskDuration", "style": "RecalcStyleDuration", "layout": "LayoutDuration"}  # of its processor time
OPENED = ("model", "what", "a head to its numbers, ms", *(f"renderer: {name}" for name in SPENT), "layouts")
SETTLED = 1200  # ms after which nothing that a click began is still going on
NOW, THEN = "now", "then"


@dataclass
class Opening:
    """A page of one checkout whose heads are opened: milliseconds of each, and of the renderer's processor time."""

    page: Page
    wire: CDPSession
    times: list[float] = field(default_factory=list)
    spent: list[list[float]] = field(default_factory=list)

    def counted(self) -> list[float]:
        """Milliseconds spent so far, as SPENT names them, and how many times the page was laid out."""
        found = {each["name"]: each["value"] for each in self.wire.send("Performance.getMetrics")["metrics"]}
        return [1e3 * found[name] for name in SPENT.values()] + [found["LayoutCount"]]

    def open(self, n: int) -> None:
        """Open the n-th head."""
        self.page.bring_to_front()
        tile = self.page.locator(".tile").nth(n)
        tile.hover()
        self.page.wait_for_timeout(SETTLED)
        before = self.counted()
        self.times.append(timed(self.page, "click", PANEL, tile.click))
        self.page.wait_for_timeout(SETTLED)
        self.spent.append([after - each for each, after in zip(before, self.counted(), strict=True)])


def _opening(browser: Browser, server: Server, known: KnownModel) -> Opening:
    page = browser.new_page(viewport=DESK)
    page.goto(f"{server.url}/microscope?model={known.key}&text={TEXT.format(*WORDS[:2]).replace(' ', '+')}")
    page.wait_for_selector(".on-stage td[data-step]", state="attached", timeout=120_000)
    wire = page.context.new_cdp_session(page)
    wire.send("Performance.enable", {"timeDomain": "threadTicks"})
    return Opening(page, wire)


def in_turn(browser: Browser, servers: dict[str, Server], known: KnownModel, repeats: int) -> dict[str, Opening]:
    """Heads of one sentence opened in both checkouts by turns; the first one does not count."""
    found = {name: _opening(browser, server, known) for name, server in servers.items()}
    for n in range(repeats + 1):
        for each in found.values():
            each.open((7 * n + 3) % 60)
            if not n:
                each.times.clear()
                each.spent.clear()
    for each in found.values():
        each.page.close()
    return found


def _beside(report: Report, known: KnownModel, found: dict[str, Opening]) -> None:
    for name, each in found.items():
        spent = (f"{median(column):.0f}" for column in zip(*each.spent, strict=True))
        report.add((known.key, name, spread(each.times), *spent))


def measure(quick: bool = False, then: Path | None = None) -> list[Report]:
    reports, repeats = [_actions(quick)], QUICK_REPEATS if quick else REPEATS
    if then:
        reports.append(Report("Opening a head, by turns with another checkout: medians", OPENED))
        with chromium() as browser, lesson_server() as server, lesson_server(root=then) as other:
            for known in known_models():
                _beside(reports[-1], known, in_turn(browser, {NOW: server, THEN: other}, known, repeats))
        reports[-1].notes.append(SIDE_BY_SIDE)
    return reports


def _actions(quick: bool) -> Report:
    report = Report("The microscope in a browser: median / p95 in ms", COLUMNS)
    with chromium() as browser, lesson_server() as server:
        for known in known_models():
            found = with_model(browser, server, known, QUICK_REPEATS if quick else REPEATS)
            times = (found.forward, found.grid, found.numbers, found.off)
            report.add((known.key, found.tokens, *map(spread, times)))
            _judge(report, known.key, found)
    if not report.rows:
        report.notes.append("No model is installed: make models.")
    report.notes += NOTES
    return report


def _judge(report: Report, key: str, found: Timed) -> None:
    def goal(text: str, shown: str, met: Any) -> None:
        report.goals.append(Goal(f"{key}, {found.tokens} tokens: {text}", shown, bool(met)))

    ratio = median(found.grid) / median(found.forward)
    goal(f"Enter to the grid within {GRID_WANTED:.0f} bare forwards", f"{ratio:.1f}", ratio <= GRID_WANTED)
    numbers = median(found.numbers)
    goal(f"a head to its numbers within {NUMBERS_WANTED:.0f} ms", f"{numbers:.0f} ms", numbers <= NUMBERS_WANTED)
    off = median(found.off) / median(found.grid)
    goal(f"a head off within {OFF_WANTED} times a reading", f"{off:.2f}", off <= OFF_WANTED)


SIDE_BY_SIDE = (
    "Heads of a sentence that was read, one after the other. The renderer's time is what its main thread was "
    "computing, from before the click until it was idle again."
)
NOTES = [
    "From the event inside the page (Enter, click) to the first task after the frame that showed the new grid, or the "
    "numbers of the head on the stage. Every sentence is a new one, so that no answer was kept. Bare forward: the same "
    "sentence in a process of its own, by the clock.",
]
