"""An exported script, run on its own, prints the numbers of its trace."""

from __future__ import annotations

import importlib.util
import re
import subprocess

import numpy as np
import pytest

from attention_core import Mechanism, Trace
from tests.core.elsewhere import ALONE, Running
from tests.core.helpers import (
    MECHANISMS,
    PRESET_CASES,
    RANDOM_CASES,
    Case,
    one_each,
    parametrized,
    preset_cases,
    telling_case,
)

PRINTED = 5e-7  # half of the sixth decimal, the last one the scripts print
NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)"


def assert_prints(printed: str, trace: Trace) -> None:
    for step, text in zip(trace.computed, blocks(printed, [step.name for step in trace.computed]), strict=True):
        numbers = np.array([float(number) for number in re.findall(NUMBER, text)]).reshape(step.value.shape)
        np.testing.assert_allclose(numbers, step.value, rtol=0, atol=PRINTED * 1.001, err_msg=step.name)


def blocks(printed: str, titles: list[str]) -> list[str]:
    """What stands under each title, the titles being lines of their own in this order."""
    found: list[list[str]] = []
    for line in printed.splitlines():
        if len(found) < len(titles) and line == titles[len(found)]:
            found.append([])
        else:
            found[-1].append(line)
    return ["\n".join(lines) for lines in found]


def test_numpy_script_runs_on_its_own() -> None:
    trace = PRESET_CASES[0].trace
    done = subprocess.run([*ALONE, trace.to_numpy_code()], capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr
    assert_prints(done.stdout, trace)


@pytest.mark.parametrize("case", parametrized([*PRESET_CASES, *one_each(RANDOM_CASES, "numpy")]))
def test_numpy_script_prints_the_same_digits(case: Case, run: Running) -> None:
    assert_prints(run(case.trace.to_numpy_code()), case.trace)


@pytest.mark.parametrize("case", parametrized([PRESET_CASES[0], *one_each(RANDOM_CASES, "gradients")]))
def test_numpy_script_of_the_gradients_prints_the_same_digits(case: Case, run: Running) -> None:
    assert_prints(run(case.gradients.to_numpy_code()), case.gradients)


@telling_case
def test_torch_scripts_are_python(case: Case) -> None:
    for trace in (case.trace, case.gradients):
        code = trace.to_torch_code()
        compile(code, "script", "exec")
        assert "np." not in code


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("case", parametrized(one_each(RANDOM_CASES, "torch")))
def test_torch_script_prints_the_same_digits(case: Case, run: Running) -> None:
    assert_prints(run(case.trace.to_torch_code()), case.trace)
    assert_prints(run(case.gradients.to_torch_code()), case.gradients)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_script_does_not_know_the_token_names(mechanism: Mechanism) -> None:
    """A token may be named anything, so none may reach code that somebody will run."""
    case = next(preset_cases(mechanism))
    hostile = {axis: ('"\\n#{}',) for spec in mechanism.inputs.values() for axis in spec.axes}
    renamed = mechanism.trace(case.inputs, hostile, **case.options)
    assert renamed.to_numpy_code() == case.trace.to_numpy_code()
