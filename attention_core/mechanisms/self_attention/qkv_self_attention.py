"""Self-attention with three matrices, for queries, keys and values."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import attention_weights, project, scaled_dot_product
from attention_core.engine.ops import rename, take
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.bark_sentence import AXES, EMBEDDING, ONE_HEAD, TOKENS, focus_position
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Matrices, Picture


def run(X: Step, M_q: Step, M_k: Step, M_v: Step, scaled: bool) -> Step:
    """softmax(Q K^T / sqrt(k)) V with Q = X M_q, K = X M_k, V = X M_v. Vaswani et al. 2017, eq. 1."""
    Q, K, V = project(X, M_q, M_k, M_v)
    return scaled_dot_product(Q, K, V, factor=None if scaled else 1.0)


def picture(trace: Trace) -> tuple[Picture, ...]:
    """One word's weights with and without the matrices; and its query, key and value."""
    X = trace["X"]
    words = trace["X"].axis("token").labels
    n = focus_position(words)
    queries, keys = (rename(rename(X, "token", role), "model", "feature") for role in ("query", "key"))
    found = {"no matrices": attention_weights(queries, keys, factor=1.0), "three matrices": trace["attention weights"]}
    series = {name: tuple(map(float, weights.value[n])) for name, weights in found.items()}
    bars = Bars(f"What “{words[n]}” attends to.", words, series, "attention weight")
    views = (
        take(trace[step], axis, n, n + 1, name=f"what it {verb}", symbol=trace[step].symbol)
        for step, axis, verb in (("queries", "query", "asks"), ("keys", "key", "offers"), ("values", "key", "says"))
    )
    return bars, Matrices(f"“{words[n]}” through each of the three matrices.", tuple(views))


def _scores_are_symmetric(trace: Trace) -> bool:
    scores = trace["scores"].value
    return bool(scores.any() and np.allclose(scores, scores.T))


IDENTITY = dict.fromkeys(ONE_HEAD, np.eye(6))
LABELS = {"token": TOKENS, "model": AXES, "feature": AXES, "value": AXES}
NOTE = "Made-up embedding and hand-made matrices; a trained model would find its own."

MECHANISM = Mechanism(
    key="qkv-self-attention",
    title="Queries, keys, values",
    section="Self-attention",
    insight="Three matrices let a word ask for one thing, be found by another and say a third.",
    boxes=("who asks",),
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1",),
    inputs={
        "X": Input(("token", "model"), "embeddings"),
        "M_q": Input(("model", "feature"), "query matrix"),
        "M_k": Input(("model", "feature"), "key matrix"),
        "M_v": Input(("model", "value"), "value matrix"),
    },
    options={"scaled": Option("Divide scores by √k", True)},
    presets={
        "pronouns": Preset("Pronouns seek animals", {"X": EMBEDDING, **ONE_HEAD}, LABELS, note=NOTE),
        "identity": Preset("Identity, no root", {"X": EMBEDDING, **IDENTITY}, LABELS, {"scaled": False}, NOTE),
    },
    challenges=(
        Challenge(
            "Teach animals to look for pronouns: “dog”, the last word, gives “he” more than half.",
            lambda trace: bool((trace["attention weights"].value[8:9, 5:6] > 0.5).any()),
            "What an animal asks for is the first row of M_q. Let it ask for the third column, and loudly.",
            {"M_q": [[0, 0, 6, 0, 0, 0], *ONE_HEAD["M_q"][1:]]},
        ),
        Challenge(
            "Make looking mutual again: every pair scores alike in both directions, and not all scores are 0.",
            _scores_are_symmetric,
            "A score sees the two matrices only as M_q times M_k transposed. When is that product symmetric?",
            {"M_k": ONE_HEAD["M_q"]},
        ),
    ),
    in_transformer="one head of a self-attention layer, with its three matrices.",
    run=run,
    picture=picture,
)
