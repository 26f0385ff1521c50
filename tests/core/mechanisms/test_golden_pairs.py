"""Grids over two texts: what no single step shows, and the laws that hold for any numbers."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.engine.errors import InputError
from attention_core.mechanisms.the_zoo.abcnn.sentence_pairs import window_labels
from attention_core.mechanisms.the_zoo.pervasive_attention.pervasive_grid import change_from_last_word, receptive_field
from tests.core.helpers import assert_close, prime_sizes, random_inputs
from tests.core.mechanisms.test_golden import MECHANISMS
from tests.golden_numbers import at

ABCNN = ("abcnn-1", "abcnn-2", "abcnn-3")


# --- two sentences ----------------------------------------------------------------------------------------------------


def exchanged(given: dict[str, object]) -> dict[str, object]:
    other = {"F_0": "F_1", "F_1": "F_0", "W_0": "W_1", "W_1": "W_0"}
    return {name: given[other.get(name, name)] for name in given}


@pytest.mark.parametrize("distance", [False, True])
@pytest.mark.parametrize("key", ABCNN)
def test_exchanging_the_sentences_transposes_the_matrices(key: str, distance: bool) -> None:
    mechanism = MECHANISMS[key]
    given = random_inputs(mechanism, prime_sizes(mechanism))
    one, other = (mechanism.trace(some, distance=distance) for some in (given, exchanged(given)))
    for step in one.computed:
        side, _, topic = step.name.partition(" ")
        twin = {"left": f"right {topic}", "right": f"left {topic}"}.get(side, step.name)
        turned = other[twin].value
        assert_close(step.value, turned.T if side in ("word", "window") else turned)


@pytest.mark.parametrize("key", ABCNN)
def test_a_sentence_twice_is_like_itself(key: str) -> None:
    mechanism = MECHANISMS[key]
    given = random_inputs(mechanism, prime_sizes(mechanism))
    given["F_1"] = given["F_0"]
    if "W_0" in given:
        given["W_0"] = given["W_1"]
    trace = mechanism.trace(given)
    assert_close(trace.output.value, 1.0)
    for step in trace:
        if step.name.endswith("attention"):
            assert_close(np.diag(step.value), np.ones(len(step.value)))


def test_without_maps_the_third_is_the_second_with_the_filters_layer_for_words() -> None:
    second, third = MECHANISMS["abcnn-2"], MECHANISMS["abcnn-3"]
    given = random_inputs(third, prime_sizes(third))
    given |= {name: np.zeros(np.shape(given[name])) for name in ("W_0", "W_1")}
    words = {name: given[name] for name in ("F_0", "F_1", "b")} | {"K": np.array(given["K"])[:, 0]}
    assert_close(third.trace(given).output.value, second.trace(words).output.value)


def test_knobs_are_sums_and_no_shares() -> None:
    trace = MECHANISMS["abcnn-2"].trace()
    A = trace["window attention"].value
    assert_close(trace["left weights"].value, A.sum(axis=1))
    assert_close(trace["right weights"].value, A.sum(axis=0))
    padded = MECHANISMS["abcnn-2"].trace(MECHANISMS["abcnn-2"].presets["padded"].inputs)["right weights"].value
    assert (padded > trace["right weights"].value).all()
    assert padded[0] == pytest.approx(3.01, abs=0.005)
    for bars, side in zip(MECHANISMS["abcnn-2"].picture(trace)[2:], ("left", "right"), strict=True):
        assert_close(np.sum([*bars.series.values()], axis=0), trace[f"{side} weights"].value)
        assert bars.labels == trace[f"{side} weights"].axes[0].labels


def test_the_picture_moves_the_plug() -> None:
    used = {"abcnn-1": (True, False), "abcnn-2": (False, True), "abcnn-3": (True, True)}
    for key, places in used.items():
        diagram = MECHANISMS[key].picture(MECHANISMS[key].trace())[0]
        names = [node.name for node in diagram.nodes]
        for plug, taken in zip(("A", "A′"), places, strict=True):
            strengths = [wire.strength for wire in diagram.wires if names[wire.start] == plug]
            assert [bool(strength) for strength in strengths] == [taken, taken]
            matrices = [step.value.mean() for step in MECHANISMS[key].trace() if step.symbol == plug.replace("′", "'")]
            assert_close(strengths, matrices * 2 if taken else [0, 0])


def test_golden_filters_of_the_second_have_a_single_channel() -> None:
    assert_close(MECHANISMS["abcnn-2"].trace()["K"].value[:, None], at("abcnn-2", "params.K"))


def test_spans_name_what_a_window_holds() -> None:
    assert window_labels(("a", "b"), 1) == ("a", "b")
    assert window_labels(("a", "b"), 2) == ("· a", "a b", "b ·")
    assert window_labels(("a", "b", "c", "d"), 4)[3] == "a … d"


def test_filters_need_a_layer_for_words_and_one_for_attention() -> None:
    K = np.ones((2, 3, 2, 2))
    with pytest.raises(InputError, match=r"channel.*2.*3"):
        MECHANISMS["abcnn-1"].trace({"K": K})


def test_a_mean_of_nothing_has_no_direction() -> None:
    with pytest.raises(InputError, match=r"left mean.*no direction"):
        MECHANISMS["abcnn-2"].trace({"K": np.zeros((2, 2, 2)), "b": [0, 0]})


# --- the grid ---------------------------------------------------------------------------------------------------------

GRID = MECHANISMS["pervasive-attention"]
ALL = np.ones((3, 3))


@pytest.mark.parametrize("pooling", ["largest", "average", "attention"])
def test_rows_before_a_changed_target_word_stay_as_they_are(pooling: str) -> None:
    given = random_inputs(GRID, prime_sizes(GRID))
    mask = np.ones(np.shape(given["M"]))
    mask[2:] = 0
    before = GRID.trace({**given, "M": mask}, pooling=pooling)
    for row in range(1, 7):
        Y = np.array(given["Y"])
        Y[row] += 0.7
        after = GRID.trace({**given, "M": mask, "Y": Y}, pooling=pooling)
        for step in ("layer 1/stacked", "layer 2/stacked"):
            assert np.array_equal(after[step].value[:, :row], before[step].value[:, :row])
            assert not np.array_equal(after[step].value[:, row], before[step].value[:, row])
        assert np.array_equal(after.output.value[:row], before.output.value[:row])


def test_without_the_mask_rows_before_have_peeked() -> None:
    found = (
        change_from_last_word(GRID, GRID.trace(), GRID.trace()["M"].value),
        change_from_last_word(GRID, GRID.trace(), ALL),
    )
    kinds = ("masked", "unmasked")
    for values, kind in zip(found, kinds, strict=True):
        wanted = at(GRID.key, f"steps.leak_test_change_row_2.change_per_row_{kind}")
        np.testing.assert_allclose(values, wanted, atol=1e-6)


@pytest.mark.parametrize("layers", [1, 2])
def test_what_a_cell_knows_of_grows_as_is_golden(layers: int) -> None:
    wanted = at(GRID.key, f"steps.receptive_field_of_cell_4_2_after_{layers}.reach")
    assert np.array_equal(receptive_field(GRID.trace()["M"].value, layers, 5, 5, (4, 2)), wanted)


def test_what_a_cell_knows_of_is_what_a_gradient_reaches() -> None:
    given = random_inputs(GRID, prime_sizes(GRID))
    trace = GRID.trace(given)
    gradient = trace.gradients(of="layer 2/stacked", at=(6, 5, 1))["gradient of grid"].value
    assert (receptive_field(trace["M"].value, 2, 7, 3, (5, 1)) >= gradient.any(axis=0)).all()


def test_the_largest_numbers_of_golden_rows_stand_at_golden_words() -> None:
    places = GRID.trace()["winners"].value.argmax(axis=2).T
    assert np.array_equal(places, at(GRID.key, "steps.aggregate_max.argmax"))


def test_kernels_need_a_middle_and_as_many_channels_as_they_read() -> None:
    even = {"M": np.ones((2, 3)), "K_1": np.ones((2, 4, 2, 3)), "K_2": np.ones((2, 6, 2, 3))}
    with pytest.raises(InputError, match="must be odd"):
        GRID.trace(even)
    with pytest.raises(InputError, match=r"upper channel.*4 \+ 2.*not 5"):
        GRID.trace({"K_2": np.ones((2, 5, 3, 3))})
