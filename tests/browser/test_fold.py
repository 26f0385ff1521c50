"""What of a lesson is on screen as it opens: on a projector and on a large screen, embedded and in print; its title."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from attention_core import CURRICULUM, Mechanism
from tests.sampling import some
from tools.fold import CALM, SCREENS, measured, opened
from tools.serving import Server
from ui.front import HAND_WRITTEN, title

from .conftest import forgetful
from .stage_page import StagePage

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
def window(shared_lesson: StagePage) -> Page:
    """The first lesson as it opens on a projector."""
    page = forgetful(shared_lesson).page
    page.set_viewport_size(PROJECTOR)  # type: ignore[arg-type]
    opened(page, f"{shared_lesson.url}/{LESSON.key}")
    return page


@pytest.fixture
def projected(window: Page) -> Page:
    """The same page in the same size, whatever the test before looked at."""
    window.set_viewport_size(PROJECTOR)  # type: ignore[arg-type]
    return window


@pytest.fixture
def other_window(newcomer: StagePage) -> Page:
    """On which nothing is open yet."""
    newcomer.page.set_viewport_size(PROJECTOR)  # type: ignore[arg-type]
    return newcomer.page


def seen(window: Page, screen: dict[str, int]) -> dict[str, Any]:
    found = measured(window, screen)
    assert found
    return found


@pytest.mark.parametrize("mechanism", some(STAGES, FITTED), ids=lambda each: each.key)
def test_a_lesson_fits_a_projector(other_window: Page, server: Server, mechanism: Mechanism) -> None:
    opened(other_window, f"{server.url}/{mechanism.key}")
    found = seen(other_window, PROJECTOR)
    assert found["top"] <= HEAD
    assert not found["sideways"]
    if found["rows"] <= MOST_ROWS:
        assert 0 < found["arithmetic"] <= PROJECTOR["height"]


def test_type_and_room_grow_with_the_screen(projected: Page) -> None:
    small = seen(projected, PROJECTOR)
    large = seen(projected, LARGE)
    assert large["width"] > 1.4 * small["width"]
    assert large["letters"] > 1.3 * small["letters"]
    assert 0 < large["pipeline"] <= LARGE["height"]


def assert_uncovered(window: Page, size: tuple[int, int]) -> None:
    for name in ("Share", "Export", "Teach"):
        assert not window.get_by_role("button", name=name).evaluate(COVERED), (name, size)


def test_nothing_covers_teach(projected: Page) -> None:
    """853x480: a projector's 1280x720 at 150 %."""
    for size in [(1280, 720), (853, 480), (820, 1180)]:
        projected.set_viewport_size({"width": size[0], "height": size[1]})
        projected.wait_for_timeout(CALM)
        assert_uncovered(projected, size)


def test_nothing_covers_teach_on_a_phone(other_window: Page, server: Server) -> None:
    """Its sidebar is another one: it opens closed."""
    other_window.set_viewport_size({"width": 390, "height": 844})
    opened(other_window, f"{server.url}/{LESSON.key}")
    assert_uncovered(other_window, (390, 844))


def test_every_page_has_a_title(window: Page, other_window: Page, server: Server) -> None:
    expect(window).to_have_title(title(LESSON.title))
    for path, named in [*list(HAND_WRITTEN.items())[:1], ("", "")]:
        other_window.goto(f"{server.url}/{path}")
        expect(other_window.locator("h1").first).to_be_visible()
        expect(other_window).to_have_title(title(named))


def test_an_embedded_lesson_has_no_sidebar(projected: Page, other_window: Page, server: Server) -> None:
    expect(projected.locator("[data-testid=stSidebarNav]")).to_have_count(1)
    opened(other_window, f"{server.url}/{LESSON.key}?embed=true")
    expect(other_window.locator("[data-testid=stSidebarNav]")).to_have_count(0)


def test_a_print_leaves_the_sidebar_out(projected: Page) -> None:
    window = projected
    window.emulate_media(media="print")
    expect(window.locator("[data-testid=stSidebar]")).not_to_be_visible()
    window.emulate_media(media="screen")
    expect(window.locator("[data-testid=stSidebar]")).to_be_visible()


def test_headings_are_in_order(window: Page) -> None:
    """h1, h2, h3: none leaves a level out."""
    levels = [int(each.evaluate("node => node.tagName[1]")) for each in window.locator("main h1, h2, h3, h4").all()]
    levels = [1, *levels[levels.index(1) + 1 :]]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_stages_have_names_of_their_own(window: Page) -> None:
    expect(window.locator("section.card").nth(1)).to_be_attached()
    names = [each.get_attribute("aria-label") for each in window.locator("section.card").all()]
    assert len(set(names)) == len(names)
