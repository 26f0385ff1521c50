"""A class in two browsers and one server, a teacher's and a learner's. The tests are one lesson, in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tools.serving import Server

from .sides import both_sides, class_server
from .stage_page import StagePage

KEY = "scaled-dot-product-attention"
HOSTILE = "<img src=x onerror=alert(1)> \u202e"


@dataclass
class Room:
    """Both ends of a class; a watch counts what each says to Streamlit."""

    server: Server
    teacher: StagePage
    learner: StagePage

    def of(self, side: StagePage) -> Locator:
        return side.page.locator("#atlas-class")

    @property
    def bar(self) -> Locator:
        return self.of(self.teacher).get_by_role("region", name="Your class")

    def does(self, name: str) -> None:
        self.of(self.teacher).get_by_role("button", name=name, exact=True).click()

    def clicks(self, name: str) -> None:
        self.of(self.learner).get_by_role("button", name=name, exact=True).click()

    def answers(self, text: str) -> None:
        self.of(self.learner).get_by_role("textbox").fill(text)
        self.clicks("Send")

    def counted(self) -> None:
        expect(self.of(self.learner).get_by_text("Your answer is counted.")).to_be_visible()


@pytest.fixture(scope="module")
def room(
    chromium: None, browser_context: Callable[..., BrowserContext], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Room]:
    with class_server(tmp_path_factory) as server:
        sides = both_sides(server, browser_context)
        yield started(Room(server, *sides))


def started(room: Room) -> Room:
    teacher, learner = room.teacher.open(KEY), room.learner.page
    teacher.button("Teach").click()
    teacher.page.get_by_role("button", name=re.compile("Start a class")).click()
    room.does("Start the class")
    code = room.of(teacher).locator("p.letters").inner_text().replace(" ", "")
    expect(room.of(teacher).get_by_role("img", name="The link as a QR code")).to_be_visible()
    room.does("Close")
    learner.goto(f"{room.server.url}/join")
    learner.get_by_label("The code your teacher shows").fill(f"{code[:3]} {code[3:].lower()}")
    room.clicks("Join")
    expect(room.learner.stage.locator("td[data-step]").first).to_be_visible()
    room.learner.settled()
    return room


def test_secrets_stand_in_no_address(room: Room) -> None:
    kept = room.teacher.page.evaluate("JSON.parse(sessionStorage.getItem('atlas:class')).secret")
    token = room.learner.page.evaluate("JSON.parse(localStorage.getItem('atlas:class')).token")
    assert len(kept) >= 32
    assert len(token) >= 22
    assert kept not in room.teacher.page.url
    assert token not in room.learner.page.url
    expect(room.bar).to_contain_text("1 here · 1 follow · 0 roam")


def test_a_learner_is_where_the_teacher_is_without_a_run_of_the_page(room: Room) -> None:
    teacher, learner = room.teacher, room.learner
    teacher.go("attention weights")
    learner.on("attention weights")
    before = learner.watch.frames
    teacher.go("scores")
    learner.on("scores")
    teacher.cell("scores", 2, 3).click()
    expect(learner.cell("scores", 2, 3)).to_have_class(re.compile("pinned"))
    teacher.go("Inputs")
    teacher.edit("Q", 1, 1, "3.25")
    expect(learner.on("Inputs").cell("Q", 1, 1)).to_have_text("3.25")
    teacher.go("scores")
    assert learner.on("scores").values("scores") == teacher.values("scores")
    assert learner.watch.frames == before


def test_another_preset_is_followed_without_a_run_too(room: Room) -> None:
    before = room.learner.watch.frames
    room.teacher.choose("Ten times the queries")
    room.teacher.go("scores")
    expect(room.learner.on("scores").cell("scores", 1, 1)).to_have_text(room.teacher.cell("scores", 1, 1).inner_text())
    assert room.learner.watch.frames == before


def test_who_changes_a_number_roams_and_finds_it_again(room: Room) -> None:
    room.teacher.go("Inputs")
    learner = room.learner.on("Inputs")
    shown = learner.cell("K", 1, 1).inner_text()
    learner.edit("K", 1, 1, "7")
    expect(room.bar).to_contain_text("0 follow · 1 roam")
    learner.go("output")
    room.clicks("Follow again")
    expect(learner.on("Inputs").cell("K", 1, 1)).to_have_text(shown)
    room.clicks("Roam")
    learner.on("output")
    learner.go("Inputs")
    expect(learner.cell("K", 1, 1)).to_have_text("7")
    room.clicks("Follow again")
    expect(room.bar).to_contain_text("1 follow · 0 roam")


def test_a_number_is_asked_answered_asked_again_and_revealed(room: Room) -> None:
    teacher, learner = room.teacher, room.learner
    teacher.go("scores")
    cell = teacher.cell("scores", 1, 2)
    right = cell.inner_text()
    cell.click()
    room.does("Ask")
    room.does("Ask the class")
    expect(learner.cell("scores", 1, 2)).to_have_text("?")
    room.answers("much")
    expect(room.of(learner).get_by_role("alert")).to_contain_text("Type a number")
    room.answers("1/4")
    room.counted()
    expect(room.of(teacher).get_by_text("1 of 1 answered")).to_be_visible()
    expect(room.of(teacher).locator(".bars")).to_have_count(0)
    room.does("Second round")
    expect(room.of(learner).get_by_text("In the first round: 0.25")).to_be_visible()
    room.answers(right)
    room.counted()
    room.does("Reveal")
    for side in (teacher, learner):
        expect(room.of(side).locator("tr.right")).to_contain_text("✓ right")
        rounds = "First round: 1 answer, 0 right · Second round: 1 answer, 1 right"
        expect(room.of(side).get_by_text(rounds)).to_be_visible()
    expect(learner.cell("scores", 1, 2)).to_have_text(right)
    room.does("Put away")
    expect(room.of(learner).locator(".question")).to_have_count(0)


def test_a_challenge_is_reached_and_its_solution_shown(room: Room) -> None:
    teacher, learner = room.teacher, room.learner
    room.does("Challenge")
    room.of(teacher).get_by_role("button", name=re.compile("^Give it: Give Query 1 even weights")).click()
    expect(room.of(learner).get_by_text("Give Query 1 even weights")).to_be_visible()
    learner.go("Inputs")
    for column in (1, 2, 3):
        learner.edit("Q", 1, column, "0")
    expect(room.of(teacher).get_by_text("1 of 1 have reached it")).to_be_visible()
    room.clicks("Show mine to the class, without my name")
    teacher.go("Inputs")
    room.does("Solution 1")
    for column in (1, 2, 3):
        expect(teacher.cell("Q", 1, column)).to_have_text("0")
    room.does("Take it away")
    room.clicks("Follow again")
    teacher.go("scores")
    learner.on("scores")


def test_what_was_answered_while_the_server_was_away_is_counted(room: Room) -> None:
    room.does("Ask")
    room.of(room.teacher).get_by_text("A line of text").click()
    room.of(room.teacher).get_by_role("textbox", name="The question").fill(HOSTILE)
    room.does("Ask the class")
    expect(room.of(room.learner).locator(".question")).to_have_text("<img src=x onerror=alert(1)>")
    room.server.stop()
    room.answers(HOSTILE)
    expect(room.of(room.learner).get_by_text(re.compile("Your answer is kept|Sending your answer"))).to_be_visible()
    room.server.start()
    room.counted()
    expect(room.of(room.teacher).get_by_text("1 of 1 answered")).to_be_visible()
    room.does("Show the bars")
    expect(room.of(room.teacher).locator(".bars")).to_contain_text("<img src=x onerror=alert(1)>")
    assert room.of(room.teacher).locator(".bars img").count() == 0
    room.teacher.settled().go("scaled scores")
    room.learner.on("scaled scores")


def test_a_class_that_has_ended_says_so(room: Room) -> None:
    room.does("End")
    room.does("End the class")
    expect(room.of(room.learner).get_by_text("This class is over.")).to_be_visible()
    assert room.learner.page.evaluate("localStorage.getItem('atlas:class')") is None
