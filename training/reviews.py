"""Short made-up reviews, drawn from a seed, with NumPy alone.

Two to five sentences about different things. One of them, in four reviews of five, has an opinion; "not" turns it
round. The others have none. There is one piece of evidence on purpose, and 0 without it: of two pieces a network may
use either, and where one of two answers is the default it needs none.
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
FEWEST = 2  # sentences
MOST = 5  # sentences
LONGEST = 7  # words of a sentence


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
    """One review in ten, by the words it has."""
    return sum((n + 1) * (1 + WORDS.index(word)) for words in sentences for n, word in enumerate(words)) % 10 == 0


def opinionated(rng: np.random.Generator, score: int) -> tuple[str, ...]:
    turned = rng.random() < 0.3
    word = choice(rng, BAD if (score > 0) == turned else GOOD)
    words = ["the", choice(rng, TOPICS), "was"]
    if turned:
        words.append("not")
    if rng.random() < 0.5:
        words.append(choice(rng, STRESS))
    words.append(word)
    if rng.random() < 0.4:
        words.append("today")
    return tuple(words)


def plain(rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(choice(rng, PLAIN).format(topic=choice(rng, TOPICS), neutral=choice(rng, NEUTRAL)).split())


def choice(rng: np.random.Generator, among: tuple[str, ...]) -> str:
    return among[rng.integers(len(among))]
