"""A Streamlit server of our own for the length of one measurement, on a free port of this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

ROOT = Path(__file__).parent.parent
APP = ROOT / "app.py"
PLOTLY = Path(__file__).parent / "plotly_page.py"
AS_STREAMLIT_COMES: Mapping[str, bool] = {}
WITHOUT_COLLECTION = {"postScriptGC": False}  # the setting this project uses


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
def lesson_server() -> Iterator[Server]:
    """The app as `streamlit run app.py` starts it, with the project's own configuration."""
    with _served(APP, ROOT) as server:
        yield server


@contextmanager
def plotly_server(runner: Mapping[str, bool] = WITHOUT_COLLECTION) -> Iterator[Server]:
    """The Plotly page with nothing configured but the given [runner] settings."""
    with TemporaryDirectory() as folder:
        settings = "\n".join(f"{name} = {str(value).lower()}" for name, value in runner.items())
        (Path(folder) / ".streamlit").mkdir()
        (Path(folder) / ".streamlit" / "config.toml").write_text(f"[runner]\n{settings}\n", encoding="utf-8")
        with _served(PLOTLY, Path(folder)) as server:
            yield server


@contextmanager
def _served(script: Path, folder: Path) -> Iterator[Server]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    quiet = ["--browser.gatherUsageStats=false", "--server.fileWatcherType=none"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options, *quiet]
    output = subprocess.DEVNULL
    settings = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    environment = {**settings, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        _wait(url, running)
        yield Server(url, psutil.Process(running.pid))
    finally:
        running.terminate()
        running.wait(20)


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
