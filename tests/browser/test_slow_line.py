"""A slow line: posts or answers come late, and what was done in between counts. The line is held, not timed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Route, WebSocketRoute, expect

from tests.sampling import some
from tools.serving import Server

from .conftest import watched
from .links import packed
from .stage_page import PATIENCE, StagePage

KEY = "illustrated-self-attention"
LINES = ["answers", "posts"]  # what comes late
TURNS = itertools.cycle(LINES)
LOOKED = 400  # milliseconds: longer than the stage rests before it says where the learner looks


class Line:
    """What the server says can be held back, or posts before it hears them; what the page says is counted.

    Other messages of the page go through.
    """

    def __init__(self) -> None:
        self.late = ""
        self.held: list[str | bytes] | None = None
        self.posts: list[Callable[[], None]] = []
        self.page: WebSocketRoute | None = None
        self.said = 0

    def post(self, route: Route) -> None:
        self.said += 1
        if self.held is None:
            route.continue_()
        elif self.late == "posts":
            self.posts.append(route.continue_)
        else:
            answer = route.fetch()
            self.posts.append(lambda: route.fulfill(response=answer))

    def route(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        self.page = page
        page.on_message(lambda message: self._say(server, message))
        server.on_message(self._answer)

    def _say(self, server: WebSocketRoute, message: str | bytes) -> None:
        self.said += 1
        server.send(message)

    def _answer(self, message: str | bytes) -> None:
        if self.held is not None:
            self.held.append(message)
        elif self.page:
            self.page.send(message)

    def hold(self) -> None:
        self.held = []

    def release(self) -> None:
        waiting, self.held = self.held or [], None
        for message in waiting:
            self._answer(message)
        posts, self.posts = self.posts, []
        for go_on in posts:
            go_on()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """By default every test on one of the two lines, by turns."""
    if "line" in metafunc.fixturenames:
        metafunc.parametrize("line", some(LINES, [next(TURNS)]), indirect=True)


@pytest.fixture(scope="module")
def routed(desk: BrowserContext, server: Server) -> Iterator[tuple[StagePage, Line]]:
    """A tab of its own, kept for all tests: the route of its web sockets cannot be taken back."""
    with watched(desk) as (page, watch):
        found = Line()
        page.route_web_socket("**/_stcore/stream", found.route)
        page.route("**/atlas/edits/**", found.post)
        yield StagePage(page, server.url, watch), found


@pytest.fixture
def lesson(routed: tuple[StagePage, Line]) -> StagePage:
    return routed[0]


@pytest.fixture
def line(request: pytest.FixtureRequest, routed: tuple[StagePage, Line]) -> Iterator[Line]:
    """The lesson opened anew, and nothing held back."""
    lesson, found = routed
    found.late = request.param
    lesson.open(KEY)
    yield found
    found.release()


def released(lesson: StagePage, line: Line) -> None:
    """All that was held arrives, and the page comes to rest."""
    line.release()
    lesson.settled()


def await_true(lesson: StagePage, found: Callable[[], bool], else_: str) -> None:
    """Each look lets messages pass."""
    for _ in range(200):
        if found():
            return
        lesson.page.evaluate("new Promise((done) => setTimeout(done, 20))")
    raise AssertionError(else_)


def await_said(lesson: StagePage, line: Line, count: int) -> None:
    await_true(lesson, lambda: line.said >= count, f"the page did not say {count} things")


def await_answers(lesson: StagePage, line: Line, count: int) -> None:
    await_true(lesson, lambda: len(line.held or []) >= count, "the server does not answer")


def edit_unanswered(lesson: StagePage, line: Line, number: str) -> int:
    """X 1, 1 is edited, and the post or its answer is held. Returns how much the page has said by then."""
    line.hold()
    before = line.said
    lesson.edit("X", 1, 1, number)
    await_said(lesson, line, before + 1)
    await_true(lesson, lambda: len(line.posts) == 1, "the server does not answer the post")
    return before + 1


def test_turning_the_step_does_not_take_back_an_edit(lesson: StagePage, line: Line) -> None:
    lesson.go("queries")
    lesson.expect_query(step="queries")
    edit_unanswered(lesson, line, "2")
    lesson.go("scores")
    lesson.expect_query(step="scores", data=packed(KEY, ("X", 0, 2)))
    released(lesson, line)
    lesson.expect_query(step="scores", data=packed(KEY, ("X", 0, 2)))
    lesson.expect_chosen("Your numbers")
    assert lesson.values("scores")[0] == [6, 8, 7]


def test_edits_in_quick_succession_are_all_kept(lesson: StagePage, line: Line) -> None:
    lesson.go("inputs")
    lesson.expect_query(step="Inputs")
    line.hold()
    for column in (1, 2, 3):
        lesson.edit("X", 1, column, "5")
    released(lesson, line)
    lesson.expect_query(2 * PATIENCE, data=packed(KEY, ("X", 0, 5), ("X", 1, 5), ("X", 2, 5)))
    expect(lesson.cell("X", 1, 3)).to_have_text("5")


def test_a_preset_chosen_after_an_edit_wins(lesson: StagePage, line: Line) -> None:
    lesson.go("inputs")
    lesson.expect_query(step="Inputs")
    said = edit_unanswered(lesson, line, "5")
    lesson.pill("Causal").click()
    await_said(lesson, line, said + 1)
    released(lesson, line)
    lesson.expect_query(preset="causal", data=None)
    lesson.expect_chosen("Causal")
    expect(lesson.cell("X", 1, 1)).to_have_text("1")


def test_an_edit_after_a_preset_was_chosen_is_made_on_its_numbers(lesson: StagePage, line: Line) -> None:
    """The browser shows the numbers of the preset before when the edit is made."""
    lesson.go("inputs")
    lesson.expect_query(step="Inputs")
    lesson.edit("X", 1, 2, "9")
    lesson.expect_own_numbers()
    line.hold()
    before = line.said
    lesson.pill("Causal").click()
    await_said(lesson, line, before + 1)
    await_answers(lesson, line, 3)
    lesson.edit("X", 1, 1, "5")
    released(lesson, line)
    lesson.expect_query(2 * PATIENCE, preset="causal", data=packed(KEY, ("X", 0, 5), preset="causal"))
    lesson.expect_chosen("Your numbers")
    assert lesson.values("X")[0] == [5, 0, 1, 0]


def test_an_option_switched_after_an_edit_keeps_both(lesson: StagePage, line: Line) -> None:
    lesson.go("queries")
    lesson.expect_query(step="queries")
    said = edit_unanswered(lesson, line, "2")
    lesson.page.get_by_text("Hide later tokens").click()
    await_said(lesson, line, said + 1)
    released(lesson, line)
    lesson.expect_query(masked="1", data=packed(KEY, ("X", 0, 2)))
    lesson.expect_chosen("Your numbers")


def test_an_edit_outlives_a_look_that_says_nothing_new(lesson: StagePage, line: Line) -> None:
    """Pinned and let go again, a cell leaves nothing to say."""
    lesson.go("inputs")
    lesson.expect_query(step="Inputs")
    edit_unanswered(lesson, line, "5")
    lesson.cell("X", 1, 2).click()
    lesson.cell("X", 1, 2).click()
    lesson.page.wait_for_timeout(LOOKED)
    released(lesson, line)
    lesson.expect_query(data=packed(KEY, ("X", 0, 5)))
    lesson.expect_chosen("Your numbers")


def share(lesson: StagePage) -> Locator:
    return lesson.button("Share")


def gradient(lesson: StagePage) -> Locator:
    return lesson.pill("Gradient")


def weights(lesson: StagePage) -> Locator:
    return lesson.tab_of("query weights")


@pytest.mark.parametrize(
    ("section", "other"),
    [
        pytest.param("Insight", share, id="a button above"),
        pytest.param("Insight", gradient, id="a section below"),
        pytest.param("Inputs", weights, id="a choice in a section"),
    ],
)
def test_an_edit_outlives_a_click_elsewhere(
    lesson: StagePage, line: Line, section: str, other: Callable[[StagePage], Locator]
) -> None:
    lesson.section(section)
    lesson.go("inputs")
    lesson.expect_query(step="Inputs")
    said = edit_unanswered(lesson, line, "5")
    other(lesson).click()
    await_said(lesson, line, said + 1)
    released(lesson, line)
    lesson.expect_query(data=packed(KEY, ("X", 0, 5)))
    lesson.expect_chosen("Your numbers")
    expect(lesson.cell("X", 1, 1)).to_have_text("5")


def test_names_of_another_preset_outlive_a_look(lesson: StagePage, line: Line) -> None:
    """Its fields show other names and sizes, which the browser does not know yet."""
    lesson.open("cross-attention")
    lesson.section("Inputs")
    lesson.go("inputs")
    lesson.expect_query(step="Inputs")
    line.hold()
    before = line.said
    lesson.pill("One sequence twice").click()
    await_said(lesson, line, before + 1)
    await_answers(lesson, line, 3)
    lesson.go("scores")
    lesson.expect_query(step="scores")
    released(lesson, line)
    lesson.expect_query(step="scores", preset="same", data=None)
    lesson.expect_chosen("One sequence twice")
