"""Attention sink: one more score that belongs to no key, so that a head may read nothing."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.normalisers import with_sink
from attention_core.engine.language import say
from attention_core.engine.ops import contract, largest, softmax, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Curves, Picture, rows, strongest_rows
from attention_core.lesson.said import above, leading


def run(s: Step, V: Step, sink: float) -> tuple[Step, ...]:
    """e^{s_j} / (e^b + sum of e^{s_k}), times V; b is the sink's score. Xiao et al. 2023."""
    plain = softmax(s, "key", name="plain weights", symbol=r"\tilde A")
    read = contract(plain, V, over="key", name="plain output", symbol=r"\tilde O")
    weights, drained = with_sink(s, sink)
    left = sum_over(weights, over="key", name="sum of weights", symbol="a")
    return read, drained, left, contract(weights, V, over="key", name="output", symbol="O")


SINKS = tuple(float(score) for score in range(-10, 11))


def said(trace: Trace) -> dict[str, Step | float]:
    """The keys with the largest score, that score, and their weight without a sink."""
    best = leading(trace["s"], "key")
    return {
        "best": best,
        "tie": above(sum_over(best, over="key"), 1.5),
        "best score": largest(trace["s"], "key"),
        "best weight": largest(trace["plain weights"], "key"),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weight of the sink, and what the keys keep as its score rises."""
    pairs = np.transpose([trace["plain weights"].value, trace["attention weights"].value])
    series = rows(*strongest_rows(trace["s"].axis("key").labels, pairs))
    series[say("into the sink")] = (0.0, float(trace["sink weight"].value))
    caption = say("Softmax gives a total of 1 to the keys. A sink takes a part of it.")
    bars = Bars(caption, (say("softmax"), say("with a sink")), series, say("weight"), stacked=True)
    x = np.linspace(SINKS[0], SINKS[-1], 121)
    left = np.exp(-np.logaddexp(0, x - np.logaddexp.reduce(trace["s"].value)))  # sigmoid(log-sum-exp - sink)
    mark = {say("your sink"): (trace.options["sink"], float(trace["sum of weights"].value))}
    caption = say("What is left for all keys together, as the sink’s score rises past theirs.")
    line = rows((say("left for the keys"),), [left])
    return bars, Curves(caption, tuple(map(float, x)), line, say("score of the sink"), "sum of weights", mark)


VALUES = [[1, 0], [0, 1], [2, 2]]
KEYS = {"key": ("Key 1", "Key 2", "Key 3")}
NOTE = "Made-up numbers, small enough to check by hand."
GIVEN = {"s": [0.5, 1, -0.5], "V": VALUES}
LOW_SCORES = {"s": [-8, -9, -10], "V": VALUES}

MECHANISM = Mechanism(
    key="attention-sink",
    title="Attention sink",
    section="At scale",
    boxes=("normalise",),
    insight="Softmax weights sum to 1 even where no key fits; with a sink a head can read nearly nothing.",
    papers=("Xiao et al. 2023, arXiv:2309.17453",),
    inputs={"s": Input(("key",), "scores"), "V": Input(("key", "value"), "values")},
    options={"sink": Option("Score of the sink", 0.0, SINKS)},
    presets={
        "zero": Preset("Sink at 0", GIVEN, KEYS, note=NOTE),
        "two": Preset("Sink at 2", GIVEN, KEYS, {"sink": 2.0}, NOTE),
        "nothing": Preset("Nothing relevant", LOW_SCORES, KEYS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Leave the sink’s score at 0 and give the sink more than 0.99 of the weight.",
            lambda trace: bool(trace.options["sink"] == 0 and trace["sink weight"].value > 0.99),
            "The sink’s weight rises when every key’s score falls.",
            {"s": [-6, -6, -6]},
        ),
        Challenge(
            "Raise the sink’s score to 5 or more, and let the keys keep more than 0.99.",
            lambda trace: bool(trace.options["sink"] >= 5 and trace["sum of weights"].value > 0.99),
            "One key is enough: how far must its score be above the sink’s?",
            {"s": [0.5, 11, -0.5], "sink": 5.0},
        ),
    ),
    in_transformer=(
        "trained language models often put much weight on the first token; some have one extra "
        "logit for each head instead."
    ),
    related=("why-softmax", "kv-cache"),
    run=run,
    picture=picture,
    said=said,
)
