"""diagnose() on what it is not made for: a diagnosis or one sentence, and never an error of another kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from attention_core import attention, diagnose
from attention_core.engine.errors import InputError
from tests.sampling import naming

RNG = np.random.default_rng(18)
Q, K, V, MINE = RNG.standard_normal((4, 2, 4, 4))
X, W = RNG.standard_normal((2, 8, 8))
HUGE = 10**400
WIDE = {"Q": Q, "K": K, "V": V}
TALL = {"Q": X, "K": X, "V": X}


class Raises:
    """An array of another library that does not let itself be read."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise self.error


def deep() -> Any:
    found: Any = 1.0
    for _ in range(100):
        found = [found]
    return found


# What stands where numbers are expected: for the numbers that are judged, the inputs, and every setting.
VALUES: dict[str, Any] = {
    "nothing": None,
    "a word": "abc",
    "a word that is a number": "nan",
    "bytes": b"abc",
    "words": [["a", "b"]],
    "ragged": [[1.0, 2.0], [3.0]],
    "empty": [],
    "rows without numbers": [[], []],
    "one number": 3,
    "a list": [1, 2, 3],
    "a dict": {"a": 1},
    "a set": {1, 2},
    "a type": float,
    "a function": len,
    "objects": np.array([[1, None]], object),
    "complex": MINE + 1j,
    "marks": MINE > 0,
    "huge": [[HUGE, 1], [2, 3]],
    "huge number": HUGE,
    "dates": np.array(["2020"], "M8[D]"),
    "spans": np.ones((2, 4, 4), "m8[s]"),
    "records": np.zeros((2, 4, 4), [("a", float)]),
    "bytes in cells": np.zeros((2, 4, 4), "V8"),
    "decimals": [[Decimal("1.5")] * 4] * 4,
    "not a number": np.full((2, 4, 4), np.nan),
    "infinite": np.full((2, 4, 4), -np.inf),
    "nan": np.nan,
    "infinity": np.inf,
    "tiny": 5e-324,
    "largest": 1e308,
    "below 0": -1,
    "a fraction": 1.5,
    "imaginary": 1j,
    "large": np.full((2, 4, 4), 1e308),
    "denormal": MINE * 1e-320,
    "zeros": MINE * 0,
    "too many axes": MINE[None, None],
    "no heads": np.zeros((0, 4, 4)),
    "no tokens": np.zeros((2, 0, 4)),
    "no width": np.zeros((2, 4, 0)),
    "whole": np.full((2, 4, 4), 2**64 - 1, np.uint64),
    "on another device": Raises(RuntimeError("it is on a GPU")),
    "a view of nothing": Raises(KeyError("x")),
    "deep": deep(),
    "half": MINE.astype(np.float16),
    "long": MINE.astype(np.longdouble),
    "half a number": np.float32(0.5),
}
NAMES = (
    "mine", "Q", "K", "V", "attn_mask", "past_key", "past_value", "nonpad_kv_seqlen", "is_causal", "scale", "softcap",
    "q_num_heads", "kv_num_heads", "left_window_size", "right_window_size", "temperature", "rope", "rope_base", "alibi",
    "W_q", "b_k", "W_o", "tolerance", "seconds", "progress",
)  # fmt: skip


def survives(mine: Any, **given: Any) -> str:
    """What is said: the text of a diagnosis, or the sentence of a refusal."""
    try:
        said = str(diagnose(mine, **{"seconds": 0, **given}))
    except InputError as refusal:
        said = str(refusal)
    assert said.strip()
    return said


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("error")
def test_anything_in_any_place_gets_a_diagnosis_or_a_sentence(name: str) -> None:
    for kind, value in VALUES.items():
        if name == "progress" and callable(value):
            continue  # what the caller's own function raises is the caller's
        with naming((name, kind)):
            more = {"past_value": V} if name == "past_key" else {"past_key": K} if name == "past_value" else {}
            base = {"mine": X, **TALL} if name in ("W_q", "b_k", "W_o", "q_num_heads") else {"mine": MINE, **WIDE}
            survives(**{**base, **more, name: value})


STEPS = dict.fromkeys(("head outputs", "projected output", "queries", "rotated keys", "capped scores", "other"), MINE)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_not_made_is_read_as_the_one_that_has_its_numbers_or_refused(step: str) -> None:
    said = survives({step: STEPS[step]}, **WIDE)
    if step in ("queries", "rotated keys"):
        assert said == f"mine, {step}: is not computed with these settings, but given"
    elif step == "other":
        assert "is no step" in said
    else:
        assert said.startswith("The first wrong number is in")


def test_right_numbers_under_the_name_of_a_step_that_is_not_made_agree() -> None:
    right = attention(**WIDE).output.value
    assert diagnose({"head outputs": right}, **WIDE).agrees
    assert diagnose({"projected output": right}, **WIDE).agrees


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"seconds": "2"}, "seconds: must be a finite number, at least 0, not '2'"),
        ({"seconds": -1}, "seconds: must be a finite number, at least 0, not -1"),
        ({"progress": 3}, "progress: must be a function of two numbers, not 3"),
        ({"temperature": 5e-324}, "temperature: of 4.94066e-324 makes scores larger than a computer holds"),
        (
            {"attn_mask": Raises(RuntimeError("it is on a GPU"))},
            "attn_mask: cannot be read as an array: it is on a GPU",
        ),
        ({"Q": X, "K": X, "V": X, "W_q": W[:5]}, None),
    ],
)
def test_the_sentence_names_what_was_given(given: dict[str, Any], sentence: str | None) -> None:
    said = survives(**{"mine": MINE, **WIDE, **given})
    assert said == sentence if sentence else said


def test_no_dropout_where_no_weight_has_grown() -> None:
    """A row of zeros beside rows that are right is not what dropout leaves: it makes the others larger."""
    mine = attention(**WIDE).output.value.copy()
    mine[0, 2] = 0
    assert "dropout" not in [key for finding in diagnose(mine, **WIDE, seconds=0.2).findings for key in finding.keys]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"V": V[:, :-1]}, f"V: has {V.shape[1] - 1} rows, where K has {V.shape[1]}"),
        ({"K": K[..., :-1]}, f"K: has {K.shape[2] - 1} columns, where Q has {K.shape[2]}"),
    ],
)
def test_sizes_that_do_not_fit_are_refused_in_words_of_what_was_given(
    wrong: dict[str, np.ndarray], sentence: str
) -> None:
    assert survives(**{"mine": np.zeros((*Q.shape[:2], V.shape[2])), "Q": Q, "K": K, "V": V, **wrong}) == sentence
