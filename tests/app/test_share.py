"""A link carries everything there and back: numbers, sizes, names, options, view and what is hidden."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_core import CURRICULUM, Mechanism
from ui import share
from ui.hiding import HIDEABLE
from ui.state import Session, View

from .helpers import (
    HOSTILE,
    KEYS,
    TABLES,
    WORKED,
    by_turns,
    computed,
    edited,
    every_mechanism,
    every_preset,
    group,
    longer,
    opened,
    params_of,
    payload_of,
    quick,
    reopened,
    same,
    some_edits,
    stage_of,
    start,
    values_of,
)
from .helpers import numbers as any_number

OPTIONS = [
    pytest.param(mechanism, name, id=f"{mechanism.key}-{name}")
    for mechanism in CURRICULUM
    for name in mechanism.options
]


def assert_same(found: Session, wanted: Session) -> None:
    assert found.notes == []
    assert same(found.numbers, wanted.numbers)
    assert found.view == wanted.view
    assert found.hide == wanted.hide


@every_mechanism
def test_untouched_first_preset_needs_no_query(mechanism: Mechanism) -> None:
    assert share.encode(start(mechanism)) == ""


@every_preset
def test_preset_comes_back(mechanism: Mechanism, preset: str) -> None:
    assert_same(reopened(start(mechanism, preset)), start(mechanism, preset))


@every_mechanism
def test_options_do_not_share_a_name_with_a_part_of_the_link(mechanism: Mechanism) -> None:
    assert not {"preset", "step", "cell", "at", "hide", "task", "present", "plan", "cover", "data"} & set(
        mechanism.options
    )


@every_mechanism
def test_edited_cells_come_back(mechanism: Mechanism) -> None:
    assert_same(reopened(some_edits(mechanism)), some_edits(mechanism))


@quick
@given(st.data())
def test_any_number_that_computes_comes_back_exactly(data: st.DataObject) -> None:
    session = start(data.draw(st.sampled_from(TABLES)))
    for name, table in session.numbers.inputs.items():
        places = data.draw(st.dictionaries(st.integers(0, table.size - 1), any_number, max_size=3))
        session.propose(session.numbers.with_edits((name, i, value) for i, value in places.items()))
    assert_same(reopened(session), session)


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 0.1, 1e15, 2**53 + 2.0, -0.0, 1 / 3])
def test_extreme_number_comes_back_exactly(value: float) -> None:
    found = reopened(edited(WORKED, [("W_v", 0, value), ("W_v", 1, 1.0)])).numbers.inputs["W_v"].flat
    assert (found[0], found[1]) == (value, 1.0)


@by_turns("size", [1, 5, 13])
def test_other_sizes_come_back(mechanism: Mechanism, size: int) -> None:
    for axis in start(mechanism).numbers.sizes():
        session = start(mechanism)
        session.propose(session.numbers.resized(axis, size))
        assert_same(reopened(session), session)


@by_turns("name", [*HOSTILE, "", "a,b;c&d=e#f", "x" * 40])
def test_names_come_back(mechanism: Mechanism, name: str) -> None:
    session = start(mechanism)
    for axis in session.numbers.token_axes():
        session.numbers = session.numbers.with_labels(axis, (name, *session.numbers.names(axis)[1:]))
    assert_same(reopened(session), session)


@pytest.mark.parametrize(("mechanism", "name"), OPTIONS)
def test_options_come_back(mechanism: Mechanism, name: str) -> None:
    """Every value of an option, from every preset; together with numbers that compute."""
    for preset, value in itertools.product(mechanism.presets, values_of(mechanism.options[name])):
        session = start(mechanism, preset)
        numbers = session.numbers.with_(options={**session.numbers.options, name: value})
        if computed(numbers):
            session.numbers = numbers
        assert_same(reopened(session), session)


@every_mechanism
def test_view_of_every_step_comes_back(mechanism: Mechanism) -> None:
    """Of steps that repeat through time, one of each kind."""
    for step in {step.base_name: step for step in start(mechanism).numbers.trace.computed}.values():
        leading = {axis.name: axis.size - 1 for axis in step.axes[:-2] if axis.size > 1}
        view = View(step.name, tuple(size - 1 for size in step.value.shape) or None, leading)
        session = Session(start(mechanism).numbers, view)
        assert_same(reopened(session), session)


@pytest.mark.parametrize(
    "view", [View("masked scores"), View("scores", (9, 0)), View("scores", (0,))], ids=["step", "cell", "axes"]
)
def test_a_view_that_is_gone_is_not_sent(view: View) -> None:
    """After an option or a size has changed, the stage may still look at what there was."""
    assert reopened(Session(start(WORKED).numbers, view)).notes == []


@pytest.mark.parametrize("hide", [(), ("predict",), tuple(HIDEABLE)])
def test_hidden_parts_come_back(hide: tuple[str, ...]) -> None:
    assert_same(reopened(replace(start(WORKED), hide=hide)), replace(start(WORKED), hide=hide))


def test_everything_at_once_comes_back() -> None:
    numbers = start(KEYS["multi-head-bark"]).numbers.resized("token", 4).with_edits([("W_q", 0, 0.1)])
    numbers = numbers.with_(options={"h": 2, "masked": True}).with_labels("token", ("a", "b", "c", "d"))
    session = Session(numbers, View("masked scores", (1, 2, 0), {"head": 1}), ("predict", "next"))
    assert_same(reopened(session), session)


def test_more_numbers_than_fit_are_left_out_and_reported() -> None:
    session = longer(WORKED, 300)
    session.numbers = session.numbers.with_input("X", np.random.default_rng(1).normal(size=(300, 4)))
    assert share.too_long(session.numbers)
    assert "data" not in params_of(session)
    assert not share.too_long(some_edits(WORKED).numbers)
    assert not share.too_long(start(WORKED).numbers)


def test_the_open_section_is_in_the_link() -> None:
    session = start(WORKED)
    session.section = "challenges"
    assert share.encode(session) == "section=challenges"
    page = opened(WORKED, {"section": "challenges"})
    assert group(page, f"section-{WORKED.key}").value == "Challenges"
    group(page, f"section-{WORKED.key}").set_value("Gradient").run()
    assert share.encode(page.session_state[f"session-{WORKED.key}"]) == "section=gradient"
    assert stage_of(page, WORKED)["link"]["section"] == "gradient"


def test_a_section_that_a_lesson_does_not_offer_opens_the_first() -> None:
    for query in ({"section": "inputs", "hide": "inputs"}, {"section": "elsewhere"}):
        assert group(opened(WORKED, query), f"section-{WORKED.key}").value == "Insight"


def test_your_numbers_asks_for_the_inputs_to_be_opened_and_seen() -> None:
    page = opened(WORKED)
    group(page, f"preset-{WORKED.key}").set_value("yours").run()
    assert group(page, f"section-{WORKED.key}").value == "Inputs"
    assert payload_of(page, f"atlas-follow-below-{WORKED.key}")["revealed"] == 1
