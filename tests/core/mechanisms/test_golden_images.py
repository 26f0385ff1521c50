"""What must hold of lessons with images, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import CURRICULUM
from attention_core.engine.errors import InputError
from tests.core.helpers import assert_close, random_cases
from tests.golden_numbers import ROUNDED, at

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}


def test_gates_of_squeeze_and_excitation_know_no_places_and_do_not_compete() -> None:
    rng = np.random.default_rng(6)
    U, first, second = (rng.normal(size=shape) for shape in ((3, 5, 7), (2, 3), (3, 2)))
    shuffled = rng.permuted(U.reshape(3, -1), axis=1).reshape(U.shape)
    traces = [MECHANISMS["senet"].trace({"U": maps, "W_1": first, "W_2": second}) for maps in (U, shuffled)]
    gates = [trace["gates"].value for trace in traces]
    assert_close(*gates)
    assert abs(gates[0].sum() - 1) > 0.01
    assert_close(traces[1]["output"].value, gates[0][:, None, None] * shuffled)


def test_permuting_regions_permutes_the_weights_and_nothing_else() -> None:
    mechanism = MECHANISMS["bottom-up-top-down"]
    case = next(random_cases(mechanism))
    order = case.rng("regions").permutation(len(case.inputs["V"]))
    turned = {**case.inputs, "V": np.array(case.inputs["V"])[order], "boxes": np.array(case.inputs["boxes"])[order]}
    one, other = (mechanism.trace(inputs) for inputs in (case.inputs, turned))
    assert_close(other["alignment"].value, one["alignment"].value[:, order])
    for topic in ("context", "language state", "probabilities"):
        assert_close(other[f"word 2/{topic}"].value, one[f"word 2/{topic}"].value)
    assert np.ptp(one["alignment"].value, axis=0).max() > 0.001


def test_a_captioner_hears_the_words_it_is_told_or_its_own() -> None:
    mechanism = MECHANISMS["bottom-up-top-down"]
    entry = ROUNDED["bottom-up-top-down"]
    words = mechanism.first.labels["word"]
    assert words == tuple(entry["inputs"]["vocab"])
    assert np.argmax(mechanism.first.inputs["told"], axis=1).tolist() == entry["inputs"]["words"]
    trace = mechanism.trace()
    assert trace["alignment"].value.argmax(axis=1).tolist() == entry["facts"]["argmax_region"]
    said = [words[n] for n in trace.output.value.argmax(axis=1)]
    assert said == entry["facts"]["most_likely_next_word"]
    own = mechanism.trace(greedy=True)
    heard = [words[own[f"word {t}/input word"].value.argmax()] for t in (1, 2, 3)]
    assert heard == ["<bos>", *(words[n] for n in own.output.value.argmax(axis=1)[:2])]


def test_boxes_need_four_corners() -> None:
    with pytest.raises(InputError, match="must be 4 wide"):
        MECHANISMS["bottom-up-top-down"].trace({"boxes": np.zeros((4, 3))})


def test_gates_of_an_upsampling_know_no_places_and_fine_maps_may_not_be_coarser() -> None:
    mechanism, rng = MECHANISMS["gau"], np.random.default_rng(7)
    given = {"F_high": (2, 3, 5), "F_low": (3, 5, 7), "K": (2, 3, 3, 3), "W_1": (2, 2), "b_1": (2,)}
    inputs = {name: rng.normal(size=size) for name, size in given.items()}
    shuffled = rng.permuted(inputs["F_high"].reshape(2, -1), axis=1).reshape(2, 3, 5)
    one, other = (mechanism.trace({**inputs, "F_high": high}) for high in (inputs["F_high"], shuffled))
    assert_close(other["gated detail"].value, one["gated detail"].value)
    assert_close(one["upsampled"].value[:, ::4, ::6], inputs["F_high"][:, ::2, ::4])  # corner on corner
    with pytest.raises(InputError, match="has 4, but the coarse maps have 5"):
        mechanism.trace({**inputs, "F_low": np.ones((3, 5, 4))})


def test_one_brighter_coarse_pixel_changes_the_fine_maps_as_golden() -> None:
    mechanism = MECHANISMS["gau"]
    one, other = (
        mechanism.trace(mechanism.presets[name].inputs)["gated detail"].value for name in ("golden", "raised")
    )
    wanted = at("gau", "steps.counterfactual_one_high_pixel_plus_2.low_change_per_channel")
    np.testing.assert_allclose(np.abs(other - one).mean(axis=(1, 2)), wanted, atol=1e-6)
