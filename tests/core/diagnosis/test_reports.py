"""What people really do wrong is named: the implementations in `reports`, each from a public bug report."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

from attention_core import diagnose
from attention_core.diagnosis.mistakes import BY_KEY
from attention_core.diagnosis.report import Diagnosis
from tests.core.diagnosis import reports
from tests.sampling import some
from tools.diagnosis import named

FOLDER = Path(__file__).with_name("reports")
ANSWERS: dict[str, list[str]] = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))
PATIENCE = 60.0  # seconds: what is found must not depend on how busy the machine is
REPORTS = sorted(each.name for each in iter_modules(reports.__path__))


def diagnosis(report: str, seed: int) -> Diagnosis:
    module: Any = import_module(f"{reports.__name__}.{report}")
    given = module.inputs(np.random.default_rng(seed))
    return diagnose(module.attention(**given), **given, seconds=PATIENCE)


def test_every_report_has_an_answer() -> None:
    assert list(ANSWERS) == REPORTS
    assert len(REPORTS) >= 12
    assert {key for keys in ANSWERS.values() for key in keys} <= set(BY_KEY)


@pytest.mark.parametrize("report", REPORTS)
def test_the_mistake_of_a_report_is_named_first(report: str) -> None:
    """By itself, or among those that give the same numbers on this input; of a report without an entry none is."""
    for seed in range(some(12, 2)):
        found = diagnosis(report, seed)
        assert not found.agrees
        assert found.departure is not None
        assert named(found, tuple(ANSWERS[report])) in (("first", "alike") if ANSWERS[report] else ("none",))
