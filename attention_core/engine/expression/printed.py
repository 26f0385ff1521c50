"""Numbers as they are printed, and how many digits a line of arithmetic needs so that it comes out as it says.

0 and 1 are printed of 0 and 1 alone: where two decimals would say so of another number, it gets more of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from attention_core.engine.expression.evaluate import VALUE, Scaled, collapsed, size
from attention_core.engine.expression.tree import Expression, constant, fold

FEWEST, MOST = 2, 5  # decimals of the numbers in a line
_EXACT = 15  # digits of a float that are the learner's and not the machine's
_NOISE = math.log(1e-14)  # of the largest term: what is left of terms that cancel, and no digit of theirs
_WHOLE = Decimal(1_000_000)  # from here on in powers of ten
_TINY = Decimal("0.005")  # below in powers of ten: two decimals would be 0.00


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it stands in a line: sign, digits, and the power of ten behind them, where there is one."""

    negative: bool
    digits: str
    power: int | None = None

    def __str__(self) -> str:
        power = "" if self.power is None else f"e{self.power}"
        return f"{'-' if self.negative else ''}{self.digits}{power}".replace("-", "\u2212")

    @property
    def value(self) -> float:
        """The number that is read there."""
        if not self.digits[0].isdigit():
            return math.nan if self.digits == "?" else -math.inf if self.negative else math.inf
        size = float(f"{self.digits}e{self.power or 0}")
        return -size if self.negative else size

    @property
    def unit(self) -> float:
        """What the last digit counts; a whole number says as much as two decimals."""
        decimals = max(FEWEST, _decimals(self.digits)) if self.power is None else _decimals(self.digits)
        return float(f"1e{(self.power or 0) - decimals}")


def printed(value: float, decimals: int = FEWEST) -> Printed:
    """Whole numbers as such, others with so many decimals, tiny and large ones with one digit fewer and a power of ten.

    Never more decimals than the number has, nor fewer than two.
    """
    negative = value < 0
    if not math.isfinite(value):
        return Printed(negative, "?" if math.isnan(value) else "\u221e")
    shown = _shown(value)
    if shown == shown.to_integral_value() and shown < _WHOLE:
        return Printed(negative and shown != 0, str(int(shown)))
    if not _TINY <= shown < _WHOLE:
        return _with_power(negative, shown, decimals - 1)
    return Printed(negative, _told_from_one(shown, min(decimals, max(FEWEST, _decimals(str(shown))))))


def _shown(value: float) -> Decimal:
    """The size without the digit that is the machine's; of the largest numbers there is no shorter one above."""
    shown = Decimal(f"{abs(value):.{_EXACT}g}")
    return shown if math.isfinite(float(shown)) else Decimal(abs(value))


def _with_power(negative: bool, shown: Decimal, decimals: int) -> Printed:
    """A mantissa of so many decimals, but no more than it has, and its power of ten."""
    exact = len(shown.normalize().as_tuple().digits) - 1
    mantissa, power = f"{float(shown):.{max(1, min(decimals, exact))}e}".split("e")
    return Printed(negative, mantissa, int(power))


def _told_from_one(shown: Decimal, decimals: int) -> str:
    """The decimals of a number that is no whole one: more of them as long as they would say 1."""
    text = str(Decimal(float(shown)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    return _told_from_one(shown, decimals + 1) if float(text) == 1 else text


def _decimals(digits: str) -> int:
    return len(digits.partition(".")[2])


def number(value: float, decimals: int = FEWEST) -> str:
    """The LaTeX of a number with so many decimals."""
    return latex(printed(value, decimals))


def latex(text: Printed) -> str:
    """A printed number in LaTeX."""
    digits = text.digits.replace("\u221e", r"\infty")
    power = "" if text.power is None else rf"\cdot 10^{{{text.power}}}"
    return f"{'-' if text.negative else ''}{digits}{power}"


def plain(value: float, decimals: int = FEWEST) -> str:
    """The same as plain text, for a table: 1.2e\u22123 in place of a raised power."""
    return str(printed(value, decimals))


def constant_printed(value: float, decimals: int = FEWEST) -> Printed:
    """A constant of a formula: with all its decimals where they are few, as 0.5, else as any number."""
    exact = f"{abs(value):.{_EXACT}g}"
    if "e" in exact or "." not in exact or _decimals(exact) > MOST or Decimal(exact) < _TINY:
        return printed(value, decimals)
    return Printed(value < 0, exact)


def _grouped(text: str) -> str:
    return f"({text})" if set("·/") & set(text) else text


_SHORT: dict[str, Callable[..., str]] = {
    "constant": lambda value, symbol="": str(constant_printed(value)),
    "sqrt": lambda x: f"√{_grouped(x)}",
    "square": lambda x: f"{_grouped(x)}²",
    "product": lambda *parts: "·".join(map(_grouped, parts)),
    "quotient": lambda x, y: f"{_grouped(x)}/{_grouped(y)}",
}


def applied(factor: Expression) -> str:
    """What a factor of constants does, as a sign between operands: "÷ √3", "× 0.5"."""
    if factor.op == "quotient" and factor.args[0] == constant(1):
        return f"÷ {_grouped(fold(factor.args[1], _SHORT))}"
    return f"× {fold(factor, _SHORT)}"


# --- a line that is true as it is printed ----------------------------------------------------------------------------


def evaluate_printed(grounded: Expression, decimals: int) -> float:
    """What comes out where every number of the arithmetic is taken as it is printed with so many decimals.

    Raises ZeroDivisionError or ValueError where the printed numbers have no result.
    """

    def read(value: float) -> Scaled:
        return printed(value, decimals).value, 0.0

    def read_constant(value: float, symbol: str = "") -> Scaled:
        return constant_printed(value, decimals).value, 0.0

    leaves = {
        "cell": lambda step, index: read(float(step.value[index])),
        "constant": read_constant,
        "rest": lambda value, count: read(value),
    }
    return collapsed(fold(grounded, VALUE | leaves | {"sum": _sum_on_paper}))


def _sum_on_paper(*terms: Scaled) -> Scaled:
    """A sum as on paper, where terms that cancel leave nothing."""
    mantissa, shift = VALUE["sum"](*terms)
    largest = max(map(size, terms), default=-math.inf)
    return (0.0, 0.0) if size((mantissa, shift)) < largest + _NOISE else (mantissa, shift)


def is_said_by(result: float, value: float) -> bool:
    """Whether a result, rounded to the last digit printed of the value, is the value as it is printed."""
    wanted = printed(value)
    if not math.isfinite(wanted.value) or not math.isfinite(result):
        return result == wanted.value
    return abs(result - wanted.value) <= wanted.unit * (0.5 + 1e-9) + 1e-15 * abs(wanted.value)


def decimals_needed(grounded: Expression, value: float) -> int | None:
    """With how few decimals the arithmetic of a cell, as it is printed, gives the value as it is printed.

    None where not even the most do.
    """
    return next((each for each in range(FEWEST, MOST + 1) if _comes_out(grounded, value, each)), None)


def _comes_out(grounded: Expression, value: float, decimals: int) -> bool:
    try:
        return is_said_by(evaluate_printed(grounded, decimals), value)
    except (ArithmeticError, ValueError):
        return False  # a divisor so small that it is printed as 0, say
