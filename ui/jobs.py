"""Work that would hold up pages: done by few threads, asked for in a bounded queue, its results kept within bounds."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class BusyError(Exception):
    """So much is waiting that nothing more is taken."""


class Jobs(Generic[Kept]):
    """A queue. Whoever asks for what is being done already waits for the same job."""

    def __init__(self, workers: int, most: int) -> None:
        """workers: how many jobs are done at once. most: how many there may be, those being done among them."""
        self._workers, self._most = workers, most
        self._pool = ThreadPoolExecutor(workers, "jobs", initializer=_give_way)
        self._open: OrderedDict[Hashable, Future[Kept]] = OrderedDict()
        self._lock = Lock()

    def ask(self, key: Hashable, work: Callable[[], Kept]) -> Future[Kept]:
        """The result to come of a job. Raises BusyError where the queue is full."""
        with self._lock:
            if key in self._open:
                return self._open[key]
            if len(self._open) >= self._most:
                raise BusyError
            job = self._open[key] = self._pool.submit(copy_context().run, work)  # in the language it is asked in
        job.add_done_callback(lambda _: self._forget(key))
        return job

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._open.pop(key, None)

    def before(self, key: Hashable) -> int:
        """How many jobs have to end before this one is begun; 0 where it is being done."""
        with self._lock:
            waiting = list(self._open)
        return max(0, waiting.index(key) + 1 - self._workers) if key in waiting else 0


def _give_way() -> None:
    """Whoever draws a page waits half a millisecond for Python, and not five, while such work is done."""
    sys.setswitchinterval(0.0005)


class Shelf(Generic[Kept]):
    """What was made lately, up to so many bytes; what was not used for longest goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        """What is kept under a key, as what was used last."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, made: Kept, size: int) -> Kept:
        """Keep what has so many bytes, unless it is larger than the whole shelf."""
        with self._lock:
            self._drop(key)
            if size <= self.most:
                self._kept[key] = made, size
                self.bytes += size
            while self.bytes > self.most:
                self._drop(next(iter(self._kept)))
        return made

    def forget(self, word: str) -> None:
        """Keep nothing whose key has this word in it."""
        with self._lock:
            for key in [key for key in self._kept if word in repr(key)]:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        self.bytes -= self._kept.pop(key, (None, 0))[1]
