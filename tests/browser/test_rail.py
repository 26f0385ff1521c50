"""Stops whose names are paths stand in groups: the one the learner is in is open, the others are one tab each."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .stage_page import StagePage

DECODING = "kv-cache"


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(DECODING)


@pytest.fixture
def second(opened: StagePage) -> StagePage:
    return opened.go("token 2/cached keys")


def visible(page: StagePage) -> list[str]:
    return [tab.inner_text().replace("\n", " ").strip() for tab in page.tabs.all()]


def test_only_the_group_one_is_in_shows_its_stops(second: StagePage) -> None:
    assert visible(second)[:3] == ["1Inputs", "Token 1", "8Cached keys"]
    assert visible(second)[-3:] == ["Token 3", "Token 4", "26Output"]
    expect(second.tab("token 2/weights")).to_be_visible()
    expect(second.tab("token 3/weights")).to_be_hidden()


def test_a_closed_group_opens_at_its_first_stop(second: StagePage) -> None:
    second.atlas.get_by_role("tab", name="Token 3", exact=True).click()
    second.on("token 3/cached keys")
    expect(second.tab("token 2/weights")).to_be_hidden()
    expect(second.tab("token 3/weights")).to_be_visible()


def test_turning_walks_from_group_to_group(second: StagePage) -> None:
    second.go("token 2/output row")
    second.button("Next step").click()
    second.on("token 3/cached keys")
    second.button("Previous step").click()
    second.on("token 2/output row")


def test_a_link_leads_into_a_group(second: StagePage) -> None:
    second.go("token 2/weights")
    second.expect_query(step="token 2/weights")
    second.page.reload()
    second.settled().on("token 2/weights")
