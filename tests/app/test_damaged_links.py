"""A damaged link opens what can be read, says in one sentence what was dropped, and never raises."""

from __future__ import annotations

import base64
import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_core import CURRICULUM, Mechanism
from ui import share
from ui.state import MAPPED, Numbers, View

from .helpers import (
    HEADS,
    WORKED,
    edited,
    every_mechanism,
    every_third,
    json_values,
    opened,
    packed,
    packed_bytes,
    params_of,
    quick,
    same,
    some_edits,
    start,
    typed,
    whole,
)

STRANGERS = [[], 5, None, "x", {"inputs": []}, {"inputs": 5}, {"labels": []}, {"labels": 5}, {"inputs": {"X": 5}}]
IMPOSSIBLE: list[Any] = [
    {"inputs": {"X": {}}},
    {"inputs": {"X": {"cells": 5}}},
    {"inputs": {"X": {"cells": [[0]]}}},
    {"inputs": {"X": {"cells": [["a", 1]]}}},
    {"inputs": {"X": {"cells": [[0, "a"]]}}},
    {"inputs": {"X": {"cells": [[1e999, 1]]}}},
    {"inputs": {"X": {"cells": [[0, 10**400]]}}},
    {"inputs": {"X": {"cells": [[0, 1e308]]}}},
    {"inputs": {"X": {"table": [[10**400]]}}},
    {"inputs": {"X": {"table": []}}},
    {"inputs": {"X": {"table": [[1, 2], [3]]}}},
    {"inputs": {"X": {"table": [[1, "a", 3, 4]]}}},
    {"inputs": {"X": {"table": [[1, 2, 3]]}}},
    {"inputs": {"no such input": {"table": [[1]]}}},
    {"labels": {"token": 5}},
]
DROPPED = [
    {"inputs": {"X": {"cells": [[999, 1]]}}},
    {"inputs": {"X": {"cells": [[-1, 1]]}}},
    {"inputs": {"X": {"cells": [[0, float("nan")]]}}},
    {"inputs": {"no such input": {"cells": [[0, 1]]}}},
]
BAD = [
    {"preset": "no such preset"},
    {"preset": ""},
    {"step": "no such step"},
    {"step": "masked scores"},
    {"cell": "0.1"},
    {"cell": "a"},
    {"cell": "1.-1"},
    {"cell": "99999.1"},
    {"at": "head"},
    {"at": "head.x"},
    {"hide": "everything"},
    {"scaled": "perhaps"},
    {"data": ""},
    {"data": "too-long"},
    {"data": "garbage"},
    {"data": "2" + packed({})[1:]},
]


def assert_falls_back(mechanism: Mechanism, params: dict[str, str]) -> None:
    """The preset, with exactly one sentence."""
    found = share.decode(mechanism, params)
    assert len(found.notes) == 1
    assert same(found.numbers, start(mechanism).numbers)
    assert found.view == View()
    assert params_of(found) == {}


# --- damaged links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("params", BAD, ids=str)
def test_what_cannot_be_read_is_dropped_with_one_sentence(params: dict[str, str]) -> None:
    assert_falls_back(WORKED, params)


@pytest.mark.parametrize("params", [*BAD, {"preset": "x", "step": "y", "cell": "z", "at": "u", "data": "w"}], ids=str)
def test_the_page_shows_the_sentence(params: dict[str, str]) -> None:
    page = whole(opened(WORKED, params))
    assert [warning.value for warning in page.warning] == share.decode(WORKED, params).notes


def test_one_sentence_names_everything_that_was_dropped() -> None:
    (note,) = share.decode(WORKED, {"preset": "x", "step": "y", "data": "z", "masked": "1"}).notes
    assert "the preset, the edited numbers and the step" in note
    assert "masked" not in note


def test_what_can_be_read_is_kept() -> None:
    found = share.decode(WORKED, {**params_of(some_edits(WORKED)), "step": "no such step", "masked": "1"})
    assert len(found.notes) == 1
    assert found.numbers.options["masked"]
    assert found.numbers.edited() == list(WORKED.inputs)


@pytest.mark.parametrize("params", [{"utm_source": "mail"}, {"embed": "true"}], ids=str)
def test_foreign_parameters_are_nobodys_business(params: dict[str, str]) -> None:
    assert share.decode(WORKED, params).notes == []


@pytest.mark.parametrize("value", ["5", "-1", "1e3"])
def test_a_switch_is_on_or_off_and_nothing_else(value: str) -> None:
    assert_falls_back(WORKED, {"scaled": value})


@pytest.mark.parametrize("value", ["0", "13", "-1", "2.5", "nan", "9" * 5000])
def test_a_number_outside_its_range_is_dropped(value: str) -> None:
    assert_falls_back(HEADS, {"h": value})


def test_an_option_that_does_not_fit_the_numbers_is_dropped() -> None:
    assert_falls_back(HEADS, {"h": "3"})


@pytest.mark.parametrize("cell", ["9.9", "4.1", "1.4", "1", "1.1.1"])
def test_a_cell_outside_its_step_is_dropped(cell: str) -> None:
    found = share.decode(WORKED, {"step": "scores", "cell": cell})
    assert len(found.notes) == 1
    assert found.view == View("scores")


@pytest.mark.parametrize("at", ["head.3", "no such axis.2", "head.0", "head.99999999999999999999"])
def test_a_slice_outside_its_step_is_dropped(at: str) -> None:
    found = share.decode(HEADS, {"step": "scores", "at": at})
    assert len(found.notes) == 1
    assert found.view == View("scores")


# --- damaged data ----------------------------------------------------------------------------------------------------


def spoiled(text: str) -> Iterator[str]:
    """One character replaced or removed: at the start, where the form is told, and at places all along."""
    places = [*range(12), *range(12, len(text), max(1, len(text) // 24))]
    for i, character in ((place, text[place]) for place in places if place < len(text)):
        yield text[:i] + text[i + 1 :]
        yield from (text[:i] + other + text[i + 1 :] for other in "A_z9~" if other != character)


@every_third(0)
def test_tampered_data_opens_the_preset_with_one_sentence(mechanism: Mechanism) -> None:
    session = edited(mechanism, [(typed(mechanism)[-1], 0, 0.625)])
    whole_text = params_of(session)["data"]
    for text in spoiled(whole_text):
        found = share.decode(mechanism, {"data": text})
        untouched = not found.notes and same(found.numbers, session.numbers)  # base64 ends in bits nobody reads
        assert untouched or (len(found.notes) == 1 and found.numbers.is_preset), text


@every_third(1)
def test_truncated_data_opens_the_preset_with_one_sentence(mechanism: Mechanism) -> None:
    text = params_of(some_edits(mechanism))["data"]
    for length in range(len(text)):
        found = share.decode(mechanism, {"data": text[:length]})
        assert len(found.notes) == 1, length
        assert found.numbers.is_preset


@pytest.mark.parametrize("document", [*STRANGERS, *IMPOSSIBLE], ids=lambda document: str(document)[:48])
def test_forged_data_opens_the_preset_with_one_sentence(document: Any) -> None:
    assert_falls_back(WORKED, {"data": packed(document)})


@pytest.mark.parametrize("document", DROPPED, ids=str)
def test_a_forged_cell_that_is_passed_over_is_reported(document: Any) -> None:
    assert_falls_back(WORKED, {"data": packed(document)})


@every_mechanism
def test_a_table_larger_than_can_be_shown_is_refused(mechanism: Mechanism) -> None:
    """Thousands of zeros pack into a short link, and scores grow with the square of the tokens."""
    axis = start(mechanism).numbers.token_axes()[0]
    numbers = start(mechanism).numbers.resized(axis, MAPPED + 1)
    tables = {name: {"table": table.tolist()} for name, table in numbers.inputs.items()}
    assert_falls_back(mechanism, {"data": packed({"inputs": tables})})


def test_a_name_that_is_no_text_still_gives_a_page() -> None:
    """A lone surrogate is legal in JSON and in no encoding."""
    page = whole(opened(WORKED, {"data": packed({"labels": {"token": ["\ud800"]}})}))
    assert page.title[0].value == WORKED.title


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[" * 100_000, b"1" * 10_000, b"{", b"null", b"NaN"])
def test_data_that_is_no_json_document_opens_the_preset(raw: bytes) -> None:
    assert_falls_back(WORKED, {"data": packed_bytes(raw)})


def test_megabytes_of_data_open_the_preset() -> None:
    assert_falls_back(WORKED, {"data": "1" + "A" * 1_000_000})
    assert_falls_back(WORKED, {"data": share.VERSION + base64.urlsafe_b64encode(b"x" * 1_000_000).decode()})


@pytest.mark.parametrize("megabytes", [15, 50])
def test_a_bomb_is_not_unpacked(megabytes: int) -> None:
    bomb = packed_bytes(bytes(megabytes * 1_000_000))
    tracemalloc.start()
    assert_falls_back(WORKED, {"data": bomb})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@quick
@given(st.text(max_size=40), st.text(max_size=8))
def test_arbitrary_text_never_raises(text: str, word: str) -> None:
    for name in ("data", "preset", "step", "cell", "at", "hide", "scaled"):
        assert len(share.decode(WORKED, {name: text}).notes) <= 1
        assert len(share.decode(WORKED, {name: word, "data": share.VERSION + text}).notes) == 1


@quick
@given(json_values, st.dictionaries(st.sampled_from(["X", "W_q", "token"]), json_values, max_size=2))
def test_arbitrary_documents_never_raise(document: Any, inner: Any) -> None:
    for forged in (document, {"inputs": document}, {"inputs": inner}, {"labels": inner}):
        found = share.decode(WORKED, {"data": packed(forged)})
        assert len(found.notes) <= 1
        assert np.isfinite(found.numbers.trace.output.value).all()
        share.encode(found)


@quick
@given(st.binary(max_size=60))
def test_arbitrary_bytes_open_the_preset(raw: bytes) -> None:
    data = share.VERSION + base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert same(share.decode(WORKED, {"data": data}).numbers, Numbers.of(WORKED, "published"))


def test_a_link_from_before_an_input_was_renamed_keeps_its_numbers() -> None:
    """The matrices of this lesson were once called M_q, M_k and M_v."""
    [mechanism] = [each for each in CURRICULUM if each.key == "qkv-self-attention"]
    session = share.decode(mechanism, {"data": packed({"inputs": {"M_q": {"cells": [[0, 7.5]]}}})})
    assert session.notes == []
    assert session.numbers.inputs["W_q"].flat[0] == 7.5
