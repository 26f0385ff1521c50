"""One number as people write it, and which mark a table uses for decimals."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from attention_core.engine.language import say
from attention_core.engine.sentences import EMPTY_CELL, NO_NUMBER

from .grammar import COMMA, FOLDS, FRACTIONS, PATTERNS, POINT, RAISED, SENTENCES

_FOLDS = str.maketrans(FOLDS)
_RAISED = re.compile(f"[{''.join(RAISED)}]+")
_FRACTION = re.compile(rf"(?<![0-9.,])([0-9]{{0,9}}) ?([{''.join(FRACTIONS)}])")
_NUMBER, _WORD = re.compile(PATTERNS["NUMBER"]), re.compile(PATTERNS["WORD"], re.IGNORECASE)
_MARKED = {POINT: re.compile(PATTERNS["WITH_POINT"]), COMMA: re.compile(PATTERNS["WITH_COMMA"])}
_WORDS = {"inf": math.inf, "infinity": math.inf, "nan": math.nan, "true": 1.0, "false": 0.0}
SHOWN = 40  # characters of a cell in a message


class ReadingError(ValueError):
    """A text that is refused, with the clause that says why. place: the cell, counted from 0; () for the whole text."""

    def __init__(self, message: str, place: tuple[int, ...] = ()) -> None:
        self.message, self.place = message, place
        super().__init__(message)


def parse_number(text: str) -> float:
    """A number on its own: 0.25, 0,25, 1/4, 25 % or −3. Raises ValueError with the reason for anything else."""
    value = read_number(text, decimal_mark([text]))
    if not math.isfinite(value):
        raise ReadingError(say(SENTENCES["NOT_FINITE"], text=text.strip()))
    return value


def decimal_mark(cells: Iterable[str]) -> str:
    """The mark that some cell can only be read with; "" where every cell can be read with both, or with none.

    Raises ReadingError where two cells need different marks.
    """
    witness: dict[str, str] = {}
    for cell in cells:
        if POINT in cell or COMMA in cell or not cell.isascii():
            needed = _needed(cell)
            witness.setdefault(needed, cell)
    if POINT in witness and COMMA in witness:
        text, other = (witness[mark].strip()[:SHOWN] for mark in (POINT, COMMA))
        raise ReadingError(say(SENTENCES["TWO_MARKS"], text=text, other=other))
    return next((mark for mark in (POINT, COMMA) if mark in witness), "")


def read_number(text: str, mark: str = "") -> float:
    """A cell of a table with this decimal mark ("": undecided), infinities and True included."""
    plain = folded(text)
    if not plain:
        raise ReadingError(say(EMPTY_CELL))
    word = _WORD.fullmatch(plain)
    if word:
        return -_WORDS[word[2].lower()] if word[1] == "-" else _WORDS[word[2].lower()]
    point, comma = _spelled(plain, POINT), _spelled(plain, COMMA)
    shown = text.strip()[:SHOWN]
    if not mark and COMMA in plain and point and comma and point != comma:
        raise ReadingError(say(SENTENCES["TWO_NUMBERS"], text=shown, small=_joined(comma), large=_joined(point)))
    parts = comma if mark == COMMA else point or (None if mark else comma)
    if parts is None:
        raise ReadingError(say(NO_NUMBER, text=shown))
    return _computed(shown, parts)


def is_number(text: str) -> bool:
    """Whether a cell holds a number with some decimal mark, or a word that stands for one."""
    plain = folded(text)
    return bool(_WORD.fullmatch(plain) or _spelled(plain, POINT) or _spelled(plain, COMMA))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in the signs that the patterns know, without blanks around it and with single ones in it."""
    if not text.isascii():
        text = _RAISED.sub(lambda run: "^" + "".join(map(RAISED.__getitem__, run[0])), text)
        text = _FRACTION.sub(_improper, text).translate(_FOLDS)
    return re.sub("[ \t\n]+", " ", text).strip(" ")


def _improper(found: re.Match[str]) -> str:
    """3½ as 7/2."""
    above, below = FRACTIONS[found[2]]
    return f"{int(found[1] or 0) * below + above}/{below}"


def _needed(cell: str) -> str:
    """The only mark a cell can be read with; "" where there are two, or none."""
    plain = folded(cell)
    readable = [mark for mark in (POINT, COMMA) if _spelled(plain, mark)]
    return readable[0] if len(readable) == 1 else ""


def _spelled(plain: str, mark: str) -> tuple[str, str, str] | None:
    """What a number is divided into as Python writes it, what it is divided by, and "%" or ""; None if it is none."""
    found = _NUMBER.fullmatch(plain)
    if not found:
        return None
    sign, numeral, *powers, sign_below, below, p, q, r, percent = found.groups()
    above, under = _digits(numeral, mark), _digits(below, mark) if below else "1"
    if above is None or under is None:
        return None
    power = next(filter(None, powers), "0")
    power_below = next(filter(None, (p, q, r)), "0")
    return f"{sign}{above}e{power}", f"{sign_below or ''}{under}e{power_below}", percent or ""


def _digits(numeral: str, mark: str) -> str | None:
    """The digits with a decimal point and without marks of thousands; None where the marks are no such."""
    numeral = re.sub("(?<=[0-9])_(?=[0-9])", "", numeral)
    if not _MARKED[mark].fullmatch(numeral):
        return None
    other = COMMA if mark == POINT else POINT
    return numeral.replace(other, "").replace("'", "").replace(mark, POINT)


def spelled(text: str, mark: str) -> str:
    """A number with a decimal point and without marks of thousands, as a message spells it; "" where it is none."""
    parts = _spelled(folded(text), mark)
    return _joined(parts) if parts else ""


def _joined(parts: tuple[str, str, str]) -> str:
    """A number as a message spells it."""
    above, below, percent = (part.replace("e0", "") for part in parts)
    return above + (f"/{below}" if below != "1" else "") + percent


def _computed(shown: str, parts: tuple[str, str, str]) -> float:
    above, below = float(parts[0]), float(parts[1])
    if below == 0:
        raise ReadingError(say(SENTENCES["DIVIDES_BY_0"], text=shown))
    value = above / below / (100.0 if parts[2] else 1.0)
    if not math.isfinite(value):
        raise ReadingError(say(SENTENCES["NUMBER_TOO_LARGE"], text=shown))
    return value
