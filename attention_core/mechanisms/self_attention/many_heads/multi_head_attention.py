"""Multi-head attention: several heads with their own projections, and one projection of all their outputs."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import attention_weights
from attention_core.blocks.heads import join_heads, project_heads
from attention_core.blocks.masks import causal
from attention_core.engine.ops import largest
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Multiple
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.said import leading

from .head_contributions import contribution, heads_prefer_different_keys, picture


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, W_o: Step, h: int, masked: bool) -> Step:
    """Concat(head_1, ..., head_h) W_o, head i reading its columns of each W. Vaswani et al. 2017, section 3.2.2."""
    Q, K, V = project_heads(X, W_q, W_k, W_v, h)
    visible = causal(Q.axis("query"), K.axis("key")) if masked else None
    return join_heads(attention_weights(Q, K, visible), V, W_o)


def said(trace: Trace) -> dict[str, Step | float]:
    """The width of a head, and the keys to which each query gives its largest weight."""
    weights = trace["attention weights"]
    return {
        "width": trace["queries"].size("feature"),
        "most": leading(weights, "key"),
        "largest": largest(weights, "key"),
    }


GOLDEN: dict[str, list[list[float]]] = {
    "X": [[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0.5]],
    "W_q": [[0.5, 0, 1, 0], [0, 0.5, 0, -1], [1, 0, 0.5, 0], [0, 1, 0, 0.5]],
    "W_k": [[1, 0, 0, 0.5], [0, 1, 0.5, 0], [0.5, 0, 1, 0], [0, -0.5, 0, 1]],
    "W_v": [[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, -1, 0], [0, 0, 0, 0.5]],
    "W_o": [[1, 0, 0, 1], [0, 1, 0, 0], [0.5, 0, 1, 0], [0, 0.5, 0, 1]],
}
LABELS = {"token": ("Input 1", "Input 2", "Input 3")}
NOTE = "Hand-made weights, chosen to be checkable; trained heads are not guaranteed to specialise like this."

MECHANISM = Mechanism(
    key="multi-head-attention",
    title="Multi-head attention",
    section="Self-attention",
    insight="One softmax row divides a weight of 1; with several heads a token has several rows of weights.",
    boxes=("who asks",),
    family="Many heads",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2",),
    inputs={
        "X": Input(("token", "model"), "input vectors"),
        "W_q": Input(("model", "projection"), "query weights"),
        "W_k": Input(("model", "projection"), "key weights"),
        "W_v": Input(("model", "joined"), "value weights"),
        "W_o": Input(("joined", "model"), "output weights"),
    },
    options={"h": Option("Heads", 2, bounds=(1, 12)), "masked": Option("Hide later tokens", False)},
    presets={
        "two": Preset("Two heads", GOLDEN, LABELS, note=NOTE),
        "one": Preset("One head", GOLDEN, LABELS, {"h": 1}, NOTE),
    },
    challenges=(
        Challenge(
            "Switch head 1 off: its contribution to the output is zero everywhere.",
            lambda trace: not contribution(trace).value[0].any(),
            "A head’s contribution is its output times its own rows of the output weights.",
            {"W_o": np.diag([0, 0, 1, 1])},
        ),
        Challenge(
            "Let heads 1 and 2 of the last token each give one token more than half of the weight, not the same one.",
            heads_prefer_different_keys,
            "Larger query weights make a head sharper; its columns of weights decide which key it prefers.",
            {"W_q": np.multiply(5, GOLDEN["W_q"])},
        ),
    ),
    constraints=(
        Multiple("projection", ("h",)),
        Multiple("joined", ("h",)),
    ),
    in_transformer="every attention layer has several heads; the base model of 2017 has eight in each.",
    related=("qkv-self-attention", "mqa-gqa"),
    run=run,
    picture=picture,
    said=said,
)
