"""What the search finds: lessons by their words and other names, pages, and the terms of the notation.

A browser fetches the entries once, when somebody begins to search, and searches by itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from attention_core import CURRICULUM, Mechanism
from attention_core.engine.language import SOURCE, language, say, speaking, to_say

from . import front, posts
from .component import component
from .lesson import headed, source
from .wire import WireEntry, WireFind

ASSETS = Path(__file__).parent.parent / "assets"
PAGES = {
    "microscope": to_say("A sentence of your own through a real trained model: every head, and every number of it."),
    "find-my-bug": to_say(
        "Numbers of your own attention: where they leave the right ones, and which mistake gives them."
    ),
    "detective": to_say("A game: the code has one mistake, and its numbers say which."),
    "compare": to_say("The same inputs under two settings, or two mechanisms, side by side."),
}
TRIES = ("softmax", to_say("causal mask"), "GQA", to_say("cross-attention"))
_FIND = component("find")
LONGEST_NAME = 24  # what is longer is a remark
_MARKS = re.compile(r"\\(?:mathrm|text|bar|tilde)\b|\[\[(?:[a-z ]*[=?])?|\]\]|[$`*\\{}]")


def field(key: str, hint: str = "") -> None:
    """The search field. hint: what stands in it while it is empty."""
    hint = hint or say("Find a lesson or a term: RoPE, padding mask, GQA …")
    data: WireFind = {"index": address(), "hint": hint, "tries": list(map(say, TRIES))}
    _FIND(key=key, data=data)


def address() -> str:
    """Where a browser fetches the entries; another one for other entries, so that it may be kept without end."""
    return f"{posts.served_under or ''}/{path()}"


def path() -> str:
    """Below the path under which the server serves: of the entries in the language in force."""
    return _path(language())


@lru_cache(maxsize=8)
def _path(name: str) -> str:
    return f"atlas/find-{name}-{hashlib.sha256(content(name)).hexdigest()[:12]}.json"


@lru_cache(maxsize=8)
def content(name: str = SOURCE) -> bytes:
    """All entries in a language as a browser gets them."""
    with speaking(name):
        return _content()


def _content() -> bytes:
    return json.dumps(entries(), ensure_ascii=False, separators=(",", ":")).encode()


def entries() -> list[WireEntry]:
    """The lessons in teaching order, then pages that do something, then the terms."""
    return [*map(lesson_entry, CURRICULUM), *map(_page_entry, PAGES), *terms()]


def _page_entry(path: str) -> WireEntry:
    return {
        "title": say(front.HAND_WRITTEN[path]),
        "kind": say("Page"),
        "about": say(PAGES[path]),
        "href": path,
        "names": list(aliases(language()).get(path, ())),
        "words": "",
    }


def lesson_entry(mechanism: Mechanism) -> WireEntry:
    """A lesson: found by title, other names, insight, section, family, papers, presets and headings."""
    headings = (title for body in source(mechanism.key).values() for title in re.findall(r"^### +(.+)$", body, re.M))
    presets = (preset.title for preset in mechanism.presets.values())
    return {
        "title": mechanism.title,
        "kind": mechanism.section,
        "about": mechanism.insight,
        "href": mechanism.key,
        "names": list(aliases(language()).get(mechanism.key, ())),
        "words": plain(" ".join([mechanism.family, mechanism.key, *mechanism.papers, *presets, *headings])),
    }


@lru_cache(maxsize=8)
def aliases(name: str = SOURCE) -> dict[str, list[str]]:
    """Other names of lessons, by key, and of pages, by address, in a language; English ones lead there in any."""
    english: dict[str, list[str]] = tomllib.loads((ASSETS / "find" / f"{SOURCE}.toml").read_text(encoding="utf-8"))
    file = ASSETS / "find" / f"{name}.toml"
    if name == SOURCE or not file.exists():
        return english
    own: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {key: [*own.get(key, ()), *english.get(key, ())] for key in {**english, **own}}


def notation_text() -> str:
    """The notation in the language in force, as Markdown."""
    file = ASSETS / "notation" / f"{language()}.md"
    return (file if file.exists() else file.with_name(f"{SOURCE}.md")).read_text(encoding="utf-8")


def terms() -> list[WireEntry]:
    """Every row of the notation's tables that gives a name."""
    sections = list(headed(notation_text()).items())[:-1]  # the last one, on rows and columns, has no names
    return [_term(row) for _, body in sections for row in rows(body)]


def rows(body: str) -> list[list[str]]:
    """The cells of a Markdown table, row by row, without its head."""
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def _term(row: list[str]) -> WireEntry:
    """The last column has the names that others use; of a symbol the second has the name."""
    said = [plain(cell) for cell in row]
    name = re.split(r"[,:，：]", said[1])[0] if row[0].startswith("$") else said[0]
    others = [each.strip(" “”") for each in re.split(r"[,;.，；。]", said[-1])]
    return {
        "title": name,
        "kind": say("Notation"),
        "about": "" if said[1] == name else said[1],
        "href": f"notation?find={quote(row[0])}",
        "names": [each for each in others if each and len(each) <= LONGEST_NAME],
        "words": " ".join(said),
    }


def plain(text: str) -> str:
    """Markdown without its marks, as it is searched."""
    return re.sub(r"\s+", " ", _MARKS.sub("", text.replace(r"\sqrt", "√").replace(r"\top", "ᵀ"))).strip()
