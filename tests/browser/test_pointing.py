"""Pointing, pinning and the keyboard: all of it happens in the browser alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .stage_page import StagePage

KEY = "illustrated-self-attention"


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(KEY)


@pytest.fixture
def scores(opened: StagePage) -> StagePage:
    """The scores of the published example: Q (3 x 3), K (3 x 3), S (3 x 3)."""
    return opened.afresh("scores")


def test_pointing_lights_the_operands_and_writes_the_arithmetic(scores: StagePage) -> None:
    scores.cell("scores", 1, 3).hover()
    scores.expect_numbers("1·2 + 0·3 + 2·1 = 4")
    assert scores.lit() == {("queries", 1, i) for i in (1, 2, 3)} | {("keys", 3, i) for i in (1, 2, 3)}
    assert scores.place(scores.current) == ("scores", 1, 3)


def test_pointing_at_an_operand_shows_what_it_feeds(scores: StagePage) -> None:
    scores.cell("queries", 2, 1).hover()
    expect(scores.stage.locator("td.fed")).to_have_count(3)
    assert {scores.place(cell) for cell in scores.stage.locator("td.fed").all()} == {
        ("scores", 2, i) for i in (1, 2, 3)
    }


def test_pointing_and_pinning_send_nothing(lesson: StagePage) -> None:
    scores = lesson.open(KEY)
    before = scores.watch.frames
    for row in (1, 2, 3):
        scores.cell("scores", row, 2).hover()
        expect(scores.current).to_have_count(1)
    scores.leave()
    scores.cell("scores", 3, 1).click()
    scores.expect_query(cell="3.1")
    assert scores.watch.frames == before


def test_leaving_returns_to_the_suggested_cell(scores: StagePage) -> None:
    assert scores.place(scores.current) == ("scores", 2, 1)
    scores.cell("scores", 3, 3).hover()
    assert scores.place(scores.current) == ("scores", 3, 3)
    scores.leave()
    assert scores.place(scores.current) == ("scores", 2, 1)


def test_click_pins_and_leaving_returns_there(scores: StagePage) -> None:
    scores.cell("scores", 3, 2).click()
    scores.expect_query(step="scores", cell="3.2")
    scores.cell("scores", 1, 1).hover()
    scores.leave()
    assert scores.place(scores.current) == ("scores", 3, 2)
    assert scores.place(scores.pinned) == ("scores", 3, 2)


def test_second_click_unpins(scores: StagePage) -> None:
    scores.cell("scores", 3, 2).click()
    scores.expect_query(cell="3.2")
    scores.cell("scores", 3, 2).click()
    expect(scores.pinned).to_have_count(0)
    scores.expect_query(cell=None)


def test_tab_reaches_rail_cells_and_predict(scores: StagePage) -> None:
    scores.pill("As published").focus()
    visited = []
    while "predict" not in visited and len(visited) < 40:
        scores.page.keyboard.press("Tab")
        visited.append(scores.focused())
    assert [place for place in dict.fromkeys(visited) if place] == ["rail", "stage", "map", "predict"]


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("ArrowDown", ("scores", 3, 2)),
        ("ArrowUp", ("scores", 1, 2)),
        ("ArrowLeft", ("scores", 2, 1)),
        ("ArrowRight", ("scores", 2, 3)),
        ("Home", ("scores", 2, 1)),
        ("End", ("scores", 2, 3)),
    ],
)
def test_keys_move_inside_a_matrix_and_keep_the_step(scores: StagePage, key: str, place: tuple[str, int, int]) -> None:
    scores.cell("scores", 2, 2).focus()
    scores.page.keyboard.press(key)
    assert scores.place(scores.stage.locator("td:focus")) == place
    assert scores.place(scores.current) == place
    scores.on("scores")


def test_arrows_cross_into_the_next_matrix(opened: StagePage) -> None:
    opened.afresh("attention weights").cell("scores", 2, 3).focus()
    opened.page.keyboard.press("ArrowRight")
    assert opened.place(opened.current) == ("attention weights", 2, 1)
    opened.page.keyboard.press("ArrowLeft")
    assert opened.place(opened.current) == ("scores", 2, 3)


def test_arrows_cross_the_blackboard_as_it_is_seen(scores: StagePage) -> None:
    scores.cell("queries", 2, 3).focus()
    scores.page.keyboard.press("ArrowRight")
    assert scores.place(scores.current) == ("scores", 2, 1)
    scores.page.keyboard.press("ArrowUp")
    scores.page.keyboard.press("ArrowUp")  # above the result stand the keys, transposed
    assert scores.place(scores.current) == ("keys", 1, 3)
    scores.page.keyboard.press("ArrowRight")
    assert scores.place(scores.current) == ("keys", 2, 3)
    scores.page.keyboard.press("ArrowDown")
    assert scores.place(scores.current) == ("scores", 1, 2)


def test_arrow_keys_turn_the_steps(scores: StagePage) -> None:
    scores.page.keyboard.press("ArrowRight")
    scores.on("attention weights")
    scores.page.keyboard.press("ArrowLeft")
    scores.on("scores")


def test_arrow_keys_on_the_rail_take_the_focus_along(scores: StagePage) -> None:
    scores.tab("scores").focus()
    scores.page.keyboard.press("ArrowRight")
    expect(scores.tab("attention weights")).to_be_focused()
    scores.on("attention weights")


def test_buttons_turn_the_steps_and_end_at_the_ends(scores: StagePage) -> None:
    scores.button("Next step").click()
    scores.on("attention weights")
    scores.go("output")
    expect(scores.button("Next step")).to_be_disabled()
    scores.go("inputs")
    expect(scores.button("Previous step")).to_be_disabled()


def test_space_and_enter_pin_a_computed_cell(scores: StagePage) -> None:
    scores.cell("scores", 1, 2).focus()
    scores.page.keyboard.press("Enter")
    scores.expect_query(cell="1.2")
    scores.cell("scores", 1, 3).focus()
    scores.page.keyboard.press(" ")
    scores.expect_query(cell="1.3")


def test_the_words_follow_the_cell_pointed_at(scores: StagePage) -> None:
    scores.cell("scores", 3, 1).hover()
    expect(scores.atlas.locator(".words [data-fill=query]").first).to_have_text("Input 3")
    expect(scores.atlas.locator(".words [data-fill=key]").first).to_have_text("Input 1")


def test_a_screen_reader_hears_the_arithmetic(scores: StagePage) -> None:
    scores.cell("scores", 1, 2).focus()
    heard = "scores, query Input 1, key Input 2: 1 times 4 plus 0 times 4 plus 2 times 0 equals 4"
    expect(scores.atlas.locator(".arithmetic .spoken").last).to_have_text(heard)
