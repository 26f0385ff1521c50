"""A replica is killed in the middle of a vote: real browsers are back by themselves, with their numbers and place.

Two servers, Redis and a proxy, a teacher and four learners in browsers that share nothing; with `--all` only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.classroom.conftest import needed
from tests.classroom.replicas import proxied, twins
from tests.sampling import some
from tools.own_redis import PROGRAM, OwnRedis
from tools.serving import Server

from .stage_page import LONG, StagePage
from .watch import Watch

KEY = "scaled-dot-product-attention"
BACK = 5.0  # seconds until the stream of every browser is open again
PHONE = {"width": 390, "height": 844}
# Notes when each stream of the class was opened, in milliseconds since 1970.
NOTED = """(() => {
  const [ask, opened] = [window.fetch, (window.opened = [])];
  window.fetch = async (address, ...more) => {
    const answer = await ask(address, ...more);
    if (/\\/(events|room)$/.test(String(address)) && answer.ok) opened.push(Date.now());
    return answer;
  };
})()"""


@dataclass
class Class:
    """A teacher and learners, each in a browser of their own."""

    replicas: list[Server]
    teacher: StagePage
    learners: list[StagePage]

    @property
    def everybody(self) -> list[StagePage]:
        return [self.teacher, *self.learners]


def part(side: StagePage) -> Locator:
    return side.page.locator("#atlas-class")


def press(side: StagePage, name: str) -> None:
    part(side).get_by_role("button", name=name, exact=True).click()


@pytest.fixture(params=some(["haproxy", "nginx"], []))
def room(
    patient: None, request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> Iterator[Class]:
    redis = OwnRedis(needed(PROGRAM), tmp_path)
    try:
        with twins(tmp_path, redis.start().url) as replicas, proxied(request.param, tmp_path, replicas) as url:
            yield entered(replicas, [arrived(new_context, url, **each) for each in ({}, *[{"viewport": PHONE}] * 4)])
    finally:
        redis.kill()


def arrived(new_context: Callable[..., BrowserContext], url: str, **settings: object) -> StagePage:
    page: Page = new_context(**settings).new_page()
    page.set_default_timeout(LONG)
    page.add_init_script(NOTED)
    return StagePage(page, url, Watch())


def entered(replicas: list[Server], sides: list[StagePage]) -> Class:
    teacher, *learners = sides
    teacher.open(KEY).go("scores")
    teacher.button("Teach").click()
    teacher.page.get_by_role("button", name=re.compile("Start a class")).click()
    press(teacher, "Start the class")
    code = part(teacher).locator("p.letters").inner_text().replace(" ", "")
    press(teacher, "Close")
    for each in learners:
        each.page.goto(f"{each.url}/join?code={code}")
        ran(each)
        press(each, "Join")
        expect(each.stage.locator("td[data-step]").first).to_be_visible()
        each.settled().on("scores")
    return Class(replicas, teacher, learners)


def ran(side: StagePage) -> None:
    """The page's script has run once: from then on lessons are opened in place, and no page is loaded twice."""
    app = side.page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def opened(side: StagePage) -> list[float]:
    return list(side.page.evaluate("window.opened"))


def place(side: StagePage) -> tuple[str, list[list[str]]]:
    """What a learner's bar says, and the numbers on the stage."""
    bar = part(side).get_by_role("region", name="The class you are in")
    return bar.locator(".count").inner_text(), side.table("scores")


def asked(teacher: StagePage, roaming: StagePage) -> None:
    """One learner roams with a number of its own; all are asked."""
    roaming.go("Inputs")
    roaming.edit("K", 1, 1, "7")
    roaming.go("scores")
    expect(part(teacher)).to_contain_text("4 here · 3 follow · 1 roam")
    press(teacher, "Ask")
    part(teacher).get_by_text("True or false").click()
    part(teacher).get_by_role("textbox", name="The question").fill("Is it?")
    press(teacher, "Ask the class")


def test_browsers_are_back_with_their_numbers_and_every_answer_counts(room: Class) -> None:
    teacher, (roaming, *_) = room.teacher, room.learners
    asked(teacher, roaming)
    for each in room.learners:
        expect(part(each).get_by_role("button", name="False", exact=True)).to_be_visible()
    for each in room.learners[:2]:
        press(each, "True")
        expect(part(each).get_by_text("Your answer is counted.")).to_be_visible()
    before, streams = [place(each) for each in room.learners], [len(opened(each)) for each in room.everybody]

    killed = time.time()
    room.replicas[0].stop()
    for each in room.learners[2:]:
        press(each, "False")
    for each in room.learners:
        expect(part(each).get_by_text("Your answer is counted.")).to_be_visible()
        expect(part(each).get_by_text("The line is lost.")).to_have_count(0)
    expect(part(teacher)).to_contain_text("4 of 4 answered")

    times = [opened(each)[n:] for each, n in zip(room.everybody, streams, strict=True)]
    back = [each[0] / 1000 - killed for each in times if each]
    print("streams open again after", [f"{each:.2f} s" for each in back])
    assert back, "the replica that was killed had streams"
    assert max(back) < BACK
    assert [place(each) for each in room.learners] == before
    press(teacher, "Reveal")
    for each in room.everybody:
        rows = part(each).locator(".bars tr")
        expect(rows.nth(0).locator(".count")).to_have_text("2")
        expect(rows.nth(1).locator(".count")).to_have_text("2")
    teacher.go("attention weights")
    for each in room.learners[1:]:
        each.on("attention weights")
    expect(part(teacher)).to_contain_text("4 here · 3 follow · 1 roam")
