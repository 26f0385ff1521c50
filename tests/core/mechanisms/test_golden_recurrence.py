"""Golden numbers of "Recurrence against attention" that are no step of a trace: sweeps, Jacobians, counts."""

from __future__ import annotations

import json

import numpy as np
import pytest

from attention_core import Trace
from attention_core.blocks.layers import affine
from attention_core.engine.axes import numbered
from attention_core.engine.backward import backward
from attention_core.engine.errors import InputError
from attention_core.engine.ops import add, contract, exp, index, log, mean, scale, shift, tanh
from attention_core.engine.step import source
from attention_core.mechanisms.recurrence_against_attention import rnn_long_range_dependency
from attention_core.mechanisms.recurrence_against_attention.memory_probe import extended_text
from attention_core.mechanisms.recurrence_against_attention.rnn_gradient_flow import rnn_gradient_flow
from attention_core.mechanisms.recurrence_against_attention.rnn_training_steps import (
    convergence_experiment,
    rnn_training_steps,
)
from attention_core.mechanisms.recurrence_against_attention.sequential_ops import sequential_ops
from attention_core.mechanisms.recurrence_against_attention.sequential_ops.layer_costs import (
    attention_tasks,
    recurrence_tasks,
    schedule,
)
from tests.core.helpers import assert_close
from tests.golden_numbers import GOLDEN

MEMORY, FLOW = GOLDEN["rnn-long-range-dependency"]["steps"], GOLDEN["rnn-gradient-flow"]
COUNTS, COSTS = GOLDEN["rnn-training-steps"]["steps"], GOLDEN["sequential-ops"]["steps"]
RNG = np.random.default_rng(11)


# --- long-range dependency --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rho", "match"), [(0.5, 0.0), (0.9, 4.0), (1.2, 8.0)])
def test_both_memories_over_the_length(rho: float, match: float) -> None:
    curves, _ = rnn_long_range_dependency.picture(rnn_long_range_dependency.MECHANISM.trace(rho=rho, match=match))
    for name, key in ((f"recurrence, ρ {rho:g}", f"rnn_rho_{rho:g}"), (f"attention, match {match:g}", "")):
        found = [curves.series[name][length - 1] for length in MEMORY["T"]]
        assert_close(found, MEMORY[key or f"attention_match_{match:g}"], 1e-9)
    here = [y for _, y in curves.marks.values()]
    assert_close(here, [curves.series[name][7] for name in (f"recurrence, ρ {rho:g}", f"attention, match {match:g}")])


def test_the_memory_of_attention_has_a_closed_form() -> None:
    for length, match in ((3, 2.0), (7, 0.0), (11, 6.0)):
        X = [[1, 1], *RNG.normal(size=(length - 1, 1)) @ [[1.0, 0.0]]]
        found = rnn_long_range_dependency.MECHANISM.trace({"X": X}, match=match).output.value[1]
        assert found == pytest.approx(2 * np.exp(match) / (np.exp(match) + length - 1))


def test_a_text_goes_on_with_its_last_two_tokens() -> None:
    assert extended_text(np.array([[9], [1], [2], [3]]), 7).ravel().tolist() == [9, 1, 2, 3, 2, 3, 2]
    assert extended_text(np.array([[9], [1]]), 4).ravel().tolist() == [9, 1, 1, 1]
    assert extended_text(np.array([[9.0]]), 3).ravel().tolist() == [9, 0, 0]


# --- gradient flow ----------------------------------------------------------------------------------------------------


def reverse_mode(trace: Trace, of: str) -> np.ndarray:
    """d(every unit of a step)/d(every token), (unit, token, feature), by the gradients of the trace itself."""
    units = range(trace[of].value.shape[0])
    return np.array([trace.gradients(of=of, at=(n,))["gradient of scaled inputs"].value for n in units])


@pytest.mark.parametrize("squash", [True, False])
def test_the_closed_forms_are_the_gradients(squash: bool) -> None:
    given = {"X": RNG.normal(size=(5, 3)), "R": RNG.normal(size=(3, 3))}
    trace = rnn_gradient_flow.MECHANISM.trace(given, rho=0.8, size=0.5, squash=squash)
    state = reverse_mode(trace, "token 5/state")
    for t in range(5):
        assert_close(trace[f"back {t + 1}/Jacobian"].value, state[:, t], 1e-12)
    assert_close(trace["attention Jacobian"].value, reverse_mode(trace, "read-out").transpose(1, 0, 2), 1e-11)
    assert_close(trace["gradient norms"].value[0], np.sqrt((state**2).sum(axis=(0, 2))), 1e-12)


def test_golden_norms_by_reverse_mode() -> None:
    trace = rnn_gradient_flow.MECHANISM.trace()
    for of, wanted in (("token 12/state", "tanh_rnn_rho_0.9"), ("read-out", "attention_jacobian_norm")):
        norms = np.sqrt((reverse_mode(trace, of) ** 2).sum(axis=(0, 2)))
        assert_close(norms, FLOW["steps"][wanted], 1e-12)


@pytest.mark.parametrize("rho", [0.8, 1.0, 1.2])
def test_without_tanh_the_norm_is_a_power_of_rho(rho: float) -> None:
    wanted = FLOW["steps"]["linear_rnn_spectral_norm"]
    trace = rnn_gradient_flow.MECHANISM.trace({"X": np.ones((21, 2))}, rho=rho, squash=False)
    found = [np.linalg.norm(trace[f"back {22 - length}/Jacobian"].value, 2) for length in wanted["T"]]
    assert_close(found, wanted[f"rho_{rho:g}"], 1e-12)


# --- training steps ---------------------------------------------------------------------------------------------------


def alike(found: object, wanted: object, length: int) -> bool:
    """Where texts are short counts agree; where they are long a last digit decides, and only the order of size does."""
    if not found or not wanted:
        return (
            max(found or convergence_experiment.CAP, wanted or convergence_experiment.CAP)
            >= convergence_experiment.CAP / 2
        )
    return abs(np.log(found / wanted)) < (np.log(1.25) if length <= 12 else np.log(4))


def test_recorded_counts_are_the_golden_ones() -> None:
    recorded = convergence_experiment.recorded()
    assert (recorded["tokens"], recorded["cap"]) == (COUNTS["T"], GOLDEN["rnn-training-steps"]["inputs"]["cap"])
    assert recorded["attention"] == pytest.approx(COUNTS["attention_steps"], rel=0.1)
    for rho, table in recorded["recurrence"].items():
        for length, found, wanted in zip(COUNTS["T"], table, COUNTS[f"rnn_steps_rho_{rho}"], strict=True):
            assert all(map(alike, found, wanted, [length] * 3)), (rho, length, found, wanted)


def test_who_wins_depends_on_length_and_start() -> None:
    """What the lesson says of the recorded runs."""
    found = convergence_experiment.recorded()
    for place, length in enumerate(found["tokens"]):
        assert (max(found["recurrence"]["1"][place]) < found["attention"][place]) == (length <= 12)
    assert min(n or convergence_experiment.CAP for n in found["recurrence"]["0.5"][2]) > 3 * found["attention"][2]
    assert any(None in row for row in found["recurrence"]["0.5"])
    assert found["attention"] == sorted(found["attention"])


def test_short_races_run_as_recorded() -> None:
    found = convergence_experiment.recorded()
    for place, length in enumerate(found["tokens"][:3]):
        assert convergence_experiment.steps_needed(
            convergence_experiment.attention_losses(length, (0.0, 0.0), (0.1, 0.0), 1.0)
        ) == pytest.approx(found["attention"][place], rel=0.1)
        again = convergence_experiment.steps_needed(convergence_experiment.recurrence_losses(length, 0.9, 0))
        assert alike(again, found["recurrence"]["0.9"][place][0], length)
    assert (
        convergence_experiment.steps_needed(convergence_experiment.attention_losses(12, (0.0, 0.0), (0.1, 0.0), 4.0))
        < 20
    )
    assert (
        convergence_experiment.steps_needed(
            convergence_experiment.attention_losses(12, (0.0, 0.0), (0.1, 0.0), 0.01, 10)
        )
        is None
    )


def test_one_step_of_the_lesson_is_one_step_of_the_race() -> None:
    X, wanted = convergence_experiment.training_texts(5)
    own = {"k": RNG.normal(size=2), "w": RNG.normal(size=2), "b": np.zeros(())}
    trace = rnn_training_steps.MECHANISM.trace({"X": X, "y": wanted, "k": own["k"], "w": own["w"]}, lr=0.5)
    loss, gradients = convergence_experiment.attention_gradients(own, X, wanted)
    assert_close(trace["loss"].value, loss)
    for name in own:
        assert_close(trace[f"back/gradient of {name}"].value, gradients[name], 1e-11)
        assert_close(trace[f"after one step/{name}"].value, own[name] - 0.5 * gradients[name], 1e-11)


def test_the_way_back_through_time_is_reverse_mode() -> None:
    axes = {"W_h": ("unit", "unit before"), "W_x": ("unit", "feature"), "w": ("unit",), "b_h": ("unit",), "b": ()}
    own, (X, wanted) = convergence_experiment.initial_recurrence(0.9, 3), convergence_experiment.training_texts(3)
    sizes = {"unit": convergence_experiment.UNITS, "unit before": convergence_experiment.UNITS, "feature": 2}
    made = {n: source(n, own[n], tuple(numbered(axis, sizes[axis]) for axis in axes[n])) for n in own}
    text = numbered("text", convergence_experiment.TEXTS)
    tokens, y = source("X", X, (text, numbered("token", 3), numbered("feature", 2))), source("y", wanted, (text,))
    state = source(
        "h",
        np.zeros((convergence_experiment.TEXTS, convergence_experiment.UNITS)),
        (text, numbered("unit", convergence_experiment.UNITS)),
    )
    for t in range(3):
        heard = affine((made["W_x"], index(tokens, "token", t)), (made["W_h"], state))
        state = tanh(add(heard, made["b_h"]), name=f"h_{t}")
    margins = contract(y, add(contract(state, made["w"], over="unit"), made["b"]))
    loss = mean(log(shift(exp(scale(margins, -1.0)), 1.0)), "text", name="loss")
    found = backward(loss, source("seed", 1.0, ()))
    value, gradients = convergence_experiment.recurrence_gradients(own, X, wanted)
    assert_close(loss.value, value)
    for name, step in made.items():
        assert_close(found[step].value, gradients[name], 1e-11)


# --- work and waiting -------------------------------------------------------------------------------------------------


def test_attention_is_cheaper_up_to_the_golden_length() -> None:
    assert COSTS["crossover"] == {"self_attention_cheaper_when": "n < d", "d": 64}
    attention, recurrence, *_ = sequential_ops.MECHANISM.trace({"n": [63, 64, 65]})["multiplications"].value
    assert np.sign(attention - recurrence).tolist() == [-1, 0, 1]
    _, work, _ = sequential_ops.picture(sequential_ops.MECHANISM.trace())
    assert work.marks["as a recurrence"] == (64, 64**3)


@pytest.mark.parametrize(("workers", "ticks"), [(1, (35, 7)), (3, (15, 7)), (7, (5, 7)), (11, (5, 7))])
def test_timetables_are_as_long_as_counted(workers: int, ticks: tuple[int, int]) -> None:
    for tasks, wanted in zip((attention_tasks(7), recurrence_tasks(7)), ticks, strict=True):
        lanes = schedule(tasks, workers)
        assert {len(lane) for lane in lanes} == {wanted}
        assert len(lanes) <= workers
        assert sorted(box for lane in lanes for box in lane if box[0]) == sorted(task[:2] for task in tasks)


def test_a_convolution_reaches_further_with_every_layer() -> None:
    found = sequential_ops.MECHANISM.trace({"n": [1, 2, 3, 4, 9, 10, 243, 244]})["longest path"].value[2]
    assert found.tolist() == [0, 1, 1, 2, 2, 3, 5, 6]


def test_a_length_must_be_a_length() -> None:
    with pytest.raises(InputError, match="position 2: is a number of tokens"):
        sequential_ops.MECHANISM.trace({"n": [1, 0]})


def test_the_file_of_counts_is_what_the_script_writes() -> None:
    assert json.loads(json.dumps(convergence_experiment.recorded())).keys() == {
        "tokens",
        "seeds",
        "cap",
        "attention",
        "recurrence",
    }
    assert [len(row) for table in convergence_experiment.recorded()["recurrence"].values() for row in table] == [3] * 18
