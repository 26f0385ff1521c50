"""Induction heads: NumPy computes what PyTorch did, the measures count what they say, and the loss drops at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from attention_core import Trace
from attention_core.engine.errors import InputError
from attention_core.lesson.trained_weights import card
from attention_core.mechanisms.self_attention.induction_heads import induction_heads, two_layers
from tests.core.helpers import assert_close
from tests.golden_numbers import recorded
from tests.sampling import some
from training.repeats import ALPHABET, LENGTH, left_out, repeats

LESSON = induction_heads.MECHANISM
LAST = induction_heads.SNAPSHOTS[-1]


def typed(text: str, after: int = LAST) -> Trace:
    return LESSON.trace(*LESSON.reads.fill(text), after=after)


def fresh(count: int) -> list[str]:
    return [each.text for each in islice(repeats(np.random.default_rng(2024), unseen=True), count)]


# --- against PyTorch --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers", [pytest.param(each, id=f"{each['text'][:6]}-{each['step']}") for each in recorded("induction-heads")]
)
def test_the_same_numbers_as_in_pytorch(numbers: dict[str, Any]) -> None:
    trace = typed(numbers["text"], numbers["step"])
    np.testing.assert_allclose(trace["logits"].value, numbers["logits"], rtol=0, atol=1e-5)
    for layer, weights in enumerate(numbers["weights"], 1):
        np.testing.assert_allclose(trace[f"layer {layer}/attention weights"].value, weights, rtol=0, atol=1e-5)


# --- the measures -----------------------------------------------------------------------------------------------------


def test_keys_after_an_earlier_occurrence_are_found_by_comparing_letters() -> None:
    text = "abcabbac"
    wanted = [[float(0 < key <= query and text[key - 1] == text[query]) for key in range(8)] for query in range(8)]
    assert_close(typed(text)["after an earlier one"].value, wanted)


def test_measures_are_means_over_the_queries_that_count() -> None:
    text = "abcdabcd"
    trace = typed(text)
    for layer in (1, 2):
        A = trace[f"layer {layer}/attention weights"].value
        before = np.mean([A[:, query, query - 1] for query in range(1, 8)], axis=0)
        after = np.mean([A[:, query, query - 3] for query in range(4, 8)], axis=0)
        assert_close(trace[f"layer {layer}/previous token"].value, before)
        assert_close(trace[f"layer {layer}/induction"].value, after)


def test_losses_are_means_over_repeats_and_over_all_others() -> None:
    trace = typed("abcdabcd")
    P = trace.output.value
    each = np.array([-np.log(P[place, ALPHABET.index(came)]) for place, came in enumerate("bcdabcd")])
    assert_close(trace["loss"].value, [*each, 0])
    assert_close(trace["repeat"].value, [0, 0, 0, 0, 1, 1, 1, 0])
    assert_close(trace["loss on repeats"].value, each[4:].mean())
    assert_close(trace["loss elsewhere"].value, each[:4].mean())


def test_a_text_without_repeats_measures_nothing_and_is_no_error() -> None:
    for text in ("a", "abcd"):
        trace = typed(text)
        assert not trace["loss on repeats"].value
        assert not trace["layer 2/induction"].value.any()
        assert LESSON.picture(trace)


# --- what training did ------------------------------------------------------------------------------------------------


def test_fresh_strings_are_continued() -> None:
    right = []
    for text in fresh(20):
        trace = typed(text)
        likeliest = trace.output.value.argmax(axis=1)
        right += [ALPHABET[likeliest[n]] == text[n + 1] for n in np.flatnonzero(trace["repeat"].value)]
    assert np.mean(right) >= 0.95


def test_the_loss_drops_while_both_measures_rise() -> None:
    course = card("induction-heads")["course"]
    loss = np.array([each["loss on repeats"] for each in course])
    induction = np.array([max(each["induction"][1]) for each in course])
    previous = np.array([max(each["previous token"][0]) for each in course])
    assert loss[0] > 2
    assert loss[-1] < 0.3
    steepest = int(np.argmin(loss[3:] - loss[:-3]))
    assert loss[steepest] - loss[steepest + 3] > 1
    assert induction[steepest + 3] > induction[steepest] + 0.3
    assert induction[-1] > 0.8 > 0.2 > induction[0]
    assert previous[-1] > 0.4 > 0.2 > previous[0]


def test_more_letters_than_there_are_places_are_refused() -> None:
    with pytest.raises(InputError, match=f"at most {LENGTH}"):
        LESSON.reads.fill("a" * (LENGTH + 1))
    with pytest.raises(InputError, match=f"at most {LENGTH}"):
        LESSON.trace({"X": np.eye(16)[[0] * (LENGTH + 1)]})


def test_what_is_recorded_was_held_out() -> None:
    for numbers in recorded("induction-heads"):
        letters = [ALPHABET.index(letter) for letter in numbers["text"]]
        period = letters.index(letters[0], 1)
        assert left_out(np.array(letters[:period]))


# --- one head off, and other seeds ------------------------------------------------------------------------------------

HELD_OUT = 12345  # the seed of training/learning.py


@pytest.mark.parametrize("head", some([*two_layers.without()], ["head 1.1"]))
def test_a_head_that_is_off_costs_what_the_card_says(head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    layer, number = map(int, head.removeprefix("head ").split("."))
    weights = two_layers.weights

    def one_off(*given: Any) -> dict[str, Any]:
        found = weights(*given)
        name = f"W_o {layer}"
        halves = np.split(found[name].value, two_layers.HEADS, axis=1)
        halves[number - 1] = np.zeros_like(halves[number - 1])
        return {**found, name: replace(found[name], value=np.concatenate(halves, axis=1))}

    monkeypatch.setattr(two_layers, "weights", one_off)
    examples = list(islice(repeats(np.random.default_rng(HELD_OUT), unseen=True), 300))
    costs = [typed(each.text)["loss"].value[each.period : -1] for each in examples]
    assert np.mean(np.concatenate(costs)) == pytest.approx(two_layers.without()[head]["loss on repeats"], abs=1e-3)


def test_the_heads_form_from_every_seed_that_was_tried() -> None:
    seeds = two_layers.seeds()
    assert len(seeds) >= 4
    assert two_layers.told(LAST)["loss on repeats"] == pytest.approx(seeds[0]["loss on repeats"], abs=0.01)
    for each in seeds:
        assert each["right on repeats"] > 0.99, each
        assert each["best induction, layer 2"] > 0.8, each
