"""Parts of a model switched off: heads, layers and arrows, and what stays the same."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.engine.errors import InputError
from attention_core.models import ModelError, ModelTrace
from attention_core.models.switches import Switch
from tests.core.models.helpers import FAMILIES, LANGUAGE, TEXT, tiny


def values(trace: ModelTrace, name: str) -> np.ndarray:
    return trace[name].value


@pytest.mark.parametrize("family", FAMILIES)
def test_a_head_that_is_off_adds_nothing(family: str) -> None:
    whole, off = tiny(family).trace(TEXT), tiny(family).trace(TEXT, without=[(2, 1)])
    assert not values(off, "layer 2/head outputs")[0].any()
    assert np.array_equal(values(off, "layer 2/head outputs")[1:], values(whole, "layer 2/head outputs")[1:])
    assert np.array_equal(values(off, "layer 2/attention weights"), values(whole, "layer 2/attention weights"))
    width = whole["layer 2/values"].size("value")
    less = values(whole, "layer 2/concatenated heads").copy()
    less[:, :width] = 0
    assert np.array_equal(values(off, "layer 2/concatenated heads"), less)
    assert np.abs(values(off, "layer 2/output") - values(whole, "layer 2/output")).max() > 1e-3


@pytest.mark.parametrize("family", FAMILIES)
def test_a_layer_that_is_off_hands_its_input_on(family: str) -> None:
    off = tiny(family).trace(TEXT, without=[2])
    assert np.array_equal(values(off, "layer 2/output"), values(off, "layer 1/output"))
    assert "layer 2/scores" not in off
    nothing = tiny(family).trace(TEXT, without=[1, 2])
    assert nothing.start
    assert np.array_equal(values(nothing, "layer 2/output"), nothing.start.X.value)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_weight_of_an_arrow_that_is_off_is_shared_by_the_other_keys(family: str) -> None:
    whole, off = tiny(family).trace(TEXT), tiny(family).trace(TEXT, without=[(1, 2, 4, 3)])
    before, after = values(whole, "layer 1/attention weights"), values(off, "layer 1/attention weights")
    row = before[1, 3].copy()
    row[2] = 0
    assert after[1, 3] == pytest.approx(row / row.sum())
    others = np.ones(before.shape, bool)
    others[1, 3] = False
    assert np.allclose(before[others], after[others], rtol=1e-12, atol=0)


def test_a_query_needs_some_key() -> None:
    with pytest.raises(InputError, match="nothing to attend to"):
        tiny("gpt2").trace(TEXT, without=[(1, 1, 1, 1)])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("switches", [[(2, 3)], [2], [(2, 1, 3, 2)], [(1, 1)], []])
def test_layers_before_the_first_switch_are_shared(family: str, switches: list[Switch]) -> None:
    whole = tiny(family).trace(TEXT, without=[(2, 2)])
    again, fresh = whole.without(*switches), tiny(family).trace(TEXT, without=switches)
    assert [step.name for step in again] == [step.name for step in fresh]
    assert all(np.array_equal(step.value, fresh[step.name].value) for step in again)
    shared = [step for step in again if step in whole.steps]
    assert any(step.name == "layer 1/output" for step in shared) == ((1, 1) not in switches)
    assert whole.without((2, 2)).output.value.tolist() == whole.output.value.tolist()


@pytest.mark.parametrize(
    ("switch", "sentence"),
    [
        (3, "There is no layer 3 to switch off: they count from 1 to 2."),
        ((1, 0), "There is no head 0 to switch off: they count from 1 to 3."),
        ((1, 1, 1, 99), "There is no key 99"),
        ((1, 1, 1), "names nothing to switch off"),
        ("layer 1", "names nothing to switch off"),
        (True, "names nothing to switch off"),
    ],
)
def test_what_is_not_there_cannot_be_switched_off(switch: object, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        tiny("bert").trace(TEXT, without=[switch])  # type: ignore[list-item]


@pytest.mark.parametrize("family", LANGUAGE)
def test_heads_stay_off_while_a_text_is_written(family: str) -> None:
    written = list(tiny(family).generate(TEXT, 3, without=[(1, 2)]))
    assert all(not values(each.trace, "layer 1/head outputs")[1].any() for each in written)
    with pytest.raises(ModelError, match="Arrows"):
        next(tiny(family).generate(TEXT, 3, without=[(1, 2, 3, 1)]))
