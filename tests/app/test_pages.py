"""Every page as a visitor sees it: home, each lesson from each preset, each section, each option, each dialog."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attention_core import CURRICULUM, Mechanism
from attention_core.lesson.mechanism import Option
from tests.sampling import some
from ui import backward
from ui.hiding import HIDEABLE
from ui.state import SECTIONS, Numbers

from .helpers import (
    KEYS,
    TABLES,
    WORKED,
    button,
    by_turns,
    computed,
    decoded,
    edited,
    element,
    every_third,
    fewer,
    group,
    in_section,
    opened,
    payload_of,
    shown_texts,
    some_preset,
    stage_of,
    start,
    values_of,
    whole,
)


def other_than_at_first(option: Option) -> Any:
    return [value for value in values_of(option) if value != option.default][-1]


# Of an option's values the last: what the others do to the steps is tested where a page is not built for each.
OPTIONS = [
    pytest.param(mechanism, name, other_than_at_first(option), id=f"{mechanism.key}-{name}")
    for mechanism in TABLES  # the others have no stage: test_reviews.py, test_trained.py
    for name, option in mechanism.options.items()
]


def titles(payload: dict[str, Any]) -> list[str]:
    return [stop["title"] for stop in payload["stops"]]


def assert_shows(page: AppTest, numbers: Numbers) -> None:
    """The stage has the steps and the very values of these numbers."""
    payload = stage_of(page, numbers.mechanism)
    assert titles(payload) == ["Inputs", *(step.name for step in numbers.trace.computed)]
    shown = decoded(payload)
    assert all(np.array_equal(shown[step.name], step.value) for step in numbers.trace)


def choose_option(page: AppTest, mechanism: Mechanism, name: str, value: Any) -> AppTest:
    option, key = mechanism.options[name], f"option-{mechanism.key}-{name}"
    if isinstance(option.default, bool):
        return page.toggle(key=key).set_value(value).run()
    if option.choices:
        widget = page.selectbox if isinstance(option.default, str) else page.select_slider
        return widget(key=key).set_value(value).run()
    return page.number_input(key=key).set_value(value).run()


# --- lessons ---------------------------------------------------------------------------------------------------------


@some_preset
def test_link_to_a_preset_opens_it(mechanism: Mechanism, preset: str) -> None:
    page = whole(opened(mechanism, {"preset": preset}))
    assert page.title[0].value == mechanism.title
    assert not page.warning
    assert not page.error
    assert group(page, f"preset-{mechanism.key}").value == preset
    assert_shows(page, Numbers.of(mechanism, preset))


@every_third(2)
def test_clicking_a_preset_opens_it(mechanism: Mechanism) -> None:
    first, *_, preset = mechanism.presets
    page = opened(mechanism, {"preset": first})
    group(page, f"preset-{mechanism.key}").set_value(preset).run()
    assert_shows(whole(page), Numbers.of(mechanism, preset))


@every_third(1)
def test_clicking_a_preset_takes_back_what_was_typed(mechanism: Mechanism) -> None:
    name = next(iter(mechanism.inputs))
    page = opened(mechanism, session=edited(mechanism, [(name, 0, 0.3125)]))
    assert group(page, f"preset-{mechanism.key}").value == "yours"
    group(page, f"preset-{mechanism.key}").set_value(next(iter(mechanism.presets))).run()
    assert_shows(whole(page), start(mechanism).numbers)


def test_clicking_your_numbers_opens_the_inputs() -> None:
    page = opened(WORKED)
    group(page, f"preset-{WORKED.key}").set_value("yours").run()
    assert group(page, f"section-{WORKED.key}").value == "Inputs"
    assert_shows(whole(page), start(WORKED).numbers)


def sections_shown() -> list[Any]:
    """Insight is what every page opens with: of the others, each preset after the first in one, by turns."""
    found = []
    for mechanism in CURRICULUM:
        later = [name for name in SECTIONS.values() if name != "Insight"]
        offered = [name for name in later if not (name == "Inputs" and mechanism.reads)]
        for preset in list(mechanism.presets)[1:]:
            section = offered[len(found) % len(offered)]
            found.append(pytest.param(mechanism, preset, section, id=f"{mechanism.key}-{preset}-{section}"))
    return found


@pytest.mark.parametrize(("mechanism", "preset", "section"), fewer(sections_shown()))
def test_another_section_renders(
    mechanism: Mechanism, preset: str, section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backward, "MOST", 20)  # cells nudged: test_gradient_of_the_last_cell... nudges them all
    page = opened(mechanism, {"preset": preset})
    group(page, f"section-{mechanism.key}").set_value(section).run()
    assert group(whole(page), f"section-{mechanism.key}").value == section
    assert not page.warning
    assert not page.error


@every_third(1)
def test_gradient_of_the_last_cell_agrees_with_nudging(mechanism: Mechanism) -> None:
    page = in_section(mechanism, "Gradient")
    axes = start(mechanism).numbers.trace.output.axes
    for axis in axes:
        page.selectbox(key=f"gradient-{mechanism.key}-{axis.name}-{axis.size}").set_value(axis.size - 1)
    assert "slopes measured and the gradients above agree" in shown_texts(whole(page.run()))
    shown = decoded(payload_of(page, f"gradient-{mechanism.key}"))
    backward = mechanism.trace().gradients(at=tuple(axis.size - 1 for axis in axes))
    assert all(np.array_equal(shown[step.name], step.value) for step in backward)


@every_third(0)
def test_nothing_has_changed_since_the_preset_at_first(mechanism: Mechanism) -> None:
    page = whole(in_section(mechanism, "Since the preset"))
    assert "Nothing here differs from the preset." in shown_texts(page)
    assert element(page, "bidi_component", f"delta-{mechanism.key}") is None  # three tables of nothing new
    assert "Mean entropy" not in shown_texts(page)


# --- options ---------------------------------------------------------------------------------------------------------


# Half of them through the widget, half by a link; every one by a link without a page in test_share.py.
@pytest.mark.parametrize(("mechanism", "name", "value"), fewer(OPTIONS[::2]))
def test_option_changes_the_steps_on_stage(mechanism: Mechanism, name: str, value: Any) -> None:
    before = start(mechanism).numbers
    after = before.with_(options={**before.options, name: value})
    page = whole(choose_option(opened(mechanism), mechanism, name, value))
    assert_shows(page, after if computed(after) else before)
    assert bool(stage_of(page, mechanism)["problem"]) == (computed(after) is None)


@pytest.mark.parametrize(("mechanism", "name", "value"), fewer(OPTIONS[1::2]))
def test_link_sets_the_option(mechanism: Mechanism, name: str, value: Any) -> None:
    before = start(mechanism).numbers
    after = before.with_(options={**before.options, name: value})
    page = whole(opened(mechanism, {name: str(int(value)) if isinstance(value, bool) else str(value)}))
    assert_shows(page, after if computed(after) else before)
    assert len(page.warning) == (computed(after) is None)


# --- what a teacher hides, and the dialogs ---------------------------------------------------------------------------


@pytest.mark.parametrize("part", HIDEABLE)
def test_link_hides_a_part(part: str) -> None:
    page = whole(opened(WORKED, {"hide": part}))
    assert stage_of(page, WORKED)["hide"] == [part]
    hidden = {"next": set(SECTIONS) - {"inputs"}}.get(part, {part})
    assert group(page, f"section-{WORKED.key}").options == [
        title for name, title in SECTIONS.items() if name not in hidden
    ]
    assert any(WORKED.insight in text.value for text in page.markdown) == (part not in ("insight", "next"))
    pills = [each.key for each in page.get("button_group")]
    assert (f"preset-{WORKED.key}" in pills) == (part != "presets")
    if part != "presets":
        assert ("Your numbers" in group(page, f"preset-{WORKED.key}").options) == (part != "inputs")
    assert bool(page.toggle) == (part != "options")
    labels = [each.label for each in page.button]
    assert ("Export" in labels) == (part not in ("export", "next", "arithmetic"))
    assert "Teach" not in labels


@by_turns("label", ["Share", "Export", "Teach"], some(4, 11))
def test_dialog_opens(mechanism: Mechanism, label: str) -> None:
    page = whole(button(opened(mechanism), label).click().run())
    assert page.code or page.get("download_button")


def test_share_shows_this_page_with_its_numbers() -> None:
    page = opened(WORKED, session=edited(WORKED, [("X", 0, 7.0)]))
    page.context["url"] = "https://example.org/illustrated-self-attention?old=1"
    code = button(page, "Share").click().run().code[0].value
    address, query = code.split("?")
    assert address == "https://example.org/illustrated-self-attention"
    assert_shows(
        whole(opened(WORKED, dict(part.split("=") for part in query.split("&")))),
        edited(WORKED, [("X", 0, 7.0)]).numbers,
    )


def test_charts_wait_until_somebody_comes_near(charts_wait: None) -> None:
    page = whole(opened(KEYS["qkv-self-attention"]))
    assert not page.get("plotly_chart")
    assert any('class="atlas-picture-room"' in each.proto.body for each in page.get("html"))
    page.session_state["session-qkv-self-attention"].pictured = True
    page = whole(page.run())
    assert page.get("plotly_chart")
    assert not any('class="atlas-picture-room"' in each.proto.body for each in page.get("html"))
