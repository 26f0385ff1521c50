"""Words of a text in any script: a mark belongs to its letter, and scripts without blanks fall into letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from attention_core.engine.language import to_say

RULE = to_say(
    "Words end at blanks and punctuation. Chinese, Japanese, Thai, Lao, Khmer and Burmese have no blanks between "
    "words: each letter with its marks is a token."
)
_APOSTROPHES = "'’"
_JOINER = "\u200d"  # zero-width, as is _PARTER: they shape the letters beside them
_PARTER = "\u200c"
# First words of the names of letters that stand in words without blanks between them.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "KATAKANA-HIRAGANA")


def words_and_marks(text: str) -> list[str]:
    """Words and punctuation marks, in their order."""
    tokens: list[list[str]] = []
    blank = True
    for letter in _letters(text):
        if not blank and not letter.isspace() and _continues(tokens[-1], letter):
            tokens[-1].append(letter)
        elif not letter.isspace():
            tokens.append([letter])
        blank = letter.isspace()
    return [part for token in tokens for part in _without_loose_end(token)]


def words(text: str) -> list[str]:
    """Words alone."""
    return [word for word in words_and_marks(text) if _is_word(word[0])]


def _letters(text: str) -> list[str]:
    """Characters, each with the marks that belong to it, and what a joiner joins."""
    found: list[list[str]] = []
    for character in text:
        if found and not found[-1][0].isspace() and _goes_with(character, found[-1][-1]):
            found[-1].append(character)
        else:
            found.append([character])
    return ["".join(letter) for letter in found]


def _goes_with(character: str, before: str) -> bool:
    return _is_mark(character) or (before == _JOINER and not character.isspace())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or character in (_JOINER, _PARTER)


@lru_cache(maxsize=4096)
def _is_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LNM"


@lru_cache(maxsize=4096)
def _has_no_blanks(character: str) -> bool:
    return unicodedata.name(character, "").split(" ")[0] in _UNSPACED


def _continues(word: list[str], letter: str) -> bool:
    """Whether a letter goes on with a word. An apostrophe does, for the time being."""
    if not _is_word(word[0][0]) or _has_no_blanks(word[0][0]) or _has_no_blanks(letter[0]):
        return False
    return _is_word(letter[0]) or (letter in _APOSTROPHES and word[-1] not in _APOSTROPHES)


def _without_loose_end(word: list[str]) -> list[str]:
    """A token; an apostrophe at its end is a mark of its own."""
    loose = len(word) > 1 and word[-1] in _APOSTROPHES
    return ["".join(word[:-1]), word[-1]] if loose else ["".join(word)]
