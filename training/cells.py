"""The two gated units in PyTorch, on named arrays: W of what comes in, U of what is remembered, b.

A matrix stands to the left of what it acts on. `recurrent.py` of the app has the same in NumPy.
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


def cell_shapes(who: str, gates: Sequence[str], coming: int, state: int) -> Shapes:
    sizes = {"W": (state, coming), "U": (state, state), "b": (state,)}
    return {f"{who} {array}_{gate}": size for gate in gates for array, size in sizes.items()}


def heard(arrays: Arrays, who: str, gate: str, x: Tensor) -> Tensor:
    """What a gate makes of what comes in: W x + b."""
    return linear(x, arrays[f"{who} W_{gate}"], arrays[f"{who} b_{gate}"])


def gru(arrays: Arrays, who: str, coming: Sequence[Tensor], state: Tensor) -> Tensor:
    """Cho et al. 2014: the reset comes before the product, and the update lets the new in.

    coming: what is heard for update, reset and candidate.
    """
    for_update, for_reset, for_candidate = coming
    update = torch.sigmoid(for_update + linear(state, arrays[f"{who} U_z"]))
    reset = torch.sigmoid(for_reset + linear(state, arrays[f"{who} U_r"]))
    candidate = torch.tanh(for_candidate + linear(reset * state, arrays[f"{who} U_h"]))
    return (1 - update) * state + update * candidate


def both_ways(arrays: Arrays, X: Tensor, there: Tensor, prefix: str = "") -> Tensor:
    """[forward; backward] for every place of X (batch, place, feature); past its end a reader stays as it was."""
    found = []
    for way in WAYS:
        who = prefix + way
        coming = [heard(arrays, who, gate, X) for gate in GRU]
        state = X.new_zeros(len(X), len(arrays[f"{who} b_z"]))
        states = {}
        for place in range(X.shape[1])[:: 1 if way == "forward" else -1]:
            new = gru(arrays, who, [each[:, place] for each in coming], state)
            state = torch.where(there[:, place, None], new, state)
            states[place] = state
        found.append(torch.stack([states[place] for place in range(X.shape[1])], 1))
    return torch.cat(found, -1)


def lstm(arrays: Arrays, who: str, x: Tensor, state: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """State and memory after x: c' = f c + i g, h' = o tanh c'. Gers, Schmidhuber and Cummins 2000."""
    raw = [heard(arrays, who, gate, x) + linear(state, arrays[f"{who} U_{gate}"]) for gate in LSTM]
    let_in, keep, let_out = (torch.sigmoid(raw[gate]) for gate in (0, 1, 3))
    memory = keep * memory + let_in * torch.tanh(raw[2])
    return let_out * torch.tanh(memory), memory
