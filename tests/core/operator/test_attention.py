"""attention() against the formula written once more in bare NumPy; test_onnx.py has the cases of the operator."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from attention_core import attention
from attention_core.engine.errors import InputError
from tests.core.elsewhere import Running
from tests.core.export.test_script import assert_prints
from tests.core.helpers import RANDOM_CASES, Case, assert_close, own_arithmetic, parametrized, seeded

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
    weights = next(step.value for step in case.trace if step.base_name.endswith("weights"))
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


# --- the general operator: heads, past, masks, caps ------------------------------------------------------------------


def numbers(*shape: int) -> np.ndarray:
    return seeded("general", str(shape)).normal(size=shape)


def four(batch: int = 1) -> dict[str, np.ndarray]:
    """Grouped heads, small: their arithmetic is gone through cell by cell."""
    return {"Q": numbers(batch, 6, 3, 5), "K": numbers(batch, 2, 7, 5), "V": numbers(batch, 2, 7, 2)}


def side_by_side(*batch: int) -> dict[str, Any]:
    arrays = {"Q": numbers(*batch, 3, 6 * 5), "K": numbers(*batch, 7, 2 * 5), "V": numbers(*batch, 7, 2 * 3)}
    return {**arrays, "q_num_heads": 6, "kv_num_heads": 2}


def hiding(*shape: int) -> np.ndarray:
    """Numbers to add, minus infinity among them, and one query that sees nothing."""
    mask = numbers(*shape)
    mask[..., 1, :] = mask[..., 0, ::3] = -np.inf
    return mask


def past(batch: int = 1, size: int = 2) -> dict[str, np.ndarray]:
    return {"past_key": numbers(batch, 2, size, 5), "past_value": numbers(batch, 2, size, 2)}


GENERAL: dict[str, dict[str, Any]] = {
    "grouped heads": four(2),
    "heads side by side": side_by_side(2),
    "heads side by side, no batch": side_by_side(),
    "side by side with a past": side_by_side() | {"past_key": numbers(2, 2, 5), "past_value": numbers(2, 2, 3)},
    "past and causal": four(2) | past(2) | {"is_causal": 1},
    "empty past": four() | past(size=0),
    "capped": four() | {"softcap": 0.7, "scale": 0.9},
    "biased, a query blind": four() | {"attn_mask": hiding(3, 7)},
    "biased by head, keys missing": four() | {"attn_mask": numbers(6, 1, 5), "qk_matmul_output_mode": 2},
    "padded and causal, queries blind": four(2) | {"nonpad_kv_seqlen": [2, 5], "is_causal": 1},
    "marked by batch": four(2) | {"attn_mask": numbers(2, 1, 3, 7) > 0},
    "window": four() | {"left_window_size": 1, "right_window_size": 2, "qk_matmul_output_mode": 0},
    "capped scores asked for": four() | {"softcap": 0.7, "qk_matmul_output_mode": 1},
    "weights asked for": four() | {"attn_mask": hiding(3, 7), "qk_matmul_output_mode": 3},
    "all at once": four(2)
    | past(2)
    | {"attn_mask": hiding(2, 1, 3, 9), "is_causal": 1, "left_window_size": 4, "softcap": 0.7, "softmax_precision": 11},
}
general = pytest.mark.parametrize("name", GENERAL)


@general
def test_every_cell_has_its_arithmetic(name: str) -> None:
    trace = attention(**GENERAL[name])
    for step in trace.computed:
        assert_close(own_arithmetic(step), step.value)


@general
def test_gradients_meet_finite_differences(name: str) -> None:
    given = GENERAL[name]
    trace = attention(**given)
    cell = tuple(size - 1 for size in trace.output.value.shape)
    gradients = trace.gradients(at=cell)
    for field in {"Q", "K", "V", "past_key", "past_value"} & given.keys():
        wanted = differences(given, field, cell)
        found = gradients[f"gradient of {field}"].value if wanted.size else wanted
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-8, err_msg=field)


def differences(given: dict[str, Any], field: str, cell: tuple[int, ...]) -> np.ndarray:
    found = np.empty(given[field].shape)
    for place in np.ndindex(found.shape):
        sides = []
        for nudge in (1e-5, -1e-5):
            nudged = given[field].copy()
            nudged[place] += nudge
            sides.append(attention(**{**given, field: nudged}).output.value[cell])
        found[place] = (sides[0] - sides[1]) / 2e-5
    return found


@general
def test_script_prints_the_same_digits(name: str, run: Running) -> None:
    trace = attention(**GENERAL[name])
    assert_prints(run(trace.to_numpy_code()), trace)
    compile(trace.to_torch_code(), "script", "exec")


def test_each_head_of_keys_serves_its_run_of_query_heads() -> None:
    given = GENERAL["grouped heads"]
    K, V = (np.repeat(given[name], 3, axis=1) for name in ("K", "V"))
    assert_close(attention(**given).output.value, bare(given["Q"], K, V)[1])


def test_heads_side_by_side_are_heads() -> None:
    given = GENERAL["heads side by side"]
    Q, K, V = (
        np.moveaxis(given[name].reshape(2, -1, heads, width), 2, 1)
        for name, heads, width in (("Q", 6, 5), ("K", 2, 5), ("V", 2, 3))
    )
    output = attention(Q, K, V).output.value
    assert_close(attention(**given).output.value, np.moveaxis(output, 1, 2).reshape(2, 3, 6 * 3))
    assert_close(attention(**GENERAL["heads side by side, no batch"]).output.value.shape, (3, 6 * 3))


def test_continuing_from_a_past_is_as_good_as_starting_anew() -> None:
    Q, K, V = operands((BATCH, HEADS))
    whole = attention(Q, K, V, is_causal=1, left_window_size=3).output.value
    start = attention(Q[..., :2, :], K[..., :2, :], V[..., :2, :], is_causal=1, left_window_size=3)
    rest = attention(
        Q[..., 2:, :], K[..., 2:, :], V[..., 2:, :], None, K[..., :2, :], V[..., :2, :], is_causal=1, left_window_size=3
    )
    assert_close(np.concatenate([start.output.value, rest.output.value], axis=-2), whole)
    assert np.array_equal(rest["present_key"].value, K)
    assert np.array_equal(rest["present_value"].value, V)


def test_an_empty_past_changes_nothing_but_makes_a_present() -> None:
    trace = attention(**GENERAL["empty past"])
    assert_close(trace.output.value, attention(**four()).output.value)
    assert np.array_equal(trace["present_key"].value, four()["K"])


def test_window_is_counted_from_the_query() -> None:
    visible = attention(*operands(()), left_window_size=1, right_window_size=2)["visible"].value
    assert visible.tolist() == [[float(-1 <= key - query <= 2) for key in range(KEYS)] for query in range(QUERIES)]


def test_only_what_is_asked_for_makes_steps() -> None:
    named = [step.name for step in attention(**four(2))]
    assert named == ["Q", "K", "V", "scores", "scaled scores", "attention weights", "output"]
    assert "bias" not in attention(**four(), attn_mask=np.where(some_mask()[:3], 0, -np.inf))


def test_capped_scores_stay_within_the_cap() -> None:
    given = {name: 30 * array for name, array in four().items()}
    capped = attention(**given, softcap=2.0)["capped scores"].value
    assert np.abs(capped).max() <= 2
    assert_close(capped, 2 * np.tanh(attention(**given)["scaled scores"].value / 2))


@pytest.mark.parametrize("mode", range(4))
def test_asked_for_scores_are_those_of_the_operator(mode: int) -> None:
    """Raw scores are scaled already; the cap comes before the mask."""
    given = {**four(), "attn_mask": hiding(3, 7), "softcap": 0.7}
    trace = attention(**given, qk_matmul_output_mode=mode)
    name = ("scaled scores", "capped scores", "masked scores", "attention weights")[mode]
    assert np.array_equal(trace["qk_matmul_output"].value, trace[name].value)
    assert trace["qk_matmul_output"].arithmetic(0, 5, 2, 6).result == trace[name].value[0, 5, 2, 6]


@pytest.mark.parametrize("mask", [hiding(3, 7), hiding(3, 7) > -np.inf], ids=["added", "marked"])
def test_query_that_sees_nothing_gets_zeros(mask: np.ndarray) -> None:
    trace = attention(**four(), attn_mask=mask)
    weights, output = trace["attention weights"].value, trace.output.value
    assert not weights[..., 1, :].any()
    assert not output[..., 1, :].any()
    assert_close(weights[..., [0, 2], :].sum(axis=-1), np.ones((1, 6, 2)))
    gradients = trace.gradients(at=(0, 0, 1, 0))
    assert not any(gradients[f"gradient of {name}"].value.any() for name in ("masked scores", "Q", "K", "V"))


WITH_AND_WITHOUT_A_BATCH = pytest.mark.parametrize("leading", [(), (1,), (1, 1)], ids=["plain", "heads", "batch"])


@WITH_AND_WITHOUT_A_BATCH
@pytest.mark.parametrize("marks", [some_mask(), np.zeros((QUERIES, KEYS), bool), np.ones((QUERIES, KEYS), bool)])
def test_whole_numbers_that_could_be_marks_are_refused(leading: tuple[int, ...], marks: np.ndarray) -> None:
    with pytest.raises(InputError) as caught:
        attention(*operands(leading), marks.astype(int))
    assert str(caught.value) == (
        "attn_mask: holds whole numbers that are all 0 or 1, which has two readings: convert it to bool where 1 marks "
        "a visible key, or to float where 0 and 1 are added to the scores"
    )


@WITH_AND_WITHOUT_A_BATCH
@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float16, np.float32, np.float64])
def test_other_numbers_are_added_whatever_they_are_kept_in(leading: tuple[int, ...], dtype: type) -> None:
    bias = np.where(some_mask(), 2, -100).astype(dtype)
    trace = attention(*operands(leading), bias)
    assert np.array_equal(trace["bias"].value, bias)
    assert trace["visible"].value.all()


@pytest.mark.parametrize("lowest", [-1e308, -np.finfo(np.float32).max, -65504, -1e30])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@WITH_AND_WITHOUT_A_BATCH
def test_finite_mask_hides_nothing_in_any_precision(leading: tuple[int, ...], dtype: type, lowest: float) -> None:
    """Every key lowered by as much: the weights are those of equal scores, or what is left of them by rounding."""
    Q, K, V = (each.astype(dtype) for each in operands(leading))
    trace = attention(Q, K, V, np.full((QUERIES, KEYS), lowest))
    assert_close(trace["attention weights"].value.sum(axis=-1), np.ones((*leading, QUERIES)), 1e-6)
    assert np.isfinite(trace.output.value).all()
    if lowest < -1e20:
        mean = V.astype(float).mean(axis=-2, keepdims=True)
        np.testing.assert_allclose(trace.output.value, np.broadcast_to(mean, trace.output.value.shape), atol=2e-3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@WITH_AND_WITHOUT_A_BATCH
def test_minus_infinity_is_as_false_in_any_precision(leading: tuple[int, ...], dtype: type) -> None:
    Q, K, V = (each.astype(dtype) for each in operands(leading))
    marked, added = (attention(Q, K, V, mask) for mask in (some_mask(), np.where(some_mask(), 0, -np.inf)))
    assert np.array_equal(marked.output.value, added.output.value)


@WITH_AND_WITHOUT_A_BATCH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_refusal_names_the_largest_number_of_the_precision(leading: tuple[int, ...], dtype: type) -> None:
    size = np.sqrt(np.finfo(dtype).max)
    Q, K, V = (np.full_like(each, 2 * size, dtype=dtype) for each in operands(leading))
    largest = {np.float32: "that float32 holds (3.4e38)", np.float64: "a computer holds (1.8e308)"}[dtype]
    with pytest.raises(InputError, match=re.escape(f"grows beyond the largest number {largest}")):
        attention(Q, K, V)


@WITH_AND_WITHOUT_A_BATCH
@pytest.mark.parametrize("name", ["K", "V"])
def test_hidden_numbers_must_be_finite_too(leading: tuple[int, ...], name: str) -> None:
    """0 times NaN is NaN: what a mask hides would still reach the output."""
    given = dict(zip("QKV", operands(leading), strict=True))
    given[name] = given[name].copy()
    given[name][..., -1, 0] = np.nan
    visible = np.arange(KEYS) < KEYS - 1
    with pytest.raises(InputError, match=f"{name}, .*key {KEYS}, .*nan is not a finite number"):
        attention(**given, attn_mask=visible)


@pytest.mark.parametrize("code", [1, 10, 11, 16])
def test_softmax_in_another_precision(code: int) -> None:
    """Its own for the softmax alone: close to the exact weights, and as far off as that precision is coarse."""
    exact = attention(**four())["attention weights"].value
    for dtype in (np.float32, np.float64):
        given = {name: array.astype(dtype) for name, array in four().items()}
        weights = attention(**given, softmax_precision=code)["attention weights"].value
        assert weights.dtype == dtype
        off = np.abs(weights - exact).max()
        least, most = {1: (1e-9, 1e-6), 10: (1e-6, 1e-3), 11: (0, 1e-6), 16: (1e-5, 1e-2)}[code]
        assert least <= off <= most


def test_half_precision_is_computed_in_single() -> None:
    given = {name: array.astype(np.float16) for name, array in {**four(2), **past(2)}.items()}
    trace = attention(**given, qk_matmul_output_mode=3)
    stored = {"Q", "K", "V", "past_key", "past_value", "present_key", "present_value", "qk_matmul_output", "output"}
    assert {step.name for step in trace if step.value.dtype == np.float16} == stored
    single = attention(**{name: array.astype(np.float32) for name, array in given.items()})
    assert np.array_equal(trace.output.value, single.output.value.astype(np.float16))
    assert np.isfinite(trace.gradients(at=(0, 0, 0, 0))["gradient of past_key"].value).all()


def test_values_may_have_a_precision_of_their_own() -> None:
    given = {name: array.astype(np.float32) for name, array in {**four(), **past()}.items()}
    given |= {"V": given["V"].astype(float), "past_value": given["past_value"].astype(float)}
    trace = attention(**given)
    assert trace.output.value.dtype == trace["present_key"].value.dtype == np.float32
    assert trace["present_value"].value.dtype == np.float64


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "one past": (
        {"past_key": past()["past_key"]},
        "past_value: is missing: past_key and past_value are given together",
    ),
    "past and padding": (
        {**past(), "nonpad_kv_seqlen": [3]},
        "nonpad_kv_seqlen: cannot be used together with past_key and past_value",
    ),
    "past of other heads": (
        {"past_key": numbers(1, 3, 2, 5), "past_value": numbers(1, 2, 2, 2)},
        'present_key, axis "head": past_key has 3 but K has 2',
    ),
    "empty past of other width": (
        {"past_key": numbers(1, 2, 0, 4), "past_value": numbers(1, 2, 0, 2)},
        'present_key, axis "feature": past_key has 4 but K has 5',
    ),
    "heads of values": ({"V": numbers(1, 3, 7, 2)}, 'output, axis "head": K has 2 but V has 3'),
    "heads that do not divide": ({"Q": numbers(1, 5, 3, 5)}, 'scores, axis "head": Q has 5 but K has 2'),
    "heads named twice": (
        {"q_num_heads": 6, "kv_num_heads": 2},
        "q_num_heads: is for 3 axes (batch, query, hidden), but Q has 4",
    ),
    "one number of heads": (
        {**side_by_side(1), "kv_num_heads": None},
        "kv_num_heads: is missing: q_num_heads and kv_num_heads are given together",
    ),
    "width that does not divide": (
        {**side_by_side(1), "q_num_heads": 7},
        'Q, axis "hidden": 30 positions cannot be shared out among 7 heads',
    ),
    "no heads": ({**side_by_side(1), "q_num_heads": 0}, "q_num_heads: must be a whole number, at least 1, not 0"),
    "mask too long": ({"attn_mask": numbers(3, 8)}, "attn_mask: needs shape (1, 6, 3, 7) but has (3, 8)"),
    "mask of other heads": ({"attn_mask": numbers(2, 3, 7)}, "attn_mask: needs shape (1, 6, 3, 7) but has (2, 3, 7)"),
    "mask is one number": ({"attn_mask": True}, "attn_mask: needs shape (1, 6, 3, 7) but has ()"),
    "mask is infinite": ({"attn_mask": [np.inf] * 7}, "attn_mask: holds infinity or something that is not a number"),
    "mask is a word": ({"attn_mask": "causal"}, "attn_mask: holds something that is not a number"),
    "nothing": ({"K": None}, "K: holds something that is not a number"),
    "ragged": ({"K": [[1.0, 2.0], [3.0]]}, "K: has rows of different lengths"),
    "not finite": (
        {"V": np.full((1, 2, 7, 2), np.nan)},
        "V, batch 1, head 1, key 1, value 1: nan is not a finite number",
    ),
    "too long": ({"nonpad_kv_seqlen": [8]}, "nonpad_kv_seqlen, batch 1: must be between 0 and 7, not 8"),
    "longer than the mask": (
        {"nonpad_kv_seqlen": [6], "attn_mask": numbers(3, 5)},
        "nonpad_kv_seqlen, batch 1: must be between 0 and 5, not 6",
    ),
    "lengths of another batch": (
        {"nonpad_kv_seqlen": [3, 4]},
        "nonpad_kv_seqlen: needs shape (1,), for the batch, but has (2,)",
    ),
    "lengths in parts": ({"nonpad_kv_seqlen": [2.5]}, "nonpad_kv_seqlen: needs whole numbers"),
    "causal": ({"is_causal": 2}, "is_causal: must be one of 0, 1, not 2"),
    "scale": ({"scale": np.nan}, "scale: must be a finite number, not nan"),
    "softcap": ({"softcap": -1.0}, "softcap: must be a finite number, at least 0, not -1.0"),
    "mode": ({"qk_matmul_output_mode": 4}, "qk_matmul_output_mode: must be one of 0, 1, 2, 3, not 4"),
    "precision": ({"softmax_precision": 2}, "softmax_precision: must be one of 1, 10, 11, 16, not 2"),
    "window": ({"left_window_size": -2}, "left_window_size: must be a whole number, at least -1, not -2"),
    "score too large for half": (
        {"scale": 1e6, "softmax_precision": 10},
        "softmax_precision: cannot hold a score as large as these",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_in_a_sentence(name: str) -> None:
    given, sentence = REFUSED[name]
    with pytest.raises(InputError) as caught:
        attention(**{**four(), **given})
    assert str(caught.value) == sentence


@pytest.mark.parametrize("leading", [(), (HEADS,)])
@pytest.mark.parametrize("mask", [hiding(QUERIES, KEYS), hiding(QUERIES, KEYS) > -np.inf], ids=["added", "marked"])
def test_without_a_batch_a_query_that_sees_nothing_is_refused(leading: tuple[int, ...], mask: np.ndarray) -> None:
    with pytest.raises(InputError, match="query 2: this query has nothing to attend to"):
        attention(*operands(leading), mask)
