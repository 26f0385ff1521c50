"""The arithmetic of a cell as plain text, for terminals and failing tests; how sentences begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from attention_core.engine.expression.printed import MOST, decimals_needed
from attention_core.engine.functions import FUNCTIONS
from attention_core.engine.step import Step


def begun(text: str) -> str:
    """The text as a sentence begins; symbols and code within it stay as they are."""
    return text[:1].upper() + text[1:]


def arithmetic(step: Step, cell: tuple[int, ...]) -> str:
    """The arithmetic of one cell in numbers, long sums shortened: "(1·2 + 0·4) / √2 = 1.41".

    Of a number that is taken over from another step, the arithmetic there; that of a hidden key stands alone.
    """
    grounded = ex.shortened(ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True))))
    if grounded.op == "cell" and grounded.args[0].primitive:
        return arithmetic(*grounded.args)
    result = float(step.value[cell])
    needed = decimals_needed(grounded, result)
    sign = "≈" if needed is None else "="
    text = _written(grounded, needed or MOST)
    shown = ex.plain(result)
    return shown if text == shown else f"{text} {sign} {shown}"


def _written(grounded: ex.Expression, decimals: int) -> str:
    leaves: dict[str, Callable[..., str]] = {
        "cell": lambda step, index: ex.plain(float(step.value[index]), decimals),
        "constant": lambda value, symbol="": ex.plain(float(value), decimals),
        "rest": lambda value, count: f"{ex.plain(float(value), decimals)} ({count} more)",
    }
    return str(ex.fold(grounded, _TEXT | leaves))


def _joined(*parts: str) -> str:
    first, *rest = parts
    return first + "".join(f" − {part[1:]}" if part.startswith("−") else f" + {part}" for part in rest)


def _factor(text: str) -> str:
    return f"({text})" if " " in text or text.startswith("−") else text


def _called(name: str) -> Callable[..., str]:
    return lambda *parts: f"{name}({', '.join(parts)})"


_TEXT: dict[str, Callable[..., Any]] = {
    "sum": _joined,
    "product": lambda *parts: "·".join(map(_factor, parts)),
    "quotient": lambda x, y: f"{_factor(x)} / {_factor(y)}",
    "power": lambda base, exponent: f"{_factor(base)}^{_factor(exponent)}",
    **{name: _called(name) for name in FUNCTIONS},
    "sqrt": lambda x: f"√{_factor(x)}",
    "square": lambda x: f"{_factor(x)}²",
    "max": _called("max"),
    "min": _called("min"),
    "edge": lambda: "0",
    "top": lambda k, position, *parts: f"top({', '.join(parts)})",
    "given": lambda condition, chosen: chosen,
}
