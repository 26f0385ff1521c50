"""How much of everything there may be, and how often. Everything a class holds is bounded here."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

HOURS = 24  # until a class ends by itself
MOST_CLASSES = 1000  # of a store
MOST_LEARNERS = 500  # of a class, who ever joined
MOST_STREAMS = 2 * MOST_LEARNERS  # of a class in one process: a learner may have more than one window
MOST_QUESTIONS = 200  # of a class
MOST_CHALLENGES = 200
MOST_ROUNDS = 2

LONGEST_NICKNAME = 40
LONGEST_QUESTION = 500
LONGEST_WORKING = 2000
LONGEST_LINE = 280  # of an answer in words
LONGEST_CHOICE = 120
MOST_CHOICES = 32
LONGEST_QUERY = 30_000  # of a link: what the web server takes
LONGEST_NAME = 120  # of a step or an axis
MOST_AXES = 8
MOST_BYTES = {"learner": 36_000, "teacher": 64_000}  # of a request's body

MOST_SOLUTIONS = 30  # shown to the teacher
MOST_BARS = 24  # of a tally of lines


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second after that."""

    burst: float
    per_second: float


class Limiter:
    """What a rate allows each key. Remembers the keys that came last."""

    MOST_KEYS = 20_000

    def __init__(self, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.per_second, self._clock = burst, per_second, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # by key: what is left, and since when

    def allows(self, key: str = "") -> bool:
        """Whether there is one left; takes it."""
        left, now = self.left(key), self._clock()
        self._left[key] = (max(0.0, left - 1), now) if left >= 1 else (left, now)
        self._left.move_to_end(key)
        while len(self._left) > self.MOST_KEYS:
            self._left.popitem(last=False)
        return left >= 1

    def left(self, key: str = "") -> float:
        """How many are left; takes none."""
        left, since = self._left.get(key, (self.burst, self._clock()))
        return min(self.burst, left + (self._clock() - since) * self.per_second)


# What all processes of a store let through together, counted by the store. A wrong code is a guess; learners who are in
# are not held up by guesses.
SHARED = {
    "starts": Rate(30, 1 / 60),  # classes started from one address: a school has one
    "all starts": Rate(200, 0.5),
    "guesses": Rate(30, 0.5),  # wrong codes from one address
    "all guesses": Rate(300, 2.0),  # wrong codes from anywhere
}


class Limits:
    """What one process lets through."""

    def __init__(self) -> None:
        self.answers = Limiter(600, 200.0)  # of one class
        self.posts = Limiter(20, 5.0)  # of one learner
        self.shows = Limiter(40, 20.0)  # of one teacher
