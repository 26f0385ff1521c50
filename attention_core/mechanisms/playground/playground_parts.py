"""The pieces of the curriculum by name, to be put together: how to score, which keys to see, how to share out.

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
    "v": Input(("rank",), "additive vote"),
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
    """The inputs, with codes added where positions are sinusoidal; and the angles of rotary ones, for this width."""
    if position == "sinusoidal":
        return add(X, positions.sinusoidal(X.axes[0], X.axes[1]), name="inputs with positions", symbol="X^P"), None
    return X, positions.angles(X.axis("token"), width) if position == "rotary" else None


def rotated(Q: Step, K: Step, turns: Step | None) -> tuple[Step, Step]:
    """Queries and keys, turned by the angles of their places where there are any."""
    return (positions.rotate(Q, turns), positions.rotate(K, turns)) if turns else (Q, K)


def scores_of(Q: Step, K: Step, score: str, U_q: Step, U_k: Step, v: Step) -> Step:
    """U_q, U_k (rank, heads * feature) and v (rank) serve the learned scores; each head has its own columns of them."""
    if score in PLAIN_SCORES:
        return PLAIN_SCORES[score](Q, K)
    h = Q.size("head")
    mine, theirs = (contract(split_heads(U, h, "feature"), to=("head", "rank", "feature")) for U in (U_q, U_k))
    return scores.additive(Q, K, mine, theirs, v) if score == "additive" else scores.projected(Q, K, mine, theirs)


def tempered_and_capped(S: Step, tau: float, cap: str) -> Step:
    """The scores at this temperature and under this cap, "none" or a number; temperature 1 adds no step."""
    S = S if tau == 1 else normalisers.tempered(S, tau)
    return S if cap == "none" else normalisers.capped(S, float(cap))


def with_alibi(S: Step, position: str) -> Step:
    """The scores, less the distance by the slope of each head, where that is how positions are told."""
    if position != "ALiBi":
        return S
    slopes = positions.alibi_slopes(S.axis("head"))
    return add(S, positions.alibi_bias(S.axis("query"), S.axis("key"), slopes), name="biased scores", symbol="S^B")


def masked(S: Step, seen: str, width: int, painted: Step) -> Step:
    """The scores, minus infinity where a key may not be seen."""
    if seen == "every key":
        return S
    ends = (S.axis("query"), S.axis("key"))
    visible = {
        "the past": lambda: masks.causal(*ends),
        "a window": lambda: masks.sliding_window(*ends, width, two_sided=True),
        "as painted": lambda: painted,
    }[seen]()
    return mask(S, visible, name="masked scores", symbol="M")


def mixture_or_best(weights: Step, read: str) -> Step:
    """The weights themselves, or 1 for the largest of each row."""
    return weights if read == "a mixture" else top(weights, "key", name="choice", symbol="Z")
