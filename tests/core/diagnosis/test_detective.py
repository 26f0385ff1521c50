"""The cases of the game: one answer each, the same on every machine, on numbers that a person can reckon with."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from attention_core.diagnosis.compare import ORDER
from attention_core.diagnosis.detective.chance import Chance
from attention_core.diagnosis.detective.code import right_code
from attention_core.diagnosis.detective.levels import LEVELS, Level, Suspect
from attention_core.diagnosis.detective.play import (
    CELL,
    HALF,
    LEAST,
    PRICES,
    STEP,
    WORTH,
    WRONG,
    Play,
    is_solved,
    left,
    offered,
    points,
)
from attention_core.diagnosis.detective.puzzle import CASES, SEEN, SPREAD, Puzzle, about, puzzle, suspects_of
from attention_core.diagnosis.diagnose import diagnose
from attention_core.diagnosis.mistakes import BY_KEY
from tests.sampling import some

SUSPECTS = [
    pytest.param(number, suspect, id=f"{number}-{suspect.key}")
    for number, level in LEVELS.items()
    for suspect in level.suspects
]
every_suspect = pytest.mark.parametrize(("level", "suspect"), SUSPECTS)
every_level = pytest.mark.parametrize("level", LEVELS)


def cases(suspect: Suspect, level: int) -> list[Puzzle]:
    return [about(suspect, level, f"series {n}", 1 + n % CASES) for n in range(some(5, 1))]


# --- one answer -------------------------------------------------------------------------------------------------------


@every_suspect
def test_only_the_answer_gives_the_numbers(level: int, suspect: Suspect) -> None:
    for case in cases(suspect, level):
        assert len(set(case.choices)) == len(case.choices) == LEVELS[level].choices
        assert [key for key in case.choices if case.proof(key).holds] == [suspect.key]
        for key in case.choices:
            assert set(case.proof(key).numbers) == set(LEVELS[level].shown)


@every_suspect
def test_the_diagnosis_names_the_answer_and_no_other_choice(level: int, suspect: Suspect) -> None:
    for case in cases(suspect, level):
        mine = {name: case.code[name] for name in case.shown}
        found = diagnose(mine, case.case.Q, case.case.K, case.case.V, seconds=0, **case.case.settings)
        exact = [each for each in found.findings if each.fit <= 1]
        named = {made.mistake.key for each in exact for group in (each.made, *each.alike) for made in group}
        assert suspect.key in named
        assert not named & (set(case.choices) - {suspect.key})


@every_suspect
def test_what_is_wrong_can_be_seen_and_reckoned(level: int, suspect: Suspect) -> None:
    for case in cases(suspect, level):
        right = {name: case.right.steps[name].value for name in case.shown}
        with np.errstate(invalid="ignore"):
            off = np.abs(case.code["output"] - right["output"])
        assert not np.nanmax(off, initial=0) < SEEN or np.isnan(off).any()
        assert case.parted()["output"]
        departure = case.departure
        assert departure.mine != departure.right
        assert departure.right == pytest.approx(departure.step.value[departure.cell])
        assert ORDER.index(case.first) <= ORDER.index(departure.step.name)
        assert case.reshaped or case.first == departure.step.name


@every_suspect
def test_its_line_of_code_is_another_than_the_right_one(level: int, suspect: Suspect) -> None:
    case = cases(suspect, level)[0]
    mistake = suspect.mistake
    assert mistake.code.numpy not in right_code(case).splitlines()
    assert mistake.right is None or mistake.fit is None
    assert not mistake.ways or suspect.way in mistake.ways


def test_half_of_the_wrong_choices_go_with_the_third_clue() -> None:
    for number, level in LEVELS.items():
        case = puzzle(number, "1", 1)
        assert len(case.cleared) == level.choices // 2
        assert set(case.cleared) <= set(case.choices) - {case.answer}


# --- small numbers ----------------------------------------------------------------------------------------------------


@every_suspect
def test_numbers_are_few_and_short(level: int, suspect: Suspect) -> None:
    for case in cases(suspect, level):
        tables = [case.case.Q, case.case.K, case.case.V, *extra(case)]
        for table in tables:
            assert table.shape[-2] in (2, 3, 4)
            assert all(len(f"{abs(x):g}") <= 3 for x in table.ravel())
            assert np.array_equal(table, table.round())
        width = case.case.Q.shape[-1] // (case.right.given.heads if case.right.given.merged else 1)
        assert width in (2, 4)


def extra(case: Puzzle) -> list[np.ndarray]:
    names = ("past_key", "past_value", "attn_mask")
    return [np.asarray(case.case.settings[name], float) for name in names if name in case.case.settings]


# --- the same for everybody -------------------------------------------------------------------------------------------


@every_level
def test_a_case_is_the_same_whenever_it_is_made(level: int) -> None:
    first = puzzle(level, "monday", 4)
    puzzle.cache_clear()
    second = puzzle(level, "monday", 4)
    assert first is not second
    assert (first.answer, first.choices, first.cleared) == (second.answer, second.choices, second.cleared)
    for one, other in ((first.case.Q, second.case.Q), (first.case.K, second.case.K), (first.case.V, second.case.V)):
        assert np.array_equal(one, other)
    for key in first.choices:
        assert np.array_equal(first.proof(key).numbers["output"], second.proof(key).numbers["output"], equal_nan=True)


def test_chance_stays_what_it_was() -> None:
    """Links lead to the cases they led to, on other machines and with later versions of Python and NumPy."""
    chance = Chance(1, "monday", 4)
    assert [chance.below(100) for _ in range(8)] == CHANCE
    assert Chance("abc").shuffled("vwxyz") == SHUFFLED
    case = puzzle(1, "1", 1)
    assert (case.answer, case.choices) == FIRST_CASE
    assert case.case.Q.tolist() == FIRST_QUERIES


CHANCE = [55, 61, 99, 83, 52, 54, 88, 99]
SHUFFLED = ["y", "x", "z", "v", "w"]
FIRST_CASE = ("hardest-key", ("keys-reshaped", "weights-transposed", "hardest-key", "q-as-k"))
FIRST_QUERIES = [[0.0, 0.0, 2.0, 1.0], [1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]]


@every_level
def test_a_series_goes_from_plain_to_hidden_and_names_no_mistake_twice(level: int) -> None:
    thirds = LEVELS[level].thirds
    assert [suspect for third in thirds for suspect in third] == [*LEVELS[level].suspects]
    for n in range(20):
        found = suspects_of(level, f"series {n}")
        assert len(set(found)) == len(found) == CASES == sum(SPREAD)
        places = [next(place for place, third in enumerate(thirds) if suspect in third) for suspect in found]
        assert all(one <= other for one, other in pairwise(places))


@every_level
def test_every_mistake_of_a_level_is_drawn_about_as_often_as_the_others_of_its_third(level: int) -> None:
    many = 300
    drawn = [suspect for n in range(many) for suspect in suspects_of(level, str(n))]
    for third, count in zip(LEVELS[level].thirds, SPREAD, strict=True):
        wanted = many * count / len(third)
        assert all(0.6 * wanted < drawn.count(suspect) < 1.5 * wanted for suspect in third)


@every_level
def test_levels_offer_four_to_six_known_mistakes_and_each_of_theirs_once(level: int) -> None:
    found: Level = LEVELS[level]
    keys = [suspect.key for suspect in found.suspects]
    assert 4 <= found.choices <= 6
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(BY_KEY)


def test_a_case_that_there_is_not_is_refused() -> None:
    for level, number in ((1, 0), (1, CASES + 1), (9, 1)):
        with pytest.raises(LookupError):
            puzzle(level, "1", number)
    with pytest.raises(KeyError):
        puzzle(1, "1", 1).proof("no such mistake")


# --- playing ----------------------------------------------------------------------------------------------------------


def test_clues_and_wrong_answers_cost() -> None:
    case = puzzle(1, "1", 1)
    wrong = [key for key in case.choices if key != case.answer]
    assert points(case, Play()) == WORTH
    assert points(case, Play().with_clue(STEP)) == WORTH - PRICES[STEP]
    twice = Play().with_answer(wrong[0]).with_answer(wrong[0]).with_answer(case.answer)
    assert twice.answers == (wrong[0], case.answer)
    assert is_solved(case, twice)
    assert points(case, twice) == WORTH - WRONG
    everything = Play(frozenset(PRICES), (*wrong, case.answer))
    assert points(case, everything) == LEAST > 0


def test_a_clue_is_offered_until_it_is_known() -> None:
    case = puzzle(1, "1", 1)
    assert offered(case, Play()) == (STEP, CELL, HALF)
    assert offered(case, Play().with_clue(CELL)) == (HALF,)
    assert offered(case, Play().with_clue(STEP)) == (CELL, HALF)
    assert offered(case, Play().with_answer(case.answer)) == ()
    with pytest.raises(KeyError):
        Play().with_clue(4)


def test_what_is_left_to_choose_always_has_the_answer() -> None:
    case = puzzle(2, "1", 3)
    wrong = [key for key in case.choices if key != case.answer]
    assert left(case, Play()) == case.choices
    assert left(case, Play().with_answer(wrong[0])) == tuple(key for key in case.choices if key != wrong[0])
    halved = left(case, Play().with_clue(HALF))
    assert set(halved) == set(case.choices) - set(case.cleared)
    assert left(case, Play(frozenset(PRICES), (*wrong, case.answer))) == (case.answer,)
