"""Recurrent networks: cells, encoders, additive attention, and greedy decoding.

A matrix stands to the left of the column it acts on, W x, as these papers write it: its last axis is summed away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from attention_core.engine.axes import Axis, names, numbered
from attention_core.engine.ops import (
    add,
    concat,
    contract,
    index,
    rename,
    scale,
    shift,
    sigmoid,
    softmax,
    split,
    stack,
    tanh,
    top,
)
from attention_core.engine.step import Step, source

from .layers import affine, linear
from .naming import StepNamer, step_namer

Cell = Callable[[Step, Step | None, StepNamer], Step]  # input, state before, names: the state after


def zeros(axis: Axis, name: str, symbol: str = "") -> Step:
    """A column of zeros: the state before the first input, for a lesson that shows it."""
    return source(name, np.zeros(axis.size), (axis,), symbol)


# --- cells ------------------------------------------------------------------------------------------------------------


def tanh_cell(W: Step, U: Step, bias: Step | None = None, symbol: str = "h") -> Cell:
    """h' = tanh(W x + U h + bias), W (state, input), U (state, state before), bias (state). Elman 1990."""
    return lambda x, h, namer: tanh(affine((W, x), (U, h), bias=bias), **namer("state", symbol))


def bare_cell(W: Step, squash: bool = True) -> Cell:
    """h' = tanh(x + W h), or x + W h without `squash`; x is as wide as the state. W (feature, before). Elman 1990."""

    def cell(x: Step, h: Step | None, namer: StepNamer) -> Step:
        parts = (x,) if h is None else (x, linear(W, h))
        named = namer("state", "h")
        return tanh(add(*parts), **named) if squash else add(*parts, **named)

    return cell


def gru(
    before: Step, update: Step, reset: Step, candidate_input: Step, U: Step, namer: StepNamer, symbol: str = "s"
) -> Step:
    """(1 - z) s + z tanh(candidate_input + U (r s)): the reset gate acts before the product, and z admits the new.

    before (state): the state s. update, reset (state): the pre-activations of the gates z and r. candidate_input
    (state): W x and a bias. U (state, state before). Cho et al. 2014; as in appendix A of Bahdanau et al. 2014.
    Libraries have another cell: `gru_reset_after`.
    """
    z, r = _gates(update, reset, namer)
    new = tanh(add(candidate_input, linear(U, contract(r, before))), **namer("candidate", rf"\tilde {symbol}"))
    return add(contract(_one_minus(z), before), contract(z, new), **namer("state", symbol))


def gru_reset_after(
    before: Step,
    update: Step,
    reset: Step,
    candidate_input: Step,
    recurrent_input: Step,
    namer: StepNamer,
    symbol: str = "s",
) -> Step:
    """z s + (1 - z) tanh(candidate_input + r recurrent_input): the cell of cuDNN and PyTorch.

    The reset gate acts after the product, and z keeps the old state: the other way round than in Cho et al. 2014.
    recurrent_input (state): U s and a bias; the other arguments as in `gru`.
    """
    z, r = _gates(update, reset, namer)
    new = tanh(add(candidate_input, contract(r, recurrent_input)), **namer("candidate", rf"\tilde {symbol}"))
    return add(contract(_one_minus(z), new), contract(z, before), **namer("state", symbol))


def lstm(
    cell: Step, pre_activation: Step, namer: StepNamer, symbols: tuple[str, str] = ("c", "h")
) -> tuple[Step, Step]:
    """The next cell f c + i g, and the next state, o tanh of that cell. Hochreiter and Schmidhuber 1997.

    cell (state): c. pre_activation (gate): of the gates and the candidate, four blocks in the order i, f, g, o, as in
    PyTorch. symbols: of cell and state. The forget gate: Gers, Schmidhuber and Cummins 2000.
    """
    i, f, g, o = _equal_parts(pre_activation, 4, cell.axes[-1].name)
    i = sigmoid(i, **namer("input gate", "i"))
    f = sigmoid(f, **namer("forget gate", "f"))
    g = tanh(g, **namer("candidate", "g"))
    o = sigmoid(o, **namer("output gate", "o"))
    after = add(contract(f, cell), contract(i, g), **namer("cell", symbols[0]))
    return after, contract(o, tanh(after), **namer("state", symbols[1]))


def gru_from_blocks(W: Step, U: Step, b: Step, b_U: Step) -> Cell:
    """A cell of `gru_reset_after` from matrices of three blocks each, in the order r, z, n of PyTorch.

    W (gate, input) acts on the input, with the bias b (gate); U (gate, state) on the state before, with the bias b_U.
    """

    def cell(x: Step, before: Step | None, namer: StepNamer) -> Step:
        before = before or zeros(numbered("state", U.axes[-1].size), "start", "0")
        own = before.axes[-1].name
        r, z, n = _equal_parts(affine((W, x), bias=b), 3, own)
        of_r, of_z, of_n = _equal_parts(affine((U, before), bias=b_U), 3, own)
        return gru_reset_after(before, add(z, of_z), add(r, of_r), n, of_n, namer, symbol="h")

    return cell


def _equal_parts(x: Step, count: int, into: str) -> Iterator[Step]:
    """The last axis of x in `count` equal parts, each along an axis `into`."""
    blocks = split(x, x.axes[-1].name, "block", count, "place")
    return (rename(index(blocks, "block", n), "place", into) for n in range(count))


def _gates(update: Step, reset: Step, namer: StepNamer) -> tuple[Step, Step]:
    return sigmoid(update, **namer("update gate", "z")), sigmoid(reset, **namer("reset gate", "r"))


def _one_minus(z: Step) -> Step:
    return shift(scale(z, -1.0), 1.0)


# --- encoding ---------------------------------------------------------------------------------------------------------


def encode(
    X: Step,
    cell: Cell,
    series: str = "encoder",
    start: Step | None = None,
    backwards: bool = False,
    axis: str = "token",
    present: Step | None = None,
) -> tuple[Step, ...]:
    """The state after each row of X along `axis`, in the order of the rows, also where they are read backwards.

    X (..., axis, feature); each state (..., state). start: the state before the first input; None where the cell starts
    without one. present (..., axis): at padding, where it is 0, the state stays what it was.
    """
    state = start
    states = dict[int, Step]()
    times = range(X.size(axis))
    for t in reversed(times) if backwards else times:
        namer = step_namer(series, t + 1)
        new = cell(index(X, axis, t), state, namer)
        state = _updated_where(new, state, index(present, axis, t), namer) if present and state else new
        states[t] = state
    return tuple(states[t] for t in times)


def _updated_where(new: Step, before: Step, present: Step, namer: StepNamer) -> Step:
    return add(contract(present, new), contract(_one_minus(present), before), **namer("kept state", r"\bar h"))


def stack_rows(states: Sequence[Step], along: Axis, name: str = "", symbol: str = "", to: Sequence[str] = ()) -> Step:
    """States of equal axes as the rows of one table (along, ...), or with the axes in the order `to`."""
    return stack(*states, along=along, to=to or (along.name, *names(states[0].axes)), name=name, symbol=symbol)


def encode_both_ways(
    X: Step,
    forward: Cell,
    backward: Cell,
    along: str = "key",
    into: str = "annotation",
    axis: str = "token",
    *,
    series: str = "",
    start: Step | None = None,
    present: Step | None = None,
) -> tuple[Step, Step, Step]:
    """States of a forward and a backward encoder, and both concatenated: the annotations. Schuster and Paliwal 1997.

    X (..., axis, feature); results (..., along, state) twice and (..., along, into). along: the name of `axis` in the
    results; into: the axis of an annotation; series: a prefix of the names, where a lesson encodes at several levels;
    start, present: as in `encode`.
    """
    positions = X.axis(axis).renamed(along)
    order = [along if name == axis else name for name in names(X.axes)[:-1]]

    def states_of(cell: Cell, direction: str, symbol: str) -> Step:
        found = encode(X, cell, f"{series}{direction}", start, direction == "backward", axis, present)
        return stack_rows(found, positions, f"{series}{direction} states", symbol, (*order, found[0].axes[-1].name))

    forward_states = states_of(forward, "forward", r"\overrightarrow{H}")
    backward_states = states_of(backward, "backward", r"\overleftarrow{H}")
    return forward_states, backward_states, side_by_side(forward_states, backward_states, into, f"{series}annotations")


def side_by_side(
    one: Step, other: Step, into: str, name: str = "annotations", symbol: str = "H", of: Sequence[str] = ()
) -> Step:
    """[one; other], concatenated along the axis `into`, which has no labels of its own but numbers.

    of: the axes of the two that are concatenated, by default the last of each.
    """
    own = of or (one.axes[-1].name, other.axes[-1].name)
    parts = [x if axis == into else rename(x, axis, into) for x, axis in zip((one, other), own, strict=True)]
    labels = numbered(into, sum(x.size(into) for x in parts)).labels
    return concat(*parts, along=into, labels=labels, name=name, symbol=symbol)


# --- attention---------------------------------------------------------------------------------------------------------


def attend(
    state: Step,
    keys: Step,
    H: Step,
    W_a: Step,
    v_a: Step,
    namer: StepNamer,
    along: str = "key",
    symbols: tuple[str, str] = ("e", "c"),
) -> tuple[Step, Step]:
    """Weights (along), softmax of v_a . tanh(W_a s + key), and the context, the mean of the annotations H under them.

    state (state); keys (along, hidden): U_a H and a bias, the same for all states; H (along, annotation); W_a (hidden,
    state); v_a (hidden). along: the axis of the positions; symbols: of the scores and of the context. Bahdanau, Cho and
    Bengio 2014, eqs. 5 and 6.
    """
    sums = add(linear(W_a, state), keys, to=(along, "hidden"))
    hidden = tanh(sums, **namer("hidden units", "T"))
    scores = contract(hidden, v_a, over="hidden", **namer("scores", symbols[0]))
    alpha = softmax(scores, along=along, **namer("attention weights", r"\alpha"))
    return alpha, contract(alpha, H, over=along, **namer("context", symbols[1]))


# --- decoding ---------------------------------------------------------------------------------------------------------


def emitted(p: Step, namer: StepNamer, symbol: str = "y") -> Step:
    """Greedy choice: 1 for the likeliest word of p (word), 0 for the others. No gradient flows back through it."""
    return top(p, p.axes[-1].name, 1, **namer("emitted", symbol))


def embedded(chosen: Step, E: Step, name: str = "", symbol: str = "") -> Step:
    """The row of E (word, embedding) that a one-hot column (..., word) selects: (..., embedding)."""
    word = E.axes[0].name
    own = chosen.axes[-1].name
    chosen = chosen if own == word else rename(chosen, own, word)
    return contract(chosen, E, over=word, name=name, symbol=symbol)


def gru_from_names(W: Mapping[str, Step], way: str) -> Cell:
    """A cell of `gru` on the arrays whose names begin with `way`: "forward W_z", "forward U_z", "forward b_z" ...

    W (unit, input), U (unit, unit before), b (unit), for the gates z and r and for the candidate h.
    """
    start = zeros(W[f"{way} b_z"].axes[0], f"{way} start", "0")

    def cell(x: Step, before: Step | None, namer: StepNamer) -> Step:
        before = before or start
        z, r = (affine((W[f"{way} W_{g}"], x), (W[f"{way} U_{g}"], before), bias=W[f"{way} b_{g}"]) for g in "zr")
        candidate_input = affine((W[f"{way} W_h"], x), bias=W[f"{way} b_h"])
        return gru(before, z, r, candidate_input, W[f"{way} U_h"], namer, symbol="h")

    return cell
