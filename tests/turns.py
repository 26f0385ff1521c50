"""Which tests in browsers a run of the whole suite takes: a fifth of their files, the next after the next commit.

Pages in browsers took most of the time, and break less often than they are opened. One commit has one turn, so that a
failure comes again. `pytest --all` takes every test, and so does a run that names files, or chooses by -k or -m.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

TURNS = 5
VARIABLE = "ATLAS_TURN"  # set by hand it is that turn; workers are told by it
ROOT = Path(__file__).parent.parent


def begin(config: pytest.Config) -> None:
    """Decide once for a run, before it has workers."""
    if hasattr(config, "workerinput"):
        return
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    is_chosen = config.getoption("--all") or config.option.keyword or config.option.markexpr
    os.environ[VARIABLE] = os.environ.get(VARIABLE, str(_commits())) if is_whole and not is_chosen else ""


def _commits() -> int:
    """How many led to what is checked out; in a copy without its history a number that the changelog stands for."""
    found = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return int(found.stdout) if found.returncode == 0 else (ROOT / "CHANGELOG.md").stat().st_size


def waiting(files: Iterable[Path], turn: str) -> set[Path]:
    """The files whose tests wait for another turn, whole files because their tests share a page; "": none does."""
    return {file for n, file in enumerate(sorted({*files})) if turn and n % TURNS != int(turn) % TURNS}
