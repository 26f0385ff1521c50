"""The causal mask: no query sees a key after its own position."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import attention_weights, project
from attention_core.engine.language import say
from attention_core.engine.ops import contract, sum_over, where
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Matrices
from attention_core.lesson.published_example import PUBLISHED, TOKENS

from .future_edited import future_edited


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, visible: Step, late: bool) -> Step | tuple[Step, ...]:
    """softmax(Q K^T / sqrt(d_k) where visible, else -inf) V. Vaswani et al. 2017, section 3.2.3."""
    Q, K, V = project(X, W_q, W_k, W_v)
    weights = attention_weights(Q, K, None if late else visible)
    if not late:
        return contract(weights, V, over="key", name="output", symbol="O")
    cut = where(weights, visible, name="weights cut", symbol=r"A'")
    sums = sum_over(cut, over="key", name="row sums", symbol="s")
    return sums, contract(cut, V, over="key", name="output", symbol="O")


def picture(trace: Trace) -> tuple[Matrices, ...]:
    """The weights; the output before and after a change of the last token, and the change of every row."""
    late = trace.options["late"]
    caption = say("The last token is replaced by other numbers. Rows that do not see it change by exactly 0.")
    if late:
        caption = say(
            "The last token is replaced by other numbers. Rows that do not see it change all the same, through the "
            "denominator."
        )
    weights = trace["weights cut" if late else "attention weights"]
    return (Matrices(caption, (weights, *future_edited(MECHANISM, trace, 5.0))),)


PREFIX = [[1, 1, 0], [1, 1, 0], [1, 1, 1]]
NOTE = "The worked example of R. Karim, “Illustrated: Self-Attention”, scaled; the masks are ours."

MECHANISM = Mechanism(
    key="causal-mask",
    title="Causal mask",
    section="Self-attention",
    family="Masks",
    boxes=("which keys",),
    insight="Under a causal mask a later token has a weight of exactly 0, and no effect on earlier outputs.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.3",),
    inputs={
        "X": Input(("token", "model"), "input vectors"),
        "W_q": Input(("model", "feature"), "query weights"),
        "W_k": Input(("model", "feature"), "key weights"),
        "W_v": Input(("model", "value"), "value weights"),
        "visible": Input(("query", "key"), "which keys a query may read", switch=True),
    },
    options={"late": Option("Mask after softmax instead", False)},
    opens="masked scores",
    same={"query": "token", "key": "token"},
    presets={
        "causal": Preset("Causal", {**PUBLISHED, "visible": np.tri(3).tolist()}, TOKENS, note=NOTE),
        "open": Preset("No mask", {**PUBLISHED, "visible": np.ones((3, 3)).tolist()}, TOKENS, note=NOTE),
        "prefix": Preset("A prefix of two", {**PUBLISHED, "visible": PREFIX}, TOKENS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Let Input 1 read nothing but Input 3.",
            lambda trace: bool((trace["attention weights"].value[0, 2:3] == 1).any()),
            "A row of the mask with a single 1 has a weight of 1 there.",
            {"visible": [[0, 0, 1], [1, 1, 0], [1, 1, 1]]},
        ),
        Challenge(
            "Paint a mask under which all tokens have the same output row.",
            lambda trace: len(trace.output.value) > 1 and bool(np.ptp(trace.output.value, axis=0).max() < 0.005),
            "What if every query may read the same single key?",
            {"visible": [[1, 0, 0], [1, 0, 0], [1, 0, 0]]},
        ),
    ),
    in_transformer="in every self-attention layer of a decoder; encoders such as BERT have none.",
    related=("kv-cache", "multi-head-attention"),
    run=run,
    picture=picture,
    said=lambda trace: {"late": trace.options["late"], "width": trace["queries"].size("feature")},
)
