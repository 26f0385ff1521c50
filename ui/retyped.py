"""Names, sizes and sentences that are typed for a whole axis of a lesson's inputs. It imports no Streamlit."""

from __future__ import annotations

import re

from attention_core.engine.errors import InputError
from attention_core.engine.language import label_said, say, term, to_say
from attention_core.lesson.words import RULE

from .sentence import embeddings, tokens_of
from .state import MAPPED, WORD_AXES, Numbers

NAMES_HELP = to_say("Separated by commas. A name more adds a copy of the last token, a name less removes the last.")
SENTENCE = to_say("A sentence of your own")
EXAMPLE = "Bark is very cute and he is a dog"
USE_SENTENCE = to_say("Use the sentence")


def names_title(axis: str) -> str:
    """What the field with the names along an axis is called."""
    name = term(axis)
    return say("Tokens along “{axis}”", axis=name) if axis in WORD_AXES else say("Names along “{axis}”", axis=name)


def size_title(axis: str) -> str:
    """What the field with the size of an axis is called."""
    return say("{axis} size", axis=term(axis).capitalize())


def nameless_sizes(numbers: Numbers) -> dict[str, int]:
    """The sizes of the axes whose positions carry no names."""
    return {axis: size for axis, size in numbers.sizes().items() if axis not in numbers.token_axes()}


def about_sentence() -> str:
    """Where the vectors of a sentence come from."""
    return say(
        "Its vectors are made up: each word draws its numbers from a seed of its own letters; nothing was trained. "
        "{rule}",
        rule=say(RULE),
    )


def renamed(numbers: Numbers, axis: str, text: str) -> Numbers:
    """Other names along an axis, separated by commas; its size follows. Raises InputError where there are none.

    A name that is shown in the language of the page stays the one it is.
    """
    kept = {label_said(name): name for name in numbers.names(axis)}
    typed = (part.strip()[:40] for part in re.split("[,，、]", text))
    names = tuple(kept.get(part, part) for part in typed if part)
    if not names:
        raise InputError(say("tokens along “{axis}”", axis=term(axis)), "", say("needs at least one name"))
    if len(names) > MAPPED:
        raise InputError(
            say("tokens along “{axis}”", axis=term(axis)),
            "",
            say("has {count} names; at most {mapped} can be shown", count=len(names), mapped=MAPPED),
        )
    return numbers.resized(axis, len(names)).with_labels(axis, names)


def with_sentence(numbers: Numbers, axis: str, text: str) -> Numbers:
    """The words of a sentence along an axis, with made-up vectors. Raises InputError where there are none."""
    tokens = tokens_of(text)
    numbers = numbers.resized(axis, len(tokens)).with_labels(axis, tokens)
    for name in numbers.mechanism.inputs:
        if numbers.has_vector_per_word(name, axis):
            numbers = numbers.with_input(name, embeddings(tokens, numbers.inputs[name].shape[1]))
    return numbers
