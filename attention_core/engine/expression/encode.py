"""The tree as nested lists for JSON: what the browser reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from attention_core.engine.expression.tree import Expression, Index


def encode(expression: Expression, identify: Callable[[Any], int]) -> list[Any]:
    """The same tree as nested lists for JSON; `identify` gives each operand step its number."""
    if expression.op == "cell":
        step, indices = expression.args
        return ["cell", identify(step), [index.encode() for index in indices]]
    return [expression.op, *(_encoded_part(part, identify) for part in expression.args)]


def _encoded_part(part: Any, identify: Callable[[Any], int]) -> Any:
    if isinstance(part, Expression):
        return encode(part, identify)
    if isinstance(part, Index):
        return part.encode()
    return None if part in (math.inf, -math.inf) else part
