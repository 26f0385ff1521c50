"""python -m tools.fold [KEY ...]: what of each lesson is on screen as it opens, on a projector and on a large screen.

One line for each lesson: where its card begins, and whether arithmetic, pipeline and words are on screen in full. Used
by the tests too, so that the table and what is tested are one measurement.

With --presented: how large the numbers of every step are in the projector view of a window of 1280 by 720, in one
tab and from handouts, which need no server. One line for each lesson, about its step with the smallest numbers, and
one more for each other step below 24 px.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from playwright.sync_api import Page

from attention_core import CURRICULUM
from attention_core.mechanisms import MECHANISMS
from ui import export
from ui.state import Numbers, Session, View

from .serving import Server, chromium, running

SCREENS = {"1280x720": {"width": 1280, "height": 720}, "1920x1080": {"width": 1920, "height": 1080}}
PATIENCE = 60_000
SHOWN = ".atlas[data-mode=lesson] td.current, [class*=st-key-atlas-address-]"
CALM = 700  # ms: fonts have come, and the stage has taken its place under the rows above it

# Where the parts of a lesson end, in the page's own pixels; a part that is not there ends at 0.
MEASURE = """() => {
  const within = (root, found = []) => {
    for (const node of root.querySelectorAll("*"))
      if (node.shadowRoot) found.push(node.shadowRoot, ...within(node.shadowRoot));
    return found;
  };
  const roots = within(document);
  const atlas = roots.map((root) => root.querySelector(".atlas[data-mode=lesson]")).find(Boolean);
  if (!atlas) return null;
  const box = (query) => atlas.querySelector(query)?.getBoundingClientRect();
  const end = (query) => { const found = box(query); return found?.height ? Math.round(found.bottom) : 0; };
  const tables = [...atlas.querySelectorAll(".stage table")];
  const rows = Math.max(0, ...tables.map((table) => table.querySelectorAll("tbody tr").length));
  const matrices = [...atlas.querySelectorAll(".stage .matrix")];
  const slices = Math.max(0, ...matrices.map((one) => one.querySelectorAll("table").length));
  const inner = ".arithmetic .numbers";
  return {
    top: Math.round(box(".card").top), stage: end(".stage"), arithmetic: end(inner), pipeline: end(".map-box .map"),
    words: end(".words"), rows, slices, width: Math.round(box(".card").width),
    letters: parseFloat(getComputedStyle(atlas).fontSize) * (atlas.currentCSSZoom ?? 1),
    wrapped: Boolean(atlas.querySelector(".stage.wrapped")),
    image: Boolean(atlas.querySelector(".stage .image")),
    sideways: document.scrollingElement.scrollWidth > innerWidth,
  };
}"""


def opened(page: Page, address: str) -> None:
    """Open a lesson and wait until its stage, or what it has in place of one, stands still."""
    page.goto(address)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector(
        ".atlas td.current, .atlas[data-mode=address], [data-testid=stPlotlyChart]", state="attached"
    )
    page.wait_for_selector("#atlas-ahead", state="detached")
    page.evaluate("document.fonts.ready")


def measured(page: Page, screen: dict[str, int]) -> dict[str, Any] | None:
    """Where the parts of the open lesson are on this screen; None where no stage is shown."""
    page.set_viewport_size({"width": screen["width"], "height": screen["height"]})
    page.wait_for_timeout(CALM)
    found: dict[str, Any] | None = page.evaluate(MEASURE)
    return found


def _line(key: str, height: int, seen: dict[str, Any]) -> str:
    def shown(part: str) -> str:
        return f"{seen[part]:5d}{' ' if seen[part] <= height else '*'}" if seen[part] else "    - "

    table = f"{seen['slices']}x{seen['rows']:<3d}{'image' if seen['image'] else ''}"
    parts = " ".join(shown(part) for part in ("stage", "arithmetic", "pipeline", "words"))
    return f"{key:42s} {table:10s} {seen['top']:5d} {parts} {seen['width']:5d}{' sideways' if seen['sideways'] else ''}"


def report(name: str, rows: dict[str, dict[str, Any] | None]) -> str:
    """The table of one screen, with a summary. `*` marks what ends below the screen."""
    height = SCREENS[name]["height"]
    staged = {key: seen for key, seen in rows.items() if seen}
    lines = [f"{name}: where the card begins; where stage, arithmetic, pipeline and words end; the card's width"]
    lines += [_line(key, height, seen) if seen else f"{key:42s} no stage" for key, seen in rows.items()]
    lines.append(f"card's top, median: {median(seen['top'] for seen in staged.values()):.0f}")
    for part in ("stage", "arithmetic", "pipeline", "words"):
        fit = sum(0 < seen[part] <= height for seen in staged.values())
        lines.append(f"{part} on screen in full: {fit} of {sum(seen[part] > 0 for seen in staged.values())}")
    return "\n".join(lines)


def table(address: str, keys: list[str]) -> str:
    """What is on screen of these lessons, for every screen."""
    rows: dict[str, dict[str, dict[str, Any] | None]] = {name: {} for name in SCREENS}
    with chromium() as browser:
        context = browser.new_context(viewport=SCREENS["1280x720"], color_scheme="light", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        for key in keys:
            page = context.new_page()
            opened(page, f"{address}/{key}")
            for name, screen in SCREENS.items():
                rows[name][key] = measured(page, screen)
            page.close()
    return "\n\n".join(report(name, rows[name]) for name in SCREENS)


# --- presented -------------------------------------------------------------------------------------------------------

GOAL = 24  # px, as in assets/stage/draw/projector.js
PRESENTED = """atlas => {
  const shown = atlas.querySelector(".stage"), card = atlas.querySelector(".card");
  const cells = [...shown.querySelectorAll("td[data-step]")].filter((cell) => cell.textContent);
  const sizes = cells.map((cell) => parseFloat(getComputedStyle(cell).fontSize) * (cell.currentCSSZoom ?? 1));
  const parts = [...shown.children].map((part) => part.getBoundingClientRect());
  const [left, right] = [Math.min(...parts.map((part) => part.left)), Math.max(...parts.map((part) => part.right))];
  const outside = [...atlas.children].map((part) => part.getBoundingClientRect());
  const around = outside.filter((part, n) => part.height && getComputedStyle(atlas.children[n]).position !== "fixed");
  const said = atlas.querySelector(".size");
  return {
    step: atlas.querySelector("[role=tab][aria-selected=true]")?.dataset.stop ?? "",
    number: sizes.length ? Math.min(...sizes) : null, zoom: parseFloat(card.style.zoom),
    wrapped: shown.matches(".wrapped"), image: Boolean(shown.querySelector(".image")), told: !said.hidden,
    below: Math.max(0, atlas.scrollHeight - atlas.clientHeight),
    aside: Math.max(0, shown.scrollWidth - shown.clientWidth),
    high: Math.round(atlas.clientHeight - 24 - around.reduce((sum, part) => sum + part.height, 0)),
    wide: Math.round(innerWidth - 48 - (right - left)), rows: Math.max(0, ...[...shown.querySelectorAll("table")]
      .map((table) => table.querySelectorAll("tbody tr").length)), tables: shown.querySelectorAll("table").length,
  };
}"""


def presented(page: Page, handout: str) -> list[dict[str, Any]]:
    """Every step of a handout that opens at its inputs, as it is presented, in its order."""
    page.set_content(handout)
    page.wait_for_selector(".atlas td[data-step]")
    page.keyboard.press("p")
    page.wait_for_selector(".atlas.presenting")
    atlas, found = page.locator(".atlas"), list[dict[str, Any]]()
    for _ in range(atlas.locator("[role=tab]").count()):
        found.append(atlas.evaluate(PRESENTED))
        page.keyboard.press("ArrowRight")
    return found


def _presented_line(key: str, seen: dict[str, Any]) -> str:
    number = "   - " if seen["number"] is None else f"{seen['number']:5.1f}"
    marks = [name for name in ("wrapped", "image", "told") if seen[name]]
    marks += [f"{name} by {seen[name]} px" for name in ("below", "aside") if seen[name] > 1]
    size = f"{seen['tables']}x{seen['rows']}"
    room = f"{seen['high']:5d} {seen['wide']:5d}"
    return f"{key:42s} {seen['step'][:28]:28s} {number} {seen['zoom']:5.2f} {size:7s} {room} {' '.join(marks)}".rstrip()


def presented_lines(keys: list[str]) -> Iterator[str]:
    """The size of the numbers in the projector view, and the room that is left beside them, for each lesson."""
    yield f"{'presented at 1280x720':71s} number  zoom tables   high  wide left"
    enough = count = 0
    with chromium() as browser:
        page = browser.new_page(viewport=SCREENS["1280x720"], reduced_motion="reduce")
        for key in keys:
            numbers = Numbers.of(MECHANISMS[key], next(iter(MECHANISMS[key].presets)))
            if numbers.is_large():
                yield f"{key:42s} maps"
                continue
            handout = export.handout(Session(numbers, View("Inputs")))
            seen = sorted(presented(page, handout), key=lambda one: one["number"] or GOAL * 9)
            small = [one for one in seen[1:] if one["number"] is not None and one["number"] < GOAL]
            yield from (_presented_line(key, one) for one in (seen[0], *small))
            enough, count = enough + (not small and (seen[0]["number"] or GOAL) >= GOAL), count + 1
    yield f"all numbers at least {GOAL} px high: {enough} of {count}"


if __name__ == "__main__":
    chosen = [name for name in sys.argv[1:] if name != "--presented"] or [each.key for each in CURRICULUM]
    if "--presented" in sys.argv:
        for line in presented_lines(chosen):
            print(line, flush=True)
    else:
        with running(Server()) as server:
            print(table(server.url, chosen))
