"""Pictures under the hand: pointing at pixels, dragging the number of one, dragging the box of the soft crop."""

from __future__ import annotations

from itertools import cycle, islice
from urllib.parse import urlencode

from playwright.sync_api import Browser, Locator

from tools.serving import chromium

from .lesson import link
from .numbers import Goal, Report, median, percentile, spread
from .screen import STAGE_CELLS, Screen, Seen, middles, point
from .server import lesson_server

LESSONS = {  # with a step of pixels, and how many they are
    "senet": ("output", 36),
    "pervasive-attention": ("grid", 48),
    "gau": ("gated detail", 32),
    "ra-cnn": ("masked", 64),
}
BOXED, NUMBERS = "ra-cnn", (8, 8)
REPEATS, QUICK_REPEATS = 40, 8
DRAG_WITHIN, DRAG_P95_WITHIN = 100, 150
HIGH = 1700  # px: stage and picture in one window
STRIDE, BOX_STRIDE = 10, 6  # px: one step of a number; a part of a pixel
COLUMNS = ("page", "action", "to paint, ms", "from input, ms", "blank frames", "against pointing at the stage of 8x8")


class Bench:
    """Every row beside the same baseline: the median of pointing at a table of 8 by 8 in this run."""

    def __init__(self, browser: Browser, url: str, repeats: int) -> None:
        self.browser, self.url, self.repeats = browser, url, repeats
        self.report = Report("Pictures: median / p95 in ms", COLUMNS)
        self.baseline = 0.0
        self.worst: dict[str, tuple[float, float]] = {}

    def add(self, page: str, action: str, seen: list[Seen]) -> None:
        finals = [one.final for one in seen]
        self.baseline = self.baseline or median(finals)
        ratio = f"{median(finals) / self.baseline:.2f}"
        inputs, blank = spread([one.input for one in seen]), f"{sum(one.blank for one in seen)} in {len(seen)}"
        self.report.add((page, action, spread(finals), inputs, blank, ratio))
        found = (median(finals), percentile(finals, 0.95))
        self.worst[action] = max(found, self.worst.get(action, found))

    def opened(self, path: str, cells: int) -> Screen:
        screen = Screen(self.browser)
        screen.page.set_viewport_size({"width": 1440, "height": HIGH})
        screen.open(self.url + path, "stage", cells)
        return screen

    def pointing(self, name: str, action: str, screen: Screen, cells: int) -> None:
        places = middles(screen, cells)
        tour = islice(cycle(places[::2] + places[1::2]), self.repeats)
        self.add(name, action, [point(screen, *place) for place in tour])

    def dragging(self, name: str, action: str, screen: Screen, target: Locator, stride: int) -> None:
        """There and back by one stride at a time, the button held all the while."""
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        screen.page.mouse.move(x, y)
        screen.page.mouse.down()
        seen = []
        for steps in islice(cycle((1, 2, 3, 2)), self.repeats):
            with screen.watched("stage", "pointermove", rest=150) as found:
                screen.page.mouse.move(x + stride * steps, y)
            seen += found
        screen.page.keyboard.press("Escape")
        screen.page.mouse.up()
        self.add(name, action, seen)

    def judge(self) -> None:
        ratio = self.worst["point at a pixel"][0] / self.baseline
        text = "pointing at a pixel takes no longer than at a cell of the stage of 8x8, on each page"
        self.report.goals.append(Goal(text, f"at most {ratio:.2f} times as long", ratio <= 1))
        for action in ("drag a number", "drag the box"):
            middle, late = self.worst[action]
            text = f"{action}: median within {DRAG_WITHIN} ms, p95 within {DRAG_P95_WITHIN} ms"
            met = middle <= DRAG_WITHIN and late <= DRAG_P95_WITHIN
            self.report.goals.append(Goal(text, f"{middle:.0f} ms, p95 {late:.0f} ms", met))


def measure(quick: bool = False) -> list[Report]:
    with chromium() as browser, lesson_server() as lesson:
        bench = Bench(browser, lesson.url, QUICK_REPEATS if quick else REPEATS)
        baseline = bench.opened(link(*NUMBERS, "scores"), NUMBERS[0] ** 2)
        bench.pointing("the stage of 8x8", "point at a cell", baseline, NUMBERS[0] ** 2)
        cell = baseline.page.locator(STAGE_CELLS).first
        baseline.page.get_by_role("tab", name="Queries").click()
        bench.dragging("the stage of 8x8", "drag a number", baseline, cell, STRIDE)
        baseline.page.close()
        for key, (step, cells) in LESSONS.items():
            screen = bench.opened(f"/{key}?{urlencode({'step': step})}", cells)
            bench.pointing(key, "point at a pixel", screen, cells)
            if key == BOXED:
                bench.dragging(key, "drag a number", screen, screen.page.locator(STAGE_CELLS).first, STRIDE)
                bench.dragging(key, "drag the box", screen, screen.page.locator(".boxes .grip").first, BOX_STRIDE)
            screen.page.close()
    bench.judge()
    bench.report.notes.append(
        "To paint and from input as above. A dragged number or box moves by one stride with the button held; all steps "
        "behind it are computed anew and repainted, and the server is not asked until the hand lets go."
    )
    return [bench.report]
