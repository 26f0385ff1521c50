"""A number typed into the words of a lesson is one that the lesson computes, or one that was looked at and is listed.

It is computed where some step has it, to the digits written, under a preset and options of the lesson. Other numbers
stand in `reviewed_numbers.json`: numbers of papers and models, sizes, results of settings that the sentence itself
proposes. One is added there after its sentence was checked; better still, the sentence reads the trace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from attention_core import Mechanism, Trace
from tests.app.helpers import KEYS, every_lesson
from tests.lessons.test_lessons import traces
from ui import lesson

REVIEWED: dict[str, list[str]] = json.loads((Path(__file__).parent / "reviewed_numbers.json").read_text("utf-8"))
# What is no claim about the numbers on screen: formulas, placeholders, code.
ASIDE = re.compile(r"\$\$.*?\$\$|\$.*?\$|\[\[.*?\]\]|`[^`]*`", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.,:/])[-−]?\d+(?:\.\d+)?(?!\w)")
YEAR = re.compile(r"(?:19|20)\d\d")


def typed_numbers(body: str) -> Iterator[str]:
    """The numbers of a text that stand for something computed: with decimals, or of two digits and no year."""
    for found in NUMBER.findall(ASIDE.sub(" ", body)):
        digits = found.lstrip("-−")
        if "." in digits or (len(digits) > 1 and not YEAR.fullmatch(digits)):
            yield digits


def computed_values(found: Iterable[Trace]) -> np.ndarray:
    """The sizes of all finite numbers of all steps, in order."""
    values = np.concatenate([np.abs(step.value).ravel() for trace in found for step in trace])
    return np.unique(values[np.isfinite(values)])


def is_computed(digits: str, values: np.ndarray) -> bool:
    """Whether some value is this number, rounded to the digits that are written."""
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) + 1e-9
    start, end = np.searchsorted(values, [float(digits) - half, float(digits) + half])
    return bool(end > start)


@every_lesson
def test_typed_numbers_are_computed_or_reviewed(mechanism: Mechanism) -> None:
    typed = {digits for body in lesson.source(mechanism.key).values() for digits in typed_numbers(body)}
    values = computed_values(traces(mechanism, of_all=True)) if typed else np.zeros(0)
    assert {digits for digits in typed if not is_computed(digits, values)} == set(REVIEWED.get(mechanism.key, ()))


def test_reviewed_numbers_belong_to_lessons() -> None:
    assert REVIEWED.keys() <= KEYS.keys()


def test_what_is_typed_and_what_is_not() -> None:
    text = "In 2017, 0.46 and −1.5 of 12 keys; $0.99$ and [[=largest]], `0.1`, step 3, arXiv:1706.03762."
    assert list(typed_numbers(text)) == ["0.46", "1.5", "12"]


def test_a_number_is_compared_to_the_digits_written() -> None:
    values = np.array([0.4566, 12.0])
    assert all(is_computed(digits, values) for digits in ("0.46", "0.457", "12"))
    assert not any(is_computed(digits, values) for digits in ("0.45", "12.1"))
