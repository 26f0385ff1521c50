"""What a language model says next: choices, the lens over its layers, and writing with a cache."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.models import ModelError, likeliest
from tests.core.models.helpers import LANGUAGE, TEXT, tiny

families = pytest.mark.parametrize("family", LANGUAGE)


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()


@families
def test_probabilities_of_the_next_word(family: str) -> None:
    trace = tiny(family).trace(TEXT)
    last = trace.output.value[-1]
    assert np.allclose(trace.next_tokens().output.value, softmax(last))
    assert np.allclose(trace.next_tokens(temperature=0.5).output.value, softmax(2 * last))
    best = trace.likeliest(3)
    assert [guess.id for guess in best] == np.argsort(-last)[:3].tolist()
    assert best[0].probability == pytest.approx(softmax(last).max())
    assert best[0].piece == trace.output.axis("word").labels[best[0].id]


@families
def test_top_k_and_top_p_leave_the_likeliest_words(family: str) -> None:
    trace = tiny(family).trace(TEXT)
    full = trace.next_tokens().output.value
    order = np.argsort(-full)
    few = trace.next_tokens(top_k=4).output.value
    assert [guess.id for guess in trace.likeliest(9, top_k=4)] == order[:4].tolist()
    assert set(np.flatnonzero(few)) == set(order[:4])
    assert few[order[:4]] == pytest.approx(full[order[:4]] / full[order[:4]].sum())
    most = 0.7
    count = int(np.argmax(np.cumsum(full[order]) >= most)) + 1
    nucleus = trace.next_tokens(top_p=most).output.value
    assert set(np.flatnonzero(nucleus)) == set(order[:count])
    both = trace.next_tokens(top_k=4, top_p=0.5, temperature=2.0)
    warm = softmax(trace.output.value[-1] / 2)[order[:4]]
    assert np.count_nonzero(both.output.value) == int(np.argmax(np.cumsum(warm / warm.sum()) >= 0.5)) + 1
    assert trace.next_tokens(top_p=1.0, top_k=10**9).output.value == pytest.approx(full)
    assert [step.name for step in both] == [
        "last logits", "logits by temperature", "kept words", "kept logits", "next-token probabilities",
    ]  # fmt: skip


@pytest.mark.parametrize("choice", [{"temperature": 0.0}, {"temperature": np.nan}, {"top_k": 0}, {"top_p": 0.0}])
def test_a_choice_that_leaves_nothing_is_refused(choice: dict[str, float]) -> None:
    with pytest.raises(ModelError):
        tiny("gpt2").trace(TEXT).next_tokens(**choice)  # type: ignore[arg-type]


@families
def test_the_lens_ends_in_what_the_model_says(family: str) -> None:
    trace = tiny(family).trace(TEXT)
    found = trace.lens()
    assert found.output.axis("layer").labels == ("0", "1", "2")
    assert found.output.value[-1] == pytest.approx(trace.next_tokens().output.value)
    assert found.output.value.sum(axis=-1) == pytest.approx(np.ones(3))
    early = tiny(family).trace(TEXT, without=[1, 2])
    assert found.output.value[0] == pytest.approx(early.next_tokens().output.value)
    assert trace.lens(2).output.value[-1] == pytest.approx(softmax(trace.output.value[2]))


@families
def test_writing_with_a_cache_gives_the_numbers_of_reading_it_all(family: str) -> None:
    model = tiny(family)
    written = list(model.generate(TEXT, 5))
    assert [len(each.trace.tokens) for each in written] == [len(model.tokens(TEXT)), 1, 1, 1, 1]
    ids = [token.id for token in model.tokens(TEXT)] + [each.token.id for each in written]
    last = written[-1]
    whole = model.forward(replaced(model.trace(TEXT), ids[:-1]), model.trace(TEXT).run.off)  # type: ignore[union-attr, arg-type]
    assert last.trace["logits"].value[-1] == pytest.approx(whole["logits"].value[-1], abs=1e-9)
    kept = last.trace["layer 2/all keys"]
    name = "layer 2/rotated keys" if family == "llama" else "layer 2/keys"
    assert kept.value == pytest.approx(whole[name].value, abs=1e-9)
    assert last.trace["layer 2/cached keys"].size("key") == len(ids) - 2
    assert last.token.id == int(last.trace["logits"].value[-1].argmax())
    assert last.probability == pytest.approx(softmax(last.trace["logits"].value[-1]).max())


def replaced(trace, ids):  # type: ignore[no-untyped-def]
    """The run of a trace with other tokens."""
    from dataclasses import replace

    from attention_core.models import Token

    return replace(trace.run, tokens=tuple(Token(each, str(each)) for each in ids))


def test_a_drawn_text_is_drawn_by_its_seed() -> None:
    model = tiny("llama")

    def text(seed: int) -> list[int]:
        return [each.token.id for each in model.generate(TEXT, 6, temperature=3.0, seed=seed)]

    assert text(1) == text(1)
    assert len({tuple(text(seed)) for seed in range(4)}) > 1


def test_writing_ends_where_the_model_has_no_more_positions() -> None:
    model = tiny("gpt2")
    written = list(model.generate(TEXT, 1000, temperature=1.0, top_k=200, seed=3))
    count = len(model.tokens(TEXT)) + len(written)
    assert count == model.config.positions + 1 or written[-1].token.id in model.config.ends


def test_kinds_are_told_apart() -> None:
    with pytest.raises(ModelError, match=r"bert is of the kind encoder"):
        tiny("bert").trace(TEXT).next_tokens()
    with pytest.raises(ModelError, match="needs the kind encoder"):
        tiny("gpt2").similarity("a", "b")
    with pytest.raises(ModelError, match="needs the kind language model"):
        next(tiny("bert").generate("a"))
    assert likeliest(tiny("gpt2").trace(TEXT).next_tokens().output, 2)[0].probability > 0
