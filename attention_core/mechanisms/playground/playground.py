"""The playground: the pieces of the curriculum, put together at will."""

from __future__ import annotations

import numpy as np

from attention_core.blocks import heads
from attention_core.engine.language import say, to_say
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.bark_sentence import AXES, EMBEDDING, LEARNED_SCORES, THREE_HEADS, TOKENS
from attention_core.lesson.constraints import Multiple, even
from attention_core.lesson.mechanism import BOXES, Challenge, Mechanism, Preset
from attention_core.lesson.pictures import Arcs, weight_arcs
from attention_core.mechanisms.self_attention.many_heads import multi_head_attention

from . import playground_parts


def run(
    X: Step,
    W_q: Step,
    W_k: Step,
    W_v: Step,
    W_o: Step,
    U_q: Step,
    U_k: Step,
    v: Step,
    painted: Step,
    h: int,
    position: str,
    score: str,
    tau: float,
    cap: str,
    seen: str,
    width: int,
    shares: str,
    read: str,
) -> Step:
    """Concat(head_1, ..., head_h) W_o as in Vaswani et al. 2017, but for what is chosen otherwise."""
    X, angles = playground_parts.with_positions(X, position, W_q.size("projection") // h)
    Q, K, V = heads.project_heads(X, W_q, W_k, W_v, h)
    Q, K = playground_parts.rotated(Q, K, angles)
    S = playground_parts.scores_of(Q, K, score, U_q, U_k, v)
    S = playground_parts.tempered_and_capped(S, tau, cap)
    S = playground_parts.with_alibi(S, position)
    S = playground_parts.masked(S, seen, width, painted)
    weights = playground_parts.NORMALISERS[shares](S)
    return heads.join_heads(playground_parts.mixture_or_best(weights, read), V, W_o)


def picture(trace: Trace) -> tuple[Arcs, ...]:
    """The weights as lines, averaged over the heads."""
    name = "choice" if "choice" in trace else "attention weights"
    return (weight_arcs(say("The mean weights of all heads."), trace[name]),)


def _each_reads_one_key(trace: Trace) -> bool:
    best = trace["attention weights"].value.max(axis=-1)
    return bool((best == 1).all() and best.size > 1 and "choice" not in trace)


def _equal_words_differ(trace: Trace) -> bool:
    return bool(trace["X"].value.tolist() == EMBEDDING and np.ptp(trace.output.value[[1, 6]], axis=0).any())


BARK = {"X": EMBEDDING, **THREE_HEADS, **LEARNED_SCORES, "painted": np.tri(9).tolist()}
LABELS = {"token": TOKENS, "model": AXES}
NOTE = "Made-up embeddings and hand-made weights; nothing here was trained."

MECHANISM = Mechanism(
    key="playground",
    title="Playground",
    section="Playground",
    boxes=BOXES,
    insight="Five choices make an attention: positions, score, visible keys, normaliser, and how values are read.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762", to_say("and the papers of each piece, in its own lesson")),
    inputs={**multi_head_attention.MECHANISM.inputs, **playground_parts.INPUTS},
    same={"query": "token", "key": "token"},
    options=playground_parts.OPTIONS,
    presets={
        "bark": Preset("Three heads on a sentence", BARK, LABELS, note=NOTE),
        "decoder": Preset("A decoder of today", BARK, LABELS, {"position": "rotary", "seen": "the past"}, NOTE),
        "early": Preset("The additive score of 2014", BARK, LABELS, {"score": "additive", "h": 1}, NOTE),
        "sparse": Preset("Sparse and local", BARK, LABELS, {"shares": "sparsemax", "seen": "a window"}, NOTE),
        "painted": Preset("Your own mask", BARK, LABELS, {"seen": "as painted"}, NOTE),
    },
    challenges=(
        Challenge(
            "Make the output rows of the two “is” differ, without changing X.",
            _equal_words_differ,
            "Equal rows have equal queries and the same keys, unless positions enter.",
            {"position": "sinusoidal"},
        ),
        Challenge(
            "Make every head of every token read one key only, without choosing “the best only”.",
            _each_reads_one_key,
            "A mask can leave a single key; a normaliser with exact zeros can, too, if scores are far enough apart.",
            {"seen": "as painted", "painted": np.eye(9)},
        ),
    ),
    constraints=(
        Multiple("projection", ("h",)),
        Multiple("joined", ("h",)),
        Multiple("projection", ("h", 2), when=lambda known: known["position"] == "rotary"),
        even("model", when=lambda known: known["position"] == "sinusoidal"),
    ),
    in_transformer="one attention layer, made of the parts you choose.",
    related=("scaled-dot-product-attention", "multi-head-attention"),
    run=run,
    picture=picture,
)
