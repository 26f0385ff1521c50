"""The layers of a Transformer against plain NumPy, and what all of a trace promises for each of their steps."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from attention_core import Step, Trace
from attention_core.blocks.activations import gelu, gelu_tanh, silu
from attention_core.blocks.masks import causal
from attention_core.blocks.naming import once, prefixed, step_namer
from attention_core.blocks.positions import angles
from attention_core.blocks.row_norms import NormNames, layer_norm, rms_norm
from attention_core.blocks.transformer import (
    AttentionWeights,
    attention_layer,
    feed_forward,
    gated_feed_forward,
    post_norm,
    pre_norm,
    token_vectors,
)
from attention_core.engine.axes import Axis, names, numbered
from attention_core.engine.backward import gradient_arrays, recomputed_with
from attention_core.engine.errors import InputError
from attention_core.engine.ops import add, contract, relu, sum_over
from attention_core.engine.step import source
from tests.core.elsewhere import Running
from tests.core.helpers import assert_close, own_arithmetic, seeded

TOKENS, SOURCES, MODEL, HIDDEN, HEADS, SHARED, WIDTH, VALUE = 3, 5, 7, 11, 4, 2, 6, 13
NORM = NormNames(once)
CONSTANT = ("positions", "frequencies", "visible")


def some(name: str, **sizes: int) -> Step:
    axes = tuple(numbered(axis.replace("_", " "), size) for axis, size in sizes.items())
    return source(name, seeded("transformer", name).normal(size=tuple(sizes.values())), axes)


X = some("X", token=TOKENS, model=MODEL)
MEMORY = some("memory", source=SOURCES, model=MODEL)
GAIN, BIAS = some("g", model=MODEL), some("b", model=MODEL)
W_1, b_1 = some("W_1", hidden=HIDDEN, model=MODEL), some("b_1", hidden=HIDDEN)
W_2, b_2 = some("W_2", model=MODEL, hidden=HIDDEN), some("b_2", model=MODEL)
W_G = some("W_g", model=MODEL, hidden=HIDDEN)  # the other way round, as GPT-2 keeps matrices
W_O = some("W_o", model=MODEL, joined=HEADS * VALUE)
EACH = AttentionWeights(
    some("W_q", head=HEADS, feature=WIDTH, model=MODEL),
    some("W_k", head=HEADS, feature=WIDTH, model=MODEL),
    some("W_v", model=MODEL, head=HEADS, value=VALUE),
    W_O,
    some("b_q", head=HEADS, feature=WIDTH),
    some("b_k", head=HEADS, feature=WIDTH),
    some("b_v", head=HEADS, value=VALUE),
    some("b_o", model=MODEL),
)
GROUPED = AttentionWeights(
    EACH.W_q,
    some("W_k", kv_head=SHARED, feature=WIDTH, model=MODEL),
    some("W_v", kv_head=SHARED, value=VALUE, model=MODEL),
    W_O,
)
THETA = angles(X.axis("token"), WIDTH, 10.0)
VISIBLE = causal(X.axis("token").renamed("query"), X.axis("token").renamed("key"))


def normal(x: np.ndarray) -> np.ndarray:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 0.01)


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def turned(x: np.ndarray) -> np.ndarray:
    """Features of the first half with their partner of the second as one complex number each, times e^(i angle)."""
    pairs = (x[..., : WIDTH // 2] + 1j * x[..., WIDTH // 2 :]) * np.exp(1j * THETA.value)
    return np.concatenate([pairs.real, pairs.imag], axis=-1)


def attended(q: np.ndarray, k: np.ndarray, v: np.ndarray, hidden: np.ndarray | float = 0.0) -> np.ndarray:
    """All heads side by side, times W_o."""
    weights = softmax(q @ np.swapaxes(k, 1, 2) / math.sqrt(WIDTH) + hidden)
    return np.concatenate(list(weights @ v), axis=-1) @ W_O.value.T


def of_each(rows: np.ndarray) -> np.ndarray:
    """What attention with EACH gives when keys and values are made of these rows."""
    q = np.einsum("tm,hfm->htf", X.value, EACH.W_q.value) + EACH.b_q.value[:, None]
    k = np.einsum("tm,hfm->htf", rows, EACH.W_k.value) + EACH.b_k.value[:, None]
    v = np.einsum("tm,mhf->htf", rows, EACH.W_v.value) + EACH.b_v.value[:, None]
    return attended(q, k, v) + EACH.b_o.value


def of_grouped() -> np.ndarray:
    q, k, v = (np.einsum("tm,hfm->htf", X.value, W.value) for W in (GROUPED.W_q, GROUPED.W_k, GROUPED.W_v))
    k, v = (np.repeat(each, HEADS // SHARED, axis=0) for each in (k, v))
    return attended(turned(q), turned(k), v, np.where(VISIBLE.value, 0.0, -np.inf))


def fed(x: np.ndarray, activation: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    return activation(x @ W_1.value.T + b_1.value) @ W_2.value.T + b_2.value


def gaussian(x: np.ndarray) -> np.ndarray:
    return x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2


MADE: dict[str, tuple[Callable[[], Step], np.ndarray]] = {
    "gelu": (lambda: gelu(X, "output", "G"), gaussian(X.value)),
    "gelu by tanh": (
        lambda: gelu_tanh(X, "output", "G"),
        X.value * (1 + np.tanh(math.sqrt(2 / math.pi) * (X.value + 0.044715 * X.value**3))) / 2,
    ),
    "silu": (lambda: silu(X, "output", "G"), X.value / (1 + np.exp(-X.value))),
    "layer norm": (lambda: layer_norm(X, GAIN, BIAS, 0.01, NORM), normal(X.value) * GAIN.value + BIAS.value),
    "layer norm without a bias": (lambda: layer_norm(X, GAIN, None, 0.01, NORM), normal(X.value) * GAIN.value),
    "rms norm": (
        lambda: rms_norm(X, GAIN, 0.01, NORM),
        X.value / np.sqrt((X.value**2).mean(-1, keepdims=True) + 0.01) * GAIN.value,
    ),
    "rms norm without eps": (
        lambda: rms_norm(X, GAIN, 0.0, NORM),
        X.value / np.sqrt((X.value**2).mean(-1, keepdims=True)) * GAIN.value,
    ),
    "attention": (lambda: attention_layer(X, EACH, once), of_each(X.value)),
    "cross-attention": (lambda: attention_layer(X, EACH, once, memory=MEMORY), of_each(MEMORY.value)),
    "grouped, rotated, causal": (
        lambda: attention_layer(X, GROUPED, once, visible=VISIBLE, angles=THETA),
        of_grouped(),
    ),
    "feed-forward": (
        lambda: feed_forward(X, W_1, b_1, W_2, b_2, once),
        fed(X.value, lambda x: np.maximum(x, 0)),
    ),
    "feed-forward with GELU": (lambda: feed_forward(X, W_1, b_1, W_2, b_2, once, gelu), fed(X.value, gaussian)),
    "SwiGLU": (
        lambda: gated_feed_forward(X, W_G, W_1, W_2, once),
        (X.value @ W_G.value / (1 + np.exp(-X.value @ W_G.value)) * (X.value @ W_1.value.T)) @ W_2.value.T,
    ),
    "token vectors": (
        lambda: token_vectors(MEMORY, (3, 0, 3), Axis("token", ("to", "be", "to"))),
        MEMORY.value[[3, 0, 3]],
    ),
    "token and position vectors": (
        lambda: add(
            token_vectors(MEMORY, (3, 0, 3), X.axis("token"), name="word vectors"),
            token_vectors(W_1, (0, 1, 2), X.axis("token"), name="position vectors", symbol="P"),
            name="embedded",
            symbol="X",
        ),
        MEMORY.value[[3, 0, 3]] + W_1.value[:3],
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_numbers_arithmetic_and_gradients(name: str) -> None:
    made, wanted = MADE[name]
    trace = Trace.of(made())
    assert_close(trace.output.value, wanted)
    for step in trace.computed:
        assert_close(own_arithmetic(step), step.value)
    seed = seeded("seed", name).normal(size=wanted.shape)
    total = sum_over(contract(trace.output, source("seed", seed, trace.output.axes)), over=names(trace.output.axes))
    for given in (each for each in trace.inputs if each.name not in CONSTANT):
        (found,) = gradient_arrays(total, (given,))
        way = seeded("way", given.name).normal(size=found.shape)
        ahead, behind = (recomputed_with(total, {given: given.value + by * way}) for by in (1e-5, -1e-5))
        assert (found * way).sum() == pytest.approx((ahead - behind) / 2e-5, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", MADE)
def test_a_script_prints_the_same_numbers(name: str, run: Running) -> None:
    trace = Trace.of(contract(MADE[name][0](), name="last", symbol="LAST"))
    printed = run(trace.to_numpy_code() + "\nprint(repr(LAST.tolist()))")
    assert_close(np.array(eval(printed.splitlines()[-1])), trace.output.value)


def test_means_and_spreads_have_names_so_that_one_cell_is_one_line() -> None:
    called = NormNames(step_namer("layer", 3), "attention norm", "a", ("output", "X"))
    trace = Trace.of(layer_norm(X, GAIN, BIAS, 1e-5, called))
    assert [step.name for step in trace.computed] == [
        "layer 3/attention norm mean",
        "layer 3/attention norm variance",
        "layer 3/output",
    ]
    arithmetic = trace.output.arithmetic(0, 1)
    assert len(arithmetic.operands) == 5
    assert r"(v_a^{(3)})_{1} + \varepsilon" in arithmetic.symbols
    assert len(Trace.of(rms_norm(X, GAIN, 1e-5, NORM)).output.arithmetic(0, 1).operands) == 3


def test_every_step_of_a_layer_carries_the_path() -> None:
    namer = step_namer("layer", 3)
    read = attention_layer(X, GROUPED, namer, visible=VISIBLE, angles=THETA)
    cross = attention_layer(read, EACH, prefixed(namer, "cross", "c"), memory=MEMORY)
    trace = Trace.of(feed_forward(cross, W_1, b_1, W_2, b_2, namer))
    own = [step.name for step in trace.computed if step.name != "angles"]
    assert all(name.startswith("layer 3/") for name in own)
    assert {"layer 3/attention weights", "layer 3/cross attention weights", "layer 3/rotated keys"} <= set(own)
    assert trace["layer 3/cross scores"].symbol == "S_c^{(3)}"


def test_the_order_of_norm_and_sum() -> None:
    def double(x: Step) -> Step:
        return add(x, x)

    def norm(x: Step) -> Step:
        return layer_norm(x, GAIN, None, 0.01, NORM)

    named = once("sum", "R")
    x, normed = X.value, normal(X.value) * GAIN.value
    assert_close(post_norm(X, double, norm, named).value, normal(3 * x) * GAIN.value)
    assert_close(pre_norm(X, double, norm, named).value, x + 2 * normed)
    assert_close(pre_norm(X, double, None, named).value, 3 * x)
    assert_close(post_norm(X, double, norm, None).value, normal(2 * x) * GAIN.value)
    assert post_norm(X, relu, None, named).name == "sum"


def test_an_id_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="has place 5, not one of 0 to 4"):
        token_vectors(MEMORY, (0, 5, 1), X.axis("token"))
