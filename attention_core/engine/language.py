"""What is said to people, in the language in force.

A sentence stands in the code in English, whole and with named places for what is filled in: `say("Row {row} is empty.",
row=3)`. That English is also its key in the catalogue of another language. Whoever has catalogues hands them over by
`speaks`; without one, and where a sentence is missing in it, English is said. The language is that of the context (one
visitor's script run, one request), so that threads of other visitors speak theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

_GRADIENT = "gradient of "  # before the name of the step that a derivative belongs to
SOURCE = "en"  # the language of the code

_TIMED = re.compile(r"(.*\S)\s+([0-9]+)")
_LETTERED = re.compile(r"(.*\S)\s+(\w_\w+|[A-Za-z])")  # "decoder W_h"

Texts = Mapping[str, tuple[str, ...]]  # English to what is said instead: one form, or one for each plural
Terms = Mapping[str, str]  # names of steps, axes and positions to what is shown instead
Record = TypeVar("Record", bound=type)
Maker = TypeVar("Maker", bound=Callable[..., Any])

_TEXTS: dict[str, Callable[[], Texts]] = {}
_TERMS: dict[str, Callable[[], Terms]] = {}
_LANGUAGE: ContextVar[str] = ContextVar("language")
_asked: list[Callable[[], str]] = []


def speaks(language: str, texts: Callable[[], Texts], terms: Callable[[], Terms] = dict) -> None:
    """Make a language known. texts: its catalogue; terms: its glossary. Both are asked for whenever they are needed."""
    _TEXTS[language] = texts
    _TERMS[language] = terms


def languages() -> tuple[str, ...]:
    """All that can be spoken, English first."""
    return (SOURCE, *_TEXTS)


def otherwise(asked: Callable[[], str]) -> None:
    """What says the language where a context has none, such as a thread that has just begun."""
    _asked[:] = [asked]


def language() -> str:
    """The language in force."""
    found = _LANGUAGE.get("") or (_asked[0]() if _asked else SOURCE)
    return found if found in _TEXTS else SOURCE


def set_language(name: str) -> None:
    """Speak a language from here on in this context."""
    _LANGUAGE.set(name)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak a language for a while."""
    token = _LANGUAGE.set(name)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def say(message: str, /, **values: object) -> str:
    """The sentence in the language in force, with its places filled in."""
    return _filled(_forms(message)[0], message, values)


def say_many(one: str, many: str, n: int, /, **values: object) -> str:
    """The sentence for a count, which is filled in as {n}; Chinese has one form for all counts."""
    forms = _forms(one)
    if forms == (one,):
        forms = (one, many)
    english = one if n == 1 else many
    return _filled(forms[min(n != 1, len(forms) - 1)], english, {"n": n, **values})


def term(name: str) -> str:
    """The name of a step or an axis as it is shown: "decoder 2/scores" by its parts. Code and links keep the name."""
    terms = _terms()
    if name in terms or not terms:
        return terms.get(name, name)
    if "/" in name:
        return "/".join(map(term, name.split("/")))
    if name.startswith(_GRADIENT):
        return say("gradient of {name}", name=term(name.removeprefix(_GRADIENT)))
    if name.endswith("'"):  # the axis itself once more: "token'"
        return f"{term(name[:-1])}'"
    parts = _TIMED.fullmatch(name) or _LETTERED.fullmatch(name)
    return f"{term(parts[1])} {parts[2]}" if parts else name


def label_said(label: str) -> str:
    """The name of a position as it is shown: "Query 2" is the term and the number; what was typed stays as it is."""
    terms, timed = _terms(), _TIMED.fullmatch(label)
    if f"={label}" in terms:
        return terms[f"={label}"]
    found = terms.get(timed[1]) or terms.get(timed[1].lower()) if timed else None
    return f"{found} {timed[2]}" if timed and found else label


def _terms() -> Terms:
    found = _TERMS.get(language())
    return found() if found else {}


def to_say(message: str) -> str:
    """The message itself: a mark for a sentence that is kept in English and said where it is used."""
    return message


def _forms(message: str) -> tuple[str, ...]:
    texts = _TEXTS.get(language())
    return (texts().get(message) if texts else None) or (message,)


def _filled(text: str, english: str, values: Mapping[str, object]) -> str:
    """A translation with a place that is not filled in gives way to the English; a test finds it first."""
    if not values:
        return text
    with suppress(KeyError, IndexError, ValueError):
        return text.format_map(values)
    return english.format_map(values)


def cached_by_language(maxsize: int) -> Callable[[Maker], Maker]:
    """`functools.lru_cache` for what has words in it: each language has its own."""

    def decorated(make: Maker) -> Maker:
        kept = lru_cache(maxsize)(lambda _, *given: make(*given))

        @wraps(make)
        def asked(*given: Hashable) -> Any:
            return kept(language(), *given)

        return cast(Maker, asked)

    return decorated


def spoken(*names: str) -> Callable[[Record], Record]:
    """A decorator for records: these of their fields are written in English and read in the language in force."""

    def decorated(record: Record) -> Record:
        for name in names:
            setattr(record, name, _Spoken(name))
        return record

    return decorated


class _Spoken:
    """One such field. What was written stays in the record, under the field's own name in its dictionary."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, record: object, owner: type) -> object:
        return self if record is None else said_of(record.__dict__[self._name])

    def __set__(self, record: object, written: object) -> None:
        record.__dict__[self._name] = written


def said_of(written: object) -> object:
    """A field as it is said: a sentence, or each of several."""
    if isinstance(written, str):
        return say(written) if written else written
    return tuple(map(said_of, written)) if isinstance(written, tuple) else written


def written(record: object, name: str) -> object:
    """A field as it was written, in English."""
    return record.__dict__[name]
