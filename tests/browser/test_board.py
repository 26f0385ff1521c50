"""A product as on a blackboard, and its arithmetic performed: without a server, on the stage's own script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from attention_core import CURRICULUM
from attention_stage.payload import payload, place
from attention_stage.structure import forward_stops

from .kit import mount
from .stage_page import PASTE

KEY = "illustrated-self-attention"
DESK, PHONE = {"width": 1100, "height": 900}, {"width": 390, "height": 844}
LESSONS = {lesson.key: lesson for lesson in CURRICULUM}


def opened(kit: Page, key: str = KEY, step: str = "scores", size: Any = DESK) -> Page:
    kit.set_viewport_size(size)
    lesson = LESSONS[key]
    trace = lesson.trace()
    mount(kit, payload(trace.steps, forward_stops(trace, {}), editable=tuple(lesson.inputs), view=place(step)))
    return kit


def cell(page: Page, name: str, row: int, column: int) -> Locator:
    """By row and column as drawn, from 1."""
    table = page.locator(f'table[aria-label="{name}"]')
    return table.locator("tbody tr").nth(row - 1).locator("td").nth(column - 1)


def middle(cell: Locator) -> tuple[float, float]:
    box = cell.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# --- where the matrices stand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_row_and_column_meet_in_the_cell(kit: Page, size: Any) -> None:
    page = opened(kit, size=size)
    for row in (1, 2, 3):
        for column in (1, 2, 3):
            x, y = middle(cell(page, "scores", row, column))
            assert middle(cell(page, "queries", row, 1))[1] == pytest.approx(y, abs=1)
            assert middle(cell(page, "keys, transposed", 1, column))[0] == pytest.approx(x, abs=1)


def test_the_transposed_matrix_holds_its_own_numbers(kit: Page) -> None:
    page = opened(kit)
    keys = LESSONS[KEY].trace()["keys"].value
    for row in range(3):
        for column in range(3):
            expect(cell(page, "keys, transposed", column + 1, row + 1)).to_have_text(f"{keys[row, column]:g}")


def test_pointing_lights_a_row_and_a_column(kit: Page) -> None:
    page = opened(kit)
    cell(page, "scores", 2, 3).hover()
    for k in (1, 2, 3):
        expect(cell(page, "queries", 2, k)).to_have_class("lit")
        expect(cell(page, "keys, transposed", k, 3)).to_have_class("lit")
    expect(page.locator(".stage td.lit")).to_have_count(6)


def test_a_matrix_times_itself_lights_a_row_here_and_a_column_there(kit: Page) -> None:
    page = opened(kit, "parameter-free-self-attention")
    page.get_by_role("button", name="Blackboard").click()
    cell(page, "scores", 2, 5).hover()
    width = page.locator('table[aria-label="X"] tbody tr').first.locator("td").count()
    assert {middle(each)[1] for each in page.locator('table[aria-label="X"] td.lit').all()} == {
        middle(cell(page, "X", 2, 1))[1]
    }
    expect(page.locator('table[aria-label="X"] td.lit')).to_have_count(width)
    assert {middle(each)[0] for each in page.locator('table[aria-label="X, transposed"] td.lit').all()} == {
        middle(cell(page, "X, transposed", 1, 5))[0]
    }


def test_the_switch_is_remembered(kit: Page) -> None:
    page = opened(kit)
    page.get_by_role("button", name="Side by side").click()
    expect(page.locator(".stage.board")).to_have_count(0)
    expect(page.locator("figcaption .use")).to_have_text("used transposed")
    expect(page.locator(".operator")).to_have_text(["·", "="])
    page.get_by_role("button", name="Blackboard").focus()
    page = opened(page)
    expect(page.locator(".stage.board")).to_have_count(0)
    page.get_by_role("button", name="Blackboard").click()
    expect(page.locator(".stage.board")).to_have_count(1)
    page.evaluate("localStorage.clear()")


def test_a_number_of_the_transposed_matrix_is_edited_where_it_stands(kit: Page) -> None:
    page = opened(kit, "scaled-dot-product-attention")
    before = page.evaluate("[...sheet.named('K').values]")
    cell(page, "K, transposed", 2, 1).dblclick()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    after = page.evaluate("[...sheet.named('K').values]")
    assert after == [7 if n == 1 else v for n, v in enumerate(before)]


def test_a_block_pasted_onto_it_lies_as_it_is_seen(kit: Page) -> None:
    page = opened(kit, "scaled-dot-product-attention")
    cell(page, "K, transposed", 1, 1).evaluate(PASTE, "1\t2\n3\t4\n")
    assert [cell(page, "K, transposed", row, column).inner_text() for row in (1, 2) for column in (1, 2)] == list(
        "1234"
    )


def test_a_number_of_the_transposed_matrix_is_dragged(kit: Page) -> None:
    page = opened(kit, "scaled-dot-product-attention")
    target = cell(page, "K, transposed", 2, 1)
    before = page.evaluate("sheet.named('K').values[1]")
    x, y = middle(target)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    assert page.evaluate("sheet.named('K').values[1]") > before


def test_slices_follow_the_selector(kit: Page) -> None:
    page = opened(kit, "multi-head-attention")
    page.locator(".selector button").nth(1).click()
    keys = LESSONS["multi-head-attention"].trace()["keys"].value
    shown = float(page.locator('table[aria-label$=", transposed"] td[data-step]').first.inner_text().replace("−", "-"))
    assert shown == pytest.approx(keys[1, 0, 0], abs=0.006)


# --- Play this cell --------------------------------------------------------------------------------------------------


def playing(page: Page) -> Locator:
    return page.locator(".perform .count")


def test_a_product_is_played_term_by_term(kit: Page) -> None:
    page = opened(kit)
    cell(page, "scores", 2, 2).click()
    page.get_by_role("button", name="Play this cell").click()
    expect(playing(page)).to_have_text("1 of 4")
    queries, keys = (LESSONS[KEY].trace()[name].value for name in ("queries", "keys"))
    total = 0.0
    for k in range(3):
        total += queries[1, k] * keys[1, k]
        assert [page.locator("td.lit:not(.pale)").count(), page.locator("td.lit.pale").count()] == [2, 2 * k]
        expect(cell(page, "queries", 2, k + 1)).to_have_class("lit")
        expect(page.locator(".numbers b")).to_have_text(f"{total:g}")
        page.keyboard.press(" ")
    expect(playing(page)).to_have_text("4 of 4")
    page.keyboard.press("ArrowLeft")
    expect(playing(page)).to_have_text("3 of 4")
    page.keyboard.press("Escape")
    expect(playing(page)).to_be_hidden()
    expect(page.locator("td.lit")).to_have_count(6)


def test_a_softmax_is_played_and_spoken(kit: Page) -> None:
    page = opened(kit, step="attention weights")
    cell(page, "attention weights", 1, 1).focus()
    page.keyboard.press("=")
    expect(page.locator(".arithmetic .spoken").last).to_have_text("e to the 2 equals 7.39")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".arithmetic .spoken").last).to_contain_text("sum so far")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    weight = LESSONS[KEY].trace()["attention weights"].value[0, 0]
    expect(page.locator(".numbers b")).to_contain_text(f"{weight:.2f}")


def test_an_edit_another_step_and_another_cell_end_the_play(kit: Page) -> None:
    page = opened(kit, "scaled-dot-product-attention")
    start = page.get_by_role("button", name="Play this cell")
    start.click()
    expect(playing(page)).to_be_visible()
    cell(page, "Q", 1, 1).dblclick()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(playing(page)).to_be_hidden()
    cell(page, "scores", 1, 1).click()
    start.click()
    page.get_by_role("tab", name="Scaled scores").click()
    expect(playing(page)).to_be_hidden()


def test_what_is_asked_for_is_not_played(kit: Page) -> None:
    page = opened(kit)
    page.get_by_label("Your answer").focus()
    expect(page.get_by_role("button", name="Play this cell")).to_be_hidden()


# --- what it means ---------------------------------------------------------------------------------------------------


def test_where_the_most_of_a_row_goes(kit: Page) -> None:
    page = opened(kit, step="attention weights")
    part = page.get_by_role("region", name="What it means")
    expect(part.locator(".asked")).to_contain_text("gets the most of attention weights")
    verdicts = []
    for choice in part.locator(".choices button").all():
        choice.click()
        verdicts.append(part.locator(".judged").inner_text().split(".")[0])
    assert sorted(set(verdicts)) == ["Not quite", "Right"]
    part.get_by_role("button", name="Ask something else").click()
    expect(part.locator(".asked")).to_contain_text("grows a little")
    part.get_by_role("button", name="It falls").click()
    expect(part.locator(".judged")).to_contain_text("Raised by")
