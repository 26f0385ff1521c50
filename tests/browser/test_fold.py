"""What of a lesson is on screen as it opens: on a projector and on a large screen, embedded and in print; its title."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from attention_core import CURRICULUM, Mechanism
from tests.sampling import some
from tools.fold import SCREENS, measured, opened
from tools.serving import Server
from ui.front import HAND_WRITTEN, title

PROJECTOR, LARGE = SCREENS["1280x720"], SCREENS["1920x1080"]
STAGES = tuple(each for each in CURRICULUM if not each.reads and not each.trained)
MOST_ROWS = 6
SEVERAL_LINES = ("alibi", "pervasive-attention")  # matrices in several lines: numbers, and pictures
FITTED = tuple(each for each in STAGES if each.key in SEVERAL_LINES) + STAGES[::14]
HEAD = 240  # px: a switch between lessons, title with presets, options, a sentence of two lines, the steps
LESSON = CURRICULUM[0]
COVERED = """button => {
  const { x, y, width, height } = button.getBoundingClientRect();
  const at = document.elementFromPoint(x + width / 2, y + height / 2);
  return !(button === at || button.contains(at));
}"""


@pytest.fixture(scope="module")
def window(browser_context: Callable[..., BrowserContext]) -> Page:
    """A page of a window that is not shared, since its size changes."""
    return browser_context(viewport=PROJECTOR).new_page()


def seen(window: Page, server: Server, key: str, screen: dict[str, int]) -> dict[str, Any]:
    opened(window, f"{server.url}/{key}")
    found = measured(window, screen)
    assert found
    return found


@pytest.mark.parametrize("mechanism", some(STAGES, FITTED), ids=lambda each: each.key)
def test_a_lesson_fits_a_projector(window: Page, server: Server, mechanism: Mechanism) -> None:
    found = seen(window, server, mechanism.key, PROJECTOR)
    assert found["top"] <= HEAD
    assert not found["sideways"]
    if found["rows"] <= MOST_ROWS:
        assert 0 < found["arithmetic"] <= PROJECTOR["height"]


@pytest.mark.parametrize("key", [LESSON.key])
def test_type_and_room_grow_with_the_screen(window: Page, server: Server, key: str) -> None:
    small = seen(window, server, key, PROJECTOR)
    large = measured(window, LARGE)
    assert large
    assert large["width"] > 1.4 * small["width"]
    assert large["letters"] > 1.3 * small["letters"]
    assert 0 < large["pipeline"] <= LARGE["height"]


@pytest.mark.parametrize("size", [(820, 1180), (853, 480), (390, 844), (1280, 720)], ids=str)
def test_nothing_covers_teach(window: Page, server: Server, size: tuple[int, int]) -> None:
    """853x480: a projector's 1280x720 at 150 %."""
    window.set_viewport_size({"width": size[0], "height": size[1]})
    opened(window, f"{server.url}/{LESSON.key}")
    for name in ("Share", "Export", "Teach"):
        assert not window.get_by_role("button", name=name).evaluate(COVERED), name


def test_every_page_has_a_title(window: Page, server: Server) -> None:
    for path, named in [(LESSON.key, LESSON.title), *list(HAND_WRITTEN.items())[:1], ("", "")]:
        window.goto(f"{server.url}/{path}")
        expect(window.locator("h1").first).to_be_visible()
        expect(window).to_have_title(title(named))


def test_an_embedded_lesson_has_no_sidebar(window: Page, server: Server) -> None:
    opened(window, f"{server.url}/{LESSON.key}?embed=true")
    expect(window.locator("[data-testid=stSidebarNav]")).to_have_count(0)
    opened(window, f"{server.url}/{LESSON.key}")
    expect(window.locator("[data-testid=stSidebarNav]")).to_have_count(1)


def test_a_print_leaves_the_sidebar_out(window: Page, server: Server) -> None:
    window.set_viewport_size(dict(PROJECTOR))
    opened(window, f"{server.url}/{LESSON.key}")
    window.emulate_media(media="print")
    expect(window.locator("[data-testid=stSidebar]")).not_to_be_visible()
    window.emulate_media(media="screen")
    expect(window.locator("[data-testid=stSidebar]")).to_be_visible()


def test_headings_are_in_order(window: Page, server: Server) -> None:
    """h1, h2, h3: none leaves a level out."""
    opened(window, f"{server.url}/{LESSON.key}")
    levels = [int(each.evaluate("node => node.tagName[1]")) for each in window.locator("main h1, h2, h3, h4").all()]
    levels = [1, *levels[levels.index(1) + 1 :]]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_stages_have_names_of_their_own(window: Page, server: Server) -> None:
    opened(window, f"{server.url}/{LESSON.key}")
    expect(window.locator("section.card").nth(1)).to_be_attached()
    names = [each.get_attribute("aria-label") for each in window.locator("section.card").all()]
    assert len(set(names)) == len(names)
