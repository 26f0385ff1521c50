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
from .server import lesson_server, number_server

VISITS, QUICK_VISITS = 9, 3
LONGEST = 180_000
CALM = 2500  # ms without a further request after which a page counts as loaded
LINES = {  # bits a second and ms there and back; None: as fast as the machine is
    "this machine": None,
    "4 Mbit/s, 50 ms": (4_000_000, 50),
}
PAGES = {"lesson": LESSON.key, "home": ""}
MOST_TIME, MOST_MB = 0.6, 0.9
NOW, THEN, FLOOR = "now", "then", "one number"
COLUMNS = (
    "page",
    "line",
    "what",
    "first number, s",
    "its script came, s",
    "in Streamlit's page, s",
    "MB",
    "requests",
    "time of then",
)

# When a number was painted: the first task after the frame that showed it, in ms since the visit began. Once anywhere,
# and once in an element of Streamlit's page, which hears of edits. No font need have come: until then numbers stand in
# one of the system's (font-display: swap).
FIRST_NUMBER = """(() => {
  const NUMBERS = "td[data-step], .sentence .number";
  const found = (tree) => [...tree.querySelectorAll(NUMBERS)].some((cell) => cell.textContent.trim());
  const mark = (name) => {
    if (name in window) return;
    window[name] = 0;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (window[name] = performance.now());
      port2.postMessage(0);
    });
  };
  const watch = (tree) => {
    const look = () => {
      if (!found(tree)) return;
      mark("firstNumber");
      if (!tree.host.closest("#root")) return;
      mark("numberInPage");
      changes.disconnect();
    };
    const changes = new MutationObserver(look);
    changes.observe(tree, { childList: true, subtree: true, characterData: true });
    return tree;
  };
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {
    return watch(attach.call(this, how));
  };
})()"""
SCRIPT_CAME = """() => Math.max(0, ...performance.getEntriesByType("resource")
  .filter(({ name }) => name.includes("/atlas/stage-")).map(({ responseEnd }) => responseEnd))"""


@dataclass
class Visit:
    """Of one visit, in seconds since it began: a number, the stage's script, a number in an element of Streamlit's.

    Then bytes over the wire, and how many requests.
    """

    seconds: float
    script: float
    page: float
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
    page.wait_for_function("window.firstNumber && window.numberInPage", timeout=LONGEST)
    times = [float(page.evaluate(what)) / 1e3 for what in ("window.firstNumber", SCRIPT_CAME, "window.numberInPage")]
    before = -1
    while line.requests != before:
        before = line.requests
        page.wait_for_timeout(CALM)
    context.close()
    return Visit(*times, line.bytes, line.requests)


def _visits(roots: dict[str, str], path: str, speed: tuple[int, int] | None, times: int) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {name: [] for name in roots}
    with chromium() as browser:
        for _ in range(times):
            for name, root in roots.items():
                found[name].append(visit(browser, f"{root}/{'' if name == FLOOR else path}", speed))
    return found


def measure(quick: bool = False, then: Path | None = None) -> list[Report]:
    report = Report("First visit: nothing in the cache", COLUMNS)
    with ExitStack() as servers:
        roots = {NOW: servers.enter_context(lesson_server()).url, FLOOR: servers.enter_context(number_server()).url}
        if then:
            roots[THEN] = servers.enter_context(lesson_server(root=then)).url
        _visits(roots, PAGES["lesson"], None, 1)  # the first session of a server imports what all others share
        for page, path in PAGES.items():
            for line, speed in LINES.items():
                seen = _visits(roots, path, speed, QUICK_VISITS if quick else VISITS)
                _add(report, (page, line), seen)
    report.notes += NOTES
    return [report]


def _add(report: Report, row: tuple[str, str], seen: dict[str, list[Visit]]) -> None:
    then = median(one.seconds for one in seen.get(THEN, []))
    for name, visits in seen.items():
        first = [one.seconds for one in visits]
        others = (f"{median(times):.2f}" for times in ([one.script for one in visits], [one.page for one in visits]))
        size, requests = median(one.bytes for one in visits) / 1e6, median(one.requests for one in visits)
        share = f"{median(first) / then:.2f}" if THEN in seen else ""
        report.add((*row, name, spread(first, 2), *others, f"{size:.2f}", f"{requests:.0f}", share))
    name, now = ", ".join(row), seen[NOW]
    size = median(one.bytes for one in now) / 1e6
    report.goals.append(Goal(f"{name}: at most {MOST_MB} MB", f"{size:.2f} MB", size <= MOST_MB))
    if THEN in seen:
        share = median(one.seconds for one in now) / then
        text = f"{name}: at most {MOST_TIME:.0%} of the time it took then"
        report.goals.append(Goal(text, f"{share:.0%}", share <= MOST_TIME))


NOTES = [
    "Median / p95. From the beginning of the visit to the first task after the frame that showed a number "
    "on a stage (the lesson's own, or in the picture of the front page). Bytes and requests: all that "
    "came over the wire until nothing more was asked for, compressed as it came, headers and messages included.",
]
