"""A server of our own for the length of one measurement, and what it uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tools import serving

ROOT = serving.ROOT
APP = serving.APP
BARE = Path(__file__).parent / "bare_page.py"
NUMBER = BARE.with_name("number_page.py")
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
    server = serving.Server(script=root / APP.name, folder=root, environment=_environment(root, collecting))
    with _served(server) as running:
        yield running


@contextmanager
def bare_server() -> Iterator[Server]:
    """The empty page, configured as the app is."""
    with _served(serving.Server(script=BARE, environment=_environment(ROOT, COLLECTION_OFF))) as server:
        yield server


@contextmanager
def number_server() -> Iterator[Server]:
    """The page with one number, configured as the app is."""
    with _served(serving.Server(script=NUMBER, environment=_environment(ROOT, COLLECTION_OFF))) as server:
        yield server


@contextmanager
def plotly_server(collecting: bool = COLLECTION_OFF) -> Iterator[Server]:
    """The Plotly page with nothing else configured."""
    with (
        TemporaryDirectory() as folder,
        _served(
            serving.Server(script=PLOTLY, folder=Path(folder), environment=_environment(ROOT, collecting))
        ) as server,
    ):
        yield server


@contextmanager
def _served(server: serving.Server) -> Iterator[Server]:
    with serving.running(server):
        assert server.process
        yield Server(server.url, psutil.Process(server.process.pid))


def _environment(root: Path, collecting: bool) -> dict[str, str]:
    """Nobody's own Streamlit settings; imports from the checkout that is served."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    return {**kept, "PYTHONPATH": str(root), "STREAMLIT_RUNNER_POST_SCRIPT_GC": str(collecting).lower()}
