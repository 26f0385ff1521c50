"""Shared keys and values, tile by tile, the bracket moved: golden numbers that are no step, and identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_core import CURRICULUM, Trace, attention
from attention_core.engine.errors import InputError
from attention_core.mechanisms.at_scale.flash_online_softmax.flash_online_softmax import MOST_TILES
from attention_core.mechanisms.at_scale.linear_attention.linear_kernel import multiplications
from attention_core.mechanisms.at_scale.mqa_gqa.key_value_heads import cache_bytes
from tests.core.helpers import assert_close, own_arithmetic
from tests.golden_numbers import GOLDEN, at

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
SHARED, TILES, LINEAR = (MECHANISMS[key] for key in ("mqa-gqa", "flash-online-softmax", "linear-attention"))


def logsumexp(scores: np.ndarray) -> float:
    return float(scores.max() + np.log(np.exp(scores - scores.max()).sum()))


def preset(mechanism: str, name: str) -> Trace:
    chosen = MECHANISMS[mechanism].presets[name]
    return MECHANISMS[mechanism].trace(chosen.inputs, chosen.labels, **chosen.options)


# --- shared keys and values ------------------------------------------------------------------------------------------


def test_neighbouring_heads_share() -> None:
    wanted = at("mqa-gqa", "steps.head_to_kv")
    trace = preset("mqa-gqa", "grouped")
    assert trace["keys by head"].primitive.positions == wanted
    for head, kept in enumerate(wanted):
        assert np.array_equal(trace["keys by head"].value[head], trace["kept keys"].value[kept])
    pull, _ = SHARED.picture(trace)
    assert [row.index(1.0) for row in pull.weights] == wanted


def test_cache_sizes_are_golden() -> None:
    wanted = at("mqa-gqa", "steps.cache_bytes")
    sizes = {"layers": wanted["layers"], "width": wanted["d_head"], "tokens": wanted["n"]}
    for kv_heads, path in ((32, "mha_32_kv"), (8, "gqa_8_kv"), (1, "mqa_1_kv")):
        assert cache_bytes(kv_heads, **sizes, number=wanted["bytes_per_number"]) == wanted[path]
    _, bars = SHARED.picture(preset("mqa-gqa", "grouped"))
    found = dict(zip(bars.labels, np.sum([*bars.series.values()], axis=0), strict=True))
    assert [found[name] for name in ("1 to 1", "4 to 1", "32 to 1")] == [2048, 512, 64]
    assert bars.series["at your sharing"] == (0, 1024, 0, 0, 0, 0)


@pytest.mark.parametrize("g", [1, 2, 3, 6])
def test_shared_heads_are_heads_with_equal_keys(g: int) -> None:
    """Six heads 5 wide: the same as plain heads whose keys and values have been copied out, each in turn."""
    rng = np.random.default_rng(g)
    Q, K, V = (rng.normal(size=size) for size in ((3, 6 * 5), (7, 6 * 5), (7, 6 * 11)))
    heads = [x.reshape(len(x), 6, -1).swapaxes(0, 1) for x in (Q, K, V)]
    plain = attention(heads[0], *(np.repeat(x[:g], 6 // g, axis=0) for x in heads[1:]))
    assert_close(SHARED.trace({"Q": Q, "K": K, "V": V}, h=6, g=g).output.value, plain.output.value)


def test_as_many_keys_as_queries_is_multi_head_attention() -> None:
    whole = MECHANISMS["multi-head-attention"].trace()
    inputs = {
        name: whole[step].value.swapaxes(0, 1) for name, step in zip("QKV", ("queries", "keys", "values"), strict=True)
    }
    beside = {name: table.reshape(len(table), -1) for name, table in inputs.items()}
    assert_close(SHARED.trace(beside, h=2, g=2).output.value, whole["head outputs"].value)


@pytest.mark.parametrize(
    ("options", "numbers"), [({"g": 3}, ("4", "3")), ({"g": 8}, ("4", "8")), ({"g": 5, "h": 5}, ("8", "5"))]
)
def test_heads_that_cannot_be_shared_out_are_refused_with_both_numbers(options: dict, numbers: tuple) -> None:
    with pytest.raises(InputError) as caught:
        SHARED.trace(**options)
    assert all(number in caught.value.message for number in numbers)


# --- tile by tile ----------------------------------------------------------------------------------------------------


def test_first_tile_has_nothing_to_correct() -> None:
    """A program that starts from a maximum of minus infinity gets the factor 0; here there is no such step."""
    golden = at("flash-online-softmax", "steps.tiles.tile_1")
    assert np.exp(float(golden["m_old"]) - golden["m_new"]) == golden["correction"] == 0
    assert "tile 1/correction" not in preset("flash-online-softmax", "two")


def test_block_of_queries_is_golden_row_by_row() -> None:
    given_, wanted = GOLDEN["flash-online-softmax"]["inputs"], at("flash-online-softmax", "steps.block_version")
    for query, output, whole in zip(given_["Q_block"], wanted["O"], wanted["logsumexp"], strict=True):
        trace = TILES.trace({"q": query}, tile=given_["B_c"])
        assert_close(trace.output.value, output)
        assert_close(trace["log-sum-exp"].value, whole)


def test_pictures_of_the_tiles_show_what_happened() -> None:
    rescaling, progress, held = TILES.picture(preset("flash-online-softmax", "two"))
    golden = [at("flash-online-softmax", f"steps.tiles.tile_{t}") for t in (1, 2, 3)]
    kept, new, gone = (np.array(heights) for heights in rescaling.series.values())
    assert_close(kept + new, [tile["l"] for tile in golden])
    assert_close((kept + gone)[1:], [tile["l"] for tile in golden[:-1]])
    found = np.transpose([*progress.series.values()])
    plain = at("flash-online-softmax", "steps.plain.output")
    assert_close(found, [*(tile["output_so_far"] for tile in golden), plain])
    numbers = at("flash-online-softmax", "steps.numbers_held")
    assert [y for _, y in held.marks.values()] == [numbers[f"{way}_scores_per_query"] for way in ("plain", "online")]


@given(st.integers(0, 2**32 - 1), st.integers(1, 13), st.integers(1, 14), st.booleans(), st.floats(-3, 3))
def test_any_tiles_in_any_order_give_softmax_attention(
    seed: int, keys: int, tile: int, backwards: bool, size: float
) -> None:
    rng = np.random.default_rng(seed)
    q, K, V = rng.normal(size=3) * 10**size, rng.normal(size=(keys, 3)), rng.normal(size=(keys, 5))
    whole = attention(q[None], K, V)
    order = rng.permutation(keys)
    for some in (slice(None), order):
        trace = TILES.trace({"q": q, "K": K[some], "V": V[some]}, tile=tile, backwards=backwards)
        np.testing.assert_allclose(trace.output.value, whole.output.value[0], rtol=1e-9, atol=1e-9)
        assert_close(trace["log-sum-exp"].value, logsumexp(whole["scaled scores"].value), 1e-9)


@pytest.mark.parametrize("backwards", [False, True])
def test_tiles_grow_so_that_a_page_can_show_them(backwards: bool) -> None:
    rng = np.random.default_rng(0)
    q, K, V = rng.normal(size=3), rng.normal(size=(512, 3)), rng.normal(size=(512, 5))
    trace = TILES.trace({"q": q, "K": K, "V": V}, tile=1, backwards=backwards)
    assert sum(step.base_name == "normaliser" for step in trace) <= MOST_TILES
    assert_close(trace.output.value, attention(q[None], K, V).output.value[0])


# --- the bracket -----------------------------------------------------------------------------------------------------


def test_difference_to_softmax_attention_is_golden() -> None:
    _, weights, outputs = LINEAR.picture(preset("linear-attention", "four"))
    assert_close([step.value.sum(axis=1) for step in weights.steps], np.ones((2, 4)))
    _, soft, difference = outputs.steps
    assert_close(soft.value, at("linear-attention", "steps.softmax_attention_O"))
    assert_close(np.abs(difference.value).max(), at("linear-attention", "steps.max_abs_difference_to_softmax"))


def test_multiplications_are_golden_and_equal_where_tokens_are_features() -> None:
    wanted = at("linear-attention", "steps.mults")
    counts = [multiplications(n, wanted["d"]) for n in wanted["n"]]
    assert [list(row) for row in zip(*counts, strict=True)] == [wanted["quadratic"], wanted["linear"]]
    first, second = multiplications(wanted["d"], wanted["d"])
    assert first == second


def random_tokens(n: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(n)
    return {name: rng.normal(size=(n, width)) for name, width in (("Q", 3), ("K", 3), ("V", 5))}


@pytest.mark.parametrize("n", [1, 7, 12, 13, 29])
@pytest.mark.parametrize("masked", [False, True])
def test_either_bracket_gives_the_same_output(n: int, masked: bool) -> None:
    inputs = random_tokens(n)
    trace = LINEAR.trace(inputs, causal=masked)
    weights = trace["implied weights"].value
    assert_close(weights.sum(axis=1), np.ones(n))
    assert not masked or not np.triu(weights, 1).any()
    assert_close(weights @ inputs["V"], trace.output.value)


@pytest.mark.parametrize("n", [1, 7, 13])
def test_last_token_reads_everything_whether_others_may_or_not(n: int) -> None:
    inputs = random_tokens(n)
    everything, in_turn = (LINEAR.trace(inputs, causal=masked).output.value for masked in (False, True))
    assert_close(in_turn[-1], everything[-1])


@pytest.mark.parametrize("n", [7, 13])
def test_later_tokens_change_nothing_that_came_before(n: int) -> None:
    inputs = random_tokens(n)
    before = LINEAR.trace(inputs, causal=True).output.value
    changed = {name: np.vstack([table[:-1], table[-1:] + 1]) for name, table in inputs.items()}
    assert_close(LINEAR.trace(changed, causal=True).output.value[:-1], before[:-1])


def test_states_of_many_tokens_are_those_of_the_tokens_in_turn() -> None:
    """Beyond twelve tokens all states are made at once; each cell still has its own arithmetic."""
    inputs = random_tokens(13)
    many, few = LINEAR.trace(inputs, causal=True), LINEAR.trace({k: x[:12] for k, x in inputs.items()}, causal=True)
    for t in range(1, 13):
        assert_close(many["all tokens/state"].value[t - 1], few[f"token {t}/state"].value)
        assert_close(many["all tokens/normaliser"].value[t - 1], few[f"token {t}/normaliser"].value)
    for name in ("all tokens/state", "all tokens/normaliser", "output"):
        assert_close(own_arithmetic(many[name]), many[name].value)
