"""The words of a lesson in one language: what its page and its stage say. Nothing here depends on numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, TypedDict

from attention_core import Mechanism
from attention_core.lesson.mechanism import Option
from ui.lesson import rendered, sections


class StageWords(TypedDict):
    """What the stage says: the meaning of inputs by name, the prose of steps by heading, as HTML."""

    meanings: dict[str, str]
    sections: dict[str, str]


class Field(TypedDict):
    """An option as its page shows it. kind: "switch", "slider" or "list"; values: what its positions are called."""

    name: str
    title: str
    kind: str
    values: Sequence[str]


def stage_words(mechanism: Mechanism, language: str) -> StageWords:
    """What `assets/stage/site/pack.js` puts into a lesson's steps."""
    return {
        "meanings": {name: spec.meaning for name, spec in mechanism.inputs.items()},
        "sections": sections(mechanism.key, language),
    }


def fields(mechanism: Mechanism, offered: dict[str, tuple[Any, ...]]) -> list[Field]:
    """The options in their order."""
    return [_field(name, option, offered[name]) for name, option in mechanism.options.items()]


def _field(name: str, option: Option, values: tuple[Any, ...]) -> Field:
    kind = "list"
    if isinstance(option.default, bool):
        kind = "switch"
    elif option.choices and not isinstance(option.default, str):
        kind = "slider"
    return {"name": name, "title": option.title, "kind": kind, "values": [_spelled(value) for value in values]}


def _spelled(value: Any) -> str:
    if isinstance(value, (str, bool)):
        return str(value)
    return "none" if math.isinf(value) else f"{value:g}"


def inline(markdown: str) -> str:
    """A sentence of Markdown as HTML, without a paragraph around it."""
    return re.sub(r"^<p>(.*)</p>\s*$", r"\1", rendered(markdown), flags=re.DOTALL)
