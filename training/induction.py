"""Two layers of attention that learn to continue a repeated string: trained in PyTorch, computed in NumPy by the app.

Elhage et al. 2021 and Olsson et al. 2022 study such layers: no feed-forward layer, no norm, x <- x + attention(x). The
weights are kept from before the first step of training on, at the steps of SNAPSHOTS; every array has an axis for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from .learning import SEED, TEST_SEED, Net, Shapes, Stopwatch, Trained, card, descend, seeded, share, short
from .repeats import ALPHABET, LENGTH, Repeated, repeats

NAME = "induction-heads"
MODEL = 32
HEADS = 2
WIDTH = 16  # of a head
LAYERS = (1, 2)
BATCH = 64
RATE = 4e-3
STEPS = 800
SNAPSHOTS = (0, 100, 160, 200, 220, 240, 260, 300, 400, STEPS)
EVERY = 20  # steps from one measuring to the next
UNSEEN = 300
OTHER_SEEDS = (SEED + 1, SEED + 2, SEED + 3)  # trained as well, for the card alone: whatever comes out is written down


def train() -> Iterator[Trained]:
    watch = Stopwatch()
    course = trained(SEED)
    seconds = watch.seconds()
    arrays = {name: np.stack([kept[name] for kept in course.kept]) for name in course.kept[0]}
    seeds = [summary(seed, trained(seed).measured) for seed in OTHER_SEEDS]
    seeds = [summary(SEED, course.measured), *seeds]
    yield Trained(NAME, arrays, {**described(arrays, course, seconds), "seeds": seeds}, recorded(arrays))


def trained(seed: int) -> Course:
    """One training from its first step to its last."""
    draw = seeded(seed)
    model = Stack()
    course = Course(model, repeats(draw))
    descend(f"{NAME}, seed {seed}", [(model.parameters(), RATE)], course.cost, STEPS, rise=0)
    course.look()
    return course


class Course:
    """What a training passes: measures after every so many steps, and the weights of the snapshots, oldest first."""

    def __init__(self, model: Stack, examples: Iterator[Repeated]) -> None:
        self.model = model
        self.examples = examples
        self.held_out = letters_of(list(islice(repeats(np.random.default_rng(TEST_SEED), unseen=True), UNSEEN)))
        self.steps = 0
        self.measured: list[dict[str, Any]] = []
        self.kept: list[dict[str, np.ndarray]] = []

    def cost(self) -> Tensor:
        """What the next batch costs."""
        self.look()
        self.steps += 1
        x, _ = letters_of(list(islice(self.examples, BATCH)))
        return costs(self.model(x)[0], x).mean()

    def look(self) -> None:
        """Measure, and keep the weights, where it is time to."""
        if self.steps % EVERY == 0:
            self.measured.append({"step": self.steps, **measures(self.model, *self.held_out)})
        if self.steps in SNAPSHOTS:
            self.kept.append({name: array.astype(np.float16) for name, array in self.model.stored().items()})


# --- the network ------------------------------------------------------------------------------------------------------


def shapes() -> Shapes:
    """Every array of one snapshot. E_x: rows of letters; E_p: of places; U: from a row to scores of letters."""
    layer = {
        **{f"W_{role}": (HEADS * WIDTH, MODEL) for role in "qkv"},
        "W_o": (MODEL, HEADS * WIDTH),
    }
    layers = {f"{name} {n}": shape for n in LAYERS for name, shape in layer.items()}
    return {"E_x": (len(ALPHABET), MODEL), "E_p": (LENGTH, MODEL), **layers, "U": (len(ALPHABET), MODEL)}


class Stack(Net):
    """Reads letters (batch, place); returns scores of every next letter, and the weights of every layer and head."""

    def __init__(self) -> None:
        super().__init__(shapes())

    def forward(self, x: Tensor, off: tuple[int, int] | None = None) -> tuple[Tensor, Tensor]:
        """off: a layer and a head of it, both counted from 1, whose output counts 0."""
        rows = self.arrays["E_x"][x] + self.arrays["E_p"][: x.shape[1]]
        weights = []
        for n in LAYERS:
            out, A = self.attention(rows, n, off[1] if off and off[0] == n else 0)
            rows = rows + out
            weights.append(A)
        return rows @ self.arrays["U"].T, torch.stack(weights, 1)

    def attention(self, rows: Tensor, n: int, off: int) -> tuple[Tensor, Tensor]:
        Q, K, V = (in_heads(linear(rows, self.arrays[f"W_{role} {n}"])) for role in "qkv")
        hidden = torch.ones(rows.shape[1], rows.shape[1]).triu(1).bool()
        A = (Q @ K.transpose(2, 3) * WIDTH**-0.5).masked_fill(hidden, -torch.inf).softmax(3)
        read = A @ V
        if off:
            read[:, off - 1] = 0
        return read.transpose(1, 2).flatten(2) @ self.arrays[f"W_o {n}"].T, A


def in_heads(rows: Tensor) -> Tensor:
    """(batch, place, head * width) as (batch, head, place, width)."""
    return rows.unflatten(2, (HEADS, WIDTH)).transpose(1, 2)


def letters_of(examples: list[Repeated]) -> tuple[Tensor, Tensor]:
    """Letters (example, place), and for each place but the last whether the letter after it comes for a second time."""
    again = [np.arange(1, LENGTH) > each.period for each in examples]
    return torch.tensor(np.array([each.letters for each in examples])), torch.tensor(np.array(again))


def costs(logits: Tensor, x: Tensor) -> Tensor:
    """-ln of the probability of every letter but the first: (example, place)."""
    return cross_entropy(logits[:, :-1].flatten(0, 1), x[:, 1:].flatten(), reduction="none").view(len(x), -1)


# --- how well ---------------------------------------------------------------------------------------------------------


@torch.no_grad()
def measures(model: Stack, x: Tensor, again: Tensor, off: tuple[int, int] | None = None) -> dict[str, Any]:
    """Losses in nats, and for each layer and head the weights that tell what it does, on average; off as in `Stack`."""
    logits, weights = model(x, off)
    cost = costs(logits, x)
    right = logits[:, :-1].argmax(2) == x[:, 1:]
    sought = after_earlier(x)
    asking = sought.any(2)
    found = (weights * sought[:, None, None]).sum(4)
    return {
        "loss on repeats": short(cost[again].mean(), 4),
        "loss before": short(cost[~again].mean(), 4),
        "right on repeats": share(right[again]),
        "induction": short(found.permute(1, 2, 0, 3)[:, :, asking].mean(2), 4),
        "previous token": short(weights.diagonal(-1, 3, 4).mean((0, 3)), 4),
    }


def summary(seed: int, course: list[dict[str, Any]]) -> dict[str, Any]:
    """What came of one seed, and the first measured step at which the loss on repeats was below half of the first."""
    last, half = course[-1], course[0]["loss on repeats"] / 2
    return {
        "seed": seed,
        "loss on repeats": last["loss on repeats"],
        "right on repeats": last["right on repeats"],
        "best induction, layer 2": max(last["induction"][1]),
        "best previous token, layer 1": max(last["previous token"][0]),
        "half the first loss at step": next((each["step"] for each in course if each["loss on repeats"] < half), None),
    }


def after_earlier(x: Tensor) -> Tensor:
    """Whether a key comes right after an earlier occurrence of the query's letter: (example, query, key)."""
    same = x[:, :, None] == x[:, None, :]
    shifted = torch.zeros_like(same)
    shifted[:, :, 1:] = same[:, :, :-1]
    return shifted.tril()


def snapshot(arrays: Mapping[str, np.ndarray], place: int) -> Stack:
    """The network as the file has it, in double precision."""
    model = Stack().double()
    model.load_state_dict({f"arrays.{name}": torch.tensor(each[place]).double() for name, each in arrays.items()})
    return model


def described(arrays: Mapping[str, np.ndarray], course: Course, seconds: float) -> dict[str, Any]:
    kept = [{"step": step, **measures(snapshot(arrays, n), *course.held_out)} for n, step in enumerate(SNAPSHOTS)]
    last, heads = snapshot(arrays, len(SNAPSHOTS) - 1), range(1, HEADS + 1)
    return card(
        arrays,
        task="continue a string in which a stretch of different letters comes again and again",
        data="generated by training/repeats.py; nothing was downloaded",
        script="training/induction.py",
        read=ALPHABET,
        longest=LENGTH,
        split="one stretch of letters in ten is never trained on",
        accuracy={"unseen strings": UNSEEN, "right on repeats": kept[-1]["right on repeats"]},
        snapshots=kept,
        without={f"head {n}.{h}": measures(last, *course.held_out, (n, h)) for n in LAYERS for h in heads},
        training={"seed": SEED, "steps": STEPS, "batch": BATCH, "rate": RATE, "processor seconds": seconds},
        course=course.measured,
    )


@torch.no_grad()
def recorded(arrays: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """A held-out string under a middle and the last snapshot: what NumPy has to compute again."""
    example = next(repeats(np.random.default_rng(TEST_SEED), unseen=True))
    return [numbers_of(arrays, place, example) for place in (len(SNAPSHOTS) // 2, len(SNAPSHOTS) - 1)]


def numbers_of(arrays: Mapping[str, np.ndarray], place: int, example: Repeated) -> dict[str, Any]:
    x, _ = letters_of([example])
    logits, weights = (short(each[0], 6) for each in snapshot(arrays, place)(x))
    return {"text": example.text, "step": SNAPSHOTS[place], "logits": logits, "weights": weights}
