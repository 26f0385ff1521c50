"""Multi-head attention: weights read as one block for each head, and the heads joined again."""

from __future__ import annotations

from attention_core.engine.axes import Axis
from attention_core.engine.ops import contract, index, merge, rename, split, take
from attention_core.engine.step import Step

from .naming import StepNamer, once


def split_heads(W: Step, h: int, width: str) -> Step:
    """W (model, heads * width) read as (model, head, width). Raises InputError where h does not divide the columns."""
    return split(W, W.axes[1].name, "head", h, width)


def fused_projection(x: Step, part: int, h: int, width: str) -> Step:
    """One of the three blocks of rows of PyTorch's in_proj_weight or in_proj_bias, read as (head, width[, model]).

    x (row[, model]); part: 0 for queries, 1 for keys, 2 for values. Raises InputError where the rows are no multiple
    of 3 h.
    """
    block = index(split(x, "row", "part", 3, "projection"), "part", part)
    return split(block, "projection", "head", h, width)


def project_heads(X: Step, W_q: Step, W_k: Step, W_v: Step, h: int) -> tuple[Step, Step, Step]:
    """Queries (head, query, feature), keys (head, key, feature) and values (head, key, value) of X (token, model).

    W_q, W_k, W_v (model, heads * width): each head has its own block of columns. Vaswani et al. 2017, section 3.2.2.
    """
    query_tokens = rename(X, "token", "query")
    key_tokens = rename(X, "token", "key")
    projections = (
        (query_tokens, W_q, ("head", "query", "feature"), "queries", "Q"),
        (key_tokens, W_k, ("head", "key", "feature"), "keys", "K"),
        (key_tokens, W_v, ("head", "key", "value"), "values", "V"),
    )
    Q, K, V = (
        contract(x, split_heads(W, h, to[-1]), over="model", to=to, name=name, symbol=symbol)
        for x, W, to, name, symbol in projections
    )
    return Q, K, V


def join_heads(weights: Step, V: Step, W_o: Step) -> Step:
    """Each head's weighted values, the heads concatenated, times W_o: (query, model). Vaswani et al. 2017, 3.2.2.

    weights (head, query, key), V (head, key, value), W_o (joined, model).
    """
    joined = concatenated_heads(weights, V, W_o.axis("joined"))
    return contract(joined, W_o, over="joined", name="output", symbol="Y")


def concatenated_heads(
    weights: Step, V: Step, joined: Axis, namer: StepNamer = once, heads_on: Step | None = None
) -> Step:
    """Each head's weighted values, the heads side by side along the axis `joined`: (query, joined).

    heads_on (head): what each head counts, 0 for one that is switched off; None where all count 1.
    """
    factors = (weights, V) if heads_on is None else (weights, V, heads_on)
    heads = contract(*factors, over="key", **namer("head outputs", "H"))
    return merge(heads, "head", "value", joined, **namer("concatenated heads", "C"))


def repeat_for_heads(x: Step, heads: Axis, name: str = "", symbol: str = "") -> Step:
    """x (kv head, ...) repeated to (head, ...): head i of h has kv head floor(i g / h) of g. Ainslie et al. 2023.

    h is a multiple of g.
    """
    repeat = heads.size // x.size("kv head")
    return take(x, "kv head", repeat=repeat, into="head", labels=heads.labels, name=name, symbol=symbol)
