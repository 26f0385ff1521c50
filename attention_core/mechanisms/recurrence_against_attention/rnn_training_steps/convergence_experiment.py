"""The experiment behind "recurrent networks need more training": attention and a recurrence recall the first token.

Every text is a row of random signs, the first of which is marked and is the target. Plain gradient descent on all
texts at once, until the loss is below THRESHOLD. Everything is seeded; experiments/ has the counts for long texts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from attention_core.engine.language import say
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
UNITS = 8  # of the recurrence
RATE = 0.5  # of the recurrence
CLIP = 1.0  # the longest gradient of the recurrence
CLIPPED = (
    "W_h",
    "W_x",
    "w",
    "b_h",
)  # the gradients whose common length is clipped; that of the output's bias b is scaled with them
LONGEST_LIVE = 12  # tokens; longer texts are read from the file
RECORDED = "experiments/rnn-training-steps.json"  # below the folder of data

Point = tuple[float, float]
Descent = Callable[[], tuple[float, Callable[[], None]]]  # the loss now, and how to take one step down


def training_texts(length: int) -> tuple[Array, Array]:
    """TEXTS texts (text, token, feature: sign, marker) and their targets (text): the sign each begins with."""
    rng = np.random.default_rng(DATA_SEED)
    targets = rng.choice([-1.0, 1.0], size=TEXTS)
    signs = rng.choice([-1.0, 1.0], size=(TEXTS, length))
    signs[:, 0] = targets
    marker = np.zeros_like(signs)
    marker[:, 0] = 1.0
    return np.stack([signs, marker], axis=-1), targets


def logistic_loss(logits: Array, targets: Array) -> tuple[float, Array]:
    """The mean of ln(1 + exp(-target * logit)), and its gradient for every logit."""
    margins = targets * logits
    return float(np.logaddexp(0.0, -margins).mean()), -targets * np.exp(-np.logaddexp(0.0, margins)) / len(targets)


def train(descent: Descent, cap: int) -> tuple[float, ...]:
    """The loss before every step, up to the first one below THRESHOLD or to `cap` steps."""
    found: list[float] = []
    while len(found) < cap and not (found and found[-1] < THRESHOLD):
        with np.errstate(all="ignore"):
            loss, step = descent()
            step()
        if not np.isfinite(loss):
            break  # steps so long that no number is left
        found.append(loss)
    return tuple(found)


def steps_needed(found: tuple[float, ...]) -> int | None:
    """The number of steps; None for a run that did not reach THRESHOLD."""
    return len(found) if found and found[-1] < THRESHOLD else None


# --- the two models ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def attention_losses(
    length: int, k: tuple[float, ...], w: tuple[float, ...], rate: float, cap: int = CAP
) -> tuple[float, ...]:
    """Losses while w . sum_t softmax(X k)_t x_t + b is trained, with b = 0 at first."""
    X, targets = training_texts(length)
    parameters = {"k": np.array(k), "w": np.array(w), "b": np.zeros(())}

    def descent() -> tuple[float, Callable[[], None]]:
        loss, gradients = attention_gradients(parameters, X, targets)
        return loss, lambda: _descend(parameters, gradients, rate)

    return train(descent, cap)


def attention_gradients(parameters: dict[str, Array], X: Array, targets: Array) -> tuple[float, dict[str, Array]]:
    """The loss of the attention model and its gradients."""
    scores = X @ parameters["k"]
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=1, keepdims=True)
    context = np.einsum("nt,ntf->nf", weights, X)
    loss, back = logistic_loss(context @ parameters["w"] + parameters["b"], targets)
    token_gradients = X @ parameters["w"] * back[:, None]
    score_gradients = weights * (token_gradients - (weights * token_gradients).sum(axis=1, keepdims=True))
    return loss, {"k": np.einsum("nt,ntf->f", score_gradients, X), "w": back @ context, "b": np.asarray(back.sum())}


def _descend(parameters: dict[str, Array], gradients: dict[str, Array], rate: float) -> None:
    parameters.update({name: parameters[name] - rate * gradient for name, gradient in gradients.items()})


def initial_recurrence(rho: float, seed: int) -> dict[str, Array]:
    """The first parameters of the recurrence: W_h is rho times an orthogonal matrix, biases are 0, the rest small."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((UNITS, UNITS)))[0]
    W_x = 0.3 * rng.standard_normal((UNITS, 2))
    w = 0.3 * rng.standard_normal(UNITS)
    return {"W_h": rho * turn, "W_x": W_x, "w": w, "b_h": np.zeros(UNITS), "b": np.zeros(())}


@lru_cache(maxsize=64)
def recurrence_losses(length: int, rho: float, seed: int, cap: int = CAP) -> tuple[float, ...]:
    """Losses while w . h_T + b with h_t = tanh(W_h h_{t-1} + W_x x_t + b_h) is trained.

    Gradients are clipped to a length of CLIP.
    """
    X, targets = training_texts(length)
    parameters = initial_recurrence(rho, seed)

    def descent() -> tuple[float, Callable[[], None]]:
        loss, gradients = recurrence_gradients(parameters, X, targets)
        size = np.sqrt(sum((gradients[name] ** 2).sum() for name in CLIPPED))
        rate = RATE * min(1.0, CLIP / max(float(size), 1e-300))
        return loss, lambda: _descend(parameters, gradients, rate)

    return train(descent, cap)


def recurrence_gradients(parameters: dict[str, Array], X: Array, targets: Array) -> tuple[float, dict[str, Array]]:
    """The loss of the recurrence and its gradients, by backpropagation through time. Werbos 1990."""
    states = [np.zeros((len(X), len(parameters["w"])))]
    for t in range(X.shape[1]):
        states.append(np.tanh(states[-1] @ parameters["W_h"].T + X[:, t] @ parameters["W_x"].T + parameters["b_h"]))
    loss, back = logistic_loss(states[-1] @ parameters["w"] + parameters["b"], targets)
    found = {name: np.zeros_like(array) for name, array in parameters.items()}
    found["w"] = back @ states[-1]
    found["b"] = np.asarray(back.sum())
    state = back[:, None] * parameters["w"]
    for t in range(X.shape[1], 0, -1):
        inside = state * (1 - states[t] ** 2)
        found["W_h"] += inside.T @ states[t - 1]
        found["W_x"] += inside.T @ X[:, t - 1]
        found["b_h"] += inside.sum(axis=0)
        state = inside @ parameters["W_h"]
    return loss, found


# --- results ----------------------------------------------------------------------------------------------------------


def experiment() -> dict[str, Any]:
    """Steps needed by both models, for every length, rho and seed; None where CAP steps were not enough."""
    runs = {
        f"{rho:g}": [[steps_needed(recurrence_losses(T, rho, seed)) for seed in SEEDS] for T in LENGTHS] for rho in RHOS
    }
    attention = [steps_needed(attention_losses(T, (0.0, 0.0), (0.1, 0.0), 1.0)) for T in LENGTHS]
    return {"tokens": LENGTHS, "seeds": SEEDS, "cap": CAP, "attention": attention, "recurrence": runs}


@lru_cache(maxsize=1)
def recorded() -> dict[str, Any]:
    """The result of experiment() that tools/training_steps.py wrote last."""
    found: dict[str, Any] = read_json(RECORDED)
    return found


Runs = dict[str, tuple[float, ...]]


def live_runs(length: int, start: dict[str, Array], rate: float, rho: float, seed: int) -> Runs:
    """The losses of both models, trained now where that is quick; runs without a finite loss are left out.

    start: "k" and "w" of the attention model.
    """
    k, w = (tuple(map(float, start[name])) for name in ("k", "w"))
    if len(k) != 2 or length > LONGEST_LIVE:
        return {}
    other = say("recurrence, ρ {rho:g}, seed {seed}", rho=rho, seed=seed)
    runs = {
        say("your attention"): attention_losses(length, k, w, rate, LIVE_CAP),
        other: recurrence_losses(length, rho, seed, LIVE_CAP),
    }
    return {name: found for name, found in runs.items() if found}


def step_count_curves(length: int, runs: Runs) -> Curves:
    """Steps over the length of the text: of attention, of the middle seed of each recurrence, and of every run.

    runs: further ones, at one length.
    """
    found = recorded()
    marks = {name: (float(length), float(len(each))) for name, each in runs.items() if steps_needed(each)}
    x = tuple(map(float, found["tokens"]))
    lines = {say("attention"): tuple(map(float, found["attention"]))}
    ended = list[Point]()
    failed = list[Point]()
    cap = float(found["cap"])
    for rho, table in found["recurrence"].items():
        lines[say("recurrence, ρ {rho:g}", rho=float(rho))] = tuple(
            float(sorted(n or cap for n in seeds)[1]) for seeds in table
        )
        for T, seeds in zip(x, table, strict=True):
            ended += [(T, float(n)) for n in seeds if n]
            failed += [(T, cap) for n in seeds if not n]
    dots = {say("one run"): tuple(ended)}
    crosses = {say("not within {cap:g}", cap=cap): tuple(failed)} if failed else {}
    caption = say("Steps until the loss is below 0.1: three seeds each, a line through the middle one.")
    return Curves(caption, x, lines, "tokens", say("steps"), marks, log_y=True, dots=dots, crosses=crosses)


def loss_curves(runs: Runs, length: int) -> Curves:
    """The losses, step by step; a run that has ended keeps its last loss."""
    last = max(map(len, runs.values()))
    lines = {name: (*found, *found[-1:] * (last - len(found))) for name, found in runs.items()}
    lines[say("goal")] = (THRESHOLD,) * last
    x = tuple(float(n + 1) for n in range(last))
    return Curves(
        say("Both trained just now, on {texts} texts of {length} tokens.", texts=TEXTS, length=length),
        x,
        lines,
        say("steps"),
        "loss",
    )
