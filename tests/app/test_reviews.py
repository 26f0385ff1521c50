"""The page that reads reviews: the text shaded by its weights, words never trained, and the switch."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from attention_core.lesson.pictures import ShadedText
from attention_core.mechanisms.the_zoo.hierarchical_attention import trained_reviews
from ui.picture_data import MOST_LINES, shaded_text_data
from ui.state import Session

from .helpers import KEYS, group, in_section, opened, params_of, payload_of, reopened, same, shown_texts, start, whole

READER = KEYS["han-reviews"]
FIELD, SWITCH = "text-han-reviews", "option-han-reviews-other"


def read(text: str) -> Session:
    session = start(READER)
    assert session.take_text(text), session.problem
    return session


def reading(page: AppTest) -> dict[str, Any]:
    return payload_of(page, "picture-han-reviews-0")


def darkest(page: AppTest) -> str:
    """The word with the strongest shade in the first line."""
    line = reading(page)["lines"][0]
    return str(line["words"][line["shares"].index(max(share for share in line["shares"] if share is not None))])


def test_typing_shades_the_new_text() -> None:
    page = opened(READER)
    assert reading(page)["said"] == "Score +1.02: for it"
    whole(page.text_input(key=FIELD).set_value("The staff was rude. It was the price we had.").run())
    assert reading(page)["said"].endswith("against it")
    assert darkest(page) == "rude"
    assert group(page, "preset-han-reviews").value == "yours"


def test_the_switch_keeps_the_answer_and_changes_the_picture() -> None:
    page = opened(READER)
    assert darkest(page) == "great"
    whole(page.toggle(key=SWITCH).set_value(True).run())
    assert darkest(page) == "was"
    assert reading(page)["said"].endswith("for it")


def test_words_never_trained_are_marked_and_text_without_others_is_refused() -> None:
    page = opened(READER, {"preset": "unknown"})
    assert reading(page)["lines"][0]["shares"][1] is None
    whole(page.text_input(key=FIELD).set_value("the food was great. <b>pizza</b>").run())
    (error,) = page.error
    assert error.value.startswith("text, sentence 2: has no word it was trained on")
    assert reading(page)["lines"][0]["words"][1] == "pizza"


@pytest.mark.parametrize("text", ["the food was great", "pizza was great. we had it"])
def test_a_link_brings_text_and_switch_back(text: str) -> None:
    session = read(text)
    session.propose(session.numbers.with_(options={"other": True}))
    assert same(reopened(session).numbers, session.numbers)
    assert reading(whole(opened(READER, params_of(session))))["lines"][0]["words"] == text.partition(".")[0].split()


def test_gradients_of_the_words_agree_with_nudging() -> None:
    assert "**differ**" not in shown_texts(whole(in_section(READER, "Gradient")))


def test_of_a_long_text_the_strongest_lines_are_drawn() -> None:
    (picture,) = trained_reviews.picture(read("the food was great. we had it. it was plain").numbers.trace)
    many = ShadedText("", picture.lines * 9, (*picture.marks[1:] * 13, *picture.marks[:1]), picture.strengths * 9)
    shown = shaded_text_data(many)["lines"]
    assert len(shown) == MOST_LINES
    assert shown[-1]["mark"] == max(line["mark"] for line in shown)
