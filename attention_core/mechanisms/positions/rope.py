"""Rotary position embedding: queries and keys are rotated by their positions; scores depend on the offset alone."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import attention_weights
from attention_core.blocks.measures import norm
from attention_core.blocks.positions import LAYOUTS, angles, rotate
from attention_core.engine.language import say
from attention_core.engine.ops import absolute, add, index, largest, subtract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import even
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arrows
from attention_core.lesson.said import below, leading


def run(Q: Step, K: Step, layout: str, base: float, first: int) -> tuple[Step, ...]:
    """softmax((R_m q) (R_n k) / sqrt(d_k)), R_m turning pair i by m base^(-2i/d). Su et al. 2021, arXiv:2104.09864."""
    theta = angles(Q.axis("query").renamed("token"), Q.size("feature"), base, first)
    queries = rotate(Q, theta, layout, "rotated queries")
    lengths = norm(queries, "feature", name="lengths", symbol=r"\|q\|")
    return lengths, attention_weights(queries, rotate(K, theta, layout, "rotated keys"))


Q = [1, 0, 0.5, -1]
K = [0.5, 1, 1, 0.5]
N = 5
SAME = {"Q": [Q] * N, "K": [K] * N}
QUERIES = [[1, 0, 1, 0], [0, 1, 1, 1], [2, 0, 0, 1]]
KEYS = [[0, 1, 1, 0], [1, 0, 0, 1], [1, 1, 1, 0]]
PLACES = {"query": tuple(f"at {p}" for p in range(N))}
AHEAD = [[-0.42, -0.91, 0.5, -1]] * N
SLOW = [[0, 0, 1, 1]] * N
NOTE = "Made-up vectors, the same at every position, so that all differences between scores come from positions."


def _two_ahead(trace: Trace) -> bool:
    """Whether every query with a key two positions further on has its highest score there."""
    best = trace["scores"].value.argmax(axis=1)
    n = trace["Q"].size("query")
    return n > 2 and best[:-2].tolist() == list(range(2, n))


MOST = 6  # positions shown side by side


def said(trace: Trace) -> dict[str, Step | float]:
    """Where the largest weight of each query is, and whether all queries are alike, and all keys."""
    spread = add(*(_spread(trace[name]) for name in ("Q", "K")))
    return {"most": leading(trace["attention weights"], "key"), "same rows": below(spread, 1e-9)}


def _spread(x: Step) -> Step:
    """The largest difference between a row and the first one."""
    rows, features = (axis.name for axis in x.axes)
    return largest(largest(absolute(subtract(x, index(x, rows, 0))), rows), features)


def picture(trace: Trace) -> tuple[Arrows, ...]:
    """Query and key of the first positions, in the plane of their fastest pair and in that of the slowest."""
    pairs = trace["rotated queries"].size("feature") // 2
    found = {0: say("fastest"), pairs - 1: say("slowest")} if pairs > 1 else {0: say("only")}
    caption = say("Query and key of each position in the plane of the {} pair.")
    return tuple(Arrows(caption.format(word), _panels(trace, pair)) for pair, word in found.items())


def _panels(trace: Trace, pair: int) -> dict[str, dict[str, tuple[float, ...]]]:
    Q, K = (trace[name].value[:MOST] for name in ("rotated queries", "rotated keys"))
    half = Q.shape[1] // 2
    places = [2 * pair, 2 * pair + 1] if trace.options["layout"] == LAYOUTS[0] else [pair, pair + half]
    return {
        say("position {options}", options=trace.options["first"] + n): {
            "q": tuple(map(float, q)),
            "k": tuple(map(float, k)),
        }
        for n, (q, k) in enumerate(zip(Q[:, places], K[:, places], strict=True))
    }


MECHANISM = Mechanism(
    key="rope",
    title="Rotary positions (RoPE)",
    section="Positions",
    boxes=("score",),
    opens="rotated queries",
    insight="Every query and key is rotated by its position; their product depends on the signed offset alone.",
    papers=("Su et al. 2021, arXiv:2104.09864",),
    inputs={"Q": Input(("query", "feature"), "queries"), "K": Input(("key", "feature"), "keys")},
    same={"key": "query"},
    options={
        "layout": Option("Pairs", LAYOUTS[0], LAYOUTS),
        "base": Option("Base", 10000.0, bounds=(1, 1000000)),
        "first": Option("Starts at", 0, bounds=(0, 100000)),
    },
    presets={
        "same": Preset("Same rows", SAME, PLACES, note=NOTE),
        "later": Preset("From 1000", SAME, PLACES, {"first": 1000}, NOTE),
        "tokens": Preset("Tokens", {"Q": QUERIES, "K": KEYS}, {"query": PLACES["query"][:3]}, note="Made-up numbers."),
    },
    challenges=(
        Challenge(
            "Choose keys so that every query has its highest score with the key two positions further on.",
            _two_ahead,
            "Turn the query’s first pair back by two positions: the key at +2 is then turned onto it.",
            {"K": AHEAD},
        ),
        Challenge(
            "Make positions count little: all scores equal to within 0.01, and some score above 1.",
            lambda trace: (
                len(trace["Q"].value) > 1
                and bool(np.ptp(trace["scores"].value) < 0.01 and trace["scores"].value.max() > 1)
            ),
            "The last pair turns by a hundredth per position. Put everything there.",
            {"Q": SLOW, "K": SLOW},
        ),
    ),
    constraints=(even("feature"),),
    in_transformer="on queries and keys in every attention layer of many language models, such as Llama.",
    related=("sinusoidal-positional-encoding", "alibi", "kv-cache"),
    run=run,
    picture=picture,
    said=said,
)
