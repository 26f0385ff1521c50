"""What a link must say, worked out beside the running app."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs

from attention_core import CURRICULUM
from ui import share
from ui.state import Numbers, Session

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}


def packed(key: str, *edits: tuple[str, int, float], preset: str = "") -> str:
    """The `data` of a link to a preset with single numbers (input, position in reading order, value) replaced."""
    mechanism = MECHANISMS[key]
    numbers = Numbers.of(mechanism, preset or next(iter(mechanism.presets))).with_edits(edits)
    return parse_qs(share.encode(Session(numbers)))["data"][0]


def packed_text(key: str, text: str) -> str:
    """The `data` of a link to a lesson with this text typed into its first preset."""
    mechanism = MECHANISMS[key]
    numbers = Numbers.of(mechanism, next(iter(mechanism.presets))).with_text(text)
    return parse_qs(share.encode(Session(numbers)))["data"][0]


def row(name: str, start: int, values: Iterable[float]) -> list[tuple[str, int, float]]:
    """Neighbouring numbers of one input."""
    return [(name, start + n, float(value)) for n, value in enumerate(values)]
