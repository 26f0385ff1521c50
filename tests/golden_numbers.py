"""Golden numbers, computed elsewhere, and which of them is which step; read by the tests and by tools/table.py.

tests/golden/<key>.json holds the numbers of a lesson, about.json how they came about. tests/golden/<key>.toml has a
table for each preset, [preset] or ["preset?option=value&option=value"]. In it a path through the golden entry
("steps.S", "inputs.X" or "params.W"; "steps.curve.0" for the first of a list) stands for a step of the trace, or for a
part of one as NumPy writes it: "scores[0]", "heads[:, 2]". "loss -> W" is the gradient of the sum of "loss" with
respect to "W", by our own reverse mode; "loss[1, 2] -> W" that of one cell. `tolerance` is by default 1e-9, and where
the golden numbers are rounded to six decimals 1e-6. Paths that begin with "gradients." are compared number by number,
each relative to its own size, since they are rounded to seven digits.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

from attention_core import CURRICULUM, Mechanism, Trace
from attention_core.engine.backward import gradient_arrays

FOLDER = Path(__file__).parent / "golden"
ABOUT = FOLDER / "about.json"
RECORDED = FOLDER / "recorded"  # what PyTorch computed with trained weights, written by training/
GRADIENTS, TINY = "gradients.", 1e-15  # what counts as a gradient of exactly 0


def entries() -> dict[str, Any]:
    """What was computed elsewhere, by the lesson's key."""
    files = (file for file in sorted(FOLDER.glob("*.json")) if file != ABOUT)
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def by_name(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry whose steps are a list, as if they were a table from the step's id to its values."""
    return {**entry, "steps": {each["id"]: each["values"] for each in entry["steps"]}}


ENTRIES = entries()
# Those whose steps are a list have numbers rounded to six decimals.
ROUNDED: dict[str, Any] = {key: by_name(entry) for key, entry in ENTRIES.items() if isinstance(entry["steps"], list)}
GOLDEN: dict[str, Any] = {**ENTRIES, **ROUNDED}


def recorded(key: str) -> Any:
    """What was recorded in PyTorch of a lesson whose weights were trained."""
    return json.loads((RECORDED / f"{key}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Row:
    """One golden number or table, and where the trace has it."""

    mechanism: Mechanism
    setting: str
    path: str
    place: str
    tolerance: float

    def __str__(self) -> str:
        return f"{self.mechanism.key}-{self.setting}-{self.path}"

    @property
    def wanted(self) -> np.ndarray:
        """-inf travels as a word, since JSON has none."""
        return np.array(at(self.mechanism.key, self.path), dtype=float)

    @property
    def found(self) -> np.ndarray:
        return part(setting_trace(self.mechanism, self.setting), self.place)

    @property
    def error(self) -> float:
        """The largest difference, relative to any number above 1; infinite where shapes or infinities differ.

        Of a gradient, which may be small everywhere, the largest difference relative to the number itself.
        """
        if self.found.shape != self.wanted.shape or not np.array_equal(np.isinf(self.found), np.isinf(self.wanted)):
            return np.inf
        wanted, found = (each[np.isfinite(self.wanted)] for each in (self.wanted, self.found))
        if self.path.startswith(GRADIENTS):
            return float((np.abs(found - wanted) / np.where(wanted == 0, TINY, np.abs(wanted))).max(initial=0.0))
        return float(np.abs(found - wanted).max(initial=0.0) / np.abs(wanted).max(initial=1.0))


def at(key: str, path: str) -> Any:
    found = GOLDEN[key]
    while path:
        if isinstance(found, list):
            place, _, path = path.partition(".")
            found = found[int(place)]
            continue
        # A key may itself hold a dot, as "soft_tau_0.1" does: the longest one that fits is meant.
        key = max((key for key in found if path == key or path.startswith(f"{key}.")), key=len)
        found, path = found[key], path[len(key) + 1 :]
    return found


def part(trace: Trace, place: str) -> np.ndarray:
    """A step's value, or the part of it that "name[index]" names; the gradient that "name -> name" names."""
    of, _, to = place.partition(" -> ")
    name, index = _indexed(of)
    if to and index:
        cell = tuple(map(int, index.split(",")))
        return trace.gradients(trace[name].name, cell)[f"gradient of {to}"].value
    if to:
        to, index = _indexed(to)
    value = gradient_arrays(trace[name], (trace[to],))[0] if to else trace[name].value
    return np.asarray(eval(f"value[{index}]", {"value": value}) if index else value)


def _indexed(place: str) -> tuple[str, str]:
    """The name in "name[index]", and the index; "" where there is none."""
    match = re.fullmatch(r"(.+?)(?:\[([\d:, -]+)\])?", place)
    assert match, place
    return match[1], match[2] or ""


@lru_cache(maxsize=256)
def setting_trace(mechanism: Mechanism, setting: str) -> Trace:
    name, _, query = setting.partition("?")
    preset = mechanism.presets[name]
    chosen = {key: _typed(mechanism, key, text) for key, text in parse_qsl(query)}
    return mechanism.trace(preset.inputs, preset.labels, **{**preset.options, **chosen})


def _typed(mechanism: Mechanism, option: str, text: str) -> Any:
    kind = type(mechanism.options[option].default)
    return bool(int(text)) if kind is bool else kind(text)


def rows() -> Iterator[Row]:
    for mechanism in CURRICULUM:
        file = FOLDER / f"{mechanism.key}.toml"
        if file.exists():
            yield from rows_of(mechanism, tomllib.loads(file.read_text(encoding="utf-8")))


def rows_of(mechanism: Mechanism, table: dict[str, Any]) -> Iterator[Row]:
    tolerance = table.pop("tolerance", 1e-6 if mechanism.key in ROUNDED else 1e-9)
    for setting, steps in table.items():
        for path, place in steps.items():
            yield Row(mechanism, setting, path, place, tolerance)
