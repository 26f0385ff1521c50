"""The experiment behind "recurrent networks need more training": two readers learn to recall the first token.

Every text is a row of random signs, the first of which is marked and is what is asked for. Plain gradient descent on
all texts at once, until the loss is below THRESHOLD. Everything is seeded; experiments/ has the counts for long texts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from attention_core.engine.step import Array
from attention_core.lesson.pictures import Curves
from attention_core.lesson.trained_weights import read_json

TEXTS = 256
DATA_SEED = 1000
THRESHOLD = 0.1
CAP = 1000
LIVE_CAP = 400
LENGTHS = (2, 4, 8, 12, 16, 20)
SEEDS = (0, 1, 2)
RHOS = (0.5, 0.9, 1.0)
# Of the recurrence.
UNITS = 8
RATE = 0.5
CLIP = 1.0
CLIPPED = ("W_h", "W_x", "w", "b_h")  # whose length counts; the output's bias b is shortened with them
LONGEST_LIVE = 12  # tokens; longer texts are read from the file
RECORDED = "experiments/rnn-training-steps.json"  # below the folder of data

Point = tuple[float, float]
Descent = Callable[[], tuple[float, Callable[[], None]]]  # the loss now, and how to take one step down


def texts(length: int) -> tuple[Array, Array]:
    """TEXTS texts (text, token, feature: sign, marker) and the sign each begins with."""
    rng = np.random.default_rng(DATA_SEED)
    wanted = rng.choice([-1.0, 1.0], size=TEXTS)
    signs = rng.choice([-1.0, 1.0], size=(TEXTS, length))
    signs[:, 0] = wanted
    marker = np.zeros_like(signs)
    marker[:, 0] = 1.0
    return np.stack([signs, marker], axis=-1), wanted


def judged(logits: Array, wanted: Array) -> tuple[float, Array]:
    """The mean of ln(1 + exp(-wanted * logit)), and its gradient for every logit."""
    margins = wanted * logits
    return float(np.logaddexp(0.0, -margins).mean()), -wanted * np.exp(-np.logaddexp(0.0, margins)) / len(wanted)


def losses(descent: Descent, cap: int) -> tuple[float, ...]:
    """The loss before every step, up to the first one below THRESHOLD: so many steps were counted."""
    found: list[float] = []
    while len(found) < cap and not (found and found[-1] < THRESHOLD):
        with np.errstate(all="ignore"):
            loss, step = descent()
            step()
        if not np.isfinite(loss):
            break  # steps so long that no number is left
        found.append(loss)
    return tuple(found)


def steps(found: tuple[float, ...]) -> int | None:
    """How many were counted; None for a run that did not get there."""
    return len(found) if found and found[-1] < THRESHOLD else None


# --- two readers ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def reader(length: int, k: tuple[float, ...], w: tuple[float, ...], rate: float, cap: int = CAP) -> tuple[float, ...]:
    """Losses of w . sum_t softmax(X k)_t x_t + b, with b = 0 at first."""
    X, wanted = texts(length)
    own = {"k": np.array(k), "w": np.array(w), "b": np.zeros(())}

    def descent() -> tuple[float, Callable[[], None]]:
        loss, gradients = through_softmax(own, X, wanted)
        return loss, lambda: _down(own, gradients, rate)

    return losses(descent, cap)


def through_softmax(own: dict[str, Array], X: Array, wanted: Array) -> tuple[float, dict[str, Array]]:
    """The loss of the attention reader and its gradients."""
    scores = X @ own["k"]
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = raised / raised.sum(axis=1, keepdims=True)
    context = np.einsum("nt,ntf->nf", shares, X)
    loss, back = judged(context @ own["w"] + own["b"], wanted)
    worth = X @ own["w"] * back[:, None]
    moved = shares * (worth - (shares * worth).sum(axis=1, keepdims=True))
    return loss, {"k": np.einsum("nt,ntf->f", moved, X), "w": back @ context, "b": np.asarray(back.sum())}


def _down(own: dict[str, Array], gradients: dict[str, Array], rate: float) -> None:
    own.update({name: own[name] - rate * gradient for name, gradient in gradients.items()})


def recurrence(rho: float, seed: int) -> dict[str, Array]:
    """What it starts from: W_h is rho times a turn, everything else small, biases 0."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((UNITS, UNITS)))[0]
    W_x = 0.3 * rng.standard_normal((UNITS, 2))
    w = 0.3 * rng.standard_normal(UNITS)
    return {"W_h": rho * turn, "W_x": W_x, "w": w, "b_h": np.zeros(UNITS), "b": np.zeros(())}


@lru_cache(maxsize=64)
def rival(length: int, rho: float, seed: int, cap: int = CAP) -> tuple[float, ...]:
    """Losses of w . h_T + b with h_t = tanh(W_h h_{t-1} + W_x x_t + b_h), gradients clipped to a length of CLIP."""
    X, wanted = texts(length)
    own = recurrence(rho, seed)

    def descent() -> tuple[float, Callable[[], None]]:
        loss, gradients = through_time(own, X, wanted)
        size = np.sqrt(sum((gradients[name] ** 2).sum() for name in CLIPPED))
        rate = RATE * min(1.0, CLIP / max(float(size), 1e-300))
        return loss, lambda: _down(own, gradients, rate)

    return losses(descent, cap)


def through_time(own: dict[str, Array], X: Array, wanted: Array) -> tuple[float, dict[str, Array]]:
    """The loss of the recurrence and its gradients, by the way back through every token. Werbos 1990."""
    states = [np.zeros((len(X), len(own["w"])))]
    for t in range(X.shape[1]):
        states.append(np.tanh(states[-1] @ own["W_h"].T + X[:, t] @ own["W_x"].T + own["b_h"]))
    loss, back = judged(states[-1] @ own["w"] + own["b"], wanted)
    found = {name: np.zeros_like(array) for name, array in own.items()}
    found["w"] = back @ states[-1]
    found["b"] = np.asarray(back.sum())
    state = back[:, None] * own["w"]
    for t in range(X.shape[1], 0, -1):
        inside = state * (1 - states[t] ** 2)
        found["W_h"] += inside.T @ states[t - 1]
        found["W_x"] += inside.T @ X[:, t - 1]
        found["b_h"] += inside.sum(axis=0)
        state = inside @ own["W_h"]
    return loss, found


# --- what came of it --------------------------------------------------------------------------------------------------


def experiment() -> dict[str, Any]:
    """Steps needed by both, for every length, rho and seed; None where CAP was not enough."""
    runs = {f"{rho:g}": [[steps(rival(T, rho, seed)) for seed in SEEDS] for T in LENGTHS] for rho in RHOS}
    attention = [steps(reader(T, (0.0, 0.0), (0.1, 0.0), 1.0)) for T in LENGTHS]
    return {"tokens": LENGTHS, "seeds": SEEDS, "cap": CAP, "attention": attention, "recurrence": runs}


@lru_cache(maxsize=1)
def recorded() -> dict[str, Any]:
    """What experiment() found when tools/training_steps.py last wrote it down."""
    found: dict[str, Any] = read_json(RECORDED)
    return found


Runs = dict[str, tuple[float, ...]]


def live(length: int, start: dict[str, Array], rate: float, rho: float, seed: int) -> Runs:
    """Both readers' losses, trained now where that is quick; those that never were a number are left out.

    start: "k" and "w" of the attention reader.
    """
    k, w = (tuple(map(float, start[name])) for name in ("k", "w"))
    if len(k) != 2 or length > LONGEST_LIVE:
        return {}
    other = f"recurrence, ρ {rho:g}, seed {seed}"
    runs = {"your attention": reader(length, k, w, rate, LIVE_CAP), other: rival(length, rho, seed, LIVE_CAP)}
    return {name: found for name, found in runs.items() if found}


def counts(length: int, runs: Runs) -> Curves:
    """Steps over the length of the text: attention's, the middle seed's of each recurrence, and every single run.

    runs: further ones, at one length.
    """
    found = recorded()
    marks = {name: (float(length), float(len(each))) for name, each in runs.items() if steps(each)}
    x = tuple(map(float, found["tokens"]))
    lines = {"attention": tuple(map(float, found["attention"]))}
    ended = list[Point]()
    failed = list[Point]()
    cap = float(found["cap"])
    for rho, table in found["recurrence"].items():
        lines[f"recurrence, ρ {rho}"] = tuple(float(sorted(n or cap for n in seeds)[1]) for seeds in table)
        for T, seeds in zip(x, table, strict=True):
            ended += [(T, float(n)) for n in seeds if n]
            failed += [(T, cap) for n in seeds if not n]
    dots = {"one run": tuple(ended)}
    crosses = {f"not within {cap:g}": tuple(failed)} if failed else {}
    caption = "Steps until the loss is below 0.1: three seeds each, a line through the middle one."
    return Curves(caption, x, lines, "tokens", "steps", marks, log_y=True, dots=dots, crosses=crosses)


def race(runs: Runs, length: int) -> Curves:
    """The losses, step by step; whoever has stopped stays where it is."""
    last = max(map(len, runs.values()))
    lines = {name: (*found, *found[-1:] * (last - len(found))) for name, found in runs.items()}
    lines["goal"] = (THRESHOLD,) * last
    x = tuple(float(n + 1) for n in range(last))
    return Curves(f"Both trained just now, on {TEXTS} texts of {length} tokens.", x, lines, "steps", "loss")
