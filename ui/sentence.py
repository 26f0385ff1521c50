"""A sentence of the learner's own: its tokens, and made-up vectors for them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.lesson.words import words_and_marks

from .state import MAPPED, Table

MOST_CHARACTERS = 100_000  # that are looked at


def tokens_of(sentence: str, most: int = MAPPED) -> tuple[str, ...]:
    """Words and punctuation marks of a sentence. Raises InputError when there are none or too many."""
    found = words_and_marks(sentence[:MOST_CHARACTERS])
    if not found:
        raise InputError("sentence", "", say("has no word in it"))
    if len(found) > most:
        raise InputError(
            "sentence", "", say("has {count:,} tokens; at most {most} can be shown", count=len(found), most=most)
        )
    return tuple(token[:40] for token in found)


def embeddings(tokens: Sequence[str], width: int) -> Table:
    """Made-up vectors, one row per token: a word always gets the same numbers, drawn from a seed of its letters."""
    rows = [np.random.default_rng(zlib.crc32(token.lower().encode())).normal(size=width) for token in tokens]
    return np.round(np.array(rows, dtype=float), 1)
