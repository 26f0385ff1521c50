"""A captioner with attention over regions: an attention LSTM, a language LSTM, and attention between them.

Anderson et al. 2018, section 3.2, after the layers of the authors' program. The regions are given; the detector that
proposes them, the bottom-up part, is not computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from attention_core.blocks.layers import affine, linear
from attention_core.blocks.naming import StepNamer, step_namer
from attention_core.blocks.recurrent import attend, embedded, lstm, zeros
from attention_core.engine.axes import Axis
from attention_core.engine.language import label_said, say, to_say
from attention_core.engine.ops import concat, index, mean, rename, softmax, top
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Refusal, Sum
from attention_core.lesson.mechanism import Input
from attention_core.lesson.pictures import Box, Images, Node, Panel, Wire, Wiring

MOST = 15  # words, and regions, of a picture
NAMED = 4  # images in a line, where the regions have names
BLANK_PAPER = np.full((9, 9, 3), np.nan)  # no colour anywhere
CORNERS = ("left", "top", "right", "bottom")
# The next input word, a row over the words of which the largest counts, from the last probabilities; None at the end.
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
    """Attention weights (region) and word probabilities (word) of every step, until `next_word` gives None.

    V (region, feature). The attention LSTM makes the query, the language LSTM reads the context.
    """
    average = mean(V, "region", name="mean feature", symbol=r"\bar v")
    keys = linear(W.W_va, V, name="keys", symbol="K")
    c_1 = h_1 = c_2 = h_2 = zeros(W.W_ha.axes[-1], "start", "0")
    alignments = list[Step]()
    probabilities = list[Step]()
    word_scores = next_word(None)
    while word_scores is not None:
        namer = step_namer("word", len(alignments) + 1)
        input_word = top(word_scores, word_scores.axes[-1].name, 1, **namer("input word", "y"))
        e = embedded(input_word, W.E, **namer("embedded", "e"))
        x = _concatenated((h_2, average, e), W.W_1x.axes[-1], **namer("attention input", "x_1"))
        z = affine((W.W_1x, x), (W.W_1h, h_1), bias=W.b_1, **namer("attention sums", "z_1"))
        c_1, h_1 = lstm(c_1, z, _cell_and_state_only("attention", namer), ("c_1", "h_1"))
        alpha, context = attend(h_1, keys, V, W.W_ha, W.w_a, namer, "region", ("a", r"\hat v"))
        x = _concatenated((context, h_1), W.W_2x.axes[-1], **namer("language input", "x_2"))
        z = affine((W.W_2x, x), (W.W_2h, h_2), bias=W.b_2, **namer("language sums", "z_2"))
        c_2, h_2 = lstm(c_2, z, _cell_and_state_only("language", namer), ("c_2", "h_2"))
        p = softmax(affine((W.W_p, h_2), bias=W.b_p), along="word", **namer("probabilities", "p"))
        alignments.append(alpha)
        probabilities.append(p)
        word_scores = next_word(p)
    return alignments, probabilities


def target_or_own_word(targets: Step, greedy: bool) -> NextWord:
    """The input word of each step: the rows of targets (time, word), as in training.

    greedy: only the first row; after it the likeliest word of the step before. The number of rows is that of the steps.
    """
    rows = iter([index(targets, "time", t) for t in range(targets.size("time"))])

    def next_word(p: Step | None) -> Step | None:
        target = next(rows, None)
        return p if p and target and greedy else target

    return next_word


def _concatenated(parts: Sequence[Step], into: Axis, name: str, symbol: str) -> Step:
    """Columns one after another along one axis."""
    renamed = (rename(part, part.axes[-1].name, into.name) for part in parts)
    return concat(*renamed, along=into.name, labels=into.labels, name=name, symbol=symbol)


def _cell_and_state_only(owner: str, namer: StepNamer) -> StepNamer:
    """Names for the cell and the state of an LSTM alone; its gates stay in their arithmetic."""
    return lambda base_name, symbol: namer(f"{owner} {base_name}", symbol) if base_name in ("cell", "state") else {}


INPUTS = {
    "V": Input(("region", "feature"), "the regions"),
    "boxes": Input(("region", "corner"), "where they are", drawn=True),
    "told": Input(("time", "word"), "the words given", switch=True),
    "E": Input(("word", "embedding"), "word embeddings"),
    "W_1x": Input(("gate", "first input"), "first LSTM: input weights"),
    "W_1h": Input(("gate", "before"), "first LSTM: state weights"),
    "b_1": Input(("gate",), "first LSTM: bias"),
    "W_va": Input(("hidden", "feature"), "score: regions"),
    "W_ha": Input(("hidden", "state"), "score: query"),
    "w_a": Input(("hidden",), "score vector"),
    "W_2x": Input(("gate", "second input"), "second LSTM: input weights"),
    "W_2h": Input(("gate", "before"), "second LSTM: state weights"),
    "b_2": Input(("gate",), "second LSTM: bias"),
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
        refusal=Refusal("boxes", "corner", to_say("must be {wanted} wide (left, top, right, bottom), not {found}")),
    ),
)

# --- pictures ---------------------------------------------------------------------------------------------------------


def input_and_output_words(trace: Trace) -> list[str]:
    """For each step, the word that went in and the likeliest that came out."""
    words = trace["output"].axis("word").labels
    p = trace["output"].value
    outputs = [words[n] for n in p.argmax(axis=1)]
    inputs = [words[n] for n in trace["told"].value.argmax(axis=1)]
    if trace.options["greedy"]:
        inputs = [inputs[0], *outputs[:-1]]
    return [
        say("{n}. reads {a}, writes {b}", n=n, a=a, b=b)
        for n, (a, b) in enumerate(zip(inputs, outputs, strict=True), 1)
    ]


def outlined_regions(titles: Sequence[str], alignment: Step, boxes: Array, pixels: Array, across: int = 4) -> Images:
    """An image for each of the first words, with every region outlined as strongly as its attention weight.

    alignment (time, region); boxes (region, 4): left, top, right, bottom, in pixels. Names are written where there is
    room.
    """
    names = alignment.axis("region").labels if across <= NAMED else [""] * len(boxes)
    panels = tuple(
        Panel(title, pixels, boxes=tuple(_box(*each) for each in list(zip(names, boxes, row, strict=True))[:MOST]))
        for title, row in zip(titles[:MOST], alignment.value, strict=False)
    )
    return Images(say("The same regions at every word, outlined by their weights."), panels, across)


def _box(name: str, corners: Array, strength: float) -> Box:
    """A box from corners in any order; one without an inside is drawn a little larger."""
    (x0, x1) = sorted(corners[::2].tolist())
    (y0, y1) = sorted(corners[1::2].tolist())
    return Box(x0, y0, max(x1, x0 + 0.1), max(y1, y0 + 0.1), label_said(name), float(strength))


def boxes_on_paper(boxes: Array) -> Array:
    """The boxes, moved and scaled onto the blank image, with room for names above them."""
    low = float(boxes.min())
    high = float(boxes.max())
    return np.asarray(0.6 + (boxes - low) * (7.4 / ((high - low) or 1.0)))


def wiring_diagram() -> Wiring:
    """The wires within one step, and from one step to the next."""
    names = {
        "input word": (0, 0),
        "v̄": (1, 0),
        "V": (2.5, 0),
        "h₁": (0.5, 1),
        "α": (1.5, 1),
        "v̂": (2.5, 1),
        "h₂": (1.5, 2),
        "next word": (1.5, 3),
    }
    nodes = tuple(Node(name, x, y, "word" not in name) for name, (x, y) in names.items())
    wires = (
        ("input word", "h₁"),
        ("v̄", "h₁"),
        ("V", "v̄"),
        ("h₁", "α"),
        ("V", "α"),
        ("α", "v̂"),
        ("V", "v̂"),
        ("v̂", "h₂"),
        ("h₁", "h₂"),
        ("h₂", "h₁"),
        ("h₂", "next word"),
    )
    places = list(names)
    caption = say("One word: h₁ is the query, from h₂ the word is computed, and h₂ is an input of h₁ at the next word.")
    return Wiring(caption, nodes, tuple(Wire(places.index(a), places.index(b)) for a, b in wires))
