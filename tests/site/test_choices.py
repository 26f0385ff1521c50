"""Which settings a site ships."""

from __future__ import annotations

import pytest

from attention_core import CURRICULUM, Mechanism
from attention_core.mechanisms import MECHANISMS
from tools.site.choices import MOST, chosen, offered, options_of, settings
from ui.state import Numbers

each_lesson = pytest.mark.parametrize("mechanism", CURRICULUM, ids=lambda mechanism: mechanism.key)


@each_lesson
def test_a_preset_comes_first_and_solutions_are_among_its_settings(mechanism: Mechanism) -> None:
    values = offered(mechanism)
    for preset in mechanism.presets:
        found = list(settings(mechanism, preset))
        own = Numbers.of(mechanism, preset).options
        assert options_of(values, found[0]) == own
        assert len(set(found)) == len(found)
        for challenge in mechanism.challenges:
            solved = {name: challenge.solution.get(name, value) for name, value in own.items()}
            assert chosen(solved, values) in found


@each_lesson
def test_every_value_that_is_offered_can_be_chosen_somewhere(mechanism: Mechanism) -> None:
    values = offered(mechanism)
    for preset in mechanism.presets:
        found = [options_of(values, places) for places in settings(mechanism, preset)]
        for name, offers in values.items():
            assert {each[name] for each in found} == set(offers)


def test_switches_and_choices_are_shipped_in_full_where_they_are_few() -> None:
    for mechanism in CURRICULUM:
        listed = [name for name, option in mechanism.options.items() if option.bounds is None]
        values = offered(mechanism)
        combinations = 1
        for name in listed:
            combinations *= len(values[name])
        if combinations > MOST:
            continue
        preset = next(iter(mechanism.presets))
        found = {tuple(options_of(values, places)[name] for name in listed) for places in settings(mechanism, preset)}
        assert len(found) == combinations, mechanism.key


def test_where_there_are_too_many_two_options_are_changed_at_a_time() -> None:
    mechanism = MECHANISMS["playground"]
    first, *others = settings(mechanism, next(iter(mechanism.presets)))
    differing = [sum(a != b for a, b in zip(first, other, strict=True)) for other in others]
    assert {1, 2} <= set(differing)
    assert len(others) < 1000


def test_numbers_are_offered_around_where_they_begin() -> None:
    offers = offered(MECHANISMS["scaled-dot-product-attention"])["divisor"]
    assert 1.0 in offers
    assert offers == tuple(sorted(offers))
    assert all(0.001 <= each <= 1000 for each in offers)
