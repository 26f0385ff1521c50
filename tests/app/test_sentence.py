"""A sentence of the learner's own: tokens in any script, and made-up vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_core.engine.errors import InputError
from ui.sentence import embeddings, tokens_of

from .helpers import quick

DOG = [-0.9, 1.3, 0.3, 1.3]
SCRIPTS = {
    "हिन्दी भाषा": ("हिन्दी", "भाषा"),
    "كِتَابٌ جَمِيل": ("كِتَابٌ", "جَمِيل"),
    "שָׁלוֹם עולם": ("שָׁלוֹם", "עולם"),
    "e\u0301te\u0301 là": ("e\u0301te\u0301", "là"),
    "注意力 is all": ("注", "意", "力", "is", "all"),
    "かな、カナー": ("か", "な", "、", "カ", "ナ", "ー"),
    "น้ำ": ("น้", "ำ"),
    "한국어 문장": ("한국어", "문장"),
    "👩\u200d👩\u200d👧 ok 👍🏽": ("👩\u200d👩\u200d👧", "ok", "👍", "🏽"),
}


@pytest.mark.parametrize(("text", "tokens"), SCRIPTS.items(), ids=str)
def test_a_mark_belongs_to_its_letter_and_scripts_without_blanks_fall_into_letters(
    text: str, tokens: tuple[str, ...]
) -> None:
    assert tokens_of(text) == tokens


def test_words_and_marks_are_tokens() -> None:
    assert tokens_of("Don’t panic, it's 42!") == ("Don’t", "panic", ",", "it's", "42", "!")


@pytest.mark.parametrize("token", ["<img src=x onerror=alert(1)>", r"$\frac{"])
def test_hostile_text_is_tokens_like_any_other(token: str) -> None:
    assert "".join(tokens_of(token)) == token.replace(" ", "")


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_sentence_without_words_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="sentence: has no word in it"):
        tokens_of(text)


@pytest.mark.parametrize("text", ["a " * 50_000, "a" * 40 + " b" * 49_980], ids=["100,000 characters", "one long word"])
def test_a_sentence_too_long_is_refused_with_its_length(text: str) -> None:
    with pytest.raises(InputError, match=r"sentence: has (50,000|49,981) tokens; at most 512 can be shown"):
        tokens_of(text)


def test_one_word_of_100_000_characters_is_cut() -> None:
    assert tokens_of("a" * 100_000) == ("a" * 40,)


def test_equal_words_get_equal_vectors() -> None:
    first, second, third = embeddings(("Bark", "dog", "bark"), 5)
    assert np.array_equal(first, third)
    assert not np.array_equal(first, second)


def test_vectors_are_the_same_every_time() -> None:
    """Fixed numbers: a link made today must mean the same after an update."""
    assert embeddings(("dog",), 4).tolist() == embeddings(("dog", "cat"), 4)[:1].tolist() == [DOG]


@quick
@given(st.text(max_size=30), st.integers(1, 12))
def test_any_sentence_gives_finite_vectors_or_an_input_error(text: str, width: int) -> None:
    try:
        tokens = tokens_of(text)
    except InputError:
        assert not text.strip() or not any(character.isprintable() for character in text)
    else:
        assert embeddings(tokens, width).shape == (len(tokens), width)
        assert np.isfinite(embeddings(tokens, width)).all()
