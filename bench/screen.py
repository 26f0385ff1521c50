"""What a learner sees, frame by frame: a real Chromium with real mouse and keyboard, and a probe inside the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, WebSocket

from tools.serving import DESK

PROBE = Path(__file__).with_name("probe.js")
SETTLED = 700  # ms without a change on the screen after which an action counts as over
LONGEST = 30_000
HAND = 600  # ms a hand rests between keys: the data editor opens its field, the page answers to the click
STAGE_CELLS = ".atlas[data-mode=lesson] td[data-step]"


@dataclass
class Seen:
    """One action. Milliseconds from its event: `handler` to the page's own work done; `final` to the first frame that
    showed the final state; `answer` to the frame after the server's answer was taken in (0 where none is awaited).

    input: the same as `final`, but from the time the browser stamped on the input. blank: frames in which anything was
    blank, empty: how long they stood. kept: whether every cell (or heatmap image) was the same node throughout.
    """

    handler: float
    final: float
    input: float
    answer: float
    blank: int
    empty: float
    kept: bool


class Screen:
    """One open page with its probe."""

    def __init__(self, browser: Browser) -> None:
        self.page: Page = browser.new_page(viewport=DESK)
        self.page.add_init_script(path=PROBE)
        self.sent = 0
        self.page.on("websocket", self._counted)

    def _counted(self, socket: WebSocket) -> None:
        def one_more(_: Any) -> None:
            self.sent += 1

        socket.on("framesent", one_more)

    def open(self, url: str, reader: str, count: int) -> None:
        """Load a page and wait until `count` cells or charts are there, then for the rest of the page to calm down."""
        self.page.goto(url)
        self.page.wait_for_function("([reader, count]) => probe.complete(reader, count)", arg=[reader, count])
        self.page.wait_for_timeout(2500)

    @contextmanager
    def watched(
        self, reader: str, event: str, key: str = "", *, answered: bool = False, rest: int = SETTLED
    ) -> Iterator[list[Seen]]:
        """Measure one action done inside the block, from its event until nothing changed for `rest` ms."""
        found: list[Seen] = []
        self.page.evaluate("(given) => probe.arm(...given)", [reader, event, key])
        yield found
        waited = 0
        while self.page.evaluate("(awaited) => probe.rest(awaited)", answered) < rest:
            self.page.wait_for_timeout(50)
            waited += 50
            if waited > LONGEST:
                lacking = "did not change" if self.page.evaluate("probe.rest(false)") < 0 else "did not come to rest"
                raise TimeoutError(f"{self.page.url[:200]}: the screen {lacking} after {event} {key}")
        found.append(_seen(self.page.evaluate("probe.take()")))


def _seen(taken: dict[str, Any]) -> Seen:
    return Seen(
        taken.get("handler") or 0.0,
        taken["final"],
        taken["sinceInput"],
        taken.get("answerShown") or 0.0,
        taken["blankFrames"],
        taken["blankTime"],
        taken["kept"],
    )


def edit_stage(screen: Screen, cell: tuple[int, int], shape: tuple[int, int], value: str) -> Seen:
    """Double-click one cell of X on the stage, type over it, press Enter; until the server's answer is on screen."""
    screen.page.locator(STAGE_CELLS).nth(cell[0] * shape[1] + cell[1]).dblclick()
    screen.page.keyboard.type(value)
    screen.page.wait_for_timeout(HAND)
    with screen.watched("stage", "keydown", "Enter", answered=True) as found:
        screen.page.keyboard.press("Enter")
    return found[0]


def edit_table(screen: Screen, cell: tuple[int, int], shape: tuple[int, int], value: str) -> Seen:
    """Click one cell of the data editor, type over it, press Enter; until all charts are drawn again."""
    box = screen.page.locator("[data-testid=stDataFrame]").bounding_box()
    assert box is not None
    row_height, head = box["height"] / (shape[0] + 1), 52  # pixels of the row numbers
    x = box["x"] + head + (box["width"] - head) * (cell[1] + 0.5) / shape[1]
    screen.page.mouse.click(x, box["y"] + row_height * (cell[0] + 1.5))
    screen.page.wait_for_timeout(HAND)
    screen.page.keyboard.type(value)
    screen.page.wait_for_timeout(HAND)
    with screen.watched("plotly", "keydown", "Enter") as found:
        screen.page.keyboard.press("Enter")
    return found[0]


def middles(screen: Screen, count: int) -> list[tuple[float, float]]:
    """Where the last `count` cells of the stage are, as far as they can be pointed at; the last is scrolled to."""
    cells = screen.page.locator(STAGE_CELLS)
    cells.last.scroll_into_view_if_needed()
    screen.page.wait_for_timeout(SETTLED)
    stage = screen.page.locator(".atlas[data-mode=lesson] .stage").bounding_box()
    window = screen.page.viewport_size
    assert stage
    assert window
    boxes = [cells.nth(n).bounding_box() for n in range(cells.count())][-count:]
    found = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
    return [(x, y) for x, y in found if stage["x"] < x < stage["x"] + stage["width"] and 0 < y < window["height"]]


def point(screen: Screen, x: float, y: float) -> Seen:
    """Move the mouse onto a cell; until its arithmetic is written."""
    with screen.watched("arithmetic", "pointerover", rest=100) as found:
        screen.page.mouse.move(x, y)
    return found[0]


def turn(screen: Screen, key: str) -> Seen:
    """Press an arrow key; until the other step is on screen."""
    with screen.watched("stage", "keydown", key) as found:
        screen.page.keyboard.press(key)
    return found[0]
