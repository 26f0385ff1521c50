"""Text and files as tables of numbers. Every refusal is an InputError naming the field, the row and the column."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.sentences import EMPTY_CELL, NO_NUMBER
from attention_core.lesson.mechanism import array, position

from .state import MAPPED, Table

MOST_CHARACTERS = 2_000_000
_PLAIN = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_TYPED = re.compile(rf"({_PLAIN})\s*(?:/\s*({_PLAIN})|(%))?")
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def parse_number(text: str) -> float:
    """0.25, 1/4, 25 % or −3 as a number, in the grammar of the stage.

    Raises ValueError on anything else, inf included.
    """
    found = _TYPED.fullmatch(re.sub("[−–]", "-", text.strip()))
    if not found:
        raise ValueError(text)
    value = float(found[1]) / (float(found[2]) if found[2] else 100.0 if found[3] else 1.0)
    if not np.isfinite(value):
        raise ValueError(text)
    return value


def parse_table(name: str, text: str, dimensions: int = 2) -> Table:
    """Rows of numbers separated by tabs, semicolons, commas or blanks, or JSON lists.

    Of three axes: tables with a blank line between them.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError(name, "", f"{len(text):,} characters are too many (at most {MOST_CHARACTERS:,})")
    if not text.strip():
        raise InputError(name, "", "is empty")
    if text.lstrip().startswith("["):
        return limited(name, array(name, _json(name, text), dimensions))
    if dimensions > 2:
        blocks = [block for block in re.split(r"\n\s*\n", _lines(text)) if block.strip()]
        return limited(
            name, array(name, [_parsed_rows(name, block, (b,)) for b, block in enumerate(blocks)], dimensions)
        )
    rows = _parsed_rows(name, text)
    return limited(name, array(name, rows[0] if dimensions == 1 and len(rows) == 1 else rows, dimensions))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parsed_rows(name: str, text: str, block: tuple[int, ...] = ()) -> list[list[float]]:
    rows = enumerate(_rows(name, text))
    return [[_number(name, (*block, r, c), cell) for c, cell in enumerate(row)] for r, row in rows]


def _rows(name: str, text: str) -> list[list[str]]:
    lines = [line for line in _lines(text).split("\n") if line.strip()]
    mark = next((mark for mark in "\t;," if mark in text), None)
    if mark is None:
        return [line.split() for line in lines]
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=mark)]
    except csv.Error as error:
        raise InputError(name, "", f"is not a table ({error})") from None


def _number(name: str, place: tuple[int, ...], cell: str) -> float:
    where = position(place)
    if not cell.strip():
        raise InputError(name, where, EMPTY_CELL)
    if cell.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise InputError(name, where, f"{cell.strip()} is not a finite number")
    try:
        return parse_number(cell)
    except (ValueError, ZeroDivisionError):
        raise InputError(name, where, NO_NUMBER.format(text=cell.strip()[:40])) from None


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(name, "", f"is not valid JSON ({str(error)[:80]})") from None


def limited(name: str, table: Table) -> Table:
    """The table, unless one of its axes is longer than can be shown; then InputError is raised."""
    if max(table.shape, default=0) > MAPPED:
        raise InputError(name, "", f"has {max(table.shape)} rows or columns; at most {MAPPED} can be shown")
    return table


def read_upload(filename: str, data: bytes, chosen: str, known: Mapping[str, int]) -> dict[str, Table]:
    """Inputs found in an uploaded file: CSV for the chosen input; JSON and NPZ may hold several by name.

    known: number of axes of each input.
    """
    kind = filename.lower().rsplit(".", 1)[-1]
    if kind == "npz":
        return _named(_npz(filename, data), known, filename)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(filename, "", "is not text in UTF-8") from None
    if kind == "json" and not text.lstrip().startswith("["):
        found = _json(filename, text)
        inputs = found.get("inputs", found) if isinstance(found, dict) else {}
        return _named(inputs if isinstance(inputs, dict) else {}, known, filename)
    return {chosen: parse_table(chosen, text, known[chosen])}


def _named(found: Mapping[str, Any], known: Mapping[str, int], filename: str) -> dict[str, Table]:
    used = {name: limited(name, array(name, found[name], known[name])) for name in known if name in found}
    if not used:
        raise InputError(filename, "", f"holds none of the inputs {', '.join(known)}")
    return used


def _npz(filename: str, data: bytes) -> dict[str, Any]:
    try:
        _refuse_large(filename, data)
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            found = {name: archive[name] for name in archive.files}
    except InputError:
        raise
    except Exception as error:  # a file from anywhere: zipfile and numpy raise a dozen kinds, MemoryError among them
        pickled = isinstance(error, ValueError) and "Object arrays" in str(error)
        reason = "holds pickled objects, which are never opened" if pickled else "is not an NPZ archive of numbers"
        raise InputError(filename, "", reason) from None
    for name, table in found.items():
        if getattr(table, "dtype", np.dtype(object)).kind not in "biuf":
            raise InputError(filename, name, "does not hold numbers")
    return found


def _refuse_large(filename: str, data: bytes) -> None:
    """Raise InputError for an archive that unpacks to too many bytes, before it is opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > 64_000_000:
        raise InputError(filename, "", f"unpacks to {size / 1e6:.0f} MB; at most 64 MB are opened")


def tokens_of(sentence: str, most: int = MAPPED) -> tuple[str, ...]:
    """Words and punctuation marks of a sentence. Raises InputError when there are none or too many."""
    found = tuple(_WORD.findall(sentence[:MOST_CHARACTERS]))
    if not found:
        raise InputError("sentence", "", "has no word in it")
    if len(found) > most:
        raise InputError("sentence", "", f"has {len(found):,} tokens; at most {most} can be shown")
    return tuple(token[:40] for token in found)


def embeddings(tokens: Sequence[str], width: int) -> Table:
    """Made-up vectors, one row per token: a word always gets the same numbers, drawn from a seed of its letters."""
    rows = [np.random.default_rng(zlib.crc32(token.lower().encode())).normal(size=width) for token in tokens]
    return np.round(np.array(rows, dtype=float), 1)
