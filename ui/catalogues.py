"""Which languages there are, and what is said in them. It imports no Streamlit.

English stands in the code and in the files of `en`. Of another language there are catalogues of the interface
(`locale/<language>/LC_MESSAGES/*.po`, read as they are), a file for each mechanism
(`assets/lessons/<language>/<key>.toml`), the names of sections (`sections.toml` there), and the glossary of names
(`assets/notation/<language>-terms.toml`).
`python -m tools.translate` makes all of these and says what is missing.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from attention_core import CURRICULUM, Mechanism
from attention_core.engine import language
from attention_core.engine.language import SOURCE, written

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "locale"
LESSONS = ROOT / "assets" / "lessons"
NOTATION = ROOT / "assets" / "notation"
NAMES = {"en": "English", "zh": "中文"}  # as those who read a language call it
TAGS = {"en": "en", "zh": "zh-Hans"}  # as HTML and browsers call it
BROWSER = "browser"  # what catalogues begin with that are sent to the browser

_ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$|^(".*")$')

Path_ = tuple[str, ...]


# --- what is said ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def texts(name: str) -> Mapping[str, tuple[str, ...]]:
    """All that Python says in a language: English to its forms."""
    found: dict[str, tuple[str, ...]] = {}
    for mechanism in CURRICULUM:
        found |= {english: (said,) for english, said in translated(mechanism, name)}
    found |= {english: (said,) for table in sections(name).values() for english, said in table.items() if said}
    for file in catalogues(name):
        if not file.name.startswith(BROWSER):
            found |= read_po(file.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=8)
def terms(name: str) -> Mapping[str, str]:
    """What steps, axes and positions are called in a language; names of positions begin with "=" here."""
    file = NOTATION / f"{name}-terms.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    labels = {f"={label}": said for label, said in found.get("labels", {}).items()}
    return {english: said for english, said in {**found.get("terms", {}), **labels}.items() if said}


def catalogues(name: str) -> list[Path]:
    """The catalogues of a language."""
    return sorted((LOCALE / name / "LC_MESSAGES").glob("*.po"))


def read_po(text: str) -> dict[str, tuple[str, ...]]:
    """English to its forms, from a catalogue; without what is not translated, or marked as doubtful."""
    found: dict[str, tuple[str, ...]] = {}
    for block in re.split(r"\n\s*\n", text):
        said = _entry(block)
        forms = tuple(part for name, part in said.items() if name.startswith("msgstr"))
        is_doubtful = any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines())
        if said.get("msgid") and all(forms) and not is_doubtful:
            found[said["msgid"]] = forms
    return found


def _entry(block: str) -> dict[str, str]:
    said: dict[str, str] = {}
    name = ""
    for found in filter(None, map(_ENTRY.match, block.splitlines())):
        name = found[1] or name
        said[name] = said.get(name, "") + ast.literal_eval(found[2] or found[3])
    return said


@lru_cache(maxsize=8)
def sections(name: str) -> Mapping[str, Mapping[str, str]]:
    """What sections and families are called in a language."""
    file = LESSONS / name / "sections.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def translated(mechanism: Mechanism, name: str) -> Iterator[tuple[str, str]]:
    """English and translation of the texts in the record of a mechanism, as far as there are any."""
    file = LESSONS / name / f"{mechanism.key}.toml"
    if not file.exists():
        return
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    for path, english in record_texts(mechanism).items():
        found = at_path(said, path)
        if found:
            yield english, found


def at_path(table: Mapping[str, Any], path: Path_) -> str:
    """The text at a path of nested tables; "" where there is none."""
    found: Any = table
    for part in path:
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, str) else ""


def record_texts(mechanism: Mechanism) -> dict[Path_, str]:
    """The English texts in the record of a mechanism by their paths, each once: its titles, notes, goals."""
    found: dict[Path_, str] = {}
    for path, english in _record(mechanism):
        if english and english not in found.values():
            found[path] = english
    return found


def _record(mechanism: Mechanism) -> Iterator[tuple[Path_, str]]:
    yield from _fields(mechanism, (), "title", "insight", "in_transformer")
    for name, spec in mechanism.inputs.items():
        yield ("inputs", name), str(written(spec, "meaning"))
    for name, option in mechanism.options.items():
        yield from _fields(option, ("options", name), "title")
        yield from ((("options", name, "choices", each), each) for each in option.choices if isinstance(each, str))
    for name, preset in mechanism.presets.items():
        yield from _fields(preset, ("presets", name), "title", "note")
    for n, challenge in enumerate(mechanism.challenges, 1):
        yield from _fields(challenge, ("challenges", str(n)), "goal", "hint")
    if mechanism.reads:
        yield from _fields(mechanism.reads, ("reads",), "title", "about")


def _fields(record: object, path: Path_, *names: str) -> Iterator[tuple[Path_, str]]:
    yield from (((*path, name), str(written(record, name))) for name in names)


# --- what the browser says -------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def browser_words(name: str) -> str:
    """What the scripts of a page say in a language, as JSON: sentences and names; "" for English, which they have."""
    if name == SOURCE:
        return ""
    said: dict[str, tuple[str, ...]] = {}
    for file in catalogues(name):
        if file.name.startswith(BROWSER):
            said |= read_po(file.read_text(encoding="utf-8"))
    sent = {english: forms[0] if len(forms) == 1 else list(forms) for english, forms in said.items()}
    words = {"language": TAGS[name], "texts": sent, "terms": dict(terms(name))}
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def words_script(name: str) -> str:
    """The script that gives a page its words; "" for English."""
    words = browser_words(name)
    return f"globalThis.atlasWords = {words};" if words else ""


@lru_cache(maxsize=8)
def words_path(name: str) -> str:
    """Where that script is served; another address for other words, so that it may be kept without end."""
    return f"atlas/words-{name}-{hashlib.sha256(words_script(name).encode()).hexdigest()[:12]}.js"


def _speak() -> None:
    for name in NAMES:
        if name != SOURCE:
            language.speaks(name, lambda name=name: texts(name), lambda name=name: terms(name))  # type: ignore[misc]


_speak()
