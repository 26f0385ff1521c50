"""Every test in a browser has its turn."""

from __future__ import annotations

import subprocess
import sys

import pytest

from . import turns

NAMES = [f"tests/browser/test_x.py::test_{n}" for n in range(900)]


def test_every_test_has_one_turn() -> None:
    due = [turns.split(NAMES, str(turn))[0] for turn in range(turns.TURNS)]
    assert sorted(name for each in due for name in each) == sorted(NAMES)
    assert min(map(len, due)) > 180
    assert turns.split(NAMES, str(turns.TURNS + 1)) == turns.split(NAMES, "1")


def test_without_turns_all_are_due() -> None:
    assert turns.split(NAMES, "") == (NAMES, [])


@pytest.mark.parametrize(("given", "is_whole"), [([], True), (["--all"], False), (["tests/browser"], False)])
def test_the_whole_suite_takes_turns_and_nothing_else(given: list[str], is_whole: bool) -> None:
    """As pytest itself decides, in a run of its own that collects nothing."""
    script = (
        "import os, pytest, sys; os.environ.pop('ATLAS_TURN', None)\n"
        "class Seen:\n"
        "    def pytest_collection(self): print('turn', repr(os.environ['ATLAS_TURN'])); return True\n"
        "pytest.main([*sys.argv[1:], '-p', 'no:cacheprovider'], plugins=[Seen()])"
    )
    found = subprocess.run([sys.executable, "-c", script, *given], cwd=turns.ROOT, capture_output=True, text=True)
    assert ("turn ''" in found.stdout) is not is_whole, found.stdout + found.stderr
