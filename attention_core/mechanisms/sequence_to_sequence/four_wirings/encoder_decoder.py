"""What the four wirings of encoder and decoder share: encoder, decoding loop, numbers and diagram.

Toys after Cho et al. 2014, Sutskever et al. 2014 and Luong et al. 2015: plain tanh cells, greedy decoding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from attention_core.blocks.layers import linear
from attention_core.blocks.naming import StepNamer, step_namer
from attention_core.blocks.recurrent import embedded, emitted, encode, stack_rows, tanh_cell
from attention_core.engine.axes import Axis
from attention_core.engine.backward import backward
from attention_core.engine.language import say
from attention_core.engine.ops import add, index, softmax
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Input, Option, Preset
from attention_core.lesson.pictures import Curves, Node, Wire, Wiring, rows

T = TypeVar("T")
# Input word, state before, names: the state after, and the features that the next word is computed from.
DecoderStep = Callable[[Step | None, Step | None, StepNamer], tuple[Step, Step]]
MOST = 8  # of source words, or of words written, that a diagram shows


# --- encoder and decoder ----------------------------------------------------------------------------------------------


def encode_source(X: Step, W_x: Step, W_h: Step, reverse: bool) -> Step:
    """H (key, state): row t is h_t = tanh(W_x x_t + W_h h_{t-1}). Elman 1990. reverse: the last row is read first."""
    if reverse:
        backwards = Axis("key", X.axis("key").labels[::-1])
        rows = [index(X, "key", t) for t in reversed(range(X.size("key")))]
        X = stack_rows(rows, backwards, "source reversed", r"\overleftarrow{X}")
    return stack_rows(encode(X, tanh_cell(W_x, W_h), axis="key"), X.axis("key"), "encoder states", "H")


def last_state(H: Step) -> Step:
    """The last encoder state as the context of the whole source. Cho et al. 2014 add one more layer."""
    return index(H, "key", H.size("key") - 1, name="context", symbol="c")


@dataclass(frozen=True)
class Decoded:
    """The result of a decoder: the axis of its words, and for each its one-hot choice and its probabilities."""

    rows: Axis
    chosen: tuple[Step, ...]
    guesses: tuple[Step, ...]

    def output(self) -> Step:
        """The probabilities (written, word)."""
        return stack_rows(self.guesses, self.rows, "output", "P")


def decode(
    decoder_step: DecoderStep,
    W_o: Step,
    times: int,
    start: Step | None = None,
    E: Step | None = None,
    forced: Step | None = None,
) -> Decoded:
    """`times` steps of p_t = softmax(W_o f_t), each followed by the likeliest word.

    E (word, embedding): where the last word is fed back; its first row is the start sign. forced (time, word): a 1 is
    added to the probability of a word, so that it is written instead of the likeliest.
    """
    state = start
    y = None
    words = list[str]()
    chosen = list[Step]()
    guesses = list[Step]()
    for t in range(times):
        namer = step_namer("decoder", t + 1)
        state, feature = decoder_step(_input_word(y, E, namer) if E else None, state, namer)
        p = softmax(linear(W_o, feature, **namer("logits", "o")), along="word", **namer("probabilities", "p"))
        y = emitted(add(p, index(forced, "time", t)) if forced else p, namer)
        words.append(y.axes[0].labels[int(y.value.argmax())])
        chosen.append(y)
        guesses.append(p)
    return Decoded(Axis("written", tuple(words)), tuple(chosen), tuple(guesses))


def _input_word(y: Step | None, E: Step, namer: StepNamer) -> Step:
    named = namer("last word", "x")
    return embedded(y, E, **named) if y else index(E, E.axes[0].name, 0, **named)


def output_sentence(trace: Trace) -> str:
    """The words written, with blanks between them."""
    return " ".join(trace.output.axis("written").labels)


# --- influence --------------------------------------------------------------------------------------------------------


def influence(trace: Trace, base_name: str = "state", most: int | None = None) -> Array:
    """The norm of d f_t / d h_j, (written, key): the influence of encoder state j on decoder step t.

    f_t is the step "decoder t/<base_name>". The words written are kept fixed, because a choice has no gradient. Every
    h_j counts as an input of its own, so that the recurrence of the encoder does not count.
    """
    steps = list(trace.series["decoder"][base_name].values())[:most]
    return np.array([_jacobian_norms(step, trace["encoder states"]) for step in steps])


def _jacobian_norms(step: Step, H: Step) -> Array:
    squares = np.zeros(H.value.shape)
    for seed in np.eye(step.value.size):
        found = backward(step, source("seed", seed, step.axes), until=H)
        if H in found:
            squares += found[H].value ** 2
    return np.asarray(np.sqrt(squares.sum(axis=1)))


# --- the picture ------------------------------------------------------------------------------------------------------


def diagram(trace: Trace, way: str, base_name: str = "state", feeds_back: bool = True) -> Wiring:
    """Source words, encoder states, decoder states and written words, and every wire between them.

    way: how the source reaches the decoder: "start" (in the first state alone), "every" (one context for every step) or
    "direct" (each encoder state by itself). feeds_back: whether the last word is an input of the next step.
    """
    H = trace["encoder states"]
    influences = influence(trace, base_name, MOST)
    total = influences.sum(axis=0)
    total[-1] = np.inf  # the last one is always shown: with a single context it is the context
    kept = np.sort(np.argsort(-total, kind="stable")[:MOST])
    words = ([H.axis("key").labels[j] for j in kept], trace.output.axis("written").labels[:MOST])
    caption = say("Thickness is influence: how far a step moves when an encoder state is nudged.")
    if len(kept) < len(total):
        caption += say(
            " Of {count} source words, the {count_2} with the most influence.", count=len(total), count_2=len(kept)
        )
    letter = "s" if base_name == "state" else "s̃"
    encoder_names = [f"h{_subscript(j)}" for j in kept]
    decoder_names = [f"{letter}{_subscript(t)}" for t in range(len(influences))]
    nodes = _node_rows(words, (encoder_names, decoder_names))
    sizes = (len(kept), len(influences))
    if way == "direct":
        wires = (*_common_wires(*sizes, feeds_back), *_attention_wires(influences[:, kept]))
        return Wiring(caption, nodes, wires)
    context = Node("c", max(sizes) / 2, 2)
    context_influences = _jacobian_norms(trace["context"], H)[kept]
    through_context = _context_wires(context_influences, influences[:, -1], way == "every")
    wires = (*_common_wires(*sizes, feeds_back, way == "every"), *through_context)
    return Wiring(caption, (*nodes, context), wires)


def _subscript(position: int) -> str:
    return str(position + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _node_rows(
    words: tuple[Sequence[str], Sequence[str]], states: tuple[Sequence[str], Sequence[str]]
) -> tuple[Node, ...]:
    """From below: the source's words and states, the decoder's states and words; time runs to the right."""
    width = max(map(len, states))
    lines = ((words[0], 0, False), (states[0], 1, True), (states[1], 3, True), (words[1], 4, False))
    return tuple(
        Node(name, width / len(names) * (n + 0.5), y, boxed)
        for names, y, boxed in lines
        for n, name in enumerate(names)
    )


def _common_wires(n: int, m: int, feeds_back: bool, chained: bool = True) -> Iterator[Wire]:
    """The wires of every wiring, for n source words and m written: into, between and out of the states."""
    source_words, h, s, words = np.split(np.arange(2 * (n + m)), [n, 2 * n, 2 * n + m])
    pairs = [(source_words, h), (h, h[1:]), (s, words)]
    if chained:
        pairs.append((s, s[1:]))
    if feeds_back:
        pairs.append((words, s[1:]))
    for starts, ends in pairs:
        yield from (Wire(int(a), int(b)) for a, b in zip(starts, ends, strict=False))


def _attention_wires(influences: Array) -> Iterator[Wire]:
    m, n = influences.shape
    for t, j in np.ndindex(m, n):
        yield Wire(n + j, 2 * n + t, float(influences[t, j]))


def _context_wires(context_influences: Array, influences: Array, every: bool) -> Iterator[Wire]:
    """All through one context: to every step, or to the first step and on from state to state."""
    n = len(context_influences)
    m = len(influences)
    c = 2 * (n + m)
    yield from (Wire(n + j, c, float(strength)) for j, strength in enumerate(context_influences))
    for t, strength in enumerate(influences):
        start = c if every or t == 0 else 2 * n + t - 1
        yield Wire(start, 2 * n + t, float(strength))


def state_curves(trace: Trace, most: int = 6) -> Curves:
    """The first numbers of the decoder's state over the steps, and the fixed point where they have settled."""
    states = trace.series["decoder"]["state"]
    path = np.array([step.value[:most] for step in states.values()])
    times = tuple(map(float, states))
    lines = rows((say("number {n}", n=n + 1) for n in range(path.shape[1])), path.T)
    settled = len(path) > 1 and float(np.abs(path[-1] - path[-2]).max()) < 1e-4
    fixed_point = {say("fixed point"): tuple((times[-1], float(x)) for x in path[-1])} if settled else {}
    caption = say(
        "The first numbers of the state, step by step: where the lines are flat, the same word is written again."
    )
    return Curves(caption, times, lines, say("step"), "state", dots=fixed_point)


# --- the toy ----------------------------------------------------------------------------------------------------------

WORDS = ("<s>", "A", "B", "C", "</s>")
LABELS = {"key": ("a", "b", "c"), "word": WORDS}
NOTE = "A toy made by hand: identity matrices times a number, so that every digit can be followed."
REVERSE = Option("Reverse the source", False)
SAME = {
    "state before": "state",
    "context": "state",
    "source state": "state",
}  # all have the width of the encoder's state

INPUTS = {
    "X": Input(("key", "feature"), "source words"),
    "W_x": Input(("state", "feature"), "encoder: word"),
    "W_h": Input(("state", "state before"), "encoder: memory"),
    "E": Input(("word", "embedding"), "word embeddings"),
    "W_y": Input(("state", "embedding"), "decoder: last word"),
    "U": Input(("state", "state before"), "decoder: memory"),
    "C": Input(("state", "context"), "decoder: context"),
    "W_a": Input(("state", "source state"), "score"),
    "W_c": Input(("state", "context"), "weights of the context"),
    "U_c": Input(("state", "state before"), "weights of the state"),
    "W_o": Input(("word", "state"), "readout"),
    "W_s": Input(("word", "state"), "readout"),
    "forced": Input(("time", "word"), "words forced", switch=True),
}
_EYE = np.eye(3)
TOY: dict[str, Any] = {
    "X": _EYE,
    "W_x": 1.5 * _EYE,
    "W_h": 0.5 * _EYE,
    "E": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, -1, -1], [0, 0, 0]],
    "W_y": 1.5 * _EYE,
    "U": 0.3 * _EYE,
    "C": 0.5 * _EYE,
    "W_a": 3 * _EYE,
    "W_c": _EYE,
    "U_c": _EYE,
    "W_o": [[-1, -1, -1], [2, -1, -1], [-1, 2, -1], [-1, -1, 2], [-2, -2, -2]],
    "forced": np.zeros((4, 5), dtype=int),
}
TOY = {name: np.asarray(table).tolist() for name, table in TOY.items()}
TOY["W_s"] = TOY["W_o"]
SIX = _EYE[[0, 0, 1, 1, 2, 2]].tolist()
LONGER = {**LABELS, "key": tuple("aabbcc")}


def select(table: Mapping[str, T], names: Iterable[str]) -> dict[str, T]:
    """The entries of a table with these names."""
    return {name: table[name] for name in names}


def toy_presets(names: Iterable[str]) -> dict[str, Preset]:
    """The toy on three words, and on six: each of the three twice."""
    given = select(TOY, names)
    six = Preset("Six words", {**given, "X": SIX}, LONGER, {}, NOTE)
    return {"three": Preset("Three words", given, LABELS, {}, NOTE), "six": six}
