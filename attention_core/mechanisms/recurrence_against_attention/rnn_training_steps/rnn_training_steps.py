"""Training steps: one step of gradient descent in full, and how many steps attention and a recurrence need."""

from __future__ import annotations

import numpy as np

from attention_core.engine.backward import backward
from attention_core.engine.language import to_say
from attention_core.engine.ops import add, contract, exp, log, mean, scale, shift, softmax
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture
from attention_core.mechanisms.gradient_descent import gradient_step

from .convergence_experiment import live_runs, loss_curves, step_count_curves


def run(X: Step, y: Step, k: Step, w: Step, lr: float, rho: float, seed: int) -> tuple[Step, ...]:
    """w . softmax(X k) X + b, its mean logistic loss, the gradients, and one step. Rumelhart, Hinton, Williams 1986.

    rho, seed: of the recurrence that the picture compares it with.
    """
    b = source("b", 0.0, ())
    loss = attention_loss(X, y, k, w, b)
    back = backward(loss, source("back/gradient of loss", 1.0, (), r"\bar L"), "back/")
    new_k, new_w, new_b = (gradient_step(each, back[each], lr) for each in (k, w, b))
    return loss, attention_loss(X, y, new_k, new_w, new_b, "after one step/")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The recorded numbers of steps, and the losses of both models trained from the learner's numbers."""
    options = trace.options
    length = trace["X"].size("token")
    runs = live_runs(length, {x: trace[x].value for x in ("k", "w")}, options["lr"], options["rho"], options["seed"])
    counts = step_count_curves(length, runs)
    return (counts, loss_curves(runs, length)) if runs else (counts,)


SIGNS = np.array([[1, -1, -1, -1], [1, 1, -1, 1], [-1, 1, 1, -1], [-1, -1, 1, -1]])
FOUR = {"X": np.stack([SIGNS, [[1, 0, 0, 0]] * 4], axis=-1).tolist(), "y": SIGNS[:, 0].tolist()}
START = {**FOUR, "k": [0, 0], "w": [0.1, 0]}
HALF = {**FOUR, "k": [0, 1], "w": [1.5, 0]}
ROWS = {"text": ("Text 1", "Text 2", "Text 3", "Text 4"), "token": ("first", "second", "third", "fourth")}
NOTE = "Four of the 256 random texts of the experiment could look like this. Made up."


def attention_loss(X: Step, y: Step, k: Step, w: Step, b: Step, path: str = "") -> Step:
    """The mean of ln(1 + exp(-y (w . c + b))) over texts X (text, token, feature), with c = softmax(X k) X.

    y (text), k (feature), w (feature). path: "after one step/" before the name of every step, for a second run; its
    symbols get a stroke.
    """
    stroke = "'" if path else ""
    scores = contract(X, k, over="feature", name=f"{path}scores", symbol=f"S{stroke}")
    weights = softmax(scores, along="token", name=f"{path}attention weights", symbol=f"A{stroke}")
    context = contract(weights, X, over="token", name=f"{path}context", symbol=f"C{stroke}")
    logits = add(contract(context, w, over="feature"), b, name=f"{path}logits", symbol=rf"\hat y{stroke}")
    margins = contract(y, logits, name=f"{path}margins", symbol=f"m{stroke}")
    return mean(log(shift(exp(scale(margins, -1.0)), 1.0)), "text", name=f"{path}loss", symbol=f"L{stroke}")


MECHANISM = Mechanism(
    key="rnn-training-steps",
    title="Training steps",
    section="Recurrence against attention",
    boxes=("score", "read"),
    insight="Which network needs fewer training steps depends on the task, the length and the first weights.",
    papers=("Rumelhart, Hinton and Williams 1986, Nature 323", to_say("the experiment: written for this lesson")),
    inputs={
        "X": Input(("text", "token", "feature"), "signs and marker"),
        "y": Input(("text",), "the first sign"),
        "k": Input(("feature",), "what tokens are compared with"),
        "w": Input(("feature",), "weights of the guess"),
    },
    options={
        "lr": Option("Rate η", 1.0, bounds=(0.01, 20.0)),
        "rho": Option("ρ of the recurrence", 0.9, (0.5, 0.9, 1.0, 1.2)),
        "seed": Option("Seed of the recurrence", 0, (0, 1, 2, 3)),
    },
    presets={
        "start": Preset("Start", START, ROWS, note=NOTE),
        "learnt": Preset("Half learnt", HALF, ROWS, note=NOTE),
        "fast": Preset("Longer steps", START, ROWS, {"lr": 4.0}, NOTE),
    },
    challenges=(
        Challenge(
            "Train by hand: choose k and w so that the loss is below 0.1.",
            lambda trace: bool(trace["loss"].value < 0.1),
            "k should be large where the marker is, and w should turn the sign that was read into the guess.",
            {"k": [0, 10], "w": [10, 0]},
        ),
        Challenge(
            "Make the gradient of k vanish (below 1e-9) while the loss is still above 0.5.",
            lambda trace: bool(np.abs(trace["back/gradient of k"].value).max() < 1e-9 and trace["loss"].value > 0.5),
            "The gradient reaches k through w. What if w is 0?",
            {"w": [0, 0]},
        ),
    ),
    in_transformer="the reader here is one head with one learned query; there every token has a query of its own.",
    related=("seq2seq-attention", "sequential-ops"),
    run=run,
    picture=picture,
)
