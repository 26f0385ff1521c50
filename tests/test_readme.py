"""The examples in the README run, and print what the README prints."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np
import pytest

from attention_core import attention
from attention_core.models import known_models
from tools.table import README

BLOCKS = re.findall(r"```(python|text)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
NOTEBOOK, WIDGET, DIAGNOSIS, MODELS = (code for kind, code in BLOCKS if kind == "python")
(PRINTED,) = (text for kind, text in BLOCKS if kind == "text")


def printed(code: str, **names: Any) -> str:
    with redirect_stdout(StringIO()) as out:
        exec(compile(code, str(README), "exec"), names)
    return out.getvalue()


def test_the_example_for_notebooks_prints_what_stands_below_it() -> None:
    assert printed(NOTEBOOK) == PRINTED


def test_the_example_on_the_stage_in_notebooks_runs() -> None:
    pytest.importorskip("anywidget")
    Q, K, V = np.random.default_rng(20).normal(size=(3, 3, 4))
    printed(WIDGET, attention=attention, Q=Q, K=K, V=V)


def test_the_example_on_diagnosis_names_what_is_missing() -> None:
    example, checked = DIAGNOSIS.rsplit("assert_attention(", 1)
    Q, K, V = np.random.default_rng(20).normal(size=(3, 1, 3, 16))
    assert "causal" in printed(example, mine=attention(Q[0], K[0], V[0]).output.value, Q=Q[0], K=K[0], V=V[0])
    mine = attention(Q, K, V, q_num_heads=8, kv_num_heads=8).output.value
    imports = "\n".join(line for line in example.splitlines() if "import" in line)
    with pytest.raises(AssertionError, match="not rotated and the mask is ignored"):
        printed(f"{imports}\nassert_attention({checked}", mine=mine, Q=Q, K=K, V=V, mask=np.tril(np.ones((3, 3), bool)))


@pytest.mark.skipif(len(known_models()) < 2, reason="needs both real models: make models")
def test_the_example_on_real_models_runs() -> None:
    assert "Paris" in printed(MODELS)
