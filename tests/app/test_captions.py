"""The page of the trained captioner: a scene is typed, drawn at every word, and looked at."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from attention_core.mechanisms.the_zoo.bottom_up_and_top_down import trained_captioner
from ui.state import SECTIONS, Session

from .helpers import (
    HOSTILE,
    KEYS,
    element,
    group,
    in_section,
    opened,
    params_of,
    payload_of,
    reopened,
    same,
    shown_texts,
    start,
    whole,
)

CAPTIONS = KEYS["scene-captions"]
FIELD = f"text-{CAPTIONS.key}"


def read(text: str) -> Session:
    session = start(CAPTIONS)
    assert session.take_text(text), session.problem
    return session


def typed_into(page: AppTest, text: str) -> AppTest:
    return whole(page.text_input(key=FIELD).set_value(text).run())


def titles(page: AppTest) -> list[str]:
    return [panel["title"] for panel in payload_of(page, f"picture-{CAPTIONS.key}-0")["panels"]]


@pytest.mark.parametrize("preset", CAPTIONS.presets)
def test_a_preset_shows_its_scene_at_every_word(preset: str) -> None:
    page = whole(opened(CAPTIONS, {"preset": preset}))
    session = start(CAPTIONS, preset)
    assert page.text_input(key=FIELD).value == session.numbers.text
    assert titles(page) == [*trained_captioner.words_written(session.numbers.trace), trained_captioner.END][:15]
    assert element(page, "plotly_chart", f"map-{CAPTIONS.key}") is not None
    assert not page.error
    assert "[[" not in shown_texts(page)
    assert same(reopened(session).numbers, session.numbers)


@pytest.mark.parametrize("section", [name for name in SECTIONS.values() if name != "Inputs"])
def test_every_section_renders(section: str) -> None:
    page = whole(in_section(CAPTIONS, section, read("red star 20 50, blue star 60 50")))
    assert not page.error
    assert "**differ**" not in shown_texts(page)


def test_typing_moves_a_thing() -> None:
    page = typed_into(opened(CAPTIONS), "blue star 70 40, green square 30 20, red circle 60 60")
    assert titles(page)[:2] == ["green", "square"]
    assert group(page, f"preset-{CAPTIONS.key}").value == "yours"
    page = typed_into(page, "blue star 5 40, green square 30 20, red circle 60 60")
    assert titles(page)[:2] == ["blue", "star"]
    moved = read("blue star 5 40, green square 30 20, red circle 60 60")
    assert titles(whole(opened(CAPTIONS, params_of(moved)))) == titles(page)


@pytest.mark.parametrize("text", [*HOSTILE, "", "red star 1 1," * 1000])
def test_text_that_cannot_be_read_leaves_what_there_was(text: str) -> None:
    page = typed_into(opened(CAPTIONS), text)
    (error,) = page.error
    assert error.value.startswith("text")
    assert titles(page)[:2] == ["red", "cross"]
