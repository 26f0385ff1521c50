"""The translators: trained in PyTorch; the app computes the same, from the same arrays, in NumPy.

Bahdanau, Cho and Bengio 2014: a bidirectional encoder, additive attention, and a decoder, all with the gated unit of
Cho et al. 2014. A matrix stands to the left of the column it acts on: W of the input, U of the state, C of the
context.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from .cells import GRU, WAYS, both_ways, cell_shapes, gate_input, gru
from .data import TASKS, Example, Task
from .learning import SEED, TEST_SEED, Net, Shapes, Stopwatch, Trained, card, descend, seeded, share, short

EMBEDDING = 16
HALF = 32
STATE = 64
HIDDEN = 32
BATCH = 128
RATE = 4e-3
STEPS = {"date-translator": 800, "reversal-translator": 700}
UNSEEN = 2000
RECORDED = 6


def train(name: str) -> Iterator[Trained]:
    draw = seeded()
    task = TASKS[name]
    watch = Stopwatch()
    examples = task.draw(draw)
    model = Translator(len(task.read), len(task.written) + 1)
    losses = descend(name, [(model.parameters(), RATE)], lambda: cost(model, task, examples), STEPS[name])
    seconds = watch.seconds()
    arrays = model.eval().stored()
    yield Trained(name, arrays, described(name, model, arrays, seconds, losses), recorded(name, model.double()))


def cost(model: Translator, task: Task, examples: Iterator[Example]) -> Tensor:
    x, y = arrays_of(task, list(islice(examples, BATCH)))
    return cross_entropy(model(x, y)[0].flatten(0, 1), y.flatten(), ignore_index=-1)


# --- the network ------------------------------------------------------------------------------------------------------


def shapes(read: int, written: int) -> Shapes:
    """Every array of the weights file. written: symbols it can write, the end sign included.

    E_y has one more row than that: the input of the decoder before it has written anything.
    """
    coder = {name: size for way in WAYS for name, size in cell_shapes(way, GRU, EMBEDDING, HALF).items()}
    sizes = {"W": (STATE, EMBEDDING), "U": (STATE, STATE), "C": (STATE, 2 * HALF), "b": (STATE,)}
    decoder = {f"decoder {array}_{gate}": size for gate in GRU for array, size in sizes.items()}
    return {
        "E_x": (read, EMBEDDING),
        **coder,
        "W_s": (STATE, HALF),
        "b_s": (STATE,),
        "W_a": (HIDDEN, STATE),
        "U_a": (HIDDEN, 2 * HALF),
        "b_a": (HIDDEN,),
        "v_a": (HIDDEN,),
        "E_y": (written + 1, EMBEDDING),
        **decoder,
        "O_s": (written, STATE),
        "O_c": (written, 2 * HALF),
        "b_o": (written,),
    }


class Translator(Net):
    """Learns to write one string for another. x (batch, place): numbers of characters, -1 where a string has ended."""

    def __init__(self, read: int, written: int) -> None:
        super().__init__(shapes(read, written), queries=("v_a",))
        self.begin = written

    def forward(self, x: Tensor, targets: Tensor | None = None, steps: int = 0) -> tuple[Tensor, Tensor]:
        """Scores of every symbol and attention weights at every step.

        targets: the symbols that are fed back, as in training; without them its own choices are.
        """
        there = x >= 0
        states = both_ways(self.arrays, self.arrays["E_x"][x.clamp(min=0)], there)
        keys = linear(states, self.arrays["U_a"], self.arrays["b_a"])
        state = torch.tanh(linear(states[:, 0, HALF:], self.arrays["W_s"], self.arrays["b_s"]))
        symbol = torch.full((len(x),), self.begin)
        logits = []
        weights = []
        for step in range(steps if targets is None else targets.shape[1]):
            hidden = torch.tanh(linear(state, self.arrays["W_a"])[:, None] + keys)
            scores = (hidden @ self.arrays["v_a"]).masked_fill(~there, -torch.inf)
            weights.append(scores.softmax(1))
            context = torch.einsum("bk,bks->bs", weights[-1], states)
            gate_inputs = [self.gate_input(gate, self.arrays["E_y"][symbol], context) for gate in GRU]
            state = gru(self.arrays, "decoder", gate_inputs, state)
            logits.append(linear(state, self.arrays["O_s"], self.arrays["b_o"]) + linear(context, self.arrays["O_c"]))
            symbol = logits[-1].argmax(1) if targets is None else targets[:, step].clamp(min=0)
        return torch.stack(logits, 1), torch.stack(weights, 1)

    def gate_input(self, gate: str, embedded: Tensor, context: Tensor) -> Tensor:
        return gate_input(self.arrays, "decoder", gate, embedded) + linear(context, self.arrays[f"decoder C_{gate}"])


def arrays_of(task: Task, examples: list[Example]) -> tuple[torch.Tensor, torch.Tensor]:
    """Numbers of characters, -1 after the last one; what is written ends with a symbol of its own."""
    end = len(task.written)
    sources = [[task.read.index(letter) for letter in each.source] for each in examples]
    targets = [[*(task.written.index(letter) for letter in each.target), end] for each in examples]
    return padded(sources), padded(targets)


def padded(rows: list[list[int]]) -> torch.Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[-1] * (width - len(row))] for row in rows])


# --- how well ---------------------------------------------------------------------------------------------------------


@torch.no_grad()
def described(
    name: str, model: Translator, arrays: Mapping[str, np.ndarray], seconds: float, losses: list[float]
) -> dict[str, Any]:
    task = TASKS[name]
    examples = list(islice(task.draw(np.random.default_rng(TEST_SEED), unseen=True), UNSEEN))
    x, y = arrays_of(task, examples)
    logits, weights = model(x, steps=y.shape[1])
    right = (logits.argmax(-1) == y) | (y < 0)
    rows = [each.numpy()[: len(one.target), : len(one.source)] for each, one in zip(weights, examples, strict=True)]
    fit = fields(rows, examples) if name == "date-translator" else mirrored(rows)
    return card(
        arrays,
        task=name,
        data="generated by training/data.py; nothing was downloaded",
        read=task.read,
        written=task.written,
        split="one day (or string of digits) in ten is never trained on, in any spelling",
        accuracy={
            "unseen strings": UNSEEN,
            "exact": right.all(1).double().mean().item(),
            "characters": round(right[y >= 0].double().mean().item(), 6),
        },
        alignment={key: share([value]) for key, value in (fit | sharpness(rows)).items()},
        training={
            "seed": SEED,
            "steps": STEPS[name],
            "batch": BATCH,
            "processor seconds": seconds,
            "loss after every 100 steps": losses,
        },
    )


def fields(rows: list[np.ndarray], examples: list[Example]) -> dict[str, float]:
    """Where a digit's strongest weight lies. Dashes, and centuries that are not in the source, do not count."""
    parts = {"year": range(4), "month": range(5, 7), "day": range(8, 10)}
    inside = []
    mass = []
    near = []
    for weights, example in zip(rows, examples, strict=True):
        for part, places in parts.items():
            start, stop = example.spans[part]
            written = [place for place in places if part != "year" or place >= 4 - (stop - start)]
            inside += [start <= weights[place].argmax() < stop for place in written]
            mass += [weights[place, start:stop].sum() for place in written]
            if part == "year":
                near += [abs(weights[place].argmax() - (stop - 4 + place)) <= 1 for place in written]
    return {
        "strongest weight inside the right field": float(np.mean(inside)),
        "weight inside the right field": float(np.mean(mass)),
        "year digit's strongest weight within one character of it": float(np.mean(near)),
    }


def mirrored(rows: list[np.ndarray]) -> dict[str, float]:
    hits = [row.argmax() == len(row) - 1 - place for weights in rows for place, row in enumerate(weights)]
    return {"strongest weight on the antidiagonal": float(np.mean(hits))}


def sharpness(rows: list[np.ndarray]) -> dict[str, float]:
    return {"mean largest weight": float(np.mean([weights.max(1).mean() for weights in rows]))}


@torch.no_grad()
def recorded(name: str, model: Translator) -> list[dict[str, Any]]:
    """Held-out strings, each on its own, with every score and weight: what NumPy has to compute again."""
    task = TASKS[name]
    examples = islice(task.draw(np.random.default_rng(TEST_SEED), unseen=True), RECORDED)
    return [numbers_of(task, model, example) for example in examples]


def numbers_of(task: Task, model: Translator, example: Example) -> dict[str, Any]:
    x, y = arrays_of(task, [example])
    logits, weights = (short(each[0]) for each in model(x, steps=y.shape[1]))
    return {"source": example.source, "target": example.target, "logits": logits, "weights": weights}
