"""The soft crop; and the trained networks that see: NumPy computes what PyTorch did, and lessons tell the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import Mechanism, Step, Trace
from attention_core.engine import expression as ex
from attention_core.engine.errors import InputError
from attention_core.lesson.trained_weights import card, read_json
from attention_core.mechanisms.the_zoo import trained_vision
from attention_core.mechanisms.the_zoo.ra_cnn_look_closer import find_the_mark, ra_cnn, zooming
from attention_core.mechanisms.the_zoo.squeeze_and_excitation import senet_cued_digits
from tests import golden_numbers, sampling
from tests.core.engine.test_every_step import assert_typeset
from tests.core.helpers import TRAINED, assert_close, grounded, operands, recomputed, seeded
from tests.golden_numbers import at
from training import digits, marks

RA_CNN, MARK, CUED = (each.MECHANISM for each in (ra_cnn, find_the_mark, senet_cued_digits))
every_trained = pytest.mark.parametrize("mechanism", [pytest.param(each, id=each.key) for each in TRAINED])
every_preset = pytest.mark.parametrize("name", MARK.presets)


def recorded(task: str) -> list[Any]:
    return [pytest.param(each, id=str(n)) for n, each in enumerate(golden_numbers.recorded(task))]


# --- the soft crop ----------------------------------------------------------------------------------------------------


def by_hand(t: Any, **more: Any) -> Trace:
    return RA_CNN.trace({"t": t, **more}, box=zooming.BY_HAND)


def test_the_ranking_loss_walks_the_box_along_the_golden_path() -> None:
    walk = zooming.descent(RA_CNN.trace(), lambda last, t: RA_CNN.again(last, {"t": t}, box=zooming.BY_HAND), 23)
    path, losses = (at("ra-cnn", f"gradients.descent_lr3_{name}") for name in ("path_t", "L_rank"))
    np.testing.assert_allclose([each["box"].value for each in walk], path, rtol=1e-6)
    np.testing.assert_allclose([each["ranking loss"].value for each in walk], losses, rtol=1e-6, atol=0)
    for preset, step in (("step", 1), ("arrived", 23)):
        assert RA_CNN.presets[preset].inputs["t"] == path[step]


def test_hard_edges_between_two_pixels_feel_nothing() -> None:
    wanted = at("ra-cnn", "gradients.mask_only_sum_abs_dM_dtx_half_pixel_edges_by_k")
    traces = [RA_CNN.trace({"t": [4.5, 3.5, 1]}, box=zooming.BY_HAND, k=float(k)) for k in wanted]
    found = [np.abs(trace["mask slopes"].value[0]).sum() for trace in traces]
    np.testing.assert_allclose(found, list(wanted.values()), rtol=1e-6)


def test_slopes_of_the_mask_are_its_gradients() -> None:
    box, nudge = np.array([3.1, 4.2, 2.3]), 1e-6
    moved = [[by_hand(box + way * step)["mask"].value for way in (1, -1)] for step in nudge * np.eye(3)]
    assert_close(by_hand(box)["mask slopes"].value, [(a - b) / (2 * nudge) for a, b in moved], 1e-7)


def test_a_box_around_everything_returns_the_image() -> None:
    image = seeded("whole image").uniform(size=(8, 8))
    trace = RA_CNN.trace({"X": image, "t": [3.5, 3.5, 4]}, box=zooming.BY_HAND, k=100.0, n=8)
    assert_close(trace["mask"].value, np.ones((8, 8)))
    assert_close(trace["zoom"].value, image)


def test_a_box_that_leaves_the_image_is_moved_back() -> None:
    assert_close(by_hand([-3, 9, 2])["box"].value, [1.5, 5.5, 2])
    assert_close(by_hand([0, 0, 50])["box"].value, [3.5, 3.5, 4])


def test_what_is_no_box_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"t, half side: is 0\.2; half the side of the box must be at least half"):
        by_hand([3, 3, 0.2])
    with pytest.raises(InputError, match="k: must be a number between"):
        RA_CNN.trace(k=0)
    with pytest.raises(InputError, match="label: must be one of 3 classes, not 4"):
        RA_CNN.trace(label=4)
    with pytest.raises(InputError, match="needs two rows and two columns"):
        RA_CNN.trace({"X": [[1, 2, 3]]})


# --- against PyTorch --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("numbers", recorded("senet-cued-digits"))
def test_the_lamp_turns_the_same_gates_as_at_training(numbers: dict[str, Any]) -> None:
    inputs = {colour: numbers[colour]["pixels"] for colour in ("red", "green")}
    trace = CUED.trace(inputs, lamp=bool(numbers["lamp"]))
    assert_close(trace["picture"].value, digits.painted(*map(np.array, inputs.values()), numbers["lamp"]))
    for name, step in (("squeezed", "squeeze"), ("gates", "gates"), ("logits", "scores")):
        np.testing.assert_allclose(trace[step].value, numbers[name], rtol=0, atol=1e-5)


@pytest.mark.parametrize("numbers", recorded("find-the-mark"))
def test_the_same_box_and_zoom_as_at_training(numbers: dict[str, Any]) -> None:
    trace = MARK.trace({"litter": numbers["pixels"], "mark": np.zeros((5, 5))})
    steps = {"box": "box", "zoom": "zoom", "coarse logits": "first scores", "zoomed logits": "second scores"}
    for name, step in steps.items():
        np.testing.assert_allclose(trace[step].value, numbers[name], rtol=0, atol=1e-5)


# --- what the lessons say ---------------------------------------------------------------------------------------------


def test_the_lamp_flips_the_answer_but_for_the_one_it_gets_wrong() -> None:
    known = {each["index"]: each["digit"] for each in read_json("weights/digits.json")["images"]}
    pixels = {index: trained_vision.digit_pixels(index) for index in known}
    for name, preset in CUED.presets.items():
        red, green = (
            next(str(known[index]) for index, each in pixels.items() if each == preset.inputs[colour])
            for colour in ("red", "green")
        )
        answers = [senet_cued_digits.digit_named(CUED.trace(preset.inputs, lamp=lamp)) for lamp in (False, True)]
        assert answers == ([red, green] if name != "wrong" else [green, green])


def test_the_figures_of_the_lessons_are_those_of_the_cards() -> None:
    lamp, mark = card("senet-cued-digits"), card("find-the-mark")
    assert lamp["accuracy"]["exact"] == 0.9485
    assert lamp["gates"]["exact with all gates 1"] == pytest.approx(0.16, abs=0.005)
    assert lamp["gates"]["exact with the gates of the other lamp"] == pytest.approx(0.11, abs=0.005)
    assert lamp["plain digits"]["every seed"]["with the block"] == [0.9778, 0.9639, 0.9806]
    assert lamp["plain digits"]["every seed"]["without it"] == [0.9806, 0.9778, 0.9889]
    assert (mark["accuracy"]["coarse"], mark["accuracy"]["zoomed"]) == (0.2445, 0.988)
    assert mark["before ranking"]["mark wholly inside"] == pytest.approx(0.976, abs=0.0006)
    assert mark["after ranking"]["mark wholly inside"] == pytest.approx(0.905, abs=0.0006)


@every_preset
def test_a_mark_is_named_where_training_never_put_it(name: str) -> None:
    preset = MARK.presets[name]
    trace = MARK.trace(preset.inputs, **preset.options)
    place = trained_vision.MARKS.labels.index(name)
    assert find_the_mark.answer(trace) == name
    assert marks.left_out(place, preset.options["down"] - 2, preset.options["across"] - 2)
    assert trace["first answer"].value.max() < 0.35
    assert (trained_vision.mark_pixels(name) == marks.SHAPES[place]).all()


def test_a_mark_reaches_no_further_than_the_picture() -> None:
    with pytest.raises(InputError, match="6 pixels reach beyond the picture"):
        MARK.trace({"mark": np.ones((6, 6))}, down=29, across=3)


@pytest.mark.parametrize("name", CUED.presets)
def test_half_of_the_gates_are_nearly_shut_while_the_lamp_is_on_and_none_while_it_is_off(name: str) -> None:
    given = CUED.presets[name]
    off, on = (CUED.trace(given.inputs, given.labels, lamp=lamp)["gates"].value for lamp in (False, True))
    assert (on < 0.05).sum() == 8
    assert off.min() > 0.05


# --- every step, some cells -------------------------------------------------------------------------------------------


def some(step: Step, most: int = sampling.some(2, 1)) -> list[tuple[int, ...]]:
    places = seeded(step.name).permutation(step.value.size)[:most]
    return [tuple(int(i) for i in np.unravel_index(place, step.value.shape)) for place in places]


@every_trained
def test_cells_equal_their_own_arithmetic(mechanism: Mechanism) -> None:
    trace = mechanism.trace()
    for step in (*trace.computed, *trace.gradients(at=(1,)).computed):
        for cell in some(step):
            scale = max(np.abs(each.value).max() for each in (step, *operands(step)))
            assert ex.evaluate(grounded(step, cell)) == pytest.approx(step.value[cell], rel=1e-9, abs=1e-11 * scale)


@every_trained
def test_arithmetic_is_typeset_and_unlit_cells_change_nothing(mechanism: Mechanism) -> None:
    for step in mechanism.trace().computed:
        (cell,) = some(step, 1)
        assert_typeset(ex.symbols(ex.shortened(grounded(step, cell))))
        changed = {each: seeded(step.name, each.name).normal(size=each.value.shape) for each in operands(step)}
        for owner, place in step.arithmetic(*cell).operands:
            changed[owner][place] = owner.value[place]
        assert recomputed(step, changed)[cell] == pytest.approx(step.value[cell], rel=1e-9, abs=1e-12)


@every_trained
def test_gradients_meet_finite_differences(mechanism: Mechanism) -> None:
    trace, nudge = mechanism.trace(), 1e-6
    gradients = trace.gradients(at=(1,))
    for name in mechanism.inputs:
        given = np.array(mechanism.first.inputs[name], dtype=float)
        if mechanism.inputs[name].switch:
            continue
        for cell in some(trace[name], 3):
            moved = []
            for by in (nudge, -nudge):
                table = given.copy()
                table[cell] += by
                moved.append(mechanism.again(trace, {name: table}).output.value[1])
            wanted = (moved[0] - moved[1]) / (2 * nudge)
            assert gradients[f"gradient of {name}"].value[cell] == pytest.approx(wanted, rel=1e-4, abs=1e-9)


@every_trained
def test_exported_script_computes_the_same(mechanism: Mechanism) -> None:
    trace, printed = mechanism.trace(), list[Any]()
    with np.printoptions():
        exec(trace.to_numpy_code(), {"print": printed.append})
    assert printed[::2] == [step.name for step in trace.computed]
    for step, found in zip(trace.computed, printed[1::2], strict=True):
        assert_close(found, step.value)


@every_trained
def test_pictures_are_drawn_of_anything_that_computes(mechanism: Mechanism) -> None:
    for preset in mechanism.presets.values():
        assert mechanism.picture(mechanism.trace(preset.inputs, preset.labels, **preset.options))
