"""The page in a real browser: pointing, editing, stepping; and the same matrices as Plotly charts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, islice

from playwright.sync_api import Browser

from tools.serving import chromium

from .lesson import link
from .numbers import Goal, Report, median, percentile, spread
from .screen import Screen, Seen, edit_stage, edit_table, middles, point, turn
from .server import AS_STREAMLIT_COMES, lesson_server, plotly_server

Size = tuple[int, int]  # tokens, width
Edit = Callable[[Screen, tuple[int, int], Size, str], Seen]

PUBLISHED, COMPARED, WIDEST = (3, 4), (8, 8), (12, 12)
REPEATS, QUICK_REPEATS = 20, 6
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
        server = spread(answers) if all(answers) and action.startswith("edit") else ""
        self.report.add((f"{page} {_spelled(size)}", action, handler, final, since, server, blank, kept))

    # --- pointing and stepping ----------------------------------------------------------------------------------------

    def reading(self, url: str, size: Size) -> None:
        screen = Screen(self.browser)
        screen.open(url + link(*size, "scores"), "stage", size[0] ** 2)
        self._pointing(screen, size)
        self._stepping(screen, size)
        screen.page.close()

    def _pointing(self, screen: Screen, size: Size) -> None:
        """From cell to cell of the result, jumping over every second one."""
        places = middles(screen, size[0] ** 2)
        before = screen.sent
        screen.page.evaluate("probe.slow()")
        tour = islice(cycle(places[::2] + places[1::2]), max(20, 2 * self.repeats))
        seen = [point(screen, *place) for place in tour]
        messages = screen.sent - before
        slow: list[float] = screen.page.evaluate("probe.slow()")
        screen.page.mouse.move(5, 5)
        self.add("stage", "point at a cell", size, seen)
        presented = spread([*slow, *([8.0] * (len(seen) - len(slow)))])
        self.report.notes.append(
            f"Pointing at {_spelled(size)}: {messages} messages to the server in {len(seen)} moves. The browser's own "
            f"event timing, input to frame presented in steps of 8 ms, all under 16 counted as 8: {presented} ms."
        )
        if size == COMPARED:
            self._pointing_goals(seen, messages)

    def _pointing_goals(self, seen: list[Seen], messages: int) -> None:
        middle = median(one.final for one in seen)
        shown = f"{middle:.0f} ms, {messages} messages"
        text = f"pointing to paint: median within {POINT_WITHIN} ms, no message to the server"
        self.report.goals.append(Goal(text, shown, middle <= POINT_WITHIN and not messages))

    def _stepping(self, screen: Screen, size: Size) -> None:
        tour = cycle(["ArrowRight"] * 3 + ["ArrowLeft"] * 3)  # scores -> output and back
        self.add("stage", "next or previous step", size, [turn(screen, next(tour)) for _ in range(self.repeats)])

    # --- editing ------------------------------------------------------------------------------------------------------

    def editing(self, size: Size, stage: str, plotly: dict[str, str]) -> None:
        """The same edits on all pages in turn, so that what else the machine does hits all of them alike.

        stage: address of the lesson; plotly: addresses of the Plotly page by the name of the row.
        """
        actors: dict[tuple[str, str], tuple[Screen, Edit]] = {}
        for stop in ("Inputs", "queries"):
            screen = Screen(self.browser)
            screen.open(stage + link(*size, stop), "stage", size[0] * size[1])
            actors["stage", f"edit at {stop}"] = (screen, edit_stage)
        for name, url in plotly.items():
            screen = Screen(self.browser)
            screen.open(f"{url}/?tokens={size[0]}&width={size[1]}", "plotly", CHARTS)
            actors[name, "edit the table"] = (screen, edit_table)
        seen: dict[tuple[str, str], list[Seen]] = {row: [] for row in actors}
        for n in range(self.repeats):
            place = (n % size[0], n * 3 % size[1])
            for row, (screen, edit) in actors.items():
                screen.page.bring_to_front()
                seen[row].append(edit(screen, place, size, str(4 + n)))  # a value that was nowhere before
        for row, (screen, _) in actors.items():
            self.add(*row, size, seen[row])
            screen.page.close()

    # --- goals -------------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        finals = [one.final for one in self.seen["stage", "edit at queries", COMPARED]]
        answers = [one.answer for one in self.seen["stage", "edit at queries", COMPARED]]
        plotly = [one.final for one in self.seen["Plotly", "edit the table", COMPARED]]
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
    with (
        chromium() as browser,
        lesson_server() as lesson,
        plotly_server() as plotly,
        plotly_server(AS_STREAMLIT_COMES) as default,
    ):
        bench = Bench(browser, QUICK_REPEATS if quick else REPEATS)
        for size in (PUBLISHED, COMPARED, WIDEST):
            bench.reading(lesson.url, size)
            as_it_comes = {"Plotly, collection on,": default.url} if size == COMPARED else {}
            bench.editing(size, lesson.url, {"Plotly": plotly.url, **as_it_comes})
    bench.judge()
    bench.report.notes += NOTES
    return [bench.report]


NOTES = [
    "Sizes are tokens x width. To paint: from the event inside the page (Enter, pointerover, arrow key) to the first "
    "task after the frame that showed the final state. From input: the same from the time stamp of the input. With "
    "server: to the frame after the server has answered the edit.",
    "Goals are held at 8x8. Edits at Inputs repaint the four input tables, at queries X, W_q and Q; all steps are "
    "computed anew in both cases, and the map of the computation with them.",
    "Plotly: X, Q, K and S as four heatmaps with printed numbers, X edited in st.data_editor, which itself waits about "
    "150 ms before it sends. Blank: a chart without its heatmap or numbers. Garbage collection after every script run "
    "is off unless the row says otherwise. Pages of one size are edited in turn, one edit each.",
    "What makes the difference: the stage computes and repaints before the server is asked, in cells that stay. "
    "Streamlit gives a changed Plotly figure a new identity, so that every chart is thrown away and built again.",
]
