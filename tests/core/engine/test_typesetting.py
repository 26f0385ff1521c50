"""The text of an arithmetic, letter by letter: what a learner reads is part of the lesson."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism
from attention_core.engine import expression as ex
from attention_core.engine.axes import numbered
from attention_core.engine.ops import contract, softmax, subtract
from attention_core.engine.step import source
from tests.core.helpers import Case, every_case, grounded

MECHANISMS: dict[str, Mechanism] = {mechanism.key: mechanism for mechanism in CURRICULUM}
SOFTMAX = r"\frac{e^{M_{22}}}{e^{M_{21}} + e^{M_{22}} + e^{M_{23}}}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.0, "4"),
        (-3.0, "-3"),
        (-0.0, "0"),
        (0.125, "0.13"),
        (-2.5, "-2.50"),
        (0.004, r"4.0\cdot 10^{-3}"),
        (123456.7, "123456.70"),
        (2e6, r"2.0\cdot 10^{6}"),
        (1.7976931348623157e308, r"1.8\cdot 10^{308}"),
        (0.996, "0.996"),
        (0.9999999, "0.9999999"),
        (1 + 2**-52, "1"),
        (-1e308, r"-1.0\cdot 10^{308}"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
        (math.nan, "?"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert ex.number(value) == text


@pytest.mark.parametrize(
    ("step", "cell", "symbols", "numbers"),
    [
        ("scores", (0, 1), r"Q_{11} \cdot K_{21} + Q_{12} \cdot K_{22} + Q_{13} \cdot K_{23}", None),
        ("scores", (0, 1), None, r"1 \cdot 4 + 0 \cdot 4 + 2 \cdot 0"),
        ("queries", (1, 0), r"X_{21} \cdot (W_q)_{11} + X_{22} \cdot (W_q)_{21} + X_{23} \cdot (W_q)_{31}", None),
        ("queries", (1, 0), None, r"0 \cdot 1 + 2 \cdot 1 + 0 \cdot 0 + 2 \cdot 0"),
        ("attention weights", (1, 1), SOFTMAX, r"\frac{e^{16}}{e^{4} + e^{16} + e^{-\infty}}"),
        ("masked scores", (1, 0), "S_{21}", "4"),
        ("masked scores", (1, 2), r"-\infty", r"-\infty"),
        ("output", (2, 1), "P_{312} + P_{322} + P_{332}", None),
        ("X", (1, 3), "X_{24}", "2"),
    ],
)
def test_causal_worked_example_reads(step: str, cell: tuple[int, ...], symbols: str, numbers: str) -> None:
    found = MECHANISMS["illustrated-self-attention"].trace(masked=True)[step].arithmetic(*cell)
    assert symbols is None or found.symbols.startswith(symbols)
    assert numbers is None or found.numbers == numbers


def test_negative_factors_and_tanh_are_bracketed() -> None:
    trace = MECHANISMS["additive-attention"].trace({"U_add": [[1, 0], [0, 1], [-2, 3]], "Q": [[1, -1]]})
    assert trace["projected queries"].arithmetic(0, 2).numbers == r"1 \cdot (-2) + (-1) \cdot 3"
    assert trace["hidden units"].arithmetic(0, 1, 2).symbols == r"\tanh(Z_{123})"


@every_case
def test_longer_subscripts_are_braced(case: Case) -> None:
    """LaTeX lowers one letter only: U_add would read as U with a small a, times d, times d."""
    for step in (*case.trace, *case.gradients):
        assert not re.search(r"_\w{2,}", step.symbol), step.symbol


def test_difference_is_written_with_a_minus() -> None:
    x, y = (source(name, [1.0, -2.0], (numbered("token", 2),)) for name in "xy")
    assert subtract(x, y).arithmetic(1).symbols == "x_{2} - y_{2}"
    assert subtract(x, subtract(x, y)).arithmetic(0).symbols == "x_{1} - (x_{1} - y_{1})"


def test_positions_past_nine_are_set_apart() -> None:
    x = source("x", np.ones((2, 12)), (numbered("query", 2), numbered("key", 12)))
    assert x.arithmetic(1, 10).symbols == "x_{2,11}"
    assert x.arithmetic(1, 8).symbols == "x_{29}"


def test_operands_are_lit_once_each_in_reading_order() -> None:
    x = source("x", [[2.0, 3.0]], (numbered("query", 1), numbered("feature", 2)))
    square = contract(x, x, over="feature", name="square", symbol="n")
    assert square.arithmetic(0).operands == ((x, (0, 0)), (x, (0, 1)))


def test_one_number_needs_no_index() -> None:
    x = source("x", [2.0, 3.0], (numbered("feature", 2),))
    square = contract(x, x, over="feature", name="square", symbol="n")
    assert square.arithmetic().result == 13
    assert contract(square, x, name="scaled", symbol="y").arithmetic(1).symbols == r"n \cdot x_{2}"


def long_softmax(scores: list[float]) -> ex.Expression:
    S = source("S", [scores], (numbered("query", 1), numbered("key", len(scores))))
    return ex.shortened(grounded(softmax(S, "key", name="weights", symbol="A"), (0, 1)))


def test_a_long_sum_keeps_its_largest_terms_in_their_order() -> None:
    fraction = long_softmax([-90, 4, -80, -70, 3, 2, -60, 1, -95, -99])
    assert (
        ex.numbers(fraction)
        == r"\frac{e^{4}}{e^{4} + e^{3} + e^{2} + e^{1} + \underset{\text{6 more}}{8.8\cdot 10^{-27}}}"
    )
    assert ex.symbols(fraction).endswith(r"e^{S_{18}} + \cdots}")
    assert "more" not in ex.numbers(long_softmax([4, 3, 2, 1, 0, 0, 0, 0]))


def test_exponentials_too_large_for_a_number_are_ordered_as_well() -> None:
    fraction = long_softmax([800, 1000, *[0] * 6, 900, 950])
    assert ex.numbers(fraction) == (
        r"\frac{e^{1000}}{e^{800} + e^{1000} + e^{900} + e^{950} + \underset{\text{6 more}}{6}}"
    )


def test_a_rest_too_large_for_a_number_stays_dots() -> None:
    fraction = long_softmax([800, 1000, *[799] * 6, 900, 950])
    assert ex.numbers(fraction).endswith(r"e^{950} + \cdots}")
    assert not ex.line(fraction, 1.0).equals


def test_of_a_long_difference_the_largest_sizes_are_kept() -> None:
    terms = [source("x", value, ()) for value in (0, 9, 0, -8, 1, 7, -6, 0, 0)]
    total = ex.sum_of(*(ex.cell(term, ()) for term in terms))
    assert ex.numbers(ex.shortened(ex.ground(total, {}))) == r"9 - 8 + 7 - 6 + \underset{\text{5 more}}{1}"
