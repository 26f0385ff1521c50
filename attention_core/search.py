"""RNNsearch, small enough to be seen whole: an encoder that reads both ways, a decoder that looks at what was read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .primitives import pick, tanh
from .recurrent import Naming, attend, encode_both_ways, gru, laid, moment, on, side_by_side, summed, tanh_cell
from .step import Step

LOOK, SPEAK = "look, then speak", "speak, then look"
Speaker = Callable[[Step, Step, Step | None, Naming], Step]  # the word heard, the state, the context: the next state


def run(
    X: Step, W_fwd: Step, U_fwd: Step, W_bwd: Step, U_bwd: Step, W_s: Step, W_a: Step, U_a: Step, v_a: Step,
    E_y: Step, W: Step, U: Step, C: Step, timing: str, decoder: str,
) -> tuple[Step, Step]:  # fmt: skip
    """c_i = sum_j alpha_ij h_j, alpha_i = softmax_j(v . tanh(W_a s_{i-1} + U_a h_j)). Bahdanau et al. 2014, appendix A.

    The other timing asks with s_i, made without a context, as in Luong, Pham and Manning 2015.
    """
    there = tanh_cell(W_fwd, U_fwd, symbol=r"\overrightarrow{h}")
    back = tanh_cell(W_bwd, U_bwd, symbol=r"\overleftarrow{h}")
    _, behind, H = encode_both_ways(X, there, back, axis="key")
    keys = on(U_a, H, "keys", "K")
    s = tanh(on(W_s, pick(behind, "key", 0)), name="first state", symbol="s^{(0)}")
    spoken, looks, told = _speaker(W, U, C, decoder == "gated"), list[Step](), list[Step]()
    for i in range(E_y.size("query")):
        called, y = moment("decoder", i + 1), pick(E_y, "query", i)
        s = spoken(y, s, None, called) if timing == SPEAK else s
        alpha, c = attend(s, keys, H, W_a, v_a, called)
        s = spoken(y, s, c, called) if timing == LOOK else s
        looks, told = [*looks, alpha], [*told, side_by_side(c, s, "readout", "")]
    return laid(looks, E_y.axis("query"), "alignment", "A"), laid(told, E_y.axis("query"), "output", "O")


def _speaker(W: Step, U: Step, C: Step, gated: bool) -> Speaker:
    """What makes a state of the last word, the state before and, where one is given, the context of this moment.

    W, U, C have an axis gate: the first position is tanh(W y + U s + C c); gated has two more, update and reset.
    Bahdanau et al. 2014, appendix A, without bias.
    """

    def heard(n: int, y: Step, s: Step | None, c: Step | None) -> Step:
        return summed(*((pick(M, "gate", n), x) for M, x in ((W, y), (U, s), (C, c)) if x is not None))

    def cell(y: Step, s: Step, c: Step | None, called: Naming) -> Step:
        if not gated:
            return tanh(heard(0, y, s, c), **called("state", "s"))
        return gru(s, heard(1, y, s, c), heard(2, y, s, c), heard(0, y, None, c), pick(U, "gate", 0), called)

    return cell


# Made up: three source positions, three words; the letters are those of Bahdanau et al. 2014. In W, U, C the matrices
# of the candidate come first, then those of the update gate and of the reset gate, here multiples of the first.
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
    "W": np.multiply.outer([1, 0.5, -0.5], [[-0.75, 0.75], [-0.75, -0.5], [-0.25, 0]]).tolist(),
    "U": np.multiply.outer([1, 0.5, 0.5], np.eye(3) / 2).tolist(),
    "C": np.multiply.outer([1, 0.5, -0.5], [[0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0.25, 0.25, 0.25, 0.25]]).tolist(),
}
