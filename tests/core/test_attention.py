"""attention() against the formula written once more in bare NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import attention

from .helpers import RANDOM_CASES, Case, assert_close, parametrized, seeded

BATCH, HEADS, QUERIES, KEYS, WIDTH, VALUE = 2, 3, 5, 7, 11, 13
LEADING = [(), (HEADS,), (BATCH, HEADS)]


def operands(leading: tuple[int, ...], dtype: Any = float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = seeded("attention", str(leading))
    shapes = ((*leading, QUERIES, WIDTH), (*leading, KEYS, WIDTH), (*leading, KEYS, VALUE))
    return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


def bare(Q: np.ndarray, K: np.ndarray, V: np.ndarray, visible: np.ndarray | None = None, factor: float | None = None):
    scores = Q @ np.swapaxes(K, -1, -2) * (1 / np.sqrt(Q.shape[-1]) if factor is None else factor)
    if visible is not None:
        scores = np.where(visible, scores, -np.inf)
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    weights = raised / raised.sum(-1, keepdims=True)
    return weights, weights @ V


def some_mask() -> np.ndarray:
    visible = seeded("mask").random((QUERIES, KEYS)) < 0.5
    visible[:, 0] = True
    return visible


@pytest.mark.parametrize("leading", LEADING)
@pytest.mark.parametrize("is_causal", [0, 1])
@pytest.mark.parametrize("attn_mask", [None, some_mask(), some_mask().tolist()], ids=["all", "mask", "list"])
@pytest.mark.parametrize("factor", [None, 1.0, 0.3])
def test_attention_equals_bare_numpy(leading, is_causal, attn_mask, factor) -> None:
    Q, K, V = operands(leading)
    visible = np.tri(QUERIES, KEYS, dtype=bool) if is_causal else np.ones((QUERIES, KEYS), bool)
    visible = visible if attn_mask is None else visible & np.array(attn_mask)
    weights, output = bare(Q, K, V, visible, factor)
    trace = attention(Q, K, V, attn_mask, is_causal=is_causal, scale=factor)
    assert_close(trace["attention weights"].value, weights)
    assert_close(trace.output.value, output)
    assert np.all(trace["attention weights"].value[..., ~visible] == 0)


@pytest.mark.parametrize("case", parametrized([case for case in RANDOM_CASES if "masked" in case.options]))
def test_switch_hides_later_tokens_and_nothing_else(case: Case) -> None:
    weights = case.trace["attention weights"].value
    ahead = ~np.tri(*weights.shape[-2:], dtype=bool)
    assert np.all((weights == 0) == (ahead & case.options["masked"]))


@pytest.mark.parametrize("leading", LEADING)
@pytest.mark.parametrize("attn_mask", [None, some_mask()], ids=["all", "mask"])
def test_float32_stays_float32(leading, attn_mask) -> None:
    trace = attention(*operands(leading, np.float32), attn_mask)
    assert all(step.value.dtype == np.float32 for step in trace if step.name != "visible")
    np.testing.assert_allclose(trace.output.value, bare(*operands(leading), attn_mask)[1], rtol=1e-4, atol=1e-5)


def test_whole_numbers_are_computed_with_in_double_precision() -> None:
    trace = attention([[1, 2]], [[1, 0], [0, 1]], [[1], [3]])
    assert trace.output.value.dtype == np.float64


def test_precision_is_that_of_the_queries() -> None:
    Q, K, V = operands(())
    trace = attention(Q.astype(np.float32), K.tolist(), V.tolist(), is_causal=1)
    assert trace.output.value.dtype == np.float32


def test_callers_arrays_stay_writeable_and_unchanged() -> None:
    given = operands((HEADS,))
    before = [array.copy() for array in given]
    visible = some_mask()
    attention(*given, visible)
    assert all(array.flags.writeable for array in (*given, visible))
    assert all(np.array_equal(array, copy) for array, copy in zip(given, before, strict=True))


def test_large_arrays_take_the_fast_path_to_the_same_numbers() -> None:
    rng = seeded("large")
    Q, K, V = (rng.normal(size=(4, 97, 31)) for _ in range(3))
    assert_close(attention(Q, K, V).output.value, bare(Q, K, V)[1], 1e-11)


def test_gradient_reaches_every_operand_of_a_batch() -> None:
    trace = attention(*operands((BATCH, HEADS)), is_causal=1)
    gradients = trace.gradients(at=(1, 2, 3, 4))
    for step in trace.inputs[:3]:
        value = gradients[f"gradient of {step.name}"].value
        assert value.shape == step.value.shape
        assert value[1, 2].any()
        assert not value[0].any()
        assert not value[1, :2].any()


@pytest.mark.parametrize("large", [1e308, -1e308])
def test_values_near_the_largest_number_average_without_overflow(large: float) -> None:
    output = attention([[1.0, 2.0]], [[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]], [[large]] * 3).output.value
    np.testing.assert_allclose(output, [[large]], rtol=1e-12)


@pytest.mark.parametrize(("keys", "weights"), [([1, 1], [0.5, 0.5]), ([1, -1], [1, 0]), ([1, 0], [1, 0])])
def test_scores_near_the_largest_number_still_make_weights(keys: list[float], weights: list[float]) -> None:
    trace = attention([[1e308]], [[key] for key in keys], [[1.0], [2.0]])
    np.testing.assert_allclose(trace["attention weights"].value, [weights])
