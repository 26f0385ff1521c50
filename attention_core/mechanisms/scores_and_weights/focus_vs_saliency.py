"""Focus and saliency: reading by the query, and reading by the size of the features alone."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.measures import norm
from attention_core.engine.axes import Axis
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import add, contract, expand, largest, rename, sigmoid, softmax, stack, sum_over, top
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.pictures import Bars, rows, strongest_rows
from attention_core.lesson.said import leading

WEIGHTS = "attention weights"
READERS = Axis("reader", ("pooled", "winner", "gating", "focus"))


def run(X: Step, W_g: Step, b_g: Step, Q: Step) -> Step:
    """Max pooling, winner take all and gating of X beside softmax(Q X^T) X. Itti, Koch and Niebur 1998."""
    pooled = largest(X, "item", name="max pooling", symbol="m")
    loudest = top(norm(X, "feature", name="norms", symbol="r"), "item", name="loudest item", symbol="c")
    winner = contract(loudest, X, over="item", name="winner", symbol="w")
    gates = sigmoid(add(contract(X, W_g, over="feature"), b_g), name="gates", symbol="G")
    gated = contract(X, rename(gates, "gate", "feature"), name="gated items", symbol="Y")
    saliency = (pooled, winner, sum_over(gated, over="item", name="gating", symbol="y"))
    weights = softmax(contract(Q, X, over="feature", name="scores", symbol="S"), "item", name=WEIGHTS, symbol="A")
    focus = contract(weights, X, over="item", name="focus", symbol="O")
    return stack(*(expand(each, Q.axis("task")) for each in saliency), focus, along=READERS, name="output", symbol="R")


def said(trace: Trace) -> dict[str, Step | float]:
    """The voices from which max pooling takes each feature, and those with the largest weight of each task."""
    return {"pooled from": leading(trace["X"], "item"), "focused": leading(trace[WEIGHTS], "item")}


def picture(trace: Trace) -> tuple[Bars, ...]:
    """The share of every item in each reader's result, under every task: it changes for focus alone."""
    tasks = [trace["Q"].axis("task").at(n) for n in range(min(3, trace["Q"].size("task")))]
    tables = top(trace["X"], "item").value, trace["loudest item"].value[:, None], trace["gates"].value
    saliency = [table.sum(axis=1) / (table.sum() or 1) for table in tables for _ in tasks]
    names, layers = strongest_rows(trace["X"].axis("item").labels, np.transpose([*saliency, *trace[WEIGHTS].value[:3]]))
    ticks = tuple(
        say("{reader}, {task}", reader=label_said(reader), task=task) for reader in READERS.labels for task in tasks
    )
    return (Bars(say("Which voices each result is made of."), ticks, rows(names, layers), say("share"), True),)


X = [
    [0.2, 0.9, 0.1],
    [0.3, 0.1, 0.2],
    [3, 0.2, -0.1],
    [0.1, 0.8, 1.1],
]
ONE_LOUD = {
    "X": X,
    "W_g": (1.5 * np.eye(3)).tolist(),
    "b_g": [-1, -1, -1],
    "Q": [[0, 2, 0], [2, 0, 0]],
}
LABELS = {"item": tuple(f"Voice {n}" for n in "1234")}
NOTE = "Made-up numbers: four voices, each described by three features."

MECHANISM = Mechanism(
    key="focus-vs-saliency",
    title="Focus and saliency",
    section="Scores and weights",
    boxes=("who asks",),
    insight="Saliency depends on the input alone, focus on a query as well: another task changes only the focus.",
    papers=("Itti, Koch and Niebur 1998, IEEE TPAMI 20", "Qiu 2020, Neural Networks and Deep Learning"),
    inputs={
        "X": Input(("item", "feature"), "what is there"),
        "W_g": Input(("gate", "feature"), "gate weights"),
        "b_g": Input(("gate",), "gate bias"),
        "Q": Input(("task", "feature"), "what is asked"),
    },
    same={"gate": "feature"},
    presets={
        "loud": Preset("One loud voice", ONE_LOUD, LABELS, note=NOTE),
        "quiet": Preset("No loud voice", {**ONE_LOUD, "X": [*X[:2], [0.9, 0.2, -0.1], X[3]]}, LABELS, note=NOTE),
        "three": Preset("A third task", {**ONE_LOUD, "Q": [*ONE_LOUD["Q"], [0, 0, 2]]}, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Make Voice 3 shorter than another voice, and let task 2 keep more than half of its weight on it.",
            lambda t: bool((t[WEIGHTS].value[1:2, 2:3] > 0.5).any() and not t["loudest item"].value[2:3].any()),
            "The loudest item is the longest row. Task 2 asks for feature 1 only.",
            {"X": [*X[:2], [0.9, 0.2, -0.1], X[3]]},
        ),
        Challenge(
            "Make max pooling return one of the voices, whole.",
            lambda t: bool((t["X"].value == t["max pooling"].value).all(axis=1).any()),
            "It takes the largest number of every feature. Let one voice have the largest of all of them.",
            {"X": [*X[:2], [3, 1, 2], X[3]]},
        ),
    ),
    in_transformer=(
        "attention is focus: a weight depends on a query. A long key can still get large weights from many queries."
    ),
    related=("senet", "bottom-up-top-down"),
    run=run,
    picture=picture,
    said=said,
)
