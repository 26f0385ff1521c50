"""The translator in PyTorch, for training only: the app computes the same, from the same arrays, in NumPy.

Bahdanau, Cho and Bengio 2014: an encoder that reads both ways, additive attention, and a decoder, all with the gated
unit of Cho et al. 2014. A matrix stands to the left of what it acts on: W of what comes in, U of what is remembered, C
of the context.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

EMBEDDING, HALF, STATE, HIDDEN = 16, 32, 64, 32
WAYS = ("forward", "backward")
GATES = ("z", "r", "h")  # update, reset, candidate


def shapes(read: int, written: int) -> dict[str, tuple[int, ...]]:
    """Every array of the weights file. written: symbols it can write, the end among them.

    E_y has one more row than that: what the decoder is told before it has written anything.
    """
    coder = {
        f"{way} {array}_{gate}": size
        for way in WAYS
        for gate in GATES
        for array, size in {"W": (HALF, EMBEDDING), "U": (HALF, HALF), "b": (HALF,)}.items()
    }
    decoder = {
        f"decoder {array}_{gate}": size
        for gate in GATES
        for array, size in {
            "W": (STATE, EMBEDDING),
            "U": (STATE, STATE),
            "C": (STATE, 2 * HALF),
            "b": (STATE,),
        }.items()
    }
    return {
        "E_x": (read, EMBEDDING),
        **coder,
        "W_s": (STATE, HALF), "b_s": (STATE,),
        "W_a": (HIDDEN, STATE), "U_a": (HIDDEN, 2 * HALF), "b_a": (HIDDEN,), "v_a": (HIDDEN,),
        "E_y": (written + 1, EMBEDDING),
        **decoder,
        "O_s": (written, STATE), "O_c": (written, 2 * HALF), "b_o": (written,),
    }  # fmt: skip


class Translator(nn.Module):
    """Learns to write one string for another. x (batch, place): numbers of characters, -1 where a string has ended."""

    def __init__(self, read: int, written: int) -> None:
        super().__init__()
        self.begin = written
        found = {name: nn.Parameter(torch.empty(shape)) for name, shape in shapes(read, written).items()}
        for name, array in found.items():
            bound = array.shape[-1] ** -0.5 if array.ndim > 1 else 0.0
            nn.init.normal_(array, std=1.0) if name.startswith("E_") else nn.init.uniform_(array, -bound, bound)
        nn.init.normal_(found["v_a"], std=HIDDEN**-0.5)
        self.arrays = nn.ParameterDict(found)

    def forward(self, x: Tensor, told: Tensor | None = None, steps: int = 0) -> tuple[Tensor, Tensor]:
        """Scores of every symbol and attention weights at every step.

        told: what it should have written so far, as in training; without it, it goes on from its own choice.
        """
        there = x >= 0
        states = self.encoded(x.clamp(min=0), there)
        keys = linear(states, self.arrays["U_a"], self.arrays["b_a"])
        state = torch.tanh(linear(states[:, 0, HALF:], self.arrays["W_s"], self.arrays["b_s"]))
        symbol = torch.full((len(x),), self.begin)
        logits, weights = [], []
        for step in range(steps if told is None else told.shape[1]):
            hidden = torch.tanh(linear(state, self.arrays["W_a"])[:, None] + keys)
            scores = (hidden @ self.arrays["v_a"]).masked_fill(~there, -torch.inf)
            weights.append(scores.softmax(1))
            context = torch.einsum("bk,bks->bs", weights[-1], states)
            coming = [self._coming("decoder", gate, self.arrays["E_y"][symbol], context) for gate in GATES]
            state = self._cell("decoder", coming, state)
            logits.append(linear(state, self.arrays["O_s"], self.arrays["b_o"]) + linear(context, self.arrays["O_c"]))
            symbol = logits[-1].argmax(1) if told is None else told[:, step].clamp(min=0)
        return torch.stack(logits, 1), torch.stack(weights, 1)

    def encoded(self, x: Tensor, there: Tensor) -> Tensor:
        """For every place, what both readers know there; past the end of a string a reader stays as it was."""
        embedded = self.arrays["E_x"][x]
        found = []
        for way in WAYS:
            coming = [self._coming(way, gate, embedded) for gate in GATES]
            state, states = embedded.new_zeros(len(x), HALF), {}
            for place in range(x.shape[1])[:: 1 if way == "forward" else -1]:
                new = self._cell(way, [each[:, place] for each in coming], state)
                state = torch.where(there[:, place, None], new, state)
                states[place] = state
            found.append(torch.stack([states[place] for place in range(x.shape[1])], 1))
        return torch.cat(found, -1)

    def _coming(self, who: str, gate: str, embedded: Tensor, context: Tensor | None = None) -> Tensor:
        coming = linear(embedded, self.arrays[f"{who} W_{gate}"], self.arrays[f"{who} b_{gate}"])
        return coming if context is None else coming + linear(context, self.arrays[f"{who} C_{gate}"])

    def _cell(self, who: str, coming: list[Tensor], state: Tensor) -> Tensor:
        for_update, for_reset, for_candidate = coming
        update = torch.sigmoid(for_update + linear(state, self.arrays[f"{who} U_z"]))
        reset = torch.sigmoid(for_reset + linear(state, self.arrays[f"{who} U_r"]))
        candidate = torch.tanh(for_candidate + linear(reset * state, self.arrays[f"{who} U_h"]))
        return (1 - update) * state + update * candidate
