"""The microscope in a browser, with the recorded run, which needs no model."""

from __future__ import annotations

from playwright.sync_api import expect

from .stage_page import StagePage


def test_a_head_is_opened_down_to_its_numbers_and_the_address_says_so(shared_lesson: StagePage) -> None:
    page = shared_lesson.page
    page.goto(f"{shared_lesson.url}/microscope?model=recorded")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(72)
    expect(page.locator(".token")).to_have_count(11)
    tiles.nth(71).click()
    expect(page.locator(".one h3")).to_have_text("Layer 6, head 12")
    page.locator(".token", has_text="he").first.focus()
    expect(page.locator(".says")).to_contain_text("“he” reads “bark” 0.69")
    weights = page.locator(".on-stage table").last.locator("tbody tr").nth(6).locator("td").nth(1)
    expect(weights).to_have_text("0.69")
    assert "layer=6&head=12" in page.url
    page.reload()
    expect(page.locator(".one h3")).to_have_text("Layer 6, head 12")
