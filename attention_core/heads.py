"""Several heads at once: weights shared out among them, what each brings to the output, and what each looks at."""

from __future__ import annotations

from .pictures import Bars, Matrices, Picture, rows
from .primitives import contract, merge, rename, split
from .step import Step
from .trace import Trace


def in_heads(W: Step, h: int, width: str) -> Step:
    """W (model, heads * width) read as (model, head, width)."""
    return split(W, W.axes[1].name, "head", h, width)


def project(X: Step, W_q: Step, W_k: Step, W_v: Step, h: int) -> tuple[Step, Step, Step]:
    """Queries (head, query, feature), keys (head, key, feature) and values (head, key, value) of X (token, model)."""
    asking, asked = rename(X, "token", "query"), rename(X, "token", "key")
    made = (
        (asking, W_q, ("head", "query", "feature"), "queries", "Q"),
        (asked, W_k, ("head", "key", "feature"), "keys", "K"),
        (asked, W_v, ("head", "key", "value"), "values", "V"),
    )
    Q, K, V = (
        contract(x, in_heads(W, h, to[-1]), over="model", to=to, name=name, symbol=symbol)
        for x, W, to, name, symbol in made
    )
    return Q, K, V


def join(weights: Step, V: Step, W_o: Step) -> Step:
    """Each head reads its values, the heads are laid end to end, and W_o mixes them. Vaswani et al. 2017, 3.2.2."""
    heads = contract(weights, V, over="key", name="head outputs", symbol="H")
    joined = merge(heads, "head", "value", W_o.axis("joined"), name="concatenated heads", symbol="C")
    return contract(joined, W_o, over="joined", name="output", symbol="Y")


def contribution(trace: Trace) -> Step:
    """What each head adds to the output: its own output times its own rows of W_o."""
    heads = trace["head outputs"]
    blocks = split(trace["W_o"], "joined", "head", heads.size("head"), "value")
    return contract(heads, blocks, over="value", name="contribution of each head", symbol="Y_h")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The last token has one favourite per head; their average has none. And the output is a sum over heads."""
    weights = trace["attention weights"]
    last, row = weights.axis("query").labels[-1], weights.value[:, -1]
    series = {f"head {i}": each for i, each in enumerate(row, 1)} | {"average": row.mean(axis=0)}
    caption = f"What “{last}” attends to, head by head, and the blur that one averaged row would be."
    bars = Bars(caption, weights.axis("key").labels, rows(series, series.values()), "attention weight")
    parts = contribution(trace)
    return bars, Matrices("Concatenate and project = project each head and add.", (parts, trace.output))


def rivals(trace: Trace) -> bool:
    """Heads 1 and 2 of the last token each put more than half on a key of their own."""
    some = trace["attention weights"].value[:2, -1]
    return bool((some.max(axis=1) > 0.5).all() and len(set(some.argmax(axis=1))) == 2)
