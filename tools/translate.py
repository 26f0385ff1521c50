"""What a translation needs, and what it lacks. A translator edits text files only, and runs this to see how far it is.

`update` writes every file of a language anew, with all sentences of the code and all that was translated before: the
catalogues `locale/<language>/LC_MESSAGES/*.po`, one file for the texts of each mechanism
(`assets/lessons/<language>/<key>.toml`), the names of sections, and the glossary. `count` says how much is missing in
which file, `todo` what. `check` says what is wrong: places that differ from the English, a formula that was changed, a
term that is not the glossary's. `todo` and `check` take the beginnings of file names, as in `todo causal-mask browser`.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_javascript
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from attention_core import CURRICULUM
from attention_core.diagnosis.mistakes import CATALOGUE
from attention_core.engine.language import written
from attention_core.engine.step_names import place_of, time_of
from ui import catalogues
from ui.catalogues import LESSONS, LOCALE, NOTATION, ROOT, at_path, record_texts
from ui.lesson import headed

LANGUAGE = "zh"
PYTHON = {"say": None, "to_say": None, "say_many": (1, 2), "Refusal": (3,)}
BROWSER = {"say": None, "toSay": None, "saidParts": None, "sayMany": (1, 2)}
STAGE = "assets/stage/"
# Which files each catalogue is made of: the first whose beginning fits.
AREAS = {
    "pictures": ("attention_core/mechanisms/",),
    "diagnosis": ("attention_core/diagnosis/",),
    "core": ("attention_core/",),
    "microscope": ("ui/microscope/",),
    "classroom": ("ui/classroom/",),
    "site": ("tools/site/",),
    "browser-site": (f"{STAGE}site/",),
    "browser-classroom": (f"{STAGE}classroom/",),
    "browser-microscope": (f"{STAGE}scope/", f"{STAGE}pictures/microscope.js"),
    "browser-stage": (STAGE,),
    "pages": ("",),
}
MADE = datetime(2026, 11, 30, tzinfo=UTC)  # in the head of a catalogue; files differ where their sentences do

_SAID = re.compile(r'(?<![.#\w])(?:say|toSay|saidParts)\(\s*"((?:[^"\\])+)"')
_METHOD = re.compile(rb"([.#])(say|toSay|saidParts|sayMany)\(")
_PLACE = re.compile(r"\{(\w*)[^{}]*\}|\[\[.*?\]\]")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]+`", re.DOTALL)


class Message(NamedTuple):
    """One sentence of the code. many: its plural, "" where it has none; where: the file."""

    english: str
    many: str
    where: str


# --- what the code says ----------------------------------------------------------------------------------------------


def sources() -> list[str]:
    """All files that say something, relative to the project."""
    folders = ("attention_core", "ui", "pages", "assets/stage", "tools/site")
    found = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.suffix in (".py", ".js")]
    found += [
        ROOT / "app.py",
        *(ROOT / "assets").glob("*.html"),
        *(ROOT / "tools" / "site" / "templates").glob("*.html"),
    ]
    names = sorted(file.relative_to(ROOT).as_posix() for file in found)
    return [name for name in names if not name.startswith(f"{STAGE}built/")]


def messages(name: str) -> Iterator[Message]:
    """The sentences of one file. name: relative to the project."""
    content = (ROOT / name).read_bytes()
    if name.endswith(".py"):
        yield from (Message(one, many, name) for one, many in said_in_python(content))
        return
    methods: dict[str, tuple[Callable[..., Any], Mapping[str, Any]]] = {
        ".js": (extract_javascript, BROWSER), ".html": (babel_extract, PYTHON),
    }  # fmt: skip
    method, keywords = methods[Path(name).suffix]
    if name.endswith(".js"):
        content = _METHOD.sub(rb"\1_\2(", content)  # a method of that name would swallow what is said in its brackets
    options = {"template_string": False, "parse_template_string": False}
    for _, english, _, _ in extract(method, BytesIO(content), keywords, (), options if name.endswith(".js") else {}):
        one, many = english if isinstance(english, tuple) else (english, "")
        if one and (not name.endswith(".js") or _is_called(one, content.decode())):
            yield Message(one, many, name)
    if name.endswith(".js"):  # what the extractor loses, as behind a nested template
        yield from (Message(one, "", name) for one in _SAID.findall(content.decode()))


def said_in_python(content: bytes) -> Iterator[tuple[str, str]]:
    """Every sentence and its plural, "" where it has none. By the syntax tree, which knows f-strings from within."""
    for node in ast.walk(ast.parse(content)):
        called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if called not in PYTHON:
            continue
        texts = [node.args[place - 1 : place] for place in PYTHON[called] or (1,)]
        found = [each.value for each, *_ in filter(None, texts) if isinstance(each, ast.Constant)]
        if found and all(isinstance(each, str) and each for each in found):
            yield found[0], found[1] if len(found) > 1 else ""


def _is_called(english: str, text: str) -> bool:
    """Whether a script says the sentence by the function, and not by a method of the same name."""
    return bool(re.search(rf"(?<![.#\w])(?:{'|'.join(BROWSER)})\(\s*{re.escape(_quoted(english))}", text))


def area_of(name: str) -> str:
    """The catalogue that a file's sentences stand in."""
    return next(area for area, starts in AREAS.items() if name.startswith(starts))


@lru_cache(maxsize=1)
def templates() -> dict[str, Catalog]:
    """What every catalogue has to hold."""
    found = {area: _catalogue() for area in AREAS}
    for name in sources():
        for message in messages(name):
            key = (message.english, message.many) if message.many else message.english
            found[area_of(name)].add(key, locations=[(message.where, 0)], flags=())
    for english in mistakes():
        found["diagnosis"].add(english, locations=[("attention_core/diagnosis/mistakes", 0)])
    return found


def mistakes() -> list[str]:
    """What the catalogue of mistakes says of each."""
    said = [str(written(mistake, field)) for mistake in CATALOGUE for field in ("name", "sentence", "made")]
    return [text for text in (*said, *(way for mistake in CATALOGUE for way in mistake.ways)) if text]


def _catalogue() -> Catalog:
    return Catalog(
        locale=LANGUAGE, project="Attention Atlas", version="", copyright_holder="", msgid_bugs_address="",
        creation_date=MADE, revision_date=MADE, last_translator="", language_team="", charset="utf-8", fuzzy=False,
        header_comment="# Sentences of Attention Atlas. `python -m tools.translate update` writes this file.",
    )  # fmt: skip


# --- catalogues ------------------------------------------------------------------------------------------------------


def po_file(area: str) -> Path:
    return LOCALE / LANGUAGE / "LC_MESSAGES" / f"{area}.po"


def written_po(area: str, template: Catalog, known: Mapping[str, Any]) -> bytes:
    """A catalogue with all sentences of the template, translated as before or as in another catalogue."""
    found = _catalogue()
    before = _translations(po_file(area))
    for message in sorted(template, key=lambda each: str(each.id)):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            places = sorted({where for where, _ in message.locations})
            said = before.get(key) or known.get(key) or ""
            many = isinstance(message.id, tuple) and isinstance(said, str)
            found.add(message.id, (said,) if many else said, locations=[(where, None) for where in places])
    out = BytesIO()
    write_po(out, found, width=0, include_lineno=False)
    return re.sub(rb"^#, python-(brace-)?format\n", b"", out.getvalue(), flags=re.MULTILINE)


def _translations(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    found = read_po(BytesIO(file.read_bytes()), locale=LANGUAGE)
    return {
        (each.id if isinstance(each.id, str) else each.id[0]): each.string for each in found if each.id and each.string
    }


# --- texts of mechanisms, names --------------------------------------------------------------------------------------


def written_record(mechanism: Any) -> str:
    """The file of a mechanism's texts: the English as a comment above each."""
    file = LESSONS / LANGUAGE / f"{mechanism.key}.toml"
    before = _toml(file)
    groups: dict[tuple[str, ...], list[str]] = {}
    for path, english in record_texts(mechanism).items():
        groups.setdefault(path[:-1], []).extend(_entry(path[-1], english, at_path(before, path)))
    lines = [f"# Texts of the lesson {mechanism.key}. The English stands above each; leave what is left of the sign =."]
    for table, entries in groups.items():
        lines += ["", *([f"[{'.'.join(map(_key, table))}]"] if table else []), *entries]
    return "\n".join([*lines, ""])


def _entry(name: str, english: str, said: str) -> list[str]:
    return [f"# {' '.join(english.split())}", f"{_key(name)} = {_quoted(said)}"]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def names() -> dict[str, list[str]]:
    """Names on the stage: of steps, places and axes in any lesson, and of positions that are no words of a sentence."""
    terms: dict[str, None] = {"Inputs": None}
    labels: dict[str, None] = {}
    for mechanism in CURRICULUM:
        terms |= dict.fromkeys(list(headed((LESSONS / "en" / f"{mechanism.key}.md").read_text("utf-8")))[1:-1])
        for preset in mechanism.presets.values():
            trace = mechanism.trace(preset.inputs, preset.labels, **preset.options)
            for step in trace:
                place = time_of(step.name)
                terms |= dict.fromkeys(
                    [part for part in (place[0] if place else place_of(step.name)).split("/") if part]
                )
                terms |= dict.fromkeys(axis.name for axis in step.axes)
            stems = [re.fullmatch(r"(.*\S) \d+", label) for each in preset.labels.values() for label in each]
            terms |= dict.fromkeys(stem[1] for stem in stems if stem and _is_stem(stem[1], terms))
    return {"terms": [name for name in terms if _is_word(name)], "labels": list(labels)}


def _is_stem(name: str, terms: Iterable[str]) -> bool:
    return name.lower() not in terms and not re.search(r"\d| ", name)


def _is_word(name: str) -> bool:
    """Whether a name has words that another language says otherwise; gradients are called by their steps."""
    return not name.startswith("gradient of ") and bool(re.search(r"[A-Za-z]{3,}", re.sub(r"\S*_\S*", "", name)))


def written_terms() -> str:
    file = NOTATION / f"{LANGUAGE}-terms.toml"
    before = _toml(file)
    found = names()
    lines = [
        "# The glossary. [terms]: names of steps, places and axes on the stage, as they are in the code and in links.",
        "# [labels]: names of positions. [glossary]: words of the field, with every way to say them that a translation",
        "# may use; `python -m tools.translate check` holds translations to it.",
    ]
    for table in ("terms", "labels"):
        kept = before.get(table, {})
        every = [*(name for name in kept if kept[name]), *(name for name in found[table] if not kept.get(name))]
        lines += ["", f"[{table}]", *(f"{_key(name)} = {_quoted(kept.get(name, ''))}" for name in every)]
    lines += ["", "[glossary]"]
    lines += [f"{_key(name)} = [{', '.join(map(_quoted, ways))}]" for name, ways in before.get("glossary", {}).items()]
    return "\n".join([*lines, ""])


def written_sections() -> str:
    before = _toml(LESSONS / LANGUAGE / "sections.toml")
    lines = ["# Names of the sections and of families of lessons."]
    for table, names_ in section_names().items():
        kept = before.get(table, {})
        lines += ["", f"[{table}]", *(f"{_quoted(name)} = {_quoted(kept.get(name, ''))}" for name in names_)]
    return "\n".join([*lines, ""])


def section_names() -> dict[str, list[str]]:
    """English names of sections and families."""
    sections = dict.fromkeys(mechanism.section for mechanism in CURRICULUM)
    families = dict.fromkeys(mechanism.family for mechanism in CURRICULUM if mechanism.family)
    return {"sections": list(sections), "families": list(families)}


# --- commands --------------------------------------------------------------------------------------------------------


def files() -> dict[Path, bytes]:
    """Every file that `update` writes, as it should be."""
    found: dict[Path, bytes] = {}
    known: dict[str, Any] = {}
    for area in AREAS:
        known |= _translations(po_file(area))
    for area, template in templates().items():
        found[po_file(area)] = written_po(area, template, known)
    for mechanism in CURRICULUM:
        found[LESSONS / LANGUAGE / f"{mechanism.key}.toml"] = written_record(mechanism).encode()
    found[LESSONS / LANGUAGE / "sections.toml"] = written_sections().encode()
    found[NOTATION / f"{LANGUAGE}-terms.toml"] = written_terms().encode()
    return found


def update() -> None:
    for file, content in files().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def missing() -> Iterator[tuple[Path, str]]:
    """File and English of everything that is not translated."""
    for area in AREAS:
        said = catalogues.read_po(po_file(area).read_text(encoding="utf-8")) if po_file(area).exists() else {}
        for message in templates_of(area):
            if message not in said:
                yield po_file(area), message
    for mechanism in CURRICULUM:
        file = LESSONS / LANGUAGE / f"{mechanism.key}.toml"
        found = _toml(file)
        yield from ((file, english) for path, english in record_texts(mechanism).items() if not at_path(found, path))
    yield from _missing_names()
    yield from _missing_files()


def templates_of(area: str) -> list[str]:
    """The English of a catalogue."""
    ids = (each.id for each in templates()[area] if each.id)
    return [each if isinstance(each, str) else each[0] for each in ids]


def _missing_names() -> Iterator[tuple[Path, str]]:
    file = NOTATION / f"{LANGUAGE}-terms.toml"
    found = _toml(file)
    for table, every in names().items():
        yield from ((file, name) for name in every if not found.get(table, {}).get(name))
    sections = LESSONS / LANGUAGE / "sections.toml"
    said = _toml(sections)
    for table, every in section_names().items():
        yield from ((sections, name) for name in every if not said.get(table, {}).get(name))


def _missing_files() -> Iterator[tuple[Path, str]]:
    for mechanism in CURRICULUM:
        file = LESSONS / LANGUAGE / f"{mechanism.key}.md"
        if not file.exists():
            yield file, "the whole lesson"
    for file in (NOTATION / f"{LANGUAGE}.md", ROOT / "assets" / "find" / f"{LANGUAGE}.toml"):
        if not file.exists():
            yield file, "the whole file"


def pairs() -> Iterator[tuple[Path, str, str]]:
    """File, English and translation of everything that is translated; of lessons section by section."""
    for area in AREAS:
        for english, forms in catalogues.read_po(po_file(area).read_text(encoding="utf-8")).items():
            yield from ((po_file(area), english, said) for said in forms)
    for mechanism in CURRICULUM:
        file = LESSONS / LANGUAGE / f"{mechanism.key}.toml"
        yield from ((file, english, said) for english, said in catalogues.translated(mechanism, LANGUAGE))
        yield from _lesson_pairs(mechanism.key)


def _lesson_pairs(key: str) -> Iterator[tuple[Path, str, str]]:
    file = LESSONS / LANGUAGE / f"{key}.md"
    if file.exists():
        english = headed((LESSONS / "en" / f"{key}.md").read_text(encoding="utf-8"))
        said = headed(file.read_text(encoding="utf-8"))
        yield from ((file, text, said[heading]) for heading, text in english.items() if heading in said)


def problems() -> Iterator[tuple[Path, str]]:
    """File and sentence for everything that is wrong."""
    glossary = _toml(NOTATION / f"{LANGUAGE}-terms.toml").get("glossary", {})
    for file, english, said in pairs():
        yield from (
            (file, f"{problem}: {' '.join(english.split())[:90]}") for problem in faults(english, said, glossary)
        )
    for mechanism in CURRICULUM:
        file = LESSONS / LANGUAGE / f"{mechanism.key}.md"
        if file.exists():
            wanted = list(headed((LESSONS / "en" / file.name).read_text(encoding="utf-8")))
            found = list(headed(file.read_text(encoding="utf-8")))
            if wanted != found:
                yield file, f"headings differ: {', '.join({*wanted} ^ {*found}) or 'their order'}"


def faults(english: str, said: str, glossary: Mapping[str, list[str]]) -> Iterator[str]:
    """What is wrong with one translation."""
    wanted, found = ({part[0] for part in _PLACE.finditer(text)} for text in (_prose(english), _prose(said)))
    if wanted != found:
        yield f"places differ ({', '.join(sorted(wanted ^ found))})"
    if sorted(_FORMULA.findall(english)) != sorted(_FORMULA.findall(said)):
        yield "formulas or code differ"
    if english.count("\n### ") + english.startswith("### ") != said.count("\n### ") + said.startswith("### "):
        yield "titles (###) differ in number"
    plain = _PLACE.sub(" ", _FORMULA.sub(" ", english)).lower()
    for word, ways in glossary.items():
        # A name may keep the word: of a parameter (out_proj.weight), or of an article.
        if re.search(rf"\b{re.escape(word)}s?\b", plain) and not any(
            way.lower() in said.lower() for way in (word, *ways)
        ):
            yield f"“{word}” is {' or '.join(ways)}"
    if re.search(r"[\u4e00-\u9fff][,.;:!?](?!\w)", _FORMULA.sub("", said)):
        yield "half-width punctuation after a Chinese character"


def latin_words(said: str) -> list[str]:
    """Words of three Latin letters or more in a translation, outside formulas, code and places."""
    return re.findall(r"[A-Za-z][A-Za-z'’-]{2,}", _PLACE.sub(" ", _FORMULA.sub(" ", said)))


def _prose(text: str) -> str:
    return _FORMULA.sub("", text)


def _shown(found: Iterable[tuple[Path, str]], starts: list[str]) -> int:
    count = 0
    for file, sentence in found:
        if not starts or file.name.startswith(tuple(starts)):
            count += 1
            print(f"{file.relative_to(ROOT)}: {' '.join(sentence.split())}")
    print(count)
    return count


def counted(starts: list[str]) -> int:
    """How much is missing, by file."""
    many: dict[Path, int] = {}
    for file, _ in missing():
        many[file] = many.get(file, 0) + 1
    for file, count in many.items():
        print(f"{count:5} {file.relative_to(ROOT)}")
    print(f"{sum(many.values()):5}")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int | None]] = {
    "update": lambda _: update(),
    "todo": lambda starts: _shown(missing(), starts) and 0,
    "count": counted,
    "check": lambda starts: bool(_shown(problems(), starts)),
}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
