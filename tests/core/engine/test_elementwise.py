"""Functions of one number: value, arithmetic and gradient agree, and what has no value says why."""

from __future__ import annotations

import math

import numpy as np
import pytest

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.axes import numbered
from attention_core.engine.backward import backward, recomputed_with
from attention_core.engine.errors import InputError
from attention_core.engine.functions import FUNCTIONS
from attention_core.engine.ops import (
    Elementwise,
    add,
    apply,
    contract,
    divide,
    maximum,
    minimum,
    safe_sqrt,
    scale,
    tanh,
)
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace

AT = [-1.7, -0.4, 0.3, 2.2]
POSITIVE = {"log", "root", "sqrt", "xlogx"}
STEPS = ("floor", "positive")  # flat, but for where they jump


def made(name: str) -> tuple[Step, Step]:
    numbers = np.abs(AT) if name in POSITIVE else np.array(AT)
    x = source("x", numbers, (numbered("place", len(AT)),))
    return x, apply(Elementwise(name), x, name="y", symbol="y")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_cell_equals_its_arithmetic(name: str) -> None:
    _, y = made(name)
    for place in range(len(AT)):
        assert ex.evaluate(ex.ground(y.expression, {"place": place})) == pytest.approx(y.value[place], rel=1e-14)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {*STEPS, "held", "cut"}))
def test_gradient_meets_finite_differences(name: str) -> None:
    x, y = made(name)
    seed = source("seed", [0.5, -1.0, 2.0, 1.5], y.axes)
    found = backward(y, seed)[x].value
    sides = [apply(Elementwise(name), source("x", x.value + h, x.axes)).value for h in (1e-6, -1e-6)]
    assert found == pytest.approx(seed.value * (sides[0] - sides[1]) / 2e-6, rel=1e-6)


def test_the_error_function_is_right_to_the_last_digit_but_one() -> None:
    x = np.concatenate([np.linspace(-7, 7, 2801), [0.46875, -0.46875, 1e-300, 30.0, -1e5]])
    wanted = np.array([math.erf(each) for each in x])
    assert np.abs(kernels.erf(x) - wanted).max() <= np.finfo(float).eps
    assert kernels.erf(x) == pytest.approx(wanted, rel=5e-16, abs=0)


def test_the_error_function_in_single_precision_is_within_2e_7() -> None:
    x = np.concatenate([np.linspace(-6, 6, 20001), [0.0, 1e-20, -1e5, np.inf]]).astype(np.float32)
    wanted = np.array([math.erf(each) for each in x])
    found = kernels.erf(x)
    assert found.dtype == np.float32
    assert np.abs(found - wanted).max() <= 2e-7
    assert found == pytest.approx(wanted, rel=3e-7, abs=0)
    assert np.abs(found).max() <= 1


@pytest.mark.parametrize("name", STEPS)
def test_a_step_function_passes_no_gradient(name: str) -> None:
    x, y = made(name)
    assert x not in backward(y, source("seed", np.ones(len(AT)), y.axes))


def test_what_is_held_goes_forward_and_is_cut_on_the_way_back() -> None:
    x, y = made("held")
    assert y.value == pytest.approx(x.value)
    z = tanh(add(x, scale(y, 3.0)), name="z", symbol="z")
    found = backward(z, source("seed", np.ones(len(AT)), z.axes))
    assert found[y].value.all()
    assert found[x].value == pytest.approx(found[y].value / 3)
    assert r"\operatorname{cut}(" in found[x].arithmetic(0).symbols
    assert x in backward(y, source("seed", np.ones(len(AT)), y.axes))


def test_replaying_keeps_what_is_held() -> None:
    x, y = made("held")
    z = contract(x, y, name="z", symbol="z")
    assert Trace.of(z, (x,)).blocked == (y,)
    assert recomputed_with(z, {x: np.full(len(AT), 5.0)}) == pytest.approx(5 * np.array(AT))
    assert recomputed_with(z, {y: np.full(len(AT), 5.0)}) == pytest.approx(5 * np.array(AT))
    assert z.value == pytest.approx(np.square(AT))


def test_exported_scripts_hold_the_gradient_where_there_is_one() -> None:
    x, y = made("held")
    trace = Trace.of(scale(y, 2.0, name="z", symbol="z"), (x,))
    assert "x.detach()" in trace.to_torch_code()
    assert "detach" not in trace.to_numpy_code()


def test_a_quotient_divides_forwards_and_backwards() -> None:
    rows, columns = numbered("row", 3), numbered("column", 2)
    x = source("x", [[1, 2], [3, -4], [0.5, 0]], (rows, columns))
    y = source("y", [2, -0.5, 4], (rows,))
    z = divide(x, y, name="z", symbol="z")
    assert ex.evaluate(ex.ground(z.expression, {"row": 1, "column": 1})) == z.value[1, 1] == 8
    found = backward(z, source("seed", np.ones((3, 2)), z.axes))
    assert found[x].value == pytest.approx(np.repeat(1 / y.value[:, None], 2, axis=1))
    assert found[y].value == pytest.approx(-x.value.sum(axis=1) / y.value**2)


@pytest.mark.parametrize(
    ("name", "value", "said"), [("reciprocal", 0, "zero"), ("log", -1, "logarithm"), ("sqrt", -1, "root")]
)
def test_a_number_without_a_result_is_named(name: str, value: float, said: str) -> None:
    x = source("x", [1, value], (numbered("place", 2),))
    with pytest.raises(InputError, match=f"place 2: .*{said}"):
        apply(Elementwise(name), x, name="y", symbol="y")


@pytest.mark.parametrize(("choose", "compare"), [(maximum, np.maximum), (minimum, np.minimum)])
def test_the_larger_and_the_smaller_hand_the_gradient_to_the_one_chosen(choose, compare) -> None:
    rows, columns = numbered("row", 3), numbered("column", 2)
    x = source("x", [[1, 2], [3, -4], [0.5, 0]], (rows, columns))
    y = source("y", [2, -0.5, 4], (rows,))
    for other, value in ((y, y.value[:, None]), (0.75, 0.75)):
        z = choose(x, other, name="z", symbol="z")
        assert np.array_equal(z.value, compare(x.value, value))
        cells = [ex.evaluate(ex.ground(z.expression, {"row": r, "column": c})) for r in range(3) for c in range(2)]
        assert cells == z.value.ravel().tolist()
        found = backward(z, source("seed", np.ones((3, 2)), z.axes))
        mine = (z.value == x.value) & (x.value != value)
        assert np.array_equal(found[x].value, mine)
        if other is y:
            assert np.array_equal(found[y].value, (~mine).sum(axis=1))


def test_a_length_of_nothing_sends_no_gradient_back() -> None:
    x = source("x", [0.0, 4.0], (numbered("place", 2),))
    y = safe_sqrt(x, name="y", symbol="y")
    assert y.value.tolist() == [0, 2]
    assert backward(y, source("seed", [3.0, 3.0], y.axes))[x].value.tolist() == [0, 0.75]
