"""The contribution of each head to the output, and the key it prefers."""

from __future__ import annotations

from attention_core.engine.language import label_said, say
from attention_core.engine.ops import contract, split
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Bars, Matrices, Picture, rows


def contribution(trace: Trace) -> Step:
    """The contribution of each head to the output, (head, query, model): its own output times its rows of W_o."""
    heads = trace["head outputs"]
    blocks = split(trace["W_o"], "joined", "head", heads.size("head"), "value")
    return contract(heads, blocks, over="value", name="contribution of each head", symbol="Y_h")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The last token's weights, head by head and averaged; and the output as a sum of the heads' contributions."""
    weights = trace["attention weights"]
    last = weights.axis("query").labels[-1]
    row = weights.value[:, -1]
    series = {say("head {i}", i=i): each for i, each in enumerate(row, 1)} | {say("average"): row.mean(axis=0)}
    caption = say("The weights of “{last}” in each head, and their average.", last=label_said(last))
    bars = Bars(caption, weights.axis("key").labels, rows(series, series.values()), say("attention weight"))
    parts = contribution(trace)
    return bars, Matrices(say("Concatenate and project = project each head and add."), (parts, trace.output))


def heads_prefer_different_keys(trace: Trace) -> bool:
    """Whether heads 1 and 2 of the last token each give more than half to a key of their own."""
    weights = trace["attention weights"].value[:2, -1]
    return bool((weights.max(axis=1) > 0.5).all() and len(set(weights.argmax(axis=1))) == 2)
