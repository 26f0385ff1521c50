"""What a visitor has brought: tables, settings as they were typed, reasons of refusals, and the question they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.lesson.mechanism import position
from ui.reading.numbers import ReadingError, parse_number
from ui.state import Table

from . import reading
from .fields import BESIDE, GIVEN, RESULTS, SETTINGS, SWITCHES, WHOLE
from .precision import AS_SEEN, precision_of, rounded, tolerance_of
from .reading import Brought
from .search import Question, Search

MOST_SCORES = 2**17  # cells: 8 heads of 128 tokens
MOST_NUMBERS = 2**20  # of one table
PRINTED = 144  # numbers that are written into a field, where they came in a file


@dataclass
class Bench:
    """All of one visit to the page. Nothing of it outlives the session, and nothing is written to disk.

    tables: that were read, by name. texts: as they were pasted. origins: where a table is from. settings: as typed.
    refusals: by the field they belong to. drop: how many times files were dropped. linked: whether all is as a link
    brought it.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str | bool] = field(default_factory=dict)
    precision: str = AS_SEEN
    refusals: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    result: str = "output"
    example: str = ""
    drop: int = 0
    linked: bool = False
    search: Search | None = None

    # --- what is brought --------------------------------------------------------------------------------------------

    def paste(self, name: str, text: str) -> None:
        """A text was typed in the field of a table: it is read, or its reason kept beside what was typed."""
        self._begin(name)
        self.texts[name] = text
        self.tables.pop(name, None)
        self.origins.pop(name, None)
        if text.strip():
            self._take(name, partial(reading.text, name, text, name), "")

    def files(self, files: list[tuple[str, bytes]], single: str) -> None:
        """Files were dropped. One that is refused leaves what was there as it was."""
        self._begin("files")
        for filename, data in files:
            self._take("files", partial(reading.file_of, filename, data, single), filename)

    def _begin(self, place: str) -> None:
        self.stop()
        self.notes = ()
        self.example = ""
        self.refusals.pop(place, None)

    def stop(self) -> None:
        """What was asked is asked no more."""
        if self.search:
            self.search.cancel()
        self.search = None
        self.linked = False

    def _take(self, place: str, read: Callable[[], Brought], origin: str) -> None:
        try:
            found = read()
            for name, table in found.tables.items():
                _refuse_many(name, table)
        except InputError as refused:
            self.refusals[place] = "\n\n".join([each for each in (self.refusals.get(place), str(refused)) if each])
            return
        self.hold(found, origin, typed=place)

    def hold(self, found: Brought, origin: str, typed: str = "") -> None:
        """Tables and settings that were read. origin: the file they are from; typed: the field they were typed in."""
        self.notes += found.notes
        self.settings.update(found.settings)
        for name, table in found.tables.items():
            self.tables[name] = table
            self.refusals.pop(name, None)
            if name == typed:
                continue
            self.texts[name] = written(table) if table.size <= PRINTED else ""
            self.origins[name] = origin[:60] or typed
        results = [name for name in found.tables if name in RESULTS]
        if results and self.result not in self.tables:
            self.result = results[0]

    def call_result(self, name: str) -> None:
        """What was pasted as the result is another table than was said."""
        self.stop()
        if name == self.result:
            return
        if name not in self.tables and name not in self.texts:
            for kept in (self.tables, self.texts, self.origins, self.refusals):
                _rename(kept, self.result, name)
        self.result = name

    def choose(self, name: str, value: str | bool) -> None:
        """A setting was changed."""
        self.stop()
        self.settings[name] = value

    # --- what is asked ----------------------------------------------------------------------------------------------

    @property
    def missing(self) -> list[str]:
        """What is still needed before anything can be asked."""
        wanted = [name for name in GIVEN if name not in self.tables]
        return wanted if any(name in RESULTS for name in self.tables) else [*wanted, self.result]

    def question(self) -> Question:
        """Raises InputError where a setting cannot be read, or the numbers are too many."""
        mine = {name: table for name, table in self.tables.items() if name in RESULTS}
        given = {name: self.tables[name] for name in GIVEN}
        _refuse_large(given["Q"], given["K"], self)
        seen = precision_of(mine.values(), given.values())
        precision = seen if self.precision == AS_SEEN else self.precision
        typed = {name: rounded(each, precision) for name, each in (mine | given).items()}
        is_binary = precision in ("float64", "float32", "float16")
        return Question(
            {name: typed[name] for name in mine},
            typed["Q"],
            typed["K"],
            typed["V"],
            self.chosen() | self._beside(),
            None if is_binary and self.precision == AS_SEEN else tolerance_of(precision),
            precision,
        )

    def chosen(self) -> dict[str, Any]:
        """The settings that are not as they begin. Raises InputError naming one that cannot be read."""
        found: dict[str, Any] = {}
        for name, setting in SETTINGS.items():
            value = self.settings.get(name, setting.default)
            if value == setting.default or (isinstance(value, str) and not value.strip()):
                continue
            found[name] = int(value) if name in SWITCHES else value if setting.choices else _number(name, str(value))
        return found

    def _beside(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: table for name, table in self.tables.items() if name in BESIDE}
        if "attn_mask" in found and np.isin(found["attn_mask"], (0, 1)).all():
            found["attn_mask"] = found["attn_mask"] != 0
        if "nonpad_kv_seqlen" in found:
            found["nonpad_kv_seqlen"] = _whole_numbers("nonpad_kv_seqlen", found["nonpad_kv_seqlen"])
        return found


def _rename(kept: dict[str, Any], old: str, new: str) -> None:
    if old in kept:
        kept[new] = kept.pop(old)


def _number(name: str, text: str) -> int | float:
    try:
        value = parse_number(text)
    except ReadingError as refused:
        raise InputError(name, "", refused.message) from None
    if name in WHOLE and value.is_integer() and abs(value) < 2**31:
        return int(value)
    return value


def _whole_numbers(name: str, table: Table) -> Any:
    wrong = np.argwhere((table != np.round(table)) | (np.abs(table) > 2**31))
    if wrong.size:
        raise InputError(
            name, position(tuple(wrong[0])), say("must be a whole number, not {table:g}", table=table[tuple(wrong[0])])
        )
    return table.astype(int)


def _refuse_many(name: str, table: Table) -> None:
    if table.size > MOST_NUMBERS:
        raise InputError(
            name,
            "",
            say(
                "has {size:,} numbers; at most {most_numbers:,} are compared",
                size=table.size,
                most_numbers=MOST_NUMBERS,
            ),
        )


def _refuse_large(Q: Table, K: Table, bench: Bench) -> None:
    """Raises InputError where the search would take too much memory and time."""
    merged = "q_num_heads" in bench.chosen()
    heads = bench.chosen().get("q_num_heads", 1) if merged else 1
    lead = int(np.prod(Q.shape[:-2])) * (heads if isinstance(heads, int) and 0 < heads <= Q.shape[-1] else 1)
    past = bench.tables.get("past_key")
    keys = K.shape[-2] + (past.shape[-2] if past is not None else 0)
    cells = lead * Q.shape[-2] * keys
    if cells > MOST_SCORES:
        raise InputError(
            "scores",
            "",
            say(
                "would have {cells:,} cells; at most {most_scores:,} are searched", cells=cells, most_scores=MOST_SCORES
            ),
        )


def written(table: Table) -> str:
    """A table as it would be typed, with all its digits; more than two axes in brackets."""
    if table.ndim > 2:
        return str(table.tolist()).replace("]], [[", "]],\n\n[[").replace("], [", "],\n [")
    rows = table if table.ndim == 2 else table[None]
    return "\n".join(", ".join(_text(value) for value in row) for row in rows.tolist())


def _text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
