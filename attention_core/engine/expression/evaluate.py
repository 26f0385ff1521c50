"""The value of a cell and the operand cells that can change it, read off its grounded tree.

Numbers are carried as (m, s), meaning m * e^s, so that exponentials of large scores stay finite.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from attention_core.engine.expression.tree import EDGE, Expression, Operand, Spot, constant, fold
from attention_core.engine.functions import FUNCTIONS


def ground(expression: Expression, spot: Spot) -> Expression:
    """Plain arithmetic for one cell: every axis replaced by its position, every choice made."""
    if expression.op in ("cell", "position"):
        return _placed(expression, spot)
    if expression.op == "over":
        op, axis, size, body = expression.args
        return _written(op, tuple(ground(body, {**spot, axis: position}) for position in range(size)))
    if expression.op == "choose":
        condition, chosen, otherwise = (ground(part, spot) for part in expression.args)
        return Expression("given", (condition, chosen if evaluate(condition) else otherwise))
    if expression.op == "piece":
        index, starts, *pieces = expression.args
        place = bisect_right(starts, index.at(spot)) - 1
        return ground(pieces[place], spot)
    if expression.op == "top":
        k, index, items = expression.args
        return Expression("top", (k, index.at(spot), *ground(items, spot).args))
    parts = (ground(part, spot) if isinstance(part, Expression) else part for part in expression.args)
    return _written(expression.op, tuple(parts))


def _placed(leaf: Expression, spot: Spot) -> Expression:
    """A cell at its position, or the position itself as a number."""
    if leaf.op == "position":
        return constant(leaf.args[0].at(spot))
    step, indices = leaf.args
    return Expression("cell", (step, tuple(index.at(spot) for index in indices)))


def _written(op: str, parts: tuple[Any, ...]) -> Expression:
    """One operation on grounded parts, without what lies beyond an edge: it adds nothing and makes nothing."""
    if op == "product" and EDGE in parts:
        return EDGE
    if op == "sum" and parts:
        parts = tuple(part for part in parts if part != EDGE)
        if not parts:
            return EDGE
    return Expression(op, parts)


Scaled = tuple[float, float]


def collapsed(number: Scaled) -> float:
    """m * e^s as one number, infinite where it is too large for that."""
    mantissa, shift = number
    if shift == 0 or mantissa == 0:
        return mantissa
    try:
        return mantissa * math.exp(shift)
    except OverflowError:
        return math.copysign(math.inf, mantissa)


def size(number: Scaled) -> float:
    """The logarithm of the size of a number."""
    mantissa, shift = number
    return math.log(abs(mantissa)) + shift if mantissa else -math.inf


def _exponential(number: Scaled) -> Scaled:
    value = collapsed(number)
    return (0.0, 0.0) if value == -math.inf else (1.0, value)


def _sum(*numbers: Scaled) -> Scaled:
    """Every mantissa brought to the largest shift: a number that is 0 has none."""
    nonzero = [(mantissa, shift) for mantissa, shift in numbers if mantissa]
    largest = max((shift for _, shift in nonzero), default=0.0)
    return sum((mantissa * math.exp(shift - largest) for mantissa, shift in nonzero), 0.0), largest


def _product(*numbers: Scaled) -> Scaled:
    return math.prod(mantissa for mantissa, _ in numbers), sum(shift for _, shift in numbers)


def _logarithm(number: Scaled) -> Scaled:
    mantissa, shift = number
    return math.log(mantissa) + shift, 0.0


def _largest(*numbers: Scaled) -> Scaled:
    return max(numbers, key=collapsed)


def _smallest(*numbers: Scaled) -> Scaled:
    return min(numbers, key=collapsed)


def _top(k: int, position: int, *numbers: Scaled) -> Scaled:
    values = [collapsed(number) for number in numbers]
    own = values[position]
    larger = sum(value > own for value in values)
    equal_before = values[:position].count(own)
    return float(larger + equal_before < k), 0.0


def _function(compute: Callable[[float], float]) -> Callable[[Scaled], Scaled]:
    return lambda number: (compute(collapsed(number)), 0.0)


VALUE: dict[str, Callable[..., Scaled]] = {
    "cell": lambda step, index: (float(step.value[index]), 0.0),
    "constant": lambda value, symbol="": (value, 0.0),
    "rest": lambda value, count: (value, 0.0),
    "sum": _sum,
    "product": _product,
    "quotient": lambda a, b: (a[0] / b[0], a[1] - b[1]),
    "power": lambda a, b: (collapsed(a) ** collapsed(b), 0.0),
    "given": lambda condition, chosen: chosen,
    **{name: _function(function.cell) for name, function in FUNCTIONS.items()},
    "exp": _exponential,
    "log": _logarithm,
    "max": _largest,
    "min": _smallest,
    "edge": lambda: (0.0, 0.0),
    "top": _top,
}


def evaluate(grounded: Expression) -> float:
    """The value of a grounded expression. Raises ZeroDivisionError or ValueError where the arithmetic has none."""
    return collapsed(fold(grounded, VALUE))


Leaf = tuple[Operand, tuple[int, ...]]


def leaves(grounded: Expression) -> tuple[Leaf, ...]:
    """Every operand cell of the arithmetic, once each, in reading order."""
    found: dict[Leaf, None] = {}

    def collect(expression: Expression) -> None:
        if expression.op == "cell":
            found.setdefault((expression.args[0], expression.args[1]))
        for part in expression.args:
            if isinstance(part, Expression):
                collect(part)

    collect(grounded)
    return tuple(found)


def magnitude(grounded: Expression) -> float:
    """The logarithm of the size of a value, which orders exponentials too large for a number as well."""
    return size(fold(grounded, VALUE))
