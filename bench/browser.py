"""The page in a real browser: pointing, editing, stepping; and the same matrices as Plotly charts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle, islice

from playwright.sync_api import Browser

from .lesson import link
from .numbers import Goal, Report, median, percentile, spread
from .screen import STAGE_CELLS, Screen, Seen, chromium, edit_stage, edit_table, point, turn
from .server import AS_STREAMLIT_COMES, WITHOUT_COLLECTION, lesson_server, plotly_server

Size = tuple[int, int]  # tokens, width

PUBLISHED, COMPARED, WIDEST = (3, 4), (8, 8), (12, 12)
REPEATS, QUICK_REPEATS = 24, 6
CHARTS = 4
POINT_WITHIN, EDIT_WITHIN, EDIT_P95_WITHIN, FASTER = 16, 100, 150, 5
COLUMNS = (
    "page",
    "action",
    "handler, ms",
    "to paint, ms",
    "from input, ms",
    "with server, ms",
    "blank frames, ms each time",
    "cells kept",
)


class Bench:
    """Rows of one run; goals are held against the rows of the compared size."""

    def __init__(self, browser: Browser, repeats: int) -> None:
        self.browser, self.repeats = browser, repeats
        self.report = Report("Browser: median / p95 in ms", COLUMNS)
        self.seen: dict[tuple[str, str, Size], list[Seen]] = {}

    def add(self, page: str, action: str, size: Size, seen: list[Seen]) -> None:
        self.seen[page, action, size] = seen
        columns = ([one.handler for one in seen], [one.final for one in seen], [one.input for one in seen])
        handler, final, since = (spread(values) if any(values) else "" for values in columns)
        answers = [one.answer for one in seen]
        kept = f"{sum(one.kept for one in seen)} of {len(seen)} times" if action.startswith("edit") else ""
        blank = f"{sum(one.blank for one in seen)} in {len(seen)}, {median(one.empty for one in seen):.0f}"
        server = spread(answers) if all(answers) else ""
        self.report.rows.append((f"{page} {_spelled(size)}", action, handler, final, since, server, blank, kept))

    # --- the stage ---------------------------------------------------------------------------------------------------

    def stage(self, url: str, size: Size) -> None:
        screen = Screen(self.browser)
        screen.open(url + link(*size, "scores"), "stage", size[0] ** 2)
        self._pointing(screen, size)
        self._stepping(screen, size)
        for stop in ("Inputs", "queries"):
            screen.open(url + link(*size, stop), "stage", size[0] * size[1])
            self._editing(screen, size, stop)
        screen.page.close()

    def _pointing(self, screen: Screen, size: Size) -> None:
        """From cell to cell of the result, never to the one beside it: the mouse jumps."""
        cells = screen.page.locator(STAGE_CELLS)
        boxes = [cells.nth(n).bounding_box() for n in range(cells.count())][-(size[0] ** 2) :]
        visible = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
        visible = [(x, y) for x, y in visible if x < 1360 and y < 890]
        before = screen.sent
        screen.page.evaluate("probe.slow()")
        places = islice(cycle(visible[::2] + visible[1::2]), max(20, 2 * self.repeats))
        seen = [point(screen, *place) for place in places]
        screen.page.mouse.move(5, 5)
        slow: list[float] = screen.page.evaluate("probe.slow()")
        self.add("stage", "point at a cell", size, seen)
        presented = [*slow, *([8.0] * (len(seen) - len(slow)))]
        self.report.notes.append(
            f"Pointing at {_spelled(size)}: {screen.sent - before} messages to the server in {len(seen)} moves. Chromium's "
            f"own event timing (input to frame presented, steps of 8 ms, below 16 counted as 8): {spread(presented)} ms."
        )
        if size == COMPARED:
            self._pointing_goals(seen, screen.sent - before)

    def _pointing_goals(self, seen: list[Seen], messages: int) -> None:
        middle = median(one.final for one in seen)
        shown = f"{middle:.0f} ms, {messages} messages"
        text = f"pointing to paint: median within {POINT_WITHIN} ms, no message to the server"
        self.report.goals.append(Goal(text, shown, middle <= POINT_WITHIN and not messages))

    def _stepping(self, screen: Screen, size: Size) -> None:
        tour = cycle(["ArrowRight"] * 3 + ["ArrowLeft"] * 3)  # scores -> output and back
        self.add("stage", "next or previous step", size, [turn(screen, next(tour)) for _ in range(self.repeats)])

    def _editing(self, screen: Screen, size: Size, stop: str) -> None:
        """One cell of X after another; every value differs from what stood there."""
        seen = []
        for n in range(self.repeats):
            seen.append(edit_stage(screen, n % (size[0] * size[1]), str(4 + n)))
        self.add("stage", f"edit at {stop}", size, seen)

    # --- Plotly ------------------------------------------------------------------------------------------------------

    def plotly(self, size: Size, runner: Mapping[str, bool]) -> None:
        with plotly_server(runner) as server:
            screen = Screen(self.browser)
            screen.open(f"{server.url}/?tokens={size[0]}&width={size[1]}", "plotly", CHARTS)
            places = islice(cycle((n % size[0], n * 3 % size[1]) for n in range(size[0] * size[1])), self.repeats)
            seen = [edit_table(screen, place, size, str(4 + n)) for n, place in enumerate(places)]
            screen.page.close()
        name = "Plotly, collection off," if runner else "Plotly, as Streamlit comes,"
        self.add(name, "edit the table", size, seen)

    # --- goals -------------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        finals = [one.final for one in self.seen["stage", "edit at queries", COMPARED]]
        answers = [one.answer for one in self.seen["stage", "edit at queries", COMPARED]]
        plotly = [one.final for one in self.seen["Plotly, collection off,", "edit the table", COMPARED]]
        shown = f"{median(finals):.0f} ms, p95 {percentile(finals, 0.95):.0f} ms"
        met = median(finals) <= EDIT_WITHIN and percentile(finals, 0.95) <= EDIT_P95_WITHIN
        text = f"edit to all cells repainted: median within {EDIT_WITHIN} ms, p95 within {EDIT_P95_WITHIN} ms"
        self.report.goals.append(Goal(text, shown, met))
        ratio, slower = median(plotly) / median(finals), median(plotly) / median(answers)
        shown = f"{ratio:.1f} times ({slower:.1f} with the server's answer)"
        self.report.goals.append(
            Goal(f"edit at least {FASTER} times faster than as Plotly charts", shown, ratio >= FASTER)
        )


def _spelled(size: Size) -> str:
    return f"{size[0]}x{size[1]}"


def measure(quick: bool = False) -> list[Report]:
    with chromium() as browser:
        bench = Bench(browser, QUICK_REPEATS if quick else REPEATS)
        with lesson_server() as server:
            for size in (PUBLISHED, COMPARED, WIDEST):
                bench.stage(server.url, size)
        for size in (PUBLISHED, COMPARED, WIDEST):
            bench.plotly(size, WITHOUT_COLLECTION)
        bench.plotly(COMPARED, AS_STREAMLIT_COMES)
    bench.judge()
    bench.report.notes += NOTES
    return [bench.report]


NOTES = [
    "Sizes are tokens x width. To paint: from the event inside the page (Enter, pointerover, arrow key) to the first task "
    "after the frame that showed the final state. From input: the same from the time stamp of the input. With server: to "
    "the frame after the server's answer was taken in (the link in the address bar changes then).",
    "Goals are held at 8x8. Edits at Inputs repaint the four input tables, at queries X, W_q and Q; all steps are computed "
    "anew in both cases, and the map of the computation with them.",
    "Plotly: X, Q, K and S as four heatmaps with printed numbers, X edited in st.data_editor, which itself waits about "
    "150 ms before it sends. Blank: a chart without its heatmap or numbers.",
    "What makes the difference: the stage computes and repaints before the server is asked, in cells that stay; "
    "Streamlit gives a changed Plotly figure a new identity and rebuilds the whole chart, about 100 ms each.",
]
