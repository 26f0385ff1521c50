"""A lesson of the app in a page of another site: without furniture, alive, and as high as what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.site.conftest import serving_files
from ui.embedding import LISTENER

from .stage_page import StagePage

KEY = "illustrated-self-attention"
ROOM = "main => [main.scrollHeight, main.clientHeight]"
CONTAINER = "[data-testid=stMain]"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The file of a page, and its address at another site than the app's: "localhost" is not "127.0.0.1"."""
    with serving_files(tmp_path) as address:
        yield tmp_path / "host.html", address.replace("127.0.0.1", "localhost") + "/host.html"


def framed(page: Page, host: tuple[Path, str], address: str) -> FrameLocator:
    file, where = host
    file.write_text(f'<!doctype html><iframe src="{address}" style="width: 900px; height: 200px"></iframe>{LISTENER}')
    page.goto(where)
    frame = page.frame_locator("iframe")
    expect(frame.locator("#atlas-ahead")).to_be_hidden()
    expect(frame.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    return frame


def expect_no_bar(page: Page, frame: FrameLocator) -> None:
    """The frame comes to be as high as its page, and no higher: nothing scrolls in it, and no room is left over."""
    for _ in range(40):
        content, room = frame.locator(CONTAINER).evaluate(ROOM)
        held = frame.locator("[data-testid=stMainBlockContainer]").evaluate("node => node.offsetHeight")
        if content <= room and abs(held - room) <= 2:
            return
        page.wait_for_timeout(250)
    raise AssertionError((content, room, held))


def test_a_lesson_in_a_page_of_another_site(lesson: StagePage, host: tuple[Path, str]) -> None:
    page = lesson.page
    frame = framed(page, host, lesson.address(KEY, preset="scaled", embed="true", lang="zh"))
    for gone in ("stSidebar", "stHeader", "stSidebarNav"):
        expect(frame.locator(f"[data-testid={gone}]:visible")).to_have_count(0)
    expect(frame.locator(".st-key-atlas-view button")).to_have_count(0)
    expect(frame.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect_no_bar(page, frame)

    output = frame.locator(".atlas[data-mode=lesson] td[data-step]")
    frame.locator('[role=tab][data-stop="Inputs"]').click()
    before = output.last.inner_text()
    output.first.dblclick()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    frame.locator('[role=tab][data-stop="output"]').click()
    expect(output.last).not_to_have_text(before)
    expect_no_bar(page, frame)

    out = frame.locator(".st-key-atlas-outside a")
    with page.context.expect_page() as opened:
        out.click()
    address = opened.value.url
    opened.value.close()
    assert "data=" in address
    assert "preset=scaled" in address
    assert "embed" not in address
    # What is edited stays when the frame is loaded again, and so does the mode.
    inner = page.frames[-1]
    inner.goto(inner.url)
    expect(frame.locator(".st-key-atlas-outside a")).to_be_visible()
    expect(frame.locator("[data-testid=stSidebarNav]")).to_have_count(0)
    assert "data=" in inner.url


def test_what_a_link_hides_is_hidden_in_a_frame_too(lesson: StagePage, host: tuple[Path, str]) -> None:
    query = {"hide": "navigation,predict", "task": "Look here", "embed": "true"}
    frame = framed(lesson.page, host, lesson.address(KEY, **query).replace("&", "&amp;"))
    expect(frame.locator(".atlas-task:visible")).to_have_text("Look here")
    expect(frame.locator(".predict:visible")).to_have_count(0)
    expect(frame.locator(".st-key-atlas-outside")).to_have_count(0)
