"""Pasted text as numbers: every spelling that is understood, and one exact sentence for what is not."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_core import Mechanism
from attention_core.engine.errors import InputError
from ui.reading.numbers import parse_number
from ui.reading.tables import MOST_CHARACTERS, Reading, read_table
from ui.state import MAPPED

from .helpers import every_mechanism, quick, start
from .helpers import numbers as any_number

WANTED = [[1.0, 0.5], [-3.0, 0.25]]
SPELLINGS = {
    "tabs": "1\t0.5\n-3\t0.25",
    "semicolons": "1;0.5\n-3;0.25",
    "commas": "1,0.5\n-3,0.25",
    "blanks": "1 0.5\n-3   0.25",
    "commas and blanks": "1, 0.5\n-3, 0.25",
    "fractions": "2/2, 1/2\n-6/2, 1/4",
    "percent": "100%, 50 %\n-300%, 25%",
    "Unicode minus": "1, 0.5\n−3, 0.25",
    "JSON": "[[1, 0.5], [-3, 0.25]]",
    "JSON with blanks before it": "\n  [[1, 0.5],\n [-3, 0.25]]\n",
    "Windows lines": "1,0.5\r\n-3,0.25\r\n",
    "old Mac lines": "1,0.5\r-3,0.25",
    "empty lines": "\n1,0.5\n\n  \n-3,0.25\n\n",
    "quotes": '"1","0.5"\n"-3","0.25"',
    "powers of ten": "1e0, 5e-1\n-3E0, 25e-2",
}
REFUSED = {
    "": "X: is empty",
    " \n\t\n": "X: is empty",
    "1,2\n3": "X, row 2: has 1 cells where row 1 has 2",
    "1,2\n3,4\n5,6,7": "X, row 3: has 3 cells where row 1 has 2",
    "[[1,2],[3]]": "X, row 2: has 1 cells where row 1 has 2",
    "1,2\n3,four": "X, row 2, column 2: “four” is not a number",
    '[[1,2],["three",4]]': "X, row 2, column 1: “three” is not a number",
    "1,2\nNaN,4": "X, row 2, column 1: nan is not a finite number",
    "1,-inf": "X, row 1, column 2: -inf is not a finite number",
    "[[1,NaN]]": "X, row 1, column 2: nan is not a finite number",
    "1,,2": "X, row 1, column 2: the cell is empty",
    "1/0": "X, row 1, column 1: “1/0” divides by 0",
    "1e999": "X, row 1, column 1: “1e999” is too large (the largest number is 1.8e308)",
    "1/2/3": "X, row 1, column 1: “1/2/3” is not a number",
    "5%%": "X, row 1, column 1: “5%%” is not a number",
    "[1,2]": "X: needs a table of numbers, not a row of numbers",
    "[[[1]]]": "X: needs a table of numbers, not 3 axes",
    "[]": "X: needs a table of numbers, not a row of numbers",
    "[[]]": "X: is empty",
}


def parse_table(name: str, text: str, dimensions: int = 2) -> np.ndarray:
    return read_table(name, text, dimensions).table


def refusal(text: str, dimensions: int = 2) -> str:
    with pytest.raises(InputError) as caught:
        parse_table("X", text, dimensions)
    return str(caught.value)


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_spelling_is_understood(text: str) -> None:
    assert parse_table("X", text).tolist() == WANTED


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items(), ids=repr)
def test_refusal_names_the_place_and_the_reason(text: str, sentence: str) -> None:
    assert refusal(text) == sentence


@pytest.mark.parametrize("text", ["1, 2, 3", "1\t2\t3", "1 2 3", "[1, 2, 3]"])
def test_a_row_is_read_where_a_row_is_wanted(text: str) -> None:
    assert parse_table("v", text, 1).tolist() == [1, 2, 3]


def test_a_table_is_refused_where_a_row_is_wanted() -> None:
    assert refusal("1, 2\n3, 4", 1) == "X: needs a row of numbers, not a table of numbers"


@pytest.mark.parametrize("text", ["1e308", "-1e308", "5e-324", "1.7976931348623157e308"])
def test_numbers_as_large_and_small_as_they_come_are_legal(text: str) -> None:
    assert parse_table("X", text).tolist() == [[float(text)]]


def test_a_wrong_cell_is_quoted_in_part_only() -> None:
    assert len(refusal("1," + "a" * 10_000)) < 120


def test_brackets_that_do_not_close_are_called_so() -> None:
    assert refusal("[[1, 2") == "X: has a bracket that is not closed"
    assert refusal("[" * 100_000) == "X: has lists within lists within lists, deeper than any table"


def test_a_cell_longer_than_csv_readers_take_is_refused() -> None:
    assert refusal("a" * 200_000 + ",1").startswith("X")


def test_a_whole_number_of_400_digits_is_refused() -> None:
    assert "row 1, column 1" in refusal(f"[[1{'0' * 400}]]")


def test_too_many_characters_are_refused_unread() -> None:
    assert "too many" in refusal("1" * (MOST_CHARACTERS + 1))


@pytest.mark.parametrize("text", ["1\n" * (MAPPED + 1), "1, " * MAPPED + "1"], ids=["rows", "columns"])
def test_a_table_too_large_to_show_is_refused_with_the_limit(text: str) -> None:
    assert refusal(text) == f"X: has {MAPPED + 1} rows or columns; at most {MAPPED} can be shown"


@quick
@given(st.lists(st.lists(any_number, min_size=2, max_size=2), min_size=1, max_size=4), st.sampled_from("\t;, "))
def test_any_table_is_read_back_exactly(rows: list[list[float]], mark: str) -> None:
    text = "\n".join(mark.join(map(repr, row)) for row in rows)
    assert parse_table("X", text).tolist() == rows
    assert parse_table("X", json.dumps(rows)).tolist() == rows


@quick
@given(st.text(max_size=60) | st.text("0123456789.,;/%-−eE \t\n[]\"'nai", max_size=60), st.integers(1, 2))
def test_arbitrary_text_is_a_table_or_an_input_error(text: str, dimensions: int) -> None:
    with contextlib.suppress(InputError):
        table = parse_table("X", text, dimensions)
        assert np.isfinite(table).all()
        assert table.ndim == dimensions


@quick
@given(st.text(max_size=12))
def test_arbitrary_text_is_a_number_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError, ZeroDivisionError):
        assert np.isfinite(parse_number(text))


# --- tables that do not fit together ---------------------------------------------------------------------------------


def longer(table: np.ndarray, axes: tuple[str, ...], axis: str) -> np.ndarray:
    """A table with its last position along an axis twice."""
    for place, each in enumerate(axes):
        if each == axis:
            table = np.concatenate([table, table.take([-1], place)], place)
    return table


@every_mechanism
def test_sizes_that_disagree_are_named_with_their_axis(mechanism: Mechanism) -> None:
    numbers = start(mechanism).numbers
    owners = {axis: [n for n in mechanism.inputs if axis in mechanism.positions(n)] for axis in numbers.sizes()}
    shared = {axis: found for axis, found in owners.items() if len(found) > 1}
    for axis, (first, *_, last) in shared.items():
        size, session = numbers.sizes()[axis], start(mechanism)
        table = longer(numbers.inputs[last], mechanism.positions(last), axis)
        assert not session.propose(numbers.with_input(last, table))
        assert session.problem == f'{last}, axis "{axis}": {first} has {size} but {last} has {size + 1}'


# --- three axes and names -------------------------------------------------------------------------------------------


def test_three_axes_are_tables_with_a_blank_line_between_them() -> None:
    wanted = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 0.5]]]
    for text in ("1 2\n3 4\n\n5 6\n7 1/2", "1,2\r\n3,4\r\n \r\n\r\n5,6\r\n7,50%\r\n", json.dumps(wanted)):
        assert parse_table("X", text, 3).tolist() == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 2\n3 4\n\n5 6\n7 x", "X, row 2, column 2 of block 2: “x” is not a number"),
        ("1 2\n3 4\n\n5 6", "X, block 2: has 1 rows where block 1 has 2"),
        ("1 2\n3 4\n\n5 6\n7", "X, row 2 of block 2: has 1 cells where row 1 of block 1 has 2"),
        ("[[1, 2]]", "X: needs 3 axes, not a table of numbers"),
    ],
)
def test_refusals_of_three_axes_name_the_block(text: str, sentence: str) -> None:
    assert refusal(text, 3) == sentence


EXPORTED = "head,query,Bark,is\nhead 1,a,1.0,2.0\nhead 1,b,3.0,4.0\nhead 2,a,5.0,6.0\nhead 2,b,7.0,8.0\n"


def test_columns_of_names_make_blocks_of_three_axes() -> None:
    found = read_table("X", EXPORTED, ("head", "query", "key"))
    assert found.table.tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert found.names == {0: ("head 1", "head 2"), 1: ("a", "b"), 2: ("Bark", "is")}


NAMED = {
    "a,b\n1,2\n3,4": {1: ("a", "b")},
    "token,a,b\nBark,1,2\nis,3,4": {0: ("Bark", "is"), 1: ("a", "b")},
    "Bark,1,2\nis,3,4": {0: ("Bark", "is")},
    ",0,1\nBark,1,2\nis,3,4": {0: ("Bark", "is")},
    ",0,1\n0,1,2\n1,3,4": {},
    "     0    1\n0  1.0  2.0\n1  3.0  4.0": {},
    "token,'=a,'-b\n'@x,1,2\n'y,3,4": {0: ("@x", "'y"), 1: ("=a", "-b")},
    "[[1, 2], [3, 4]]": {},
}


@pytest.mark.parametrize(("text", "names"), NAMED.items(), ids=repr)
def test_names_above_and_beside_numbers_are_told_from_counts(text: str, names: object) -> None:
    found = read_table("X", text)
    assert found.table.tolist() == [[1, 2], [3, 4]]
    assert found.names == names


def test_a_header_that_names_the_axis_is_one_whatever_the_names_are() -> None:
    """In the files this app writes: tokens may be called 1 and 7, or 0.5."""
    found = read_table("X", "token,1,2\n7,1,2\n0.5,3,4", ("token", "feature"))
    assert found.table.tolist() == [[1, 2], [3, 4]]
    assert found.names == {0: ("7", "0.5")}


def test_what_was_taken_for_a_count_or_was_not_is_said() -> None:
    def notes(text: str) -> tuple[str, ...]:
        found: Reading = read_table("X", text)
        return found.notes

    assert notes("0,1,2\n1.0,2.0,3.0") == ("The first row, 0, 1, 2, was read as a count of the columns.",)
    assert notes("0 1 2\n3 4 5")[0].startswith("The first row, 0, 1, 2, was read as numbers.")
    assert notes("1 0 2\n3 4 5") == ()


@pytest.mark.parametrize("text", ["1\n2\n3", "[[1], [2], [3]]", "[1; 2; 3]", "a,b,c\n1,2,3"])
def test_a_column_is_read_where_a_row_is_wanted(text: str) -> None:
    assert parse_table("v", text, 1).tolist() == [1, 2, 3]


LONG = {
    "separators": "," * 10_000,
    "rows of separators": ",,\n" * 30_000,
    "quotation marks": '"a"",' * 20_000,
    "open quotation": '"' + "a,\n" * 30_000,
    "ampersands": "&" * 10_000 + "\\\\",
    "dashes": "-" * 10_000 + "x",
    "blanks": " " * 10_000 + "x",
    "closing brackets": "a(" + "] " * 40_000,
    "names": "a=" * 40_000,
    "digits": "1" * 10_000,
    "commas and digits": "1,111" * 30_000,
    "commands": "\\begin{a}" + "\\frac{" * 20_000,
    "apostrophes": "[" + "'" * 50_001,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_text_is_refused_in_steps_as_many_as_its_characters(text: str) -> None:
    """Work that grew with the square would not end within a run."""
    assert refusal(text).startswith("X")
