"""Every line is true as printed: its text, read by a reader that knows nothing of expressions, gives its result."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from attention_core import CURRICULUM
from attention_core.engine import expression as ex
from attention_core.engine.axes import numbered
from attention_core.engine.ops import contract, divide_by, scale, subtract, sum_over
from attention_core.engine.step import Step, source
from tests.core.helpers import grounded
from tests.sampling import by_turns, some
from tools.printed import Printed, Run, UnreadableError, last_digit, latex_of, read, runs

EVERY = by_turns([runs(mechanism) for mechanism in CURRICULUM], "printed")
ALL = some(EVERY, EVERY[::2])
APPROXIMATE = 0.08  # at most, of the lines of a run, or two of them: terms that all but cancel; of all lines about 1 %


@pytest.mark.parametrize("run", ALL, ids=map(str, ALL))
def test_every_line_gives_what_it_says(run: Run) -> None:
    for side, account in run.accounts().items():
        assert account.lines or side == "browser"
        assert not account.false, f"{side}: {account.false[0]}"
        allowed = max(2, APPROXIMATE * len(account.lines))
        assert len(account.approximate) <= allowed, f"{side}: {account.approximate[0]}"


# --- the reader itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        (r"1 \cdot (-2) + 3", 1),
        (r"-2 - 3 \cdot 4", -14),
        (r"\frac{1 + 2}{\sqrt{9}} - 0.5", 0.5),
        (r"2 \cdot 1.5\cdot 10^{-3}", 0.003),
        (r"(-0.5)^2 + 3^2", 9.25),
        (r"\max(0, 1 - \lvert 2 - 5 \rvert)", 0),
        (r"[\operatorname{argmax}(1, 3, 2) = 2] + [2 - 1 > 0]", 2),
        (r"[3 \in \max_{2}(1, 3, 2)]", 1),
        (r"0 \cdot \ln(0) + \lfloor 2.5 \rfloor", 2),
        (r"\frac{e^{1000}}{e^{1000} + e^{-\infty}}", 1),
        (r"(1 + 2 + 3) / \sqrt{4}", 3),
        (r"1 - \underset{\text{12 more}}{2\cdot 10^{-1}} + 3", 3.8),
    ],
)
def test_lines_are_read(latex: str, value: float) -> None:
    assert float(read(latex)) == pytest.approx(value)


@pytest.mark.parametrize(
    "latex",
    [
        "",
        "1 +",
        "2 3",
        r"1 \cdot -2",
        r"\cdots + 1",
        r"\underset{2}{3}",
        r"\underset{\text{2",
        r"\frac{1}",
        "(1",
        "x",
        "2 + -1",
    ],
)
def test_what_is_no_line_is_not_read(latex: str) -> None:
    with pytest.raises(UnreadableError):
        read(latex)


def test_a_line_of_the_browser_is_read() -> None:
    root = "<msqrt><mrow><mn>9</mn></mrow></msqrt>"
    html = f'<span class="term"><math><mrow><mo>(</mo><mn>1</mn></mrow></math></span> <span class="term"><i>−</i>{root}'
    html += "<mo>)</mo><mo>·</mo><msup><mn>10</mn><mn>-1</mn></msup></span>"
    assert float(read(latex_of(html))) == pytest.approx(-0.2)
    bars = "<mn>2</mn><mo>·</mo><mo>|</mo><mn>1</mn><mo>−</mo><mn>4</mn><mo>|</mo>"
    assert read(latex_of(bars)) == 6
    rest = "<mn>2</mn><mo>+</mo><munder><mrow><mn>0.5</mn></mrow><mtext>8 more</mtext></munder>"
    assert float(read(latex_of(rest))) == 2.5


@pytest.mark.parametrize(
    ("numbers", "result", "true"),
    [
        (r"4 \cdot 0.58", "2.31", False),
        (r"\frac{4}{\sqrt{3}}", "2.31", True),
        (r"1.2\cdot 10^{-3}", r"1.3\cdot 10^{-3}", False),
        ("0.125", "0.13", True),
        ("3.99", "4", False),
        (r"e^{-\infty}", "0", True),
        (r"-\infty", r"-\infty", True),
    ],
)
def test_a_line_is_judged_to_its_last_digit(numbers: str, result: str, true: bool) -> None:
    assert Printed("", numbers, True, result).is_true == true


def test_the_last_digit_counts() -> None:
    assert [last_digit(each) for each in ("2.31", "4", r"1.2\cdot 10^{-3}")] == [
        Decimal("0.01"),
        Decimal("0.01"),
        Decimal("0.0001"),
    ]


# --- how lines get their digits --------------------------------------------------------------------------------------


def scalar(name: str, value: float) -> Step:
    return source(name, value, ())


def line_of_shortened(step: Step) -> str:
    return str(ex.line(ex.shortened(grounded(step, ())), float(step.value)))


def line_of(step: Step) -> str:
    return str(ex.line(grounded(step, ()), float(step.value)))


def test_a_root_stays_a_root() -> None:
    scores = scalar("S", 4.0)
    scaled = divide_by(scores, ex.root(ex.constant(3, "d_k")), name="scaled scores")
    assert line_of(scaled) == r"\frac{4}{\sqrt{3}} = 2.31"
    assert scaled.arithmetic().symbols == r"\frac{S}{\sqrt{d_k}}"
    assert scaled.primitive is not None
    assert scaled.primitive.sign == "÷ √3"


def test_operands_get_more_digits_only_where_the_result_needs_them() -> None:
    assert line_of(contract(scalar("a", 2.125), scalar("b", 3.0), name="product")) == r"2.125 \cdot 3 = 6.38"
    assert line_of(contract(scalar("a", 1 / 3), scalar("b", 3.0), name="product")) == r"0.333 \cdot 3 = 1"
    assert line_of(contract(scalar("a", 1 / 3), scalar("b", 0.5), name="product")) == r"0.33 \cdot 0.50 = 0.17"


def test_where_no_digits_suffice_the_line_says_so() -> None:
    assert line_of(contract(scalar("a", 1 / 3), scalar("b", 30000.0), name="product")) == (
        r"0.33333 \cdot 30000 \approx 10000"
    )
    noise = subtract(scalar("a", 0.1 + 0.2), scalar("b", 0.3), name="difference")
    assert line_of(noise) == r"0.30 - 0.30 \approx 5.6\cdot 10^{-17}"


def test_terms_left_out_are_added_up_to_one_number() -> None:
    x = source("x", np.arange(1.0, 13.0), (numbered("feature", 12),))
    total = sum_over(x, "feature", name="sum")
    assert line_of(total).endswith("+ 12 = 78")
    assert (
        str(ex.line(ex.shortened(grounded(total, ())), 78.0)) == r"9 + 10 + 11 + 12 + \underset{\text{8 more}}{36} = 78"
    )
    taken = sum_over(scale(x, ex.constant(-1 / 3)), "feature", name="taken")
    assert line_of_shortened(taken).endswith(r"- \underset{\text{8 more}}{12} = -26")


@pytest.mark.parametrize(("sign", "op"), [(1, "max"), (-1, "min")])
def test_of_a_long_list_the_nearest_are_kept(sign: int, op: str) -> None:
    listed = ex.Expression(op, tuple(ex.constant(sign * n) for n in range(12)))
    near = ", ".join(ex.number(sign * n) for n in (8, 9, 10, 11))
    rest = f"{'-' if sign < 0 else ''}" + r"\underset{\text{8 more}}{7}"
    assert ex.numbers(ex.shortened(listed)) == rf"\{op}({near}, {rest})"
