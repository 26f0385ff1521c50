"""A captioner that asks its regions anew for every word: two LSTMs with attention between them.

Anderson et al. 2018, section 3.2, after the layers of the authors' program. Regions are given; what proposed them is
the bottom-up part and was done before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from attention_core.blocks.layers import affine, linear
from attention_core.blocks.recurrent import StepNamer, attend, embedded, lstm, step_namer, zeros
from attention_core.engine.axes import Axis
from attention_core.engine.ops import concat, index, mean, rename, softmax, top
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Refusal, Sum
from attention_core.lesson.mechanism import Input
from attention_core.lesson.pictures import Box, Images, Node, Panel, Wire, Wiring

# Words, and regions, that a picture shows; pictures in a line whose regions have names.
MOST = 15
NAMED = 4
BLANK_PAPER = np.full((9, 9, 3), np.nan)  # bare paper
CORNERS = ("left", "top", "right", "bottom")
# What is heard next: a row over the words, of which the largest counts, from the last probabilities; None ends it.
NextWord = Callable[[Step | None], Step | None]


class Weights(NamedTuple):
    """Matrices of both LSTMs (gates in the order i, f, g, o), of the attention between them, and of the words."""

    E: Step  # (word, embedding)
    W_1x: Step  # (gate, first input)
    W_1h: Step  # (gate, state before)
    b_1: Step
    W_va: Step  # (hidden, feature)
    W_ha: Step  # (hidden, state)
    w_a: Step
    W_2x: Step  # (gate, second input)
    W_2h: Step
    b_2: Step
    W_p: Step  # (word, state)
    b_p: Step


def caption(V: Step, W: Weights, next_word: NextWord) -> tuple[list[Step], list[Step]]:
    """Weights (region,) and probabilities (word,) for every word, until nothing more is heard. V (region, feature)."""
    average = mean(V, "region", name="mean feature", symbol=r"\bar v")
    keys = linear(W.W_va, V, name="keys", symbol="K")
    c_1 = h_1 = c_2 = h_2 = zeros(W.W_ha.axes[-1], "start", "0")
    alignments = list[Step]()
    probabilities = list[Step]()
    while word_scores := next_word(probabilities[-1] if probabilities else None):
        namer = step_namer("word", len(alignments) + 1)
        input_word = top(word_scores, word_scores.axes[-1].name, 1, **namer("word heard", "y"))
        e = embedded(input_word, W.E, **namer("embedded", "e"))
        x = _concatenated((h_2, average, e), W.W_1x.axes[-1], **namer("asker input", "x_1"))
        z = affine((W.W_1x, x), (W.W_1h, h_1), bias=W.b_1, **namer("asker sums", "z_1"))
        c_1, h_1 = lstm(c_1, z, _cell_and_state_only("asker", namer), ("c_1", "h_1"))
        alpha, context = attend(h_1, keys, V, W.W_ha, W.w_a, namer, "region", ("a", r"\hat v"))
        x = _concatenated((context, h_1), W.W_2x.axes[-1], **namer("writer input", "x_2"))
        z = affine((W.W_2x, x), (W.W_2h, h_2), bias=W.b_2, **namer("writer sums", "z_2"))
        c_2, h_2 = lstm(c_2, z, _cell_and_state_only("writer", namer), ("c_2", "h_2"))
        p = softmax(affine((W.W_p, h_2), bias=W.b_p), along="word", **namer("probabilities", "p"))
        alignments = [*alignments, alpha]
        probabilities = [*probabilities, p]
    return alignments, probabilities


def target_or_own_word(targets: Step, greedy: bool) -> NextWord:
    """The rows of told (time, word) one after the other; or the first, and then the likeliest word each time."""
    rows = iter([index(targets, "time", t) for t in range(targets.size("time"))])

    def next_word(p: Step | None) -> Step | None:
        target = next(rows, None)
        return p if p and target and greedy else target

    return next_word


def _concatenated(parts: Sequence[Step], into: Axis, name: str, symbol: str) -> Step:
    """Columns end to end."""
    renamed = (rename(part, part.axes[-1].name, into.name) for part in parts)
    return concat(*renamed, along=into.name, labels=into.labels, name=name, symbol=symbol)


def _cell_and_state_only(owner: str, namer: StepNamer) -> StepNamer:
    """Gates stay in the arithmetic of the cell they open: with four steps for each, nobody would find the question."""
    return lambda topic, symbol: namer(f"{owner} {topic}", symbol) if topic in ("cell", "state") else {}


INPUTS = {
    "V": Input(("region", "feature"), "the regions"),
    "boxes": Input(("region", "corner"), "where they are", drawn=True),
    "told": Input(("time", "word"), "the words it hears", switch=True),
    "E": Input(("word", "embedding"), "word embeddings"),
    "W_1x": Input(("gate", "first input"), "asker: input weights"),
    "W_1h": Input(("gate", "before"), "asker: state weights"),
    "b_1": Input(("gate",), "asker: bias"),
    "W_va": Input(("hidden", "feature"), "scorer of the regions"),
    "W_ha": Input(("hidden", "state"), "scorer of the asker"),
    "w_a": Input(("hidden",), "score vector"),
    "W_2x": Input(("gate", "second input"), "writer: input weights"),
    "W_2h": Input(("gate", "before"), "writer: state weights"),
    "b_2": Input(("gate",), "writer: bias"),
    "W_p": Input(("word", "state"), "read-out"),
    "b_p": Input(("word",), "read-out bias"),
}
CONSTRAINTS = (
    Sum("first input", ("state", "feature", "embedding"), follows=True),
    Sum("second input", ("feature", "state"), follows=True),
    Sum("gate", ("state",) * 4),
    Sum(
        "corner",
        (len(CORNERS),),
        refusal=Refusal("boxes", 'axis "corner"', f"must be {{wanted}} wide ({', '.join(CORNERS)}), not {{found}}"),
    ),
)

# --- what is shown of it ----------------------------------------------------------------------------------------------


def input_and_output_words(trace: Trace) -> list[str]:
    """For each moment, the word it heard and the likeliest to say."""
    words = trace["output"].axis("word").labels
    p = trace["output"].value
    outputs = [words[n] for n in p.argmax(axis=1)]
    inputs = [words[n] for n in trace["told"].value.argmax(axis=1)]
    inputs = [inputs[0], *outputs[:-1]] if trace.options["greedy"] else inputs
    return [f"{n}. hears {a}, says {b}" for n, (a, b) in enumerate(zip(inputs, outputs, strict=True), 1)]


def outlined_regions(titles: Sequence[str], alignment: Step, boxes: Array, pixels: Array, across: int = 4) -> Images:
    """A picture for each of the first words, every region outlined as strongly as that word attends to it.

    alignment (time, region); boxes (region, 4): left, top, right, bottom, in pixels of the picture. Where there is
    room for names they are written.
    """
    names = alignment.axis("region").labels if across <= NAMED else [""] * len(boxes)
    panels = tuple(
        Panel(title, pixels, boxes=tuple(_box(*each) for each in list(zip(names, boxes, row, strict=True))[:MOST]))
        for title, row in zip(titles[:MOST], alignment.value, strict=False)
    )
    return Images("The same regions at every word, outlined as strongly as they are attended to.", panels, across)


def _box(name: str, corners: Array, strength: float) -> Box:
    """Its corners may be in any order; one without an inside is drawn a little larger."""
    (x0, x1) = sorted(corners[::2].tolist())
    (y0, y1) = sorted(corners[1::2].tolist())
    return Box(x0, y0, max(x1, x0 + 0.1), max(y1, y0 + 0.1), name, float(strength))


def boxes_on_paper(boxes: Array) -> Array:
    """The boxes, moved and scaled into an empty picture of EMPTY pixels, with room for names above them."""
    low = float(boxes.min())
    high = float(boxes.max())
    return np.asarray(0.6 + (boxes - low) * (7.4 / ((high - low) or 1.0)))


def wiring_diagram() -> Wiring:
    """What hears whom, within one word and from word to word."""
    names = {
        "word heard": (0, 0),
        "v̄": (1, 0),
        "V": (2.5, 0),
        "h₁": (0.5, 1),
        "α": (1.5, 1),
        "v̂": (2.5, 1),
        "h₂": (1.5, 2),
        "word said": (1.5, 3),
    }
    nodes = tuple(Node(name, x, y, "word" not in name) for name, (x, y) in names.items())
    wires = (
        ("word heard", "h₁"),
        ("v̄", "h₁"),
        ("V", "v̄"),
        ("h₁", "α"),
        ("V", "α"),
        ("α", "v̂"),
        ("V", "v̂"),
        ("v̂", "h₂"),
        ("h₁", "h₂"),
        ("h₂", "h₁"),
        ("h₂", "word said"),
    )
    places = list(names)
    caption = "Who hears whom at one word. h₁ asks, h₂ writes, and what h₂ knew goes back to h₁ for the next word."
    return Wiring(caption, nodes, tuple(Wire(places.index(a), places.index(b)) for a, b in wires))
