"""The game on its page: clues, wrong and right answers, the next case, links that bring it all back."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core.diagnosis.detective.levels import LEVELS
from attention_core.diagnosis.detective.play import CELL, HALF, PRICES, STEP, WORTH, WRONG, Play
from attention_core.diagnosis.detective.puzzle import CASES, Puzzle, puzzle
from attention_core.diagnosis.mistakes import BY_KEY
from ui.detective.drawn import BESIDE, OF_CODE, case_payload, proof_payload
from ui.detective.game import FIRST_SERIES, LONGEST_SERIES, Game, arrived
from ui.detective.page import queries
from ui.detective.words import facts
from ui.wire import WirePayload

from .helpers import HOSTILE, ROOT, decoded, shown_texts, whole
from .test_wire import assert_is

FIRST = puzzle(1, FIRST_SERIES, 1)


def opened(query: dict[str, str] | None = None) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._page_hash = calc_hash("detective")
    page.query_params.update(query or {})
    return whole(page.run())


def stage(page: AppTest, key: str = "detective-stage") -> dict[str, Any]:
    found = [part.proto for part in page.get("bidi_component") if key in part.proto.id]
    return dict(json.loads(found[0].json))


def choose(page: AppTest, case: Puzzle, key: str) -> AppTest:
    page.radio[0].set_value(key)
    button = next(each for each in page.button if each.label == "This is the mistake")
    return whole(button.click().run())


def press(page: AppTest, key: str) -> AppTest:
    return whole(page.button(key=key).click().run())


def address(page: AppTest) -> dict[str, str]:
    found = dict(page.query_params).items()
    return {name: values if isinstance(values, str) else values[0] for name, values in found}


def wrong_of(case: Puzzle) -> str:
    return next(key for key in case.choices if key != case.answer)


# --- playing ----------------------------------------------------------------------------------------------------------


def test_a_case_is_played_to_its_end() -> None:
    page = opened()
    assert page.radio[0].options == [capital(BY_KEY[key].name) for key in FIRST.choices]
    press(page, f"detective-clue-{STEP}")
    assert FIRST.first in shown_texts(page)
    wrong = wrong_of(FIRST)
    choose(page, FIRST, wrong)
    assert "it is not the mistake" in page.error[0].value
    assert capital(BY_KEY[wrong].name) not in page.radio[0].options
    choose(page, FIRST, FIRST.answer)
    won = WORTH - PRICES[STEP] - WRONG
    assert f"Solved for {won} of {WORTH} points" in page.success[0].value
    count = sum(FIRST.code[name].size for name in FIRST.shown)
    assert f"this gives all {count} numbers of the code" in page.success[0].value
    assert not page.radio
    press(page, "detective-next")
    assert address(page)["case"] == "2"
    assert f"**{won} of {WORTH} points**" in shown_texts(page)
    assert page.radio[0].options == [capital(BY_KEY[key].name) for key in puzzle(1, FIRST_SERIES, 2).choices]


def capital(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}"


def test_an_answer_has_to_be_chosen_first() -> None:
    page = opened()
    button = next(each for each in page.button if each.label == "This is the mistake")
    assert "Choose a mistake first" in whole(button.click().run()).warning[0].value
    assert "played" not in address(page)


def test_the_proof_shows_the_code_and_leads_to_the_lesson() -> None:
    page = choose(opened(), FIRST, FIRST.answer)
    mistake = BY_KEY[FIRST.answer]
    shown = [each.value for each in page.code]
    assert mistake.difference("numpy") in shown
    assert mistake.difference("torch") in shown
    links = [link.proto.page for link in page.get("page_link")]
    assert mistake.lesson in links
    numbers = decoded(stage(page, f"detective-proof-{FIRST.answer}"))
    for name in FIRST.shown:
        assert np.array_equal(numbers[f"{name} of the code"], numbers[f"{name} with this mistake"])


def test_the_second_clue_leads_to_the_cell_and_says_both_numbers() -> None:
    page = opened()
    assert stage(page)["view"]["stop"] == BESIDE
    before = stage(page)["view"]["token"]
    press(page, f"detective-clue-{CELL}")
    view = stage(page)["view"]
    assert (view["stop"], tuple(view["cell"])) == (FIRST.departure.step.name, FIRST.departure.cell)
    assert view["token"] != before
    assert not [each for each in page.button if each.key == f"detective-clue-{STEP}"]
    assert "Right is" in shown_texts(page)


def test_the_third_clue_takes_half_of_the_wrong_choices() -> None:
    page = press(opened(), f"detective-clue-{HALF}")
    kept = [key for key in FIRST.choices if key not in FIRST.cleared]
    assert page.radio[0].options == [capital(BY_KEY[key].name) for key in kept]


# --- what is shown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_the_stage_has_the_right_steps_and_marks_what_differs(level: int) -> None:
    for number in (1, 5, CASES):
        case = puzzle(level, "shown", number)
        data = case_payload(case, Play())
        assert_is(data, WirePayload, "stage")
        values = decoded(dict(data))
        steps = {step["name"]: step for step in data["steps"]}
        for name in LEVELS[level].shown:
            code = values[f"{name} {OF_CODE}"]
            assert np.array_equal(code, case.code[name], equal_nan=True)
            assert np.array_equal(values[name], case.right.steps[name].value)
            off = ~(np.isclose(code, values[name], rtol=1e-9, atol=1e-9))
            assert list(steps[f"{name} {OF_CODE}"]["marked"]) == np.flatnonzero(off).tolist()
        assert data["stops"][0]["title"] == BESIDE
        assert wrong_on_screen(case, data["view"]["at"])
        titles = {stop["title"] for stop in data["stops"][1:]}
        assert titles >= {name for name, step in case.right.steps.items() if step.primitive}


def wrong_on_screen(case: Puzzle, at: dict[str, int]) -> bool:
    """Whether a wrong number of the output is in the slice that is shown first."""
    output = case.right.steps["output"]
    wrong = np.zeros(output.value.size, dtype=bool)
    wrong[list(case.parted()["output"])] = True
    chosen = tuple(at.get(axis.name, slice(None)) for axis in output.axes)
    return bool(wrong.reshape(output.value.shape)[chosen].any())


@pytest.mark.parametrize("level", LEVELS)
def test_every_case_of_a_series_is_drawn_with_every_clue_and_every_answer(level: int) -> None:
    for number in range(1, CASES + 1):
        case = puzzle(level, "drawn", number)
        assert all(sentence.endswith(".") for sentence in facts(case))
        page = opened(
            {"level": str(level), "series": "drawn", "case": str(number), "played": "." * (number - 1) + "123"}
        )
        assert len(page.radio[0].options) == len(case.choices) - len(case.cleared)
        for key in case.choices:
            assert_is(proof_payload(case, case.proof(key)), WirePayload, key)


def test_choices_are_explained_on_the_first_level_only() -> None:
    for level in LEVELS:
        case = puzzle(level, FIRST_SERIES, 1)
        captions = list(opened({"level": str(level)}).radio[0].proto.captions)
        for key, caption in zip(case.choices, captions, strict=True):
            line = BY_KEY[key].code.numpy.splitlines()[0]
            assert f"`{line}`" in caption
            assert (caption.count("\n") > BY_KEY[key].code.numpy.count("\n")) == (level == 1)


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_link_brings_everything_back() -> None:
    page = press(opened({"level": "2", "series": "monday", "case": "3"}), f"detective-clue-{HALF}")
    case = puzzle(2, "monday", 3)
    kept = next(key for key in case.choices if key not in (*case.cleared, case.answer))
    choose(page, case, kept)
    again = opened(address(page))
    assert again.radio[0].options == page.radio[0].options
    assert again.error[0].value == page.error[0].value
    assert address(again) == address(page)
    choose(again, case, case.answer)
    assert "Solved for 5 of 10" in again.success[0].value


def test_points_of_other_cases_survive_a_reload() -> None:
    game = Game()
    for number in (1, 2, 4):
        game.go(1, FIRST_SERIES, number)
        game.answer(game.puzzle.answer)
    game.go(1, FIRST_SERIES, 5)
    again = arrived(dict(parse_qsl(urlencode(game.address()))))
    assert again.solved == game.solved == {1: WORTH, 2: WORTH, 4: WORTH}
    assert again.number == 5
    assert not again.notes


def test_a_case_is_handed_out_as_nobody_played_it() -> None:
    page = press(opened(), f"detective-clue-{STEP}")
    press(page, "detective-share")
    link = next(each.value for each in page.code if "level=" in each.value)
    assert dict(parse_qsl(urlsplit(link).query)) == {"level": "1", "series": FIRST_SERIES, "case": "1"}


def test_links_open_the_case_the_series_or_all_that_was_done() -> None:
    game = Game(level=2, series="class 7b", number=3)
    game.open_clue(HALF)
    case, series, mine = (arrived(dict(parse_qsl(query))) for query in queries(game).values())
    assert (case.number, case.play) == (3, Play())
    assert (series.level, series.series, series.number) == (2, "class 7b", 1)
    assert (mine.number, mine.play) == (3, game.play)


DAMAGED = [
    ({"level": "4"}, "level"),
    ({"level": "²"}, "level"),
    ({"case": "0"}, "case"),
    ({"case": "11"}, "case"),
    ({"series": ""}, "series"),
    ({"series": "x" * (LONGEST_SERIES + 1)}, "series"),
    ({"played": "9"}, "played"),
    ({"played": "1z"}, "played"),
    ({"played": "a1"}, "played"),
    ({"played": "." * 500}, "played"),
    ({"played": "1" * 50_000}, "played"),
]


@pytest.mark.parametrize(("query", "name"), [*DAMAGED, *(({"played": text}, "played") for text in HOSTILE)])
def test_a_damaged_link_opens_a_case_and_says_what_was_lost(query: dict[str, str], name: str) -> None:
    page = opened(query)
    assert page.radio[0].options
    assert name in page.warning[0].value


@pytest.mark.parametrize("text", HOSTILE)
def test_any_short_name_is_a_series_or_refused(text: str) -> None:
    game = arrived({"series": text})
    assert game.series == (" ".join(text.split()) if text.isprintable() else FIRST_SERIES)
    assert game.puzzle.choices


def test_a_series_follows_another() -> None:
    for name, following in (("1", "2"), ("9", "10"), ("monday", "monday 2"), ("monday 2", "monday 3")):
        assert Game(series=name).next_series == following
    assert Game(series="x" * LONGEST_SERIES).next_series == FIRST_SERIES


def test_a_name_typed_opens_its_series_from_the_first_case() -> None:
    page = opened({"case": "4"})
    page.text_input(key="detective-series").set_value("  class 7b ").run()
    assert address(whole(page)) == {"level": "1", "series": "class 7b", "case": "1"}


def test_level_and_case_are_chosen_above_the_stage() -> None:
    page = opened()
    page.button_group(key="detective-level").set_value(3).run()
    assert address(whole(page)) == {"level": "3", "series": FIRST_SERIES, "case": "1"}
    page.button_group(key="detective-case").set_value(7).run()
    assert address(whole(page))["case"] == "7"
