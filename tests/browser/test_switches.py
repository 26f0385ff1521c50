"""A mask is painted where it stands: by click, stroke, finger and key; a row that would see nothing is answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from ui.lesson_payload import lesson_payload
from ui.state import Numbers, Session

from .kit import mount
from .links import MECHANISMS, packed
from .stage_page import PASTE, StagePage

KEY = "causal-mask"
PASTE_LABEL = "Paste a table for visible"


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(KEY)


@pytest.fixture
def mask(opened: StagePage) -> StagePage:
    """The mask beside the scores it hides, causal."""
    opened.reset("Causal")
    return opened.afresh("masked scores")


def switches(page: StagePage) -> list[list[float]]:
    return page.values("visible")


def drag(page: StagePage, *cells: Locator) -> None:
    for n, cell in enumerate(cells):
        cell.hover()
        if not n:
            page.page.mouse.down()
    page.page.mouse.up()


def test_it_opens_where_the_mask_is(mask: StagePage) -> None:
    mask.open(KEY).on("masked scores")
    assert switches(mask) == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    expect(mask.cell("visible", 1, 1)).to_contain_class("on")
    expect(mask.cell("visible", 1, 2)).not_to_contain_class("on")


def test_a_click_throws_a_switch_and_the_page_follows(mask: StagePage) -> None:
    mask.table("masked scores")  # the number that is asked for is shown
    mask.cell("visible", 1, 3).click()
    expect(mask.cell("visible", 1, 3)).to_have_text("1")
    expect(mask.cell("masked scores", 1, 3)).to_have_text("2.31")
    mask.expect_query(data=packed(KEY, ("visible", 2, 1)))
    mask.expect_chosen("Your numbers")
    mask.settled().cell("visible", 1, 3).click()
    expect(mask.cell("masked scores", 1, 3)).to_have_text("−∞")
    mask.expect_chosen("Causal")


def test_a_double_click_throws_it_and_back(mask: StagePage) -> None:
    mask.cell("visible", 1, 3).dblclick()
    expect(mask.cell("visible", 1, 3)).to_have_text("0")
    expect(mask.field()).to_have_count(0)


def test_a_stroke_paints_every_switch_like_the_first(mask: StagePage) -> None:
    drag(mask, mask.cell("visible", 1, 3), mask.cell("visible", 2, 3), mask.cell("visible", 3, 3))
    assert switches(mask) == [[1, 0, 1], [1, 1, 1], [1, 1, 1]]
    mask.expect_query(data=packed(KEY, ("visible", 2, 1), ("visible", 5, 1)))
    mask.settled()
    assert switches(mask) == [[1, 0, 1], [1, 1, 1], [1, 1, 1]]


def test_keys_throw_the_switch_they_stand_on(mask: StagePage) -> None:
    mask.cell("visible", 1, 2).focus()
    for key, shown in (("Enter", "1"), (" ", "0"), ("1", "1"), ("1", "1"), ("0", "0")):
        mask.page.keyboard.press(key)
        expect(mask.cell("visible", 1, 2)).to_have_text(shown)
    mask.page.keyboard.press("ArrowRight")
    expect(mask.cell("visible", 1, 3)).to_be_focused()


def test_a_finger_throws_a_switch_once(mask: StagePage) -> None:
    mask.cell("visible", 2, 3).dispatch_event("pointerdown", {"pointerType": "touch", "button": 0})
    mask.cell("visible", 2, 3).dispatch_event("click")
    expect(mask.cell("visible", 2, 3)).to_have_text("1")
    mask.expect_own_numbers()


def test_a_row_without_any_key_gets_a_sentence_while_the_last_result_stands(mask: StagePage) -> None:
    mask.cell("visible", 1, 1).click()
    expect(mask.notice).to_have_text("visible, query Input 1: this query has nothing to attend to")
    expect(mask.cell("visible", 1, 1)).to_contain_class("refused")
    expect(mask.cell("visible", 1, 1)).to_have_text("0")
    assert mask.table("masked scores")[0] == ["1.15", "−∞", "−∞"]
    mask.go("output")
    assert mask.values("output")[0] == [1, 2, 3]


def test_a_refused_row_computes_as_soon_as_it_sees_a_key(mask: StagePage) -> None:
    mask.cell("visible", 1, 1).click()
    expect(mask.notice).to_contain_text("nothing to attend to")
    mask.cell("visible", 1, 3).click()
    mask.expect_query(data=packed(KEY, ("visible", 0, 0), ("visible", 2, 1)))
    expect(mask.notice).to_be_empty()
    assert mask.table("masked scores")[0] == ["−∞", "−∞", "2.31"]


def test_a_refused_switch_can_be_thrown_back(mask: StagePage) -> None:
    mask.cell("visible", 1, 1).click()
    expect(mask.notice).to_contain_text("nothing to attend to")
    mask.settled().cell("visible", 1, 1).click()
    expect(mask.notice).to_be_empty()
    expect(mask.cell("visible", 1, 1)).to_have_text("1")
    mask.expect_chosen("Causal")


def test_a_pasted_two_is_refused_on_the_stage(mask: StagePage) -> None:
    mask.cell("visible", 1, 1).evaluate(PASTE, "1\t2\n")
    expect(mask.notice).to_have_text("visible, row 1, column 2: is either 0 or 1, not 2.")
    assert switches(mask) == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    mask.cell("visible", 1, 1).evaluate(PASTE, "1\t1\n")
    expect(mask.cell("visible", 1, 2)).to_have_text("1")
    expect(mask.notice).to_be_empty()


# --- under Inputs ----------------------------------------------------------------------------------------------------


@pytest.fixture
def inputs(mask: StagePage) -> StagePage:
    """The Inputs section with the table of switches chosen."""
    mask.section("Inputs")
    mask.tab_of(MECHANISMS[KEY].inputs["visible"].meaning).click()
    expect(mask.page.get_by_label(PASTE_LABEL)).to_be_visible()
    return mask.settled()


def test_one_more_token_makes_the_staircase_longer(inputs: StagePage) -> None:
    field = inputs.page.get_by_role("textbox", name="Tokens along “token”")
    field.fill("a, b, c, d")
    field.press("Enter")
    expect(inputs.cell("visible", 4, 4)).to_have_text("1")
    assert switches(inputs) == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]


def test_a_pasted_mask_with_a_two_is_refused(inputs: StagePage) -> None:
    inputs.page.get_by_label(PASTE_LABEL).fill("1 0 0\n1 2 0\n1 1 1")
    inputs.button("Replace visible").click()
    expect(inputs.warnings).to_contain_text("visible, row 2, column 2: is either 0 or 1, not 2")
    assert switches(inputs) == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


def tick(page: StagePage, place: float) -> None:
    """The box of the first row so far to the right; a grid that is still being drawn forgets the click."""
    grid = page.page.locator("[data-testid=stDataFrame] .dvn-scroller").first
    box = grid.bounding_box()
    assert box is not None
    grid.click(position={"x": box["width"] * place, "y": 52})
    page.page.keyboard.press(" ")


def test_a_tick_in_the_grid_throws_the_switch(inputs: StagePage) -> None:
    for patience in (2000, 4000, 8000):
        tick(inputs, 0.95)
        try:
            expect(inputs.cell("visible", 1, 3)).to_have_text("1", timeout=patience)
            break
        except AssertionError:
            continue
    inputs.expect_query(data=packed(KEY, ("visible", 2, 1)))


# --- without a page --------------------------------------------------------------------------------------------------


def test_a_handout_says_by_itself_that_a_row_sees_nothing(kit: Page) -> None:
    """No page answers there: the last result stays, and the sentence comes from the stage."""
    data = lesson_payload(Session(Numbers.of(MECHANISMS[KEY], "causal")))
    for part in ("link", "start", "session"):
        del data[part]
    mount(kit, data)
    kit.evaluate("data => stage.update({ data })", data)
    cell = kit.locator("table[aria-label=visible] td[data-offset='0']")
    cell.click()
    expect(kit.locator(".notice")).to_have_text("masked scores, query Input 1: this query has nothing to attend to.")
    assert kit.evaluate("sheet.steps.every((step) => step.values.every((v) => !Number.isNaN(v)))")
    cell.click()
    expect(kit.locator(".notice")).to_be_empty()
