"""Squeeze-and-Excitation on pictures whose meaning hangs on a lamp. Hu, Shen and Sun 2018, arXiv:1709.01507.

A small network names a picture, with one block of squeeze-and-excitation in it and without. Which digit is meant is
told by a lamp that no convolution sees together with a digit, and at the end there are only means over the whole
picture: without the block the lamp can do no more than add constants to the scores of the digits.

What senet.npz computes, for a picture X (3 colours: red, green, blue; 16 rows; 16 columns):

    U = relu(K_1 * X + b_1)      K_1 (16, 3, 3, 3), b_1 (16); U (16 channels, 16, 16)
    z = mean of U over rows and columns                                      squeeze
    s = sigmoid(W_2 relu(W_1 z))   W_1 (8, 16), W_2 (16, 8), no bias         excitation: the gates
    X~ = s_c U_c                                                             scale
    F = relu(K_2 * X~ + b_2)     K_2 (32, 16, 3, 3), b_2 (32); F (32, 16, 16)
    y = W_o (mean of F over rows and columns) + b_o      W_o (10, 32), b_o (10): scores of the digits 0 to 9

(K * X)[o, i, j] = sum over c, u, v of K[o, c, u, v] X[c, i + u - 1, j + v - 1] with one ring of zeros outside, as in
every library. In training a normalisation of batches follows each convolution; in the file it is folded into K and b.

digits.json has held-out images for the app: "pixels" are 8 rows of 8 numbers from 0 to 16; digits.py paints a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn.functional import conv2d, cross_entropy, linear

from .digits import BRIGHTEST, FILE, Cued, cues, left_out, painted
from .learning import SEED, TEST_SEED, Net, Shapes, Stopwatch, Trained, card, descend, seeded, share, short, write

CHANNELS = 16
REDUCED = 8
LATER = 32
BATCH = 64
STEPS = 2000
RATE = 1e-2
GATE_RATE = 3e-2
SEEDS = range(3)
PLAIN_SEEDS = range(3)
PLAIN_STEPS = 400
UNSEEN = 2000
RECORDED = 6
EACH = 3
SOURCE = {
    "name": "Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (E. Alpaydin, C. Kaynak 1998)",
    "link": "https://doi.org/10.24432/C50P49",
    "copy": "sklearn.datasets.load_digits",
    "licence": "CC BY 4.0",
}


class Digits:
    """The 1,797 images (8, 8), from 0 to 16, and what they show."""

    def __init__(self) -> None:
        found = load_digits()
        self.images = found.images
        self.labels = found.target

    def cued(self, chosen: Sequence[Cued]) -> tuple[Tensor, Tensor]:
        pictures = [painted(self.images[each.red], self.images[each.green], each.lamp) for each in chosen]
        return torch.tensor(np.array(pictures), dtype=torch.float32), torch.tensor([each.named for each in chosen])

    def record(self, place: int) -> dict[str, Any]:
        return {"index": place, "digit": int(self.labels[place]), "pixels": self.images[place].astype(int).tolist()}

    def plain(self, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        pictures = self.images[places][:, None] / BRIGHTEST
        return torch.tensor(pictures, dtype=torch.float32), torch.tensor(self.labels[places])


def train() -> Iterator[Trained]:
    digits = Digits()
    write(FILE, shipped(digits))
    test = list(islice(cues(np.random.default_rng(TEST_SEED), digits.labels, unseen=True), UNSEEN))
    own, seconds, losses = cued(digits, True, SEED)
    model = own.folded()
    every = {
        "with the block": [right(cued(digits, True, seed)[0], *digits.cued(test)) for seed in SEEDS],
        "without it": [right(cued(digits, False, seed)[0], *digits.cued(test)) for seed in SEEDS],
    }
    found = card(
        model.stored(),
        also=["scikit-learn"],
        task="name the red digit where the lamp is off, the green one where it is on",
        data="pictures drawn by training/digits.py from images of digits",
        source=SOURCE,
        split="every fifth image of a digit is never trained on; held-out pictures are made of those alone",
        accuracy={"unseen pictures": UNSEEN, "exact": right(model, *digits.cued(test)), "every seed": every},
        gates=gates(model, digits, test),
        plain_digits=plain(digits),
        training={
            "seed": SEED,
            "other seeds": list(SEEDS)[1:],
            "steps": STEPS,
            "batch": BATCH,
            "processor seconds": seconds,
            "loss after every 200 steps": losses,
        },
    )
    yield Trained("senet-cued-digits", model.stored(), found, recorded(model.double(), digits, test[:RECORDED]))


@cache
def cued(digits: Digits, gated: bool, seed: int) -> tuple[SENet, float, list[float]]:
    """The network, how long it learned, and its losses."""
    watch = Stopwatch()
    examples = cues(seeded(seed), digits.labels)
    model = SENet(3, gated)
    losses = learn(model, lambda: digits.cued(list(islice(examples, BATCH))), STEPS, f"senet, lamp, seed {seed}")
    return model.eval(), watch.seconds(), losses


def plain(digits: Digits) -> dict[str, Any]:
    """The same network on one digit in one colour, where the whole picture has nothing to add."""
    places = np.arange(len(digits.labels))
    unseen = np.array([left_out(place) for place in places])
    found: dict[str, list[float]] = {}
    for kind, gated in (("with the block", True), ("without it", False)):
        for seed in PLAIN_SEEDS:
            draw = seeded(seed)
            model = SENet(1, gated)
            learn(model, lambda d=draw: digits.plain(d.choice(places[~unseen], BATCH)), PLAIN_STEPS, "senet, plain")
            found[kind] = [*found.get(kind, []), right(model.eval(), *digits.plain(places[unseen]))]
    return {"unseen images": int(unseen.sum()), "every seed": found}


def learn(model: SENet, batch: Callable[[], tuple[Tensor, Tensor]], steps: int, label: str) -> list[float]:
    def cost() -> Tensor:
        x, y = batch()
        return cross_entropy(model(x), y)

    gate = model.named("W_1", "W_2")
    others = [each for each in model.parameters() if not any(each is own for own in gate)]
    return descend(label, [(others, RATE), (gate, GATE_RATE)] if gate else [(others, RATE)], cost, steps, every=200)


# --- the network ------------------------------------------------------------------------------------------------------


def shapes(colours: int, gated: bool = True) -> Shapes:
    return {
        "K_1": (CHANNELS, colours, 3, 3),
        "b_1": (CHANNELS,),
        **({"W_1": (REDUCED, CHANNELS), "W_2": (CHANNELS, REDUCED)} if gated else {}),
        "K_2": (LATER, CHANNELS, 3, 3),
        "b_2": (LATER,),
        "W_o": (10, LATER),
        "b_o": (10,),
    }


class SENet(Net):
    """X (batch, colour, row, column) to scores (batch, digit)."""

    def __init__(self, colours: int, gated: bool) -> None:
        super().__init__(shapes(colours, gated))
        self.gated = gated
        self.norms = nn.ModuleList([nn.BatchNorm2d(CHANNELS), nn.BatchNorm2d(LATER)])

    def maps(self, x: Tensor, layer: int) -> Tensor:
        found = conv2d(x, self.arrays[f"K_{layer}"], self.arrays[f"b_{layer}"], padding=1)
        return torch.relu(self.norms[layer - 1](found))

    def gates(self, squeezed: Tensor) -> Tensor:
        return torch.sigmoid(linear(torch.relu(linear(squeezed, self.arrays["W_1"])), self.arrays["W_2"]))

    def forward(self, x: Tensor, gates: Tensor | None = None) -> Tensor:
        U = self.maps(x, 1)
        if self.gated:
            gates = self.gates(U.mean((2, 3))) if gates is None else gates
            U = gates[:, :, None, None] * U
        return linear(self.maps(U, 2).mean((2, 3)), self.arrays["W_o"], self.arrays["b_o"])

    @torch.no_grad()
    def folded(self) -> SENet:
        """The same function without its normalisations: a convolution and one factor a channel are a convolution."""
        found = SENet(self.arrays["K_1"].shape[1], self.gated)
        found.load_state_dict(self.state_dict())
        found.norms = nn.ModuleList([nn.Identity(), nn.Identity()])
        for layer, norm in enumerate(self.norms, 1):
            factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            found.arrays[f"K_{layer}"] *= factor[:, None, None, None]
            bias = self.arrays[f"b_{layer}"]
            found.arrays[f"b_{layer}"].copy_((bias - norm.running_mean) * factor + norm.bias)
        return found.eval()


# --- how well ---------------------------------------------------------------------------------------------------------


@torch.no_grad()
def right(model: SENet, x: Tensor, y: Tensor, gates: Tensor | None = None) -> float:
    return share(model(x, gates).argmax(1) == y)


@torch.no_grad()
def gates(model: SENet, digits: Digits, test: Sequence[Cued]) -> dict[str, Any]:
    """Whether the gates carry the lamp: put others in their place and count again."""
    x, y = digits.cued(test)
    other, _ = digits.cued([Cued(each.red, each.green, not each.lamp, each.named) for each in test])
    own, theirs = (model.gates(model.maps(pictures, 1).mean((2, 3))) for pictures in (x, other))
    lamp = torch.tensor([each.lamp for each in test])
    off = own[~lamp].mean(0)
    on = own[lamp].mean(0)
    nearer_on = torch.linalg.norm(own - on, dim=1) < torch.linalg.norm(own - off, dim=1)
    two = torch.tensor([digits.labels[each.red] != digits.labels[each.green] for each in test])
    return {
        "exact with the gates of the other lamp": right(model, x, y, theirs),
        "exact with all gates 1": right(model, x, y, torch.ones_like(own)),
        "exact with the mean of all gates": right(model, x, y, own.mean(0).expand_as(own)),
        "lamp told from the gates alone": share(nearer_on == lamp),
        "another answer when the lamp alone changes, of pictures of two unlike digits": share(
            (model(x).argmax(1) != model(other).argmax(1))[two]
        ),
        "mean gates, lamp off": short(off, 3),
        "mean gates, lamp on": short(on, 3),
    }


@torch.no_grad()
def recorded(model: SENet, digits: Digits, test: Sequence[Cued]) -> list[dict[str, Any]]:
    return [numbers_of(model, digits, each) for each in test]


def numbers_of(model: SENet, digits: Digits, one: Cued) -> dict[str, Any]:
    x = digits.cued([one])[0].double()
    squeezed = model.maps(x, 1).mean((2, 3))
    return {
        "red": digits.record(one.red),
        "green": digits.record(one.green),
        "lamp": int(one.lamp),
        "named": one.named,
        "squeezed": short(squeezed[0]),
        "gates": short(model.gates(squeezed)[0]),
        "logits": short(model(x)[0]),
    }


def shipped(digits: Digits) -> Mapping[str, Any]:
    """The first held-out images of every digit."""
    unseen = [place for place in range(len(digits.labels)) if left_out(place)]
    chosen = [place for digit in range(10) for place in [p for p in unseen if digits.labels[p] == digit][:EACH]]
    split = "every fifth image is never trained on; these are such images"
    return {"source": SOURCE, "split": split, "images": [digits.record(place) for place in chosen]}
