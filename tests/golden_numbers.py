"""Which golden number is which step: one table per mechanism, read by the tests and by tools/table.py.

tests/golden/<key>.toml has a table for each preset, [preset] or ["preset?option=value&option=value"]. In it a path
through the golden entry ("steps.S" or "inputs.X", "steps.curve.0" for the first of a list) stands for a step of the
trace, or for a part of one as NumPy writes it: "scores[0]", "heads[:, 2]". `entry` on top names the golden entry, by
default the mechanism's own key; `tolerance` is by default 1e-9.
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

FOLDER = Path(__file__).parent / "golden"
GOLDEN: dict[str, Any] = json.loads((FOLDER / "part-a.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Row:
    """One golden number or table, and where the trace has it."""

    mechanism: Mechanism
    entry: str
    setting: str
    path: str
    place: str
    tolerance: float

    def __str__(self) -> str:
        return f"{self.mechanism.key}-{self.setting}-{self.path}"

    @property
    def wanted(self) -> np.ndarray:
        """-inf travels as a word, since JSON has none."""
        return np.array(at(self.entry, self.path), dtype=float)

    @property
    def found(self) -> np.ndarray:
        return part(setting_trace(self.mechanism, self.setting), self.place)

    @property
    def error(self) -> float:
        """The largest difference, relative to any number above 1; infinite where shapes or infinities differ."""
        if self.found.shape != self.wanted.shape or not np.array_equal(np.isinf(self.found), np.isinf(self.wanted)):
            return np.inf
        finite = np.isfinite(self.wanted)
        difference = np.abs(self.found[finite] - self.wanted[finite]).max(initial=0.0)
        return float(difference / np.abs(self.wanted[finite]).max(initial=1.0))


def at(entry: str, path: str) -> Any:
    found = GOLDEN[entry]
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
    """A step's value, or the part of it that "name[index]" names."""
    match = re.fullmatch(r"(.+?)(?:\[([\d:, -]+)\])?", place)
    assert match, place
    value = trace[match[1]].value
    return np.asarray(eval(f"value[{match[2]}]", {"value": value}) if match[2] else value)


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
    entry, tolerance = table.pop("entry", mechanism.key), table.pop("tolerance", 1e-9)
    for setting, steps in table.items():
        for path, place in steps.items():
            yield Row(mechanism, entry, setting, path, place, tolerance)
