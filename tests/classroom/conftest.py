"""Every test of a class is given each store: SQLite, and Redis where the machine has it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from tools.own_redis import PROGRAM, OwnRedis, found
from ui.classroom.redis_store import RedisStore
from ui.classroom.sqlite_store import SqliteStore
from ui.classroom.store import Store

MakeStore = Callable[[], Store]


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    redis = OwnRedis(needed(PROGRAM), tmp_path_factory.mktemp("redis"))
    try:
        yield redis.start().url
    finally:
        redis.kill()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """For a test that kills it."""
    redis = OwnRedis(needed(PROGRAM), tmp_path)
    try:
        yield redis.start()
    finally:
        redis.kill()


def needed(program: str) -> str:
    """Where a program is. Tests are left out where it is missing, but never where nobody would notice."""
    if path := found(program):
        return path
    if os.environ.get("CI"):
        pytest.fail(f'the command "{program}" was not found')
    pytest.skip(f'the command "{program}" was not found: "make services" installs it on Debian')


@pytest.fixture(params=["sqlite", "redis"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
    """Makes a store; made twice, both have the same classes, as two processes would."""
    if request.param == "sqlite":
        return lambda: SqliteStore(tmp_path / "folder" / "classes.sqlite3")
    url = request.getfixturevalue("redis_url")
    with Redis.from_url(url) as redis:
        redis.flushdb()  # what is left of limits is shared by all that reach the store
    return lambda: RedisStore(url)
