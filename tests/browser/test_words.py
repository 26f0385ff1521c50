"""The words of a lesson read the numbers on screen, and follow them while they change."""

from __future__ import annotations

from playwright.sync_api import expect

from .stage_page import StagePage


def test_words_under_a_condition_follow_an_edit(shared_lesson: StagePage) -> None:
    page = shared_lesson.open("softcap")
    page.reset("−200 to 200")
    page.go("attention weights")
    words = page.atlas.locator(".words")
    expect(words).to_contain_text("too high")
    assert "without a cap it would be" not in words.inner_text()
    page.go("inputs")
    page.edit("s", 1, 6, "200")
    page.go("attention weights")
    expect(words).to_contain_text("keeps the largest weight at 0.50; without a cap it would be 0.50")
    assert "too high" not in words.inner_text()
