"""A phone: boxes dragged and masks painted by a finger, numbers typed with its keypad, reasons seen where one types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, expect

from tools.serving import Server

from .conftest import watched
from .stage_page import StagePage

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
KEY = "causal-mask"


@pytest.fixture(scope="module")
def phone(browser_context: Any, server: Server) -> Iterator[StagePage]:
    with watched(browser_context(**PHONE)) as (page, watch):
        yield StagePage(page, server.url, watch)


@pytest.fixture
def finger(phone: StagePage) -> CDPSession:
    return phone.page.context.new_cdp_session(phone.page)


def middle(cell: Locator) -> tuple[float, float]:
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def stroke(finger: CDPSession, start: tuple[float, float], by: tuple[float, float], parts: int = 10) -> None:
    """A finger put down, moved and lifted, with the time between that fingers take."""

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", start)
    for n in range(1, parts + 1):
        touch("touchMove", (start[0] + by[0] * n / parts, start[1] + by[1] * n / parts))
    touch("touchEnd")


def test_a_box_follows_the_finger_all_the_way(phone: StagePage, finger: CDPSession) -> None:
    phone.open("ra-cnn", preset="good", step="zoom")
    phone.page.evaluate("document.addEventListener('pointercancel', () => (window.cancelled = true), true)")
    grip = phone.page.locator(".grip")
    grip.scroll_into_view_if_needed()
    before = grip.bounding_box()
    assert before
    stroke(finger, middle(grip), (-40, 40))
    after = phone.page.locator(".grip").bounding_box()
    assert after
    assert not phone.page.evaluate("window.cancelled")
    assert before["x"] - after["x"] == pytest.approx(40, abs=2)
    assert after["y"] - before["y"] == pytest.approx(40, abs=2)
    phone.expect_own_numbers()


def test_a_mask_is_painted_sideways_and_scrolled_downwards(phone: StagePage, finger: CDPSession) -> None:
    phone.open(KEY, preset="causal", step="masked scores")
    first, last = phone.cell("visible", 1, 2), phone.cell("visible", 1, 3)
    start, end = middle(first), middle(last)
    stroke(finger, middle(first), (end[0] - start[0], 0))
    assert phone.values("visible")[0] == [1, 1, 1]
    phone.expect_own_numbers()
    before = phone.table("visible")
    stroke(finger, middle(phone.cell("visible", 2, 2)), (0, -80))
    assert phone.table("visible") == before


def test_a_number_is_typed_with_a_keypad_that_has_a_sign(phone: StagePage) -> None:
    phone.open("illustrated-self-attention", step="Inputs")
    cell = phone.cell("X", 1, 1)
    cell.dblclick()
    field = phone.field()
    assert field.get_attribute("inputmode") == "decimal"
    assert float(field.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")) >= 16
    field.fill("2")
    phone.stage.get_by_role("button", name="Change the sign").tap()
    expect(field).to_have_value("-2")
    expect(field).to_be_focused()
    field.press("Enter")
    expect(cell).to_have_text("−2")


def test_the_reason_stands_where_one_types(phone: StagePage) -> None:
    phone.open("illustrated-self-attention", step="Inputs")
    phone.cell("X", 1, 1).dblclick()
    phone.field().fill("abc")
    phone.field().press("Enter")
    expect(phone.notice).to_contain_text("“abc” is not a number")
    expect(phone.notice).to_be_in_viewport()
