"""The four wirings: golden numbers that are no step of a trace, and what must hold whatever the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism, Trace
from attention_core.engine.backward import backward
from attention_core.engine.step import source
from attention_core.lesson.pictures import Wiring
from attention_core.mechanisms.sequence_to_sequence.four_wirings.encoder_decoder import (
    INPUTS,
    MOST,
    influence,
    output_sentence,
)
from tests.core.helpers import assert_close, prime_sizes, random_inputs
from tests.golden_numbers import at

KEYS = {mechanism.key.removeprefix("seq2seq-"): mechanism for mechanism in CURRICULUM if "seq2seq" in mechanism.key}
CONTEXT, START, BOTH, ATTENTION = KEYS.values()
WIRINGS = [pytest.param(mechanism, id=key) for key, mechanism in KEYS.items()]
TOLD = WIRINGS[1:]


def feature(mechanism: Mechanism) -> str:
    return "attentional state" if mechanism is ATTENTION else "state"


def golden(mechanism: Mechanism, path: str) -> Any:
    return at(mechanism.key, f"steps.{path}")


def random_trace(mechanism: Mechanism, changed: dict[str, Any] | None = None, **options: Any) -> Trace:
    return mechanism.trace(random_inputs(mechanism, prime_sizes(mechanism)) | (changed or {}), **options)


def diagram(mechanism: Mechanism, trace: Trace) -> Wiring:
    found = mechanism.picture(trace)[0]
    assert isinstance(found, Wiring)
    return found


# --- golden ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", WIRINGS)
def test_influence_is_golden(mechanism: Mechanism) -> None:
    wanted = golden(mechanism, "jacobian_norm_feature_t_by_h_j")
    found = influence(mechanism.trace(), feature(mechanism))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9)
    assert found.all() if mechanism is ATTENTION else not found[:, :-1].any()


@pytest.mark.parametrize("mechanism", WIRINGS)
def test_the_words_are_golden(mechanism: Mechanism) -> None:
    trace = mechanism.trace()
    assert output_sentence(trace).split() == golden(mechanism, "emitted_sequence")
    assert trace["output"].axis("word").labels == tuple(at(mechanism.key, "inputs.vocab"))
    for t, told in trace.series["decoder"].get("last word", {}).items():
        word = golden(mechanism, f"t{t}.input_token")
        assert np.array_equal(told.value, trace["E"].value[trace["E"].axis("word").labels.index(word)])


def test_only_the_bare_context_says_other_words_of_a_reversed_source() -> None:
    words = [output_sentence(mechanism.trace(reverse=True)) for mechanism in KEYS.values()]
    assert words == ["A A A A", *["A B C </s>"] * 3]
    assert words[-1].split() == golden(ATTENTION, "source_reversed.emitted_sequence")


def test_two_matrices_are_the_golden_wide_one_cut_in_the_middle() -> None:
    trace = ATTENTION.trace()
    wide = np.hstack([trace["W_c"].value, trace["U_c"].value])
    assert np.array_equal(wide, at(ATTENTION.key, "inputs.W_c"))


def test_the_state_slides_into_the_golden_fixed_point() -> None:
    trace, wanted = CONTEXT.trace(steps=12), np.array(golden(CONTEXT, "fixed_point"))
    pull = trace["U"].value @ wanted + trace["C"].value @ trace["context"].value
    np.testing.assert_allclose(np.tanh(pull), wanted, rtol=0, atol=1e-9)
    away = [np.abs(step.value - wanted).max() for step in trace.series["decoder"]["state"].values()]
    assert away == sorted(away, reverse=True)
    assert away[-1] < 1e-5
    dots = CONTEXT.picture(CONTEXT.trace())[1].dots["fixed point"]
    np.testing.assert_allclose([y for _, y in dots], wanted, rtol=0, atol=1e-5)


def test_a_turning_state_counts_with_no_other_help() -> None:
    preset = CONTEXT.presets["turning"]
    trace = CONTEXT.trace(preset.inputs, preset.labels, **preset.options)
    assert output_sentence(trace).startswith("C A B C A B")
    assert not CONTEXT.picture(trace)[1].dots


# --- identities ------------------------------------------------------------------------------------------------------


def test_a_silent_context_leaves_the_second_wiring() -> None:
    silent = random_trace(BOTH, gain=0.0)
    given = {step.name: step.value for step in silent.inputs if step.name in START.inputs}
    assert np.array_equal(silent.output.value, START.trace(given).output.value)


@pytest.mark.parametrize("mechanism", WIRINGS)
def test_the_switch_reverses_the_rows_and_nothing_else(mechanism: Mechanism) -> None:
    X = np.array(random_inputs(mechanism, prime_sizes(mechanism))["X"])
    switched, by_hand = random_trace(mechanism, reverse=True), random_trace(mechanism, {"X": X[::-1]})
    assert np.array_equal(switched.output.value, by_hand.output.value)
    assert switched["encoder states"].axis("key").labels == tuple(str(n) for n in range(len(X), 0, -1))


@pytest.mark.parametrize("mechanism", TOLD)
def test_a_forced_word_is_written_whatever_its_probability(mechanism: Mechanism) -> None:
    rows, words = INPUTS["forced"].axes
    sizes = prime_sizes(mechanism)
    nothing = np.zeros((sizes[rows], sizes[words]))
    free = random_trace(mechanism, {"forced": nothing})
    own, last = (int(row.argmax()) for row in (free.output.value[0], -free.output.value[0]))
    agreed, against = (np.eye(1, nothing.size, place).reshape(nothing.shape) for place in (own, last))
    assert np.array_equal(random_trace(mechanism, {"forced": agreed}).output.value, free.output.value)
    other = random_trace(mechanism, {"forced": against})
    assert other["decoder 1/emitted"].value.argmax() == last
    assert np.array_equal(other["decoder 2/last word"].value, other["E"].value[last])
    assert np.array_equal(other.output.value[0], free.output.value[0])
    assert not np.array_equal(other.output.value[1], free.output.value[1])


def test_influence_is_the_slope_of_a_plain_decoder() -> None:
    trace = random_trace(ATTENTION)
    W = {step.name: step.value for step in trace.inputs}
    told = [step.value for step in trace.series["decoder"]["last word"].values()]

    def features(H: np.ndarray) -> np.ndarray:
        s, found = H[-1], []
        for x in told:
            s = np.tanh(W["W_y"] @ x + W["U"] @ s)
            e = np.exp(H @ W["W_a"].T @ s)
            found.append(np.tanh(np.hstack([W["W_c"], W["U_c"]]) @ np.concatenate([e @ H / e.sum(), s])))
        return np.array(found)

    H, nudge = trace["encoder states"].value, 1e-5
    slopes = np.zeros((len(told), *H.shape, H.shape[1]))
    for j, k in np.ndindex(H.shape):
        sides = [
            features(H + step * np.eye(1, H.size, j * H.shape[1] + k).reshape(H.shape)) for step in (nudge, -nudge)
        ]
        slopes[:, j, k] = (sides[0] - sides[1]) / (2 * nudge)
    assert_close(influence(trace, feature(ATTENTION)), np.sqrt((slopes**2).sum(axis=(2, 3))), 1e-7)


def test_the_way_back_ends_where_it_is_told_to() -> None:
    trace = START.trace()
    state, H = trace["decoder 2/state"], trace["encoder states"]
    seed = source("seed", np.ones(state.value.shape), state.axes)
    short, whole = backward(state, seed, until=H), backward(state, seed)
    assert np.array_equal(short[H].value, whole[H].value)
    assert trace["X"] in whole
    assert trace["X"] not in short
    assert trace["U"] in short


# --- the diagram -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", WIRINGS)
def test_the_wires_are_the_influences(mechanism: Mechanism) -> None:
    trace = mechanism.trace()
    drawn, heard = diagram(mechanism, trace), influence(trace, feature(mechanism))
    steps = [n for n, node in enumerate(drawn.nodes) if node.name.startswith("s")]
    into = [[w.strength for w in drawn.wires if w.end == n and w.strength is not None] for n in steps]
    wanted = heard if mechanism is ATTENTION else heard[:, -1:]
    assert_close(into, wanted)


@pytest.mark.parametrize("mechanism", WIRINGS)
def test_a_long_source_is_thinned_out_to_the_words_that_are_heard(mechanism: Mechanism) -> None:
    X = np.random.default_rng(3).normal(size=(40, 3))
    trace = mechanism.trace({"X": X})
    drawn = diagram(mechanism, trace)
    states = [node.name for node in drawn.nodes if node.name.startswith("h")]
    assert len(states) == MOST
    assert states[-1] == "h₄₀"
    assert "40" in drawn.caption
