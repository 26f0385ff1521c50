"""python -m tools.icons: static/icons.woff2, the icons that are used, out of the font of all that Streamlit brings.

The font of all icons is 375 kB, more than any script of a lesson. An icon is drawn by its name, as a ligature. Kept are
the icons that are named in Streamlit's own scripts and in this project's sources; where a source puts a name together,
every string in it that is the name of an icon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from ui.front import STATIC

from .serving import ROOT

FILE = ROOT / "static" / "icons.woff2"
SOURCES = ("app.py", "ui/**/*.py", "pages/**/*.py")
_MARKED = re.compile(r":material/([a-z0-9_]+):")
_QUOTED = re.compile(r'"([a-z0-9_]+)"')
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


def whole() -> TTFont:
    """Streamlit's font of all icons."""
    return TTFont(next((STATIC / "static" / "media").glob("MaterialSymbols-Rounded*.woff2")))


def ligatures(font: TTFont) -> Iterator[tuple[str, str]]:
    """Every icon of a font: its name, and the glyph it is drawn with."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in (getattr(each, "ExtSubTable", each) for each in lookup.SubTable):
            for first, found in getattr(table, "ligatures", {}).items():
                for each in found:
                    yield "".join(letters.get(part, "?") for part in (first, *each.Component)), each.LigGlyph


def drawn(font: TTFont) -> set[str]:
    """The names of the icons that a font can draw."""
    return {name for name, _ in ligatures(font)}


@cache
def wanted() -> frozenset[str]:
    """The names of all icons that may come to be drawn."""
    scripts = (STATIC / "static" / "js").glob("*.js")
    sources = [file for pattern in SOURCES for file in ROOT.glob(pattern)]
    found = {name for file in (*scripts, *sources) for name in _MARKED.findall(file.read_text(encoding="utf-8"))}
    composed = [text for text in (file.read_text(encoding="utf-8") for file in sources) if ":material/{" in text]
    quoted = {name for text in composed for name in _QUOTED.findall(text)}
    return frozenset((found | quoted) & drawn(whole()))


def write(file: Path = FILE) -> None:
    """Write the font of the icons that are wanted."""
    font = whole()
    subsetter = Subsetter(Options(layout_features=["*"], layout_closure=False))
    subsetter.populate(text=LETTERS, glyphs=[glyph for name, glyph in ligatures(font) if name in wanted()])
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(file)


if __name__ == "__main__":
    write()
    print(f"{FILE.relative_to(ROOT)}: {len(drawn(TTFont(FILE)))} icons, {FILE.stat().st_size / 1e3:.0f} kB")
