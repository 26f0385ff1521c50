"""A sentence whose words attend to each other, alive under the pointer: what the home page opens with."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from attention_core import Mechanism
from attention_core.engine.language import say, to_say
from attention_core.mechanisms import MECHANISMS
from attention_stage.payload import payload
from attention_stage.structure import gallery

from .component import component
from .wire import WireSentence

SENTENCE = MECHANISMS["qkv-self-attention"]
WORD = "he"
PROMISE = to_say("Change any number of an attention computation; see every number that follows, and why.")
QUESTION = to_say("Which words does “he” read? Point at a word.")


@lru_cache(maxsize=1)
def _component() -> Any:
    return component("sentence")


def sentence(key: str) -> None:
    """Draw the first example of self-attention with the weights of one word."""
    _component()(key=key, data=sentence_data(SENTENCE, WORD))


def sentence_data(mechanism: Mechanism, word: str) -> WireSentence:
    """The payload: the words are the rows of the first input, and all that follows from them goes along."""
    trace = mechanism.trace()
    given = trace.inputs[0]
    words = given.axes[0].labels
    sent = payload([trace.output], gallery("", [trace.output]), mode="gallery", editable=[given.name])
    return {
        "caption": say("A sentence that reads itself"),
        "steps": sent["steps"],
        "values": sent["values"],
        "given": given.name,
        "weights": "attention weights",
        "output": trace.output.name,
        "chosen": words.index(word) if word in words else 0,
    }
