"""Why softmax: it turns any scores into weights, and its gradient vanishes where it saturates."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.measures import entropy, jacobian, norm
from attention_core.engine.language import say
from attention_core.engine.ops import divide, exp, largest, scale, subtract, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Curves, Picture, rows
from attention_core.lesson.said import above, below, leading


def run(e: Step, gain: float) -> tuple[Step, ...]:
    """exp(e_j) / sum of exp(e_k), the largest score subtracted first. Bridle 1990; Bahdanau, Cho and Bengio 2014."""
    scores = scale(e, gain, name="scores", symbol="S")
    summed = sum_over(scores, over="key", name="sum of the scores", symbol="s")
    ratio = divide(scores, summed, name="divided by the sum", symbol="R")
    shifted = subtract(scores, largest(scores, "key"), name="shifted scores", symbol=r"\hat S")
    exponentials = exp(shifted, name="exponentials", symbol="E")
    weights = divide(exponentials, sum_over(exponentials, over="key"), name="attention weights", symbol="A")
    size = norm(jacobian(weights), ("key", "score"), name="norm of the Jacobian", symbol=r"\|J\|")
    return ratio, size, entropy(weights), weights


GAINS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


def said(trace: Trace) -> dict[str, Step | float]:
    """The keys that lead, whether they tie, and the shares below 0."""
    best = leading(trace["e"], "key")
    negative = below(trace["divided by the sum"], 0.0)
    return {
        "best": best,
        "tie": above(sum_over(best, over="key"), 1.5),
        "negative shares": negative,
        "negative share": largest(negative, "key"),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Scores divided by their sum beside softmax; and the norm of the Jacobian over the gain."""
    shares = {"divided by the sum": trace["divided by the sum"].value, "softmax": _weights(trace)}
    bars = Bars(say("Two ways to make shares."), trace["e"].axes[0].labels, rows(shares, shares.values()), say("share"))
    norms = tuple(float(MECHANISM.again(trace, gain=gain)["norm of the Jacobian"].value) for gain in GAINS)
    here = {say("your gain"): (trace.options["gain"], float(trace["norm of the Jacobian"].value))}
    caption = say("How strongly the weights respond to the scores, as the scores grow.")
    return bars, Curves(caption, GAINS, {"norm of the Jacobian": norms}, say("gain"), "norm", here, log_x=True)


def _weights(trace: Trace) -> np.ndarray:
    return trace["attention weights"].value


KEYS = {"key": ("Key 1", "Key 2", "Key 3")}
NOTE = "2, 4, 4 is a row of scores of the worked example; the others are made up to show one thing each."

MECHANISM = Mechanism(
    key="why-softmax",
    title="Why softmax?",
    section="Scores and weights",
    family="From scores to weights",
    boxes=("normalise",),
    insight="Softmax turns any scores into positive weights that sum to 1; large differences saturate it.",
    papers=("Bridle 1990, NIPS 2", "Bahdanau, Cho and Bengio 2014, arXiv:1409.0473"),
    inputs={"e": Input(("key",), "scores")},
    options={"gain": Option("Gain", 1.0, GAINS)},
    presets={
        "distinct": Preset("1, 2, 4", {"e": [1, 2, 4]}, KEYS, note=NOTE),
        "worked": Preset("2, 4, 4", {"e": [2, 4, 4]}, KEYS, note=NOTE),
        "negative": Preset("With a negative score", {"e": [-1, 2, 0.5]}, KEYS, note=NOTE),
        "cancelling": Preset("Scores that cancel", {"e": [1, -1, 0.0001]}, KEYS, note=NOTE),
        "huge": Preset("In the thousands", {"e": [1002, 1004, 1004]}, KEYS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Make “divided by the sum” give a share above 2 while softmax keeps every share below 0.6.",
            lambda trace: bool(trace["divided by the sum"].value.max() > 2 and _weights(trace).max() < 0.6),
            "Shares of a sum explode when positive and negative scores nearly cancel.",
            {"e": [1, 1, -1.6]},
        ),
        Challenge(
            "Saturate the softmax: a norm of the Jacobian below 0.001.",
            lambda trace: bool(trace["norm of the Jacobian"].value < 0.001),
            "Let one score stand far above all others; while two tie for the lead, the norm stays above 0 at any gain.",
            {"e": [2, 4, 20]},
        ),
    ),
    in_transformer="softmax makes the weights of every query, in every attention layer.",
    related=("score-variance-scaling", "softcap"),
    run=run,
    picture=picture,
    said=said,
)
