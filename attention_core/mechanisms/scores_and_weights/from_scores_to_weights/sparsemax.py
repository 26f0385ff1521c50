"""Sparsemax: weights of which many are exactly 0."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.normalisers import sparsemax
from attention_core.engine.language import say
from attention_core.engine.ops import contract, largest, softmax, subtract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.pictures import Bars, ConvexHull, Picture, distinct, rows
from attention_core.lesson.said import below, negated


def run(z: Step, V: Step) -> tuple[Step, ...]:
    """max(0, z - cut-off), the row of shares nearest to z, times V. Martins and Astudillo 2016."""
    weights = sparsemax(z)
    level = subtract(largest(z, "key"), largest(weights, "key"), name="cut-off", symbol=r"\tau_z")
    soft = softmax(z, "key", name="softmax weights", symbol=r"\tilde A")
    return level, soft, contract(weights, V, over="key", name="output", symbol="O")


def said(trace: Trace) -> dict[str, Step | float]:
    """The keys outside the support, whether there are any, and whether it has one key alone."""
    outside = negated(trace["support"])
    return {
        "outside": outside,
        "some outside": largest(outside, "key"),
        "alone": below(trace["support size"], 1.5),
        "keys": trace["z"].size("key"),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weights of softmax and sparsemax in the simplex: on an edge of it some keys have weight 0."""
    labels = distinct(trace["z"].axis("key").labels)
    shares = {"softmax": trace["softmax weights"].value, "sparsemax": trace["attention weights"].value}
    bars = Bars(say("The weights of the same scores."), labels, rows(shares, shares.values()), say("attention weight"))
    if len(labels) > 12:  # more corners could not be told apart
        return (bars,)
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(labels)) / len(labels)
    corners = np.transpose([np.cos(angles), np.sin(angles)])
    outputs = rows(shares, [row @ corners for row in shares.values()])
    caption = say(
        "Every point is a row of weights. At a corner one key has all of it; on the border some key has none."
    )
    return ConvexHull(caption, rows(labels, corners), outputs, rows(shares, shares.values()), shares=True), bars


VALUES = [[1, 2, 3], [2, 8, 0], [2, 6, 3]]
NOTE = "Scores and values of the worked example, which is R. Karim’s “Illustrated: Self-Attention”."


def _preset(title: str, z: list[float], note: str = NOTE) -> Preset:
    return Preset(title, {"z": z, "V": VALUES}, {"key": ("Input 1", "Input 2", "Input 3")}, note=note)


MECHANISM = Mechanism(
    key="sparsemax",
    title="Sparsemax",
    section="Scores and weights",
    family="From scores to weights",
    boxes=("normalise",),
    insight="Softmax gives every key some weight; sparsemax gives keys with low scores exactly 0.",
    papers=("Martins and Astudillo 2016, arXiv:1602.02068",),
    inputs={"z": Input(("key",), "scores"), "V": Input(("key", "value"), "values")},
    presets={
        "first": _preset("2, 4, 4", [2, 4, 4]),
        "second": _preset("4, 16, 12", [4, 16, 12]),
        "third": _preset("4, 12, 10", [4, 12, 10]),
        "close": _preset("0.2, 0.5, 0.1", [0.2, 0.5, 0.1], "Made-up scores, with the values of the worked example."),
    },
    challenges=(
        Challenge(
            "Give every key some weight, with scores that differ by at least 0.2.",
            lambda trace: bool(np.ptp(trace["z"].value) >= 0.2 and trace["support"].value.all()),
            "The leads over the last key must add up to less than 1.",
            {"z": [0.2, 0.5, 0.1]},
        ),
        Challenge(
            "Give Input 1 a weight of exactly 1, although its score is at most 1.5 above the next.",
            lambda trace: bool(
                0 < np.diff(np.sort(trace["z"].value)[-2:]).sum() <= 1.5 and trace["attention weights"].value[0] == 1
            ),
            "How far above the others must the largest score be for them to get no weight?",
            {"z": [5, 4, 4]},
        ),
    ),
    in_transformer=(
        "seldom; softmax is the rule. Sparsemax and its relative entmax have been tried there (Correia et al. 2019)."
    ),
    related=("attention-sink",),
    run=run,
    picture=picture,
    said=said,
)
