"""Files and pasted texts as tables and settings, read as the Inputs section of a lesson reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from attention_core.engine.errors import InputError
from attention_core.engine.language import say, to_say
from ui.reading.files import Upload, read_text, read_upload, text_of
from ui.reading.notations import cleaned
from ui.state import Table

from .fields import IN_FILES, SETTINGS, SWITCHES, TABLES

UNNAMED = to_say("holds one table: call the file as that table, such as Q.csv, or choose beside it what it is")
BY_NAME = to_say("as the file is called")
_APART = re.compile(r"\S[ \t]*\n[ \t]*\n\s*\S")  # a blank line between two tables
_HEADED = re.compile(r"\W{0,3}head\b")


@dataclass(frozen=True)
class Brought:
    """What a text or a file holds: tables and settings by name, settings as they are typed; and notes of how."""

    tables: dict[str, Table] = field(default_factory=dict)
    settings: dict[str, str | bool] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def file_of(filename: str, data: bytes, single: str = BY_NAME) -> Brought:
    """What a file holds. single: which table it is where it holds one without a name.

    Raises InputError naming the file or the field, the row and the column.
    """
    chosen = _chosen(filename, single)
    if data.startswith((b"\x93NUMPY", b"PK")) or filename.lower().endswith((".npy", ".npz")):
        if not chosen and data.startswith(b"\x93NUMPY"):
            raise InputError(filename[:80], "", UNNAMED)
        return _brought(read_upload(filename, data, chosen, IN_FILES))
    return text(filename, text_of(filename, data), chosen)


def _chosen(filename: str, single: str) -> str:
    """The table that a file with one table is for: the chosen one, or the one that the file is called after."""
    if single != BY_NAME:
        return single
    called = PurePath(filename.replace("\\", "/")).stem.lower().replace("_", " ").replace("-", " ").strip()
    return next((name for name in TABLES if name.lower().replace("_", " ") == called), "")


def text(source: str, written: str, chosen: str) -> Brought:
    """What a text holds: tables and settings by name where it is a JSON object, else the table called `chosen`.

    Raises InputError naming the field, the row and the column.
    """
    if chosen not in TABLES:
        return _brought(_document_in(source, written))
    refusals: list[InputError] = []
    for axes in _numbers_of_axes(written, chosen):
        try:
            return _brought(read_text(source, written, chosen, {**IN_FILES, chosen: TABLES[chosen].of(axes)}))
        except InputError as refused:
            refusals.append(refused)
    raise next((each for each in refusals if not each.message.startswith("needs ")), refusals[0])


def _document_in(source: str, written: str) -> Upload:
    """A JSON object. Raises InputError where it is a single table, of which nothing says what it is."""
    unnamed = ""
    try:
        found = read_text(source, written, unnamed, {**IN_FILES, unnamed: TABLES["Q"]})
    except InputError as refused:
        if refused.field:
            raise
        found = Upload({})
    if unnamed in found.readings or not found.readings:
        raise InputError(source[:80], "", say(UNNAMED))
    return found


def _numbers_of_axes(written: str, chosen: str) -> Iterator[int]:
    """How many axes a text may have, the likely number first; its brackets decide where it has any."""
    start = cleaned(written[:20_000]).strip()
    blocks = bool(_APART.search(start) or _HEADED.match(start))
    spec = TABLES[chosen]
    allowed = range(spec.least, len(spec.axes) + 1)
    first = [3] if blocks else [2]
    yield from (
        axes for axes in dict.fromkeys((*first, *sorted(allowed, key=lambda axes: (axes < 2, axes)))) if axes in allowed
    )


def _brought(upload: Upload) -> Brought:
    tables = {name: each.table for name, each in upload.readings.items() if name in TABLES}
    settings = {name: _typed(name, each.table) for name, each in upload.readings.items() if name not in TABLES}
    passed = [*upload.passed]
    for name, value in upload.options.items():
        if name in SETTINGS:
            settings[name] = _as_typed(name, value)
        else:
            passed.append(name)
    notes = [note for each in upload.readings.values() for note in each.notes]
    if passed:
        shown = ", ".join(name[:40] for name in passed[:6])
        notes.append(say("Passed over, for no table and no setting is called so: {shown}.", shown=shown))
    return Brought(tables, settings, tuple(notes))


def _typed(name: str, table: Table) -> str | bool:
    return _as_typed(name, float(table))


def _as_typed(name: str, value: object) -> str | bool:
    """A setting of a file as it stands in its field. Raises InputError where it is none."""
    if name in SWITCHES:
        if str(value).lower() not in ("0", "1", "0.0", "1.0", "true", "false"):
            raise InputError(name, "", say("must be 0 or 1, not {value}", value=str(value)[:40]))
        return str(value).lower() in ("1", "1.0", "true")
    if value is None:
        return SETTINGS[name].default
    if name == "rope" and str(value) not in SETTINGS["rope"].choices:
        raise InputError(
            name,
            "",
            say(
                "is one of {listed}, not {value}",
                listed=" and ".join(SETTINGS["rope"].choices[1:]),
                value=str(value)[:40],
            ),
        )
    return f"{value:.17g}" if isinstance(value, float) else str(value)[:40]
