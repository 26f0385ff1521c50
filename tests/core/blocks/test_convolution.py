"""Windows, convolution, pooling and resizing: value, arithmetic, gradient and script agree with sums written out."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from attention_core import Step, Trace
from attention_core.blocks.convolution import convolved, pixel_coordinates, pooled, resize_matrix, sampling_matrix
from attention_core.engine import expression as ex
from attention_core.engine.axes import numbered
from attention_core.engine.backward import backward
from attention_core.engine.errors import InputError
from attention_core.engine.ops import contract, maximum, minimum, window
from attention_core.engine.step import source
from tests.core.elsewhere import Running
from tests.core.helpers import assert_close, grounded, nudged, own_arithmetic

RNG = np.random.default_rng(11)
AXES = (numbered("channel", 2), numbered("row", 5), numbered("column", 7))
X = source("X", RNG.normal(size=(2, 5, 7)), AXES)
K = source(
    "K",
    RNG.normal(size=(3, 2, 3, 3)),
    (numbered("filter", 3), AXES[0], *map(numbered, *zip(("row offset", 3), ("column offset", 3), strict=True))),
)
W = source("W", RNG.normal(size=(3, 2, 2)), (numbered("filter", 3), numbered("feature", 2), numbered("word offset", 2)))
F = source("F", RNG.normal(size=(2, 5)), (numbered("feature", 2), numbered("word", 5)))
B = source("B", RNG.normal(size=3), (numbered("filter", 3),))
T = source("T", [0.4, 2.3, 3.1], (numbered("zoom", 3),))


def slid(x: np.ndarray, kernel: np.ndarray, before: int, after: int, stride: int = 1) -> np.ndarray:
    """Sums written out: x (channel, row, column), kernel (filter, channel, k, k)."""
    size = kernel.shape[-1]
    wide = np.pad(x, ((0, 0), (before, after), (before, after)))
    rows, columns = ((side - size) // stride + 1 for side in wide.shape[1:])
    found = np.zeros((len(kernel), rows, columns))
    for f, i, j in itertools.product(range(len(kernel)), range(rows), range(columns)):
        part = wide[:, i * stride : i * stride + size, j * stride : j * stride + size]
        found[f, i, j] = (part * kernel[f]).sum()
    return found


def words(x: np.ndarray) -> np.ndarray:
    """The wide convolution of W over the words."""
    wide = np.pad(x, ((0, 0), (1, 1)))
    return np.stack([(W.value * wide[None, :, j : j + 2]).sum(axis=(1, 2)) for j in range(6)], axis=1)


def blocks(x: np.ndarray) -> np.ndarray:
    return np.stack([[x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2] for j in range(3)] for i in range(2)])


MADE: dict[str, tuple[Callable[[], Step], Callable[[], np.ndarray]]] = {
    "same size": (lambda: convolved(X, K), lambda: slid(X.value, K.value, 1, 1)),
    "stride": (lambda: convolved(X, K, stride=2), lambda: slid(X.value, K.value, 1, 1, 2)),
    "inside, biased": (
        lambda: convolved(X, K, B, before=0, after=0),
        lambda: slid(X.value, K.value, 0, 0) + B.value[:, None, None],
    ),
    "wide, words": (
        lambda: convolved(F, W, over="feature", axes=("word",), before=1, after=1),
        lambda: words(F.value),
    ),
    "mean": (lambda: pooled(X, 2), lambda: blocks(X.value).mean(axis=(3, 4)).transpose(2, 0, 1)),
    "max": (lambda: pooled(X, 2, how="max"), lambda: blocks(X.value).max(axis=(3, 4)).transpose(2, 0, 1)),
    "of every third": (
        lambda: contract(window(F, "word", 2, stride=3, into="pair")),
        lambda: np.stack([F.value[:, 0:2], F.value[:, 3:5]], axis=1),
    ),
    "resized": (
        lambda: contract(
            sampling_matrix(minimum(maximum(T, 0.5), 3.0), pixel_coordinates(AXES[1], name="j")), X, over="row"
        ),
        lambda: np.stack(
            [(1 - p % 1) * X.value[:, int(p)] + p % 1 * X.value[:, min(int(p) + 1, 4)] for p in (0.5, 2.3, 3.0)]
        ),
    ),
}
SOURCES = (X, K, W, F, B, T)


def finished(name: str) -> Step:
    return contract(MADE[name][0](), name="output", symbol="O")


@pytest.mark.parametrize("name", MADE)
def test_numbers_and_arithmetic(name: str) -> None:
    assert_close(finished(name).value, MADE[name][1]())
    assert_close(own_arithmetic(finished(name)), MADE[name][1]())


@pytest.mark.parametrize("name", MADE)
def test_gradient_meets_finite_differences(name: str) -> None:
    made = finished(name)
    seed = source("seed", np.random.default_rng(5).normal(size=made.value.shape), made.axes)
    found = backward(made, seed)
    for step in (each for each in SOURCES if each in found):
        assert found[step].axes == step.axes
        assert_close(own_arithmetic(found[step]), found[step].value)
        assert_close(found[step].value, nudged(lambda: finished(name), step, seed.value), 1e-6)


@pytest.mark.parametrize("name", MADE)
def test_script_prints_the_same_numbers(name: str, run: Running) -> None:
    """Backwards too: a gradient is a step like any other."""
    made = finished(name)
    gradients = Trace.of(made, SOURCES).gradients(at=(0,) * made.value.ndim)
    for trace in (Trace.of(made, SOURCES), gradients):
        last = trace.to_numpy_code().strip().splitlines()[-1]
        code = trace.to_numpy_code() + f"\nprint(repr({last.removeprefix('print(')[:-1]}.tolist()))"
        printed = run(code)
        assert_close(eval(printed.splitlines()[-1]), trace.output.value)


def test_beyond_the_edge_nothing_is_written_and_nothing_lit() -> None:
    corner = grounded(convolved(X, K, name="output", symbol="O"), (0, 0, 0))
    assert len(ex.leaves(corner)) == 2 * 2 * (2 * 2)  # two channels, four of nine places, kernel and pixel
    assert ex.evaluate(corner) == pytest.approx(slid(X.value, K.value, 1, 1)[0, 0, 0])
    assert " 0 " not in ex.symbols(corner)


def test_the_gradient_of_a_gradient_is_the_convolution_again() -> None:
    """Linear in its input: going back twice is going forwards."""
    made = convolved(X, K)
    seed = source("seed", RNG.normal(size=made.value.shape), made.axes)
    back = backward(made, seed)[X]
    again = backward(back, source("again", X.value, X.axes))[seed]
    assert again.axes == made.axes
    assert_close(again.value, made.value)
    assert_close(own_arithmetic(again), made.value)


@pytest.mark.parametrize("corners", [True, False])
def test_bilinear_rows_are_mixtures_and_the_same_size_changes_nothing(corners: bool) -> None:
    old = numbered("row", 5)
    assert np.array_equal(resize_matrix(numbered("new", 5), old, corners=corners, name="B").value, np.eye(5))
    wide = resize_matrix(numbered("new", 11), old, corners=corners, name="B").value
    assert_close(wide.sum(axis=1), np.ones(11))
    assert_close(wide, wide[::-1, ::-1])
    first = wide @ np.arange(5.0)
    assert_close(first[1], 0.4 if corners else 1.5 * 5 / 11 - 0.5)


@pytest.mark.parametrize(("size", "given"), [(9, {}), (2, {"before": 2}), (0, {}), (2, {"stride": 0})])
def test_windows_that_do_not_fit_are_refused(size: int, given: dict[str, int]) -> None:
    with pytest.raises(InputError, match='axis "row"'):
        window(X, "row", size, **given)


def test_places_beyond_the_image_are_refused() -> None:
    with pytest.raises(InputError, match="beyond the edge"):
        sampling_matrix(T, pixel_coordinates(numbered("row", 3), name="j"))


def test_a_long_sum_over_several_axes_is_shortened_as_one() -> None:
    middle = ex.shortened(grounded(convolved(X, K, name="output", symbol="O"), (0, 2, 3)))
    assert ex.symbols(middle).count("K") == 4  # of eighteen terms the four largest
