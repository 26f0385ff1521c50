"""Short reviews that somebody might write, drawn from a seed, with NumPy alone.

Two to five sentences about different things. One of them, in four reviews of five, has an opinion; "not" turns it
round. The others have none. There is one piece of evidence on purpose, and 0 without it: of two pieces a network may
look at either, and where one of two answers is the default it needs to look at nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

GOOD = ("great", "good", "lovely", "excellent", "tasty", "friendly")
BAD = ("awful", "bad", "rude", "terrible", "bland", "slow")
NEUTRAL = ("ordinary", "average", "usual", "plain")
TOPICS = ("food", "service", "room", "music", "staff", "price", "view", "coffee")
STRESS = ("very", "really", "quite", "so")
PLAIN = (
    "we had the {topic} today",
    "the {topic} was {neutral}",
    "we really had the {topic}",
    "it was the {topic} we had",
    "so the {topic} was quite {neutral} today",
)
WORDS = tuple(sorted({*GOOD, *BAD, *NEUTRAL, *TOPICS, *STRESS, "the", "was", "not", "we", "had", "today", "it"}))
# Sentences, and words of the longest.
FEWEST = 2
MOST = 5
LONGEST = 7


@dataclass(frozen=True)
class Review:
    """Sentences as words, -1, 0 or 1, and where the opinion stands: its sentence and, in that, its words."""

    sentences: tuple[tuple[str, ...], ...]
    score: int
    opinion: int | None
    evidence: tuple[int, ...]  # the word of opinion, and "not" where there is one


def reviews(rng: np.random.Generator, unseen: bool = False) -> Iterator[Review]:
    """unseen: only those that training leaves out."""
    while True:
        count = int(rng.integers(FEWEST, MOST + 1))
        opinion = int(rng.integers(count)) if rng.random() < 0.8 else None
        score = 0 if opinion is None else 2 * int(rng.integers(2)) - 1
        sentences = tuple(opinionated(rng, score) if n == opinion else plain(rng) for n in range(count))
        if left_out(sentences) == unseen:
            telling = () if opinion is None else sentences[opinion]
            evidence = tuple(n for n, word in enumerate(telling) if word in (*GOOD, *BAD, "not"))
            yield Review(sentences, score, opinion, evidence)


def left_out(sentences: tuple[tuple[str, ...], ...]) -> bool:
    """One review in ten, whatever it says."""
    return sum((n + 1) * (1 + WORDS.index(word)) for words in sentences for n, word in enumerate(words)) % 10 == 0


def opinionated(rng: np.random.Generator, score: int) -> tuple[str, ...]:
    turned = rng.random() < 0.3
    word = one(rng, BAD if (score > 0) == turned else GOOD)
    words = ["the", one(rng, TOPICS), "was", *(["not"] if turned else [])]
    words += [one(rng, STRESS)] if rng.random() < 0.5 else []
    return (*words, word, *(["today"] if rng.random() < 0.4 else []))


def plain(rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(one(rng, PLAIN).format(topic=one(rng, TOPICS), neutral=one(rng, NEUTRAL)).split())


def one(rng: np.random.Generator, among: tuple[str, ...]) -> str:
    return among[rng.integers(len(among))]
