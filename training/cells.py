"""The gated recurrent unit and the LSTM in PyTorch, on named arrays: W of the input, U of the state, b.

A matrix stands to the left of the column it acts on. attention_core/blocks/recurrent.py has the same in NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import linear

from .learning import Shapes

Arrays = Mapping[str, Tensor]
WAYS = ("forward", "backward")
GRU = ("z", "r", "h")  # update, reset, candidate
LSTM = ("i", "f", "g", "o")  # input, forget, candidate, output


def cell_shapes(owner: str, gates: Sequence[str], width: int, state: int) -> Shapes:
    sizes = {"W": (state, width), "U": (state, state), "b": (state,)}
    return {f"{owner} {array}_{gate}": size for gate in gates for array, size in sizes.items()}


def gate_input(arrays: Arrays, owner: str, gate: str, x: Tensor) -> Tensor:
    """The part of a gate's pre-activation that comes from the input: W x + b."""
    return linear(x, arrays[f"{owner} W_{gate}"], arrays[f"{owner} b_{gate}"])


def gru(arrays: Arrays, owner: str, gate_inputs: Sequence[Tensor], state: Tensor) -> Tensor:
    """Cho et al. 2014: the reset gate acts before the product, and the update gate admits the new state.

    gate_inputs: W x + b of update, reset and candidate.
    """
    for_update, for_reset, for_candidate = gate_inputs
    update = torch.sigmoid(for_update + linear(state, arrays[f"{owner} U_z"]))
    reset = torch.sigmoid(for_reset + linear(state, arrays[f"{owner} U_r"]))
    candidate = torch.tanh(for_candidate + linear(reset * state, arrays[f"{owner} U_h"]))
    return (1 - update) * state + update * candidate


def both_ways(arrays: Arrays, X: Tensor, there: Tensor, prefix: str = "") -> Tensor:
    """[forward; backward] for every place of X (batch, place, feature); past its end a state stays as it was."""
    found = []
    for way in WAYS:
        owner = prefix + way
        gate_inputs = [gate_input(arrays, owner, gate, X) for gate in GRU]
        state = X.new_zeros(len(X), len(arrays[f"{owner} b_z"]))
        states = {}
        for place in range(X.shape[1])[:: 1 if way == "forward" else -1]:
            new = gru(arrays, owner, [each[:, place] for each in gate_inputs], state)
            state = torch.where(there[:, place, None], new, state)
            states[place] = state
        found.append(torch.stack([states[place] for place in range(X.shape[1])], 1))
    return torch.cat(found, -1)


def lstm(arrays: Arrays, owner: str, x: Tensor, state: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """State and memory after x: c' = f c + i g, h' = o tanh c'. Gers, Schmidhuber and Cummins 2000."""
    raw = [gate_input(arrays, owner, gate, x) + linear(state, arrays[f"{owner} U_{gate}"]) for gate in LSTM]
    let_in, keep, let_out = (torch.sigmoid(raw[gate]) for gate in (0, 1, 3))
    memory = keep * memory + let_in * torch.tanh(raw[2])
    return let_out * torch.tanh(memory), memory
