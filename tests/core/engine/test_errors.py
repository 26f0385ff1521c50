"""What can be typed wrongly, and the one sentence that answers it."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism, attention
from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.engine.ops import add, contract, merge, rename, softmax, split
from attention_core.engine.ops.pointwise import Mask
from attention_core.engine.step import Step, source
from attention_core.lesson.mechanism import Input, Option, Preset, position
from tests.core.helpers import MECHANISMS, OPTIONS, each_input, prime_sizes, random_cases, random_inputs

SCALED = next(mechanism for mechanism in CURRICULUM if mechanism.key == "scaled-dot-product-attention")
MULTI_HEAD = next(mechanism for mechanism in CURRICULUM if mechanism.key == "multi-head-attention")


def refused(run: Any, *args: Any, **keywords: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        run(*args, **keywords)
    error = caught.value
    assert str(error) == f"{error.field}{', ' + error.where if error.where else ''}: {error.message}"
    assert error.field
    assert error.message
    return error


def good(mechanism: Mechanism) -> dict[str, Any]:
    return random_inputs(mechanism, prime_sizes(mechanism))


def trace_with(mechanism: Mechanism, name: str, value: Any) -> Any:
    return mechanism.trace({**good(mechanism), name: value}, **OPTIONS.get(mechanism.key, {}))


def with_last_cell(table: list[Any], value: Any) -> list[Any]:
    *kept, last = table
    return [*kept, with_last_cell(last, value) if isinstance(last, list) else value]


def last_place(table: list[Any]) -> str:
    return position([size - 1 for size in np.shape(table)])


# --- every input of every mechanism ----------------------------------------------------------------------------------


@each_input
def test_text_in_a_cell_is_named_with_its_place(mechanism: Mechanism, name: str) -> None:
    table = good(mechanism)[name]
    for text in ("x", "", "1,5", "<b>1</b>"):
        error = refused(trace_with, mechanism, name, with_last_cell(table, text))
        assert (error.field, error.where, error.message) == (name, last_place(table), f"{text!r} is not a number")


@each_input
def test_text_in_an_array_of_objects_is_named_with_its_place(mechanism: Mechanism, name: str) -> None:
    table = good(mechanism)[name]
    error = refused(trace_with, mechanism, name, np.array(with_last_cell(table, "x"), dtype=object))
    assert (error.field, error.where, error.message) == (name, last_place(table), "'x' is not a number")


@each_input
def test_numbers_that_are_not_finite_are_named_with_their_place(mechanism: Mechanism, name: str) -> None:
    table = good(mechanism)[name]
    for value in (math.nan, math.inf, -math.inf):
        error = refused(trace_with, mechanism, name, with_last_cell(table, value))
        assert (error.field, error.where, error.message) == (name, last_place(table), f"{value} is not a finite number")


@each_input
def test_whole_number_beyond_floats_is_refused(mechanism: Mechanism, name: str) -> None:
    assert refused(trace_with, mechanism, name, with_last_cell(good(mechanism)[name], 10**400)).field == name


@each_input
def test_ragged_table_is_named_with_its_row(mechanism: Mechanism, name: str) -> None:
    table = good(mechanism)[name]
    if not isinstance(table[0], list):
        return  # a single row cannot be ragged
    error = refused(trace_with, mechanism, name, [*table[:-1], table[-1][:-1]])
    part, cells = ("block", "rows") if isinstance(table[0][0], list) else ("row", "cells")
    assert (error.field, error.where) == (name, f"{part} {len(table)}")
    assert error.message == f"has {len(table[0]) - 1} {cells} where {part} 1 has {len(table[0])}"


@each_input
def test_empty_input_is_refused(mechanism: Mechanism, name: str) -> None:
    shape = np.shape(good(mechanism)[name])
    assert refused(trace_with, mechanism, name, np.zeros((0, *shape[1:]))).message == "is empty"


@each_input
def test_wrong_number_of_axes_is_refused(mechanism: Mechanism, name: str) -> None:
    kinds = {0: "one number", 1: "a row of numbers", 2: "a table of numbers"}
    axes = len(mechanism.inputs[name].axes)
    for wrong in {0, 1, 2, 3, 4} - {axes}:
        error = refused(trace_with, mechanism, name, np.ones((1,) * wrong))
        wanted, found = (kinds.get(n, f"{n} axes") for n in (axes, wrong))
        assert (error.field, error.message) == (name, f"needs {wanted}, not {found}")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_sizes_that_disagree_name_the_axis_and_both_sizes(mechanism: Mechanism) -> None:
    owners: dict[str, str] = {}
    for name in mechanism.inputs:
        for place, axis in enumerate(mechanism.positions(name)):
            if axis in owners:
                assert_disagreement(mechanism, owners[axis], name, axis, place)
            owners.setdefault(axis, name)


def assert_disagreement(mechanism: Mechanism, owner: str, name: str, axis: str, place: int) -> None:
    value = np.array(good(mechanism)[name])
    size = value.shape[place]
    for other in (size - 1, size + 1):
        error = refused(trace_with, mechanism, name, np.take(value, range(other), axis=place, mode="wrap"))
        sizes = f"{owner} has {size} but {name} has {other}"
        assert (error.field, error.where, error.message) == (name, f'axis "{axis}"', sizes)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_unknown_names_are_answered_with_the_known_ones(mechanism: Mechanism) -> None:
    for error in (refused(mechanism.trace, {"nonsense": 1}), refused(mechanism.trace, nonsense=1)):
        assert error.field == "nonsense"
        assert all(name in error.message for name in (*mechanism.inputs, *mechanism.options))


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_options_outside_their_range_are_refused_with_the_range(mechanism: Mechanism) -> None:
    for name, option in mechanism.options.items():
        for value in outside(option):
            error = refused(mechanism.trace, **{name: value})
            assert error.field == name
            assert repr(value) in error.message
            assert all(str(bound) in error.message for bound in option.bounds or ())


def outside(option: Option) -> list[Any]:
    if option.bounds:
        low, high = option.bounds
        return [low - 1, high + 1, math.nan, math.inf, -math.inf, "2", None]
    return [2, -1, "yes", None, math.nan] if isinstance(option.default, bool) else ["no such choice"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_gradient_of_a_cell_that_does_not_exist(mechanism: Mechanism) -> None:
    trace = next(random_cases(mechanism)).trace
    shape = trace.output.value.shape
    cells = {shape, tuple(-1 for _ in shape), (), (0,) * (len(shape) + 1)}
    for cell in cells - set(np.ndindex(shape)):  # of a single number, () is the cell
        error = refused(trace.gradients, at=cell)
        assert error.field == trace.output.name
        assert str(shape) in error.message
    with pytest.raises(KeyError, match="no such step"):
        trace.gradients(of="no such step", at=(0, 0))


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_looking_up_a_step_that_does_not_exist_lists_those_that_do(mechanism: Mechanism) -> None:
    trace = next(random_cases(mechanism)).trace
    with pytest.raises(KeyError, match=trace.output.name):
        trace["nonsense"]
    step = next(step for step in trace if step.axes)
    with pytest.raises(IndexError):
        step.arithmetic(*step.value.shape)


@each_input
def test_large_finite_numbers_are_computed_with_or_answered(mechanism: Mechanism, name: str) -> None:
    """Either every number of the trace is one, or a sentence says why not; a warning would fail the test by itself."""
    for large, where in ((1e308, 0), (-1e308, slice(None))):
        value = np.array(mechanism.first.inputs[name], dtype=float)
        value.flat[where] = large
        assert_computed_or_answered(mechanism, name, value)


def assert_computed_or_answered(mechanism: Mechanism, name: str, value: np.ndarray) -> None:
    with contextlib.suppress(InputError):
        trace = mechanism.trace({name: value})
        # Minus infinity is meant where a mask makes it, and handed on from there.
        made = (step for step in trace if not isinstance(step.primitive, Mask) and all(map(finite, step.operands)))
        assert not [step.name for step in made if not finite(step)]


def finite(step: Step) -> bool:
    return bool(np.isfinite(step.value).all())


# --- single sentences ------------------------------------------------------------------------------------------------


def test_numeric_text_is_not_blamed_for_a_neighbour() -> None:
    error = refused(SCALED.trace, {"Q": [["1", "x", "3"]]})
    assert (error.where, error.message) == ("row 1, column 2", "'x' is not a number")


def test_option_that_must_be_whole() -> None:
    error = refused(MULTI_HEAD.trace, h=1.5)
    assert str(error) == "h: must be a whole number between 1 and 12, not 1.5"
    assert MULTI_HEAD.trace(h=2.0)["attention weights"].size("head") == 2


def test_heads_that_do_not_divide_the_width() -> None:
    error = refused(MULTI_HEAD.trace, h=3)
    assert (error.field, error.where) == ("W_q", 'axis "projection"')
    assert error.message == "4 positions cannot be shared out among 3 heads"


def test_option_with_choices() -> None:
    option = Option("Score", "dot", choices=("dot", "bilinear"))
    assert option.checked("score", "bilinear") == "bilinear"
    assert str(refused(option.checked, "score", "cosine")) == "score: must be one of dot, bilinear, not 'cosine'"


def test_position_inside_a_stack_of_tables() -> None:
    toy = Mechanism("toy", "", "", "", (), {"W": Input(("block", "row", "column"), "")}, {}, (), lambda W: W)
    value = np.ones((2, 3, 5))
    value[1, 2, 4] = math.nan
    toy.presets["one"] = Preset("", {"W": np.ones((2, 3, 5))})
    assert refused(toy.trace, {"W": value}).where == "row 3, column 5 of block 2"


def step(name: str, **sizes: int) -> Step:
    return source(name, np.ones(tuple(sizes.values())), tuple(numbered(axis, size) for axis, size in sizes.items()))


def test_contract_over_an_axis_one_operand_lacks() -> None:
    Q, K = step("Q", query=2, feature=3), step("K", key=5, value=7)
    error = refused(contract, Q, K, over="feature", name="scores")
    assert str(error) == 'scores: K has no axis "feature" (it has "key, value")'


def test_unnamed_operand_is_spoken_of_by_what_it_was_made_from() -> None:
    K = rename(step("X", token=2, model=3), "token", "key")
    error = refused(contract, step("Q", query=2, feature=3), K, over="feature", name="scores")
    assert str(error) == 'scores: X has no axis "feature" (it has "key, model")'


@pytest.mark.parametrize("combine", [lambda a, b, **k: contract(a, b, over="feature", **k), add])
def test_operands_that_meet_with_two_sizes(combine: Any) -> None:
    error = refused(combine, step("Q", query=2, feature=3), step("K", key=5, feature=7), name="scores")
    assert str(error) == 'scores, axis "feature": Q has 3 but K has 7'


@pytest.mark.parametrize(
    "use",
    [
        lambda x: softmax(x, along="key"),
        lambda x: rename(x, "key", "query"),
        lambda x: split(x, "key", "head", 1, "feature"),
        lambda x: merge(x, "key", "query", "joined"),
        lambda x: contract(x, over="key"),
    ],
    ids=["softmax", "rename", "split", "merge", "contract"],
)
def test_axis_an_operand_does_not_have(use: Any) -> None:
    assert str(refused(use, step("Q", query=2, feature=3))) == 'Q: has no axis "key" (it has "query, feature")'


# --- attention() -----------------------------------------------------------------------------------------------------


def test_query_that_may_see_nothing_is_named() -> None:
    error = refused(
        attention, np.ones((3, 2)), np.ones((4, 2)), np.ones((4, 1)), [[True] * 4, [False] * 4, [False] * 4]
    )
    assert error.where == "query 2"
    assert error.message == "this query has nothing to attend to"


def test_mask_and_causality_together_may_leave_a_query_blind() -> None:
    visible = np.array([[False, True], [True, True]])
    assert attention(np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 1)), visible).output.value.shape == (2, 1)
    error = refused(attention, np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 1)), visible, is_causal=1)
    assert error.where == "query 1"


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        (
            ((2, 3), (5, 4), (5, 1)),
            'K, axis "feature": this score needs keys as wide as the queries, which have 3, not 4',
        ),
        (((2, 3), (5, 3), (4, 1)), 'output, axis "key": attention weights has 5 but V has 4'),
        (((2, 2, 3), (3, 5, 3), (2, 5, 1)), 'scores, axis "head": Q has 2 but K has 3'),
        (((2, 2, 3), (5, 3), (5, 1)), "K: needs 3 axes (head, key, feature) but has 2"),
        (((3,), (5, 3), (5, 1)), "Q: needs 2 axes (query, feature) but has 1"),
        (((0, 3), (5, 3), (5, 1)), "Q: is empty"),
    ],
)
def test_arrays_that_do_not_fit(shapes: tuple[tuple[int, ...], ...], sentence: str) -> None:
    assert str(refused(attention, *map(np.ones, shapes))) == sentence


def test_mask_of_another_shape() -> None:
    error = refused(attention, np.ones((2, 3)), np.ones((5, 3)), np.ones((5, 1)), np.ones((5, 2)))
    assert str(error) == "attn_mask: needs shape (2, 5) but has (5, 2)"
