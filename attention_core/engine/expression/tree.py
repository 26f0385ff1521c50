"""The tree itself: operations on cells whose indices are axis names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

Spot = Mapping[str, int]  # a position along each axis


class Operand(Protocol):
    """What a cell of an expression belongs to: a step, which is defined further up."""

    @property
    def symbol(self) -> str: ...

    @property
    def value(self) -> NDArray[Any]: ...


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
        if self._is_plain():
            base = self.terms[0][0]
            return where.get(base, self) if isinstance(base, str) else base.substitute(where)
        terms = (
            (_rebased(base, where), coefficient, divisor, modulus) for base, coefficient, divisor, modulus in self.terms
        )
        return Index(tuple(terms), self.offset)

    def _is_plain(self) -> bool:
        """Whether it is its base and nothing else."""
        return len(self.terms) == 1 and self.offset == 0 and self.terms[0][1:] == (1, 1, 0)

    def axes(self) -> Iterator[str]:
        for base, *_ in self.terms:
            yield from (base,) if isinstance(base, str) else base.axes()

    def encode(self) -> list[Any]:
        return [self.offset, *([_encoded(base), *rest] for base, *rest in self.terms)]


def _term(term: tuple[str | Index, int, int, int], spot: Spot) -> int:
    base, coefficient, divisor, modulus = term
    position = spot[base] if isinstance(base, str) else base.at(spot)
    position //= divisor
    if modulus:
        position %= modulus
    return coefficient * position


def _rebased(base: str | Index, where: Mapping[str, Index]) -> str | Index:
    return where.get(base, base) if isinstance(base, str) else base.substitute(where)


def _encoded(base: str | Index) -> Any:
    return base if isinstance(base, str) else base.encode()


def along(axis: str, coefficient: int = 1, divisor: int = 1, modulus: int = 0, offset: int = 0) -> Index:
    """The index offset + coefficient * (position along the axis // divisor % modulus); no modulus where that is 0."""
    return Index(((axis, coefficient, divisor, modulus),), offset)


Where = Mapping[str, Index]


@dataclass(frozen=True, slots=True)
class Expression:
    """One operation on smaller expressions. `op` is a word of the table below; `args` are its parts.

    cell(step, indices) · constant(value[, symbol]) · sum(*parts) · product(*parts) · quotient(a, b) ·
    max(*parts) · min(*parts) · any name of functions.FUNCTIONS(a) ·
    over(op, axis, size, body): op applied to body at every position of axis ·
    choose(condition, a, b): a where the condition's value is not 0, else b ·
    piece(index, starts, *parts): the part in whose stretch the index lies, one part starting at each of `starts` ·
    edge(): the zero beyond the edge of an array; in a sum it is not written, and nothing is multiplied by it ·
    power(base, exponent) · position(index): the index itself as a number, counted from 0 ·
    top(k, index, list): 1 where the item at the index is among the k largest of an over("list", ...), else 0; the
    earlier of equal ones counts as larger · rest(value, count): what so many parts that are left out come to.
    """

    op: str
    args: tuple[Any, ...]


def cell(step: Operand, indices: tuple[Index, ...]) -> Expression:
    """One cell of a step: one index for each of its axes, in their order."""
    return Expression("cell", (step, indices))


def constant(value: float, symbol: str = "") -> Expression:
    """One number that is the same at every cell. symbol: how a formula calls it, as "d_k" the width of the keys."""
    return Expression("constant", (float(value), symbol) if symbol else (float(value),))


def quotient(dividend: Expression, divisor: Expression) -> Expression:
    """One part divided by another."""
    return Expression("quotient", (dividend, divisor))


def root(part: Expression) -> Expression:
    """The square root of a part."""
    return Expression("sqrt", (part,))


def square(part: Expression) -> Expression:
    """A part times itself."""
    return Expression("square", (part,))


def power(base: Expression, exponent: Expression) -> Expression:
    """A base raised to an exponent."""
    return Expression("power", (base, exponent))


def position(index: Index) -> Expression:
    """An index as a number: the position along an axis, counted from 0, say."""
    return Expression("position", (index,))


def times(part: Expression, factor: Expression) -> Expression:
    """A part times a factor made of constants: what the factor divides by is written below the part."""
    if factor.op == "quotient":
        dividend, divisor = factor.args
        return times(part, dividend) if divisor == constant(1) else quotient(times(part, dividend), divisor)
    return part if factor == constant(1) else product(part, factor)


def sum_of(*parts: Expression) -> Expression:
    """The sum of the parts; of one part, the part itself."""
    return parts[0] if len(parts) == 1 else Expression("sum", parts)


def product(*parts: Expression) -> Expression:
    """The product of the parts; of one part, the part itself."""
    return parts[0] if len(parts) == 1 else Expression("product", parts)


def over(op: str, axis: str, size: int, body: Expression) -> Expression:
    """The operation `op` applied to body at every position of an axis of this size: the sum over an axis, say."""
    return Expression("over", (op, axis, size, body))


def piece(index: Index, starts: tuple[int, ...], parts: tuple[Expression, ...]) -> Expression:
    """The part whose stretch the index lies in; part n begins at starts[n], in ascending order."""
    return Expression("piece", (index, starts, *parts))


EDGE = Expression("edge", ())


def top(k: int, index: Index, items: Expression) -> Expression:
    """1 where the item at the index is among the k largest of `items`, an over("list", ...); else 0."""
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


def fold(expression: Expression, rules: Mapping[str, Callable[..., Any]]) -> Any:
    """Read a grounded expression bottom-up with one function per operation."""
    parts = (fold(part, rules) if isinstance(part, Expression) else part for part in expression.args)
    return rules[expression.op](*parts)
