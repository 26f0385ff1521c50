"""The corpus of cells that the browser's engine runs too: the values and the LaTeX of Python's."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attention_core import Step
from attention_core.engine import expression as ex
from attention_core.engine.axes import numbered
from attention_core.engine.step import source
from attention_stage.formulas import symbol
from tools.expressions import CORPUS, used

ENTRIES: list[dict[str, Any]] = json.loads(Path(CORPUS).read_text(encoding="utf-8"))
every_entry = pytest.mark.parametrize(
    "entry", ENTRIES, ids=[f"{each['operation']}-{each['lesson']}-{each['step']}" for each in ENTRIES]
)


def operand(given: dict[str, Any]) -> Step:
    """A step of which the cells that are read have their values."""
    axes = tuple(numbered(name, size) for name, size in given["axes"])
    value = np.full([axis.size for axis in axes], np.nan)
    for offset, each in given["values"].items():
        value.flat[int(offset)] = number(each)
    return source(given["name"], value, axes, given["latex"])


def number(spelled: float | str) -> float:
    return float(str(spelled).replace("Infinity", "inf"))


def index(encoded: list[Any]) -> ex.Index:
    offset, *terms = encoded
    return ex.Index(tuple((_base(base), *rest) for base, *rest in terms), offset)


def _base(encoded: Any) -> Any:
    return encoded if isinstance(encoded, str) else index(encoded)


def decoded(tree: list[Any], steps: list[Step], letters: dict[str, str]) -> ex.Expression:
    """`encode` undone. letters: the symbols of constants, from MathML to LaTeX."""
    op, *args = tree
    if op == "constant":
        return ex.constant(-math.inf if args[0] is None else args[0], *(letters[symbol] for symbol in args[1:]))
    if op == "cell":
        return ex.cell(steps[args[0]], tuple(map(index, args[1])))
    if op == "over":
        return ex.over(args[0], args[1], args[2], decoded(args[3], steps, letters))
    if op == "piece":
        return ex.piece(index(args[0]), tuple(args[1]), tuple(decoded(part, steps, letters) for part in args[2:]))
    if op == "top":
        return ex.top(args[0], index(args[1]), decoded(args[2], steps, letters))
    return ex.Expression(op, tuple(decoded(part, steps, letters) for part in args))


def grounded(entry: dict[str, Any]) -> ex.Expression:
    steps = [operand(each) for each in entry["operands"]]
    return ex.ground(decoded(entry["expression"], steps, entry["letters"]), entry["spot"])


@every_entry
def test_a_cell_has_its_value_and_its_texts(entry: dict[str, Any]) -> None:
    found = grounded(entry)
    assert ex.evaluate(found) == pytest.approx(number(entry["value"]), rel=1e-12, abs=1e-15)
    assert ex.symbols(found) == entry["latex"]["symbols"]
    assert str(ex.line(found, number(entry["value"]))) == entry["latex"]["numbers"]


@every_entry
def test_an_expression_is_encoded_as_it_was_decoded(entry: dict[str, Any]) -> None:
    steps = [operand(each) for each in entry["operands"]]
    again = ex.encode(decoded(entry["expression"], steps, entry["letters"]), steps.index, symbol)
    assert json.loads(json.dumps(again)) == entry["expression"]


def test_every_operation_of_any_lesson_is_there() -> None:
    """If not: make expressions."""
    missing = used().keys() - {entry["operation"] for entry in ENTRIES}
    assert not missing
