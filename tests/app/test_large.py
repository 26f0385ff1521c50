"""Traces too large for printed numbers: maps with arithmetic, and never more than a browser can hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attention_core import Mechanism
from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from tests.sampling import some, thinned
from ui import maps
from ui.maps import kind_of
from ui.state import MAPPED, PRINTED, SECTIONS

from .helpers import (
    TABLES,
    by_turns,
    choose_step,
    element,
    every_third,
    fewer,
    in_section,
    longer,
    mapped_cell,
    opened,
    params_of,
    payload_of,
    strict_json,
    whole,
)

MANY = 16
TRACES = 500  # lines and dots of one chart that Plotly still draws in a moment


def shown_map(page: AppTest, mechanism: Mechanism) -> Any:
    return element(page, "plotly_chart", f"map-{mechanism.key}")


@by_turns("tokens", [PRINTED, PRINTED + 1], some(3, 9))
def test_numbers_are_printed_up_to_twelve_tokens(mechanism: Mechanism, tokens: int) -> None:
    large = tokens > PRINTED
    page = whole(opened(mechanism, session=longer(mechanism, tokens)))
    assert (element(page, "bidi_component", f"stage-{mechanism.key}") is None) == large
    assert (shown_map(page, mechanism) is not None) == large


@every_third(1)
def test_link_to_thirteen_tokens_opens_the_maps(mechanism: Mechanism) -> None:
    page = whole(opened(mechanism, params_of(longer(mechanism, PRINTED + 1))))
    assert shown_map(page, mechanism)
    assert not page.warning


@every_third(0)
def test_a_step_and_a_cell_can_be_asked_for(mechanism: Mechanism) -> None:
    """As by a teacher, whose class is led there."""
    session = longer(mechanism, PRINTED + 1)
    step = next(each for each in session.numbers.trace if each.value.ndim > 1)
    cell = tuple(size - 1 for size in step.value.shape)
    found: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps.st, "session_state", found)
        maps.look(session.numbers.trace, mechanism.key, "no such step", cell)
        assert not found
        maps.look(session.numbers.trace, mechanism.key, step.name, cell)
    page = whole(opened(mechanism, session=session, **found))
    view = payload_of(page, f"atlas-address-{mechanism.key}")["view"]
    assert (view["stop"], tuple(view["cell"])) == (step.name, cell)


@every_third(2)
def test_512_tokens_are_maps_with_arithmetic(mechanism: Mechanism) -> None:
    page = whole(in_section(mechanism, "Challenges", longer(mechanism, MAPPED)))
    assert shown_map(page, mechanism)
    assert len(page.latex) == 2


@every_third(1)
def test_every_kind_of_step_has_its_map(mechanism: Mechanism) -> None:
    session = longer(mechanism, PRINTED + 1)
    page = in_section(mechanism, "Challenges", session)
    kinds = {kind_of(step.name): step for step in session.numbers.trace}
    for step in thinned([*kinds.values()], 8):
        choose_step(page, mechanism, step)
        (z, *_) = strict_json(shown_map(whole(page), mechanism).proto.spec)["data"]
        assert z["type"] == "heatmap"
        assert bool(page.latex) == (step.primitive is not None)


@every_third(0)
def test_arithmetic_is_that_of_the_chosen_cell(mechanism: Mechanism) -> None:
    session = longer(mechanism, PRINTED + 1)
    page = in_section(mechanism, "Challenges", session)
    step = max(session.numbers.trace.computed, key=lambda each: min(each.value.ndim, 2))  # the first of two axes
    choose_step(page, mechanism, step)
    rows, columns = np.atleast_2d(step.value).shape[-2:]
    row, column = min(2, rows - 1), min(1, columns - 1)
    page.number_input(key=f"map-row-{mechanism.key}").set_value(row + 1)
    page.number_input(key=f"map-column-{mechanism.key}").set_value(column + 1).run()
    cell = mapped_cell(page, mechanism, step)
    assert cell[-2:] == (row, column)[-step.value.ndim :]
    wanted = ex.shortened(ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True))))
    assert page.latex[0].value.strip("$\n") == f"{ex.subscripted(step, cell)} = {ex.symbols(wanted)}"
    assert page.latex[1].value.strip("$\n") == str(ex.line(wanted, float(step.value[cell])))


@every_third(2)
def test_a_step_opens_at_its_largest_number_and_moments_keep_the_place(mechanism: Mechanism) -> None:
    session = longer(mechanism, PRINTED + 1)
    page = in_section(mechanism, "Challenges", session)
    kinds = {kind_of(step.name): step for step in reversed([*session.numbers.trace.computed])}
    for step in thinned([*kinds.values()], 8):
        choose_step(page, mechanism, step)  # the first moment of its kind
        sizes = np.abs(np.nan_to_num(step.value, posinf=0, neginf=0))
        assert sizes[mapped_cell(page, mechanism, step)] == sizes.max(), step.name


@every_third(2)
def test_a_refused_number_is_complained_about_where_there_is_no_stage(mechanism: Mechanism) -> None:
    session = longer(mechanism, PRINTED + 1)
    session.proposals.refuse("", "X: a sentence")
    assert [error.value for error in opened(mechanism, session=session).error] == ["X: a sentence"]


# --- no more than can be shown ---------------------------------------------------------------------------------------


def printed_sizes(payload: dict[str, Any]) -> list[int]:
    """Lengths of all axes of all tables that a stage draws with numbers."""
    drawn = {n for stop in payload["stops"] for n in (*stop["steps"], stop["result"]) if n is not None}
    return [len(labels) for n in drawn for _, labels in payload["steps"][n]["axes"]]


@by_turns("section", list(SECTIONS.values()), some(2, 6))
def test_no_section_prints_tables_larger_than_the_limit(mechanism: Mechanism, section: str) -> None:
    page = whole(in_section(mechanism, section, longer(mechanism, MANY)))
    payloads = [strict_json(each.proto.json) for each in page.get("bidi_component")]
    assert max((size for found in payloads if "stops" in found for size in printed_sizes(found)), default=0) <= PRINTED


@pytest.mark.parametrize("mechanism", fewer(TABLES), ids=lambda mechanism: mechanism.key)
def test_insight_of_a_long_sentence_is_a_picture_browsers_can_draw(mechanism: Mechanism) -> None:
    page = whole(in_section(mechanism, "Insight", longer(mechanism, 48)))
    for chart in page.get("plotly_chart"):
        assert len(strict_json(chart.proto.spec)["data"]) <= TRACES, chart.key
