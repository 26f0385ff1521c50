"""Every test in a browser has its turn."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from . import turns

FILES = [Path(f"tests/browser/test_{n}.py") for n in range(41)]


def test_every_file_has_one_turn() -> None:
    due = [{*FILES} - turns.waiting(FILES, str(turn)) for turn in range(turns.TURNS)]
    assert sorted(file for each in due for file in each) == sorted(FILES)
    assert {*map(len, due)} == {8, 9}
    assert turns.waiting(FILES, str(turns.TURNS + 1)) == turns.waiting(FILES, "1")


def test_without_turns_none_waits() -> None:
    assert turns.waiting(FILES, "") == set()


@pytest.mark.parametrize(
    ("source", "given", "is_whole"),
    [("TESTPATHS", {}, True), ("TESTPATHS", {"all": True}, False), ("TESTPATHS", {"keyword": "x"}, False),
     ("ARGS", {}, False)],
)  # fmt: skip
def test_the_whole_suite_takes_turns_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, source: str, given: dict[str, object], is_whole: bool
) -> None:
    monkeypatch.setenv(turns.VARIABLE, "2")
    options = {"all": False, "keyword": "", "markexpr": "", **given}
    config = SimpleNamespace(
        args_source=pytest.Config.ArgsSource[source], option=SimpleNamespace(**options),
        getoption=lambda name: options[name.removeprefix("--")],
    )  # fmt: skip
    turns.begin(config)  # type: ignore[arg-type]
    assert os.environ[turns.VARIABLE] == ("2" if is_whole else "")


def test_a_worker_has_the_turn_of_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(turns.VARIABLE, "1")
    turns.begin(SimpleNamespace(workerinput={}))  # type: ignore[arg-type]
    assert os.environ[turns.VARIABLE] == "1"


def test_one_commit_has_one_turn() -> None:
    assert turns._commits() == turns._commits() > 0
