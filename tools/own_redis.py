"""A Redis of our own on a free port of this machine, set as compose.yaml sets it; and where servers are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import redis

from .serving import free_port

PROGRAM = "redis-server"
PATIENCE = 10.0  # seconds until one that does not answer counts as broken


def found(program: str) -> str | None:
    """Where a program is; Debian puts some servers where only root looks."""
    return shutil.which(program, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")


class OwnRedis:
    """`start` and `kill` may alternate: it keeps what it was told, in the folder."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> OwnRedis:
        saved = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", str(self.folder)]
        command = [self.program, "--bind", "127.0.0.1", "--port", str(self.port), *saved]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._await_answer(self.process, time.monotonic() + PATIENCE)
        return self

    def _await_answer(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        with redis.Redis(port=self.port) as line:
            while not _answers(line):
                log = (self.folder / "log.txt").read_text
                assert process.poll() is None, f"redis-server has ended:\n{log()}"
                assert time.monotonic() < deadline, f"redis-server does not answer:\n{log()}"
                time.sleep(0.02)

    def kill(self) -> None:
        """End at once, as kill -9 does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def _answers(line: redis.Redis) -> bool:
    try:
        return bool(line.ping())
    except redis.ConnectionError:
        return False
