"""The stage keeps its height: whatever one points at, clicks, edits and checks, nothing below it moves."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

import pytest
from playwright.sync_api import Page

from attention_core import CURRICULUM
from attention_stage.payload import payload, place
from attention_stage.structure import forward_stops

from .kit import mount

DESK, PHONE = {"width": 1100, "height": 900}, {"width": 390, "height": 844}
LESSONS = {lesson.key: lesson for lesson in CURRICULUM}
# Long sums and short ones; numbers of few digits and of many; operands that are computed themselves.
LOOKS = [
    ("illustrated-self-attention", "scores"),
    ("illustrated-self-attention", "attention weights"),
    ("multi-head-attention", "output"),
    ("rope", "rotated queries"),
]
# Heights are measured a moment after a frame; this waits for three of those.
REST = """async () => {
  for (let n = 0; n < 3; n++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return document.querySelector(".card").getBoundingClientRect().height;
}"""


def opened(kit: Page, key: str, step: str, size: Any) -> Page:
    kit.set_viewport_size(size)
    trace = LESSONS[key].trace()
    inputs = tuple(LESSONS[key].inputs)
    mount(kit, payload(trace.steps, forward_stops(trace, {}), editable=inputs, view=place(step)))
    return kit


def height(page: Page) -> float:
    return float(page.evaluate(REST))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("key", "step"), LOOKS, ids=[f"{key}-{step}" for key, step in LOOKS])
def test_pointing_and_clicking_keep_the_height(kit: Page, key: str, step: str, size: Any) -> None:
    page = opened(kit, key, step, size)
    before = height(page)
    cells = page.locator("td[data-step]").all()
    boxes = [box for cell in cells[:50] if (box := cell.bounding_box())]
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    for middle in islice(cycle(middles), 50):
        page.mouse.move(*middle)
    assert height(page) == before
    for middle in islice(cycle(middles[::3]), 20):
        page.mouse.click(*middle)
    assert height(page) == before


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_edits_and_checks_keep_the_height(kit: Page, size: Any) -> None:
    page = opened(kit, "scaled-dot-product-attention", "scores", size)
    before = height(page)
    for text in ("2", "-1", "0.5", "3"):
        page.locator("table[aria-label=Q] td[data-step]").first.dblclick()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        assert height(page) == before
    for text in ("7", "8"):
        page.get_by_label("Your answer").fill(text)
        page.get_by_role("button", name="Check").click()
        page.get_by_role("button", name="Another").click()
        assert height(page) == before


def test_another_width_gets_another_height(kit: Page) -> None:
    wide = height(opened(kit, "multi-head-attention", "output", DESK))
    kit.set_viewport_size(PHONE)
    assert height(kit) != wide
    kit.set_viewport_size(DESK)
    assert height(kit) == wide


@pytest.mark.parametrize("key", ["scaled-dot-product-attention", "causal-mask"])
def test_the_arithmetic_stays_where_it_is_from_step_to_step(kit: Page, key: str) -> None:
    """Among steps laid out alike: a matrix above the result takes more room than a line of matrices."""
    page = opened(kit, key, "scores", DESK)
    tops: dict[bool, list[float]] = {True: [], False: []}
    for n in range(1, page.evaluate("where.stops.length")):
        page.evaluate("n => stage.open(n)", n)
        height(page)
        on_board = page.locator(".stage.board").count() == 1
        tops[on_board].append(page.evaluate("document.querySelector('.working').getBoundingClientRect().top"))
    assert all(max(found) - min(found) <= 12 for found in tops.values() if found), tops
