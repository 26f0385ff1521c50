"""A first visit: stage or sentence stand before Streamlit has come, are the same afterwards, and fetch little."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tools.serving import Server

from .conftest import watched
from .links import packed
from .stage_page import StagePage

KEY = "illustrated-self-attention"
HELD = "**/static/js/index.*.js"  # without which Streamlit draws nothing
NOT_NEEDED = ("katex", "sourcesans", "plotly", "materialsymbols-rounded.ttf")
MOST_BYTES = 900_000  # compressed, as they come over the wire


class Wire:
    """What a page asks for; what Streamlit draws with is held back."""

    def __init__(self, lesson: StagePage) -> None:
        self.lesson, self.asked, self.sizes = lesson, list[str](), list[int]()
        self._held: list[Route] = []
        lesson.page.on("request", lambda request: self.asked.append(request.url.lower()))
        session = lesson.page.context.new_cdp_session(lesson.page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"]))
        lesson.page.route(HELD, lambda route: self._held.append(route))

    def release(self) -> None:
        for route in self._held:
            route.continue_()


@pytest.fixture
def wire(new_context: Callable[..., BrowserContext], server: Server) -> Iterator[Wire]:
    with watched(new_context()) as (page, watch):
        yield Wire(StagePage(page, server.url, watch))


def test_a_lesson_is_read_and_edited_before_streamlit_has_come(wire: Wire) -> None:
    lesson, page = wire.lesson, wire.lesson.page
    page.goto(lesson.address(KEY), wait_until="commit")
    expect(lesson.cell("scores", 2, 1)).to_have_text("4")
    lesson.go("Inputs")
    lesson.cell("X", 1, 1).press("7")
    page.keyboard.press("Enter")
    expect(lesson.cell("X", 1, 1)).to_have_text("7")
    assert not page.locator("[data-testid=stApp]").count()
    cell = lesson.cell("X", 1, 1).element_handle()

    wire.release()
    lesson.settled().on("Inputs")
    assert cell.evaluate("cell => cell.isConnected && cell.getRootNode().host.closest('#root') !== null")
    expect(lesson.cell("X", 1, 1)).to_have_text("7")
    lesson.expect_query(data=packed(KEY, ("X", 0, 7)))
    lesson.expect_chosen("Your numbers")  # the server has it
    expect(page.get_by_text("Sources: ").first).to_be_visible()
    assert not [url for url in wire.asked if any(name in url for name in NOT_NEEDED)]
    assert sum(wire.sizes) < MOST_BYTES


def test_home_reads_itself_before_streamlit_has_come(wire: Wire) -> None:
    page = wire.lesson.page
    page.goto(wire.lesson.url, wait_until="commit")
    page.get_by_role("slider", name="degree").press("ArrowRight")
    number = page.locator(".sentence .row", has_text="degree").locator(".number").first
    expect(number).to_have_text("0.05")
    assert not page.locator("[data-testid=stApp]").count()
    same = number.element_handle()

    wire.release()
    expect(page.get_by_role("heading", name="The path")).to_be_visible()
    expect(page.locator("#atlas-ahead")).to_have_count(0)
    assert same.evaluate("number => number.isConnected && number.getRootNode().host.closest('#root') !== null")
    expect(number).to_have_text("0.05")
    assert not [url for url in wire.asked if "/atlas/stage-" in url]
    assert sum(wire.sizes) < MOST_BYTES
