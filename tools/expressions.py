"""Write tests/corpus/expressions.json: cells of real steps whose arithmetic Python and the browser must read alike.

`python -m tools.expressions` takes some cells for every operation that any lesson uses (about a minute). A cell comes
with its expression as it is sent, the operands it needs, its value and its texts; MathML and speech are the browser's.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from attention_core import CURRICULUM, Step, Trace
from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from attention_stage.formulas import symbol
from tests.core.helpers import RANDOM_CASES
from tools.stage import NODE, ROOT

CORPUS = ROOT / "tests" / "corpus" / "expressions.json"
READER = ROOT / "tests" / "stage" / "texts.js"  # adds what the browser writes to every cell
EACH = 3  # cells of an operation, of as many lessons
MOST = 24  # operands of a cell
TRIED = 60  # cells of a step, from its middle on

DISSOLVED = {"cell", "constant", "over", "choose", "piece", "list", "edge"}  # not seen any more in grounded arithmetic

Found = tuple[str, Step]  # a lesson's key and a step of it


def traces() -> Iterator[tuple[str, Trace]]:
    """Every lesson as it opens; under each choice of its options, with other sizes; and its gradients."""
    for mechanism in CURRICULUM:
        yield mechanism.key, mechanism.trace()
    for case in RANDOM_CASES:
        yield case.mechanism.key, case.trace
    for case in RANDOM_CASES[::2]:
        yield case.mechanism.key, case.gradients


def steps() -> Iterator[Found]:
    for key, trace in traces():
        yield from ((key, step) for step in trace if step.primitive is not None)


def operations(expression: ex.Expression) -> set[str]:
    found = {expression.op}
    for part in expression.args:
        if isinstance(part, ex.Expression):
            found |= operations(part)
    return found | ({expression.args[0]} if expression.op == "over" else set())


def used() -> dict[str, list[Found]]:
    """For every operation the steps that use it, the ones with the shortest expressions first."""
    found: dict[str, list[Found]] = {}
    for key, step in steps():
        for operation in operations(step.expression):
            found.setdefault(operation, []).append((key, step))
    for users in found.values():
        users.sort(key=lambda user: (len(str(encoded(user[1], lambda _: 0))), user[0], user[1].name))
    return found


def encoded(step: Step, identify: Callable[[Step], int], typeset: Callable[[str], str] = symbol) -> list[Any]:
    return ex.encode(step.expression, identify, typeset)


def cells(grounded: ex.Expression) -> Iterator[tuple[Step, tuple[int, ...]]]:
    if grounded.op == "cell":
        yield grounded.args[0], grounded.args[1]
    for part in grounded.args:
        if isinstance(part, ex.Expression):
            yield from cells(part)


def entry(key: str, step: Step, position: tuple[int, ...]) -> dict[str, Any]:
    spot = dict(zip(names(step.axes), position, strict=True))
    grounded = ex.ground(step.expression, spot)
    read = list(cells(grounded))
    operands: list[Step] = []

    def identify(operand: Step) -> int:
        if operand not in operands:
            operands.append(operand)
        return operands.index(operand)

    letters: dict[str, str] = {}  # the symbols of constants: MathML to LaTeX

    def typeset(latex: str) -> str:
        letters[symbol(latex)] = latex
        return symbol(latex)

    expression = encoded(step, identify, typeset)
    return {
        "lesson": key,
        "step": step.name,
        "spot": spot,
        "expression": expression,
        "letters": letters,
        "operands": [_operand(each, [index for other, index in read if other is each]) for each in operands],
        "value": spelled(ex.evaluate(grounded)),
        "latex": {"symbols": ex.symbols(grounded), "numbers": str(ex.line(grounded, float(step.value[position])))},
    }


def _operand(step: Step, read: list[tuple[int, ...]]) -> dict[str, Any]:
    """Of all its values the ones that are read, by their offsets."""
    offsets = sorted({int(np.ravel_multi_index(index, step.value.shape)) if index else 0 for index in read})
    return {
        "name": step.name,
        "latex": step.symbol,
        "symbol": symbol(step.symbol),
        "axes": [[axis.name, axis.size] for axis in step.axes],
        "values": {str(offset): spelled(float(step.value.ravel()[offset])) for offset in offsets},
    }


def spelled(value: float) -> float | str:
    """JSON has no infinity."""
    return value if np.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def suits(step: Step, position: tuple[int, ...], operation: str) -> bool:
    """Whether a cell is short enough to be read, and still contains the operation once it is grounded."""
    grounded = ex.ground(step.expression, dict(zip(names(step.axes), position, strict=True)))
    return 0 < len(list(cells(grounded))) <= MOST and (operation in DISSOLVED or operation in operations(grounded))


def places(step: Step, operation: str) -> Iterator[tuple[int, ...]]:
    """Positions from the middle of a step on: at its start they are often 0 or masked. An edge is met at the start."""
    size = step.value.size
    start = 0 if operation == "edge" else size // 2
    for n in range(min(TRIED, size)):
        yield tuple(int(i) for i in np.unravel_index((start + n) % size, step.value.shape))


def chosen(users: list[Found], operation: str) -> Iterator[dict[str, Any]]:
    """Cells of different lessons, as long as there are such."""
    lessons: set[str] = set()
    for key, step in [*users, *users]:
        fitting = (place for place in places(step, operation) if suits(step, place, operation))
        place = None if key in lessons else next(fitting, None)
        if place is not None:
            lessons.add(key)
            yield entry(key, step, place)
        if len(lessons) == EACH:
            return


def corpus() -> list[dict[str, Any]]:
    return [
        {"operation": operation, **each}
        for operation, users in sorted(used().items())
        for each in chosen(users, operation)
    ]


def written(entries: list[dict[str, Any]]) -> str:
    """One cell a line, so that a change can be read."""
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in entries) + "\n]\n"


def main(file: Path = CORPUS) -> None:
    file.write_text(written(corpus()), encoding="utf-8")
    texts = subprocess.run([NODE, READER, file], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    entries = json.loads(file.read_text(encoding="utf-8"))
    whole = [{**each, **text} for each, text in zip(entries, json.loads(texts), strict=True)]
    file.write_text(written(whole), encoding="utf-8")


if __name__ == "__main__":
    main()
