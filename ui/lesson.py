"""The prose of a lesson: assets/lessons/<language>/<key>.md, one "## <step name>" section per step.

Markdown with $math$ becomes HTML with MathML, which browsers typeset themselves; raw HTML is not let through.
Placeholders such as [[query]] become spans that the stage fills; words.py has their grammar.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from attention_core.engine.language import SOURCE, language
from attention_stage.formulas import mathml

from .words import marked

ROOT = Path(__file__).parent.parent / "assets" / "lessons"
_MARKS = re.compile(r"([\\`*_{}\[\]()#+.!|$:<>~^=-])")


def literal(text: str) -> str:
    """Typed text for use inside Markdown, with every character of Markdown's syntax escaped."""
    return _MARKS.sub(r"\\\1", text.replace("\n", " "))


def _formula(content: str, settings: dict[str, Any]) -> str:
    return mathml(content, "block" if settings["display_mode"] else "inline")


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").use(dollarmath_plugin, renderer=_formula)


def source(key: str, name: str = "") -> dict[str, str]:
    """Heading to Markdown for one lesson, in the order of the file. name: of a language, by default the one in force.

    A section that the language lacks is in English.
    """
    return _source(key, name or language())


@lru_cache(maxsize=512)
def _source(key: str, name: str) -> dict[str, str]:
    english = headed((ROOT / SOURCE / f"{key}.md").read_text(encoding="utf-8"))
    file = ROOT / name / f"{key}.md"
    return english if name == SOURCE or not file.exists() else english | headed(file.read_text(encoding="utf-8"))


def headed(text: str) -> dict[str, str]:
    """Heading to body for every "## " section of a Markdown text, in its order."""
    _, *parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    return {heading.strip(): body.strip() for heading, body in zip(parts[::2], parts[1::2], strict=True)}


def sections(key: str, name: str = "") -> dict[str, str]:
    """Heading to HTML for one lesson, placeholders marked for the stage to fill. name: of a language, as above."""
    return _sections(key, name or language())


@lru_cache(maxsize=512)
def _sections(key: str, name: str) -> dict[str, str]:
    found = source(key, name)
    return {heading: marked(_MARKDOWN.render(body)) for heading, body in found.items()}


@lru_cache(maxsize=256)
def rendered(markdown: str) -> str:
    """A section as HTML, its formulas as MathML."""
    return str(_MARKDOWN.render(markdown))
