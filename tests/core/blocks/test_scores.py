"""Every score against its formula, one pair of query and key at a time, with a head riding along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from attention_core import Step
from attention_core.blocks import scores
from attention_core.engine.axes import names, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.step import source

HEADS, QUERIES, KEYS, WIDTH, OTHER, HIDDEN = 3, 2, 5, 7, 11, 13
SIZES = {"head": HEADS, "query": QUERIES, "key": KEYS, "feature": WIDTH, "key feature": OTHER, "hidden": HIDDEN}


def given(name: str, *axes: str) -> Step:
    sizes = [SIZES[axis] for axis in axes]
    value = np.random.default_rng(sum(map(ord, name))).normal(size=sizes)
    return source(name, value, tuple(map(numbered, axes, sizes)))


Q, K, WIDE = given("Q", "head", "query", "feature"), given("K", "key", "feature"), given("L", "key", "key feature")
W, W_q, W_k = given("W", "feature", "key feature"), given("W_q", "hidden", "feature"), given("W_k", "hidden", "feature")
W_wide, U, v = given("W_w", "hidden", "key feature"), given("U", "head", "hidden", "feature"), given("v", "hidden")

RULERS: list[tuple[str, Step, Callable[[Any, Any, int], Any], Step]] = [
    ("dot", scores.dot(Q, K), lambda q, k, h: q @ k, K),
    ("scaled dot", scores.scaled_dot(Q, K), lambda q, k, h: q @ k / np.sqrt(WIDTH), K),
    ("cosine", scores.cosine(Q, K), lambda q, k, h: q @ k / np.linalg.norm(q) / np.linalg.norm(k), K),
    ("rbf", scores.rbf(Q, K, 1.5), lambda q, k, h: -((q - k) @ (q - k)) / (2 * 1.5**2), K),
    ("bilinear", scores.bilinear(Q, WIDE, W), lambda q, k, h: q @ W.value @ k, WIDE),
    ("projected", scores.projected(Q, K, W_q, W_k), lambda q, k, h: (W_q.value @ q) @ (W_k.value @ k), K),
    ("projected by head", scores.projected(Q, K, U, W_k), lambda q, k, h: (U.value[h] @ q) @ (W_k.value @ k), K),
    (
        "additive",
        scores.additive(Q, WIDE, W_q, W_wide, v),
        lambda q, k, h: v.value @ np.tanh(W_q.value @ q + W_wide.value @ k),
        WIDE,
    ),
]


@pytest.mark.parametrize(("step", "ruler", "keys"), [r[1:] for r in RULERS], ids=[r[0] for r in RULERS])
def test_score_is_its_formula_for_every_pair(step: Step, ruler: Callable[[Any, Any, int], Any], keys: Step) -> None:
    assert step.name == "scores"
    assert names(step.axes) == ("head", "query", "key")
    wanted = [[[ruler(q, k, h) for k in keys.value] for q in queries] for h, queries in enumerate(Q.value)]
    np.testing.assert_allclose(step.value, wanted, rtol=1e-12)


def test_bilinear_takes_one_width_under_one_name() -> None:
    square = source("W", np.arange(9.0).reshape(3, 3), (numbered("feature", 3), numbered("other", 3)))
    q = source("Q", [[1, 2, 3]], (numbered("query", 1), numbered("feature", 3)))
    k = source("K", [[1, 0, 0]], (numbered("key", 1), numbered("feature", 3)))
    assert scores.bilinear(q, k, square).value == q.value @ square.value @ k.value.T


def test_a_single_query_needs_no_axis_of_its_own() -> None:
    q = given("q", "feature")
    one = source("q", q.value[None], (numbered("query", 1), *q.axes))
    rulers = [scores.dot, scores.rbf, lambda q, k: scores.additive(q, k, W_q, W_k, v)]
    for ruler in (*rulers, lambda q, k: scores.bilinear(q, WIDE, W)):
        step = ruler(q, K)
        assert names(step.axes) == ("key",)
        np.testing.assert_allclose(step.value, ruler(one, K).value[0], rtol=1e-12)


@pytest.mark.parametrize("score", [scores.dot, scores.scaled_dot, scores.cosine, scores.rbf])
def test_unequal_widths_are_refused_by_name(score: Callable[[Step, Step], Step]) -> None:
    with pytest.raises(InputError, match="keys as wide as the queries, which have 7, not 11"):
        score(Q, WIDE)


def test_a_vector_of_zeros_has_no_cosine() -> None:
    blank = source("K", [[1, 2], [0, 0]], (numbered("key", 2), numbered("feature", 2)))
    with pytest.raises(InputError, match=r"K.*key 2.*no direction"):
        scores.cosine(source("Q", [[1, 2]], (numbered("query", 1), numbered("feature", 2))), blank)


@pytest.mark.parametrize("sigma", [0.0, -1.0, 1e-200, float("nan")])
def test_a_kernel_needs_a_width(sigma: float) -> None:
    with pytest.raises(InputError, match="sigma"):
        scores.rbf(Q, K, sigma)
