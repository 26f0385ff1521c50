"""A Streamlit server of our own for the length of one measurement, on a free port of this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

ROOT = Path(__file__).parent.parent
APP = ROOT / "app.py"
BARE = Path(__file__).parent / "bare_page.py"
PLOTLY = Path(__file__).parent / "plotly_page.py"
AS_STREAMLIT_COMES, COLLECTION_OFF = True, False  # runner.postScriptGC; this project turns it off


@dataclass
class Server:
    """A running server: where it listens, what it uses."""

    url: str
    process: psutil.Process

    def memory(self) -> float:
        """Resident megabytes."""
        return self.process.memory_info().rss / 2**20

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        used = self.process.cpu_times()
        return used.user + used.system


@contextmanager
def lesson_server(collecting: bool = COLLECTION_OFF, root: Path = ROOT) -> Iterator[Server]:
    """The app as `streamlit run app.py` starts it, with the project's own configuration.

    collecting: whether Streamlit collects all garbage after every script run. root: another checkout of the project.
    """
    with _served(root / APP.name, root, collecting) as server:
        yield server


@contextmanager
def bare_server() -> Iterator[Server]:
    """The empty page, configured as the app is."""
    with _served(BARE, ROOT, COLLECTION_OFF) as server:
        yield server


@contextmanager
def plotly_server(collecting: bool = COLLECTION_OFF) -> Iterator[Server]:
    """The Plotly page with nothing else configured."""
    with TemporaryDirectory() as folder, _served(PLOTLY, Path(folder), collecting) as server:
        yield server


@contextmanager
def _served(script: Path, folder: Path, collecting: bool) -> Iterator[Server]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    quiet = ["--browser.gatherUsageStats=false", "--server.fileWatcherType=none"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options, *quiet]
    output = subprocess.DEVNULL
    running = subprocess.Popen(command, cwd=folder, env=_environment(folder, collecting), stdout=output, stderr=output)
    try:
        _wait(url, running)
        yield Server(url, psutil.Process(running.pid))
    finally:
        ended = running.poll()
        running.terminate()
        running.wait(20)
        if ended is not None:
            raise RuntimeError(f"the server ended during the measurement ({ended})")


def _environment(folder: Path, collecting: bool) -> dict[str, str]:
    """Nobody's own Streamlit settings; imports from the checkout that is served."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    root = folder if (folder / APP.name).exists() else ROOT
    return {**kept, "PYTHONPATH": str(root), "STREAMLIT_RUNNER_POST_SCRIPT_GC": str(collecting).lower()}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(url: str, running: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and running.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start within {seconds:.0f} s")
