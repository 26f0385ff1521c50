"""Parts of the curriculum by name: positions, scores, masks, normalisers, read-outs.

All work on queries (head, query, feature) and keys (head, key, feature), and on scores (head, query, key).
"""

from __future__ import annotations

from collections.abc import Callable

from attention_core.blocks import masks, normalisers, positions, scores
from attention_core.blocks.heads import split_heads
from attention_core.engine.ops import add, contract, mask, softmax, top
from attention_core.engine.step import Step
from attention_core.lesson.mechanism import Input, Option

POSITIONS = ("none", "sinusoidal", "rotary", "ALiBi")
PLAIN_SCORES: dict[str, Callable[[Step, Step], Step]] = {
    "scaled dot": scores.scaled_dot,
    "dot": scores.dot,
    "cosine": scores.cosine,
    "kernel": scores.rbf,
}
LEARNED_SCORES = ("additive", "projected")
SEEN = ("every key", "the past", "a window", "as painted")
NORMALISERS: dict[str, Callable[[Step], Step]] = {
    "softmax": lambda S: softmax(S, along="key", name="attention weights", symbol="A"),
    "sparsemax": normalisers.sparsemax,
    "with a sink": lambda S: normalisers.with_sink(S, 0.0)[0],
}
READ = ("a mixture", "the best only")
TAUS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
CAPS = ("none", "1", "5", "20", "50")
# Beside those of many heads.
INPUTS = {
    "U_q": Input(("rank", "projection"), "for learned scores"),
    "U_k": Input(("rank", "projection"), "for learned scores"),
    "v": Input(("rank",), "weights of the hidden units"),
    "painted": Input(("query", "key"), "your own mask", switch=True),
}
OPTIONS = {
    "h": Option("Heads", 3, bounds=(1, 12)),
    "position": Option("Positions", "none", POSITIONS),
    "score": Option("Score", "scaled dot", (*PLAIN_SCORES, *LEARNED_SCORES)),
    "tau": Option("Temperature", 1.0, TAUS),
    "cap": Option("Cap", "none", CAPS),
    "seen": Option("Visible", "every key", SEEN),
    "width": Option("Window", 3, bounds=(1, 12)),
    "shares": Option("Normaliser", "softmax", tuple(NORMALISERS)),
    "read": Option("Read", "a mixture", READ),
}


def with_positions(X: Step, position: str, width: int) -> tuple[Step, Step | None]:
    """The inputs, with codes added where positions are sinusoidal; and the angles of rotary ones, of this width."""
    if position == "sinusoidal":
        return add(X, positions.sinusoidal(X.axes[0], X.axes[1]), name="inputs with positions", symbol="X^P"), None
    return X, positions.angles(X.axis("token"), width) if position == "rotary" else None


def rotated(Q: Step, K: Step, turns: Step | None) -> tuple[Step, Step]:
    """Queries and keys, rotated by the angles of their positions where there are any."""
    return (positions.rotate(Q, turns), positions.rotate(K, turns)) if turns else (Q, K)


def scores_of(Q: Step, K: Step, score: str, U_q: Step, U_k: Step, v: Step) -> Step:
    """The scores by name. U_q, U_k (rank, heads * feature), v (rank): of learned ones; each head has its columns."""
    if score in PLAIN_SCORES:
        return PLAIN_SCORES[score](Q, K)
    h = Q.size("head")
    query_weights, key_weights = (
        contract(split_heads(U, h, "feature"), to=("head", "rank", "feature")) for U in (U_q, U_k)
    )
    if score == "additive":
        return scores.additive(Q, K, query_weights, key_weights, v)
    return scores.projected(Q, K, query_weights, key_weights)


def tempered_and_capped(S: Step, tau: float, cap: str) -> Step:
    """The scores at this temperature and under this cap, "none" or a number; temperature 1 adds no step."""
    S = S if tau == 1 else normalisers.tempered(S, tau)
    return S if cap == "none" else normalisers.capped(S, float(cap))


def with_alibi(S: Step, position: str) -> Step:
    """The scores with the bias of each head, where positions are those of ALiBi."""
    if position != "ALiBi":
        return S
    slopes = positions.alibi_slopes(S.axis("head"))
    return add(S, positions.alibi_bias(S.axis("query"), S.axis("key"), slopes), name="biased scores", symbol="S^B")


def masked(S: Step, seen: str, width: int, painted: Step) -> Step:
    """The scores, minus infinity at keys that are hidden."""
    if seen == "every key":
        return S
    queries = S.axis("query")
    keys = S.axis("key")
    if seen == "the past":
        visible = masks.causal(queries, keys)
    elif seen == "a window":
        visible = masks.sliding_window(queries, keys, width, two_sided=True)
    else:
        visible = painted
    return mask(S, visible, name="masked scores", symbol="M")


def mixture_or_best(weights: Step, read: str) -> Step:
    """The weights themselves, or 1 for the largest of each row."""
    return weights if read == "a mixture" else top(weights, "key", name="choice", symbol="Z")
