"""Two sentences and an attention matrix between them, for the three attention-based convolutional networks.

Words are columns, as in the paper: F (feature, word). Yin et al. 2016, "ABCNN", sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from attention_core.blocks.convolution import convolved, offset_axis
from attention_core.blocks.normalisers import unit
from attention_core.engine.axes import Axis
from attention_core.engine.language import say, term, to_say
from attention_core.engine.ops import (
    contract,
    mean,
    reciprocal,
    safe_sqrt,
    shift,
    square,
    stack,
    subtract,
    sum_over,
    tanh,
    window,
)
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Refusal, Sum
from attention_core.lesson.mechanism import Input, Option
from attention_core.lesson.pictures import Bars, Matrices, Node, Picture, Wire, Wiring, rows, strongest_rows

MOST = 24  # of windows whose weights are drawn


@dataclass(frozen=True)
class Side:
    """One of the two sentences: "left", number 0, or "right", number 1; and the names of its steps and axes."""

    name: str
    number: int

    @property
    def word(self) -> str:
        """The axis of its words."""
        return f"{self.name} word"

    @property
    def window(self) -> str:
        """The axis of its windows."""
        return f"{self.name} window"

    def namer(self, base_name: str, symbol: str) -> dict[str, str]:
        """Name and symbol of one of its steps."""
        return {"name": f"{self.name} {base_name}", "symbol": f"{symbol}_{{{self.number}}}"}


SIDES = (Side("left", 0), Side("right", 1))


# --- attention --------------------------------------------------------------------------------------------------------


def attention_matrix(sentences: Iterable[Step], of: str, symbol: str, distance: bool) -> Step:
    """A_ij = 1 / (1 + |x_i - y_j|) of the columns of two sentences: 1 for equal ones. Its rows do not sum to 1.

    sentences: (width, left ...) and (width, right ...). distance: |x_i - y_j| itself, as in some implementations.
    """
    left, right = sentences
    squares = sum_over(square(subtract(left, right)), over=left.axes[0].name)
    distances = safe_sqrt(squares, name=f"{of} distances", symbol=symbol.replace("A", "D"))
    return distances if distance else reciprocal(shift(distances, 1.0), name=f"{of} attention", symbol=symbol)


TWO_CHANNELS = Sum(
    "channel",
    (2,),
    refusal=Refusal("K", "channel", to_say("must be 2, one for words and one for attention, not {found}")),
)


def attention_channels(sentences: Iterable[Step], matrices: Iterable[Step], A: Step, channel: Axis) -> list[Step]:
    """F and beside it W A^T (for the other sentence: W A), as two channels (channel, feature, word)."""
    found = []
    for side, other, F, W in zip(SIDES, SIDES[::-1], sentences, matrices, strict=True):
        attention_map = contract(W, A, over=other.word, **side.namer("attention map", "G"))
        order = ("channel", F.axes[0].name, side.word)
        found.append(stack(F, attention_map, along=channel, to=order, **side.namer("channels", "X")))
    return found


def window_weights(A: Step) -> list[Step]:
    """The weight of each window: the sums of the rows, and of the columns, of A."""
    return [
        sum_over(A, over=other.window, **side.namer("weights", "a"))
        for side, other in zip(SIDES, SIDES[::-1], strict=True)
    ]


# --- convolution and pooling ------------------------------------------------------------------------------------------


def wide_convolution(sentences: Iterable[Step], K: Step, b: Step) -> list[Step]:
    """tanh(K window + b) at every window that holds at least one word: as many as words, and width - 1 more.

    K (filter, feature, word offset), with a channel behind the filter where sentences have channels.
    """
    found = []
    padding = K.size("word offset") - 1
    for side, x in zip(SIDES, sentences, strict=True):
        over = [axis.name for axis in x.axes[:-1]]
        labels = window_labels(x.axis(side.word).labels, padding + 1)
        sums = convolved(
            x,
            K,
            b,
            over=over,
            axes=(side.word,),
            before=padding,
            after=padding,
            into=(side.window,),
            labels=labels,
            name=f"{side.name} sums",
            symbol=f"Z_{{{side.number}}}",
        )
        found.append(tanh(sums, **side.namer("convolved", "C")))
    return found


def window_labels(words: tuple[str, ...], size: int) -> tuple[str, ...]:
    """The words of each window, "rain falls", with a dot for a place beyond the end; long windows by their ends."""
    padding = ("·",) * (size - 1)
    padded = (*padding, *words, *padding)
    windows = [padded[n : n + size] for n in range(len(words) + size - 1)]
    return tuple(" ".join(span if size < 4 else (span[0], "…", span[-1])) for span in windows)


def pooled_words(convolved: Iterable[Step], F: Iterable[Step], size: int, weights: Iterable[Step] = ()) -> list[Step]:
    """As many columns as words again: the mean of `size` windows, or with weights their weighted sum."""
    window_weights = tuple(weights)
    found = []
    for side, C, words in zip(SIDES, convolved, F, strict=True):
        labels = words.axis(side.word).labels
        weighted = contract(C, window_weights[side.number]) if window_weights else C
        windows = window(weighted, side.window, size, into=side.word, offset=offset_axis(side.word), labels=labels)
        reduce = sum_over if window_weights else mean
        found.append(reduce(windows, offset_axis(side.word), **side.namer("pooled", "P")))
    return found


def cosine_of_means(pooled: Iterable[Step]) -> Step:
    """The cosine of the means over all words. The paper has a logistic regression on such means."""
    means = [mean(P, side.word, **side.namer("mean", "v")) for side, P in zip(SIDES, pooled, strict=True)]
    return contract(*(unit(v, "filter") for v in means), over="filter", name="output", symbol="c")


# --- what the lessons share -------------------------------------------------------------------------------------------

F_INPUTS = {
    "F_0": Input(("feature", "left word"), "left sentence"),
    "F_1": Input(("feature", "right word"), "right sentence"),
}
W_INPUTS = {
    "W_0": Input(("feature", "right word"), "weights of the left map"),
    "W_1": Input(("feature", "left word"), "weights of the right map"),
}
B_INPUT = {"b": Input(("filter",), "bias")}
DISTANCE = {"distance": Option("Distance in place of nearness", False)}
PAPERS = ("Yin, Schütze, Xiang and Zhou 2016, TACL, arXiv:1512.05193",)

F_0 = [[0.9, -0.5, 0.2], [0.1, 0.8, -0.7]]
SENTENCES = {
    "F_0": F_0,
    "F_1": [[0.9, 0.3, -0.4, -0.9], [0.1, -0.6, 0.8, 0.2]],
}
TWO_MAPS = {
    "W_0": [[0.4, 0.5, 0.8, 0.2], [0.8, -0.1, 0.3, 0.2]],
    "W_1": [[0.5, -0.6, -0.9], [-0.3, -0.8, 0]],
    "K": [
        [[[0.9, 0.9], [0.8, 0.8]], [[-0.5, 0.4], [0.7, -0.8]]],
        [[[-0.3, 0.5], [0.8, 0.5]], [[-0.9, 0.7], [-0.3, -0.3]]],
    ],
    "b": [0.1, -0.1],
}
TWICE = {**TWO_MAPS, "F_0": F_0, "F_1": F_0, "W_0": TWO_MAPS["W_1"]}
PADDED_SENTENCE = [[0.9, -0.5, 0.2, 0], [0.1, 0.8, -0.7, 0]]
WORDS = ("rain", "falls", "softly")
LABELS = {"left word": WORDS, "right word": ("rain", "gently", "drops", "again")}
PADDED_WORDS = {**LABELS, "left word": (*WORDS, "pad")}
SAME_WORDS = {"left word": WORDS, "right word": WORDS}
NOTE = "Made-up numbers and words: two features a word, two filters over two words."


def pair_matrix(trace: Trace, of: str) -> Step | None:
    """The matrix between the words, or between the windows, of the two sentences, where the trace has it."""
    found = [trace[name] for name in (f"{of} attention", f"{of} distances") if name in trace]
    return found[0] if found else None


def pictures(trace: Trace) -> tuple[Picture, ...]:
    """Where attention enters the network; the matrices; and where windows are weighted, their weights."""
    words, windows = (pair_matrix(trace, of) for of in ("word", "window"))
    tables = Matrices(
        say("How close the two sentences’ words, or windows, are."), tuple(filter(None, (words, windows)))
    )
    diagram = attention_diagram(trace)
    return (diagram, tables, *weight_bars(windows)) if windows else (diagram, tables)


def weight_bars(A: Step) -> tuple[Bars, Bars]:
    """The weights of the left windows, each the sum of its row of A, and of the right ones, sums of columns."""
    left, right = A.axes
    return _weight_bars(left, right, A.value), _weight_bars(right, left, A.value.T)


def _weight_bars(own: Axis, other: Axis, A: Array) -> Bars:
    """A: (own windows, windows of the other sentence)."""
    added = rows(*strongest_rows(other.labels, A[:MOST].T))
    caption = say("What every {other} adds to the weight of each {own}.", other=term(other.name), own=term(own.name))
    return Bars(caption, own.labels[:MOST], added, say("weight"), stacked=True)


def attention_diagram(trace: Trace) -> Wiring:
    """The network with both places for attention; a wire is as strong as the mean of its matrix."""
    matrices = (pair_matrix(trace, "word"), pair_matrix(trace, "window"))
    nodes = [Node(_sentence(trace[f"F_{side.number}"], side), 4.0 * side.number, 0.0, boxed=False) for side in SIDES]
    nodes += [
        Node(name, x, y, boxed=False) for name, y in (("convolution", 1.5), (say("pooling"), 3.0)) for x in (0.0, 4.0)
    ]
    nodes += [Node("A", 2.0, 0.7), Node("A′", 2.0, 2.2), Node(say("cosine"), 2.0, 3.6, boxed=False)]
    words = (0, 1)
    convolutions = (2, 3)
    poolings = (4, 5)
    word_node = 6
    window_node = 7
    cosine = 8
    wires = [Wire(*ends) for ends in ((0, 2), (1, 3), (2, 4), (3, 5), (4, cosine), (5, cosine))]
    for A, node, sources, targets in zip(
        matrices, (word_node, window_node), (words, convolutions), (convolutions, poolings), strict=True
    ):
        wires += [Wire(start, node) for start in sources if A]
        wires += [Wire(node, end, float(A.value.mean()) if A else 0.0) for end in targets]
    caption = say("Where the matrix of attention enters; on thick arrows the mean of its numbers. Dotted: not here.")
    return Wiring(caption, tuple(nodes), tuple(wires))


def _sentence(F: Step, side: Side) -> str:
    words = F.axis(side.word).labels
    shown = " ".join(words[:5])
    return f"{shown} …" if len(words) > 5 else shown
