"""Whether the lines under the stage are true as they are printed: a measure over every step of every lesson.

A line is read as a learner with a calculator reads it, from its text alone: by a small reader of LaTeX that knows
nothing of the expressions it came from. `python -m tools.printed` takes some cells of every step of every lesson,
forwards and backwards, as Python writes them and as the browser does, and counts (about five minutes). A line with "="
has to give its printed result, rounded to the last digit. What a long sum leaves out is read as the number printed.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np

from attention_core import CURRICULUM, Mechanism, Step, Trace
from attention_core.engine import expression as ex
from attention_stage.formulas import symbol
from tools.stage import NODE, ROOT

WRITER = ROOT / "tests" / "stage" / "lines.js"  # the lines as the browser writes them
CELLS = 4  # of a step
MOST_SHOWN = 400  # numbers of a step; where there are more, a page draws maps

# --- reading ---------------------------------------------------------------------------------------------------------

_EXACT = Context(prec=50, Emax=10**15, Emin=-(10**15), traps=[])
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|\\(?:operatorname\{(\w+)\}|([a-zA-Z]+))|(\S))")
_Number = Decimal


class UnreadableError(ValueError):
    """A text that is no line of arithmetic."""


def _through_float(function: Callable[[float], float]) -> Callable[[Decimal], Decimal]:
    return lambda x: Decimal(function(float(x)))


_FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "tanh": _through_float(math.tanh),
    "sigma": lambda x: _EXACT.divide(Decimal(1), _EXACT.add(Decimal(1), _EXACT.exp(-x))),
    "sin": _through_float(math.sin),
    "cos": _through_float(math.cos),
    "ln": _EXACT.ln,
    "max": max,
    "min": min,
    "erf": _through_float(math.erf),
    "held": lambda x: x,
    "cut": lambda x: Decimal(0),
}


class Reader:
    """One line: sums of products of powers, with brackets, fractions, roots and functions."""

    def __init__(self, latex: str) -> None:
        self._tokens = [next(filter(None, found.groups())) for found in _TOKEN.finditer(latex.strip())]
        self._place = 0

    def read(self) -> Decimal:
        """The number that the whole text stands for. Raises UnreadableError where it stands for none."""
        found = self._sum()
        if self._place < len(self._tokens):
            raise UnreadableError(f"{self._tokens[self._place]} is not expected")
        return found

    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _taken(self, *wanted: str) -> str:
        """The next token, where it is one of these."""
        if self._next() not in wanted:
            return ""
        self._place += 1
        return self._tokens[self._place - 1]

    def _require(self, wanted: str) -> None:
        if not self._taken(wanted):
            raise UnreadableError(f"{self._next() or 'the end'} in place of {wanted}")

    def _sum(self) -> Decimal:
        total = -self._product() if self._taken("-") else self._product()
        while sign := self._taken("+", "-"):
            term = self._product()
            total = _EXACT.add(total, term if sign == "+" else -term)
        return total

    def _product(self) -> Decimal:
        found = self._power()
        while sign := self._taken("cdot", "/"):
            other = self._power()
            found = _times(found, other) if sign == "cdot" else _EXACT.divide(found, other)
        return found

    def _power(self) -> Decimal:
        if self._taken("e"):
            self._require("^")
            return _EXACT.exp(self._group())
        base = self._atom()
        return _EXACT.power(base, self._group()) if self._taken("^") else base

    def _group(self) -> Decimal:
        """What stands in braces, or one digit without."""
        if not self._taken("{"):
            return self._atom()
        found = self._sum()
        self._require("}")
        return found

    def _atom(self) -> Decimal:
        token = self._next()
        self._place += 1
        if token[:1].isdigit():
            return Decimal(token)
        if token in _FUNCTIONS:
            self._require("(")
            return _FUNCTIONS[token](*self._listed(")"))
        if token not in _ATOMS:
            raise UnreadableError(f"{token or 'the end'} is no number")
        return _ATOMS[token](self)

    def _listed(self, end: str) -> list[Decimal]:
        found = [self._sum()]
        while self._taken(","):
            found.append(self._sum())
        self._require(end)
        return found

    def _until(self, end: str) -> Decimal:
        return self._listed(end)[0]

    def _fraction(self) -> Decimal:
        above = self._group()
        return _EXACT.divide(above, self._group())

    def _noted(self) -> Decimal:
        """A number with words under it, in braces of their own."""
        self._require("{")
        self._require("text")
        self._require("{")
        while self._next() not in ("}", ""):
            self._place += 1
        self._require("}")
        self._require("}")
        return self._group()

    def _claim(self) -> Decimal:
        """1 where what stands in square brackets holds, and 0 where not."""
        if self._taken("argmax"):
            self._require("(")
            listed = self._listed(")")
            self._require("=")
            holds = listed.index(max(listed)) + 1 == self._sum()
        else:
            holds = self._compared(self._sum())
        self._require("]")
        return Decimal(int(holds))

    def _compared(self, found: Decimal) -> bool:
        if self._taken(">"):
            return found > self._sum()
        for word in ("in", "max", "_"):
            self._require(word)
        count = int(self._group())
        self._require("(")
        return found >= sorted(self._listed(")"))[-count]


_ATOMS: dict[str, Callable[[Reader], Decimal]] = {
    "(": lambda reader: reader._until(")"),
    "{": lambda reader: reader._until("}"),
    "[": Reader._claim,
    "infty": lambda reader: Decimal("Infinity"),
    "frac": Reader._fraction,
    "underset": Reader._noted,
    "sqrt": lambda reader: _EXACT.sqrt(reader._group()),
    "lvert": lambda reader: abs(reader._until("rvert")),
    "lfloor": lambda reader: Decimal(math.floor(reader._until("rfloor"))),
}


def _times(x: Decimal, y: Decimal) -> Decimal:
    """A product, in which 0 times the logarithm of 0 is 0."""
    return Decimal(0) if 0 in (x, y) else _EXACT.multiply(x, y)


def read(latex: str) -> Decimal:
    """The number that a line of LaTeX stands for. Raises UnreadableError where it stands for none."""
    return Reader(latex).read()


def last_digit(latex: str) -> Decimal:
    """What the last digit of a printed number counts; a whole number claims as much as two decimals."""
    digits, _, power = latex.partition(r"\cdot 10^{")
    decimals = len(digits.partition(".")[2])
    return Decimal(1).scaleb(int(power.rstrip("}")) - decimals if power else -max(2, decimals))


# --- MathML ----------------------------------------------------------------------------------------------------------

_SIGNS = {"·": r"\cdot ", "−": "-", "∞": r"\infty ", "∈": r"\in ", "⋯": r"\cdots ", "⌊": r"\lfloor ", "⌋": r"\rfloor "}
_WORDS = {"σ": r"\sigma", "e": "e", "argmax": r"\operatorname{argmax}", "top": r"\max_"}


def latex_of(html: str) -> str:
    """The MathML of a line in the browser, with the signs between its formulas, as LaTeX."""
    root = ElementTree.fromstring(f"<line>{html}</line>")
    # A bar opens where no number stands before it.
    return re.sub(r"(^|[(+\-{,]|\\cdot )\|([^|]*)\|", r"\1\\lvert \2\\rvert ", _children(root))


def _children(element: ElementTree.Element) -> str:
    return "".join(map(_element, element))


_BUILT: dict[str, Callable[..., str]] = {  # of the parts of an element
    "mfrac": r"\frac{{{}}}{{{}}}".format,
    "msup": "{}^{{{}}}".format,
    "munder": lambda number, words: rf"\underset{{\text{{{words}}}}}{{{number}}}",
    "msqrt": lambda *parts: rf"\sqrt{{{''.join(parts)}}}",
}


def _element(element: ElementTree.Element) -> str:
    text = unescape(element.text or "")
    match element.tag:
        case "mtext":
            return text
        case "mn" | "mo" | "i":
            return _SIGNS.get(text, "".join(_SIGNS.get(letter, letter) for letter in text))
        case "mi":
            return _WORDS.get(text, rf"\{text}")
    parts = map(_element, element)
    return _BUILT[element.tag](*parts) if element.tag in _BUILT else "".join(parts)


# --- judging ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """A line as it is printed: its numbers and its result in LaTeX, and whether "=" stands between them."""

    where: str
    numbers: str
    equals: bool
    result: str

    @property
    def is_true(self) -> bool:
        """Whether the numbers give the result, rounded to its last digit."""
        try:
            found, wanted = read(self.numbers), read(self.result)
        except (UnreadableError, InvalidOperation):
            return False
        if not wanted.is_finite() or not found.is_finite():
            return bool(found == wanted)
        return bool(abs(found - wanted) <= last_digit(self.result.lstrip("-")) * Decimal("0.5000001"))

    def __str__(self) -> str:
        return f"{self.where}: {self.numbers} {'=' if self.equals else '≈'} {self.result}"


@dataclass(frozen=True)
class Account:
    """What became of many lines."""

    lines: Sequence[Printed]

    @property
    def false(self) -> list[Printed]:
        """Lines with "=" that do not give their result."""
        return [each for each in self.lines if each.equals and not each.is_true]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are, how many of them are approximate, and how many false."""
        return {"lines": len(self.lines), "approximate": len(self.approximate), "false": len(self.false)}

    @property
    def approximate(self) -> list[Printed]:
        """Lines with a sign of approximation."""
        return [each for each in self.lines if not each.equals]

    def __str__(self) -> str:
        return ", ".join(f"{count} {word}" for word, count in self.counts.items())


# --- the lines of lessons --------------------------------------------------------------------------------------------

Cell = tuple[int, ...]


def cells_of(step: Step, most: int = CELLS) -> list[Cell]:
    """The first cell of a step, the last, and some between, evenly spread."""
    places = dict.fromkeys(int(n) for n in np.linspace(0, step.value.size - 1, most))
    return [tuple(int(i) for i in np.unravel_index(place, step.value.shape)) for place in places]


@dataclass(frozen=True)
class Run:
    """A lesson as a preset opens it, or the gradients of the last cell of its output."""

    mechanism: Mechanism
    preset: str
    backwards: bool

    def __str__(self) -> str:
        return f"{self.mechanism.key}, {self.preset}{', backwards' if self.backwards else ''}"

    @property
    def trace(self) -> Trace:
        """The computation, which is done again each time."""
        preset = self.mechanism.presets[self.preset]
        trace = self.mechanism.trace(preset.inputs, preset.labels, **preset.options)
        last = tuple(size - 1 for size in trace.output.value.shape)
        return trace.gradients(trace.output.name, last) if self.backwards else trace

    def worked(self) -> Iterator[tuple[str, Step, list[Cell]]]:
        """Every computed step with some of its cells; of one that repeats through time the last."""
        made = (step for step in self.trace if step.primitive or step.formula)
        for step in {step.base_name: step for step in made}.values():
            yield f"{self}, {step.name}", step, cells_of(step)

    def accounts(self) -> dict[str, Account]:
        """The lines as Python writes them, and those that the browser does."""
        steps = list(self.worked())
        on_stage = (each for each in steps if each[1].value.size <= MOST_SHOWN)
        python = [line for each in steps for line in in_python(*each)]
        return {"Python": Account(python), "browser": Account(list(in_browser(on_stage)))}


def runs(mechanism: Mechanism) -> list[Run]:
    """Every preset forwards, and the first one backwards too."""
    first, *others = mechanism.presets
    return [Run(mechanism, first, False), Run(mechanism, first, True), *(Run(mechanism, key, False) for key in others)]


def in_python(where: str, step: Step, cells: Iterable[Cell]) -> Iterator[Printed]:
    """The lines that Python writes: in worksheets, and below maps with long sums shortened."""
    for cell in cells:
        grounded = ex.ground(step.expression, dict(zip((axis.name for axis in step.axes), cell, strict=True)))
        shown = ex.shortened(grounded) if step.value.size > MOST_SHOWN else grounded
        line = ex.line(shown, float(step.value[cell]))
        yield Printed(f"{where} {cell}", line.numbers, line.equals, line.result)


def in_browser(steps: Iterable[tuple[str, Step, list[Cell]]]) -> Iterator[Printed]:
    """The lines that the browser writes."""
    wanted = [(where, step, cells) for where, step, cells in steps]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "steps.json")
        file.write_text(json.dumps([_sent(step, cells) for _, step, cells in wanted]), encoding="utf-8")
        text = subprocess.run([NODE, WRITER, file], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    for (where, _, cells), lines in zip(wanted, json.loads(text), strict=True):
        for cell, line in zip(cells, lines, strict=True):
            equals = line["sign"] == "="
            yield Printed(f"{where} {cell}", latex_of(line["numbers"]), equals, latex_of(line["result"]))


def _sent(step: Step, cells: list[Cell]) -> dict[str, Any]:
    """A step as the browser gets it: its expression, its operands in full, and the cells that are asked for."""
    operands: list[Step] = []

    def identify(operand: Step) -> int:
        if operand not in operands:
            operands.append(operand)
        return operands.index(operand)

    expression = ex.encode(step.expression, identify, symbol)
    return {
        "expression": expression,
        "operands": [_operand(each) for each in operands],
        "cells": [
            {
                "spot": dict(zip((axis.name for axis in step.axes), cell, strict=True)),
                "value": _spelled(float(step.value[cell])),
            }
            for cell in cells
        ],
    }


def _operand(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "latex": step.symbol,
        "symbol": symbol(step.symbol),
        "axes": [[axis.name, axis.size] for axis in step.axes],
        "values": {str(n): _spelled(float(each)) for n, each in enumerate(step.value.ravel())},
    }


def _spelled(value: float) -> float | str:
    """JSON has no infinity."""
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def main(keys: Sequence[str]) -> None:
    """Count the lines of these lessons, or of all, and show those that are false."""
    total: dict[str, Counter[str]] = {"Python": Counter(), "browser": Counter()}
    for mechanism in CURRICULUM:
        if keys and mechanism.key not in keys:
            continue
        parts = [run.accounts() for run in runs(mechanism)]
        for side in total:
            account = Account([line for part in parts for line in part[side].lines])
            print(f"{mechanism.key}, {side}: {account}", flush=True)
            total[side].update(account.counts)
            for line in account.false[:3]:
                print(f"    {line}")
    for side, counts in total.items():
        print(f"{side}: {dict(counts)}")


if __name__ == "__main__":
    main(sys.argv[1:])
