"""Changes of widgets, told from what a browser repeats while an answer is on its way."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from ui.widget_echo import WidgetEcho


class Widgets(dict[str, Any]):
    """A browser and a page with one widget the page sets, "preset", and one it leaves alone, "section"."""

    def __init__(self) -> None:
        super().__init__(preset="published", section="Insight")
        self.echo = WidgetEcho()
        self.meant: list[str] = []

    def draw(self, preset: str) -> None:
        """One run of the page, in which it shows this preset as chosen."""
        self.echo.act()
        self.echo.set("preset", preset)
        self.echo.drawn()

    def report(self, preset: str) -> None:
        self["preset"] = preset
        self.echo.report("preset", self.meant.append)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Widgets:
    """The page after an edit: the browser said "published" so far, and the answer says "yours"."""
    widgets = Widgets()
    monkeypatch.setattr(st, "session_state", widgets)
    widgets.draw("published")
    widgets.draw("yours")
    return widgets


def test_a_change_that_comes_alone_is_meant(page: Widgets) -> None:
    page.report("published")
    page.draw("published")
    assert page.meant == ["published"]


def test_what_was_said_before_is_an_echo_beside_something_done(page: Widgets) -> None:
    page.report("published")
    page.echo.beside()
    page.draw("yours")
    assert page.meant == []


def test_what_was_said_before_is_an_echo_beside_another_widget_that_moved(page: Widgets) -> None:
    page["section"] = "Gradient"
    page.report("published")
    page.draw("yours")
    assert page.meant == []


def test_answers_come_one_after_the_other(page: Widgets) -> None:
    """The page has gone on to a third answer while the browser still takes in the second."""
    page["preset"] = "published"
    page.draw("published")
    page.report("yours")
    page.echo.beside()
    page.draw("published")
    assert page.meant == []


def test_once_both_agree_an_older_value_is_new_again(page: Widgets) -> None:
    page.draw("yours")
    page.echo.beside()
    page.report("published")
    page.draw("published")
    assert page.meant == ["published"]


def test_what_is_new_is_meant_whatever_comes_with_it(page: Widgets) -> None:
    page["section"] = "Gradient"
    page.echo.beside()
    page.report("causal")
    page.draw("causal")
    assert page.meant == ["causal"]


def test_what_the_page_moved_while_it_drew_was_moved_by_nobody(page: Widgets) -> None:
    page.echo.act()
    page["section"] = "Inputs"
    page.echo.drawn()
    page.report("published")
    page.draw("published")
    assert page.meant == ["published"]


def test_an_echo_is_forgotten_with_its_run(page: Widgets) -> None:
    page.report("published")
    page.echo.beside()
    page.draw("yours")
    page.report("yours")
    page.draw("yours")
    assert page.meant == ["yours"]


def test_what_is_done_while_the_page_obeys_belongs_to_the_same_run(page: Widgets) -> None:
    page["preset"] = "published"
    page.echo.report("preset", lambda value: page.echo.beside())
    page.draw("published")
    page.draw("yours")
    page.report("published")
    page.draw("published")
    assert page.meant == ["published"]


def test_what_happens_in_a_part_of_the_page_is_over_after_it(page: Widgets) -> None:
    page.echo.beside()
    assert not page.echo.act_in_part()
    page.report("published")
    page.draw("published")
    assert page.meant == ["published"]


def test_what_is_meant_is_done_in_a_part_of_the_page_as_well(page: Widgets) -> None:
    page.report("causal")
    assert page.echo.act_in_part()
    page.draw("causal")
    assert page.meant == ["causal"]


def test_an_echo_in_a_part_of_the_page_is_one_as_well(page: Widgets) -> None:
    page.report("published")
    page.echo.beside()
    assert not page.echo.act_in_part()
    assert page.meant == []
