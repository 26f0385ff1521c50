"""The attention of the Transformer, as one of the zoo: every position is a query and a key at once."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import project, scaled_dot_product
from attention_core.blocks.masks import causal as earlier
from attention_core.engine.language import say
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arcs, weight_arcs


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, causal: bool) -> Step:
    """softmax(Q K^T / sqrt(d_k)) V with Q = X W_q^T, K = X W_k^T, V = X W_v^T. Vaswani et al. 2017, eq. 1."""
    Q, K, V = project(X, W_q, W_k, W_v)
    return scaled_dot_product(Q, K, V, earlier(Q.axis("query"), K.axis("key")) if causal else None)


def picture(trace: Trace) -> tuple[Arcs, ...]:
    """The weights as lines from every query to every key."""
    return (weight_arcs(say("The weights of all tokens, computed at once."), trace["attention weights"]),)


def weights_are_uniform(trace: Trace) -> bool:
    """Whether every query gives all keys the same weight."""
    weights = trace["attention weights"].value
    return bool(np.ptp(weights, axis=1).max() < 1e-9)


X = [
    [0.4, -0.4, -0.3],
    [0.8, -0.7, 0.6],
    [0.6, -0.4, 0],
    [0.6, -0.7, 0.8],
]
W_q = [[-0.4, 0.8, 3.6], [-3.2, 0, -1.2]]
W_k = [[3.6, 3.6, 0.8], [0.4, -1.6, -0.4]]
FOUR = {
    "X": X,
    "W_q": W_q,
    "W_k": W_k,
    "W_v": [[-0.9, -0.5, 0.9], [0.5, -0.3, 0.4]],
}
LABELS = {"token": ("all", "at", "once", "now")}
NOTE = "Made-up numbers."

MECHANISM = Mechanism(
    key="transformer-attention",
    title="Transformer attention",
    section="The zoo",
    boxes=("who asks", "score", "normalise", "read"),
    insight="Every token has a query, a key and a value, and all pairs of tokens are compared in one product.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762",),
    inputs={
        "X": Input(("token", "model"), "tokens"),
        "W_q": Input(("feature", "model"), "query weights"),
        "W_k": Input(("feature", "model"), "key weights"),
        "W_v": Input(("value", "model"), "value weights"),
    },
    options={"causal": Option("Hide what comes later", False)},
    presets={
        "four": Preset("Four tokens", FOUR, LABELS, note=NOTE),
        "causal": Preset("Looking back only", FOUR, LABELS, {"causal": True}, NOTE),
    },
    challenges=(
        Challenge(
            "With later tokens hidden, let the second token give the first one a weight above 0.9.",
            lambda t: bool(t.options["causal"] and (t["attention weights"].value[1:2, 0] > 0.9).any()),
            "W_q makes its query. Now its own key has the larger score; turn the query round and make it longer.",
            {"causal": True, "W_q": (-8 * np.array(W_q)).tolist()},
        ),
        Challenge(
            "Let every token give all tokens the same weight.",
            weights_are_uniform,
            "With which query are all scores the same number?",
            {"W_q": [[0, 0, 0], [0, 0, 0]]},
        ),
    ),
    in_transformer="this is its attention layer, with one head and without the output matrix.",
    run=run,
    picture=picture,
    related=(
        "scaled-dot-product-attention",
        "qkv-self-attention",
        "multi-head-attention",
        "causal-mask",
        "cross-attention",
        "transformer-block",
    ),
)
