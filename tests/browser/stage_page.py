"""A lesson as a learner handles it: the words of the tests on one side, selectors on the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page, TimeoutError, expect

from .watch import Watch

PATIENCE = 15_000  # milliseconds: how long an expectation may take on a busy machine
LONG = 4 * PATIENCE  # where several browsers or servers share the cores
MINUS = "−"

LAST_WORDS = {
    "Insight": re.compile("Sources: "),
    "Inputs": re.compile("Or a file for"),
    "Gradient": re.compile("Check by nudging"),
    "Since the preset": re.compile("Nothing here differs|Largest mover|no cell left to compare"),
    "Challenges": re.compile("A hint"),
}

# Every td and its text before an edit, then on each frame whether one of them is blank.
START_SAMPLING = """atlas => {
  const cells = () => [...atlas.querySelectorAll("td[data-step]")];
  const seen = { cells: cells(), frames: 0, blanks: 0, stop: false };
  window.sampled = seen;
  const look = () => {
    seen.frames += 1;
    seen.blanks += cells().filter((cell) => !cell.textContent && !cell.querySelector("input")).length;
    if (!seen.stop) requestAnimationFrame(look);
  };
  new MutationObserver(look).observe(atlas, { childList: true, subtree: true, characterData: true });
  look();
}"""
STOP_SAMPLING = """atlas => {
  const seen = window.sampled;
  seen.stop = true;
  const cells = [...atlas.querySelectorAll("td[data-step]")];
  const kept = cells.length === seen.cells.length && cells.every((cell, n) => cell === seen.cells[n]);
  return { frames: seen.frames, blanks: seen.blanks, kept };
}"""
PASTE = """(cell, text) => {
  cell.focus();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true }));
}"""
FOCUSED = """() => {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node.closest(".rail, .stage, .predict, .map, .selectors")?.classList[0] ?? "";
}"""


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def number_of(text: str) -> float:
    return float(text.replace(MINUS, "-").replace("∞", "inf"))


class StagePage:
    """One page; rows, columns and slices count from 1."""

    def __init__(self, page: Page, url: str, watch: Watch) -> None:
        self.page = page
        self.url = url
        self.watch = watch
        self.atlas = page.locator(".atlas[data-mode=lesson]")
        self.stage = self.atlas.locator(".stage")
        self.tabs = self.atlas.get_by_role("tab")
        self.symbols = self.atlas.locator(".symbols")
        self.numbers = self.atlas.locator(".numbers")
        self.notice = self.atlas.locator(".notice")
        self.current = self.stage.locator("td.current")
        self.pinned = self.stage.locator("td.pinned")
        self.predict = self.atlas.locator(".predict")
        self.warnings = page.locator("[data-testid=stAlert]")
        self.dialog = page.get_by_role("dialog")
        self.link = self.dialog.locator("code").first  # what Share and Teach hand out

    # --- getting there

    def address(self, key: str, **query: str) -> str:
        return f"{self.url}/{key}" + (f"?{urlencode(query)}" if query else "")

    def open(self, key: str, **query: str) -> StagePage:
        return self.visit(self.address(key, **query))

    def visit(self, address: str) -> StagePage:
        self.page.goto(address)
        expect(self.stage.locator("td").first).to_be_visible()
        return self.settled()

    def settled(self) -> StagePage:
        """Wait until Streamlit's page has come and the script has run to its end."""
        expect(self.page.locator("#atlas-ahead")).to_be_hidden()
        expect(self.page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
        return self

    def go(self, step: str) -> StagePage:
        if "/" in step and not self.tab(step).is_visible():  # in a group that is closed to its first tab
            self.atlas.locator(f'[data-stop^="{step.rpartition("/")[0]}/" i]').first.click()
        self.tab(step).click()
        return self.on(step)

    def on(self, step: str) -> StagePage:
        expect(self.tab(step)).to_have_attribute("aria-selected", "true")
        return self

    def afresh(self, step: str) -> StagePage:
        """The step as it opens: nothing pinned, pointed at or focused."""
        self.go(step)
        self.leave()
        self.page.evaluate("document.activeElement.blur()")
        return self

    def tab(self, step: str) -> Locator:
        """The step's place on the rail."""
        return self.atlas.locator(f'[role="tab"][data-stop="{step}" i]')

    def query(self) -> dict[str, str]:
        return query_of(self.page.url)

    def expect_query(self, patience: int = PATIENCE, **parts: str | None) -> None:
        """The address has these parts, or comes to have them; None: has none such."""
        self.page.wait_for_function(
            """wanted => {
              const query = new URLSearchParams(location.search);
              return Object.entries(wanted).every(([name, text]) => query.get(name) === text);
            }""",
            arg=parts,
            timeout=patience,
        )

    def expect_own_numbers(self) -> None:
        """The page has taken the learner's numbers, whatever they are, and the stage shows them."""
        self.page.wait_for_function("new URLSearchParams(location.search).has('data')")
        self.settled()

    # --- around the stage

    def pill(self, name: str) -> Locator:
        return self.page.get_by_role("radio", name=name, exact=True).or_(
            self.page.locator("[data-testid=stButtonGroup]").get_by_role("button", name=name, exact=True)
        )

    def tab_of(self, meaning: str) -> Locator:
        """The tab of an input's table, by what the input means: its symbol is a formula."""
        return self.page.get_by_role("radio").filter(has_text=f"· {meaning}")

    def choose(self, preset: str) -> None:
        self.pill(preset).click()
        self.settled()

    def reset(self, preset: str) -> None:
        """Back to a preset's numbers. While an edit is under way its pill looks chosen, and a click says nothing:

        a test that shares its page ends with `expect_own_numbers`, or its edit outlives this.
        """
        self.choose(preset)
        for patience in (1000, 2000, 4000, PATIENCE):
            try:
                return self.expect_query(patience, data=None)
            except TimeoutError:
                if self.settled().pill(preset).get_attribute("aria-checked") != "true":  # a slow page is left alone
                    self.choose(preset)
        raise AssertionError(f"the numbers of “{preset}” do not come back")

    def section(self, name: str) -> None:
        """Open a section below the fold, unless it is open, and wait for its last words."""
        if self.pill(name).get_attribute("aria-checked") != "true":
            self.pill(name).click()
        expect(self.page.get_by_text(LAST_WORDS[name]).first).to_be_attached()
        self.settled()

    def expect_chosen(self, name: str) -> None:
        expect(self.pill(name)).to_have_attribute("aria-checked", "true")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def box(self, label: str) -> Locator:
        return self.page.get_by_role("combobox", name=label, exact=True)

    def select(self, label: str, option: str) -> None:
        """Choose from a list; a page that is still drawing closes the list again, hence several tries."""
        found = self.page.get_by_role("option", name=option, exact=True)
        for patience in (1000, 2000, 4000, PATIENCE):
            self.settled().box(label).focus()
            self.page.keyboard.press("ArrowDown")
            try:
                found.click(timeout=patience)
                break
            except TimeoutError:
                self.page.keyboard.press("Escape")
        expect(self.box(label)).to_have_value(option)
        self.settled()

    def link_in_dialog(self) -> str:
        """The link, which stands folded under the button that copies it."""
        return (self.link.text_content() or "").strip()

    # --- cells

    def tables(self, name: str) -> Locator:
        return self.stage.locator(f'table[aria-label="{name}"], table[aria-label^="{name}, "]')

    def cell(self, name: str, row: int, column: int, slice_: int = 1) -> Locator:
        """By row and column of the matrix itself, however it is drawn."""
        table = self.tables(name).nth(slice_ - 1)
        if table.evaluate("table => table.classList.contains('turned')"):
            row, column = column, row
        return table.locator("tbody tr").nth(row - 1).locator("td").nth(column - 1)

    def table(self, name: str, slice_: int = 1) -> list[list[str]]:
        """All texts of a table. The number that Predict asks for is shown first."""
        table = self.tables(name).nth(slice_ - 1)
        if table.get_by_role("gridcell", name="?", exact=True).count():
            self.predict.get_by_role("button", name="Show").evaluate("button => button.click()")  # behind a dialog too
        rows = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
        turned = table.evaluate("table => table.classList.contains('turned')")
        return [list(column) for column in zip(*rows, strict=True)] if turned else rows

    def values(self, name: str, slice_: int = 1) -> list[list[float]]:
        return [[number_of(text) for text in row] for row in self.table(name, slice_)]

    def place(self, cell: Locator) -> tuple[str, int, int]:
        """(matrix, row, column) of a cell, those of the matrix itself where it is drawn transposed."""
        return tuple(
            cell.evaluate(
                """td => {
                  const place = [[...td.closest("tbody").rows].indexOf(td.parentElement) + 1, td.cellIndex];
                  const table = td.closest("table");
                  if (table.classList.contains("turned")) place.reverse();
                  return [table.getAttribute("aria-label").replace(/, transposed$/, ""), ...place];
                }"""
            )
        )

    def lit(self) -> set[tuple[str, int, int]]:
        return {self.place(cell) for cell in self.stage.locator("td.lit").all()}

    def leave(self) -> None:
        self.page.locator("h1").first.hover()

    def focused(self) -> str:
        """The part of the stage the keyboard is in."""
        return str(self.page.evaluate(FOCUSED))

    def expect_numbers(self, arithmetic: str) -> None:
        """The arithmetic on screen, blanks aside."""
        pattern = r"\s*".join(re.escape(part) for part in re.split(r"\s+|(?<=[-+=·])|(?=[-+=·])", arithmetic) if part)
        expect(self.numbers).to_have_text(re.compile(rf"^\s*{pattern}\s*$"))

    # --- editing

    def field(self) -> Locator:
        return self.stage.locator("td input")

    def start_editing(self, name: str, row: int, column: int) -> Locator:
        self.cell(name, row, column).dblclick()
        expect(self.field()).to_be_focused()
        return self.field()

    def edit(self, name: str, row: int, column: int, text: str) -> None:
        self.start_editing(name, row, column).fill(text)
        self.page.keyboard.press("Enter")

    def paste(self, name: str, row: int, column: int, rows: Sequence[Sequence[str]]) -> None:
        self.cell(name, row, column).evaluate(PASTE, "\n".join("\t".join(row) for row in rows) + "\n")

    def start_sampling(self) -> None:
        self.atlas.evaluate(START_SAMPLING)

    def stop_sampling(self) -> dict[str, Any]:
        return dict(self.atlas.evaluate(STOP_SAMPLING))
