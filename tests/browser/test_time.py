"""Steps named by moments, "token 3/weights": a slider over the times, play, and rows that fill as time runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from attention_core import Trace
from attention_core.blocks.layers import affine, linear
from attention_core.blocks.naming import step_namer
from attention_core.blocks.recurrent import embedded, emitted, zeros
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.ops import index, softmax, tanh
from attention_core.engine.step import source
from attention_stage.payload import payload
from attention_stage.structure import forward_stops

from .kit import mount
from .stage_page import StagePage

KEY = "kv-cache"


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    return shared_lesson.open(KEY)


@pytest.fixture
def third(opened: StagePage) -> StagePage:
    return opened.afresh("token 3/weights")


def slider(page: StagePage) -> Locator:
    return page.atlas.get_by_role("slider", name="Time")


def rows(page: StagePage | Page, title: str = "Weights over time") -> list[list[bool]]:
    """Which cells of a heatmap are filled."""
    where = page.atlas if isinstance(page, StagePage) else page.locator(".atlas")
    table = where.get_by_role("table", name=title)
    return table.evaluate(
        "table => [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll('td')].map((td) => td.title !== ''))"
    )


def triangle(n: int) -> list[list[bool]]:
    """The rows of n tokens of four, each of which sees itself and those before."""
    return [[c <= r < n for c in range(4)] for r in range(4)]


# --- the slider ------------------------------------------------------------------------------------------------------


def test_the_slider_moves_the_same_topic_through_time(third: StagePage) -> None:
    slider(third).focus()
    third.page.keyboard.press("ArrowRight")
    third.on("token 4/weights")
    expect(slider(third)).to_have_attribute("aria-valuetext", "Token 4")
    third.page.keyboard.press("Home")
    third.on("token 1/weights")
    expect(slider(third)).to_be_focused()


def test_buttons_go_back_and_forth_in_time(third: StagePage) -> None:
    third.button("Back in time").click()
    third.on("token 2/weights")
    third.button("Forth in time").click()
    third.on("token 3/weights")
    third.button("Forth in time").click()
    expect(third.button("Forth in time")).to_be_disabled()


def test_the_rail_says_which_topic_the_slider_follows(third: StagePage) -> None:
    third.go("token 3/query")
    third.button("Back in time").click()
    third.on("token 2/query")


def test_moving_in_time_keeps_the_cells_and_shows_no_blank(third: StagePage) -> None:
    third.go("token 3/output row")
    third.go("token 3/query")
    third.cell("token 3/query", 1, 2).click()
    third.start_sampling()
    third.button("Back in time").click()
    third.on("token 2/query")
    sampled = third.stop_sampling()
    assert sampled["kept"]
    assert not sampled["blanks"]
    assert third.place(third.pinned) == ("token 2/query", 1, 2)
    assert third.values("token 2/query") == [[0, 2]]


def test_beside_the_series_the_slider_says_so_and_enters_it(third: StagePage) -> None:
    third.go("inputs")
    expect(slider(third)).to_have_attribute("aria-valuetext", "Before token 1")
    assert rows(third) == triangle(0)
    third.button("Forth in time").click()
    third.on("token 1/weights")
    third.go("output")
    expect(slider(third)).to_have_attribute("aria-valuetext", "After token 4")
    assert rows(third) == triangle(4)


# --- playing ---------------------------------------------------------------------------------------------------------


def test_playing_walks_to_the_end_and_tells_the_page_once_there(third: StagePage) -> None:
    third.go("token 1/weights")
    third.page.get_by_role("button", name="Play", exact=True).click()
    third.on("token 2/weights")
    third.on("token 4/weights")
    expect(third.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    third.expect_query(step="token 4/weights")


def test_pausing_stays_where_one_is(third: StagePage) -> None:
    third.go("token 4/weights")
    third.page.get_by_role("button", name="Play", exact=True).click()  # from the end: once more from the start
    third.on("token 1/weights")
    third.page.get_by_role("button", name="Pause", exact=True).click()
    third.page.wait_for_timeout(1200)
    third.on("token 1/weights")


def test_going_elsewhere_by_hand_ends_the_play(third: StagePage) -> None:
    third.go("token 1/weights")
    third.page.get_by_role("button", name="Play", exact=True).click()
    third.go("inputs")
    expect(third.page.get_by_role("button", name="Play", exact=True)).to_be_visible()


# --- rows that fill --------------------------------------------------------------------------------------------------


def test_rows_fill_up_to_the_current_time(third: StagePage) -> None:
    assert rows(third) == triangle(3)
    third.button("Back in time").click()
    third.on("token 2/weights")
    assert rows(third) == triangle(2)


def test_a_click_on_a_row_goes_there(third: StagePage) -> None:
    third.go("token 3/query")
    third.atlas.get_by_role("table", name="Weights over time").locator("tbody tr").nth(0).click()
    third.on("token 1/weights")
    third.atlas.get_by_role("button", name="token 4: 4").first.focus()
    third.page.keyboard.press("Enter")
    third.on("token 4/weights")


def test_a_row_does_not_tell_the_number_one_is_asked_for(third: StagePage) -> None:
    third.predict.get_by_label("Your answer").focus()
    expect(third.atlas.get_by_role("table", name="Weights over time").locator("td[title='?']")).to_have_count(1)
    expect(third.stage.locator("td", has_text="?")).to_have_count(1)


def test_nothing_is_wider_than_a_phone(lesson: StagePage) -> None:
    lesson.page.set_viewport_size({"width": 390, "height": 844})
    lesson.open(KEY, step="token 4/weights").on("token 4/weights")
    expect(lesson.atlas.get_by_role("table", name="Weights over time")).to_be_visible()
    assert lesson.page.evaluate("document.documentElement.scrollWidth") <= 390


# --- what a decoder says, on the bare stage --------------------------------------------------------------------------

WORDS = Axis("word", ("<s>", "ja", "nein"))


def decoded(times: int = 3) -> Trace:
    """A decoder that hears its own last word and says the next one of its three, round and round."""
    hears = source("W", 3 * np.roll(np.eye(3), 1, axis=0), (numbered("state", 3), numbered("embedding", 3)))
    says = source("V", 2 * np.eye(3), (WORDS, numbered("state", 3)))
    E = source("E", np.eye(3), (WORDS, numbered("embedding", 3)))
    x, h = index(E, "word", 0), zeros(numbered("state", 3), "s_0")
    steps: list[Any] = []
    for t in range(1, times + 1):
        called = step_namer("decoder", t)
        h = tanh(affine((hears, x), (hears, h)) if t == 1 else linear(hears, x), **called("state", "s"))
        p = softmax(linear(says, h), "word", **called("probabilities", "p"))
        chosen = emitted(p, called)
        x = embedded(chosen, E, **called("next input", "x"))
        steps += [p, chosen]
    return Trace.of(x, (hears, says, E), tuple(steps))


def bare(page: Page, trace: Trace, at: str) -> None:
    data = payload(trace.steps, forward_stops(trace, {}))
    data["view"]["stop"] = at
    mount(page, data)


def test_rows_are_labelled_by_the_word_that_was_said_once_it_was(kit: Page) -> None:
    bare(kit, decoded(), "decoder 2/probabilities")
    table = kit.get_by_role("table", name="Probabilities over time")
    expect(table.locator("tbody button")).to_have_text(["ja", "nein", "3"])
    expect(table.locator("thead th")).to_have_text(list(WORDS.labels))


def test_rows_of_different_keys_stand_side_by_side(kit: Page) -> None:
    columns = kit.evaluate(
        """() => {
          const step = (...labels) => ({ axes: [["key", labels]] });
          return [
            rowsOf([step("a", "b"), step("c", "d")]).columns,
            rowsOf([step("a"), step("a", "b"), step("a", "b", "c")]).columns,
            rowsOf([step("a", "b", "c"), undefined, step("b", "c")]).rows.map((row) => row?.start),
            rowsOf([step("is"), step("is", "is")]).columns,
            rowsOf([{ axes: [["key", ["a", "b"]], ["feature", ["1", "2"]]] }]) ?? null,
          ];
        }"""
    )
    assert columns == [["a", "b", "c", "d"], ["a", "b", "c"], [0, None, 1], ["is", "is"], None]


def test_two_moments_of_one_step_each_need_no_slider(kit: Page) -> None:
    found = kit.evaluate(
        """(names) => names.map((titles) => seriesOf(titles).map(({ name, times }) => [name, times.length]))""",
        [["Inputs", "layer 2/cone", "layer 3/cone"], ["a 1/x", "a 2/x", "a 3/x"], ["a 1/x", "a 1/y", "a 2/x", "b 1/x"]],
    )
    assert found == [[], [["a", 3]], [["a", 2]]]


def test_a_page_without_times_has_no_slider(kit: Page) -> None:
    x = source("X", [1.0, 2.0], (numbered("feature", 2),))
    bare(kit, Trace.of(tanh(x, "output", "O"), (x,)), "output")
    expect(kit.get_by_role("slider")).to_have_count(0)
    expect(kit.locator(".time")).to_be_hidden()
