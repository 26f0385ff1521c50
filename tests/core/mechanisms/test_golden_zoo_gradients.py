"""The lessons about gradients: golden lengths of gradients that are no step, and what must hold of the mechanisms."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.engine.backward import gradient_arrays
from attention_core.engine.errors import InputError
from attention_core.mechanisms.the_zoo.advanced_lstm import lagged_states
from attention_core.mechanisms.the_zoo.sab.backtracking import input_gradient_norms
from attention_core.mechanisms.the_zoo.stacked_latent_attention.latent_layers import (
    LATENT,
    PLAIN,
    RESIDUAL,
    first_layer_gradient_norm,
    score_rank,
)
from attention_core.mechanisms.the_zoo.transparent_attention.depth_gradients import gradient_norms, random_net_norms
from attention_core.mechanisms.the_zoo.transparent_attention.transparent_attention import MIXED, TOP
from tests.core.helpers import assert_close, seeded
from tests.core.mechanisms.test_golden import MECHANISMS
from tests.golden_numbers import at

KEYS = ("sab", "advanced-lstm", "transparent-attention", "stacked-latent-attention")
SAB, LSTM, TRANSPARENT, LATENT_STACK = (MECHANISMS[key] for key in KEYS)
WAYS = {
    "bptt": "no memory",
    "tbptt": "no memory, cut",
    "sab": "SAB",
    "sab_full": "SAB, never cut",
    "dense": "read all, never cut",
}


def assert_golden(found: object, wanted: object) -> None:
    """Number by number to the seven digits of the file; what is exactly 0 there is so here."""
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=0)


# --- sparse attentive backtracking -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WAYS)
def test_the_last_answer_feels_each_moment_as_strongly_as_is_golden(name: str) -> None:
    trace = SAB.trace(way=WAYS[name])
    assert_golden(input_gradient_norms(trace), at("sab", f"gradients.norm_dyT_dx_t__{name}"))
    (slope,) = gradient_arrays(trace.output, (trace["W_x"],), (11, 0))
    assert_golden([np.linalg.norm(slope)], at("sab", f"gradients.norm_dyT_dWx__{name}"))


def test_what_was_read_and_where_the_way_is_cut_is_golden() -> None:
    leaps, bars = SAB.picture(SAB.trace())
    (read,) = leaps.arcs.values()
    wanted = at("sab", "facts.attention_edges_t_to_memory_weight")
    assert [(end + 1, start + 1) for start, end, _ in read] == [(t, memory) for t, memory, _ in wanted]
    assert_close([weight for *_, weight in read], [weight for *_, weight in wanted], 1e-6)
    assert [[place, place + 1] for place in leaps.cuts] == at("sab", "facts.cut_edges")
    assert_golden(bars.series["SAB"], at("sab", "gradients.norm_dyT_dx_t__sab"))


def test_a_cut_changes_no_number_but_gradients() -> None:
    cut, whole = SAB.trace(), SAB.trace(way="SAB, never cut")
    assert all(np.array_equal(step.value, whole[step.name].value) for step in cut)
    assert not np.allclose(input_gradient_norms(cut), input_gradient_norms(whole))


def test_reading_everybody_is_plain_attention() -> None:
    assert np.array_equal(
        SAB.trace(way="SAB, never cut", k_top=12).output.value, SAB.trace(way="read all, never cut").output.value
    )


def test_a_net_that_never_stores_says_so() -> None:
    with pytest.raises(InputError, match="nothing would ever be stored"):
        SAB.trace({"X": [[1, 2], [3, 4], [5, 6]]}, k_att=4)


def test_when_all_scores_are_equal_nobody_is_read() -> None:
    trace = SAB.trace({"w_3": [0, 0]})
    assert not trace["time 12/weights"].value.any()
    assert np.array_equal(trace["time 12/state"].value, trace["time 12/provisional state"].value)
    assert SAB.picture(trace)


# --- advanced LSTM ---------------------------------------------------------------------------------------------------


def test_lags_are_short_cuts_as_golden() -> None:
    (leaps, bars), trace = LSTM.picture(LSTM.trace()), LSTM.trace()
    assert_golden(bars.series["these lags"], at("advanced-lstm", "gradients.norm_dsum_hT_dx_t_alstm"))
    assert_golden(bars.series["lag 1 only: an LSTM"], at("advanced-lstm", "gradients.norm_dsum_hT_dx_t_plain_lstm"))
    for step in range(1, 10):
        sources = at("advanced-lstm", f"steps.t{step}.sources")
        assert [start for start, end, _ in leaps.arcs["cell"] if end == step] == sources
    assert lagged_states.last_cell_weights(trace).shape == (6,)


def test_one_lag_is_the_ordinary_lstm() -> None:
    rng = seeded("one lag")
    inputs = {"X": (7, 3), "W_x": (8, 3), "W_h": (8, 2), "b": (8,), "w_c": (2,), "w_h": (2,), "w_p": (2,)}
    given = {name: rng.normal(size=size) for name, size in inputs.items()}
    c, h = np.zeros(2), np.zeros(2)
    trace = LSTM.trace({**given, "lags": [1, 0, 0, 0, 0]})
    for t, x in enumerate(given["X"], 1):
        i, f, g, o = np.split(given["W_x"] @ x + given["W_h"] @ h + given["b"], 4)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        assert_close(trace[f"time {t}/cell"].value, c)
        assert_close(trace[f"time {t}/state"].value, h)


def test_the_first_lag_must_stay() -> None:
    with pytest.raises(InputError, match="lag 1"):
        LSTM.trace({"lags": [0, 1, 1, 0, 0, 0]})


# --- transparent attention -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["transparent", "top_only"])
def test_the_gradient_on_every_layer_is_golden(way: str) -> None:
    trace = TRANSPARENT.trace(reads=TOP if way == "top_only" else MIXED)
    assert_golden(gradient_norms(trace), at("transparent-attention", f"gradients.norm_dL_dh_layer0_to_N__{way}"))
    (slope,) = gradient_arrays(trace["loss"], (trace["W"],))
    wanted = at("transparent-attention", f"gradients.norm_dL_dW_layer1_to_N__{way}")
    assert_golden(np.linalg.norm(slope, axis=(1, 2)), wanted)
    _, curves, _ = TRANSPARENT.picture(trace)
    assert_golden(curves.series[trace.options["reads"]], gradient_norms(trace))


@pytest.mark.parametrize("depth", ["6", "12", "20"])
def test_random_nets_shrink_the_gradient_as_the_golden_ones_did(depth: str) -> None:
    """Other draws of the same kind of net, so the medians are near the golden ones and not the same."""
    wanted = at("transparent-attention", f"gradients.depth_study.{depth}")
    for mixed, name in ((False, "top_only"), (True, "transparent")):
        found = np.array(random_net_norms(int(depth), mixed))
        assert np.abs(np.log(found / wanted[f"{name}_median_by_layer"])).max() < np.log(1.8)
        ratio = wanted[f"{name}_uniform_layer0_over_layerN" if mixed else f"{name}_layer0_over_layerN"]
        assert found[0] / found[-1] == pytest.approx(ratio, rel=0.25)


def test_all_weight_on_top_is_the_ordinary_encoder() -> None:
    """A softmax comes as near to a share of exactly 1 as the computer has digits."""
    rng = seeded("all on top")
    given = {"X": (5, 3), "W": (4, 3, 3), "U": (2, 3)}
    inputs = {name: rng.normal(size=size) for name, size in given.items()}
    inputs["S"] = np.repeat([[0.0], [0], [0], [0], [800]], 2, axis=1)
    mixed, top = (TRANSPARENT.trace(inputs, reads=way) for way in (MIXED, TOP))
    assert_close(mixed["mixtures"].value, top["mixtures"].value)
    assert_close(gradient_norms(mixed), gradient_norms(top))


def test_mixing_logits_need_a_row_for_each_level() -> None:
    with pytest.raises(InputError, match="7 rows, one for each layer and one for the embeddings, not 6"):
        TRANSPARENT.trace({"S": np.zeros((6, 2))})


# --- stacked latent attention ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "wanted"), [(PLAIN, "stacked_attention"), (LATENT, "stacked_latent_attention")])
def test_what_layer_two_can_tell_apart_is_golden(way: str, wanted: str) -> None:
    facts = at("stacked-latent-attention", "facts.bottleneck_rank_of_dscores2_dlatent1")
    assert score_rank(way, facts["positions"], facts["content_dim"]) == facts[wanted]


@pytest.mark.parametrize("depth", ["1", "2", "3", "4", "6", "8"])
def test_random_stacks_hand_down_as_much_gradient_as_the_golden_ones(depth: str) -> None:
    """Other draws of the same kind of net, so the medians are near the golden ones and not the same."""
    wanted = at("stacked-latent-attention", f"gradients.layer1_san_sanresidual_sla_by_depth.{depth}")
    found = [first_layer_gradient_norm(way, int(depth)) for way in (PLAIN, RESIDUAL, LATENT)]
    assert np.abs(np.log(np.divide(found, wanted))).max() < np.log(1.8)


def test_more_layers_than_matrices_are_refused() -> None:
    with pytest.raises(InputError, match="there are matrices for 3"):
        LATENT_STACK.trace(layers=4)
    with pytest.raises(InputError, match="must be 6 wide"):
        LATENT_STACK.trace({"W_v": np.zeros((2, 3, 5))})
