"""A diagnosis on its way: done by few threads beside those that draw pages, given up where nobody waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from attention_core import diagnose
from attention_core.diagnosis.report import Diagnosis
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, to_say
from ui.jobs import BusyError, Jobs

WORKERS, MOST_JOBS = 2, 32
SECONDS = 3.0  # after which the search for pairs ends
BUSY = to_say("Many searches are waiting already: try again in a moment.")
TOO_LARGE = to_say("These numbers are too many for the memory of this computer: bring a smaller case.")


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of `diagnose`. precision: how the numbers were rounded, one of `precision.CHOICES`."""

    mine: Mapping[str, Any]
    Q: Any
    K: Any
    V: Any
    settings: Mapping[str, Any]
    tolerance: float | None
    precision: str


class AbandonedError(Exception):
    """Nobody waits for a search any more."""


@dataclass(frozen=True)
class Answer:
    """A diagnosis, or the reason why there is none."""

    diagnosis: Diagnosis | None
    refusal: str = ""


JOBS = Jobs[Answer](WORKERS, MOST_JOBS)


class Search:
    """One search. share: how much of it is done, from 0 to 1, as far as that is known."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._given_up = False
        self.share = 0.0
        self._job: Future[Answer] | None = None

    def begin(self) -> None:
        """Put it in the queue, unless it is there."""
        if self._job is None:
            try:
                self._job = JOBS.ask(id(self), self._answer)
            except BusyError:
                self._job = Future()
                self._job.set_result(Answer(None, say(BUSY)))

    def cancel(self) -> None:
        """It ends soon, and its answer is not needed."""
        self._given_up = True
        if self._job:
            self._job.cancel()

    @property
    def before(self) -> int:
        """How many other searches have to end first."""
        return JOBS.before(id(self))

    def answer(self, seconds: float) -> Answer | None:
        """The answer, if it comes within so many seconds."""
        assert self._job is not None
        try:
            return self._job.result(seconds)
        except TimeoutError:
            return None

    def _answer(self) -> Answer:
        try:
            self._see(0, 1)
            asked = self.question
            found = diagnose(
                asked.mine, asked.Q, asked.K, asked.V,
                tolerance=asked.tolerance, seconds=SECONDS, progress=self._see, **asked.settings,
            )  # fmt: skip
            return Answer(found)
        except InputError as refused:
            return Answer(None, str(refused))
        except MemoryError:
            return Answer(None, say(TOO_LARGE))
        except AbandonedError:
            return Answer(None)

    def _see(self, done: int, total: int) -> None:
        if self._given_up:
            raise AbandonedError
        self.share = done / max(1, total)
