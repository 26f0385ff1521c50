"""Every page as it is looked at: light and dark, wide and narrow, with a keyboard and with a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from attention_core import CURRICULUM
from ui.page import SECTIONS

from .conftest import DESK, watched
from .server import Server
from .stage_page import StagePage

PHONE = {"width": 390, "height": 844}
SIZES = {"desk": DESK, "phone": PHONE}
THEMES = ("light", "dark")
PAGES = ("", *(mechanism.key for mechanism in CURRICULUM))
LESSONS = PAGES[1:]
SIDEWAYS = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
  .map((node) => node.scrollWidth - node.clientWidth)"""

every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
every_lesson = pytest.mark.parametrize("key", LESSONS)
every_look = pytest.mark.parametrize(
    "look", [(theme, size) for theme in THEMES for size in SIZES], ids=lambda look: "-".join(look), indirect=True
)


@pytest.fixture(scope="module")
def contexts(browser_context: Callable[..., BrowserContext]) -> Callable[[str, str], BrowserContext]:
    """One context per theme and size, kept for the file."""
    opened: dict[tuple[str, str], BrowserContext] = {}

    def get(theme: str, size: str) -> BrowserContext:
        if (theme, size) not in opened:
            opened[theme, size] = browser_context(color_scheme=theme, viewport=SIZES[size])
        return opened[theme, size]

    return get


@pytest.fixture
def look(request: pytest.FixtureRequest, contexts: Callable[..., BrowserContext], server: Server) -> Iterator[Looking]:
    theme, size = request.param
    with watched(contexts(theme, size)) as (page, watch):
        yield Looking(StagePage(page, server.url, watch), theme, size)


class Looking:
    """A page under one theme and size."""

    def __init__(self, lesson: StagePage, theme: str, size: str) -> None:
        self.lesson, self.page, self.theme, self.size = lesson, lesson.page, theme, size

    def open(self, path: str) -> None:
        self.page.goto(f"{self.lesson.url}/{path}")
        expect(self.page.locator(".atlas td.current").first).to_be_visible()
        self.lesson.settled()

    def photograph(self, folder: Path, name: str) -> None:
        self.page.screenshot(path=folder / f"{name or 'home'}-{self.theme}-{self.size}.png", full_page=True)


def assert_stays_put(page: Page) -> None:
    """Nothing to scroll to at the side: wide matrices scroll inside their own frame."""
    assert page.evaluate(SIDEWAYS) == [0, 0]


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe calls serious or critical: rule, and the elements it is about."""
    violations = Axe().run(page).response["violations"]
    grave = [each for each in violations if each["impact"] in ("serious", "critical")]
    return [{each["id"]: [(node["target"], node["failureSummary"]) for node in each["nodes"][:4]]} for each in grave]


@every_look
@every_page
def test_every_page_in_every_look(look: Looking, path: str, screenshots: Path) -> None:
    """No console error and no foreign request (see `watched`), nothing sideways, nothing serious for axe."""
    look.open(path)
    look.photograph(screenshots, path)
    assert_stays_put(look.page)
    expect(look.page.locator(".atlas").first).to_have_attribute("data-theme", look.theme)
    if look.size == "desk":
        assert findings(look.page) == []


@pytest.mark.parametrize("look", [("light", "phone")], ids=["phone"], indirect=True)
@every_lesson
def test_no_section_scrolls_sideways_on_a_phone(look: Looking, key: str, screenshots: Path) -> None:
    look.open(key)
    for section in SECTIONS:
        look.lesson.choose(section)
        look.photograph(screenshots, f"{key}-{section.lower().replace(' ', '-')}")
        assert_stays_put(look.page)


@pytest.mark.parametrize("look", [("light", "phone")], ids=["phone"], indirect=True)
@every_lesson
def test_no_step_scrolls_sideways_on_a_phone(look: Looking, key: str) -> None:
    look.open(key)
    for tab in look.lesson.tabs.all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        assert_stays_put(look.page)


@pytest.mark.parametrize("look", [(theme, "desk") for theme in THEMES], ids=THEMES, indirect=True)
@pytest.mark.parametrize(("section", "key"), [(s, LESSONS[n % len(LESSONS)]) for n, s in enumerate(SECTIONS)])
def test_axe_finds_nothing_serious_in_a_section(look: Looking, section: str, key: str, screenshots: Path) -> None:
    look.open(key)
    look.lesson.choose(section)
    expect(look.page.locator("[data-testid=stMain] .stSkeleton")).to_have_count(0)
    look.photograph(screenshots, f"{key}-{section.lower().replace(' ', '-')}")
    assert findings(look.page) == []


@pytest.mark.parametrize("look", [(theme, "desk") for theme in THEMES], ids=THEMES, indirect=True)
@pytest.mark.parametrize("button", ["Share", "Export", "Teach"])
def test_axe_finds_nothing_serious_in_a_dialog(look: Looking, button: str, screenshots: Path) -> None:
    look.open(LESSONS[0])
    look.lesson.button(button).click()
    expect(look.lesson.dialog.locator("code, button[data-format=svg]").first).to_be_visible()
    look.photograph(screenshots, f"dialog-{button.lower()}")
    assert findings(look.page) == []


@pytest.mark.parametrize("look", [("light", "phone")], ids=["phone"], indirect=True)
def test_a_finger_does_what_a_mouse_does(look: Looking) -> None:
    look.open(LESSONS[0])
    look.lesson.cell("scores", 3, 2).click()
    look.lesson.expect_query(cell="3.2")
    expect(look.lesson.numbers).to_contain_text("12")


@pytest.mark.parametrize("look", [("dark", "desk")], ids=["dark"], indirect=True)
def test_a_page_left_in_the_dark_turns_light_with_the_system(look: Looking) -> None:
    look.open(LESSONS[0])
    look.page.emulate_media(color_scheme="light")
    expect(look.lesson.atlas).to_have_attribute("data-theme", "light")
