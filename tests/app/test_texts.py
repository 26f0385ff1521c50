"""Pages where text is typed: the field, its link, the alignment, the maps below, and every section."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import Mechanism
from attention_core.engine import expression as ex
from attention_core.mechanisms.sequence_to_sequence.a_trained_translator import trained_translator
from tests.sampling import some, thinned
from ui import share
from ui.hiding import HIDEABLE
from ui.state import SECTIONS, Session

from .helpers import (
    HOSTILE,
    ROOT,
    TRANSLATORS,
    choose_step,
    element,
    group,
    in_section,
    json_values,
    mapped_cell,
    opened,
    packed,
    params_of,
    payload_of,
    quick,
    reopened,
    same,
    shown_texts,
    start,
    strict_json,
    whole,
)

every_translator = pytest.mark.parametrize("mechanism", [pytest.param(each, id=each.key) for each in TRANSLATORS])
every_text = pytest.mark.parametrize(
    ("mechanism", "preset"),
    [pytest.param(each, name, id=f"{each.key}-{name}") for each in TRANSLATORS for name in each.presets],
)
DATES = TRANSLATORS[0]
FIELD = f"text-{DATES.key}"


def sections_shown() -> list[Any]:
    """Each section with each preset; the gradient, which nudges numbers, with the first.

    By default each with one, the next section in the next lesson.
    """
    found = []
    for n, section in enumerate(name for name in SECTIONS.values() if name != "Inputs"):
        for mechanism in some(TRANSLATORS, [TRANSLATORS[n % len(TRANSLATORS)]]):
            presets = [*mechanism.presets]
            shown = presets[:1] if section == "Gradient" else some(presets, [presets[n % len(presets)]])
            found += [
                pytest.param(mechanism, preset, section, id=f"{mechanism.key}-{preset}-{section}") for preset in shown
            ]
    return found


def read(mechanism: Mechanism, text: str) -> Session:
    session = start(mechanism)
    assert session.take_text(text), session.problem
    return session


def alignment(page: AppTest, mechanism: Mechanism) -> dict[str, Any]:
    return payload_of(page, f"picture-{mechanism.key}-0")


def typed_into(page: AppTest, text: str) -> AppTest:
    return whole(page.text_input(key=FIELD).set_value(text).run())


@every_text
def test_a_preset_shows_its_text_and_alignment(mechanism: Mechanism, preset: str) -> None:
    page = whole(opened(mechanism, {"preset": preset}))
    numbers = start(mechanism, preset).numbers
    assert page.text_input(key=f"text-{mechanism.key}").value == numbers.text
    shown = alignment(page, mechanism)
    assert shown["said"][-1] == trained_translator.text_written(numbers.trace)
    assert shown["columns"] == list(numbers.labels["key"])
    assert not page.error
    assert not page.warning


def test_typing_shows_the_new_alignment() -> None:
    page = typed_into(opened(DATES), "5 march 2024")
    assert alignment(page, DATES)["said"][-1] == "2024-03-05"
    assert group(page, f"preset-{DATES.key}").value == "yours"
    group(page, f"preset-{DATES.key}").set_value("mixture").run()
    assert whole(page).text_input(key=FIELD).value == "sat march 4 2023"


@pytest.mark.parametrize("text", [*HOSTILE, "", "5" * 10_000])
def test_text_that_cannot_be_read_leaves_what_there_was(text: str) -> None:
    page = typed_into(opened(DATES), text)
    (error,) = page.error
    assert error.value.startswith("text")
    assert page.text_input(key=FIELD).value == text
    assert alignment(page, DATES)["said"][-1] == "2024-03-23"
    group(page, f"preset-{DATES.key}").set_value("mixture").run()
    assert not whole(page).error
    assert page.text_input(key=FIELD).value == "sat march 4 2023"


@pytest.mark.parametrize(("mechanism", "preset", "section"), sections_shown())
def test_every_section_renders(mechanism: Mechanism, preset: str, section: str) -> None:
    page = whole(in_section(mechanism, section, start(mechanism, preset)))
    assert not page.error
    assert "**differ**" not in shown_texts(page)


@every_translator
def test_there_are_no_tables_to_edit(mechanism: Mechanism) -> None:
    page = whole(opened(mechanism))
    assert "Inputs" not in group(page, f"section-{mechanism.key}").options
    group(page, f"preset-{mechanism.key}").set_value("yours").run()
    assert group(whole(page), f"preset-{mechanism.key}").value == next(iter(mechanism.presets))


@every_translator
def test_challenges_are_reached_by_typing(mechanism: Mechanism) -> None:
    axis, symbols = mechanism.inputs["X"].axes
    for n, challenge in enumerate(mechanism.challenges):
        rows = challenge.solution["X"]
        text = "".join(mechanism.reads.alphabet[row.index(1)] for row in rows)
        page = whole(in_section(mechanism, "Challenges", read(mechanism, text)))
        states = [each.value for each in page.markdown if "Reached" in each.value or "Not yet" in each.value]
        assert "Reached" in states[n], (axis, symbols)


# --- maps -------------------------------------------------------------------------------------------------------------


@every_translator
def test_every_kind_of_step_has_a_map_words_and_arithmetic(mechanism: Mechanism) -> None:
    page = in_section(mechanism, "Challenges", start(mechanism))
    trace = start(mechanism).numbers.trace
    last = {step.name.partition(" ")[0] + step.base_name: step for step in trace.computed}
    for step in thinned([*last.values()], 6):
        choose_step(page, mechanism, step)
        assert strict_json(element(whole(page), "plotly_chart", f"map-{mechanism.key}").proto.spec)
        assert f"**{step.name}**" in shown_texts(page)
        cell = mapped_cell(page, mechanism, step)
        grounded = ex.ground(step.expression, dict(zip((axis.name for axis in step.axes), cell, strict=True)))
        wanted = f"{ex.subscripted(step, cell)} = {ex.symbols(ex.shortened(grounded))}"
        assert page.latex[0].value.strip("$\n") == wanted


@every_translator
def test_the_maps_open_where_the_lesson_does(mechanism: Mechanism) -> None:
    page = whole(opened(mechanism))
    assert page.selectbox(key=f"map-step-{mechanism.key}").value == "decoder: attention weights"
    assert "[[" not in shown_texts(page)


# --- links ------------------------------------------------------------------------------------------------------------


@every_text
def test_a_link_brings_the_text_back(mechanism: Mechanism, preset: str) -> None:
    assert same(reopened(start(mechanism, preset)).numbers, start(mechanism, preset).numbers)
    changed = read(mechanism, "2 1") if mechanism is DATES else read(mechanism, "21")
    assert same(reopened(changed).numbers, changed.numbers)
    assert len(share.encode(changed)) < 60


def test_a_link_is_short_and_opens_the_page() -> None:
    page = whole(opened(DATES, params_of(read(DATES, "5 march 2024"))))
    assert alignment(page, DATES)["said"][-1] == "2024-03-05"


@pytest.mark.parametrize(
    "document",
    [
        {"text": "é" * 5},
        {"text": ""},
        {"text": "1" * 1000},
        {"text": None},
        {"text": ["a"]},
        {"inputs": {"X": {"table": [[1e308] * 39]}}},
        {"labels": {"key": ["a", "b"]}},
        [],
    ],
)
def test_a_link_with_a_text_that_cannot_be_read_says_so(document: Any) -> None:
    page = whole(opened(DATES, {"data": packed(document)}))
    (warning,) = page.warning
    assert "the edited numbers" in warning.value
    assert alignment(page, DATES)["said"][-1] == "2024-03-23"


@quick
@given(json_values)
def test_no_forged_link_breaks_the_page(document: Any) -> None:
    session = share.decode(DATES, {"data": packed({"text": document})})
    assert session.numbers.trace


@quick
@given(st.text(max_size=60))
def test_any_text_is_read_or_gets_one_sentence(text: str) -> None:
    session = start(DATES)
    assert session.take_text(text) == (session.problem == "")
    assert session.problem == "" or session.problem.startswith("text")


@pytest.mark.parametrize("part", HIDEABLE)
def test_what_a_teacher_hides(part: str) -> None:
    page = whole(opened(DATES, {"hide": part}))
    assert page.text_input(key=FIELD).disabled == (part == "inputs")


# --- compared ---------------------------------------------------------------------------------------------------------


def compared(a: str, b: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._page_hash = calc_hash("compare")
    page.query_params.update({"a": a, "b": b})
    return whole(page.run())


@pytest.mark.parametrize("other", ["date-translator?preset=mixture", "illustrated-self-attention", "playground"])
def test_a_translator_can_be_compared(other: str) -> None:
    for sides in (("date-translator", other), (other, "date-translator")):
        assert not compared(*sides).error


def test_two_texts_are_compared() -> None:
    one, two = (f"date-translator?{share.encode(read(DATES, text))}" for text in ("5 march 2024", "6 march 2024"))
    page = compared(one, two)
    assert [field.value for field in page.text_input] == ["5 march 2024", "6 march 2024"]
    page.selectbox(key="compare-step").set_value("output").run()
    assert "Largest mover" in shown_texts(whole(page))
    page.text_input[1].set_value("é").run()
    assert whole(page).error[0].value.startswith("text, character 1")


def test_what_typing_has_changed_is_shown() -> None:
    page = in_section(DATES, "Since the preset", read(DATES, "saturday 24 march 2024"))
    page.selectbox(key=f"change-{DATES.key}").set_value("output").run()
    assert "Largest mover" in shown_texts(whole(page))
