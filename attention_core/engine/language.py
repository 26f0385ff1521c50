"""What is said to people, in the language in force.

A sentence stands in the code in English, whole and with named places for what is filled in: `say("Row {row} is empty.",
row=3)`. That English is also its key in the catalogue of another language. Whoever has catalogues hands them over by
`speaks`; without one, and where a sentence is missing in it, English is said. The language is that of the context (one
visitor's script run, one request), so that threads of other visitors speak theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TypeVar

SOURCE = "en"  # the language of the code

Texts = Mapping[str, tuple[str, ...]]  # English to what is said instead: one form, or one for each plural
Record = TypeVar("Record", bound=type)

_TEXTS: dict[str, Callable[[], Texts]] = {}
_LANGUAGE: ContextVar[str] = ContextVar("language")
_asked: list[Callable[[], str]] = []


def speaks(language: str, texts: Callable[[], Texts]) -> None:
    """Make a language known. texts: its catalogue, asked for when it is first needed and at every sentence."""
    _TEXTS[language] = texts


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
