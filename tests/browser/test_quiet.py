"""What is told to the server and when: edits by a post each, looks not at all, pictures once somebody sees them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from ui import figures
from ui.state import Numbers

from .links import MECHANISMS, packed
from .stage_page import StagePage

KEY = "qkv-self-attention"  # with a chart among its pictures
SOON = 1200  # milliseconds: longer than a hand rests before what is in view is drawn again
DRAWN = f"""() => [...document.querySelectorAll('[class*="st-key-picture-{KEY}"] .js-plotly-plot')].map(
  (plot) => plot.data.map((trace) => [...trace.y])).flat(2)"""
LOOK = f"""() => document.querySelector('.st-key-atlas-below-{KEY}').scrollIntoView()"""


class Told:
    """Messages since it was made: frames along the page's own connection, and posts."""

    def __init__(self, page: StagePage) -> None:
        self.page = page
        self.before = page.watch.frames
        self.posts: list[str] = []
        page.page.on("request", lambda request: request.method == "POST" and self.posts.append(request.url))

    @property
    def frames(self) -> int:
        return self.page.watch.frames - self.before


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(KEY)


@pytest.fixture
def inputs(opened: StagePage) -> StagePage:
    """The learner's own numbers at Inputs, and nothing below the stage in view."""
    opened.page.evaluate(LOOK)
    opened.page.wait_for_function(f"({DRAWN})().length")
    opened.page.set_viewport_size({"width": 1200, "height": 560})
    opened.reset(MECHANISMS[KEY].presets["pronouns"].title)
    opened.afresh("inputs")
    opened.edit("X", 1, 1, "2")
    opened.expect_query(data=packed(KEY, ("X", 0, 2)))
    opened.expect_chosen("Your numbers")
    opened.page.locator("h1").first.scroll_into_view_if_needed()
    opened.page.wait_for_timeout(SOON)
    return opened.settled()


def wanted(*edits: tuple[str, int, float]) -> Any:
    """Heights in all charts of the section Insight."""
    numbers = Numbers.of(MECHANISMS[KEY], "pronouns").with_edits(edits)
    picture = numbers.mechanism.picture
    assert picture
    charts = [figures.CHARTS[type(each)](each) for each in picture(numbers.trace) if type(each) in figures.CHARTS]
    assert charts
    return [float(y) for chart in charts for trace in chart["data"] for y in trace["y"]]


def test_charts_are_drawn_once_somebody_comes_near(newcomer: StagePage) -> None:
    """Their library is most of what a page would load: it is not even fetched before."""
    fetched: list[str] = []
    newcomer.page.on("request", lambda request: "Plotly" in request.url and fetched.append(request.url))
    newcomer.page.set_viewport_size({"width": 1200, "height": 560})
    newcomer.open(KEY)
    newcomer.page.wait_for_timeout(SOON)
    assert fetched == []
    newcomer.page.evaluate(LOOK)
    newcomer.page.wait_for_function(f"({DRAWN})().length")
    expect(newcomer.page.locator(".atlas-picture-room")).to_have_count(0)
    assert newcomer.settled().page.evaluate(DRAWN) == pytest.approx(wanted())


def test_on_a_high_screen_charts_are_there(newcomer: StagePage) -> None:
    newcomer.page.set_viewport_size({"width": 1200, "height": 2400})
    newcomer.open(KEY).page.wait_for_function(f"({DRAWN})().length")


def test_looking_about_tells_the_server_nothing(inputs: StagePage) -> None:
    told = Told(inputs)
    inputs.go("scores")
    inputs.cell("scores", 2, 3).click()
    inputs.expect_query(step="scores", cell="2.3", data=packed(KEY, ("X", 0, 2)))
    inputs.go("output")
    inputs.expect_query(step="output", cell=None)
    inputs.page.wait_for_timeout(SOON)
    assert (told.frames, told.posts) == (0, [])


def test_an_edit_is_one_post_while_nobody_sees_the_picture(inputs: StagePage) -> None:
    before = inputs.page.evaluate(DRAWN)
    told = Told(inputs)
    inputs.edit("X", 1, 2, "5")
    inputs.expect_query(data=packed(KEY, ("X", 0, 2), ("X", 1, 5)))
    inputs.page.wait_for_timeout(SOON)
    assert (told.frames, len(told.posts)) == (0, 1)
    assert inputs.page.evaluate(DRAWN) == before
    inputs.page.evaluate(LOOK)
    expect(inputs.page.locator(f".st-key-atlas-below-{KEY}")).to_be_in_viewport()
    inputs.page.wait_for_timeout(SOON)
    assert (told.frames, len(told.posts)) == (1, 1)
    assert inputs.settled().page.evaluate(DRAWN) == pytest.approx(wanted(("X", 0, 2), ("X", 1, 5)))


def test_a_picture_in_view_is_drawn_again_once_after_several_edits(inputs: StagePage) -> None:
    inputs.page.set_viewport_size({"width": 1200, "height": 2400})
    inputs.page.wait_for_timeout(SOON)
    told = Told(inputs)
    for column in (2, 3, 4):
        inputs.edit("X", 1, column, "5")
    inputs.page.wait_for_timeout(2 * SOON)
    assert len(told.posts) == 3
    assert told.frames == 1
    edits = [("X", 0, 2.0), ("X", 1, 5.0), ("X", 2, 5.0), ("X", 3, 5.0)]
    assert inputs.settled().page.evaluate(DRAWN) == pytest.approx(wanted(*edits))


def test_a_pinned_cell_is_in_the_link_that_is_shared(inputs: StagePage) -> None:
    """The server learns of it when the dialog is opened."""
    inputs.go("scores")
    inputs.cell("scores", 2, 3).click()
    inputs.button("Share").click()
    inputs.expect_query(step="scores", cell="2.3")
    expect(inputs.link).to_have_text(inputs.page.url)
