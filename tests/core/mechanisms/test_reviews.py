"""Attention on two floors and in four ways: what holds without golden numbers; and the trained reader of reviews."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Step, Trace
from attention_core.engine import expression as ex
from attention_core.engine.errors import InputError
from attention_core.lesson.trained_weights import card
from attention_core.mechanisms.the_zoo.hierarchical_attention import document_encoder, trained_reviews
from attention_core.mechanisms.the_zoo.hierarchical_attention import han as made_up
from attention_core.mechanisms.the_zoo.hierarchical_attention import han_simple as simple
from tests.core.helpers import assert_close, grounded, operands, recomputed, seeded
from tests.golden_numbers import GOLDEN, recorded
from training.reviews import reviews as drawn

KEYS = {mechanism.key: mechanism for mechanism in CURRICULUM}
HAN, SIMPLE, READER, MWAN = (KEYS[key] for key in ("han", "han-simple", "han-reviews", "mwan"))
every_file = pytest.mark.parametrize("other", [False, True], ids=trained_reviews.FILES.values())


def typed(text: str, other: bool = False) -> Trace:
    return READER.trace(*READER.reads.fill(text), other=other)


# --- two floors -------------------------------------------------------------------------------------------------------


def test_the_words_are_those_of_the_golden_documents() -> None:
    for mechanism, module in ((HAN, made_up), (SIMPLE, simple)):
        told = GOLDEN[mechanism.key]["inputs"]
        assert list(module.VOCABULARY[1:]) == told["vocab"][1:]
        trace = mechanism.trace()
        for row, there, ids in zip(trace["X"].value, trace["there"].value, told["document"], strict=True):
            assert list(row.argmax(axis=-1)[: len(ids)]) == ids
            assert list(there) == [float(n < len(ids) and ids[n] != 0) for n in range(len(there))]


def test_all_words_alike_is_the_golden_average() -> None:
    assert_close(
        document_encoder.mean_word_probabilities(SIMPLE.trace()),
        GOLDEN["han-simple"]["steps"]["without_attention"]["p"],
        1e-6,
    )


@pytest.mark.parametrize("mechanism", [HAN, SIMPLE], ids=["han", "han-simple"])
def test_padding_a_sentence_changes_nothing(mechanism: Any) -> None:
    """Wherever it stands: at the end of a sentence or between two words."""
    rng, first = seeded("padding"), mechanism.trace()
    for place in (0, 2, first["X"].size("word")):
        X = np.insert(first["X"].value, place, rng.integers(0, 2, size=8), axis=1)
        there = np.insert(first["there"].value, place, 0, axis=1)
        again = mechanism.trace({**mechanism.first.inputs, "X": X, "there": there})
        for name in ("sentence vectors", "sentence weights", "document", "output"):
            assert_close(again[name].value, first[name].value)
        assert_close(np.delete(again["shares"].value, place, axis=1), first["shares"].value)


def test_a_sentence_without_words_is_named() -> None:
    with pytest.raises(InputError, match="there, Sentence 2: has no words"):
        HAN.trace(HAN.first.inputs | {"there": [[1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]]}, HAN.first.labels)


# --- four ways --------------------------------------------------------------------------------------------------------


def test_minus_is_zero_for_equal_words_and_turns_its_sign_when_they_are_swapped() -> None:
    rng = seeded("minus")
    P, Q = rng.normal(size=(3, 3)), rng.normal(size=(5, 3))
    there, back = (MWAN.trace({"P": a, "Q": b})["minus scores"].value for a, b in ((P, Q), (Q, P)))
    assert_close(there, -back.T)
    assert not MWAN.trace({"P": P, "Q": P})["minus scores"].value.diagonal().any()


def test_where_each_way_looks_most() -> None:
    told = GOLDEN["mwan"]["facts"]["argmax_by_way"]
    found = MWAN.trace()["attention weights"].value.argmax(axis=-1)
    assert {way: list(row) for way, row in zip(told, found, strict=True)} == told


# --- the trained reader, against PyTorch ------------------------------------------------------------------------------


@every_file
def test_the_same_numbers_as_at_training(other: bool) -> None:
    for told in recorded(trained_reviews.FILES[other]):
        trace = typed(". ".join(told["review"]), other)
        assert trained_reviews.score_of(trace) == pytest.approx(told["score"], abs=1e-5)
        np.testing.assert_allclose(trace["sentence weights"].value, told["sentence weights"], rtol=0, atol=1e-5)
        for row, weights in zip(trace["word weights"].value, told["word weights"], strict=True):
            np.testing.assert_allclose(row[: len(weights)], weights, rtol=0, atol=1e-5)


@every_file
def test_fresh_reviews_it_never_saw_come_out_right(other: bool) -> None:
    examples = islice(drawn(np.random.default_rng(2024), unseen=True), 40)
    found = [
        trained_reviews.nearest_class(typed(". ".join(map(" ".join, each.sentences)), other)) == each.score
        for each in examples
    ]
    assert np.mean(found) >= 0.97


def test_what_the_lesson_says_of_the_probes() -> None:
    """The weights on "great" and "was", the scores of two opinions, and how often each file looks at the evidence."""
    first, second = (typed("the food was great. we had the coffee today", other) for other in (False, True))
    assert first["word weights"].value[0, 3] == pytest.approx(0.63, abs=0.005)
    assert second["word weights"].value[0, 2] == pytest.approx(0.96, abs=0.005)
    scores = [
        trained_reviews.score_of(typed("the food was great. the service was awful", other)) for other in (False, True)
    ]
    assert scores == pytest.approx([0.60, -0.93], abs=0.005)
    cards = [card(file) for file in trained_reviews.FILES.values()]
    assert [each["accuracy"] for each in cards] == [{"unseen reviews": 1000, "exact": 1.0}] * 2
    assert all(each["attention"]["strongest sentence is the opinion"] == 1 for each in cards)
    hits = [each["strongest sentence is the opinion"] for each in cards[0]["every seed"]]
    below = [round(100 * each) for each in hits if each < 1]
    assert (len(hits), len(below), min(below), max(below)) == (10, 6, 83, 89)
    looks = [each["attention"]["strongest word is the evidence"] for each in cards]
    assert looks == pytest.approx([0.96, 0.16], abs=0.005)
    assert [each["exact"] for each in cards[0]["every seed"]] == [1.0] * 10


def test_a_word_never_trained_is_shown_and_passed_over() -> None:
    known, unknown = typed("the was great. we had it"), typed("the Pizza was great. we had it")
    assert_close(unknown.output.value, known.output.value)
    (found,) = trained_reviews.picture(unknown)
    assert found.lines[0] == ("the", "pizza", "was", "great")
    assert [strength is None for strength in found.strengths[0]] == [False, True, False, False]


# --- the trained reader, some cells of every step ---------------------------------------------------------------------

SHORT = "the food was not great. we had it"


def some(step: Step, most: int = 2) -> list[tuple[int, ...]]:
    places = seeded(step.name).permutation(step.value.size)[:most]
    return [tuple(int(i) for i in np.unravel_index(place, step.value.shape)) for place in places]


def test_cells_equal_their_own_arithmetic() -> None:
    trace = typed(SHORT)
    for step in (*trace.computed, *trace.gradients(at=(0,)).computed):
        for cell in some(step):
            finite = [each.value[np.isfinite(each.value)] for each in (step, *operands(step))]
            scale = max(np.abs(each).max(initial=0.0) for each in finite)
            assert ex.evaluate(grounded(step, cell)) == pytest.approx(step.value[cell], rel=1e-11, abs=1e-11 * scale)


def test_unlit_cells_cannot_change_a_result() -> None:
    for step in typed(SHORT).computed:
        (cell,) = some(step, 1)
        changed = {each: seeded(step.name, each.name).normal(size=each.value.shape) for each in operands(step)}
        for owner, place in step.arithmetic(*cell).operands:
            changed[owner][place] = owner.value[place]
        assert recomputed(step, changed)[cell] == pytest.approx(step.value[cell], rel=1e-12)


def test_exported_script_computes_the_same() -> None:
    trace, printed = typed(SHORT), []
    with np.printoptions():
        exec(trace.to_numpy_code(), {"print": printed.append})
    assert printed[::2] == [step.name for step in trace.computed]
    for step, found in zip(trace.computed, printed[1::2], strict=True):
        assert_close(found, step.value)


# --- typed text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "text: has no words"),
        (" .!? ", "text: has no words"),
        ("good. " * 7, "text: has 7 sentences; at most 6 can be read"),
        ("good " * 13, "text, sentence 1: has 13 words; at most 12 can be read"),
        ("x" * 10**6, "text: has 1,000,000 characters; at most 1,440 can be read"),
        ("good. <b>", "text, sentence 2: has no word it was trained on. It knows average, awful, bad"),
    ],
)
def test_text_that_cannot_be_read_gets_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        READER.reads.fill(text)
    assert str(caught.value).startswith(sentence)


def test_text_comes_back_from_its_labels() -> None:
    for preset in READER.presets.values():
        assert READER.reads.fill(READER.reads.spell(preset.labels)) == (preset.inputs, preset.labels)
