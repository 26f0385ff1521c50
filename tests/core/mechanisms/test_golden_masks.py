"""Golden numbers of the masks that are no step of a trace, and what must hold of every mask whatever the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism
from attention_core.blocks.masks import causal, sliding_window
from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.mechanisms.self_attention.masks.padding_mask import weight_on_padding
from attention_core.mechanisms.self_attention.masks.sliding_window import reachable_positions, visible_pairs
from tests.core.helpers import assert_close, seeded
from tests.golden_numbers import at

KEYS = {mechanism.key: mechanism for mechanism in CURRICULUM}
CAUSAL, PADDING, WINDOW = KEYS["causal-mask"], KEYS["padding-mask"], KEYS["sliding-window"]
HEADS = KEYS["masked-multi-head-attention"]
SEEDS = range(5)


def assert_golden(found: Any, entry: Mechanism, path: str) -> None:
    wanted = at(entry.key, f"steps.{path}")
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9)


# --- golden ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mechanism", "edit", "X", "output", "changes"),
    [
        (CAUSAL, "edit_token_3", "X", "O", {"change_rows_1_2": 0.0}),
        (HEADS, "future_edit", "X_edited", "Y", {"max_change_rows_1_2": 0.0, "max_change_row_3": 21.734133}),
    ],
    ids=["one head", "heads"],
)
def test_editing_the_last_token_changes_no_earlier_row_by_a_single_bit(
    mechanism: Mechanism, edit: str, X: str, output: str, changes: dict[str, float]
) -> None:
    before, after = mechanism.trace(), mechanism.trace({"X": at(mechanism.key, f"steps.{edit}.{X}")})
    assert_golden(after.output.value, mechanism, f"{edit}.{output}")
    moved = np.abs(after.output.value - before.output.value).max(axis=1)
    assert moved[:2].tolist() == [0, 0]
    for name, found in zip(changes, (moved[:2].max(), moved[2]), strict=False):
        assert_golden(found, mechanism, f"{edit}.{name}")


@pytest.mark.parametrize(("mechanism", "path"), [(CAUSAL, "edit_token_3.O"), (HEADS, "future_edit.Y")], ids=["1", "2"])
def test_the_picture_shows_the_golden_edit_of_the_last_token(mechanism: Mechanism, path: str) -> None:
    *_, before, after, change = mechanism.picture(mechanism.trace())[-1].steps
    assert_golden(after.value, mechanism, path)
    assert not change.value[:2].any()
    assert np.array_equal(change.value, after.value - before.value)


def test_a_mask_after_softmax_leaves_rows_that_are_no_shares() -> None:
    wrong = CAUSAL.trace(late=True)
    assert_golden(wrong["weights cut"].value.sum(axis=1), CAUSAL, "wrong_mask_after_softmax.row_sums")
    assert_golden(wrong["row sums"].value, CAUSAL, "wrong_mask_after_softmax.row_sums")


def test_what_the_padding_takes_is_golden() -> None:
    (bars, _) = PADDING.picture(PADDING.trace())
    assert_golden(bars.series["to padding"][3:], PADDING, "without_mask.weight_leaked_to_pad")
    assert_golden(weight_on_padding(PADDING.trace(hidden=False))[3:], PADDING, "without_mask.weight_leaked_to_pad")
    assert not weight_on_padding(PADDING.trace()).any()


def test_real_words_are_the_golden_lengths() -> None:
    lengths = at("padding-mask", "inputs.lengths")
    assert PADDING.trace()["real"].value.sum(axis=1).tolist() == lengths
    assert at("padding-mask", "steps.all_masked_row_is_nan")  # here it is a sentence, see below


def test_scores_computed_with_and_without_the_window_are_golden() -> None:
    wanted = at("sliding-window", "steps.scores_computed")
    assert visible_pairs(6, 3, two_sided=False) == wanted["windowed"] == 15
    assert visible_pairs(6, 6, two_sided=False) == wanted["full_causal"] == 21
    assert WINDOW.trace()["visible"].value.sum() == wanted["windowed"]


def test_reach_of_the_last_token_follows_the_formula() -> None:
    found = [int(WINDOW.trace(layers=layers)["reach"].value[-1]) for layers in (1, 2, 3)]
    assert found == at("sliding-window", "steps.last_token_field_formula") == [3, 5, 6]
    (bands, _) = WINDOW.picture(WINDOW.trace())
    assert bands.steps[1].value.sum(axis=1).tolist() == [1, 3, 5, 6]


# --- whatever the numbers --------------------------------------------------------------------------------------------


def drawn(mechanism: Mechanism, seed: int, **sizes: int) -> dict[str, np.ndarray]:
    rng = seeded(mechanism.key, str(seed))
    specs = {name: spec for name, spec in mechanism.inputs.items() if not spec.switch}
    return {name: rng.normal(size=[sizes[axis] for axis in spec.axes]) for name, spec in specs.items()}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mechanism", [CAUSAL, HEADS], ids=["one head", "heads"])
def test_no_edit_of_later_tokens_reaches_an_earlier_row(mechanism: Mechanism, seed: int) -> None:
    sizes = {"token": 7, "model": 5, "feature": 3, "value": 11, "projection": 6, "joined": 14}
    given = {**drawn(mechanism, seed, **sizes), "visible": np.tri(7)}
    before = mechanism.trace(given).output.value
    for kept in range(1, 7):
        edited = given["X"].copy()
        edited[kept:] = seeded("edit", str(seed)).normal(size=edited[kept:].shape) * 100
        after = mechanism.trace({**given, "X": edited}).output.value
        assert np.array_equal(after[:kept], before[:kept])
        assert not np.allclose(after[kept:], before[kept:])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_padded_sentence_answers_as_it_would_alone(seed: int) -> None:
    sizes = {"sentence": 3, "token": 7, "model": 5, "feature": 2, "value": 11}
    given, lengths = drawn(PADDING, seed, **sizes), (7, 2, 5)
    real = np.arange(7) < np.array(lengths)[:, None]
    batch = PADDING.trace({**given, "real": real}).output.value
    for sentence, length in enumerate(lengths):
        alone = given["X"][sentence : sentence + 1, :length]
        trace = PADDING.trace({**given, "X": alone, "real": np.ones((1, length))}, hidden=False)
        assert_close(batch[sentence, :length], trace.output.value[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_both_masks_together_are_a_logical_and(seed: int) -> None:
    given = drawn(PADDING, seed, sentence=2, token=5, model=3, feature=2, value=7)
    real = np.array([[1, 1, 1, 1, 0], [1, 0, 1, 1, 1]])
    weights = PADDING.trace({**given, "real": real}, ahead=True)["attention weights"].value
    assert np.array_equal(weights > 0, np.tri(5, dtype=bool) & (real[:, None] > 0))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("width", [7, 11])
def test_a_window_as_wide_as_the_sentence_is_a_causal_mask(seed: int, width: int) -> None:
    X = drawn(WINDOW, seed, token=7, feature=3)["X"]
    banded = WINDOW.trace({"X": X}, width=width)
    eye = np.eye(3)
    wanted = CAUSAL.trace({"X": X, "W_q": eye, "W_k": eye, "W_v": eye, "visible": np.tri(7)})
    assert_close(banded.output.value, wanted.output.value)


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_reach_is_what_edits_can_change_through_so_many_layers(width: int, two_sided: bool) -> None:
    axis = numbered("query", 11)
    visible = sliding_window(axis, axis.renamed("key"), width, two_sided)
    for layers in (1, 2, 4):
        trace = WINDOW.trace({"X": np.ones((11, 2))}, width=width, two_sided=two_sided, layers=layers)
        reached = np.linalg.matrix_power(visible.value, layers) > 0
        assert np.array_equal(trace["reach"].value, reached.sum(axis=1))
        assert np.array_equal(reachable_positions(visible, layers, 10).value[-1], reached[10])
        if not two_sided:
            assert reached[10].sum() == min(11, layers * (width - 1) + 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_head_under_one_mask_is_itself_alone_under_it(seed: int) -> None:
    """Two heads of two columns are two single heads side by side; W_o adds them up."""
    given = drawn(HEADS, seed, token=5, model=3, projection=4, joined=6)
    given["visible"] = np.maximum(np.tri(5), np.eye(5)[::-1])
    both = HEADS.trace({**given}, h=2)
    parts = []
    for head in (0, 1):
        own = {name: given[name][:, 2 * head : 2 * head + 2] for name in ("W_q", "W_k")}
        own |= {"W_v": given["W_v"][:, 3 * head : 3 * head + 3], "W_o": given["W_o"][3 * head : 3 * head + 3]}
        parts.append(HEADS.trace({**given, **own}, h=1).output.value)
    assert_close(both.output.value, sum(parts))


def test_the_last_rows_of_a_causal_mask_are_the_mask_of_new_tokens() -> None:
    keys = numbered("key", 7)
    few = causal(numbered("query", 2), keys, bottom_right=True).value
    assert np.array_equal(few, causal(numbered("query", 7), keys).value[-2:])


# --- a row that sees nothing -----------------------------------------------------------------------------------------


def test_a_strict_mask_fails_at_its_first_row() -> None:
    with pytest.raises(InputError, match="query Input 1"):
        CAUSAL.trace({"visible": np.tri(3, k=-1)}, {"token": ("Input 1", "Input 2", "Input 3")})
