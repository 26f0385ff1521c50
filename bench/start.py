"""How long a first visit takes until it shows a number, and what it fetches: with nothing in the browser's cache.

Each visit has a browser context of its own. Beside another checkout (--then) visits take turns, so that what else the
machine does hits both alike.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tools.serving import DESK, chromium

from .lesson import LESSON
from .numbers import Goal, Report, median, spread
from .server import lesson_server

VISITS, QUICK_VISITS = 9, 3
LONGEST = 180_000
CALM = 2500  # ms without a further request after which a page counts as loaded
LINES = {  # bits a second and ms there and back; None: as fast as the machine is
    "this machine": None,
    "4 Mbit/s, 50 ms": (4_000_000, 50),
}
PAGES = {"lesson": LESSON.key, "home": ""}
MOST_TIME, MOST_MB = 0.6, 0.9
COLUMNS = ("page", "line", "first number, s", "MB", "requests", "then: first number, s", "then: MB", "of then")

# When the first cell of a stage was painted with its number in it: the first task after that frame, in ms since the
# visit began. No font need have come: until then numbers stand in one of the system's (font-display: swap).
FIRST_NUMBER = """(() => {
  const below = ({ shadowRoot }) => (shadowRoot ? [shadowRoot, ...roots(shadowRoot)] : []);
  const roots = (node) => [...node.querySelectorAll("*")].flatMap(below);
  const cells = () => roots(document).map((root) => root.querySelector("td[data-step], .atlas-number"));
  const cell = () => cells().find((found) => found?.textContent.trim());
  const look = () => {
    const found = cell();
    if (!found) return requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (window.firstNumber = performance.now());
    port2.postMessage(0);
  };
  requestAnimationFrame(look);
})()"""


@dataclass
class Visit:
    """Of one visit: seconds to the first number, bytes over the wire, and how many requests."""

    seconds: float
    bytes: int
    requests: int


class Line:
    """Counts what comes over the wire, at the speed asked for."""

    def __init__(self, page: Page, speed: tuple[int, int] | None) -> None:
        self.bytes, self.requests = 0, 0
        wire: CDPSession = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", self._loaded)
        wire.on("Network.webSocketFrameReceived", self._received)
        if speed:
            rate, delay = speed
            limits = {"downloadThroughput": rate / 8, "uploadThroughput": rate / 8, "latency": delay}
            wire.send("Network.emulateNetworkConditions", {"offline": False, **limits})

    def _loaded(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])
        self.requests += 1

    def _received(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"]) * 3 // 4  # binary frames are written in base64


def visit(browser: Browser, address: str, speed: tuple[int, int] | None) -> Visit:
    """Open the page in a browser that has seen nothing yet."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.add_init_script(FIRST_NUMBER)
    line = Line(page, speed)
    page.goto(address, timeout=LONGEST, wait_until="commit")
    page.wait_for_function("window.firstNumber", timeout=LONGEST)
    seconds = float(page.evaluate("window.firstNumber")) / 1e3
    before = -1
    while line.requests != before:
        before = line.requests
        page.wait_for_timeout(CALM)
    context.close()
    return Visit(seconds, line.bytes, line.requests)


def _visits(roots: dict[str, str], path: str, speed: tuple[int, int] | None, times: int) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {name: [] for name in roots}
    with chromium() as browser:
        for _ in range(times):
            for name, root in roots.items():
                found[name].append(visit(browser, f"{root}/{path}", speed))
    return found


def measure(quick: bool = False, then: Path | None = None) -> list[Report]:
    report = Report("First visit: nothing in the cache", COLUMNS)
    with ExitStack() as servers:
        roots = {"now": servers.enter_context(lesson_server()).url}
        if then:
            roots["then"] = servers.enter_context(lesson_server(root=then)).url
        for root in roots.values():  # the first session of a server imports what all others share
            _visits({"": root}, PAGES["lesson"], None, 1)
        for page, path in PAGES.items():
            for line, speed in LINES.items():
                seen = _visits(roots, path, speed, QUICK_VISITS if quick else VISITS)
                _add(report, (page, line), seen["now"], seen.get("then", []))
    report.notes += NOTES
    return [report]


def _add(report: Report, row: tuple[str, str], now: list[Visit], then: list[Visit]) -> None:
    first, size = [one.seconds for one in now], median(one.bytes for one in now) / 1e6
    columns = (spread(first, 2), f"{size:.2f}", f"{median(one.requests for one in now):.0f}")
    name = ", ".join(row)
    report.goals.append(Goal(f"{name}: at most {MOST_MB} MB", f"{size:.2f} MB", size <= MOST_MB))
    if not then:
        report.add((*row, *columns, "", "", ""))
        return
    old = [one.seconds for one in then]
    share = median(first) / median(old)
    report.add((*row, *columns, spread(old, 2), f"{median(one.bytes for one in then) / 1e6:.2f}", f"{share:.2f}"))
    report.goals.append(
        Goal(f"{name}: at most {MOST_TIME:.0%} of the time it took then", f"{share:.0%}", share <= MOST_TIME)
    )


NOTES = [
    "Median / p95. From the beginning of the visit to the first task after the frame that showed a number "
    "on a stage (the lesson's own, or in the picture of the front page). Bytes and requests: all that "
    "came over the wire until nothing more was asked for, compressed as it came, headers and messages included.",
]
