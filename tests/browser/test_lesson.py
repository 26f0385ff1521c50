"""What surrounds the matrices: the map, the heads, options, challenges, the gradient, the changes, teaching by link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from ui.hiding import HIDEABLE

from .links import packed
from .stage_page import StagePage

WORKED = "illustrated-self-attention"
HEADS = "multi-head-attention"
PARTS = ("predict", "inputs", "arithmetic", "next")


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(HEADS)


@pytest.fixture(scope="module")
def worked(shared_lesson: StagePage) -> StagePage:
    """The worked example in place of it, for the tests that come after those of the heads."""
    return shared_lesson.open(WORKED)


@pytest.fixture
def heads(opened: StagePage) -> StagePage:
    opened.go("inputs")
    return opened.afresh("scores")


# --- the map ---------------------------------------------------------------------------------------------------------


def thumbnail(page: StagePage, name: str) -> Locator:
    return page.atlas.locator(f'.map button[title="{name}"]')


@pytest.mark.parametrize("name", ["queries", "attention weights", "output"])
def test_a_thumbnail_leads_to_its_step(heads: StagePage, name: str) -> None:
    thumbnail(heads, name).click()
    heads.on(name)
    expect(thumbnail(heads, name)).to_contain_class("current")


def test_a_thumbnail_of_an_input_leads_to_the_inputs(heads: StagePage) -> None:
    thumbnail(heads, "W_o").click()
    heads.on("inputs")


def test_the_map_holds_every_step_once(heads: StagePage) -> None:
    titles = [thumb.get_attribute("title") for thumb in heads.atlas.locator(".map .thumb").all()]
    steps = [tab.inner_text().split("\n")[-1].lower() for tab in heads.tabs.all()]
    assert len(set(titles)) == len(titles)
    assert {str(title).lower() for title in titles} >= {step.lstrip("0123456789") for step in steps} - {"inputs"}


def test_pointing_lights_cells_of_the_map(heads: StagePage) -> None:
    heads.cell("scores", 1, 1).hover()
    expect(thumbnail(heads, "queries").locator("rect.lit")).to_have_count(2)


# --- heads -----------------------------------------------------------------------------------------------------------


def head(page: StagePage, label: str) -> Locator:
    return page.atlas.get_by_role("group", name="head").get_by_role("button", name=label, exact=True)


def test_selectors_switch_heads_and_the_address_says_so(heads: StagePage) -> None:
    first = heads.table("scores")
    head(heads, "2").click()
    expect(head(heads, "2")).to_have_attribute("aria-pressed", "true")
    second = heads.table("scores")
    assert second != first
    heads.expect_query(step="scores", at="head.2")
    head(heads, "1").click()
    assert heads.table("scores") == first
    heads.expect_query(at=None)


def test_a_chosen_head_is_kept_from_step_to_step(heads: StagePage) -> None:
    head(heads, "2").click()
    heads.go("attention weights")
    expect(head(heads, "2")).to_have_attribute("aria-pressed", "true")
    head(heads, "1").click()


def test_operands_follow_the_head_of_the_cell_pointed_at(heads: StagePage) -> None:
    """Concatenated heads: columns of head 2 are made of head 2."""
    heads.go("concatenated heads")
    heads.cell("concatenated heads", 1, 1).hover()
    first = heads.table("head outputs")
    heads.cell("concatenated heads", 1, 3).hover()
    assert len(heads.lit()) == 1
    second = heads.table("head outputs")
    assert first != second or heads.tables("head outputs").count() == 2


def test_options_change_the_computation(heads: StagePage) -> None:
    heads.page.get_by_role("spinbutton", name="Heads").fill("4")
    heads.page.keyboard.press("Enter")
    expect(head(heads, "4")).to_be_visible()
    heads.expect_query(h="4")
    heads.page.get_by_role("spinbutton", name="Heads").fill("3")
    heads.page.keyboard.press("Enter")
    expect(heads.page.get_by_text("divi").first).to_be_visible()
    expect(head(heads, "4")).to_be_visible()


# --- sections --------------------------------------------------------------------------------------------------------


def test_a_challenge_is_reached_by_editing(lesson: StagePage) -> None:
    lesson.open("scaled-dot-product-attention")
    lesson.section("Challenges")
    expect(lesson.page.get_by_text("Not yet")).to_have_count(2)
    lesson.go("inputs")
    lesson.paste("Q", 1, 1, [["0", "0", "0"]])
    expect(lesson.page.get_by_text("Reached")).to_have_count(1)
    expect(lesson.page.get_by_text("Not yet")).to_have_count(1)


def test_the_gradient_is_shown_and_checked(worked: StagePage) -> None:
    lesson = worked
    lesson.section("Gradient")
    expect(lesson.page.locator("p", has_text="Check by nudging.")).to_contain_text("the gradients above agree")
    backward = lesson.page.locator(".atlas[data-mode=backward]")
    expect(backward.get_by_role("tab")).not_to_have_count(0)
    backward.get_by_role("tab").last.click()
    backward.locator(".stage table").last.locator("tbody td").first.hover()
    expect(backward.locator(".numbers")).to_contain_text("=")
    expect(backward.locator("td.lit")).not_to_have_count(0)


def test_the_gradient_does_not_turn_with_the_lesson(worked: StagePage) -> None:
    lesson = worked.go("scores")
    lesson.section("Gradient")
    chosen = lesson.page.locator(".atlas[data-mode=backward] [role=tab][aria-selected=true]")
    before = chosen.inner_text()
    lesson.page.evaluate("document.activeElement.blur()")
    lesson.page.keyboard.press("ArrowRight")
    lesson.on("attention weights")
    expect(chosen).to_have_text(before.replace("\n", ""))


def test_changes_since_the_preset(worked: StagePage) -> None:
    lesson = worked
    lesson.reset("As published")
    lesson.go("scores")
    lesson.section("Since the preset")
    expect(lesson.page.get_by_text("Nothing here differs from the preset.")).to_be_visible()
    lesson.go("inputs")
    lesson.edit("W_v", 1, 2, "5")
    expect(lesson.page.get_by_text("Largest mover:")).to_contain_text("from 6.683 to 8.278")
    expect(lesson.page.locator(".atlas[data-mode=gallery] figure")).to_have_count(3)


def test_your_numbers_shows_where_they_are_typed(worked: StagePage) -> None:
    worked.reset("As published")
    worked.section("Insight")
    worked.choose("Your numbers")
    worked.expect_chosen("Inputs")
    expect(worked.page.get_by_text("Change a number on the stage")).to_be_in_viewport()
    expect(worked.page.get_by_label("A sentence of your own")).to_be_visible()


# --- teaching --------------------------------------------------------------------------------------------------------


def test_teach_makes_a_link_that_hides_what_is_unticked(worked: StagePage, lesson: StagePage) -> None:
    worked.go("scores")
    worked.button("Teach").click()
    for part in PARTS:
        worked.dialog.get_by_test_id("stCheckbox").filter(has_text=HIDEABLE[part]).locator("label").click()
    expect(worked.link).to_contain_text("next")
    link = worked.link_in_dialog()
    assert "hide=" in link
    worked.page.keyboard.press("Escape")
    expect_hidden(lesson.visit(link))


def expect_hidden(page: StagePage) -> None:
    expect(page.predict).to_be_hidden()
    expect(page.numbers).to_be_hidden()
    expect(page.pill("Inputs")).to_have_count(0)
    page.go("inputs")
    page.cell("X", 1, 1).dblclick()
    expect(page.field()).to_have_count(0)


@pytest.mark.parametrize("part", ["predict", "inputs", "arithmetic"])
def test_only_what_is_named_is_hidden(lesson: StagePage, part: str) -> None:
    """And an edit leaves it hidden."""
    lesson.open(WORKED, step="queries", hide=part)
    expect(lesson.predict).to_be_visible(visible=part != "predict")
    expect(lesson.numbers).to_be_visible(visible=part != "arithmetic")
    expect(lesson.pill("Inputs")).to_have_count(0 if part == "inputs" else 1)
    lesson.cell("X", 1, 1).dblclick()
    expect(lesson.field()).to_have_count(0 if part == "inputs" else 1)
    if part == "predict":  # it stays hidden
        lesson.field().fill("2")
        lesson.page.keyboard.press("Enter")
        lesson.expect_query(hide="predict", data=packed(WORKED, ("X", 0, 2)))
        expect(lesson.predict).to_be_hidden()


def test_later_steps_can_be_hidden(lesson: StagePage) -> None:
    lesson.open(WORKED, step="scores", hide="next").on("scores")
    expect(lesson.tab("scores")).to_be_visible()
    expect(lesson.tab("queries")).to_be_visible()
    expect(lesson.button("Next step")).to_be_disabled()
    lesson.page.keyboard.press("ArrowRight")
    lesson.on("scores")
    expect(thumbnail(lesson, "output")).to_have_count(0)
    expect(lesson.tab("output")).to_have_count(0)
