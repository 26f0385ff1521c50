"""Layers of a network: a matrix times a column, and sums of such products with a bias."""

from __future__ import annotations

from attention_core.engine.axes import names
from attention_core.engine.ops import (
    add,
    contract,
    rename,
)
from attention_core.engine.step import Step


def linear(W: Step, x: Step, name: str = "", symbol: str = "") -> Step:
    """W x: the last axis of W (row, column) is summed with the last axis of x (..., column), whatever its name there.

    Result (..., row): further axes of x are carried along.
    """
    *others, own = names(x.axes)
    row, column = names(W.axes)
    x = x if own == column else rename(x, own, column)
    return contract(W, x, over=column, to=(*others, row), name=name, symbol=symbol)


def affine(*terms: tuple[Step, Step | None], bias: Step | None = None, name: str = "", symbol: str = "") -> Step:
    """W x + U s + ... + bias, one product for each pair (matrix, column). Result (..., row), bias (row).

    A term whose column is None, such as the state before the first, is left out.
    """
    products = [(W, x) for W, x in terms if x is not None]
    if len(products) == 1 and not bias:
        W, x = products[0]
        return linear(W, x, name=name, symbol=symbol)
    parts = [linear(W, x) for W, x in products]
    if bias:
        parts.append(bias)
    return add(*parts, to=names(parts[0].axes), name=name, symbol=symbol)
