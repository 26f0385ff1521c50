"""The recurrent core against plain loops, the golden numbers, finite differences and its own arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from attention_core import Mechanism, Step, Trace
from attention_core.blocks.layers import affine, linear
from attention_core.blocks.naming import step_namer
from attention_core.blocks.recurrent import (
    embedded,
    emitted,
    encode,
    encode_both_ways,
    gru,
    gru_reset_after,
    lstm,
    stack_rows,
    tanh_cell,
    zeros,
)
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.backward import backward
from attention_core.engine.errors import InputError
from attention_core.engine.ops import index
from attention_core.engine.step import source
from tests.core.helpers import MECHANISMS, assert_close, own_arithmetic
from tests.golden_numbers import GOLDEN

SIZES = {"token": 5, "feature": 3, "state": 2, "gate": 8, "word": 7, "embedding": 11}
STATE = {"before": 2}
RNG = np.random.default_rng(8)


def given(name: str, *axes: str) -> Step:
    sizes = SIZES | STATE
    return source(name, RNG.normal(size=[sizes[axis] for axis in axes]), tuple(numbered(a, sizes[a]) for a in axes))


X = given("X", "token", "feature")
W, V = given("W", "state", "feature"), given("V", "state", "feature")
U, T = given("U", "state", "before"), given("T", "state", "before")
W_z, W_r = given("W_z", "state", "feature"), given("W_r", "state", "feature")
U_z, U_r = given("U_z", "state", "before"), given("U_r", "state", "before")
b = given("b", "state")
s_0 = given("s_0", "state")
W_o = given("W_o", "word", "state")
E = given("E", "word", "embedding")
W_4, U_4, b_4, c_0 = (
    given("W_4", "gate", "feature"),
    given("U_4", "gate", "state"),
    given("b_4", "gate"),
    given("c_0", "state"),
)
INPUTS = (X, W, V, U, T, W_z, W_r, U_z, U_r, b, s_0, W_o, E, W_4, U_4, b_4, c_0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def read(cell: Callable[[np.ndarray, np.ndarray], np.ndarray], start: np.ndarray, rows: Any = X.value) -> np.ndarray:
    states = [start]
    for x in rows:
        states.append(cell(x, states[-1]))
    return np.array(states[1:])


def one_way() -> Step:
    return stack_rows(encode(X, tanh_cell(W, U, b)), X.axis("token"), "states", "H")


def both_ways() -> Step:
    return encode_both_ways(X, tanh_cell(W, U), tanh_cell(V, T), along="key")[2]


def with_gru(after: bool) -> Step:
    def cell(x: Step, s: Step | None, called: Any) -> Step:
        gates = affine((W_z, x), (U_z, s)), affine((W_r, x), (U_r, s))
        if after:
            return gru_reset_after(s, *gates, linear(W, x), affine((U, s), bias=b), called)
        return gru(s, *gates, linear(W, x), U, called)

    return stack_rows(encode(X, cell, start=s_0), X.axis("token"), "states", "S")


def with_lstm() -> Step:
    cell, h, states = c_0, s_0, []
    for t in range(SIZES["token"]):
        heard = affine((W_4, index(X, "token", t)), (U_4, h), bias=b_4)
        cell, h = lstm(cell, heard, step_namer("reading", t + 1))
        states.append(h)
    return stack_rows(states, X.axis("token"), "states", "H")


def plain_lstm() -> np.ndarray:
    c, h, states = c_0.value, s_0.value, []
    for x in X.value:
        i, f, g, o = np.split(W_4.value @ x + U_4.value @ h + b_4.value, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.array(states)


def spoken() -> Step:
    """A decoder that hears nothing but its own last word: the embedding of the likeliest one."""
    called = step_namer("decoder", 1)
    return embedded(emitted(linear(W_o, s_0, **called("logits", "o")), called), E, **called("input", "x"))


def plain_gru(x: np.ndarray, s: np.ndarray) -> np.ndarray:
    z, r = sigmoid(W_z.value @ x + U_z.value @ s), sigmoid(W_r.value @ x + U_r.value @ s)
    return (1 - z) * s + z * np.tanh(W.value @ x + U.value @ (r * s))


def plain_gru_after(x: np.ndarray, s: np.ndarray) -> np.ndarray:
    z, r = sigmoid(W_z.value @ x + U_z.value @ s), sigmoid(W_r.value @ x + U_r.value @ s)
    return z * s + (1 - z) * np.tanh(W.value @ x + r * (U.value @ s + b.value))


def plain_both_ways() -> np.ndarray:
    there = read(lambda x, h: np.tanh(W.value @ x + U.value @ h), np.zeros(2))
    back = read(lambda x, h: np.tanh(V.value @ x + T.value @ h), np.zeros(2), X.value[::-1])[::-1]
    return np.hstack([there, back])


MADE: dict[str, tuple[Callable[[], Step], np.ndarray]] = {
    "one way": (one_way, read(lambda x, h: np.tanh(W.value @ x + U.value @ h + b.value), np.zeros(2))),
    "both ways": (both_ways, plain_both_ways()),
    "gated": (lambda: with_gru(after=False), read(plain_gru, s_0.value)),
    "gated as in libraries": (lambda: with_gru(after=True), read(plain_gru_after, s_0.value)),
    "with a cell": (with_lstm, plain_lstm()),
    "the next word": (spoken, E.value[np.argmax(W_o.value @ s_0.value)]),
    "a matrix on many columns": (lambda: linear(W, X, name="output", symbol="O"), X.value @ W.value.T),
}


def all_steps(made: Step) -> Trace:
    return Trace.of(made, INPUTS)


@pytest.mark.parametrize("name", MADE)
def test_values_are_those_of_a_plain_loop(name: str) -> None:
    assert_close(MADE[name][0]().value, MADE[name][1])


@pytest.mark.parametrize("name", MADE)
def test_every_cell_equals_its_arithmetic(name: str) -> None:
    for step in all_steps(MADE[name][0]()).computed:
        assert_close(own_arithmetic(step), step.value)


@pytest.mark.parametrize("name", MADE)
def test_gradients_meet_finite_differences(name: str) -> None:
    made = MADE[name][0]()
    seed = source("seed", np.random.default_rng(5).normal(size=made.value.shape), made.axes)
    found = backward(made, seed)
    assert any(step in found for step in INPUTS)
    for step in INPUTS:
        if step in found:
            assert_close(own_arithmetic(found[step]), found[step].value)
            assert_close(found[step].value, nudged(name, step, seed.value), 1e-6)


def nudged(name: str, step: Step, seed: np.ndarray) -> np.ndarray:
    """Finite differences, by writing into the very array the steps are made from."""
    found, kept = np.zeros(step.value.shape), step.value.copy()

    def write(cell: Any, value: Any) -> None:
        step.value.flags.writeable = True  # a step that only renames this one has closed the array again
        step.value[cell] = value
        step.value.flags.writeable = False

    for cell in np.ndindex(found.shape):
        sides = []
        for h in (1e-5, -1e-5):
            write(cell, kept[cell] + h)
            sides.append((MADE[name][0]().value * seed).sum())
        write(cell, kept[cell])
        found[cell] = (sides[0] - sides[1]) / 2e-5
    return found


def test_no_gradient_flows_through_the_choice_of_a_word() -> None:
    made = spoken()
    found = backward(made, source("seed", np.ones(11), made.axes))
    assert E in found
    assert W_o not in found


# --- golden numbers ---------------------------------------------------------------------------------------------------


def golden(entry: str, **axes: str) -> dict[str, Step]:
    inputs = GOLDEN[entry]["inputs"]
    shapes = {name: np.shape(inputs[name]) for name in axes}
    return {
        name: source(name, inputs[name], tuple(map(numbered, words.split(), shapes[name])))
        for name, words in axes.items()
    }


def test_the_encoder_of_the_wirings_is_golden() -> None:
    key = "seq2seq-context-every-step"
    found = golden(key, X="token feature", W_x="state feature", W_h="state before")
    states = encode(found["X"], tanh_cell(found["W_x"], found["W_h"]))
    assert_close([step.value for step in states], GOLDEN[key]["steps"]["H_encoder"], 1e-9)


def test_annotations_and_gated_state_of_bahdanau_are_golden() -> None:
    key = "bahdanau-attention"
    cells = {
        name: f"state {'before' if name[0] == 'U' else 'feature'}" for name in ("W_fwd", "U_fwd", "W_bwd", "U_bwd")
    }
    parts = {f"W{gate}": "out embedding" for gate in ("", "_z", "_r")}
    parts |= {f"U{gate}": "out before" for gate in ("", "_z", "_r")}
    parts |= {f"C{gate}": "out annotation" for gate in ("", "_z", "_r")}
    found = golden(key, X="token feature", E_y="word embedding", **cells, **parts)
    forward, backward_ = (tanh_cell(found[f"W_{way}"], found[f"U_{way}"]) for way in ("fwd", "bwd"))
    there, back, H = encode_both_ways(found["X"], forward, backward_)
    wanted = GOLDEN[key]["steps"]
    for step, name in ((there, "h_fwd"), (back, "h_bwd"), (H, "H")):
        assert_close(step.value, wanted[name], 1e-9)
    assert [axis.name for axis in H.axes] == ["key", "annotation"]
    for n, now in enumerate((wanted["gru_variant"]["step_1"], wanted["gru_variant"]["step_2"])):
        heard = source("y", found["E_y"].value[n], (found["E_y"].axes[1],))
        s, c = (source(name, now[name], (numbered("out", len(now[name])),)) for name in ("s_prev", "c"))
        update, reset, new = (affine((found[f"W{gate}"], heard), (found[f"C{gate}"], c)) for gate in ("_z", "_r", ""))
        gates = (affine((found[f"U{gate}"], s), bias=part) for gate, part in (("_z", update), ("_r", reset)))
        made = gru(s, *gates, new, found["U"], step_namer("decoder", n + 1))
        assert_close(made.value, now["s"], 1e-9)


# --- names and times --------------------------------------------------------------------------------------------------


def test_names_tell_series_topic_and_time() -> None:
    assert step_namer("decoder", 2)("scores", "e") == {"name": "decoder 2/scores", "symbol": "e^{(2)}"}
    made = all_steps(both_ways())
    assert list(made.series) == ["forward", "backward"]
    assert list(made.series["forward"]["state"]) == [1, 2, 3, 4, 5]
    assert list(made.series["backward"]["state"]) == [5, 4, 3, 2, 1]
    assert made.series["backward"]["state"][4] is made["backward 4/state"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("scores", None),
        ("prompt/cached keys", None),
        ("tile 12/scores", ("tile", 12)),
        ("block 2/tile 3/scores", ("block 2/tile", 3)),
        ("2/scores", None),
        ("v2/scores", None),
    ],
)
def test_a_time_is_the_number_at_the_end_of_a_path(name: str, wanted: tuple[str, int] | None) -> None:
    assert source(name, 1.0, ()).time == wanted


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_series_of_a_mechanism_hold_exactly_its_steps_with_a_time(mechanism: Mechanism) -> None:
    trace = mechanism.trace()
    found = [step for topics in trace.series.values() for times in topics.values() for step in times.values()]
    assert {step.name for step in found} == {step.name for step in trace if step.time}
    assert all(step.name == f"{series} {t}/{topic}" for series, topic, t, step in _flat(trace.series))


def _flat(series: Mapping[str, Mapping[str, Mapping[int, Step]]]) -> list[tuple[str, str, int, Step]]:
    return [
        (s, topic, t, step)
        for s, topics in series.items()
        for topic, times in topics.items()
        for t, step in times.items()
    ]


def test_the_cache_and_the_tiles_are_series() -> None:
    by_key = {param.values[0].key: param.values[0] for param in MECHANISMS}
    assert list(by_key["kv-cache"].trace().series["token"]["weights"]) == [1, 2, 3, 4]
    tiles = by_key["flash-online-softmax"].trace().series["tile"]
    assert 1 not in tiles["correction"]
    assert 1 in tiles["scores"]


# --- what does not fit ------------------------------------------------------------------------------------------------


def test_a_column_that_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"W has 3 but s has 2"):
        linear(W, source("s", [1.0, 2.0], (Axis("state", ("1", "2")),)))


def test_a_state_of_zeros_is_as_good_as_none() -> None:
    start = zeros(numbered("state", 2), "h_0", "h^{(0)}")
    cell = tanh_cell(W, U)
    assert_close(encode(X, cell, start=start)[-1].value, encode(X, cell)[-1].value)
