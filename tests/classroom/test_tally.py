"""Answers are counted in bars that can be read: each answer once, and none of them left out."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.classroom.tally import grouped, is_right, tally
from ui.classroom.wire import WireAsk


def question(kind: str, **more: Any) -> WireAsk:
    return {"id": "aaaa", "kind": kind, "text": "?", "choices": [], **more}  # type: ignore[typeddict-item,return-value]


def bars(found: Any) -> dict[str, list[int]]:
    return {bar["label"]: bar["counts"] for bar in found["bars"]}


NUMBERS = st.lists(st.floats(-1e299, 1e299) | st.floats(-10, 10), min_size=0, max_size=80)


@given(NUMBERS, NUMBERS, st.floats(-1e299, 1e299), st.booleans())
def test_every_number_is_in_one_bar(first: list[float], second: list[float], right: float, revealed: bool) -> None:
    asked = question("number", right=right, tolerance=0.01)
    found = tally(asked, [first, second], revealed)
    assert [sum(counts) for counts in zip(*(bar["counts"] for bar in found["bars"]), strict=True)] in (
        [len(first), len(second)],
        [],
    )
    assert found["answered"] == [len(first), len(second)]
    assert len(found["bars"]) <= 12
    assert len({bar["label"] for bar in found["bars"]}) == len(found["bars"])
    assert all(len(bar["label"]) < 40 for bar in found["bars"])
    assert sum(bar.get("right", False) for bar in found["bars"]) == revealed


def test_few_different_numbers_have_a_bar_each() -> None:
    found = tally(question("number", tolerance=0.01), [[0.5, 0.25, 0.5, -1.0]], False)
    assert bars(found) == {"-1": [1], "0.25": [1], "0.5": [2]}


def test_many_numbers_are_grouped_by_a_round_width_and_those_far_out_apart() -> None:
    spread = [n / 100 for n in range(100)] + [1e6, -40.0]
    found = bars(tally(question("number", tolerance=0.01), [spread, [0.3]], False))
    assert found["below 0.0"] == [1, 0]
    assert found["0.2 to 0.4"] == [20, 1]
    assert [*found.values()][-1] == [1, 0]
    assert [*found][-1] == "1.0 and above"


def test_edges_are_numbers_as_they_are_printed() -> None:
    for group in grouped([n / 10 for n in range(21)])[:-1]:
        low, _, high = group.label.partition(" to ")
        assert (float(low), float(high)) == (group.low, group.high)


def test_what_is_right_is_marked_once_it_is_revealed() -> None:
    asked = question("number", right=0.505, tolerance=0.01)
    assert "right" not in str(tally(asked, [[0.5, 0.25]], False))
    found = tally(asked, [[0.5, 0.25], [0.51]], True)
    assert found["correct"] == [1, 1]
    assert [bar["label"] for bar in found["bars"] if bar["right"]] == ["0.505"]
    assert bars(found)["0.505"] == [0, 0]


def test_lines_that_say_the_same_are_counted_together() -> None:
    found = tally(question("line", right="softmax"), [["Softmax", " softmax ", "ReLU"], ["RELU"]], True)
    assert bars(found) == {"softmax": [2, 0], "RELU": [1, 1]}
    assert found["correct"] == [2, 0]


def test_rare_lines_are_counted_together_and_none_is_lost() -> None:
    found = tally(question("line"), [[f"line {n}" for n in range(60)] + ["line 3"]], False)
    assert bars(found)["line 3"] == [2]
    assert bars(found)["other answers"] == [36]
    assert sum(each[0] for each in bars(found).values()) == 61


def test_choices_and_truths_have_a_bar_also_where_nobody_chose_them() -> None:
    found = tally(question("choice", choices=["the", "cat", "sat"], right=1), [[1, 1, 0]], True)
    assert bars(found) == {"the": [1], "cat": [2], "sat": [0]}
    assert [bar["right"] for bar in found["bars"]] == [False, True, False]
    found = tally(question("truth", right=False), [[True], [False]], True)
    assert bars(found) == {"true": [1, 0], "false": [0, 1]}
    assert found["correct"] == [0, 1]


@pytest.mark.parametrize(
    ("value", "right"), [(0.26, True), (0.24, True), (0.2601, False), (-0.25, False), (math.nextafter(0.26, 1), True)]
)
def test_a_number_is_right_within_its_tolerance(value: float, right: bool) -> None:
    assert is_right(question("number", right=0.25, tolerance=0.01), value) is right
