"""The two fonts, each in two files: what English and numbers need comes first, all else once a page needs it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parents[2] / "static"
# The file, its weights, and what it keeps of its features: ligatures of a font for code would change numbers.
FONTS = {"Inter": ("inter", "100 900", ["*"]), "JetBrains Mono": ("jetbrains-mono", "100 800", [])}
LICENCES = ("OFL-Inter.txt", "OFL-JetBrainsMono.txt")
FIRST = {*range(0x20, 0x7F), *map(ord, "−·×…∞≈‘’“”→←√–é²")}


def write(folder: Path) -> str:
    """The files. Returns the CSS that names them, by addresses beside it."""
    for name in LICENCES:
        shutil.copy(STATIC / name, folder)
    return "\n".join(face for family in FONTS for face in _faces(folder, family))


def _faces(folder: Path, family: str) -> Iterator[str]:
    name, weights, features = FONTS[family]
    there = set(TTFont(STATIC / f"{name}.woff2").getBestCmap())
    for file, signs in ((f"{name}-first", there & FIRST), (name, there - FIRST)):
        _subset(STATIC / f"{name}.woff2", folder / f"{file}.woff2", signs, features)
        yield (
            f'@font-face {{ font-family: "{family}"; font-weight: {weights}; font-display: swap; '
            f'src: url("{file}.woff2") format("woff2"); unicode-range: {_ranges(signs)}; }}'
        )


def _subset(source: Path, target: Path, signs: Iterable[int], features: list[str]) -> None:
    options = Options()
    options.flavor, options.layout_features = "woff2", features
    font, subsetter = TTFont(source), Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def _ranges(signs: Iterable[int]) -> str:
    """As CSS writes it: "U+20-7E, U+B7"."""
    runs = (list(run) for _, run in groupby(enumerate(sorted(signs)), key=lambda each: each[1] - each[0]))
    ends = [(run[0][1], run[-1][1]) for run in runs]
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in ends)
