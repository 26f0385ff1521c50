"""The arithmetic of one output cell, written once with axis names for indices.

An expression such as "sum over feature of Q[query, feature] * K[key, feature]" is a small tree. Grounded at a cell it
becomes plain arithmetic on operand cells, and four folds read that tree: its value, the cells it depends on, and its
text in symbols and in numbers. The browser reads the same tree (see `encode`), so nothing is said twice.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .step import Step

Spot = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Index:
    """A position along an operand's axis: offset + the sum of coefficient * (base // divisor % modulus).

    base is an axis name or another Index; modulus 0 means "no modulus". Plain axes, slices, windows, splitting one axis
    into two and merging two into one are all of this form.
    """

    terms: tuple[tuple[str | Index, int, int, int], ...] = ()
    offset: int = 0

    def at(self, spot: Spot) -> int:
        return self.offset + sum(_term(term, spot) for term in self.terms)

    def substitute(self, where: Mapping[str, Index]) -> Index:
        if len(self.terms) == 1 and self.offset == 0 and self.terms[0][1:] == (1, 1, 0):
            base = self.terms[0][0]
            return where.get(base, self) if isinstance(base, str) else base.substitute(where)
        return Index(tuple((_rebased(base, where), *rest) for base, *rest in self.terms), self.offset)  # type: ignore[misc]

    def axes(self) -> Iterator[str]:
        for base, *_ in self.terms:
            yield from (base,) if isinstance(base, str) else base.axes()

    def encode(self) -> list[Any]:
        return [self.offset, *([_encoded(base), *rest] for base, *rest in self.terms)]


def _term(term: tuple[str | Index, int, int, int], spot: Spot) -> int:
    base, coefficient, divisor, modulus = term
    position = (spot[base] if isinstance(base, str) else base.at(spot)) // divisor
    return coefficient * (position % modulus if modulus else position)


def _rebased(base: str | Index, where: Mapping[str, Index]) -> str | Index:
    return where.get(base, base) if isinstance(base, str) else base.substitute(where)


def _encoded(base: str | Index) -> Any:
    return base if isinstance(base, str) else base.encode()


def along(axis: str, coefficient: int = 1, divisor: int = 1, modulus: int = 0, offset: int = 0) -> Index:
    return Index(((axis, coefficient, divisor, modulus),), offset)


Where = Mapping[str, Index]


@dataclass(frozen=True, slots=True)
class Expression:
    """One operation on smaller expressions. `op` is a word of the table below; `args` are its parts.

    cell(step, indices) · constant(value) · sum(*parts) · product(*parts) · quotient(a, b) · exp(a) ·
    max(*parts) · min(*parts) · any name of FUNCTIONS(a) ·
    over(op, axis, size, body): op applied to body at every position of axis ·
    choose(condition, a, b): a where the condition's value is not 0, else b ·
    piece(index, starts, *parts): the part in whose stretch the index lies, one part starting at each of `starts` ·
    edge(): the zero beyond the edge of an array; in a sum it is not written, and nothing is multiplied by it ·
    top(k, index, list): 1 where the item at the index is among the k largest of an over("list", ...), else 0; the
    earlier of equal ones counts as larger.
    """

    op: str
    args: tuple[Any, ...]


def cell(step: Step, indices: tuple[Index, ...]) -> Expression:
    return Expression("cell", (step, indices))


def constant(value: float) -> Expression:
    return Expression("constant", (float(value),))


def sum_of(*parts: Expression) -> Expression:
    return parts[0] if len(parts) == 1 else Expression("sum", parts)


def product(*parts: Expression) -> Expression:
    return parts[0] if len(parts) == 1 else Expression("product", parts)


def over(op: str, axis: str, size: int, body: Expression) -> Expression:
    return Expression("over", (op, axis, size, body))


def piece(index: Index, starts: tuple[int, ...], parts: tuple[Expression, ...]) -> Expression:
    return Expression("piece", (index, starts, *parts))


EDGE = Expression("edge", ())


def top(k: int, index: Index, items: Expression) -> Expression:
    return Expression("top", (k, index, items))


def substitute(expression: Expression, where: Where) -> Expression:
    """The same arithmetic with other indices in place of axis names; bound axes are renamed where they would clash."""
    if expression.op == "cell":
        step, indices = expression.args
        return cell(step, tuple(index.substitute(where) for index in indices))
    if expression.op == "over":
        op, axis, size, body = expression.args
        inner = {name: index for name, index in where.items() if name != axis}
        fresh = axis
        while any(fresh in index.axes() for index in inner.values()):
            fresh += "'"
        return over(op, fresh, size, substitute(body, {**inner, axis: along(fresh)}))
    return Expression(expression.op, tuple(_substituted(part, where) for part in expression.args))


def _substituted(part: Any, where: Where) -> Any:
    return substitute(part, where) if isinstance(part, Expression) else _rebased_index(part, where)


def _rebased_index(part: Any, where: Where) -> Any:
    return part.substitute(where) if isinstance(part, Index) else part


def ground(expression: Expression, spot: Spot) -> Expression:
    """Plain arithmetic for one cell: every axis replaced by its position, every choice made."""
    if expression.op == "cell":
        step, indices = expression.args
        return Expression("cell", (step, tuple(index.at(spot) for index in indices)))
    if expression.op == "over":
        op, axis, size, body = expression.args
        return _written(op, tuple(ground(body, {**spot, axis: position}) for position in range(size)))
    if expression.op == "choose":
        condition, *branches = (ground(part, spot) for part in expression.args)
        return Expression("given", (condition, branches[0] if evaluate(condition) else branches[1]))
    if expression.op == "piece":
        index, starts, *pieces = expression.args
        return ground(pieces[bisect_right(starts, index.at(spot)) - 1], spot)
    if expression.op == "top":
        k, index, items = expression.args
        return Expression("top", (k, index.at(spot), *ground(items, spot).args))
    parts = (ground(part, spot) if isinstance(part, Expression) else part for part in expression.args)
    return _written(expression.op, tuple(parts))


def _written(op: str, parts: tuple[Any, ...]) -> Expression:
    """One operation on grounded parts, without what lies beyond an edge: it adds nothing and makes nothing."""
    if op == "product" and EDGE in parts:
        return EDGE
    kept = tuple(part for part in parts if part != EDGE) if op == "sum" else parts
    return Expression(op, kept) if kept or not parts else EDGE


def fold(expression: Expression, rules: Mapping[str, Callable[..., Any]]) -> Any:
    """Read a grounded expression bottom-up with one function per operation."""
    parts = (fold(part, rules) if isinstance(part, Expression) else part for part in expression.args)
    return rules[expression.op](*parts)


# --- value: numbers are carried as (m, s), meaning m * e^s, so that exponentials of large scores stay finite ---------

Scaled = tuple[float, float]


def _collapsed(number: Scaled) -> float:
    mantissa, shift = number
    try:
        return mantissa if shift == 0 or mantissa == 0 else mantissa * math.exp(shift)
    except OverflowError:
        return math.copysign(math.inf, mantissa)


def _exponential(number: Scaled) -> Scaled:
    value = _collapsed(number)
    return (0.0, 0.0) if value == -math.inf else (1.0, value)


def _sum(*numbers: Scaled) -> Scaled:
    top = max((shift for mantissa, shift in numbers if mantissa), default=0.0)
    return sum(m * math.exp(s - top) if m else 0.0 for m, s in numbers), top


def _product(*numbers: Scaled) -> Scaled:
    return math.prod(mantissa for mantissa, _ in numbers), sum(shift for _, shift in numbers)


def _logarithm(number: Scaled) -> Scaled:
    mantissa, shift = number
    return math.log(mantissa) + shift, 0.0


def _largest(*numbers: Scaled) -> Scaled:
    return max(numbers, key=_collapsed)


def _smallest(*numbers: Scaled) -> Scaled:
    return min(numbers, key=_collapsed)


def _top(k: int, position: int, *numbers: Scaled) -> Scaled:
    values = [_collapsed(number) for number in numbers]
    ahead = sum(
        value > values[position] or (value == values[position] and n < position) for n, value in enumerate(values)
    )
    return float(ahead < k), 0.0


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


# Functions of one number: how to compute them and how LaTeX writes them. assets/stage/model has the same.
FUNCTIONS: dict[str, tuple[Callable[[float], float], str]] = {
    "tanh": (math.tanh, r"\tanh({})"),
    "sigmoid": (_sigmoid, r"\sigma({})"),
    "relu": (lambda x: max(x, 0.0), r"\max(0, {})"),
    "log": (math.log, r"\ln({})"),
    "xlogx": (lambda x: x * math.log(x) if x else 0.0, r"{0} \cdot \ln({0})"),
    "sin": (math.sin, r"\sin({})"),
    "cos": (math.cos, r"\cos({})"),
    "sqrt": (math.sqrt, r"\sqrt{{{}}}"),
    "root": (math.sqrt, r"\sqrt{{{}}}"),
    "square": (lambda x: x * x, "{}^2"),
    "abs": (abs, r"\lvert {} \rvert"),
    "positive": (lambda x: float(x > 0), r"[{} > 0]"),
    "held": (lambda x: x, r"\operatorname{{held}}({})"),
    "cut": (lambda x: 0.0, r"\operatorname{{cut}}({})"),
    "floor": (lambda x: float(math.floor(x)), r"\lfloor {} \rfloor"),
}


def _function(compute: Callable[[float], float]) -> Callable[[Scaled], Scaled]:
    return lambda number: (compute(_collapsed(number)), 0.0)


_VALUE: dict[str, Callable[..., Scaled]] = {
    "cell": lambda step, index: (float(step.value[index]), 0.0),
    "constant": lambda value: (value, 0.0),
    "sum": _sum,
    "product": _product,
    "quotient": lambda a, b: (a[0] / b[0], a[1] - b[1]),
    "exp": _exponential,
    "given": lambda condition, chosen: chosen,
    **{name: _function(compute) for name, (compute, _) in FUNCTIONS.items()},
    "log": _logarithm,
    "max": _largest,
    "min": _smallest,
    "edge": lambda: (0.0, 0.0),
    "top": _top,
}


def evaluate(grounded: Expression) -> float:
    return _collapsed(fold(grounded, _VALUE))


# --- highlight: the operand cells that can change the result -------------------------------------------------------

Leaf = tuple["Step", tuple[int, ...]]


def leaves(grounded: Expression) -> tuple[Leaf, ...]:
    """Every operand cell of the arithmetic, once each, in reading order."""
    found: dict[Leaf, None] = {}

    def read(expression: Expression) -> None:
        if expression.op == "cell":
            found.setdefault((expression.args[0], expression.args[1]))
        for part in expression.args:
            if isinstance(part, Expression):
                read(part)

    read(grounded)
    return tuple(found)


# --- text: LaTeX in symbols and in numbers ---------------------------------------------------------------------------


_HUNDREDTH = Decimal("0.01")


def number(value: float) -> str:
    """Integers print as integers; everything else with two decimals, or in powers of ten where those would mislead."""
    if not math.isfinite(value):
        return r"-\infty" if value < 0 else r"\infty" if value > 0 else "?"
    if value == round(value) and abs(value) < 1e6:
        return str(int(value))
    if 0.005 <= abs(value) < 1e6:
        return str(Decimal(value).quantize(_HUNDREDTH, ROUND_HALF_UP))
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}"


def subscripted(step: Step, index: tuple[int, ...]) -> str:
    """How a cell is named: "s_{12}", and "s_{1,12}" where a position has two digits."""
    positions = ("," if any(i >= 9 for i in index) else "").join(str(i + 1) for i in index)
    symbol = f"({step.symbol})" if "_" in step.symbol else step.symbol
    return f"{symbol}_{{{positions}}}" if index else step.symbol


def _joined(parts: tuple[str, ...]) -> str:
    first, *rest = parts
    return first + "".join(f" - {part[1:]}" if part.startswith("-") else f" + {part}" for part in rest)


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("-") or " + " in text or " - " in text else text


def _base(text: str) -> str:
    """What a power is taken of: anything but a plain symbol or number in brackets."""
    return f"({text})" if text.startswith("-") or " " in text or "^" in text else text


def _times(*parts: str) -> str:
    *factors, last = parts
    if last == "-1" and factors:
        return "-" + _factor(_times(*factors))
    return parts[0] if len(parts) == 1 else r" \cdot ".join(map(_factor, parts))


def _chosen(k: int, position: int, parts: tuple[str, ...]) -> str:
    """Whether a part is the largest, or among the k largest: the square brackets are 1 where it is and 0 where not."""
    listed = ", ".join(parts)
    if k == 1:
        return rf"[\operatorname{{argmax}}({listed}) = {position + 1}]"
    return rf"[{parts[position]} \in \max_{{{k}}}({listed})]"


_TEXT: dict[str, Callable[..., str]] = {
    "constant": number,
    "sum": lambda *parts: _joined(parts),
    "product": _times,
    "quotient": r"\frac{{{}}}{{{}}}".format,
    "exp": "e^{{{}}}".format,
    **{name: latex.format for name, (_, latex) in FUNCTIONS.items()},
    "square": lambda part: f"{_base(part)}^2",
    "xlogx": lambda part: rf"{_factor(part)} \cdot \ln({part})",
    "max": lambda *parts: rf"\max({', '.join(parts)})",
    "min": lambda *parts: rf"\min({', '.join(parts)})",
    "edge": lambda: "0",
    "top": lambda k, position, *parts: _chosen(k, position, parts),
    "given": lambda condition, chosen: chosen,
    "ellipsis": lambda: r"\cdots",
}


def symbols(grounded: Expression) -> str:
    return str(fold(grounded, _TEXT | {"cell": subscripted}))


def numbers(grounded: Expression) -> str:
    return str(fold(grounded, _TEXT | {"cell": lambda step, index: number(float(step.value[index]))}))


def shortened(grounded: Expression, most: int = 8, kept: int = 4) -> Expression:
    """The same arithmetic to be read, not computed: of long sums the largest terms, so that what is left out is less.

    Terms keep their order, and dots stand wherever some are left out. Of the numbers of a long max, the largest.
    """
    given = tuple(_terms(grounded)) if grounded.op == "sum" else grounded.args
    if grounded.op not in ("sum", "max") or len(given) <= most:
        return Expression(grounded.op, tuple(_short(part, most, kept) for part in given))
    size = _magnitude if grounded.op == "sum" else evaluate
    chosen = sorted(sorted(range(len(given)), key=lambda n: -size(given[n]))[:kept])
    parts, end = [], -1
    for n in (*chosen, len(given)):
        parts += [Expression("ellipsis", ())] if n > end + 1 else []
        parts += [_short(given[n], most, kept)] if n < len(given) else []
        end = n
    return Expression(grounded.op, tuple(parts))


def _short(part: Any, most: int, kept: int) -> Any:
    return shortened(part, most, kept) if isinstance(part, Expression) else part


def _magnitude(grounded: Expression) -> float:
    """The logarithm of the size of a value, which orders exponentials too large for a number as well."""
    mantissa, shift = fold(grounded, _VALUE)
    return math.log(abs(mantissa)) + shift if mantissa else -math.inf


def _terms(total: Expression) -> Iterator[Expression]:
    """The terms of a sum, those of sums inside it among them."""
    for part in total.args:
        yield from _terms(part) if part.op == "sum" else (part,)


def encode(expression: Expression, identify: Callable[[Step], int]) -> list[Any]:
    """The same tree as nested lists for JSON; `identify` gives each operand step its number."""
    if expression.op == "cell":
        step, indices = expression.args
        return ["cell", identify(step), [index.encode() for index in indices]]
    return [expression.op, *(_encoded_part(part, identify) for part in expression.args)]


def _encoded_part(part: Any, identify: Callable[[Step], int]) -> Any:
    if isinstance(part, Expression):
        return encode(part, identify)
    if isinstance(part, Index):
        return part.encode()
    return None if part in (math.inf, -math.inf) else part
