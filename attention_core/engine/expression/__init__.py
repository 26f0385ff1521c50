"""The arithmetic of one output cell, written once with axis names for indices.

An expression such as "sum over feature of Q[query, feature] * K[key, feature]" is a small tree. Grounded at a cell it
becomes plain arithmetic on operand cells, and four folds read that tree: its value, the cells it depends on, and its
text in symbols and in numbers. The browser reads the same tree (see `encode`), so the arithmetic is written once.
"""

from .encode import encode
from .evaluate import Leaf, evaluate, ground, leaves
from .latex import Line, line, numbers, shortened, subscripted, symbols
from .printed import applied, number, plain
from .tree import (
    EDGE,
    Expression,
    Index,
    Operand,
    Where,
    along,
    cell,
    constant,
    fold,
    over,
    piece,
    position,
    power,
    product,
    quotient,
    root,
    square,
    substitute,
    sum_of,
    times,
    top,
)

__all__ = [
    "EDGE",
    "Expression",
    "Index",
    "Leaf",
    "Line",
    "Operand",
    "Where",
    "along",
    "applied",
    "cell",
    "constant",
    "encode",
    "evaluate",
    "fold",
    "ground",
    "leaves",
    "line",
    "number",
    "numbers",
    "over",
    "piece",
    "plain",
    "position",
    "power",
    "product",
    "quotient",
    "root",
    "shortened",
    "square",
    "subscripted",
    "substitute",
    "sum_of",
    "symbols",
    "times",
    "top",
]
