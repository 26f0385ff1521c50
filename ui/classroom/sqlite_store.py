"""Classes in a file on this machine: SQLite, with nothing to install. For one process; several share a Redis.

One thread owns the connection. It takes all jobs that wait, does them in one transaction, and reports them done once
that is written to disk: 300 answers at the same moment cost a few writes, and none is acknowledged before.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from .limits import SHARED, Limiter
from .store import FullError, GoneError, StoreError

MOST_AT_ONCE = 500  # jobs in a transaction
Work = Callable[[sqlite3.Connection], Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS classes (code TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
    code TEXT NOT NULL REFERENCES classes ON DELETE CASCADE, book TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (code, book, key)
) WITHOUT ROWID;
"""
# synchronous=FULL: what is acknowledged survives the end of the process and of the machine.
# secure_delete: what a class said is overwritten when it ends, not only unlinked.
SETTINGS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"


@dataclass(frozen=True)
class Job:
    """Something to be done with the connection, and who waits for it."""

    work: Work
    done: Future[Any]


class SqliteStore:
    """See `Store`. The file, and the folder it lies in, are made when a class is first looked for."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._listeners: dict[str, set[asyncio.Queue[str]]] = {}
        self._limits: dict[str, Limiter] = {}

    async def open(self, code: str, until: float, entries: Mapping[str, str]) -> bool:
        return bool(await self._do(lambda db: _open(db, code, until, entries)))

    async def get(self, code: str, book: str, key: str) -> str | None:
        found = await self._do(lambda db: _rows(db, "e.value", code, book, " AND e.key = ?", key))
        return str(found[0][0]) if found else None

    async def all(self, code: str, book: str) -> dict[str, str]:
        return dict(await self._do(lambda db: _rows(db, "e.key, e.value", code, book)))

    async def put(self, code: str, book: str, key: str, value: str) -> None:
        await self._do(lambda db: _put(db, code, book, key, value))

    async def add(self, code: str, book: str, key: str, value: str, most: int) -> str:
        return str(await self._do(lambda db: _add(db, (code, book, key, value), most)))

    async def remove(self, code: str, book: str, key: str) -> None:
        sql = "DELETE FROM entries WHERE code = ? AND book = ? AND key = ?"
        await self._do(lambda db: db.execute(sql, (code, book, key)))

    async def bump(self, code: str) -> int:
        return int(await self._do(lambda db: _bump(db, code)))

    async def end(self, code: str) -> None:
        await self._do(lambda db: db.execute("DELETE FROM classes WHERE code = ?", (code,)))

    async def classes(self) -> int:
        found = await self._do(lambda db: db.execute("SELECT count(*) FROM classes WHERE until > ?", _now()).fetchone())
        return int(found[0])

    async def tell(self, code: str, topic: str) -> None:
        for queue in self._listeners.get(code, ()):
            queue.put_nowait(topic)

    async def listen(self, code: str) -> AsyncIterator[str]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        queue.put_nowait("")
        self._listeners.setdefault(code, set()).add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners[code].discard(queue)
            if not self._listeners[code]:
                del self._listeners[code]

    async def take(self, limit: str, key: str = "", cost: int = 1) -> bool:
        """In memory: the file has one process, and addresses are not written to it."""
        rate = SHARED[limit]
        limiter = self._limits.setdefault(limit, Limiter(rate.burst, rate.per_second))
        return limiter.allows(key) if cost else limiter.left(key) >= 1

    async def check(self) -> None:
        await self._do(lambda db: db.execute("SELECT 1"))

    async def close(self) -> None:
        if self._thread:
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def _do(self, work: Work) -> Any:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="classes", daemon=True)
            self._thread.start()
        job = Job(work, Future())
        self._jobs.put(job)
        return await asyncio.wrap_future(job.done)

    # --- in the thread ------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        connection: sqlite3.Connection | None = None
        while (jobs := self._waiting()) is not None:
            try:
                connection = connection or self._connect()
                _transact(connection, jobs)
            except (sqlite3.Error, OSError) as problem:
                _fail(jobs, problem)
        if connection:
            connection.close()

    def _waiting(self) -> list[Job] | None:
        """All jobs that wait, at least one; None at the end."""
        first = self._jobs.get()
        if first is None:
            return None
        found = [first]
        try:
            while len(found) < MOST_AT_ONCE:
                job = self._jobs.get_nowait()
                if job is None:
                    self._jobs.put(None)
                    break
                found.append(job)
        except Empty:
            pass
        return found

    def _connect(self) -> sqlite3.Connection:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file.touch(mode=0o600)
        connection = sqlite3.connect(self.file, timeout=5.0, isolation_level=None)
        connection.executescript(SETTINGS + SCHEMA)
        return connection


def _now() -> tuple[float]:
    return (time.time(),)


def _transact(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    """Do all jobs in one transaction; tell who waits once it is written."""
    results: list[tuple[Any, Exception | None]] = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        for job in jobs:
            results.append(_tried(connection, job))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    for job, (value, problem) in zip(jobs, results, strict=True):
        if job.done.set_running_or_notify_cancel():
            _report(job.done, value, problem)


def _tried(connection: sqlite3.Connection, job: Job) -> tuple[Any, Exception | None]:
    """What a job found, or how it was refused: a refusal has written nothing."""
    try:
        return job.work(connection), None
    except (GoneError, FullError) as refusal:
        return None, refusal


def _report(done: Future[Any], value: Any, problem: Exception | None) -> None:
    if problem:
        done.set_exception(problem)
    else:
        done.set_result(value)


def _fail(jobs: list[Job], problem: Exception) -> None:
    for job in jobs:
        if job.done.set_running_or_notify_cancel():
            job.done.set_exception(StoreError(f"SQLite: {problem}"))


def _open(db: sqlite3.Connection, code: str, until: float, entries: Mapping[str, str]) -> bool:
    db.execute("DELETE FROM classes WHERE until <= ?", _now())
    if db.execute("SELECT 1 FROM classes WHERE code = ?", (code,)).fetchone():
        return False
    db.execute("INSERT INTO classes VALUES (?, ?)", (code, until))
    db.executemany("INSERT INTO entries VALUES (?, 'class', ?, ?)", [(code, *entry) for entry in entries.items()])
    return True


def _rows(db: sqlite3.Connection, columns: str, code: str, book: str, more: str = "", *values: str) -> list[Any]:
    sql = f"SELECT {columns} FROM entries e JOIN classes c USING (code) WHERE code = ? AND e.book = ? AND c.until > ?"
    return db.execute(sql + more, (code, book, *_now(), *values)).fetchall()


def _put(db: sqlite3.Connection, code: str, book: str, key: str, value: str) -> None:
    _still_there(db, code)
    db.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", (code, book, key, value))


def _add(db: sqlite3.Connection, entry: tuple[str, str, str, str], most: int) -> str:
    _still_there(db, entry[0])
    found = db.execute("SELECT value FROM entries WHERE code = ? AND book = ? AND key = ?", entry[:3]).fetchone()
    if found:
        return str(found[0])
    count = db.execute("SELECT count(*) FROM entries WHERE code = ? AND book = ?", entry[:2]).fetchone()[0]
    if count >= most:
        raise FullError
    db.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", entry)
    return entry[3]


def _bump(db: sqlite3.Connection, code: str) -> int:
    _still_there(db, code)
    sql = "UPDATE entries SET value = value + 1 WHERE code = ? AND book = 'class' AND key = 'revision' RETURNING value"
    return int(db.execute(sql, (code,)).fetchone()[0])


def _still_there(db: sqlite3.Connection, code: str) -> None:
    if not db.execute("SELECT 1 FROM classes WHERE code = ? AND until > ?", (code, *_now())).fetchone():
        raise GoneError
