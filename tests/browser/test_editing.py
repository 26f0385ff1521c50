"""Numbers are typed where they stand; everything after them follows, and nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .links import packed, row
from .stage_page import StagePage

KEY = "illustrated-self-attention"


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(KEY)


@pytest.fixture
def inputs(opened: StagePage) -> StagePage:
    """All input matrices, with the published numbers."""
    opened.reset("As published")
    return opened.afresh("inputs")


def test_an_edit_reaches_every_later_step_at_once(inputs: StagePage) -> None:
    inputs.edit("X", 1, 1, "2")
    expect(inputs.cell("X", 1, 1)).to_have_text("2")
    inputs.expect_query(data=packed(KEY, ("X", 0, 2)))
    inputs.expect_chosen("Your numbers")
    inputs.go("queries")
    assert inputs.values("queries")[0] == [2, 0, 3]
    inputs.go("scores")
    assert inputs.values("scores")[0] == [6, 8, 7]


def test_an_edit_keeps_every_cell_and_blanks_none(inputs: StagePage) -> None:
    inputs.go("queries")
    inputs.start_sampling()
    inputs.edit("X", 2, 2, "5")
    expect(inputs.cell("queries", 2, 1)).to_have_text("5")
    inputs.expect_query(data=packed(KEY, ("X", 5, 5)))
    inputs.settled()
    seen = inputs.stop_sampling()
    assert seen["frames"] > 3
    assert seen["kept"]
    assert seen["blanks"] == 0
    assert inputs.values("queries")[1] == [5, 2, 2]


@pytest.mark.parametrize(("typed", "shown"), [("1/4", "0.25"), ("25%", "0.25"), ("−3", "−3"), ("-1e150", "−1e150")])
def test_numbers_are_read_as_people_write_them(inputs: StagePage, typed: str, shown: str) -> None:
    inputs.edit("X", 3, 4, typed)
    expect(inputs.cell("X", 3, 4)).to_have_text(shown)
    expect(inputs.notice).to_be_empty()
    inputs.expect_own_numbers()


def test_text_in_a_cell_gets_one_sentence_and_stays(inputs: StagePage) -> None:
    inputs.edit("W_q", 2, 3, "three")
    expect(inputs.notice).to_have_text("W_q, row 2, column 3: “three” is not a number.")
    expect(inputs.notice).to_have_role("alert")
    expect(inputs.field()).to_have_value("three")
    expect(inputs.field()).to_have_attribute("aria-invalid", "true")
    inputs.page.keyboard.press("Escape")
    expect(inputs.cell("W_q", 2, 3)).to_have_text("0")
    expect(inputs.notice).to_be_empty()


def test_an_emptied_cell_is_named(inputs: StagePage) -> None:
    inputs.edit("X", 3, 2, "")
    expect(inputs.notice).to_have_text("X, row 3, column 2: the cell is empty.")
    inputs.page.keyboard.press("Escape")


def test_what_was_typed_survives_a_message_from_the_server(inputs: StagePage) -> None:
    inputs.edit("X", 1, 1, "7")
    inputs.start_editing("X", 1, 2).fill("1.")
    inputs.expect_query(data=packed(KEY, ("X", 0, 7)))
    inputs.settled()
    expect(inputs.field()).to_have_value("1.")
    inputs.page.keyboard.press("Escape")
    expect(inputs.cell("X", 1, 2)).to_have_text("0")


def test_a_number_that_overflows_stays_typed_while_the_last_result_stands(inputs: StagePage) -> None:
    inputs.edit("X", 3, 4, "-1e308")
    expect(inputs.notice).to_contain_text("grows beyond the largest number")
    expect(inputs.cell("X", 3, 4)).to_have_text("−1e308")
    inputs.go("scores")
    assert inputs.values("scores") == [[2, 4, 4], [4, 16, 12], [4, 12, 10]]


def test_the_sentence_stays_while_the_number_does_not_compute(inputs: StagePage) -> None:
    inputs.edit("X", 3, 4, "-1e308")
    expect(inputs.notice).to_contain_text("grows beyond the largest number")
    inputs.start_editing("X", 1, 1)
    inputs.page.keyboard.press("Escape")
    expect(inputs.cell("X", 3, 4)).to_contain_class("refused")
    expect(inputs.notice).to_contain_text("grows beyond the largest number")


def test_a_mended_number_computes_again(inputs: StagePage) -> None:
    inputs.edit("X", 3, 4, "-1e308")
    expect(inputs.notice).to_contain_text("grows beyond the largest number")
    inputs.edit("X", 3, 4, "3")
    inputs.expect_query(data=packed(KEY, ("X", 11, 3)))
    expect(inputs.notice).to_be_empty()
    expect(inputs.stage.locator("td.refused")).to_have_count(0)


def test_escape_restores(inputs: StagePage) -> None:
    inputs.start_editing("X", 2, 2).fill("9")
    inputs.page.keyboard.press("Escape")
    expect(inputs.cell("X", 2, 2)).to_have_text("2")
    expect(inputs.cell("X", 2, 2)).to_be_focused()
    inputs.expect_chosen("As published")


def test_leaving_the_field_takes_the_number(inputs: StagePage) -> None:
    inputs.start_editing("X", 2, 2).fill("9")
    inputs.cell("X", 3, 3).click()
    expect(inputs.cell("X", 2, 2)).to_have_text("9")
    inputs.expect_own_numbers()


def test_digits_start_editing_and_enter_ends_it(inputs: StagePage) -> None:
    inputs.cell("X", 1, 2).focus()
    inputs.page.keyboard.type("42")
    expect(inputs.field()).to_have_value("42")
    inputs.page.keyboard.press("Enter")
    expect(inputs.cell("X", 1, 2)).to_have_text("42")
    inputs.expect_own_numbers()
    expect(inputs.cell("X", 1, 2)).to_be_focused()


def test_enter_on_an_input_edits(inputs: StagePage) -> None:
    inputs.cell("X", 1, 1).focus()
    inputs.page.keyboard.press("Enter")
    expect(inputs.field()).to_have_value("1")


def test_arrows_inside_the_field_stay_inside(inputs: StagePage) -> None:
    inputs.start_editing("X", 1, 1).fill("12")
    inputs.page.keyboard.press("ArrowLeft")
    inputs.page.keyboard.type("0")
    expect(inputs.field()).to_have_value("102")
    inputs.on("inputs")
    inputs.page.keyboard.press("Escape")


def test_a_computed_cell_cannot_be_edited(inputs: StagePage) -> None:
    inputs.go("queries")
    inputs.cell("queries", 1, 1).dblclick()
    expect(inputs.field()).to_have_count(0)


def test_inputs_are_edited_beside_their_result_too(inputs: StagePage) -> None:
    inputs.go("queries")
    inputs.edit("W_q", 1, 1, "3")
    expect(inputs.cell("queries", 1, 1)).to_have_text("3")
    inputs.expect_own_numbers()


def test_a_block_from_a_spreadsheet_fills_the_cells(inputs: StagePage) -> None:
    inputs.paste("X", 2, 3, [["7", "1/2"], ["8", "-9"]])
    expect(inputs.cell("X", 3, 4)).to_have_text("−9")
    assert inputs.values("X") == [[1, 0, 1, 0], [0, 2, 7, 0.5], [1, 1, 8, -9]]
    inputs.expect_query(data=packed(KEY, *row("X", 6, [7, 0.5]), *row("X", 10, [8, -9])))


def test_a_block_too_large_changes_nothing_and_says_so(inputs: StagePage) -> None:
    before = inputs.values("X")
    inputs.paste("X", 2, 3, [["1", "2", "3"]] * 2)
    expect(inputs.notice).to_contain_text("X: the pasted block of 2 × 3 does not fit from here")
    assert inputs.values("X") == before


def test_a_block_with_text_names_the_cell(inputs: StagePage) -> None:
    before = inputs.values("X")
    inputs.paste("X", 1, 1, [["1", "2"], ["3", "four"]])
    expect(inputs.notice).to_have_text("X, row 2, column 2: “four” is not a number.")
    assert inputs.values("X") == before


def test_quick_edits_are_all_kept(inputs: StagePage) -> None:
    for column in (1, 2, 3, 4):
        inputs.edit("X", 1, column, str(column + 10))
    inputs.expect_query(data=packed(KEY, *row("X", 0, [11, 12, 13, 14])))
    assert inputs.values("X")[0] == [11, 12, 13, 14]


def test_a_click_on_your_numbers_leaves_them_alone(inputs: StagePage) -> None:
    inputs.edit("X", 1, 1, "99")
    inputs.expect_query(data=packed(KEY, ("X", 0, 99)))
    inputs.expect_chosen("Your numbers")
    inputs.choose("Your numbers")
    inputs.expect_chosen("Your numbers")
    inputs.expect_query(data=packed(KEY, ("X", 0, 99)))
    expect(inputs.cell("X", 1, 1)).to_have_text("99")


def test_choosing_the_preset_brings_its_numbers_back(inputs: StagePage) -> None:
    inputs.edit("X", 1, 1, "99")
    inputs.expect_chosen("Your numbers")
    inputs.choose("As published")
    expect(inputs.cell("X", 1, 1)).to_have_text("1")
    inputs.expect_query(data=None)
