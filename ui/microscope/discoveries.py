"""What is to be seen in real weights: places in the microscope, each with what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from ui.wire import WireDiscovery

MINILM, SMOLLM2 = "all-minilm-l6-v2", "smollm2-135m-instruct"
BARK = "Bark is very cute and he is a dog"
COUNTED = "one two three one two three one two"


@dataclass(frozen=True)
class Discovery:
    """A head of a model on a text. claim: the measure that it is about, and how much of it the head has at least."""

    title: str
    about: str
    model: str
    text: str
    layer: int
    head: int
    claim: tuple[str, float]

    def wire(self) -> WireDiscovery:
        """The link."""
        parts = {"model": self.model, "text": self.text, "layer": self.layer, "head": self.head, "sort": self.claim[0]}
        return {"title": self.title, "about": self.about, "query": urlencode(parts)}


DISCOVERIES: tuple[Discovery, ...] = ()
