"""Masked multi-head attention: one mask, the same for every head."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import attention_weights
from attention_core.blocks.heads import join_heads, project_heads
from attention_core.engine.language import say
from attention_core.engine.ops import index, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Multiple
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Matrices
from attention_core.mechanisms.self_attention.many_heads import multi_head_attention

from .future_edited import future_edited


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, W_o: Step, visible: Step, h: int) -> Step:
    """Multi-head attention in which every head sees only what `visible` allows. Vaswani et al. 2017, section 3.2.3."""
    Q, K, V = project_heads(X, W_q, W_k, W_v, h)
    return join_heads(attention_weights(Q, K, visible), V, W_o)


def said(trace: Trace) -> dict[str, Step | float]:
    """The rows that see the last token, and the width of a head."""
    visible = trace["visible"]
    sees = index(visible, "key", visible.size("key") - 1)
    return {
        "width": trace["queries"].size("feature"),
        "sees the last": sees,
        "rows that see it": sum_over(sees, over="query"),
        "rows": visible.size("query"),
    }


def picture(trace: Trace) -> tuple[Matrices, ...]:
    """The weights of every head; and the change of every output row when the last token changes."""
    stairs = Matrices(say("Every head has weights of its own under the same mask."), (trace["attention weights"],))
    caption = say("The last token is replaced by other numbers. Rows that do not see it change by exactly 0.")
    return stairs, Matrices(caption, future_edited(MECHANISM, trace, 9.0))


def _untouched(trace: Trace) -> bool:
    """Whether only the last row of the output differs from the preset, by more than 10."""
    start = MECHANISM.trace().output.value
    now = trace.output.value
    if start.shape != now.shape:
        return False
    return bool(np.array_equal(now[:-1], start[:-1]) and np.abs(now[-1] - start[-1]).max() > 10)


def _preset(title: str, visible: object) -> Preset:
    return Preset(
        title,
        {**multi_head_attention.GOLDEN, "visible": visible},
        multi_head_attention.LABELS,
        note=multi_head_attention.NOTE,
    )


MECHANISM = Mechanism(
    key="masked-multi-head-attention",
    title="Masked multi-head attention",
    section="Self-attention",
    family="Masks",
    boxes=("which keys",),
    insight="One mask holds for all heads: each has weights of its own, with zeros in the same places.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.3",),
    inputs={
        **multi_head_attention.MECHANISM.inputs,
        "visible": Input(("query", "key"), "which keys a query may read", switch=True),
    },
    options={"h": Option("Heads", 2, bounds=(1, 12))},
    opens="masked scores",
    same={"query": "token", "key": "token"},
    presets={
        "causal": _preset("Causal", np.tri(3).tolist()),
        "open": _preset("No mask", np.ones((3, 3)).tolist()),
        "own": _preset("Each token alone", np.eye(3).tolist()),
    },
    challenges=(
        Challenge(
            "Move the last row of the output by more than 10, and leave all earlier rows exactly as they were.",
            _untouched,
            "Which rows see the last token? Change nothing but its row of X.",
            {"X": [*multi_head_attention.GOLDEN["X"][:2], [9, -9, 9, -9]]},
        ),
        Challenge(
            "Make both heads of the last token read one earlier token and nothing else.",
            lambda trace: bool((trace["attention weights"].value[:, -1, :-1] == 1).all(axis=0).any()),
            "Weights and queries may stay as they are. What are the weights of a row of the mask with a single 1?",
            {"visible": [[1, 0, 0], [1, 1, 0], [1, 0, 0]]},
        ),
    ),
    constraints=(
        Multiple("projection", ("h",)),
        Multiple("joined", ("h",)),
    ),
    in_transformer="the self-attention layer of a decoder, as in GPT-2.",
    related=("multi-head-attention",),
    run=run,
    picture=picture,
    said=said,
)
