"""What is to be seen in real weights: places in the microscope, each with what it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from attention_core.engine.language import spoken, to_say
from ui.wire import WireDiscovery

RECORDED = "recorded"  # in place of a model's key
MINILM, SMOLLM2 = "all-minilm-l6-v2", "smollm2-135m-instruct"
BARK = "Bark is very cute and he is a dog"
TWINS = "the cat saw the dog and the dog saw the cat"
COUNTED = "one two three one two three one two"
CAPITAL = "The capital of France is"


@spoken("title", "about")
@dataclass(frozen=True)
class Discovery:
    """A head of a model on a text, in two sentences.

    asks: the word whose row is shown, "" for none. claim: the measure that it is about, and how much of it the head has
    at least. proves: keys of the lessons that it proves, whose pages lead here.
    """

    title: str
    about: str
    model: str
    text: str
    layer: int
    head: int
    asks: str
    claim: tuple[str, float]
    proves: tuple[str, ...] = ()

    @property
    def is_recorded(self) -> bool:
        """Whether the run that comes with the atlas shows it too."""
        return (self.model, self.text) == (MINILM, BARK)

    def model_among(self, models: Collection[str]) -> str | None:
        """The model it is shown in: its own, else the recorded run where that has it; None where neither is there."""
        if self.model in models:
            return self.model
        return RECORDED if self.is_recorded else None

    def query(self, model: str) -> dict[str, str]:
        """The query of its address. model: its own, or the recorded run, which has one text."""
        parts = {"model": model, "layer": self.layer, "head": self.head}
        if model != RECORDED:
            parts["text"] = self.text
        if self.asks:
            parts |= {"token": self.text.split().index(self.asks) + 2, "as": "lines"}  # a mark stands before the words
        else:
            parts |= {"sort": self.claim[0]}
        return {name: str(part) for name, part in parts.items()}

    def wire(self, model: str) -> WireDiscovery:
        """The link to it in a model, or in the recorded run."""
        return {"title": self.title, "about": self.about, "query": urlencode(self.query(model))}


DISCOVERIES: tuple[Discovery, ...] = (
    Discovery(
        to_say("“he” finds “bark”"),
        to_say(
            "In the last layer of MiniLM one head sends “he” to “bark” with most of its weight. Point at the "
            "other words, too, before you call it a head for pronouns."
        ),
        MINILM, BARK, 6, 12, "he", ("first", 0.0),
        ("illustrated-self-attention", "qkv-self-attention", "multi-head-bark"),
    ),
    Discovery(
        to_say("A head that reads the token before"),
        to_say(
            "Head 3 of the first layer gives nearly all its weight to the token before, whatever the words "
            "are. The map is one diagonal."
        ),
        MINILM, BARK, 1, 3, "", ("previous", 0.99),
        ("multi-head-attention", "sinusoidal-positional-encoding"),
    ),
    Discovery(
        to_say("A place to rest"),
        to_say(
            "Where a head of MiniLM finds nothing to do, its weight goes to the mark at the start. Switch "
            "the head off, and see how much that changes."
        ),
        MINILM, BARK, 3, 8, "", ("first", 0.8),
        ("attention-sink",),
    ),
    Discovery(
        to_say("Twins find each other"),
        to_say("Words that stand in the sentence twice read each other in this head. Both “cat” and both “dog” do."),
        MINILM, TWINS, 3, 10, "", ("same", 0.6),
        ("similarity-functions",),
    ),
    Discovery(
        to_say("An induction head"),
        to_say(
            "Each word reads what came after it the last time, which is what a language model needs to go on "
            "with a pattern. Four tenths of the weight go there."
        ),
        SMOLLM2, COUNTED, 18, 6, "", ("induction", 0.4),
        ("induction-heads",),
    ),
    Discovery(
        to_say("The token before, in a language model"),
        to_say("An induction head needs another head below it that reads the token before. Here it is, in layer 2."),
        SMOLLM2, COUNTED, 2, 3, "", ("previous", 0.85),
        ("induction-heads",),
    ),
    Discovery(
        to_say("An attention sink"),
        to_say(
            "All weight of this head goes to the first token, which says nothing about the question. Weights "
            "have to add up to 1, and this is where they are put."
        ),
        SMOLLM2, CAPITAL, 19, 9, "", ("first", 0.99),
        ("attention-sink", "why-softmax"),
    ),
)  # fmt: skip


def shown(models: Collection[str], lesson: str = "") -> list[tuple[Discovery, str]]:
    """The discoveries that can be shown, each with the key of the model it is shown in.

    models: the keys of those that can be opened; in place of MiniLM the recorded run shows what it can. lesson: only
    those that prove this lesson.
    """
    asked = (each for each in DISCOVERIES if not lesson or lesson in each.proves)
    return [(each, model) for each in asked if (model := each.model_among(models))]
