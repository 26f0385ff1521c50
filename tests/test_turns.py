"""Every test in a browser has its turn."""

from __future__ import annotations

import os
from types import SimpleNamespace

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
