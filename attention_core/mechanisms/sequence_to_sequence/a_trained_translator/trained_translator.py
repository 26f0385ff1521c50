"""A translator whose weights were trained: a bidirectional encoder of characters, and a decoder with attention.

Bahdanau, Cho and Bengio 2014, appendix A, but for the readout, which is linear here. training/ computed the weights;
data/weights of the package has them, with a card for each that says how well they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from attention_core.blocks.layers import affine, linear
from attention_core.blocks.naming import StepNamer, step_namer
from attention_core.blocks.recurrent import attend, embedded, emitted, encode_both_ways, gru, gru_from_names, stack_rows
from attention_core.engine.axes import Axes, Axis, numbered
from attention_core.engine.language import say
from attention_core.engine.ops import add, index, softmax, tanh
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Alignment
from attention_core.lesson.trained_weights import arrays, card

END = "end"
MOST = 24  # characters written, where no end sign comes

# The axes of the recurrent arrays, by the first letter of their names: "forward W_z" belongs to an encoder.
_CODER = {"W": ("unit", "embedding"), "U": ("unit", "unit before"), "b": ("unit",)}
_DECODER = {"W": ("state", "embedding"), "U": ("state", "state before"), "C": ("state", "annotation"), "b": ("state",)}
_AXES: dict[str, tuple[str, ...]] = {
    "E_x": ("symbol", "embedding"),
    "W_s": ("state", "unit"),
    "b_s": ("state",),
    "W_a": ("hidden", "state"),
    "U_a": ("hidden", "annotation"),
    "b_a": ("hidden",),
    "v_a": ("hidden",),
    "E_y": ("written", "embedding"),
    "e_0": ("embedding",),
    "O_s": ("written", "state"),
    "O_c": ("written", "annotation"),
    "b_o": ("written",),
}
_SYMBOLS = {"forward": r"\overrightarrow{{{}}}_{}", "backward": r"\overleftarrow{{{}}}_{}", "decoder": "{}_{}"}


@lru_cache
def _arrays(task: str) -> Mapping[str, Array]:
    found = arrays(task)
    # The last row is the input of the decoder before it has written anything.
    return {**found, "E_y": found["E_y"][:-1], "e_0": found["E_y"][-1]}


def weights(task: str, symbols: Axis) -> dict[str, Step]:
    """Every array as a constant step with named axes."""
    known = {"symbol": symbols, "written": Axis("written", (*card(task)["written"], END))}
    return {name: _constant(name, value, known) for name, value in _arrays(task).items()}


def _constant(name: str, value: Array, known: Mapping[str, Axis]) -> Step:
    owner, _, own = name.rpartition(" ")
    if not owner:
        return source(name, value, _axes(_AXES[name], value, known))
    recurrent = _DECODER if owner == "decoder" else _CODER
    return source(name, value, _axes(recurrent[own[0]], value, known), _SYMBOLS[owner].format(*own.split("_")))


def _axes(axis_names: tuple[str, ...], value: Array, known: Mapping[str, Axis]) -> Axes:
    sizes = zip(axis_names, value.shape, strict=True)
    return tuple(known.get(name) or numbered(name, size) for name, size in sizes)


def translate(X: Step, task: str) -> tuple[Step, Step]:
    """Alignment (query, key) and output probabilities (query, written), a row for each character written.

    X (key, symbol): the characters read, one-hot. The end sign is one of the characters written.
    """
    W = weights(task, X.axis("symbol"))
    E = embedded(X, W["E_x"], name="embedded", symbol="E")
    _, back, H = encode_both_ways(E, gru_from_names(W, "forward"), gru_from_names(W, "backward"), axis="key")
    keys = add(linear(W["U_a"], H), W["b_a"], to=("key", "hidden"), name="keys", symbol="K")
    state = tanh(affine((W["W_s"], index(back, "key", 0)), bias=W["b_s"]), name="first state", symbol="s^{(0)}")
    input_word = W["e_0"]
    written = list[str]()
    alignments = list[Step]()
    probabilities = list[Step]()
    while len(written) < MOST and END not in written:
        namer = step_namer("decoder", len(written) + 1)
        alpha, context = attend(state, keys, H, W["W_a"], W["v_a"], namer)
        state = _decoder_state(W, input_word, context, state, namer)
        logits = affine((W["O_s"], state), (W["O_c"], context), bias=W["b_o"])
        p = softmax(logits, along="written", **namer("probabilities", "p"))
        y = emitted(p, namer)
        input_word = embedded(y, W["E_y"])
        written.append(y.axes[0].labels[int(y.value.argmax())])
        alignments.append(alpha)
        probabilities.append(p)
    rows = Axis("query", tuple(written))
    return stack_rows(alignments, rows, "alignment", "A"), stack_rows(probabilities, rows, "output", "P")


def _decoder_state(W: Mapping[str, Step], input_word: Step, context: Step, before: Step, namer: StepNamer) -> Step:
    def gate_input(gate: str, *more: tuple[Step, Step]) -> Step:
        own = {kind: W[f"decoder {kind}_{gate}"] for kind in "WCb"}
        return affine((own["W"], input_word), *more, (own["C"], context), bias=own["b"])

    z, r = (gate_input(gate, (W[f"decoder U_{gate}"], before)) for gate in "zr")
    return gru(before, z, r, gate_input("h"), W["decoder U_h"], namer)


def card_summary(task: str) -> str:
    """The model card in two sentences."""
    found = card(task)
    strings = found["accuracy"]["unseen strings"]
    exact = found["accuracy"]["exact"]
    return (
        f"Trained for {found['training']['processor seconds']:.0f} seconds on text that a script made up; "
        f"of {strings:,} strings it had never seen, {round(strings * exact):,} came out right."
    )


def alphabet(task: str) -> str:
    """The characters it can read."""
    return str(card(task)["read"])


def picture(trace: Trace) -> tuple[Alignment, ...]:
    """The alignment, with the likeliest characters of each row."""
    alignment = trace["alignment"]
    probabilities = trace["output"]
    names = probabilities.axis("written").labels
    likeliest = (sorted(zip(map(float, row), names, strict=True), reverse=True)[:3] for row in probabilities.value)
    words = text_written(trace)
    return (
        Alignment(
            say(
                "Rows: the characters written. Columns: the characters read. Beside each row: its likeliest characters."
            ),
            alignment.axis("query").labels,
            alignment.axis("key").labels,
            tuple(tuple(map(float, row)) for row in alignment.value),
            tuple(tuple((name, share) for share, name in row if share >= 0.005) for row in likeliest),
            tuple(words[: n + 1] for n in range(len(probabilities.value))),
        ),
    )


def text_read(trace: Trace, task: str) -> str:
    """The typed text: the likeliest symbol of each row of X."""
    return "".join(alphabet(task)[int(row.argmax())] for row in trace["X"].value)


def text_written(trace: Trace) -> str:
    """The text written, without the end sign."""
    return "".join(label for label in trace["output"].axis("query").labels if label != END)
