"""Multi-head attention: several recipes at once, then one projection that adds them up."""

from __future__ import annotations

import numpy as np

from ..attention import attention_weights, causal
from ..mechanism import Challenge, Input, Mechanism, Option, Preset
from ..pictures import Bars, Matrices, Picture, rows
from ..primitives import contract, merge, rename, split
from ..step import Step
from ..trace import Trace


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, W_o: Step, h: int, masked: bool) -> Step:
    """Concat(head_1, ..., head_h) W_o, head i reading columns i of each W. Vaswani et al. 2017, section 3.2.2."""
    asking, asked = rename(X, "token", "query"), rename(X, "token", "key")
    Q = contract(
        asking, _heads(W_q, h, "feature"), over="model", to=("head", "query", "feature"), name="queries", symbol="Q"
    )
    K = contract(asked, _heads(W_k, h, "feature"), over="model", to=("head", "key", "feature"), name="keys", symbol="K")
    V = contract(asked, _heads(W_v, h, "value"), over="model", to=("head", "key", "value"), name="values", symbol="V")
    visible = causal(Q.axis("query"), K.axis("key")) if masked else None
    weights = attention_weights(Q, K, visible)
    heads = contract(weights, V, over="key", name="head outputs", symbol="H")
    joined = merge(heads, "head", "value", W_o.axis("joined"), name="concatenated heads", symbol="C")
    return contract(joined, W_o, over="joined", name="output", symbol="Y")


def _heads(W: Step, h: int, width: str) -> Step:
    """W (model, heads * width) read as (model, head, width)."""
    return split(W, W.axes[1].name, "head", h, width)


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The last token has one favourite per head; their average has none. And the output is a sum over heads."""
    weights = trace["attention weights"]
    last = weights.axis("query").labels[-1]
    row = weights.value[:, -1]
    series = {f"head {i}": each for i, each in enumerate(row, 1)} | {"average": row.mean(axis=0)}
    caption = f"What “{last}” attends to, head by head, and the blur that one averaged row would be."
    bars = Bars(caption, weights.axis("key").labels, rows(series, series.values()), "attention weight")
    parts = contribution(trace)
    return (bars, Matrices("Concatenate and project = project each head and add.", (parts, trace.output)))


def contribution(trace: Trace) -> Step:
    """What each head adds to the output: its own output times its own rows of W_o."""
    heads = trace["head outputs"]
    blocks = split(trace["W_o"], "joined", "head", heads.size("head"), "value")
    return contract(heads, blocks, over="value", name="contribution of each head", symbol="Y_h")


def _rivals(trace: Trace) -> bool:
    """Heads 1 and 2 of the last token each put more than half on a key of their own."""
    if trace["attention weights"].size("head") < 2:
        return False
    first, second = trace["attention weights"].value[:2, -1]
    return bool(first.max() > 0.5 and second.max() > 0.5 and first.argmax() != second.argmax())


SMALL = {
    "X": [[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0.5]],
    "W_q": [[0.5, 0, 1, 0], [0, 0.5, 0, -1], [1, 0, 0.5, 0], [0, 1, 0, 0.5]],
    "W_k": [[1, 0, 0, 0.5], [0, 1, 0.5, 0], [0.5, 0, 1, 0], [0, -0.5, 0, 1]],
    "W_v": [[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, -1, 0], [0, 0, 0, 0.5]],
    "W_o": [[1, 0, 0, 1], [0, 1, 0, 0], [0.5, 0, 1, 0], [0, 0.5, 0, 1]],
}


def _columns(*places: tuple[int, int, float]) -> list[list[float]]:
    """A 6 x 6 table that is zero but for the given (row, column, number)."""
    table = np.zeros((6, 6))
    for row, column, value in places:
        table[row, column] = value
    return table.tolist()


BARK = {
    "X": [
        [0.8, 1, 0.2, 0, 0, 0],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0.3, 1, 0.2],
        [0.2, 0, 0, 1, 0.2, 0],
        [0, 0, 0, 0, 0, 0.8],
        [0.3, 0.2, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0.1, 0.7],
        [1, 0.1, 0.2, 0.2, 0, 0],
    ],
    "W_q": _columns((0, 0, 2), (5, 1, 1), (0, 2, 2), (5, 3, 1), (0, 4, 2), (5, 5, 1)),
    "W_k": _columns((1, 0, 2), (5, 1, 1), (3, 2, 2), (5, 3, 1), (2, 4, 2), (5, 5, 1)),
    "W_v": _columns((0, 0, 1), (1, 1, 1), (3, 2, 1), (4, 3, 1), (2, 4, 1), (5, 5, 1)),
    "W_o": _columns((0, 0, 1), (1, 1, 1), (2, 3, 1), (3, 4, 1), (4, 2, 1), (5, 5, 1)),
}
BARK_LABELS = {
    "token": ("Bark", "is", "very", "cute", "and", "he", "is", "a", "dog"),
    "model": ("animal", "name", "pronoun", "quality", "degree", "function"),
}
NOTE = "Hand-made weights, chosen to be checkable; trained heads are not guaranteed to specialise like this."

MECHANISM = Mechanism(
    key="multi-head-attention",
    title="Many heads",
    section="Self-attention",
    insight="One softmax row must share its weight; several heads let a token look at several things at once.",
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
        "two": Preset("Two heads", SMALL, {"token": ("Input 1", "Input 2", "Input 3")}, note=NOTE),
        "bark": Preset("Three heads on a sentence", BARK, BARK_LABELS, {"h": 3}, NOTE),
    },
    challenges=(
        Challenge(
            "Switch head 1 off: its contribution to the output is zero everywhere.",
            lambda trace: not contribution(trace).value[0].any(),
            "A head speaks only through its own rows of W_o (or of nothing at all, if its values are zero).",
            {"W_o": np.diag([0, 0, 1, 1])},
        ),
        Challenge(
            "Give the last token two different favourites: head 1 and head 2 each put more than half on another token.",
            _rivals,
            "Larger query weights sharpen a head; other columns of W_q and W_k point it elsewhere.",
            {**BARK, "h": 3},
        ),
    ),
    run=run,
    picture=picture,
)
