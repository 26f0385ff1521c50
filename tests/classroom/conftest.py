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


class OwnRedis:
    """A Redis on a port of its own. `start` and `kill` may alternate: it keeps what it was told."""

    def __init__(self, folder: Path) -> None:
        self.program, self.folder, self.port = needed("redis-server"), folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> OwnRedis:
        """Saved as compose.yaml has it."""
        saved = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", str(self.folder)]
        command = [self.program, "--bind", "127.0.0.1", "--port", str(self.port), *saved]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for_redis(self.port, self.process)
        return self

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    redis = OwnRedis(tmp_path_factory.mktemp("redis"))
    try:
        yield redis.start().url
    finally:
        redis.kill()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """For a test that kills it."""
    redis = OwnRedis(tmp_path)
    try:
        yield redis.start()
    finally:
        redis.kill()


def needed(program: str) -> str:
    """Where a program is. Tests are left out where it is missing, but never where nobody would notice."""
    if path := shutil.which(program, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin"):  # Debian's place for servers
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
