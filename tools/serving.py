"""The app as visitors meet it: a server process of its own on a free port of this machine, and a quiet Chromium.

One copy for all who need them: the tests of the browser, the benchmark, and the picture in the README.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
APP = ROOT / "app.py"
PATIENCE = 60  # seconds until a server that does not answer counts as broken
QUIET = (  # as root in a container, without a graphics card, and without calling anybody
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESK = {"width": 1440, "height": 900}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A Streamlit server. `start` and `stop` may alternate: the port stays the same.

    log: where it writes, so that a failure can be explained; by default nowhere.
    folder: where it runs, hence whose configuration it reads. environment: by default that of this process.
    """

    def __init__(
        self,
        log: Path = Path(os.devnull),
        script: Path = APP,
        folder: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.log, self.script, self.folder, self.environment = log, script, folder, environment
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        address = [f"--server.port={self.port}", "--server.address=127.0.0.1", "--server.headless=true"]
        quiet = ["--server.fileWatcherType=none", "--browser.gatherUsageStats=false"]
        return [sys.executable, "-m", "streamlit", "run", str(self.script), *address, *quiet]

    def start(self) -> Server:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        self._await_health(time.monotonic() + PATIENCE)
        return self

    def _await_health(self, deadline: float) -> None:
        while not self._healthy():
            assert self.process is not None
            assert self.process.poll() is None, f"the server ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"the server does not answer:\n{self.log.read_text()}"
            time.sleep(0.05)

    def _healthy(self) -> bool:
        try:
            with urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        """End at once, as when a machine is restarted."""
        if self.process:
            ended = self.process.poll()
            self.process.kill()
            self.process.wait()
            self.process = None
            assert ended is None, f"the server ended by itself, with {ended}:\n{self.log.read_text()}"


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server, which ends with the block."""
    try:
        yield server.start()
    finally:
        server.stop()


def installed() -> str | None:
    """Where Chromium is, if it is anywhere: its shell without a window, else the browser itself.

    The same engine, but nothing of the window is computed: a page takes a third less of the processor.
    """
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window, which ends with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=QUIET)
        yield browser
        browser.close()
