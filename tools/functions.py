"""Write what the browser knows of functions of one number, of sentences of refusal, and of how numbers are read.

The rows are those of attention_core/engine/functions.py, the sentences those of attention_core/engine/sentences.py, the
grammar of numbers that of ui/reading/grammar.py.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Mapping
from pathlib import Path

from attention_core.engine.functions import FUNCTIONS
from attention_core.engine.sentences import SENTENCES
from ui.reading import grammar

WIDEST = 120  # characters of a line
MODEL = Path(__file__).parents[1] / "assets" / "stage" / "model"
MADE = "Made by `python -m tools.functions` from {}; do not edit."


def functions() -> str:
    """The module of functions: values, MathML and speech by name."""
    names = " | ".join(f'"{name}"' for name in FUNCTIONS)
    compute = {name: each.javascript for name, each in FUNCTIONS.items()}
    mathml = {name: _template(each.mathml, unpacked=True) for name, each in FUNCTIONS.items()}
    speech = {name: _said(each.speech) for name, each in FUNCTIONS.items()}
    factors = ", ".join(f'"{name}"' for name, each in FUNCTIONS.items() if each.factors)
    return "\n".join(
        [
            "// Functions of one number: how each is computed, written and spoken.",
            f"// {MADE.format('attention_core/engine/functions.py')}",
            "",
            'import { erf } from "./erf.js";',
            'import { say } from "./say.js";',
            "",
            f"/** @typedef {{{names}}} FunctionName */",
            "/** @typedef {{ x: string, factor: string, base: string }} Argument with brackets as a factor, base */",
            "",
            *_table("FUNCTIONS", "Record<FunctionName, (x: number) => number>", compute),
            "",
            *_table("MATHML", "Record<FunctionName, (argument: Argument) => string>", mathml),
            "",
            "/** What is written as several factors, and so needs brackets as the base of a power. */",
            f"export const FACTORS = new Set([{factors}]);",
            "",
            *_table("SPEECH", "Record<FunctionName, (x: string) => string>", speech),
            "",
        ]
    )


def sentences() -> str:
    """The module of sentences: each a text, or a function of what is filled in."""
    return "\n".join(
        [
            "// Sentences of refusal that the page says too.",
            f"// {MADE.format('attention_core/engine/sentences.py')}",
            "",
            'import { say } from "./say.js";',
            "",
            *(line for name, text in SENTENCES.items() for line in _sentence(name, text)),
            "",
        ]
    )


def reading() -> str:
    """The module of how numbers and tables are read: signs, patterns, sentences."""
    signs = {name: getattr(grammar, name) for name in ("FOLDS", "RAISED", "FRACTIONS", "PLAIN")}
    return "\n".join(
        [
            "// How numbers and tables are read: signs, patterns, and sentences of refusal.",
            f"// {MADE.format('ui/reading/grammar.py')}",
            "",
            'import { say } from "./say.js";',
            "",
            *(line for name, each in signs.items() for line in _signs(name, each)),
            "export const PATTERNS = {",
            *(f"  {name}: {_pattern(pattern)}," for name, pattern in grammar.PATTERNS.items()),
            "};",
            f"export const TOKEN = {_pattern(grammar.TOKEN)};",
            f"export const HIDES = {grammar.HIDES:.0f};",
            f"export const DEEPEST = {grammar.DEEPEST};",
            "",
            *(line for name, text in grammar.SENTENCES.items() for line in _sentence(name, text)),
            "",
        ]
    )


def _signs(name: str, each: Mapping[str, object]) -> Iterable[str]:
    kind = "string" if all(isinstance(value, str) for value in each.values()) else "number[]"
    yield f"/** @type {{Map<string, {kind}>}} */"
    yield f"export const {name} = new Map(["
    yield from (f"  [{_json(key)}, {_json(value)}]," for key, value in each.items())
    yield "]);"


def _pattern(pattern: str) -> str:
    return f"String.raw`{pattern}`" if "\\" in pattern else f'"{pattern}"'


def _json(value: object) -> str:
    return json.dumps(value)


def _table(name: str, kind: str, rows: dict[str, str]) -> Iterable[str]:
    yield f"/** @type {{{kind}}} */"
    yield f"export const {name} = {{"
    yield from (f"  {key}: {value}," for key, value in rows.items())
    yield "};"


def _sentence(name: str, text: str) -> Iterable[str]:
    fields = _fields(text)
    if len(fields) == 1:
        yield f"/** @param {{string}} {fields[0]} */"
    elif fields:
        yield "\n".join(["/**", *(f" * @param {{string}} {field}" for field in fields), " */"])
    given, said = _said(text).split(" => ", 1)
    start = f"export const {name} = {given} =>"
    if len(f"{start} {said};") <= WIDEST:
        yield f"{start} {said};"
    elif len(f"  {said};") <= WIDEST:
        yield f"{start}\n  {said};"
    else:
        sentence = said.removeprefix("say(").removesuffix(f", {_values(fields)})")
        yield f"{start}\n  say(\n    {sentence},\n    {_values(fields)},\n  );"


def _template(text: str, unpacked: bool = False) -> str:
    """A text with {x} in it as a function of x; unpacked: of an object that has it."""
    fields = _fields(text)
    written = text.replace("\\", "\\\\").replace("`", "\\`").replace("{", "${")
    given = f"{{ {', '.join(fields)} }}" if unpacked else ", ".join(fields)
    return f"({given}) => `{written}`"


def _said(text: str) -> str:
    """A sentence as a function of what is filled in, which says it in the language of the page."""
    fields = _fields(text)
    values = f", {_values(fields)}" if fields else ""
    return f"({', '.join(fields)}) => say({_quoted(text)}{values})"


def _values(fields: list[str]) -> str:
    return f"{{ {', '.join(fields)} }}"


def _fields(text: str) -> list[str]:
    return list(dict.fromkeys(field for _, field, _, _ in string.Formatter().parse(text) if field))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def files() -> dict[Path, str]:
    return {
        MODEL / "functions.js": functions(),
        MODEL / "sentences.js": sentences(),
        MODEL / "grammar.js": reading(),
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
