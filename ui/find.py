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

from . import front, posts
from .component import component
from .lesson import headed, source
from .wire import WireEntry, WireFind

ASSETS = Path(__file__).parent.parent / "assets"
PAGES = {
    "microscope": "A sentence of your own through a real trained model: every head, and every number of it.",
    "find-my-bug": "Numbers of your own attention: where they leave the right ones, and which mistake gives them.",
    "compare": "The same inputs under two settings, or two mechanisms, side by side.",
}
TRIES = ("softmax", "causal mask", "GQA", "cross-attention")
_FIND = component("find")
LONGEST_NAME = 24  # what is longer is a remark
_MARKS = re.compile(r"\\(?:mathrm|text|bar|tilde)\b|\[\[(?:[a-z ]*[=?])?|\]\]|[$`*\\{}]")


def field(key: str, hint: str = "Find a lesson or a term: RoPE, padding mask, GQA …") -> None:
    """The search field."""
    data: WireFind = {"index": address(), "hint": hint, "tries": list(TRIES)}
    _FIND(key=key, data=data)


def address() -> str:
    """Where a browser fetches the entries; another one for other entries, so that it may be kept without end."""
    return f"{posts.served_under or ''}/{path()}"


@lru_cache(maxsize=1)
def path() -> str:
    """Below the path under which the server serves."""
    return f"atlas/find-{hashlib.sha256(content()).hexdigest()[:12]}.json"


@lru_cache(maxsize=1)
def content() -> bytes:
    """All entries as a browser gets them."""
    return json.dumps(entries(), ensure_ascii=False, separators=(",", ":")).encode()


def entries() -> list[WireEntry]:
    """The lessons in teaching order, then pages that do something, then the terms."""
    return [*map(lesson_entry, CURRICULUM), *map(_page_entry, PAGES), *terms()]


def _page_entry(path: str) -> WireEntry:
    return {
        "title": front.HAND_WRITTEN[path],
        "kind": "Page",
        "about": PAGES[path],
        "href": path,
        "names": list(aliases().get(path, ())),
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
        "names": list(aliases().get(mechanism.key, ())),
        "words": plain(" ".join([mechanism.family, mechanism.key, *mechanism.papers, *presets, *headings])),
    }


@lru_cache(maxsize=1)
def aliases(language: str = "en") -> dict[str, list[str]]:
    """Other names of lessons, by key, and of pages, by address."""
    found: dict[str, list[str]] = tomllib.loads((ASSETS / "find" / f"{language}.toml").read_text(encoding="utf-8"))
    return found


def terms(language: str = "en") -> list[WireEntry]:
    """Every row of the notation's tables that gives a name."""
    text = (ASSETS / "notation" / f"{language}.md").read_text(encoding="utf-8")
    return [_term(row) for heading, body in headed(text).items() if heading != "Rows or columns" for row in rows(body)]


def rows(body: str) -> list[list[str]]:
    """The cells of a Markdown table, row by row, without its head."""
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def _term(row: list[str]) -> WireEntry:
    """The last column has the names that others use; of a symbol the second has the name."""
    said = [plain(cell) for cell in row]
    name = re.split(r"[,:]", said[1])[0] if row[0].startswith("$") else said[0]
    others = [each.strip(" “”") for each in re.split(r"[,;.]", said[-1])]
    return {
        "title": name,
        "kind": "Notation",
        "about": "" if said[1] == name else said[1],
        "href": f"notation?find={quote(row[0])}",
        "names": [each for each in others if each and len(each) <= LONGEST_NAME],
        "words": " ".join(said),
    }


def plain(text: str) -> str:
    """Markdown without its marks, as it is searched."""
    return re.sub(r"\s+", " ", _MARKS.sub("", text.replace(r"\sqrt", "√").replace(r"\top", "ᵀ"))).strip()
