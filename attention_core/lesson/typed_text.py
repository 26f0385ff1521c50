"""Typed text as the input of a mechanism: a one-hot row for each character or word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say, spoken

from .words import words

BLANK = "␣"  # how a blank shows where a label must be seen


class Reading(Protocol):
    """How typed text becomes the inputs of a mechanism, and back."""

    @property
    def title(self) -> str:
        """The label of the field it is typed into."""

    @property
    def about(self) -> str:
        """What may be typed there."""

    @property
    def width(self) -> int:
        """Of the field, in pixels."""

    def fill(self, text: str) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
        """The inputs and labels that a text stands for. Raises InputError naming the first thing it cannot read."""

    def spell(self, labels: Mapping[str, tuple[str, ...]]) -> str:
        """The text again."""


@spoken("title", "about")
@dataclass(frozen=True)
class Characters:
    """Text read character by character into the input `into` (axis, symbols), one-hot in the alphabet.

    title: the label of its field; about: what may be typed there; most: characters at once; width: of the field, in
    pixels.
    """

    title: str
    about: str
    alphabet: str
    into: str
    axis: str = "key"
    symbols: str = "symbol"
    most: int = 40
    width: int = 420

    def fill(self, text: str) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
        """The inputs and labels that a text stands for. Raises InputError naming the first character it cannot read."""
        plain = unicodedata.normalize("NFKC", text[: 8 * self.most]).lower().strip()
        if not plain:
            raise InputError("text", "", say("is empty"))
        if len(text) > 8 * self.most or len(plain) > self.most:
            raise InputError(
                "text", "", say("has {count:,} characters; at most {most} can be read", count=len(text), most=self.most)
            )
        for place, letter in enumerate(plain):
            if letter not in self.alphabet:
                message = say(
                    "{letter} is in nothing it was trained on, so it has no numbers for it", letter=_quoted(letter)
                )
                raise InputError("text", say("character {place}", place=place + 1), message)
        rows = np.zeros((len(plain), len(self.alphabet)))
        rows[range(len(plain)), [self.alphabet.index(letter) for letter in plain]] = 1
        return {self.into: rows.tolist()}, {
            self.axis: _with_visible_blanks(plain),
            self.symbols: _with_visible_blanks(self.alphabet),
        }

    def spell(self, labels: Mapping[str, tuple[str, ...]]) -> str:
        """The text again."""
        return "".join(labels.get(self.axis, ())).replace(BLANK, " ")


@spoken("title", "about")
@dataclass(frozen=True)
class Words:
    """Text read sentence by sentence into X (sentence, word, vocabulary), one-hot, and `there` (sentence, word).

    A word that is not in the vocabulary has a row of zeros, and `there` is 0 for it as for padding. Fields as above;
    sentences, words: the most sentences, and the most words in a sentence.
    """

    title: str
    about: str
    vocabulary: tuple[str, ...]
    sentences: int = 6
    words: int = 12
    width: int = 760

    def fill(self, text: str) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
        """The inputs and labels that a text stands for. Raises InputError naming what cannot be read."""
        most = 20 * self.sentences * self.words
        if len(text) > most:
            raise InputError(
                "text", "", say("has {count:,} characters; at most {most:,} can be read", count=len(text), most=most)
            )
        parts = re.split(r"[.!?;:\n]+", unicodedata.normalize("NFKC", text).lower())
        lines = [words(part) for part in parts]
        lines = [line for line in lines if line]
        self._refuse(lines)
        longest = max(map(len, lines))
        rows = [
            [[float(word == known) for known in self.vocabulary] for word in _padded(line, longest)] for line in lines
        ]
        there = [[float(any(row)) for row in table] for table in rows]
        return {"X": rows, "there": there}, {"sentence": tuple(map(" ".join, lines)), "vocabulary": self.vocabulary}

    def _refuse(self, lines: list[list[str]]) -> None:
        if not lines:
            raise InputError("text", "", say("has no words"))
        if len(lines) > self.sentences:
            raise InputError(
                "text",
                "",
                say(
                    "has {count} sentences; at most {sentences} can be read", count=len(lines), sentences=self.sentences
                ),
            )
        for n, line in enumerate(lines, 1):
            if len(line) > self.words:
                raise InputError(
                    "text",
                    say("sentence {n}", n=n),
                    say("has {count} words; at most {words} can be read", count=len(line), words=self.words),
                )
            if not set(line) & set(self.vocabulary):
                known = ", ".join(self.vocabulary)
                raise InputError(
                    "text",
                    say("sentence {n}", n=n),
                    say("has no word it was trained on. It knows {known}", known=known),
                )

    def spell(self, labels: Mapping[str, tuple[str, ...]]) -> str:
        """The text again, but for its capitals and stops."""
        return " ".join(f"{line}." for line in labels.get("sentence", ()))


def _padded(line: list[str], longest: int) -> list[str]:
    """The words of a line, with empty ones up to the longest line."""
    return [*line, *[""] * (longest - len(line))]


def _with_visible_blanks(text: str) -> tuple[str, ...]:
    """The characters as labels, blanks as a visible sign."""
    return tuple(text.replace(" ", BLANK))


def _quoted(letter: str) -> str:
    """A character as a message shows it: quoted, or by its code where it cannot be printed."""
    return f"“{letter}”" if letter.isprintable() else f"U+{ord(letter):04X}"
