"""What codes, rotations and ramps of positions promise, on random numbers of sizes that fit nowhere by accident."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import Step
from attention_core.blocks.positions import (
    LAYOUTS,
    alibi_bias,
    alibi_slopes,
    angles,
    frequencies,
    rotate,
    rotation_matrices,
    sinusoidal,
)
from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.engine.step import source
from tests.core.helpers import assert_close, own_arithmetic, seeded

TOKENS, FEATURES = 7, 2 * 5
BASES = (2.0, 100.0, 10000.0)


def random_step(name: str, *axes: tuple[str, int]) -> Step:
    value = seeded("positions", name).normal(size=[size for _, size in axes])
    return source(name, value, tuple(numbered(*axis) for axis in axes))


def repeated(name: str, axis: str) -> Step:
    """The same random row at every position."""
    row = random_step(name, ("feature", FEATURES))
    return source(name, np.tile(row.value, (TOKENS, 1)), (numbered(axis, TOKENS), row.axes[0]))


def assert_toeplitz(table: np.ndarray) -> None:
    """Every diagonal holds one number: only the distance counts."""
    assert_close(table[1:, 1:], table[:-1, :-1], 1e-11)


# --- codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", BASES)
def test_similarity_of_codes_depends_on_the_distance_only(base: float) -> None:
    codes = sinusoidal(numbered("token", TOKENS), numbered("feature", FEATURES), base).value
    assert_toeplitz(codes @ codes.T)
    assert_close((codes**2).sum(axis=1), [FEATURES / 2] * TOKENS)


def test_codes_are_sines_and_cosines_in_turn() -> None:
    codes = sinusoidal(numbered("token", TOKENS), numbered("feature", FEATURES), 100.0).value
    turns = np.arange(TOKENS)[:, None] * 100.0 ** (-np.arange(0, FEATURES, 2) / FEATURES)
    assert_close(codes[:, 0::2], np.sin(turns))
    assert_close(codes[:, 1::2], np.cos(turns))


@pytest.mark.parametrize("shift", [1, 4])
def test_a_shift_of_the_codes_is_a_rotation(shift: int) -> None:
    codes = sinusoidal(numbered("token", TOKENS), numbered("feature", FEATURES)).value.reshape(TOKENS, -1, 2)
    turns = frequencies(FEATURES, 10000.0)
    blocks = rotation_matrices(source("turned by", -shift * turns.value, turns.axes)).value
    assert_close(np.einsum("npa,pta->npt", codes, blocks)[:-shift], codes[shift:])


# --- rotation --------------------------------------------------------------------------------------------------------


def rotated(x: Step, layout: str, base: float = 10000.0) -> Step:
    return rotate(x, angles(numbered("token", TOKENS), FEATURES, base), layout)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("base", BASES)
def test_scores_of_rotated_vectors_depend_on_the_distance_only(layout: str, base: float) -> None:
    Q, K = (rotated(repeated(*each), layout, base) for each in (("Q", "query"), ("K", "key")))
    assert_toeplitz(Q.value @ K.value.T)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rotation_keeps_every_length_and_leaves_the_first_position_alone(layout: str) -> None:
    x = random_step("x", ("head", 3), ("query", TOKENS), ("feature", FEATURES))
    turned = rotated(x, layout)
    assert turned.axes == x.axes
    assert_close((turned.value**2).sum(axis=-1), (x.value**2).sum(axis=-1))
    assert_close(turned.value[:, 0], x.value[:, 0])
    assert_close(own_arithmetic(turned), turned.value)


def test_layouts_are_one_rotation_of_features_in_another_order() -> None:
    x = random_step("x", ("query", TOKENS), ("feature", FEATURES))
    order = np.arange(FEATURES).reshape(2, -1).T.ravel()  # neighbours from halves: 1, 6, 2, 7, ...
    neighbours = source("x", x.value[:, order], x.axes)
    assert_close(rotated(x, "half-split").value[:, order], rotated(neighbours, "interleaved").value)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_odd_width_is_refused_by_its_number(layout: str) -> None:
    x = random_step("x", ("query", TOKENS), ("feature", 5))
    with pytest.raises(InputError, match="width of 5 is odd"):
        rotate(x, angles(numbered("token", TOKENS), 4), layout)
    with pytest.raises(InputError, match="width of 5 is odd"):
        sinusoidal(numbered("token", TOKENS), numbered("feature", 5))


# --- ramps -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heads", [1, 2, 3, 5, 8, 13])
def test_slopes_fall_within_each_power_of_two(heads: int) -> None:
    slopes = alibi_slopes(numbered("head", heads)).value
    power = 2 ** int(np.log2(heads))
    assert slopes.shape == (heads,)
    assert ((slopes > 0) & (slopes < 1)).all()
    assert (np.diff(slopes[:power]) < 0).all()
    assert (np.diff(slopes[power:]) < 0).all()
    assert len(set(slopes)) == heads


def test_bias_is_the_slope_times_the_distance_and_minus_infinity_where_hidden() -> None:
    queries, keys = numbered("query", TOKENS), numbered("key", TOKENS)
    slopes = alibi_slopes(numbered("head", 3))
    visible = source("visible", np.tri(TOKENS), (queries, keys))
    bias = alibi_bias(queries, keys, slopes, visible)
    assert [axis.name for axis in bias.axes] == ["head", "query", "key"]
    for head, query, key in np.ndindex(bias.value.shape):
        wanted = -slopes.value[head] * (query - key) if key <= query else -np.inf
        assert bias.value[head, query, key] == wanted
    assert np.isfinite(alibi_bias(queries, keys, slopes).value).all()


def test_rates_and_slopes_say_what_they_stand_for() -> None:
    rates = frequencies(4, 10000.0).arithmetic(1)
    assert f"{rates.symbols} = {rates.numbers} {rates.end}" == (
        r"10000^{\frac{-2 \cdot 1}{d}} = 10000^{\frac{-2 \cdot 1}{4}} = 0.01"
    )
    slopes = alibi_slopes(numbered("head", 6))
    first, last = slopes.arithmetic(0), slopes.arithmetic(5)
    assert (first.numbers, last.numbers) == (r"2^{\frac{-8 \cdot 1}{4}}", r"2^{\frac{-8 \cdot 3}{8}}")
