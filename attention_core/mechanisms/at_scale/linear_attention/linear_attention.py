"""Linear attention: sum keys times values first, so that no table of all pairs is needed."""

from __future__ import annotations

import numpy as np

from attention_core.blocks import masks
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from . import linear_kernel


def run(Q: Step, K: Step, V: Step, causal: bool) -> tuple[Step, Step]:
    """phi(Q) (phi(K)^T V) over phi(Q) (phi(K)^T 1), phi(x) = elu(x) + 1. Katharopoulos et al. 2020, eq. 5 and 7."""
    queries = linear_kernel.positive_features(Q, "query features", r"\phi(Q)")
    keys = linear_kernel.positive_features(K, "key features", r"\phi(K)")
    visible = masks.causal(Q.axis("query"), K.axis("key")) if causal else None
    return linear_kernel.implied_weights(queries, keys, visible), linear_kernel.linear_output(queries, keys, V, visible)


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Multiplications in both orders over the number of tokens; weights and outputs beside those of softmax."""
    return linear_kernel.crossover_curves(trace["K"].size("key")), *linear_kernel.compared_with_softmax(trace)


def _agrees_with_softmax(trace: Trace) -> bool:
    """Whether the output equals that of softmax attention to two decimals, though the values differ."""
    *_, difference = linear_kernel.compared_with_softmax(trace)[1].steps
    return bool(np.abs(difference.value).max() < 0.005 and np.ptp(trace["V"].value, axis=0).max() > 0.5)


def _weights_are_selective(trace: Trace) -> bool:
    weights = trace["implied weights"].value
    return bool((weights[0:1, 2:3] > 0.9).any() and (weights[1:2, 2:3] < 0.1).any())


KEYS = [[1, 0], [-1, 1], [0.5, -2], [2, 1]]
VALUES = [[1, 0, 2], [0, 1, -1], [2, 2, 0], [-1, 0.5, 1]]
FOUR = {
    "Q": [[1, -1], [0.5, 2], [0, 0], [-1, 1]],
    "K": KEYS,
    "V": VALUES,
}
SHARP = {
    **FOUR,
    "Q": [[5, -5], [2.5, 10], [0, 0], [-5, 5]],
}
LABELS = {"token": tuple(f"Token {n}" for n in range(1, 5))}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="linear-attention",
    title="Linear attention",
    section="At scale",
    boxes=("normalise", "read"),
    insight="Without the softmax, keys and values can be multiplied first, and no table of all pairs is needed.",
    papers=("Katharopoulos et al. 2020, arXiv:2006.16236", "Choromanski et al. 2020, arXiv:2009.14794"),
    inputs={
        "Q": Input(("query", "feature"), "queries"),
        "K": Input(("key", "feature"), "keys"),
        "V": Input(("key", "value"), "values"),
    },
    same={"query": "token", "key": "token"},
    options={"causal": Option("Hide later tokens", False)},
    presets={
        "four": Preset("Four tokens", FOUR, LABELS, note=NOTE),
        "causal": Preset("One token at a time", FOUR, LABELS, {"causal": True}, NOTE),
        "sharp": Preset("Queries five times as long", SHARP, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Make the output agree with softmax attention to two decimals, though the values differ.",
            _agrees_with_softmax,
            "If all keys are equal, any kernel gives every key the same weight.",
            {"K": [[1, 0]] * 4},
        ),
        Challenge(
            "Let Token 1 give Token 3 an implied weight above 0.9, while Token 2 gives it less than 0.1.",
            _weights_are_selective,
            "Far below 0 a feature is nearly 0. Let Token 1 keep one, Token 2 the other, and make Token 3 long.",
            {"Q": [[10, -10], [-10, 10], [0, 0], [-1, 1]], "K": [[1, 0], [-1, 1], [99, -9], [2, 1]]},
        ),
    ),
    in_transformer="in place of softmax attention in some models for long texts; most keep the softmax.",
    related=("similarity-functions", "causal-mask"),
    run=run,
    picture=picture,
)
