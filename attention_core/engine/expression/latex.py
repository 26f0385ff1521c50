"""The arithmetic of a cell as LaTeX, in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
)
from attention_core.engine.expression.tree import Expression, Operand, fold
from attention_core.engine.functions import FUNCTIONS, Function

_DOTS = Expression("ellipsis", ())


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
    "ellipsis": lambda: r"\cdots",
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

    leaves = {"cell": lambda step, index: number(float(step.value[index]), decimals), "constant": constant}
    return str(fold(grounded, _TEXT | leaves))


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
    needed = None if _leaves_out(grounded) else decimals_needed(grounded, value)
    decimals = needed or (FEWEST if _leaves_out(grounded) else MOST)
    return Line(numbers(grounded, decimals), needed is not None, number(value))


def _leaves_out(grounded: Expression) -> bool:
    return grounded == _DOTS or any(_leaves_out(part) for part in grounded.args if isinstance(part, Expression))


def shortened(grounded: Expression, most: int = 8, kept: int = 4) -> Expression:
    """The same arithmetic to be read, not computed: of long sums the largest terms, so that what is left out is less.

    Terms keep their order, and dots stand wherever some are left out. Of the numbers of a long max, the largest.
    """
    given = tuple(_terms(grounded)) if grounded.op == "sum" else grounded.args
    if grounded.op not in ("sum", "max") or len(given) <= most:
        return Expression(grounded.op, tuple(_short(part, most, kept) for part in given))
    size = magnitude if grounded.op == "sum" else evaluate
    chosen = _largest([size(part) for part in given], kept)
    parts = {place: _short(given[place], most, kept) for place in chosen}
    return Expression(grounded.op, tuple(_with_dots(parts, len(given))))


def _largest(sizes: list[float], count: int) -> list[int]:
    """Where the largest numbers stand, in ascending order; of equal numbers the first counts as larger."""
    by_size = sorted(range(len(sizes)), key=lambda n: -sizes[n])
    return sorted(by_size[:count])


def _with_dots(parts: Mapping[int, Any], count: int) -> Iterator[Any]:
    """The parts by their places among `count`, in ascending order, and dots for every stretch that is left out."""
    next_place = 0
    for place, part in parts.items():
        if place > next_place:
            yield _DOTS
        yield part
        next_place = place + 1
    if next_place < count:
        yield _DOTS


def _short(part: Any, most: int, kept: int) -> Any:
    return shortened(part, most, kept) if isinstance(part, Expression) else part


def _terms(total: Expression) -> Iterator[Expression]:
    """The terms of a sum, those of sums inside it among them."""
    for part in total.args:
        yield from _terms(part) if part.op == "sum" else (part,)
