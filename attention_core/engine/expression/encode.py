"""The tree as nested lists for JSON: what the browser reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from attention_core.engine.expression.tree import Expression, Index


def encode(expression: Expression, identify: Callable[[Any], int], typeset: Callable[[str], str] = str) -> list[Any]:
    """The same tree as nested lists for JSON.

    identify: gives each operand step its number. typeset: what a browser draws for the LaTeX of a constant's symbol.
    """
    if expression.op == "cell":
        step, indices = expression.args
        return ["cell", identify(step), [index.encode() for index in indices]]
    if expression.op == "constant":
        value, *symbol = expression.args
        return ["constant", None if math.isinf(value) else value, *map(typeset, symbol)]
    return [expression.op, *(_encoded_part(part, identify, typeset) for part in expression.args)]


def _encoded_part(part: Any, identify: Callable[[Any], int], typeset: Callable[[str], str]) -> Any:
    if isinstance(part, Expression):
        return encode(part, identify, typeset)
    if isinstance(part, Index):
        return part.encode()
    return part
