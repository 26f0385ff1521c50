"""Every page as it is looked at: light and dark, wide and narrow, with a keyboard and with a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect

from attention_core import CURRICULUM
from tests import sampling
from tests.sampling import some
from tools import accessible
from tools.serving import DESK
from ui.state import SECTIONS

from .stage_page import StagePage

PHONE = {"width": 390, "height": 844}
SIZES = {"desk": DESK, "phone": PHONE}
THEMES = ("light", "dark")
LESSONS = tuple(mechanism.key for mechanism in CURRICULUM)
LOOKED_AT = some(LESSONS, (*LESSONS[1::14], "find-the-mark"))
STAGES = tuple(mechanism.key for mechanism in CURRICULUM if not mechanism.reads and not mechanism.trained)
ON_PHONES = some(STAGES[::4], STAGES[::23])
FRONT = ("", "find-my-bug", "map", "gallery", "compare", "notation", "detective")
SIDEWAYS = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
  .map((node) => node.scrollWidth - node.clientWidth)"""
TURN = "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }"
WHOLE = "document.querySelector('[data-testid=stMain]').scrollHeight"


class Look(NamedTuple):
    path: str
    theme: str
    size: str

    @property
    def kind(self) -> tuple[str, str]:
        """What cannot be changed without loading the page again."""
        return self.theme, self.size

    def __str__(self) -> str:
        return f"{self.path or 'home'}-{self.theme}-{self.size}"


class Looking:
    """One page of the app under one theme and size."""

    def __init__(self, lesson: StagePage, look: Look, folder: Path) -> None:
        self.lesson, self.page, self.look, self.folder = lesson, lesson.page, look, folder

    def visit(self) -> Looking:
        self.page.goto(f"{self.lesson.url}/{self.look.path}")
        return self._arrived()

    def turned_to(self, look: Look) -> Looking:
        """Another page by the app's own navigation, as a learner goes there: nothing is loaded again."""
        before = self.page.locator("h1").first.inner_text()
        self.page.evaluate(TURN, f"/{look.path}")
        expect(self.page.locator("h1").first).not_to_have_text(before)
        return Looking(self.lesson, look, self.folder)._arrived()

    def _arrived(self) -> Looking:
        shown = {"": ".sentence .asks", **dict.fromkeys(STAGES, ".atlas td.current")}.get(self.look.path, "h1")
        expect(self.page.locator(shown).first).to_be_visible()
        self.lesson.settled()
        return self

    def photograph(self, part: str = "") -> None:
        """The whole page, as if the window were as high as its content. Only with `--all`: pictures take long."""
        if not sampling.everything:
            return
        size = SIZES[self.look.size]
        self.page.set_viewport_size({**size, "height": max(size["height"], self.page.evaluate(WHOLE))})
        named = f"{self.look}-{part}" if part else str(self.look)
        self.page.screenshot(path=self.folder / f"{named.lower().replace(' ', '-')}.png")
        self.page.set_viewport_size(size)

    def assert_stays_put(self) -> None:
        """Nothing to scroll to at the side: wide matrices scroll inside their own frame."""
        assert self.page.evaluate(SIDEWAYS) == [0, 0]

    def assert_accessible(self) -> None:
        """Nothing that axe calls serious or critical."""
        found = accessible.findings(self.page)
        assert not found, "\n\n".join(found)


class Album:
    """One page after the other; tests are ordered by look (see `conftest`), so that few are loaded, and few turned."""

    def __init__(self, lesson: StagePage, folder: Path) -> None:
        self.lesson, self.folder = lesson, folder
        self.shown: Looking | None = None

    def turn_to(self, look: Look) -> Looking:
        if self.shown is None or self.shown.look.kind != look.kind:
            self.shown = self._opened(look)
        elif self.shown.look != look:
            self.shown = self.shown.turned_to(look)
        return self.shown

    def _opened(self, look: Look) -> Looking:
        """As it opens in this theme and size: for a change of them the page would not be drawn alike."""
        self.lesson.page.set_viewport_size(SIZES[look.size])  # type: ignore[arg-type]
        self.lesson.page.emulate_media(color_scheme=look.theme)  # type: ignore[arg-type]
        return Looking(self.lesson, look, self.folder).visit()


@pytest.fixture(scope="module")
def album(shared_lesson: StagePage, screenshots: Path) -> Album:
    return Album(shared_lesson, screenshots)


@pytest.fixture
def looking(request: pytest.FixtureRequest, album: Album) -> Iterator[Looking]:
    """The page under the look of the test. Console errors and foreign requests fail the test they appear in."""
    found = album.turn_to(request.param)
    yield found
    found.lesson.watch.assert_clean()


def shown_in(themes: tuple[str, ...], n: int) -> tuple[str, ...]:
    """One of the themes, by turns; with `--all` both."""
    return some(themes, (themes[n % len(themes)],))


def in_the_first_lesson(name: str, values: tuple[str, ...]) -> Any:
    """Each in both themes; by default by turns."""
    found = [
        pytest.param(Look(LESSONS[0], theme, "desk"), value, id=f"{value}-{theme}")
        for n, value in enumerate(values)
        for theme in shown_in(THEMES, n)
    ]
    return pytest.mark.parametrize(("looking", name), found, indirect=["looking"])


def every_look(paths: tuple[str, ...], themes: tuple[str, ...], sizes: tuple[str, ...]) -> Any:
    """By default the themes by turns, so that each path has each size and each theme has some."""
    found = [
        Look(path, theme, size)
        for n, path in enumerate(paths)
        for m, size in enumerate(sizes)
        for theme in shown_in(themes, n + m)
    ]
    return pytest.mark.parametrize("looking", found, ids=str, indirect=True)


def looks_of(lessons: tuple[str, ...], sizes: tuple[str, ...] = ("desk", "phone")) -> Any:
    """Each lesson once on the desk and once on a phone, by turns the one in light and the other in dark."""
    found = [
        Look(path, THEMES[(LESSONS.index(path) + list(SIZES).index(size)) % 2], size)
        for path in lessons
        for size in sizes
    ]
    return pytest.mark.parametrize("looking", found, ids=str, indirect=True)


@every_look(FRONT, THEMES, ("desk", "phone"))
def test_a_front_page_stays_put(looking: Looking) -> None:
    looking.photograph()
    looking.assert_stays_put()


@every_look(FRONT, THEMES, ("desk",))
def test_axe_finds_nothing_serious_on_a_front_page(looking: Looking) -> None:
    looking.assert_accessible()


@looks_of(LOOKED_AT, ("desk",))
def test_a_lesson_stays_put_and_takes_the_theme(looking: Looking) -> None:
    looking.assert_stays_put()
    if looking.look.path in STAGES:
        expect(looking.page.locator(".atlas").first).to_have_attribute("data-theme", looking.look.theme)


# Some: what axe reads is the markup of the page and the stage, which all share; and one lesson of long formulas.
@looks_of((*some(LESSONS[1::4], LESSONS[1::28]), "find-the-mark"), ("desk",))
def test_axe_finds_nothing_serious_on_a_lesson(looking: Looking) -> None:
    looking.photograph()
    looking.assert_accessible()


@in_the_first_lesson("step", ("inputs", "attention weights", "output"))
def test_axe_finds_nothing_serious_in_a_step(looking: Looking, step: str) -> None:
    looking.lesson.go(step)
    looking.assert_accessible()


@pytest.mark.parametrize(
    ("looking", "section"),
    [
        pytest.param(Look(LESSONS[n % len(LESSONS)], theme, "desk"), section, id=f"{section}-{theme}")
        for n, section in enumerate(SECTIONS.values())
        for theme in shown_in(THEMES, n)
    ],
    indirect=["looking"],
)
def test_axe_finds_nothing_serious_in_a_section(looking: Looking, section: str) -> None:
    looking.lesson.section(section)
    looking.lesson.leave()
    looking.photograph(section)
    looking.assert_accessible()


@in_the_first_lesson("button", ("Share", "Export", "Teach"))
def test_axe_finds_nothing_serious_in_a_dialog(looking: Looking, button: str) -> None:
    looking.lesson.button(button).click()
    expect(looking.lesson.dialog.locator("button.copy, button[data-format=svg]").first).to_be_visible()
    looking.photograph(button)
    looking.assert_accessible()
    looking.page.keyboard.press("Escape")
    expect(looking.lesson.dialog).to_have_count(0)


@every_look(LESSONS[:1], ("dark",), ("desk",))
def test_an_open_page_changes_with_the_system(looking: Looking) -> None:
    looking.page.emulate_media(color_scheme="light")
    expect(looking.lesson.atlas).to_have_attribute("data-theme", "light")
    looking.page.emulate_media(color_scheme="dark")
    expect(looking.lesson.atlas).to_have_attribute("data-theme", "dark")


# --- on a phone ------------------------------------------------------------------------------------------------------


# Every fourth lesson: what is too wide for a phone is so by the stage's rules, which all lessons share.
TOO_WIDE = """async (stage) => {
  const main = document.querySelector("[data-testid=stMain]");
  const button = (name) => stage.querySelector(`button[aria-label="${name}"]`);
  const shown = () => stage.querySelector("[role=tab][aria-selected=true]").textContent;
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  while (!button("Previous step").disabled) button("Previous step").click();
  const seen = [], wide = [];
  for (;;) {
    await drawn();
    seen.push(shown());
    if ([document.documentElement, main].some((node) => node.scrollWidth > node.clientWidth)) wide.push(shown());
    if (button("Next step").disabled) return { seen, wide };
    button("Next step").click();
  }
}"""


@looks_of(ON_PHONES, ("phone",))
def test_no_step_scrolls_sideways(looking: Looking) -> None:
    looking.assert_stays_put()
    expect(looking.page.locator(".atlas").first).to_have_attribute("data-theme", looking.look.theme)
    found = looking.page.locator(".atlas").first.evaluate(TOO_WIDE)
    assert len(found["seen"]) > 2
    assert found["wide"] == []


@looks_of(ON_PHONES, ("phone",))
def test_a_section_does_not_scroll_sideways(looking: Looking) -> None:
    """Insight is there from the start; of the others each lesson shows another one."""
    others = [name for name in SECTIONS.values() if name != "Insight"]
    looking.lesson.section(others[STAGES.index(looking.look.path) % len(others)])
    looking.assert_stays_put()


@every_look(LESSONS[:1], ("light",), ("phone",))
def test_a_tap_pins_a_cell(looking: Looking) -> None:
    looking.lesson.go("scores")
    looking.lesson.cell("scores", 3, 2).click()
    looking.lesson.expect_query(cell="3.2")
    expect(looking.lesson.numbers).to_contain_text("12")
