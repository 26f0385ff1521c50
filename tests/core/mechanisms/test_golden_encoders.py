"""Attention over an encoder's states: what no single step shows, and the laws that hold for any numbers."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism, Trace
from attention_core.engine.errors import InputError
from attention_core.mechanisms.sequence_to_sequence.bahdanau_attention.rnnsearch import LOOK, SPEAK
from tests.core.helpers import assert_close, prime_sizes, random_inputs

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
SEARCH, STEP = MECHANISMS["bahdanau-attention"], MECHANISMS["attention-decoder-step"]
POOLING = MECHANISMS["attention-pooling"]
TIMINGS, CELLS = (LOOK, SPEAK), ("plain", "gated")


def drawn(mechanism: Mechanism, **changed: object) -> dict[str, object]:
    return {**random_inputs(mechanism, prime_sizes(mechanism)), **changed}


def shares(trace: Trace) -> np.ndarray:
    return trace["alignment"].value


# --- look, then speak; or speak, then look ---------------------------------------------------------------------------


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def plainly(m: dict[str, np.ndarray], timing: str, cell: str) -> tuple[np.ndarray, np.ndarray]:
    """Alignment and output by plain loops, written from the paper's formulas."""
    there, back, h = [], [], np.zeros(len(m["U_fwd"]))
    for x in m["X"]:
        there.append(h := np.tanh(m["W_fwd"] @ x + m["U_fwd"] @ h))
    h = np.zeros(len(m["U_bwd"]))
    for x in m["X"][::-1]:
        back.insert(0, h := np.tanh(m["W_bwd"] @ x + m["U_bwd"] @ h))
    H, s, looks, told = np.hstack([there, back]), np.tanh(m["W_s"] @ back[0]), [], []

    def speak(y: np.ndarray, c: np.ndarray) -> np.ndarray:
        new, z, r = (m[f"W{gate}"] @ y + m[f"C{gate}"] @ c for gate in ("", "_z", "_r"))
        if cell == "plain":
            return np.tanh(new + m["U"] @ s)
        z, r = sigmoid(z + m["U_z"] @ s), sigmoid(r + m["U_r"] @ s)
        return (1 - z) * s + z * np.tanh(new + m["U"] @ (r * s))

    for y in m["E_y"]:
        s = speak(y, np.zeros(H.shape[1])) if timing == SPEAK else s
        e = np.array([m["v_a"] @ np.tanh(m["W_a"] @ s + m["U_a"] @ h) for h in H])
        looks.append(np.exp(e) / np.exp(e).sum())
        c = looks[-1] @ H
        s = speak(y, c) if timing == LOOK else s
        told.append([*c, *s])
    return np.array(looks), np.array(told)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("timing", TIMINGS)
def test_both_timings_and_both_cells_are_those_of_plain_loops(timing: str, cell: str) -> None:
    given = drawn(SEARCH)
    looks, told = plainly({name: np.array(table) for name, table in given.items()}, timing, cell)
    trace = SEARCH.trace(given, timing=timing, decoder=cell)
    assert_close(shares(trace), looks)
    assert_close(trace.output.value, told)


@pytest.mark.parametrize("cell", CELLS)
def test_the_last_word_heard_is_heard_by_the_last_look_only_if_it_speaks_first(cell: str) -> None:
    given = drawn(SEARCH)
    other = {**given, "E_y": [*given["E_y"][:-1], np.ones(len(given["E_y"][0]))]}
    for timing, moved in ((LOOK, False), (SPEAK, True)):
        before, after = (shares(SEARCH.trace(some, timing=timing, decoder=cell)) for some in (given, other))
        assert np.array_equal(before[:-1], after[:-1])
        assert bool(np.abs(before[-1] - after[-1]).max() > 1e-6) == moved


def test_a_state_that_speaks_first_never_hears_what_was_read() -> None:
    given = drawn(SEARCH)
    deaf = {**given, "C": np.zeros(np.shape(given["C"]))}
    assert np.array_equal(*(SEARCH.trace(some, timing=SPEAK).output.value for some in (given, deaf)))


def test_the_first_look_is_the_same_for_every_cell_if_it_comes_first() -> None:
    given = drawn(SEARCH)
    assert np.array_equal(*(shares(SEARCH.trace(given, decoder=cell))[0] for cell in CELLS))


def test_the_picture_sets_the_two_timings_side_by_side() -> None:
    for timing in TIMINGS:
        (table,) = SEARCH.picture(SEARCH.trace(timing=timing))
        assert table.groups == ((LOOK, 3), (SPEAK, 3))
        wanted = np.hstack([shares(SEARCH.trace(timing=each)) for each in TIMINGS])
        assert np.array_equal(table.strengths, wanted)


# --- columns ---------------------------------------------------------------------------------------------------------


def test_a_column_of_scores_along_the_wrong_axis_is_all_ones() -> None:
    assert np.array_equal(STEP.trace()["wrong axis"].value, np.ones((4, 1)))


def test_general_with_the_identity_is_the_dot_product() -> None:
    given = drawn(STEP, W_a=np.eye(3))
    assert_close(*(STEP.trace(given, score=score).output.value for score in ("general", "dot")))


def test_columns_are_the_rows_of_other_lessons_turned_on_their_side() -> None:
    given = {name: np.array(table) for name, table in drawn(STEP).items()}
    rows = MECHANISMS["scaled-dot-product-attention"].trace(
        {"Q": given["s"].T, "K": given["H"].T @ given["W_a"], "V": given["H"].T}, scaled=False
    )
    assert_close(STEP.trace(given)["context"].value, rows.output.value.T)


def test_unequal_widths_have_no_dot_product() -> None:
    with pytest.raises(InputError, match=r"3.*2"):
        STEP.trace(score="dot")


# --- one question for every sentence ---------------------------------------------------------------------------------


def test_no_question_is_the_plain_mean() -> None:
    trace = POOLING.trace(drawn(POOLING, u=np.zeros(5)))
    assert_close(trace.output.value, trace["plain mean"].value)
    assert_close(trace["attention weights"].value, np.full(3, 1 / 3))


def test_a_word_scores_the_same_in_every_sentence() -> None:
    first, other = (POOLING.presets[name] for name in ("one", "other"))
    long, short = (POOLING.trace(preset.inputs, preset.labels)["scores"].value for preset in (first, other))
    assert first.labels["key"][0] == other.labels["key"][2] == "good"
    assert long[0] == short[2]
    assert long[3] == short[1]


def test_several_questions_are_each_one_question_without_the_bias() -> None:
    given = drawn(POOLING, b=np.zeros(5))
    together = POOLING.trace(given, questions="several")
    for u, row in zip(given["W_s2"], together.output.value, strict=True):
        assert_close(POOLING.trace({**given, "u": u}).output.value, row)


def test_the_penalty_of_questions_that_read_one_word_each_is_nothing() -> None:
    trace = POOLING.trace({"W_s2": [[900, 0], [0, 900]]}, questions="several")
    assert trace["penalty"].value < 1e-12
    assert POOLING.trace({"W_s2": [[900, 0], [900, 0]]}, questions="several")["penalty"].value == pytest.approx(2)


def test_the_picture_asks_another_sentence_the_same_question() -> None:
    panels = POOLING.picture(POOLING.trace())[0].panels
    assert panels["this text"]["u"] == panels["another"]["u"] == (1.5, 0.5)
    assert panels["this text"]["good 0.37"] == panels["another"]["good 0.72"]
    wide = POOLING.trace(drawn(POOLING))
    assert POOLING.picture(wide)[0].panels["this text"]["u"] == pytest.approx((np.linalg.norm(wide["u"].value), 0))
