"""The Inputs section: names, sizes, a sentence, pasted tables and files, each with its complaint beside it."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attention_core import Mechanism
from attention_core.engine.errors import InputError
from attention_core.engine.step import latex
from ui.brought import brought
from ui.export import STYLES, step_csv, trace_json
from ui.grid import INDEX, edited_grid, snapshot
from ui.inputs import MEANT, symbol
from ui.reading.files import read_upload
from ui.state import MAPPED, Numbers, Session

from .helpers import (
    HOSTILE,
    KEYS,
    SCALED,
    WORKED,
    button,
    edited,
    every_third,
    group,
    in_section,
    opened,
    same,
    start,
    typed,
    whole,
)


def numbers_of(page: AppTest, mechanism: Mechanism) -> Numbers:
    session: Session = page.session_state[f"session-{mechanism.key}"]
    return session.numbers


def inputs(mechanism: Mechanism, session: Session | None = None) -> AppTest:
    return whole(in_section(mechanism, "Inputs", session))


def rename(page: AppTest, mechanism: Mechanism, axis: str, text: str) -> AppTest:
    return whole(page.text_input(key=f"names-{mechanism.key}-{axis}").set_value(text).run())


def paste(page: AppTest, mechanism: Mechanism, name: str, text: str) -> AppTest:
    page.text_area(key=f"paste-{mechanism.key}-{name}-text").set_value(text)
    return whole(button(page, f"Replace {symbol(name)}").click().run())


def say(page: AppTest, mechanism: Mechanism, text: str) -> AppTest:
    page.text_input(key=f"sentence-{mechanism.key}-text").set_value(text)
    return whole(button(page, "Use the sentence").click().run())


def upload(page: AppTest, mechanism: Mechanism, name: str, filename: str, data: bytes) -> AppTest:
    uploader = page.file_uploader(key=f"upload-{mechanism.key}-{name}-file")
    return whole(uploader.upload(filename, data, "application/octet-stream").run())


def captions(page: AppTest) -> list[str]:
    """As they are read: without the strokes that keep Markdown off."""
    return [each.value.replace("\\", "") for each in page.caption]


def complaints(page: AppTest) -> list[str]:
    return [error.value for error in page.error]


# --- names and sizes -------------------------------------------------------------------------------------------------


@every_third(1)
def test_a_name_more_adds_a_token_of_zeros(mechanism: Mechanism) -> None:
    for axis in start(mechanism).numbers.token_axes():
        names = (*start(mechanism).numbers.names(axis), "more")
        page = rename(inputs(mechanism), mechanism, axis, ", ".join(names))
        found = numbers_of(page, mechanism)
        assert found.names(axis) == names
        assert same(found, start(mechanism).numbers.resized(axis, len(names)).with_labels(axis, names))
        assert not complaints(page)


@every_third(0)
def test_one_name_leaves_one_token(mechanism: Mechanism) -> None:
    axis = start(mechanism).numbers.token_axes()[0]
    found = numbers_of(rename(inputs(mechanism), mechanism, axis, "alone"), mechanism)
    assert found.sizes()[axis] == 1
    assert found.names(axis) == ("alone",)


@pytest.mark.parametrize("name", [*HOSTILE[:3], "x" * 100_000])
def test_hostile_name_is_a_name_like_any_other(name: str) -> None:
    found = numbers_of(rename(inputs(WORKED), WORKED, "token", f"a, {name}, c"), WORKED)
    assert found.names("token") == ("a", name[:40], "c")


@pytest.mark.parametrize(
    ("text", "sentence"), [(" , ", "needs at least one name"), ("a," * 513, "has 513 names; at most 512 can be shown")]
)
def test_names_that_cannot_be_used_are_refused(text: str, sentence: str) -> None:
    page = rename(inputs(WORKED), WORKED, "token", text)
    assert complaints(page) == [f"tokens along “token”: {sentence}"]
    assert numbers_of(page, WORKED).is_preset
    assert page.text_input(key=f"names-{WORKED.key}-token").value == text


def test_complaint_goes_when_the_names_are_right_again() -> None:
    page = rename(inputs(WORKED), WORKED, "token", ",")
    assert not complaints(rename(page, WORKED, "token", "a, b"))
    assert numbers_of(page, WORKED).names("token") == ("a", "b")


@every_third(2)
def test_every_size_can_be_changed_or_says_why_not(mechanism: Mechanism) -> None:
    for axis, size in start(mechanism).numbers.sizes().items():
        if axis in start(mechanism).numbers.token_axes():
            continue
        page = inputs(mechanism)
        whole(page.number_input(key=f"size-{mechanism.key}-{axis}").set_value(size + 1).run())
        changed = numbers_of(page, mechanism).sizes()[axis] > size
        assert changed == (not complaints(page)), axis


# --- a sentence ------------------------------------------------------------------------------------------------------


@every_third(1)
def test_sentence_becomes_tokens_with_made_up_vectors(mechanism: Mechanism) -> None:
    if not start(mechanism).numbers.sentence_axes():
        assert not [form for form in inputs(mechanism).text_input if str(form.key).startswith("sentence-")]
        return
    page = say(inputs(mechanism), mechanism, "a dog and a cat")
    found = numbers_of(page, mechanism)
    axis = found.sentence_axes()[0]
    assert found.names(axis) == ("a", "dog", "and", "a", "cat")
    table = next(table for name, table in found.inputs.items() if found.has_vector_per_word(name, axis))
    assert np.array_equal(table[0], table[3])
    assert not np.array_equal(table[0], table[1])
    assert not complaints(page)


@pytest.mark.parametrize(
    ("key", "axes"),
    [
        ("qkv-self-attention", ["token"]),
        ("cross-attention", ["query", "key"]),
        ("seq2seq-attention", ["key"]),
        ("pervasive-attention", ["source", "target"]),
        *((key, []) for key in ("senet", "gau", "ra-cnn", "han-simple", "sab", "alibi")),
        ("transparent-attention", ["token"]),
    ],
)
def test_a_sentence_is_offered_only_where_words_stand_in_a_row(key: str, axes: list[str]) -> None:
    """Not in place of channels, classes, a vocabulary, moments of a series, or scores between pairs of words."""
    assert start(KEYS[key]).numbers.sentence_axes() == axes
    offered = [field for field in inputs(KEYS[key]).text_input if field.label == "A sentence of your own"]
    assert bool(offered) == bool(axes)


@every_third(2)
def test_every_input_is_called_by_its_meaning(mechanism: Mechanism) -> None:
    page = inputs(mechanism)
    tabs = [option.content for option in group(page, f"table-{mechanism.key}").proto.options]
    for name, spec in mechanism.inputs.items():
        if len(tabs) > MEANT:
            group(page, f"table-{mechanism.key}").set_value(name).run()
        assert f"${latex(name)}$ · {spec.meaning}" in (
            [each.value for each in page.caption] if len(tabs) > MEANT else tabs
        )


@pytest.mark.parametrize("text", ["", "a " * 50_000])
def test_sentence_that_cannot_be_used_is_refused(text: str) -> None:
    page = say(inputs(WORKED), WORKED, text)
    (sentence,) = complaints(page)
    assert sentence.startswith("sentence: has")
    assert numbers_of(page, WORKED).is_preset


def test_long_sentence_is_shown_as_maps() -> None:
    page = say(inputs(WORKED), WORKED, "word " * 13)
    assert numbers_of(page, WORKED).is_large()
    assert not complaints(page)


# --- pasted tables ---------------------------------------------------------------------------------------------------


@every_third(0)
def test_pasted_table_replaces_the_chosen_input(mechanism: Mechanism) -> None:
    name, table = next(iter(start(mechanism).numbers.inputs.items()))
    found = numbers_of(paste(inputs(mechanism), mechanism, name, written(table + 0.5)), mechanism)
    assert np.array_equal(found.inputs[name], table + 0.5)
    assert found.edited() == [name]


def written(table: np.ndarray) -> str:
    """As a spreadsheet hands it over; of three axes, with a blank line between the tables."""
    if table.ndim > 2:
        return "\n\n".join(map(written, table))
    return "\n".join("\t".join(map(str, row)) for row in np.atleast_2d(table))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "X: is empty"),
        ("1,2\n3", "X, row 2: has 1 cells where row 1 has 2"),
        ("1,2,3,four", "X, row 1, column 4: “four” is not a number"),
        ("1,2,3", 'W_k, axis "model": X has 3 but W_k has 4'),
    ],
)
def test_pasted_table_that_cannot_be_used_is_refused_and_stays(text: str, sentence: str) -> None:
    page = paste(inputs(WORKED), WORKED, "X", text)
    assert complaints(page) == [sentence]
    assert numbers_of(page, WORKED).is_preset
    assert page.text_area(key=f"paste-{WORKED.key}-X-text").value == text


# --- what does not fit, and names ------------------------------------------------------------------------------------


def test_a_table_of_another_width_is_refused_with_a_button_that_makes_the_others_follow() -> None:
    page = paste(inputs(SCALED), SCALED, "Q", "1 2 3 4\n5 6 7 8")
    assert complaints(page) == ['K, axis "feature": Q has 4 but K has 3']
    whole(button(page, "Resize K to 4 columns (new numbers are 0)").click().run())
    found = numbers_of(page, SCALED)
    before = start(SCALED).numbers.inputs["K"]
    assert found.inputs["Q"].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert np.array_equal(found.inputs["K"], np.pad(before, [(0, 0), (0, 1)]))
    assert not complaints(page)


def test_a_table_that_fits_with_rows_for_columns_alone_is_read_so_and_said() -> None:
    page = paste(inputs(WORKED), WORKED, "X", "1 2 3 4 5\n5 6 7 8 9\n0 0 0 0 0\n1 1 1 1 1")
    assert not complaints(page)
    assert numbers_of(page, WORKED).inputs["X"].shape == (5, 4)
    assert numbers_of(page, WORKED).inputs["X"][0].tolist() == [1, 5, 0, 1]
    assert "Rows and columns were swapped, for only so the table fits: see “Tokens are columns”." in captions(page)
    assert page.toggle(key=f"swap-{WORKED.key}").value
    page = paste(page, WORKED, "X", "1 2 3 4\n5 6 7 8")
    assert numbers_of(page, WORKED).inputs["X"].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert not page.toggle(key=f"swap-{WORKED.key}").value


def test_a_table_with_a_row_for_each_token_is_not_swapped_by_a_guess() -> None:
    """4 tokens of 5 features, or 5 of 4: the first fits with other weights, the second as it is."""
    numbers = start(WORKED).numbers.resized("token", 4)
    session = start(WORKED)
    session.numbers = numbers
    page = paste(inputs(WORKED, session), WORKED, "X", "1 2 3 4 5\n5 6 7 8 9\n0 0 0 0 0\n1 1 1 1 1")
    assert len(complaints(page)) == 1
    whole(button(page, "Swap rows and columns").click().run())
    assert numbers_of(page, WORKED).inputs["X"][0].tolist() == [1, 5, 0, 1]


@pytest.mark.parametrize(
    ("title", "table"),
    [
        ("Read 2 columns: 0, 5 ...", [[0, 5], [1, 25], [2, 5], [3, 75]]),
        ("Read 1 column: 0.5, 1.25 ...", [[0.5], [1.25], [2.5], [3.75]]),
    ],
)
def test_commas_with_two_readings_are_refused_with_a_button_for_each(title: str, table: list[list[float]]) -> None:
    page = paste(pick(SCALED, "V"), SCALED, "V", "0,5\n1,25\n2,5\n3,75")
    assert len(complaints(page)) == 1
    page = whole(button(page, title).click().run())
    assert numbers_of(page, SCALED).inputs["V"].tolist() == table
    assert not complaints(page)


def test_a_switch_reads_tokens_as_columns() -> None:
    page = inputs(WORKED)
    whole(page.toggle(key=f"swap-{WORKED.key}").set_value(True).run())
    page = paste(page, WORKED, "X", "a,b,c,d,e\n1,2,3,4,5\n5,6,7,8,9\n0,0,0,0,0\n1,1,1,1,1")
    assert numbers_of(page, WORKED).inputs["X"][0].tolist() == [1, 5, 0, 1]
    assert numbers_of(page, WORKED).names("token") == ("a", "b", "c", "d", "e")


def test_names_beside_a_pasted_table_become_names_of_tokens_and_are_said() -> None:
    page = paste(inputs(WORKED), WORKED, "X", "token,a,b,c,d\nBark,1,2,3,4\nis,5,6,7,8")
    assert numbers_of(page, WORKED).names("token") == ("Bark", "is")
    said = captions(page)
    assert "Names along “token”: Bark, is." in said
    assert "Names along “model”, which has none, were passed over: a, b, c, d." in said


@every_third(1)
def test_the_apps_own_files_bring_the_same_numbers_names_and_options_back(mechanism: Mechanism) -> None:
    preset = list(mechanism.presets)[-1]
    session = start(mechanism, preset)
    page = upload(inputs(mechanism), mechanism, next(iter(mechanism.inputs)), "a.json", trace_json(session).encode())
    found = numbers_of(page, mechanism)
    assert not complaints(page)
    assert found.options == session.numbers.options
    assert all(np.array_equal(table, session.numbers.inputs[name]) for name, table in found.inputs.items())
    for axis in session.numbers.token_axes():
        assert found.names(axis) == session.numbers.names(axis)


@every_third(0)
def test_an_input_written_as_csv_reads_back_with_its_names(mechanism: Mechanism) -> None:
    """But for a row of one number ("1" above "0.5" is a column of two), and four axes, whose sizes CSV does not say."""
    session = start(mechanism)
    for name, spec in mechanism.inputs.items():
        if session.numbers.inputs[name].shape == (1,) or len(spec.axes) > 3:
            continue
        for style in STYLES:
            data = step_csv(session.numbers.trace[name], style).encode("utf-8-sig")
            upload_ = read_upload("a.csv", data, name, {name: spec})
            found = brought(session.numbers, upload_).numbers
            assert np.array_equal(found.inputs[name], session.numbers.inputs[name]), (name, style)
            for axis in session.numbers.token_axes():
                assert found.names(axis) == session.numbers.names(axis), (name, style)


def test_lists_of_names_in_an_archive_name_the_axis_they_fit() -> None:
    out = io.BytesIO()
    np.savez(out, X=np.ones((2, 4)), tokens=np.array(["Bark", "is"]), other=np.zeros(3))
    page = upload(inputs(WORKED), WORKED, "X", "a.npz", out.getvalue())
    assert numbers_of(page, WORKED).names("token") == ("Bark", "is")
    assert "Passed over, for the lesson has no such input: other." in captions(page)


def test_options_of_another_lesson_are_passed_over_and_said() -> None:
    document = {"mechanism": "senet", "options": {"scaled": False}, "inputs": {"X": [[1, 2, 3, 4]]}}
    page = upload(inputs(WORKED), WORKED, "X", "a.json", json.dumps(document).encode())
    said = captions(page)
    assert "The file is of the lesson “senet”; its options were passed over." in said


def test_pasting_more_rows_brings_more_tokens() -> None:
    page = paste(inputs(SCALED), SCALED, "Q", "1 2 3\n" * 5)
    assert numbers_of(page, SCALED).trace["scores"].value.shape == (5, 4)


# --- files -----------------------------------------------------------------------------------------------------------


def test_uploaded_csv_replaces_the_chosen_input() -> None:
    page = upload(inputs(WORKED), WORKED, "X", "a.csv", b"1,2,3,4\n5,6,7,8")
    assert numbers_of(page, WORKED).inputs["X"].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert not complaints(page)


@every_third(2)
def test_exported_json_uploads_again(mechanism: Mechanism) -> None:
    tables = {name: table.tolist() for name, table in start(mechanism).numbers.inputs.items()}
    tables |= {name: (np.array(tables[name]) * 2).tolist() for name in typed(mechanism)}
    page = upload(inputs(mechanism), mechanism, next(iter(tables)), "a.json", json.dumps({"inputs": tables}).encode())
    for name, table in numbers_of(page, mechanism).inputs.items():
        assert table.tolist() == tables[name]


@pytest.mark.parametrize(("filename", "data"), [("a.csv", b"\xff"), ("a.npz", b""), ("a.json", b"{}")])
def test_file_that_cannot_be_used_is_refused(filename: str, data: bytes) -> None:
    page = upload(inputs(WORKED), WORKED, "X", filename, data)
    (sentence,) = complaints(page)
    assert sentence.startswith(filename)
    assert numbers_of(page, WORKED).is_preset


# --- the grid --------------------------------------------------------------------------------------------------------


@every_third(2)
def test_every_input_has_its_grid(mechanism: Mechanism) -> None:
    for name, table in start(mechanism).numbers.inputs.items():
        page = whole(in_section(mechanism, "Inputs")) if name == next(iter(mechanism.inputs)) else pick(mechanism, name)
        grid = page.dataframe[0].value
        assert np.array_equal(grid.to_numpy(dtype=float), np.atleast_2d(table[(0,) * (table.ndim - 2)]))


def pick(mechanism: Mechanism, name: str) -> AppTest:
    state: dict[str, Any] = {f"section-{mechanism.key}": "Inputs", f"table-{mechanism.key}": name}
    return whole(opened(mechanism, **state))


def test_grid_follows_numbers_typed_elsewhere() -> None:
    page = inputs(WORKED, edited(WORKED, [("X", 0, 8.0)]))
    assert page.dataframe[0].value.iloc[0, 0] == "8"


def typed_in(
    mechanism: Mechanism, name: str, changes: dict[int, dict[str, Any]], block: tuple[int, ...] = ()
) -> Numbers:
    numbers = start(mechanism).numbers
    return edited_grid(numbers, name, snapshot(numbers, name), block, changes)


@pytest.mark.parametrize(("typed", "value"), [("0,5", 0.5), ("1/4", 0.25), ("25%", 0.25), ("½", 0.5), ("−3", -3)])
def test_a_cell_of_the_grid_is_read_as_everywhere(typed: str, value: float) -> None:
    assert typed_in(WORKED, "X", {1: {"2": typed}}).inputs["X"][1, 1] == value


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1,234", "X, row 2, column 3: “1,234” can be 1.234 or 1234; write one of these"),
        ("x", "X, row 2, column 3: “x” is not a number"),
        ("1e309", "X, row 2, column 3: “1e309” is too large (the largest number is 1.8e308)"),
        (None, "X, row 2, column 3: the cell is empty"),
    ],
)
def test_a_cell_of_the_grid_that_cannot_be_read_says_where_and_why(typed: str | None, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        typed_in(WORKED, "X", {1: {"3": typed}})
    assert str(caught.value) == sentence


def test_a_name_in_the_grid_renames_its_token() -> None:
    found = typed_in(WORKED, "X", {1: {INDEX: " Bark "}, 0: {"1": "7"}})
    assert found.names("token") == ("Input 1", "Bark", "Input 3")
    assert found.inputs["X"][0, 0] == 7


def test_an_empty_name_in_the_grid_is_refused() -> None:
    with pytest.raises(InputError, match="name of row 2: is empty; it was “Input 2”"):
        typed_in(WORKED, "X", {1: {INDEX: "  "}})


def test_grid_of_the_largest_table_opens() -> None:
    session = start(WORKED)
    session.numbers = session.numbers.resized("token", MAPPED)
    assert inputs(WORKED, session).dataframe[0].value.shape == (MAPPED, 4)


def test_a_size_that_cannot_be_becomes_the_nearest_that_can() -> None:
    mechanism = KEYS["rope"]
    page = inputs(mechanism)
    page = whole(page.number_input(key="size-rope-feature").set_value(5).run())
    assert not complaints(page)
    assert numbers_of(page, mechanism).sizes()["feature"] == 6
    assert page.number_input(key="size-rope-feature").value == 6


def test_a_size_that_is_given_says_why_it_cannot_change() -> None:
    mechanism = KEYS["bottom-up-top-down"]
    page = inputs(mechanism)
    page = whole(page.number_input(key=f"size-{mechanism.key}-corner").set_value(5).run())
    assert "must be 4 wide" in complaints(page)[0]
    assert numbers_of(page, mechanism).sizes()["corner"] == 4
