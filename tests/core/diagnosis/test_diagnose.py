"""diagnose(): mistakes are named first, right numbers are not accused, nonsense is not explained."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from attention_core import attention, diagnose
from attention_core.diagnosis.entry import Mistake
from attention_core.diagnosis.mistakes import BY_KEY, CATALOGUE
from attention_core.diagnosis.settings import Settings
from attention_core.engine.errors import InputError
from attention_core.testing import assert_attention
from tests.sampling import naming, some
from tools.diagnosis import (
    IMPLEMENTATIONS,
    PRECISIONS,
    TWELVE,
    _pair,
    case_of,
    cases_of,
    named,
    possible,
    right_of,
    seeded,
)

KINDS = [mistake.needs for mistake in CATALOGUE]
HEADS, TOKENS, WIDTH = 2, 5, 4
PATIENCE = 60.0  # seconds: what is found must not depend on how busy the machine is


def operands(*shape: int, precision: str = "float64") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = seeded("operands", *shape)
    return tuple(rng.normal(size=shape or (HEADS, TOKENS, WIDTH)).astype(precision) for _ in range(3))


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def unscaled(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    return softmax(Q @ K.swapaxes(-1, -2)) @ V


# --- what is named ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mistake", CATALOGUE, ids=lambda each: each.key)
def test_a_mistake_is_named_first(mistake: Mistake) -> None:
    """From the output alone; or an entry is that gives the same numbers here, and the mistake is said to do so too."""
    for way, each in cases_of(mistake, some(200, 2)):
        found = each.diagnosis()
        with naming((mistake.key, way, each.case.settings)):
            assert found.agrees or named(found, (mistake.key,)) in ("first", "alike")


def test_a_table_whose_rows_are_alike_may_be_transposed_too() -> None:
    """It is told from padding by no shape: the two give the same numbers, and that is said."""
    _, case = case_of(BY_KEY["mask-transposed"], 18)
    assert case is not None
    assert named(case.diagnosis(), ("mask-transposed",)) == "alike"


def test_a_mistake_at_the_edge_of_rounding_is_named() -> None:
    """-10 in place of minus infinity: larger scores allow more rounding than the right ones, as much as it changes."""
    _, case = case_of(BY_KEY["mask-too-small"], 34)
    assert case is not None
    assert named(case.diagnosis(), ("mask-too-small",)) == "first"


def test_pairs_of_the_most_common_are_among_the_first_three() -> None:
    every = [*combinations(TWELVE, 2)]
    results = [
        _pair(BY_KEY[one], BY_KEY[other], seeded(one, other, n), PRECISIONS[n % 2], PATIENCE)
        for n in range(some(10, 1))
        for one, other in every[:: some(1, 3)]
    ]
    judged = [result for result in results if result not in ("cannot be made", "nothing to see")]
    missed = [result for result in judged if result in ("WRONG", "none")]
    assert len(judged) > len(results) / 2
    assert len(missed) <= 0.05 * len(judged)


@pytest.mark.parametrize("precision", ["float16", "float32", "float64"])
def test_right_numbers_are_not_accused(precision: str) -> None:
    kinds = [needs for needs in KINDS if not {"large", "far"} & {*needs}]
    for n in range(some(334, 20)):
        case, right = possible(seeded("right test", precision, n), kinds[n % len(kinds)], precision)
        mine = IMPLEMENTATIONS[n % len(IMPLEMENTATIONS)](right.given, precision)
        mine = mine.astype(precision).reshape(right.steps[right.last].value.shape)
        with naming(case.settings):
            assert diagnose(mine, case.Q, case.K, case.V, **case.settings, seconds=0).agrees


def test_nonsense_is_not_explained() -> None:
    for n in range(some(200, 8)):
        rng = seeded("nonsense test", n)
        case, right = possible(rng, KINDS[n % len(KINDS)], PRECISIONS[n % 2])
        shape = right_of(case, (), PRECISIONS[n % 2]).steps[right.last].value.shape
        found = diagnose(rng.normal(size=shape).astype(PRECISIONS[n % 2]), case.Q, case.K, case.V, **case.settings)
        with naming(case.settings):
            assert not found.agrees
            assert not found.findings
            assert "No known mistake fits" in str(found)


# --- where it departs -------------------------------------------------------------------------------------------------


def test_the_first_wrong_cell_has_both_numbers_and_the_arithmetic() -> None:
    Q, K, V = operands()
    mine = attention(Q, K, V).output.value.copy()
    mine[1, 2, 3] += 1
    mine[1, 4, 0] += 1
    found = diagnose(mine, Q, K, V)
    departure = found.departure
    assert departure.step.name == "output"
    assert departure.cell == (1, 2, 3)
    assert departure.place == "head 2, query 3, value 4"
    assert departure.mine - departure.right == pytest.approx(1)
    assert departure.right == departure.step.value[1, 2, 3]
    assert departure.arithmetic.endswith(f"= {departure.right:.2f}".replace("-", "−"))
    assert departure.arithmetic.count("·") == TOKENS
    assert np.argwhere(abs(found.differences["output"]) > 1e-9).tolist() == [[1, 2, 3], [1, 4, 0]]
    assert not found.findings


def test_the_first_wrong_step_of_those_given_is_named() -> None:
    Q, K, V = operands()
    scores = Q @ K.swapaxes(-1, -2)
    weights = softmax(scores)
    found = diagnose({"output": weights @ V, "weights": weights, "scores": scores}, Q, K, V)
    assert found.departure.step.name == "attention weights"
    assert found.best.keys == ("no-scale",)
    assert found.best.departure.step.name == "scaled scores"


@pytest.mark.parametrize("reading", ["scores", "scaled scores", "masked scores"])
def test_scores_may_be_those_before_or_after_scale_and_mask(reading: str) -> None:
    Q, K, V = operands()
    trace = attention(Q, K, V, is_causal=1)
    given = {"scores": trace[reading].value, "weights": trace["attention weights"].value}
    assert diagnose(given, Q, K, V, is_causal=1).agrees


def test_a_large_negative_score_is_a_hidden_key() -> None:
    Q, K, V = operands()
    scores = attention(Q, K, V, is_causal=1)["masked scores"].value
    assert diagnose({"scores": np.where(np.isneginf(scores), -1e9, scores)}, Q, K, V, is_causal=1).agrees


def test_intermediate_steps_narrow_it_down() -> None:
    """Right weights clear everything that comes before them: what is left was done to the values."""
    Q, K, V = operands()
    weights = attention(Q, K, V)["attention weights"].value
    found = diagnose({"weights": weights, "output": weights.swapaxes(-1, -2) @ V}, Q, K, V)
    assert found.best.keys == ("weights-transposed",)


# --- layouts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(TOKENS, WIDTH), (HEADS, TOKENS, WIDTH), (3, HEADS, TOKENS, WIDTH)])
def test_inputs_may_have_batch_and_heads_or_not(shape: tuple[int, ...]) -> None:
    Q, K, V = operands(*shape)
    assert diagnose(attention(Q, K, V).output.value, Q, K, V).agrees
    assert diagnose(unscaled(Q, K, V), Q, K, V).best.keys == ("no-scale",)


def merged(x: np.ndarray) -> np.ndarray:
    return x.swapaxes(-3, -2).reshape(*x.shape[:-3], x.shape[-2], -1)


@pytest.mark.parametrize("lead", [(), (3,)])
def test_heads_may_lie_side_by_side(lead: tuple[int, ...]) -> None:
    heads = operands(*lead, HEADS, TOKENS, WIDTH)
    flat = [merged(x) for x in heads]
    wrong = unscaled(*heads)
    for inputs, settings in ((heads, {}), (flat, {"q_num_heads": HEADS})):
        for mine in (wrong, merged(wrong)):
            assert diagnose(mine, *inputs, **settings).best.keys == ("no-scale",)


@pytest.mark.parametrize("out_in", [False, True])
def test_projections_are_part_of_it(out_in: bool) -> None:
    rng = seeded("projections")
    X = rng.normal(size=(TOKENS, 8))
    weights = {f"W_{part}": rng.normal(size=(8, 8)) for part in "qkvo"} | {
        f"b_{part}": rng.normal(size=8) for part in "qkvo"
    }
    kept = {name: x.T if out_in and x.ndim == 2 else x for name, x in weights.items()}
    settings = {**kept, "weights_out_in": out_in, "q_num_heads": HEADS}
    Q, K, V = (X @ weights[f"W_{part}"] + weights[f"b_{part}"] for part in "qkv")
    heads = [x.reshape(TOKENS, HEADS, -1).swapaxes(0, 1) for x in (Q, K, V)]
    joined = merged(softmax(heads[0] @ heads[1].swapaxes(-1, -2) / 2) @ heads[2])
    assert diagnose(joined @ weights["W_o"] + weights["b_o"], X, X, X, **settings).agrees
    assert diagnose(joined @ weights["W_o"].T + weights["b_o"], X, X, X, **settings).best.name == (
        "the weights are transposed (W_o alone)"
    )
    found = diagnose({"queries": Q, "keys": K - weights["b_k"]}, X, X, X, **settings)
    assert found.departure.step.name == "keys"
    assert found.best.made[0].way == "b_k"
    assert found.departure.arithmetic.count("·") >= 3


def test_precision_is_the_coarsest_given() -> None:
    Q, K, V = operands()
    mine = attention(Q, K, V).output.value
    assert diagnose(mine.astype(np.float32), Q, K, V).agrees
    off = mine + 1e-8
    assert not diagnose(off, Q, K, V).agrees
    assert diagnose(off, Q, K, V, tolerance=1e-6).agrees
    assert diagnose(off.astype(np.float32), Q, K, V).agrees


def test_half_precision_on_the_way_is_a_finding_of_its_own() -> None:
    Q, K, V = operands(precision="float32")
    half = [x.astype(np.float16) for x in (Q, K, V)]
    mine = (softmax((half[0] @ half[1].swapaxes(-1, -2)) / np.float16(2)) @ half[2]).astype(np.float32)
    found = diagnose(mine, Q, K, V)
    assert not found.agrees
    assert found.best.keys == ("half-precision",)


# --- what cannot be seen or told apart --------------------------------------------------------------------------------


def test_what_cannot_be_told_apart_is_said_with_what_would_tell() -> None:
    Q, K, V = operands()
    twice = softmax(Q @ K.swapaxes(-1, -2) / WIDTH) @ V
    best = diagnose(twice, Q, K, V).best
    assert {best.keys, *(tuple(made.mistake.key for made in each) for each in best.alike)} >= {
        ("scale-twice",),
        ("scale-by-width",),
    }
    assert "A scale of your own would tell them apart." in best.apart
    own = softmax(Q @ K.swapaxes(-1, -2) * 0.3 * 0.3) @ V
    assert diagnose(own, Q, K, V, scale=0.3).best.keys == ("scale-twice",)


def test_mistakes_that_change_nothing_here_are_said() -> None:
    """Positions all one later leave every distance as it is."""
    Q, K, V = operands()
    found = diagnose(np.zeros_like(V), Q, K, V, rope="interleaved")
    unseen = {(made.mistake.key, made.way) for made in found.unseen}
    assert ("rope-positions", "both one later") in unseen
    assert ("rope-positions", "queries one later") not in unseen
    assert ("rope-base", "base 10000") in unseen


@pytest.mark.parametrize("lead", [(1, HEADS), (HEADS,), ()])
def test_a_query_without_keys_is_diagnosed(lead: tuple[int, ...]) -> None:
    """Without a batch too, where the operator refuses it."""
    Q, K, V = operands(*lead, TOKENS, WIDTH)
    mask = np.ones((TOKENS, TOKENS), dtype=bool)
    mask[2] = False
    mine = attention(Q, K, V).output.value.copy()
    mine[..., 2, :] = np.nan
    found = diagnose(mine, Q, K, V, attn_mask=mask)
    assert found.best.name == "a query without a visible key is not given 0 (not a number)"
    assert np.isnan(found.departure.mine)
    assert found.departure.right == 0


# --- bounds and refusals ----------------------------------------------------------------------------------------------


def test_the_search_reports_its_progress_and_ends_when_its_time_is_over() -> None:
    Q, K, V = operands()
    nonsense = np.cos(V * 7)
    calls: list[tuple[int, int]] = []
    whole = diagnose(nonsense, Q, K, V, progress=lambda done, total: calls.append((done, total)))
    assert whole.complete
    assert [done for done, _ in calls] == sorted({done for done, _ in calls})
    assert all(done <= total for done, total in calls)
    ended = diagnose(nonsense, Q, K, V, seconds=0)
    assert not ended.complete
    assert ended.tried < whole.tried
    assert "stopped at its time limit" in str(ended)


def test_many_queries_give_the_same_answer_as_few() -> None:
    """Where a few queries are tried first nothing is lost."""
    Q, K, V = operands(2, 20, WIDTH)
    wrong = softmax(np.where(np.tri(20, dtype=bool), Q @ K.swapaxes(-1, -2), -1)) @ V
    found = diagnose(wrong, Q, K, V, is_causal=1, seconds=60)
    assert sorted(found.best.keys) == ["mask-too-small", "no-scale"]
    across = softmax((Q @ K.swapaxes(-1, -2)).swapaxes(-1, -2)).swapaxes(-1, -2) @ V  # no query by itself
    assert sorted(diagnose(across, Q, K, V, seconds=60).best.keys) == ["no-scale", "softmax-over-queries"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mine": np.zeros((3, 3, 3))}, "mine, output: has shape (3, 3, 3), where the right one has (2, 5, 4)"),
        ({"mine": {"sores": np.zeros(3)}}, "mine, sores: is no step; there are weights, queries"),
        ({"mine": {}}, "mine: is empty"),
        ({"mine": "no"}, "mine: holds something that is not a number"),
        ({"dropout": 0.1}, "dropout: is no setting; there are attn_mask"),
        ({"rope": "halves"}, "rope: is one of interleaved and half-split, not 'halves'"),
        ({"temperature": 0}, "temperature: must be a finite number above 0, not 0"),
        ({"W_q": [1, 2]}, "W_q: needs 2 axes but has 1"),
        ({"q_num_heads": 3}, "4 positions cannot be shared out among 3 heads"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(change: dict[str, Any], sentence: str) -> None:
    Q, K, V = operands()
    with pytest.raises(InputError) as refused:
        diagnose(change.pop("mine", V), Q, K, V, **change)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


HOSTILE: tuple[Any, ...] = (
    None, "x", [], [[1, 2], [3]], {}, {"weights": 1}, np.nan, np.inf, -1, 0, 2, 10**400, 1e308, True, 1j, object(),
    np.full((2, 5, 4), np.nan), np.zeros((0, 4)), np.zeros((5, 4)), np.ones((2, 5, 5), dtype=bool), np.zeros(3),
    np.zeros((1, 1, 1, 1, 1)), np.array("x"), np.zeros((2, 5, 4), dtype=complex), np.full((5, 5), -np.inf),
)  # fmt: skip


def test_hostile_inputs_are_answered_or_refused_in_one_sentence() -> None:
    names = ["mine", "Q", "K", "V", "tolerance", *(each.name for each in fields(Settings))]
    for name in names[:: some(1, 2)]:
        for value in HOSTILE:
            given = dict(zip(("mine", "Q", "K", "V"), (*operands(), operands()[0]), strict=True)) | {name: value}
            with naming((name, value)):
                refusal, text = answer(given)
                assert text
                assert not (refusal and "\n" in text)


def answer(given: dict[str, Any]) -> tuple[bool, str]:
    """Whether it was refused, and what was said."""
    try:
        return False, str(diagnose(**given, seconds=0))
    except InputError as refusal:
        return True, str(refusal)


# --- arrays of other libraries, and test suites -----------------------------------------------------------------------


class Tensor:
    """An array of another library, as NumPy sees it."""

    def __init__(self, value: np.ndarray) -> None:
        self.value = value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.value if dtype is None else self.value.astype(dtype)


class Attached:
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        raise RuntimeError("use tensor.detach().numpy() instead")


def test_arrays_of_other_libraries_are_read() -> None:
    Q, K, V = operands()
    assert diagnose(Tensor(unscaled(Q, K, V)), *map(Tensor, (Q, K, V))).best.keys == ("no-scale",)


def test_a_tensor_that_cannot_be_read_says_why() -> None:
    Q, K, V = operands()
    with pytest.raises(InputError, match=r"^mine: cannot be read as an array: use tensor\.detach"):
        diagnose(Attached(), Q, K, V)


def test_an_assertion_passes_on_right_numbers_and_fails_with_the_diagnosis() -> None:
    Q, K, V = operands()
    assert_attention(attention(Q, K, V, is_causal=1).output.value, Q, K, V, is_causal=1)
    with pytest.raises(AssertionError) as failure:
        assert_attention(unscaled(Q, K, V), Q, K, V)
    text = str(failure.value)
    assert text == str(diagnose(unscaled(Q, K, V), Q, K, V))
    for part in ("output, head 1, query 1, value 1", "The scores are not scaled", "+ scores = scores / np.sqrt(d)"):
        assert part in text


@pytest.mark.parametrize("kind", [bool, float])
def test_a_short_mask_hides_the_last_keys_beside_linear_biases_too(kind: type) -> None:
    Q, K, V = operands()
    short = np.ones((TOKENS, TOKENS - 1), bool) if kind is bool else np.full((TOKENS, TOKENS - 1), 0.5)
    whole = np.pad(short, [(0, 0), (0, 1)], constant_values=False if kind is bool else -np.inf)
    right = diagnose(Q, Q, K, V, attn_mask=whole, alibi=True).trace.output.value
    assert diagnose(right, Q, K, V, attn_mask=short, alibi=True).agrees


@pytest.mark.parametrize("shape", [(), (TOKENS + 1,), (3, TOKENS), (HEADS + 1, TOKENS, TOKENS)])
def test_a_mask_that_does_not_fit_is_refused_beside_linear_biases_too(shape: tuple[int, ...]) -> None:
    Q, K, V = operands()
    with pytest.raises(InputError, match="attn_mask: needs shape"):
        diagnose(Q, Q, K, V, attn_mask=np.full(shape, 0.5), alibi=True)
