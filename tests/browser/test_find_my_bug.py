"""The page that finds a bug, by keyboard alone: pasted tables, the diagnosis, the cell on the stage, both numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import expect

from attention_core import attention, diagnose
from tools import accessible
from tools.serving import DESK

from .stage_page import StagePage

PHONE = {"width": 390, "height": 844}
RNG = np.random.default_rng(7)
Q, K, V = (RNG.normal(size=(4, 3)).round(2) for _ in range(3))
MINE = attention(Q, K, V, scale=1.0, is_causal=1).output.value
INTO_VIEW = "node => node.scrollIntoView({ block: 'center' })"
ACTIVE = """() => {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node.getAttribute("aria-label") ?? node.innerText ?? "";
}"""


@pytest.fixture
def bug(lesson: StagePage) -> StagePage:
    lesson.page.goto(f"{lesson.url}/find-my-bug")
    expect(lesson.page.locator("h1")).to_have_text("Find my bug")
    lesson.settled()
    return lesson


def tabbed_to(page: StagePage, name: str, most: int = 160) -> None:
    """Tab until what is called so has the focus."""
    for _ in range(most):
        if str(page.page.evaluate(ACTIVE)).startswith(name):
            return
        page.page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def test_by_keyboard_from_pasted_tables_to_the_cell_on_the_stage(bug: StagePage) -> None:
    page = bug.page
    tabbed_to(bug, "Q: queries")
    for table in (Q, K, V, MINE):
        page.keyboard.insert_text(repr(table.tolist()))
        page.keyboard.press("Control+Enter")
        bug.settled()
        page.keyboard.press("Tab")
    tabbed_to(bug, "Causal")
    page.keyboard.press("Space")
    bug.settled()
    verdict = page.get_by_role("heading", name="The scores are not scaled.")
    expect(verdict).to_be_visible()
    departure = diagnose(MINE, Q, K, V, is_causal=1).departure
    assert departure
    both = page.locator(".atlas-both")
    expect(both).to_contain_text(f"{departure.mine:.5g}"[:6])
    expect(both).to_contain_text(f"{departure.right:.5g}"[:6])
    chosen = page.locator(".atlas td.pinned")
    row, column = departure.cell
    expect(chosen).to_have_count(1)
    offset = row * V.shape[1] + column
    assert chosen.get_attribute("data-offset") in (None, str(offset))
    expect(page.locator(".atlas .arithmetic")).to_contain_text(f"{departure.right:.2f}".replace("-", "−"))
    tabbed_to(bug, "at your first wrong number")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    bug.settled()
    expect(page.locator(".atlas [aria-current=step]")).to_contain_text("Scaled scores", ignore_case=True)


def test_a_dropped_file_is_diagnosed_and_let_go(bug: StagePage) -> None:
    tables = {name: table.tolist() for name, table in zip(("Q", "K", "V", "output"), (Q, K, V, MINE), strict=True)}
    content = json.dumps({"inputs": tables, "options": {"is_causal": 1}}).encode()
    field = bug.page.locator("[data-testid=stFileUploader] input[type=file]")
    field.set_input_files({"name": "mine.json", "mimeType": "application/json", "buffer": content})
    expect(bug.page.get_by_role("heading", name="The scores are not scaled.")).to_be_visible()
    expect(bug.page.get_by_text("mine.json", exact=True)).to_have_count(0)
    expect(bug.page.get_by_label("Causal")).to_be_checked()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_diagnosis_is_accessible_and_has_room(bug: StagePage, size: dict[str, int]) -> None:
    page = bug.page
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.get_by_role("button", name="Try an example").click()
    expect(page.get_by_role("heading", name="The scores are not scaled.")).to_be_visible()
    expect(page.locator(".atlas td.pinned")).to_have_count(1)
    bug.settled()
    found = [*accessible.in_both_themes(page)]
    page.set_viewport_size(DESK)
    assert not found
