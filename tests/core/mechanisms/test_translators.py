"""The trained translators: their weights do what their cards say, and NumPy computes what PyTorch computed."""

from __future__ import annotations

import ast
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attention_core import Mechanism, Step, Trace
from attention_core.engine import expression as ex
from attention_core.engine.errors import InputError
from attention_core.lesson.trained_weights import arrays, card
from attention_core.mechanisms.sequence_to_sequence.a_trained_translator import trained_translator
from tests import sampling
from tests.core.engine.test_every_step import assert_typeset
from tests.core.helpers import TRANSLATORS, assert_close, grounded, operands, recomputed, seeded
from tests.golden_numbers import recorded
from training.data import LONGEST, SHORTEST, SPELLINGS, TASKS, dates, left_out, spelled

ROOT = Path(__file__).parents[3]
SHORT = {"date-translator": "3.4.99", "reversal-translator": "27", "induction-heads": "aba"}
every_translator = pytest.mark.parametrize("mechanism", [pytest.param(each, id=each.key) for each in TRANSLATORS])
every_task = pytest.mark.parametrize("task", TASKS)
FRESH, SEED = sampling.some(100, 40), 2024


def typed(mechanism: Mechanism, text: str) -> Trace:
    return mechanism.trace(*mechanism.reads.fill(text))


def insight(key: str) -> str:
    text = (ROOT / "assets" / "lessons" / "en" / f"{key}.md").read_text(encoding="utf-8")
    return text.split("## Insight")[1]


def reader(task: str) -> Mechanism:
    return next(each for each in TRANSLATORS if each.key == task)


# --- against PyTorch --------------------------------------------------------------------------------------------------


def softmax(logits: Any) -> np.ndarray:
    powers = np.exp(np.array(logits) - np.max(logits, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("task", "numbers"),
    [pytest.param(task, each, id=f"{task}-{each['source']}") for task in TASKS for each in recorded(task)],
)
def test_the_same_numbers_as_at_training(task: str, numbers: dict[str, Any]) -> None:
    """Recorded by training/ with PyTorch, in double precision, on strings that were held out."""
    trace = typed(reader(task), numbers["source"])
    assert trained_translator.text_written(trace) == numbers["target"]
    np.testing.assert_allclose(trace["alignment"].value, numbers["weights"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(trace["output"].value, softmax(numbers["logits"]), rtol=0, atol=1e-5)


# --- how well they do -------------------------------------------------------------------------------------------------


@every_task
def test_fresh_strings_it_never_saw_come_out_right(task: str) -> None:
    examples = list(islice(TASKS[task].draw(np.random.default_rng(SEED), unseen=True), FRESH))
    right = [trained_translator.text_written(typed(reader(task), each.source)) == each.target for each in examples]
    assert np.mean(right) >= 0.97


def test_the_reversal_looks_along_the_other_diagonal() -> None:
    hits = []
    for example in islice(TASKS["reversal-translator"].draw(np.random.default_rng(SEED), unseen=True), 30):
        looks = typed(reader("reversal-translator"), example.source)["alignment"].value[: len(example.source)]
        hits += list(looks.argmax(axis=1) == np.arange(len(looks))[::-1])
    assert np.mean(hits) >= 0.97


def test_the_cards_say_what_was_asked_for() -> None:
    assert card("date-translator")["accuracy"] == card("date-translator")["accuracy"] | {"unseen strings": 2000}
    assert card("date-translator")["accuracy"]["exact"] >= 0.99
    assert card("reversal-translator")["accuracy"]["exact"] == 1
    assert card("reversal-translator")["alignment"]["strongest weight on the antidiagonal"] >= 0.99


@every_task
def test_a_card_fits_its_weights(task: str) -> None:
    told = card(task)
    assert (ROOT / "attention_core" / "data" / "weights" / f"{task}.npz").stat().st_size <= 200_000
    assert sum(array.size for array in arrays(task).values()) == told["parameters"]
    assert (told["read"], told["written"]) == (TASKS[task].read, TASKS[task].written)
    pinned = (ROOT / "training" / "requirements.txt").read_text(encoding="utf-8")
    assert f"torch=={told['versions']['torch'].split('+')[0]}" in pinned


@pytest.mark.parametrize(
    ("key", "text", "written"),
    [
        ("date-translator", "sat march 4 2023", "2023-03-04"),
        ("date-translator", "30 february 2020", "2020-02-30"),
        ("date-translator", "1979年5月3日", "1979-05-03"),
        ("date-translator", "Saturday 23 MARCH 2024 ", "2024-03-23"),
        ("reversal-translator", "123456789", "987654321"),
        ("reversal-translator", "7", "77"),
    ],
)
def test_what_the_lessons_say_of_the_probes(key: str, text: str, written: str) -> None:
    mechanism = next(each for each in TRANSLATORS if each.key == key)
    assert trained_translator.text_written(typed(mechanism, text)) == written


@pytest.mark.parametrize(
    ("spelling", "right"),
    [
        ("{wkd} {month} {day} {year}", 12),
        ("{weekday}, {month} {day} {year}", 12),
        ("{year} {month} {day}", 0),
        ("{year}.{mm}.{dd}", 0),
        ("{number}/{day}/{year}", 0),
    ],
)
def test_what_the_lesson_says_of_spellings_never_trained(spelling: str, right: int) -> None:
    """Twelve days that were left out of the training. Its Insight counts them, with the first of them as examples."""
    assert spelling not in SPELLINGS
    days = (np.datetime64(each.target).item() for each in islice(dates(np.random.default_rng(SEED), unseen=True), 12))
    examples = [spelled(day, spelling) for day in days]
    written = [trained_translator.text_written(typed(reader("date-translator"), each.source)) for each in examples]
    assert sum(text == each.target for text, each in zip(written, examples, strict=True)) == right
    assert f"“{examples[0].source}”" in insight("date-translator")


@pytest.mark.parametrize(
    ("length", "right"), sampling.some([(9, 39), (10, 31), (11, 11), (12, 1), (14, 0)], [(11, 11)])
)
def test_what_the_lesson_says_of_longer_strings(length: int, right: int) -> None:
    rng = np.random.default_rng(SEED)
    texts = ["".join(map(str, rng.integers(10, size=length))) for _ in range(40)]
    written = [trained_translator.text_written(typed(reader("reversal-translator"), text)) for text in texts]
    assert sum(found == text[::-1] for found, text in zip(written, texts, strict=True)) == right


def test_digits_have_rows_as_unlike_as_digits_and_letters() -> None:
    rows = arrays("date-translator")["E_x"]
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    alphabet = reader("date-translator").reads.alphabet
    digits = rows[[each.isdecimal() for each in alphabet]]
    letters = rows[[each.isascii() and each.isalpha() for each in alphabet]]
    between = digits @ digits.T
    assert abs(between[~np.eye(10, dtype=bool)].mean()) < 0.05
    assert abs((digits @ letters.T).mean()) < 0.05


def test_what_the_lessons_say_of_their_cards() -> None:
    inside = card("date-translator")["alignment"]["strongest weight inside the right field"]
    text = (ROOT / "assets" / "lessons" / "en" / "date-translator.md").read_text(encoding="utf-8")
    assert f"for {int(100 * inside)} of 100 digits" in text


def test_a_spelling_never_trained_is_wrong_and_confident() -> None:
    trace = typed(reader("date-translator"), "5/3/1979")
    month = trace["output"].value[5:7].max(axis=-1)
    assert trained_translator.text_written(trace)[5:7] == "13"
    assert (month > 0.9).all()


# --- what they were trained on ----------------------------------------------------------------------------------------


def test_no_spelling_of_a_left_out_day_is_trained_on() -> None:
    for unseen in (False, True):
        days = {each.target for each in islice(dates(np.random.default_rng(1), unseen), 500)}
        assert {left_out(np.datetime64(day).item()) for day in days} == {unseen}


def test_parts_of_a_date_stand_where_they_are_said_to() -> None:
    found = spelled(np.datetime64("2024-03-05").item(), SPELLINGS[4])
    assert found.source == "tue, 5 mar 2024"
    assert {part: found.source[slice(*span)] for part, span in found.spans.items()} == {
        "day": "5",
        "month": "mar",
        "year": "2024",
    }


def test_strings_of_digits_have_the_lengths_that_are_told() -> None:
    lengths = {len(each.source) for each in islice(TASKS["reversal-translator"].draw(np.random.default_rng(1)), 300)}
    assert (min(lengths), max(lengths)) == (SHORTEST, LONGEST)


def test_neither_the_app_nor_its_tests_import_what_only_training_needs() -> None:
    files = [file for folder in ("attention_core", "ui", "pages", "tests") for file in (ROOT / folder).rglob("*.py")]
    for file in [*files, ROOT / "training" / "data.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "torch" for name in names), file


# --- every step, some cells -------------------------------------------------------------------------------------------


def some(step: Step, most: int = 2) -> list[tuple[int, ...]]:
    places = seeded(step.name).permutation(step.value.size)[:most]
    return [tuple(int(i) for i in np.unravel_index(place, step.value.shape)) for place in places]


@every_translator
def test_cells_equal_their_own_arithmetic(mechanism: Mechanism) -> None:
    trace = typed(mechanism, SHORT[mechanism.key])
    backward = trace.gradients(at=(0, 1))
    last = {step.base_name: step for step in (*trace.computed, *backward.computed)}  # by default one of each kind
    for step in sampling.some((*trace.computed, *backward.computed), last.values()):
        for cell in some(step):
            scale = max(np.abs(each.value).max() for each in (step, *operands(step)))
            assert ex.evaluate(grounded(step, cell)) == pytest.approx(step.value[cell], rel=1e-11, abs=1e-11 * scale)


@every_translator
def test_arithmetic_is_typeset_and_names_shown_operands_only(mechanism: Mechanism) -> None:
    for step in {step.base_name: step for step in typed(mechanism, SHORT[mechanism.key]).computed}.values():
        arithmetic = step.arithmetic(*some(step, 1)[0])
        assert_typeset(ex.symbols(ex.shortened(grounded(step, some(step, 1)[0]))))
        assert {operand for operand, _ in arithmetic.operands} <= set(operands(step))


@every_translator
def test_unlit_cells_cannot_change_a_result(mechanism: Mechanism) -> None:
    for step in typed(mechanism, SHORT[mechanism.key]).computed:
        (cell,) = some(step, 1)
        changed = {each: seeded(step.name, each.name).normal(size=each.value.shape) for each in operands(step)}
        for owner, place in step.arithmetic(*cell).operands:
            changed[owner][place] = owner.value[place]
        assert recomputed(step, changed)[cell] == pytest.approx(step.value[cell], rel=1e-12)


@every_translator
def test_gradients_meet_finite_differences(mechanism: Mechanism) -> None:
    inputs, labels = mechanism.reads.fill(SHORT[mechanism.key])
    start, nudge = np.array(inputs["X"]), 1e-5
    slopes = typed(mechanism, SHORT[mechanism.key]).gradients(at=(1, 2))["gradient of X"].value
    for cell in [(0, 0), *map(tuple, np.argwhere(start))]:
        moved = []
        for by in (nudge, -nudge):
            table = start.copy()
            table[cell] += by
            moved.append(mechanism.trace({"X": table}, labels).output.value[1, 2])
        assert slopes[cell] == pytest.approx((moved[0] - moved[1]) / (2 * nudge), rel=1e-5, abs=1e-8)


@every_translator
def test_exported_script_computes_the_same(mechanism: Mechanism) -> None:
    trace, printed = typed(mechanism, SHORT[mechanism.key]), []
    with np.printoptions():
        exec(trace.to_numpy_code(), {"print": printed.append})
    assert printed[::2] == [step.name for step in trace.computed]
    for step, found in zip(trace.computed, printed[1::2], strict=True):
        assert_close(found, step.value)


# --- typed text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "text: is empty"),
        ("   ", "text: is empty"),
        ("x" * 41, "text: has 41 characters; at most 40 can be read"),
        ("1" * 10**6, "text: has 1,000,000 characters; at most 40 can be read"),
        ("5 märz", "text, character 4: “ä” is in nothing it was trained on, so it has no numbers for it"),
        ("5\x00", "text, character 2: U+0000 is in nothing it was trained on, so it has no numbers for it"),
        ("<b>", "text, character 1: “<” is in nothing it was trained on, so it has no numbers for it"),
        ("5\ud800", "text, character 2: U+D800 is in nothing it was trained on, so it has no numbers for it"),
    ],
)
def test_text_that_cannot_be_read_gets_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        reader("date-translator").reads.fill(text)
    assert str(caught.value) == sentence


def test_text_is_read_without_regard_to_case_and_width() -> None:
    reads = reader("date-translator").reads
    assert reads.fill("５ March 2024 ") == reads.fill("5 march 2024")


@every_translator
def test_text_comes_back_from_its_labels(mechanism: Mechanism) -> None:
    for preset in mechanism.presets.values():
        assert mechanism.reads.fill(mechanism.reads.spell(preset.labels)) == (preset.inputs, preset.labels)


@every_task
def test_writing_ends_even_where_the_end_is_not_written(task: str) -> None:
    mechanism = reader(task)
    for text in ("1" * 40, "9" * 40, "12" * 20):
        assert len(typed(mechanism, text).output.value) <= trained_translator.MOST
