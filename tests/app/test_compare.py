"""Two settings on the same inputs: what is compared, what differs, and the link to it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import Mechanism
from ui import compare, share
from ui.state import Numbers, Session

from .helpers import ROOT, SCALED, TABLES, WORKED, decoded, fewer, payload_of, shown_texts, some_edits, whole

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
