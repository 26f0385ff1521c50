"""Numbers that are typed into the prose of lessons, and whether the lesson computes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np

from attention_core import Trace

# What is no claim about the numbers on screen: formulas, placeholders, code.
_ASIDE = re.compile(r"\$\$.*?\$\$|\$.*?\$|\[\[.*?\]\]|`[^`]*`", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.,/-])[-−]?\d+(?:\.\d+)?(?![\w.]*\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")


def typed_numbers(body: str) -> Iterator[str]:
    """The numbers of a text that stand for something computed: with decimals, or of two digits and no year."""
    for found in _NUMBER.findall(_ASIDE.sub(" ", body)):
        digits = found.lstrip("-−")
        if "." in digits or (len(digits) > 1 and not _YEAR.fullmatch(digits)):
            yield digits


def computed_values(traces: Iterable[Trace]) -> np.ndarray:
    """The size of every finite number of every step."""
    parts = [np.abs(step.value).ravel() for trace in traces for step in trace]
    values = np.concatenate(parts)
    return np.unique(values[np.isfinite(values)])


def is_computed(digits: str, values: np.ndarray) -> bool:
    """Whether some value is this number, rounded to the digits that are written."""
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) + 1e-9
    start, end = np.searchsorted(values, [float(digits) - half, float(digits) + half])
    return bool(end > start)
