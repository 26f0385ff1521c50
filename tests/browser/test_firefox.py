"""Lessons in Firefox, as far as browsers differ: pointing, typing, the clipboard, dragging, time, a handout."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.serving import Server
from ui.export import handout

from .firefox import Firefox, firefox, installed
from .links import MECHANISMS, packed
from .test_address import started

KEY = "illustrated-self-attention"
CONTROL, ENTER, RIGHT = "\ue009", "\ue007", "\ue014"


def cells(step: str) -> str:
    """The cells of one matrix on the stage, in reading order."""
    return f'.atlas[data-mode="lesson"] .stage table[aria-label="{step}"] td[data-step]'


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Without Firefox these tests are left out, but never where nobody would notice."""
    if not installed():
        if os.environ.get("CI"):
            pytest.fail("Firefox was not found")
        pytest.skip("Firefox was not found: install it to run these tests")
    with firefox() as opened:
        yield opened


@pytest.fixture
def inputs(browser: Firefox, server: Server) -> Firefox:
    browser.open(f"{server.url}/{KEY}?step=Inputs")
    browser.expect(cells("X"), "1")
    return browser


def test_a_cell_pointed_at_shows_its_arithmetic(browser: Firefox, server: Server) -> None:
    browser.open(f"{server.url}/{KEY}?step=scores").point(cells("scores"), 2)
    browser.wait(lambda: len(browser.texts(".stage td.lit")) == 6)
    assert "=" in browser.texts(".numbers")[0]


def test_a_number_typed_is_in_the_address_and_undone_by_the_keys(inputs: Firefox) -> None:
    inputs.click(cells("X"), 0, times=2)
    inputs.type("5")
    inputs.press(ENTER)
    inputs.expect(cells("X"), "5")
    inputs.wait(lambda: packed(KEY, ("X", 0, 5)) in inputs.address)
    inputs.press(CONTROL, "z")
    inputs.expect(cells("X"), "1")
    inputs.wait(lambda: "data=" not in inputs.address)
    inputs.press(CONTROL, "y")
    inputs.expect(cells("X"), "5")


def test_a_table_is_copied_and_pasted_where_the_focus_is(inputs: Firefox) -> None:
    before = inputs.texts(cells("X"))
    inputs.focus(cells("X"), 5)
    inputs.press(CONTROL, "a")
    inputs.press(CONTROL, "c")
    for n in (0, 11):
        inputs.click(cells("X"), n, times=2)
        inputs.type("9")
        inputs.press(ENTER)
        inputs.expect(cells("X"), "9", n)
    inputs.focus(cells("X"), 0)
    inputs.press(CONTROL, "v")
    inputs.expect(cells("X"), before[0])
    assert inputs.texts(cells("X")) == before
    inputs.focus(cells("X"), 2)
    inputs.press(CONTROL, "c")
    inputs.focus(cells("X"), 0)
    inputs.press(CONTROL, "v")
    inputs.expect(cells("X"), before[2])


def test_a_number_is_dragged_sideways(inputs: Firefox) -> None:
    inputs.drag(cells("X"), (42, 0))  # where the pointer lands is rounded
    inputs.expect(cells("X"), "5")
    inputs.wait(lambda: packed(KEY, ("X", 0, 5)) in inputs.address)


def test_time_runs_by_its_slider(browser: Firefox, server: Server) -> None:
    browser.open(f"{server.url}/kv-cache")
    browser.focus(".time input[type=range]")
    before = browser.texts(".time .readout")[0]
    browser.press(RIGHT)
    browser.wait(lambda: browser.texts(".time .readout")[0] != before)


def test_a_box_is_dragged_on_its_picture(browser: Firefox, server: Server) -> None:
    browser.open(f"{server.url}/ra-cnn?preset=good&step=zoom")
    browser.drag(".grip", (-30, 40))
    browser.wait(lambda: "data=" in browser.address)
    assert any("across" in text.lower() for text in browser.texts(".readout"))


def test_a_handout_from_disk_computes_and_undoes(browser: Firefox, tmp_path: Path) -> None:
    file = tmp_path / "handout.html"
    file.write_text(handout(started(MECHANISMS[KEY])), encoding="utf-8")
    browser.open(file.as_uri()).click('[data-stop="queries"]')
    before = browser.texts(cells("queries"))
    browser.click(cells("X"), 0, times=2)
    browser.type("5")
    browser.press(ENTER)
    browser.expect(cells("queries"), "5")
    browser.click(".undo button")
    browser.expect(cells("queries"), before[0])
    assert browser.texts(cells("queries")) == before
