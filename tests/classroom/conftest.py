"""Every test of a class is given each store: SQLite, and Redis where the machine has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.serving import free_port
from ui.classroom.redis_store import RedisStore
from ui.classroom.sqlite_store import SqliteStore
from ui.classroom.store import Store

MakeStore = Callable[[], Store]


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of its own on a free port, which keeps nothing."""
    program = needed("redis-server")
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    quiet = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder), "--loglevel", "warning"]
    process = subprocess.Popen([program, "--port", str(port), *quiet])
    try:
        wait_for_redis(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def needed(program: str) -> str:
    """Where a program is. Tests are left out where it is missing, but never where nobody would notice."""
    if path := shutil.which(program):
        return path
    if os.environ.get("CI"):
        pytest.fail(f'the command "{program}" was not found')
    pytest.skip(f'the command "{program}" was not found: "make services" installs it on Debian')


def wait_for_redis(port: int, process: subprocess.Popen[bytes]) -> None:
    import redis

    with redis.Redis(port=port) as line:
        for _ in range(200):
            assert process.poll() is None, "redis-server has ended"
            try:
                line.ping()
            except redis.ConnectionError:
                time.sleep(0.05)
            else:
                return
    raise AssertionError("redis-server does not answer")


@pytest.fixture(params=["sqlite", "redis"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
    """Makes a store; made twice, both have the same classes, as two processes would."""
    if request.param == "sqlite":
        return lambda: SqliteStore(tmp_path / "folder" / "classes.sqlite3")
    url = request.getfixturevalue("redis_url")
    return lambda: RedisStore(url)
