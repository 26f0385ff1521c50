"""A sentence whose words attend to each other, alive under the pointer: what the home page opens with."""

from __future__ import annotations

from attention_core import Mechanism

from .component import component
from .stage import payload
from .structure import gallery
from .wire import WireSentence

_SENTENCE = component("sentence")


def sentence(mechanism: Mechanism, word: str, key: str) -> None:
    """Draw a mechanism’s first example with the weights of this word."""
    _SENTENCE(key=key, data=sentence_data(mechanism, word))


def sentence_data(mechanism: Mechanism, word: str) -> WireSentence:
    """The payload: the words are the rows of the first input, and all that follows from them goes along."""
    trace = mechanism.trace()
    given = trace.inputs[0]
    words = given.axes[0].labels
    sent = payload([trace.output], gallery("", [trace.output]), mode="gallery", editable=[given.name])
    return {
        "caption": "A sentence that reads itself",
        "steps": sent["steps"],
        "values": sent["values"],
        "given": given.name,
        "weights": "attention weights",
        "output": trace.output.name,
        "chosen": words.index(word) if word in words else 0,
    }
