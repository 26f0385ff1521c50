"""The words of a lesson in one language: what its page and its stage say. Nothing here depends on numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from attention_core import Mechanism
from attention_core.engine.language import say
from attention_core.lesson.mechanism import Option
from ui.lesson import rendered, sections
from ui.state import Numbers

from .choices import is_whole, offered, options_of
from .pack import Filled, Pack, places, refusal, setting


class StageWords(TypedDict):
    """What the stage says: the meaning of inputs by name, the prose of steps by heading, as HTML.

    refused: why settings do not compute, by preset and setting.
    """

    meanings: dict[str, str]
    sections: dict[str, str]
    refused: dict[str, dict[str, str]]


class Field(TypedDict):
    """An option as its page shows it. kind: "switch", "slider" or "list"; values: what its positions are called.

    bounds: of a number of which a list is not all there are; None of others.
    """

    name: str
    title: str
    kind: str
    values: Sequence[str]
    bounds: tuple[float, float] | None


def stage_words(mechanism: Mechanism, pack: Pack) -> StageWords:
    """What `assets/stage/site/pack.js` puts into a lesson's steps, in the language in force."""
    return {
        "meanings": {name: spec.meaning for name, spec in mechanism.inputs.items()},
        "sections": sections(mechanism.key),
        "refused": {preset: _refused(mechanism, preset, each) for preset, each in pack["settings"].items()},
    }


def _refused(mechanism: Mechanism, preset: str, settings: Mapping[str, Filled | None]) -> dict[str, str]:
    """Why settings that are not filled do not compute."""
    start, values = Numbers.of(mechanism, preset), offered(mechanism)
    empty = [key for key, filled in settings.items() if filled is None]
    return {key: refusal(setting(start, options_of(values, places(key)))) for key in empty}


def fields(mechanism: Mechanism) -> list[Field]:
    """The options in their order."""
    values = offered(mechanism)
    return [_field(name, option, values[name]) for name, option in mechanism.options.items()]


def _field(name: str, option: Option, values: tuple[Any, ...]) -> Field:
    kind = "list"
    if isinstance(option.default, bool):
        kind = "switch"
    elif option.choices and not isinstance(option.default, str):
        kind = "slider"
    return {
        "name": name,
        "title": option.title,
        "kind": kind,
        "values": [_spelled(value) for value in values],
        "bounds": None if is_whole(option) else option.bounds,
    }


def _spelled(value: Any) -> str:
    if isinstance(value, (str, bool)):
        return say(str(value))
    return say("none") if math.isinf(value) else f"{value:g}"


def inline(markdown: str) -> str:
    """A sentence of Markdown as HTML, without a paragraph around it."""
    return re.sub(r"^<p>(.*)</p>\s*$", r"\1", rendered(markdown), flags=re.DOTALL)
