"""Two settings on the same inputs: what is compared, what differs, and the link to it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import Mechanism
from tests.core.helpers import assert_close
from ui import compare, share
from ui.duo import duo_data, paired
from ui.state import Numbers, Session
from ui.wire import WireDuo

from .helpers import (
    KEYS,
    ROOT,
    SCALED,
    TABLES,
    WORKED,
    decoded,
    every_lesson,
    fewer,
    payload_of,
    shown_texts,
    some_edits,
    whole,
)
from .test_wire import assert_is

UNSCALED = Numbers.of(SCALED, "unscaled")


def opened(query: dict[str, str] | None = None) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._page_hash = calc_hash("compare")
    page.query_params.update(query or {})
    return whole(page.run())


def query_of(a: Numbers, b: Numbers) -> dict[str, str]:
    return {"a": compare.link(a), "b": compare.link(b)}


def shown(page: AppTest) -> dict[str, np.ndarray]:
    return decoded(payload_of(page, "compare-change"))


def test_at_first_the_root_makes_the_difference() -> None:
    found = shown(opened())
    with_root = SCALED.trace()["attention weights"].value
    without = SCALED.trace(scaled=False)["attention weights"].value
    assert np.array_equal(found["in the first"], without)
    assert np.array_equal(found["in the second"], with_root)
    assert np.array_equal(found["change"], with_root - without)
    assert "Largest mover: Query 2, Key 1" in shown_texts(opened())


@pytest.mark.parametrize("mechanism", fewer(TABLES), ids=lambda mechanism: mechanism.key)
def test_every_mechanism_agrees_with_itself(mechanism: Mechanism) -> None:
    numbers = Numbers.of(mechanism, next(iter(mechanism.presets)))
    page = opened(query_of(numbers, numbers))
    assert "agree in every cell" in shown_texts(page)
    assert not shown(page)["change"].any()


def test_the_second_reads_the_inputs_of_the_first() -> None:
    edited = some_edits(SCALED).numbers
    found = shown(opened({**query_of(edited, UNSCALED), "step": "scores"}))
    assert np.array_equal(found["in the first"], edited.trace["scores"].value)
    assert not found["change"].any()


def test_another_mechanism_with_no_input_in_common_keeps_its_own() -> None:
    page = opened(query_of(Numbers.of(WORKED, "published"), Numbers.of(SCALED, "small")))
    assert "no input in common" in shown_texts(page)


def test_an_option_changes_its_side_only() -> None:
    page = opened()
    page.toggle(key=f"compare-a-{SCALED.key}-masked").set_value(True).run()
    found = shown(whole(page))
    assert np.array_equal(found["in the first"], SCALED.trace(scaled=False, masked=True)["attention weights"].value)
    assert np.array_equal(found["in the second"], SCALED.trace()["attention weights"].value)


def test_the_link_of_the_page_opens_it_again() -> None:
    edited = some_edits(SCALED).numbers
    page = opened({**query_of(edited, UNSCALED), "step": "output"})
    again = opened(dict(page.query_params))
    assert again.selectbox(key="compare-step").value == "output"
    for name, value in shown(page).items():
        assert np.array_equal(shown(again)[name], value)


def test_the_address_from_a_lesson_has_it_on_both_sides() -> None:
    numbers = some_edits(WORKED).numbers
    path, _, query = compare.comparison_address(numbers).partition("?")
    assert path == "compare"
    for side in dict(parse_qsl(query)).values():
        key, _, inner = side.partition("?")
        assert key == WORKED.key
        back = share.decode(WORKED, dict(parse_qsl(inner))).numbers
        assert all(np.array_equal(back.inputs[name], table) for name, table in numbers.inputs.items())


@pytest.mark.parametrize(
    "query",
    [
        {"a": "no-such-mechanism"},
        {"a": ""},
        {"a": "?", "b": "??&&==", "step": "<script>"},
        {"a": f"{SCALED.key}?{urlencode({'data': '1AAAA', 'preset': 'sharp'})}"},
        {"b": "x" * 50_000},
    ],
)
def test_a_damaged_link_opens_all_the_same(query: dict[str, str]) -> None:
    assert shown(opened(query))


def test_what_a_damaged_side_lost_is_said() -> None:
    page = opened({"a": f"{SCALED.key}?data=1AAAA"})
    assert "the edited numbers" in page.warning[0].value


def test_links_of_sessions_are_those_of_their_own_page() -> None:
    session = some_edits(SCALED)
    assert compare.link(session.numbers) == f"{SCALED.key}?{share.encode(Session(session.numbers))}"


# --- the picture, and where nothing fits ------------------------------------------------------------------------------

SPARSEMAX = KEYS["sparsemax"]


def played(page: AppTest) -> dict[str, Any]:
    parts = [part.proto for part in page.get("bidi_component") if "compare-duo" in part.proto.id]
    return dict(json.loads(parts[0].json))


def test_the_picture_plays_steps_of_one_name_together() -> None:
    assert paired(["scores", "scaled scores", "weights"], ["scores", "weights"]) == [(0, 0), (1, None), (2, 1)]
    assert paired(["a", "b"], ["c", "d", "e"]) == [(0, 0), (1, 1), (None, 2)]


@every_lesson
def test_the_picture_has_every_step_of_both_once(mechanism: Mechanism) -> None:
    traces = (mechanism.trace(), SCALED.trace())
    data = duo_data(("one", "other"), traces)
    assert_is(data, WireDuo, mechanism.key)
    for side, trace in enumerate(traces):
        places = [moment[side] for moment in data["moments"] if moment[side] is not None]
        assert [data["tables"][side][n]["name"] for n in places] == [step.name for step in trace.computed]
    assert 0 <= data["opens"] < len(data["moments"])
    for table, step in zip(data["tables"][1], traces[1].computed, strict=True):
        assert_close(np.array(table["cells"], dtype=float), step.value)


def test_the_page_opens_on_two_mechanisms_at_their_weights() -> None:
    data = played(opened())
    a, b = data["moments"][data["opens"]]
    assert data["tables"][0][a]["name"] == data["tables"][1][b]["name"] == "attention weights"
    assert data["tables"][0][a]["shares"]
    assert data["titles"][0] != data["titles"][1]


def test_weights_have_their_colour_in_the_difference_too() -> None:
    steps = {step["name"]: step for step in payload_of(opened(), "compare-change")["steps"]}
    assert steps["in the first"]["shares"]
    assert steps["in the second"]["shares"]
    assert not steps["change"].get("shares")


def test_two_that_do_not_fit_are_played_and_what_fits_is_offered() -> None:
    first = Numbers.of(SPARSEMAX, next(iter(SPARSEMAX.presets)))
    page = opened(query_of(first, Numbers.of(SCALED, "small")))
    assert "is 3 in the first and 2 × 2 in the second" in shown_texts(page)
    assert played(page)["titles"] == [SPARSEMAX.title, SCALED.title]
    offered = [button for button in page.button if button.key and button.key.startswith("compare-offer-")]
    assert offered
    offered[0].click().run()
    assert "in the first" in shown(whole(page))
