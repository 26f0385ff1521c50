"""What is to be seen in real weights: places in the microscope, each with what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from ui.wire import WireDiscovery

MINILM, SMOLLM2 = "all-minilm-l6-v2", "smollm2-135m-instruct"
BARK = "Bark is very cute and he is a dog"
TWINS = "the cat saw the dog and the dog saw the cat"
COUNTED = "one two three one two three one two"
CAPITAL = "The capital of France is"


@dataclass(frozen=True)
class Discovery:
    """A head of a model on a text, in two sentences.

    asks: the word whose row is shown, "" for none. claim: the measure that it is about, and how much of it the head has
    at least.
    """

    title: str
    about: str
    model: str
    text: str
    layer: int
    head: int
    asks: str
    claim: tuple[str, float]

    def wire(self) -> WireDiscovery:
        """The link."""
        parts = {"model": self.model, "text": self.text, "layer": self.layer, "head": self.head}
        if self.asks:
            parts |= {"token": self.text.split().index(self.asks) + 2, "as": "lines"}  # a mark stands before the words
        else:
            parts |= {"sort": self.claim[0]}
        return {"title": self.title, "about": self.about, "query": urlencode(parts)}


DISCOVERIES: tuple[Discovery, ...] = (
    Discovery(
        "“he” finds “bark”",
        "In the last layer of MiniLM one head sends “he” to “bark” with most of its weight. Point at the other words, "
        "too, before you call it a head for pronouns.",
        MINILM, BARK, 6, 12, "he", ("first", 0.0),
    ),
    Discovery(
        "A head that reads the token before",
        "Head 3 of the first layer gives nearly all its weight to the token before, whatever the words are. The map "
        "is one diagonal.",
        MINILM, BARK, 1, 3, "", ("previous", 0.99),
    ),
    Discovery(
        "A place to rest",
        "Where a head of MiniLM finds nothing to do, its weight goes to the mark at the start. Switch the head "
        "off, and see how much that changes.",
        MINILM, BARK, 3, 8, "", ("first", 0.8),
    ),
    Discovery(
        "Twins find each other",
        "Words that stand in the sentence twice read each other in this head. Both “cat” and both “dog” do.",
        MINILM, TWINS, 3, 10, "", ("same", 0.6),
    ),
    Discovery(
        "An induction head",
        "Each word reads what came after it the last time, which is what a language model needs to go on with a "
        "pattern. Four tenths of the weight go there.",
        SMOLLM2, COUNTED, 18, 6, "", ("induction", 0.4),
    ),
    Discovery(
        "The token before, in a language model",
        "An induction head needs another head below it that reads the token before. Here it is, in layer 2.",
        SMOLLM2, COUNTED, 2, 3, "", ("previous", 0.85),
    ),
    Discovery(
        "An attention sink",
        "All weight of this head goes to the first token, which says nothing about the question. Weights have to "
        "add up to 1, and this is where they are put.",
        SMOLLM2, CAPITAL, 19, 9, "", ("first", 0.99),
    ),
)  # fmt: skip
