"""Answers counted: each choice, true and false, lines that say the same, numbers that lie near each other.

The labels of bars are in English; a browser says them in its own language, see assets/stage/classroom/bars.js.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .limits import MOST_BARS
from .wire import WireAsk, WireBar, WireTally, WireValue

FEW = 8  # different numbers that each have a bar of their own
BARS = 7  # of more numbers, about so many bars
LEAST = 1e-6  # of the larger end: numbers that lie closer count as one
TAIL = 0.05  # of the numbers at either end lie outside of the bars of equal width

Rounds = Sequence[Sequence[WireValue]]  # the answers of each round


def tally(question: WireAsk, rounds: Rounds, revealed: bool) -> WireTally:
    """Both rounds in the same bars. What is right is said only once it is revealed."""
    found: WireTally = {"bars": _bars(question, rounds, revealed), "answered": [len(each) for each in rounds]}
    if revealed and "right" in question:
        found["correct"] = [sum(is_right(question, value) for value in each) for each in rounds]
    return found


def is_right(question: WireAsk, value: WireValue) -> bool:
    """Whether an answer is the right one: a number within the tolerance, a line in other letters, too."""
    right = question.get("right")
    if right is None:
        return False
    if question["kind"] == "number":
        return abs(float(value) - float(right)) <= question["tolerance"] * (1 + 1e-9)
    if question["kind"] == "line":
        return _folded(str(value)) == _folded(str(right))
    return value == right


def _bars(question: WireAsk, rounds: Rounds, revealed: bool) -> list[WireBar]:
    right = question.get("right") if revealed else None
    if question["kind"] == "number":
        return _numbers([[float(value) for value in each] for each in rounds], right)
    if question["kind"] == "line":
        return _lines([[str(value) for value in each] for each in rounds], right)
    names: list[tuple[WireValue, str]] = [(True, "true"), (False, "false")]
    if question["kind"] == "choice":
        names = list(enumerate(question["choices"]))
    return [_bar(name, [sum(value == each for value in one) for one in rounds], right == each, right is not None)
            for each, name in names]  # fmt: skip


def _bar(label: str, counts: list[int], right: bool, revealed: bool) -> WireBar:
    bar: WireBar = {"label": label, "counts": counts}
    if revealed:
        bar["right"] = right
    return bar


# --- lines ------------------------------------------------------------------------------------------------------------


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _lines(rounds: Sequence[Sequence[str]], right: WireValue | None) -> list[WireBar]:
    """The lines given most often; the others together. Of lines that say the same, one is shown."""
    written: dict[str, str] = {}
    for text in sorted(text for each in rounds for text in each):  # stores keep no order
        written.setdefault(_folded(text), " ".join(text.split()))
    counts = [Counter(map(_folded, each)) for each in rounds]
    order = sorted(written, key=lambda text: -sum(count[text] for count in counts))
    meant = None if right is None else _folded(str(right))
    if meant is not None and meant not in order[:MOST_BARS]:
        written.setdefault(meant, str(right))
        order = [meant, *(text for text in order if text != meant)]
    shown, others = order[:MOST_BARS], order[MOST_BARS:]
    bars = [_bar(written[text], [count[text] for count in counts], text == meant, meant is not None) for text in shown]
    if others:
        rest = [sum(count[text] for text in others) for count in counts]
        bars.append(_bar("other answers", rest, False, meant is not None))
    return bars


# --- numbers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Numbers from low up to high, without high."""

    label: str
    low: float
    high: float

    def counts(self, numbers: Iterable[float]) -> int:
        return sum(self.low <= number < self.high for number in numbers)


def _numbers(rounds: Sequence[Sequence[float]], right: WireValue | None) -> list[WireBar]:
    numbers = sorted(number for each in rounds for number in each)
    known = None if right is None else float(right)
    groups = grouped(numbers if known is None or any(_holds(grouped(numbers), known)) else sorted([*numbers, known]))
    return [
        _bar(group.label, [group.counts(each) for each in rounds], _is_in(group, known), known is not None)
        for group in groups
    ]


def _holds(groups: Sequence[Group], number: float) -> list[bool]:
    return [_is_in(group, number) for group in groups]


def _is_in(group: Group, number: float | None) -> bool:
    return number is not None and group.low <= number < group.high


def grouped(numbers: Sequence[float]) -> list[Group]:
    """Groups for numbers in ascending order: of few different ones each by itself, else of a round width.

    Numbers far out do not make the others one group: they are counted below and above.
    """
    printed = {f"{number:.4g}": number for number in numbers}
    if len(printed) <= FEW:
        return _each(sorted(set(numbers)))
    edge = int(len(numbers) * TAIL)
    low, high = numbers[edge], numbers[-1 - edge]
    if high - low <= LEAST * max(abs(low), abs(high)):
        low, high = numbers[0], numbers[-1]
    width = _round_width((high - low) / BARS)
    first, last = math.floor(low / width), math.floor(high / width)
    edges = [float(f"{n * width:.12g}") for n in range(first, last + 2)]  # 0.3, not 0.30000000000000004
    names = [_printed(edge, width) for edge in edges]
    groups = [
        Group(f"{a} to {b}", low, high) for (a, b), (low, high) in zip(pairwise(names), pairwise(edges), strict=True)
    ]
    if numbers[0] < edges[0]:
        groups.insert(0, Group(f"below {names[0]}", -math.inf, edges[0]))
    if numbers[-1] >= edges[-1]:
        groups.append(Group(f"{names[-1]} and above", edges[-1], math.inf))
    return groups


def _printed(edge: float, width: float) -> str:
    """With as many decimals as tell one edge from the next."""
    if max(abs(edge), width) >= 1e6 or width < 1e-6:
        return f"{edge:.6g}"
    return f"{edge:.{max(0, -math.floor(math.log10(width) + 1e-9))}f}"


def _each(numbers: Sequence[float]) -> list[Group]:
    """A group for each number as it is printed with four digits."""
    labels: dict[str, list[float]] = {}
    for number in numbers:
        labels.setdefault(f"{number:.4g}", []).append(number)
    return [Group(label, same[0], math.nextafter(same[-1], math.inf)) for label, same in labels.items()]


def _round_width(width: float) -> float:
    """The next of 1, 2 and 5 times a power of ten."""
    power = math.floor(math.log10(width))
    return next(step for times in (1, 2, 5, 10) if (step := float(f"{times}e{power}")) >= width * (1 - 1e-9))
