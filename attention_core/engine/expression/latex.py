"""The arithmetic of a cell as LaTeX, in symbols and in numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from attention_core.engine.expression.evaluate import evaluate, magnitude
from attention_core.engine.expression.printed import (
    FEWEST,
    MOST,
    Printed,
    constant_printed,
    decimals_needed,
    latex,
    number,
    printed,
)
from attention_core.engine.expression.tree import Expression, Operand, fold
from attention_core.engine.functions import FUNCTIONS, Function

_DOTS = r"\cdots"


def subscripted(step: Operand, index: tuple[int, ...]) -> str:
    """How a cell is named: "s_{12}", and "s_{1,12}" where a position has two digits."""
    if not index:
        return step.symbol
    mark = "," if max(index) >= 9 else ""
    positions = mark.join(str(i + 1) for i in index)
    symbol = f"({step.symbol})" if "_" in step.symbol else step.symbol
    return f"{symbol}_{{{positions}}}"


class _MinusOne(str):
    """The constant -1: what it multiplies gets a minus in front of it."""


def _constant(text: Printed) -> str:
    return _MinusOne("-1") if text == Printed(True, "1") else latex(text)


def _joined(parts: tuple[str, ...]) -> str:
    """A sum: in place of "+ -" stands "-"."""
    first, *rest = parts
    signed = (f"- {part[1:]}" if part.startswith("-") else f"+ {part}" for part in rest)
    return " ".join((first, *signed))


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("-") or " + " in text or " - " in text else text


def _base(text: str) -> str:
    """What a power is taken of: anything but a plain symbol or number in brackets."""
    return f"({text})" if text.startswith("-") or " " in text or "^" in text else text


def _times(*parts: str) -> str:
    if len(parts) == 1:
        return parts[0]
    *factors, last = parts
    if isinstance(last, _MinusOne):
        return "-" + _factor(_times(*factors))
    return r" \cdot ".join(map(_factor, parts))


def _chosen(k: int, position: int, parts: tuple[str, ...]) -> str:
    """Whether a part is the largest, or among the k largest: the square brackets are 1 where it is and 0 where not."""
    listed = ", ".join(parts)
    if k == 1:
        return rf"[\operatorname{{argmax}}({listed}) = {position + 1}]"
    return rf"[{parts[position]} \in \max_{{{k}}}({listed})]"


def _written(function: Function) -> Callable[[str], str]:
    return lambda part: function.latex.format(x=part, factor=_factor(part), base=_base(part))


_TEXT: dict[str, Callable[..., str]] = {
    "sum": lambda *parts: _joined(parts),
    "product": _times,
    "quotient": r"\frac{{{}}}{{{}}}".format,
    "power": lambda base, exponent: f"{_base(base)}^{{{exponent}}}",
    **{name: _written(function) for name, function in FUNCTIONS.items()},
    "max": lambda *parts: rf"\max({', '.join(parts)})",
    "min": lambda *parts: rf"\min({', '.join(parts)})",
    "edge": lambda: "0",
    "top": lambda k, position, *parts: _chosen(k, position, parts),
    "given": lambda condition, chosen: chosen,
    "rest": lambda value, count: _DOTS,
}


def symbols(grounded: Expression) -> str:
    """The LaTeX of a grounded expression with every operand cell as a symbol with subscripts."""

    def constant(value: float, symbol: str = "") -> str:
        return symbol or _constant(constant_printed(value))

    return str(fold(grounded, _TEXT | {"cell": subscripted, "constant": constant}))


def numbers(grounded: Expression, decimals: int = FEWEST) -> str:
    """The LaTeX of a grounded expression with every operand cell as its number, printed with so many decimals."""

    def constant(value: float, symbol: str = "") -> str:
        return _constant(constant_printed(value, decimals))

    leaves = {
        "cell": lambda step, index: number(float(step.value[index]), decimals),
        "constant": constant,
        "rest": lambda value, count: _counted(printed(value, decimals), count),
    }
    return str(fold(grounded, _TEXT | leaves))


def _counted(rest: Printed, count: int) -> str:
    """What the parts left out come to, and how many they are. What is too large for a number stays dots."""
    if math.isnan(rest.value) or rest.value == math.inf:
        return _DOTS
    sign = "-" if rest.negative else ""
    return rf"{sign}\underset{{\text{{{count} more}}}}{{{latex(replace(rest, negative=False))}}}"


@dataclass(frozen=True)
class Line:
    """The arithmetic of a cell in numbers, and its result. equals: whether the numbers, as printed, give the result."""

    numbers: str
    equals: bool
    result: str

    @property
    def end(self) -> str:
        """What follows the numbers: "= 2.31"."""
        return f"= {self.result}" if self.equals else rf"\approx {self.result}"

    def __str__(self) -> str:
        return f"{self.numbers} {self.end}"


def line(grounded: Expression, value: float) -> Line:
    """The line of a cell with this value: as many decimals as its result needs; near it, where terms are left out."""
    needed = decimals_needed(grounded, value)
    text = numbers(grounded, needed or MOST)
    return Line(text, needed is not None and _DOTS not in text, number(value))


def shortened(grounded: Expression, most: int = 8, kept: int = 4) -> Expression:
    """The same arithmetic with the same value, to be read: of long sums the largest terms, and what the others come to.

    Terms keep their order, and the rest of them stands behind. Of the numbers of a long max or min, those near it.
    """
    given = tuple(_terms(grounded)) if grounded.op == "sum" else grounded.args
    weight = _WEIGHT.get(grounded.op)
    if weight is None or len(given) <= most:
        return Expression(grounded.op, tuple(_short(part, most, kept) for part in given))
    heavy = _largest([weight(part) for part in given], kept)
    left = tuple(part for place, part in enumerate(given) if place not in heavy)
    rest = Expression("rest", (evaluate(Expression(grounded.op, left)), len(left)))
    return Expression(grounded.op, (*(_short(given[place], most, kept) for place in heavy), rest))


_WEIGHT: dict[str, Callable[[Expression], float]] = {
    "sum": magnitude,
    "max": evaluate,
    "min": lambda part: -evaluate(part),
}


def _largest(sizes: list[float], count: int) -> list[int]:
    """Where the largest numbers stand, in ascending order; of equal numbers the first counts as larger."""
    by_size = sorted(range(len(sizes)), key=lambda n: -sizes[n])
    return sorted(by_size[:count])


def _short(part: Any, most: int, kept: int) -> Any:
    return shortened(part, most, kept) if isinstance(part, Expression) else part


def _terms(total: Expression) -> Iterator[Expression]:
    """The terms of a sum, those of sums inside it among them."""
    for part in total.args:
        yield from _terms(part) if part.op == "sum" else (part,)
