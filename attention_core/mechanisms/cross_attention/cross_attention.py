"""Cross-attention: queries from one sequence, keys and values from another."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import scaled_dot_product
from attention_core.blocks.scores import factor_of
from attention_core.engine.language import say
from attention_core.engine.ops import contract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.pictures import Arcs, weight_arcs
from attention_core.mechanisms.own_divisor import DIVISOR, said_of_divisor


def run(X_dec: Step, X_enc: Step, W_q: Step, W_k: Step, W_v: Step, divisor: float) -> Step:
    """softmax(Q K^T / sqrt(d_k)) V, Q from one sequence, K and V from the other. Vaswani et al. 2017, section 3.2.3."""
    Q = contract(X_dec, W_q, over="decoder feature", name="queries", symbol="Q")
    K = contract(X_enc, W_k, over="encoder feature", name="keys", symbol="K")
    V = contract(X_enc, W_v, over="encoder feature", name="values", symbol="V")
    return scaled_dot_product(Q, K, V, factor=factor_of(Q.size("feature"), divisor))


def said(trace: Trace) -> dict[str, Step | float]:
    """How many targets and sources there are, the width of a query, and the learner's own divisor."""
    queries = trace["queries"]
    sizes = {"targets": queries.size("query"), "sources": trace["keys"].size("key"), "width": queries.size("feature")}
    return {**sizes, **said_of_divisor(trace)}


def picture(trace: Trace) -> tuple[Arcs, ...]:
    """The weights as lines between the two sequences; there are none within one."""
    return (weight_arcs(say("Queries on the left, keys on the right."), trace["attention weights"]),)


GOLDEN = {
    "X_dec": [[1, 0, 1], [0, 1, 1]],
    "X_enc": [[1, 2], [0, 1], [3, 0], [1, 1]],
    "W_q": [[1, 0], [0, 1], [0.5, -0.5]],
    "W_k": [[1, 0], [0, 1]],
    "W_v": [[1, 0, 2], [0, 1, -1]],
}
SAME = {
    **GOLDEN,
    "X_dec": GOLDEN["X_enc"],
    "W_q": [[1, 0], [0, 1]],
}
LABELS = {"query": ("Target 1", "Target 2"), "key": ("Source 1", "Source 2", "Source 3", "Source 4")}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="cross-attention",
    title="Cross-attention",
    section="Cross-attention",
    boxes=("who asks",),
    insight="Cross-attention is self-attention whose keys and values come from another sequence.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.3", "Bahdanau, Cho and Bengio 2014, arXiv:1409.0473"),
    inputs={
        "X_dec": Input(("query", "decoder feature"), "target sequence"),
        "X_enc": Input(("key", "encoder feature"), "source sequence"),
        "W_q": Input(("decoder feature", "feature"), "query weights"),
        "W_k": Input(("encoder feature", "feature"), "key weights"),
        "W_v": Input(("encoder feature", "value"), "value weights"),
    },
    options=DIVISOR,
    presets={
        "two": Preset("Two queries, four keys", GOLDEN, LABELS, note=NOTE),
        "same": Preset("One sequence twice", SAME, {"query": LABELS["key"], "key": LABELS["key"]}, note=NOTE),
    },
    challenges=(
        Challenge(
            "Let Target 2 read Source 2 almost alone: a weight above 0.95.",
            lambda trace: bool((trace["attention weights"].value[1:2, 1:2] > 0.95).any()),
            "The key of Source 2 is (0, 1). Which query has its highest score with that key, and how long must it be?",
            {"X_dec": [[1, 0, 1], [-20, 5, 0]]},
        ),
        Challenge(
            "Change the source so that both targets have the same output, with different queries.",
            lambda trace: bool(
                len(trace["queries"].value) > 1
                and np.ptp(trace["queries"].value, axis=0).max() > 0.1
                and np.ptp(trace.output.value, axis=0).max() < 1e-9
            ),
            "Whatever the weights are, a mixture of equal rows is that row.",
            {"X_enc": [[1, 2], [1, 2], [1, 2], [1, 2]]},
        ),
    ),
    in_transformer="the second attention layer in each decoder block of models with an encoder, such as T5.",
    related=("qkv-self-attention", "bahdanau-attention", "transformer-attention"),
    run=run,
    picture=picture,
    said=said,
)
