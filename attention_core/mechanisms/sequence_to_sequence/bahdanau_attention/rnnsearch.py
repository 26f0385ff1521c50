"""RNNsearch with small matrices: a bidirectional encoder and a decoder that attends to its annotations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from attention_core.blocks.layers import affine, linear
from attention_core.blocks.naming import StepNamer, step_namer
from attention_core.blocks.recurrent import attend, encode_both_ways, gru, side_by_side, stack_rows, tanh_cell
from attention_core.engine.ops import index, tanh
from attention_core.engine.step import Step
from attention_core.lesson.mechanism import Input

LOOK = "look, then speak"
SPEAK = "speak, then look"
# Matrices acting on the last word, on the state and on the context.
Matrices = tuple[Step, Step, Step]
# The last word, the state before, the context, the names: the next state.
DecoderCell = Callable[[Step, Step, Step | None, StepNamer], Step]


def run(
    X: Step,
    W_fwd: Step,
    U_fwd: Step,
    W_bwd: Step,
    U_bwd: Step,
    W_s: Step,
    W_a: Step,
    U_a: Step,
    v_a: Step,
    E_y: Step,
    W: Step,
    U: Step,
    C: Step,
    W_z: Step,
    U_z: Step,
    C_z: Step,
    W_r: Step,
    U_r: Step,
    C_r: Step,
    timing: str,
    decoder: str,
) -> tuple[Step, Step]:
    """c_i = sum_j alpha_ij h_j, alpha_i = softmax_j(v . tanh(W_a s_{i-1} + U_a h_j)). Bahdanau et al. 2014, appendix A.

    With the other timing the query is s_i, computed without a context, as in Luong, Pham and Manning 2015.
    """
    forward = tanh_cell(W_fwd, U_fwd, symbol=r"\overrightarrow{h}")
    backward = tanh_cell(W_bwd, U_bwd, symbol=r"\overleftarrow{h}")
    _, backward_states, H = encode_both_ways(X, forward, backward, axis="key")
    keys = linear(U_a, H, "keys", "K")
    s = tanh(linear(W_s, index(backward_states, "key", 0)), name="first state", symbol="s^{(0)}")
    cell = gated_cell((W, U, C), (W_z, U_z, C_z), (W_r, U_r, C_r)) if decoder == "gated" else plain_cell((W, U, C))
    alignments = list[Step]()
    outputs = list[Step]()
    for i in range(E_y.size("query")):
        namer = step_namer("decoder", i + 1)
        y = index(E_y, "query", i)
        s = cell(y, s, None, namer) if timing == SPEAK else s
        alpha, c = attend(s, keys, H, W_a, v_a, namer)
        s = cell(y, s, c, namer) if timing == LOOK else s
        alignments.append(alpha)
        outputs.append(side_by_side(c, s, "readout", ""))
    words = E_y.axis("query")
    return stack_rows(alignments, words, "alignment", "A"), stack_rows(outputs, words, "output", "O")


def plain_cell(new: Matrices) -> DecoderCell:
    """tanh(W y + U s + C c), without C c where no context is given."""
    return lambda y, s, c, namer: tanh(_weighted_inputs(new, y, s, c), **namer("state", "s"))


def gated_cell(new: Matrices, update: Matrices, reset: Matrices) -> DecoderCell:
    """The gated cell of the paper, without bias. Bahdanau et al. 2014, appendix A."""

    def cell(y: Step, s: Step, c: Step | None, namer: StepNamer) -> Step:
        return gru(
            s,
            _weighted_inputs(update, y, s, c),
            _weighted_inputs(reset, y, s, c),
            _weighted_inputs(new, y, None, c),
            new[1],
            namer,
        )

    return cell


def _weighted_inputs(matrices: Matrices, *columns: Step | None) -> Step:
    return affine(*zip(matrices, columns, strict=True))


INPUTS = {
    "X": Input(("key", "feature"), "source"),
    "W_fwd": Input(("unit", "feature"), "forwards: source"),
    "U_fwd": Input(("unit", "unit before"), "forwards: state"),
    "W_bwd": Input(("unit", "feature"), "backwards: source"),
    "U_bwd": Input(("unit", "unit before"), "backwards: state"),
    "W_s": Input(("state", "unit"), "first state"),
    "W_a": Input(("hidden", "state"), "score: state"),
    "U_a": Input(("hidden", "annotation"), "score: annotation"),
    "v_a": Input(("hidden",), "score: hidden units"),
    "E_y": Input(("query", "embedding"), "last word"),
} | {
    f"{letter}{gate}": Input(("state", read), f"{part}: {what}")
    for gate, part in (("", "new state"), ("_z", "update gate"), ("_r", "reset gate"))
    for letter, read, what in (
        ("W", "embedding", "word"),
        ("U", "state before", "state"),
        ("C", "annotation", "context"),
    )
}
# Made up: three source positions, three words; the letters are those of Bahdanau et al. 2014.
_W = np.array([[-0.75, 0.75], [-0.75, -0.5], [-0.25, 0]])
_U = np.eye(3) / 2
_C = np.array([[0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0.25, 0.25, 0.25, 0.25]])
NUMBERS = {
    "X": [[1, 0], [0, 1], [1, 1]],
    "W_fwd": [[1, -0.5], [0, 1]],
    "U_fwd": [[0.5, 0], [0, 0.5]],
    "W_bwd": [[-0.5, 1], [0.5, 0.5]],
    "U_bwd": [[0.5, -0.5], [0, 0.5]],
    "W_s": [[0.25, 1], [0.5, 0.75], [0.75, -0.25]],
    "W_a": [[1, 1, -2], [0, 2, 2]],
    "U_a": [[0.25, 0, -1, 0], [0.75, -0.25, 0, 0]],
    "v_a": [-1.5, 1.5],
    "E_y": [[0, 0], [1, 0.5], [-1, 1]],
    "W": _W,
    "U": _U,
    "C": _C,
    "W_z": _W / 2,
    "U_z": _U / 2,
    "C_z": _C / 2,
    "W_r": -_W / 2,
    "U_r": _U / 2,
    "C_r": -_C / 2,
}
