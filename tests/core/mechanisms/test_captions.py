"""The trained captioner: NumPy computes what PyTorch computed, and what its lesson says of it holds."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attention_core import Trace
from attention_core.engine import expression as ex
from attention_core.engine.errors import InputError
from attention_core.lesson.trained_weights import card
from attention_core.mechanisms.the_zoo.bottom_up_and_top_down import trained_captioner
from attention_core.mechanisms.the_zoo.bottom_up_and_top_down.scene_captions import FIVE, MECHANISM, READS
from tests.core.engine.test_every_step import assert_typeset
from tests.core.helpers import assert_close, grounded, operands
from tests.core.mechanisms.test_translators import softmax, some
from tests.golden_numbers import recorded
from training.scenes import detected
from training.scenes import scenes as drawn

RECORDED = recorded("scene-captions")
SHORT = "red star 20 50, blue star 60 50"


def typed(text: str) -> Trace:
    return MECHANISM.trace(*READS.fill(text))


def said(text: str) -> str:
    return " ".join(trained_captioner.words_written(typed(text)))


@pytest.mark.parametrize("numbers", [pytest.param(each, id=each["caption"]) for each in RECORDED])
def test_the_same_numbers_as_at_training(numbers: dict[str, Any]) -> None:
    """Recorded by training/ with PyTorch, in double precision, on scenes that were held out."""
    trace = MECHANISM.trace({"V": numbers["features"]})
    assert " ".join(trace.output.axis("time").labels) == numbers["written"]
    np.testing.assert_allclose(trace["alignment"].value, numbers["weights"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(trace.output.value, softmax(numbers["logits"]), rtol=0, atol=1e-8)


def test_fresh_scenes_it_never_saw_come_out_right() -> None:
    examples = list(islice(drawn(np.random.default_rng(2024), unseen=True), 30))
    traces = [MECHANISM.trace({"V": each.features}) for each in examples]
    right = [trace.output.axis("time").labels == each.caption for trace, each in zip(traces, examples, strict=True)]
    assert np.mean(right) >= 0.9


def test_what_the_lesson_says_of_its_probes() -> None:
    wanted = ["five", "four"]
    for name, numbers in zip(wanted, (RECORDED[0], RECORDED[3]), strict=True):
        trace = MECHANISM.trace(MECHANISM.presets[name].inputs)
        assert " ".join((*trained_captioner.words_written(trace), trained_captioner.END)) == numbers["caption"]
        np.testing.assert_allclose(trace["V"].value[:, :10], np.array(numbers["features"])[:, :10], atol=0.03)
    six = READS.spell(MECHANISM.presets["six"].labels).split(", ")
    in_order = sorted(six, key=lambda thing: int(thing.split()[2]))
    assert said(", ".join(six)) == " then ".join(" ".join(thing.split()[:2]) for thing in in_order)
    assert said("red circle 50 50") == "red circle then red circle then red circle"
    equal = ", ".join(f"red circle {x} 50" for x in (10, 30, 50, 70, 90))
    assert 1 < said(equal).count("circle") < 5


def captions(things: int, scenes: int) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of random scenes with so many things: what is written, and what should be."""
    rng = np.random.default_rng(2024)
    examples = [detected(rng, rng.integers((4, 4), size=(things, 2))) for _ in range(scenes)]
    traces = [MECHANISM.trace({"V": each.features}) for each in examples]
    return [
        (trained_captioner.words_written(trace), each.caption) for trace, each in zip(traces, examples, strict=True)
    ]


def test_what_the_lesson_says_of_scenes_unlike_the_training() -> None:
    right = sum((*written, trained_captioner.END) == wanted for written, wanted in captions(6, 80))
    names = [written.count("then") + 1 for written, _ in captions(1, 48)]
    text = (Path(__file__).parents[3] / "assets" / "lessons" / "en" / "scene-captions.md").read_text(encoding="utf-8")
    assert f"Of 80 random scenes with six things {right} are captioned" in text
    assert set(names) == {2, 3}
    assert f"in {names.count(3)} of 48 random scenes and twice in the other {names.count(2)}" in text


def test_what_the_lesson_says_of_its_card() -> None:
    text = (Path(__file__).parents[3] / "assets" / "lessons" / "en" / "scene-captions.md").read_text(encoding="utf-8")
    looks = {kind: card("scene-captions")["attention"][kind] for kind in ("colour", "shape")}
    hits = {kind: round(100 * each["strongest region is the named one"]) for kind, each in looks.items()}
    assert f"at {hits['colour']} of 100 colours and at {hits['shape']} of 100 shapes" in text
    assert card("scene-captions")["accuracy"]["unseen scenes"] == 1000


def test_the_order_of_the_regions_does_not_matter() -> None:
    V, order = np.array(READS.fill(FIVE)[0]["V"]), [3, 0, 4, 1, 2]
    one, other = (MECHANISM.trace({"V": rows}) for rows in (V, V[order]))
    assert_close(other["alignment"].value, one["alignment"].value[:, order], 1e-9)
    assert trained_captioner.words_written(other) == trained_captioner.words_written(one)


# --- every step, some cells -------------------------------------------------------------------------------------------


def test_cells_equal_their_own_arithmetic_and_are_typeset() -> None:
    trace = typed(SHORT)
    early = [step for step in trace.computed if not step.time or step.time[1] <= 2]
    for step in (*early, *trace.gradients(at=(0, 1)).computed):
        for cell in some(step):
            scale = max(np.abs(each.value).max() for each in (step, *operands(step)))
            assert ex.evaluate(grounded(step, cell)) == pytest.approx(step.value[cell], rel=1e-11, abs=1e-11 * scale)
    for step in {step.base_name: step for step in early}.values():
        (cell,) = some(step, 1)
        assert_typeset(ex.symbols(ex.shortened(grounded(step, cell))))
        assert {operand for operand, _ in step.arithmetic(*cell).operands} <= set(operands(step))


def test_gradients_meet_finite_differences() -> None:
    V, nudge = np.array(READS.fill(SHORT)[0]["V"]), 1e-5
    slopes = MECHANISM.trace({"V": V}).gradients(at=(1, 9))["gradient of V"].value
    assert np.abs(slopes).max() > 1e-4
    for cell in list(np.ndindex(V.shape))[::3]:
        sides = []
        for by in (nudge, -nudge):
            moved = V.copy()
            moved[cell] += by
            sides.append(MECHANISM.trace({"V": moved}).output.value[1, 9])
        assert slopes[cell] == pytest.approx((sides[0] - sides[1]) / (2 * nudge), rel=1e-5, abs=1e-8)


# --- typed and drawn --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "text: is empty"),
        (" , ,", "text: is empty"),
        ("red circle", "text, thing 1: “red circle” is not a colour, a shape and two whole numbers"),
        (f"{SHORT}, pink star 1 1", "text, thing 3: “pink” is no colour it was trained on (red, green, blue, yellow)"),
        ("red <b> 1 1", "text, thing 1: “<b>” is no shape it was trained on (circle, square, star, cross)"),
        ("red star 101 50", "text, thing 1: places go from 0 to 100"),
        ("red star 1 1," * 9, "text: has more than 8 things, the most that can be read"),
        ("x" * 10**6, "text: has more than 8 things, the most that can be read"),
    ],
)
def test_a_scene_that_cannot_be_read_gets_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        READS.fill(text)
    assert str(caught.value) == sentence


def test_a_scene_comes_back_from_its_labels() -> None:
    for preset in MECHANISM.presets.values():
        assert READS.fill(READS.spell(preset.labels)) == (preset.inputs, preset.labels)
    assert READS.fill("Red  STAR ５ 5;") == READS.fill("red star 5 5")


def test_things_are_painted_in_their_boxes() -> None:
    V = np.array(READS.fill("red square 25 50, blue cross 75 50")[0]["V"])
    pixels, boxes = trained_captioner.painted_scene(V), trained_captioner.region_boxes(V)
    for corners, colour in zip(boxes, trained_captioner.PAINT[[0, 2]], strict=True):
        rows, columns = np.nonzero((pixels == colour).all(axis=-1))
        assert len(rows) > 10
        x0, y0, x1, y1 = corners
        assert x0 <= columns.min() <= columns.max() <= x1
        assert y0 <= rows.min() <= rows.max() <= y1
    assert np.isnan(pixels[0]).all()
    assert trained_captioner.painted_scene(np.full((2, 12), -1e9)).shape == pixels.shape


def test_a_region_has_twelve_numbers() -> None:
    with pytest.raises(InputError, match="must be 12 wide, not 3"):
        MECHANISM.trace({"V": [[1, 2, 3]]})
