"""Parts of an axis, parts put together, the largest and the chosen: value, arithmetic, gradient and script agree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from attention_core import Step, Trace
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.backward import backward
from attention_core.engine.errors import InputError
from attention_core.engine.ops import concat, contract, gather, index, largest, rename, stack, take, top
from attention_core.engine.step import source
from tests.core.elsewhere import Running
from tests.core.helpers import assert_close, nudged, own_arithmetic

TOKENS, WIDE, NARROW = numbered("token", 5), numbered("feature", 3), numbered("feature", 2)
RNG = np.random.default_rng(3)
X = source("X", RNG.normal(size=(5, 3)), (TOKENS, WIDE))
Y = source("Y", RNG.normal(size=(5, 2)), (TOKENS, NARROW))
Z = source("Z", RNG.normal(size=(5, 3)), (TOKENS, WIDE))
R = source("R", RNG.normal(size=5), (TOKENS,))
HALVES = Axis("half", ("sine", "cosine"))

MADE: dict[str, tuple[Callable[[], Step], np.ndarray]] = {
    "slice": (lambda: take(X, "token", 1, 4), X.value[1:4]),
    "every other": (lambda: take(X, "token", 1, every=2, into="odd"), X.value[1::2]),
    "repeated": (lambda: take(X, "feature", repeat=2, into="head"), np.repeat(X.value, 2, axis=1)),
    "by ids": (lambda: gather(X, "token", (4, 0, 4), Axis("word", ("it", "is", "it"))), X.value[[4, 0, 4]]),
    "one row": (lambda: index(X, "token", 3), X.value[3]),
    "one column": (lambda: index(X, "feature", 2), X.value[:, 2]),
    "end to end": (lambda: concat(X, Y, along="feature"), np.hstack([X.value, Y.value])),
    "three along the first": (lambda: concat(X, Z, X, along="token"), np.vstack([X.value, Z.value, X.value])),
    "a row without the axis": (lambda: concat(X, R, along="feature"), np.column_stack([X.value, R.value])),
    "stacked": (lambda: stack(X, Z, along=HALVES), np.stack([X.value, Z.value], axis=-1)),
    "stacked first": (
        lambda: stack(X, Z, along=HALVES, to=("half", "token", "feature")),
        np.stack([X.value, Z.value]),
    ),
    "largest": (lambda: largest(X, "feature"), X.value.max(axis=1)),
    "inlined": (lambda: take(concat(X, Y, along="feature"), "feature", 2, 4), np.hstack([X.value, Y.value])[:, 2:4]),
}


def finished(name: str) -> Step:
    made = MADE[name][0]()
    return contract(made, name="output", symbol="O")


@pytest.mark.parametrize("name", MADE)
def test_numbers_and_arithmetic(name: str) -> None:
    assert np.array_equal(finished(name).value, MADE[name][1])
    assert_close(own_arithmetic(finished(name)), MADE[name][1])


@pytest.mark.parametrize("name", MADE)
def test_gradient_meets_finite_differences(name: str) -> None:
    made = finished(name)
    seed = source("seed", np.random.default_rng(5).normal(size=made.value.shape), made.axes)
    found = backward(made, seed)
    for step in (X, Y, Z, R):
        if step in found:
            assert_close(own_arithmetic(found[step]), found[step].value)
            assert_close(found[step].value, nudged(lambda: finished(name), step, seed.value), 1e-6)


@pytest.mark.parametrize("name", MADE)
def test_script_prints_the_same_numbers(name: str, run: Running) -> None:
    made = finished(name)
    trace = Trace.of(made, tuple(step for step in (X, Y, Z, R) if step in backward(made, made)))
    code = trace.to_numpy_code() + "\nprint(repr(O.tolist()))"
    printed = run(code)
    assert eval(printed.splitlines()[-1]) == made.value.tolist()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_marks_the_largest_and_passes_no_gradient(k: int) -> None:
    marks = top(X, "feature", k, name="choice", symbol="Z")
    order = np.argsort(-X.value, axis=1, kind="stable")[:, :k]
    wanted = np.zeros((5, 3))
    np.put_along_axis(wanted, order, 1.0, axis=1)
    assert np.array_equal(marks.value, wanted)
    assert np.array_equal(own_arithmetic(marks), wanted)
    assert X not in backward(marks, source("seed", np.ones((5, 3)), marks.axes))


def test_of_equal_numbers_the_first_is_chosen() -> None:
    tied = source("T", [[2.0, 7.0, 7.0], [1.0, 1.0, 1.0]], (numbered("token", 2), WIDE))
    assert top(tied, "feature").value.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert own_arithmetic(top(tied, "feature", 2)).tolist() == [[0, 1, 1], [1, 1, 0]]


def test_more_than_there_are_cannot_be_chosen() -> None:
    with pytest.raises(InputError, match="cannot choose 4 of 3"):
        top(X, "feature", 4)


def test_parts_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="X has 5 but T has 4"):
        concat(X, source("T", np.ones((4, 2)), (numbered("token", 4), NARROW)), along="feature")
    with pytest.raises(InputError, match='Q has axes "query, feature"'):
        concat(X, rename(Y, "token", "query", name="Q"), along="feature")


def test_an_empty_slice_is_refused() -> None:
    with pytest.raises(InputError, match="no positions from 6"):
        take(X, "token", 5)


def test_a_position_beyond_the_axis_is_refused() -> None:
    with pytest.raises(InputError, match="no position 6, only 5"):
        index(X, "token", 5)


@pytest.mark.parametrize("place", [-1, 5])
def test_a_place_that_is_not_there_is_refused_by_its_label(place: int) -> None:
    with pytest.raises(InputError, match=f"word is.*has place {place}, not one of 0 to 4"):
        gather(X, "token", (0, place), Axis("word", ("it", "is")))
