"""Grouped-query attention: several query heads share one head of keys and values."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import scaled_dot_product
from attention_core.blocks.heads import repeat_for_heads
from attention_core.engine.language import to_say
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Multiple, Refusal
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .key_value_heads import cache_bars, sharing_arcs, split_columns


def run(Q: Step, K: Step, V: Step, h: int, g: int) -> Step:
    """Head i of h reads keys and values floor(i g / h) of g. Shazeer 2019 (g = 1); Ainslie et al. 2023 (any g)."""
    queries = split_columns(Q, "head", h, "feature", "query heads", "Q'")
    keys = split_columns(K, "kv head", h, "feature", "kept keys", "K'", g)
    values = split_columns(V, "kv head", h, "value", "kept values", "V'", g)
    heads = queries.axis("head")
    shared = (
        repeat_for_heads(keys, heads, "keys by head", r"\hat K"),
        repeat_for_heads(values, heads, "values by head", r"\hat V"),
    )
    return scaled_dot_product(queries, *shared)


def said(trace: Trace) -> dict[str, Step | float]:
    """How many heads there are of each kind, how many share one, and the width of a head."""
    h, g = trace.options["h"], trace.options["g"]
    return {"query heads": h, "kv heads": g, "sharing": h // g, "width": trace["query heads"].size("feature")}


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Which key/value head each query head uses; and the cache of a real model."""
    h = trace.options["h"]
    g = trace.options["g"]
    return sharing_arcs(h, g), cache_bars(h // g)


def _head_difference(trace: Trace, a: int, b: int) -> float:
    """The largest difference between the outputs of two heads; 0 where there are no such heads."""
    output = trace.output.value
    return float(np.abs(output[a] - output[b]).max()) if max(a, b) < len(output) else 0.0


QUERIES: list[list[float]] = [
    [1, 0, 0, 1, 1, -1, 0.5, 0.5],
    [0, 1, 1, 0, 1, 0, -1, 0],
    [1, 1, 0.5, -0.5, 0, 2, 2, 0],
]
HEADS = {
    "Q": QUERIES,
    "K": [
        [1, 0, 0.5, 1, 0, -1, 1, 1],
        [0, 1, 1, -0.5, 1, 1, -0.5, 0],
        [1, 1, 0, 1, -1, 0, 0, 2],
    ],
    "V": [
        [1, 0, -1, 1, 2, -1, 0, 3],
        [0, 1, 3, 0, 0, 0, -2, 1],
        [2, 2, 0, 0.5, 1, 1, 1, 0],
    ],
}
LABELS = dict.fromkeys(("query", "key"), ("Token 1", "Token 2", "Token 3"))
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="mqa-gqa",
    title="Grouped-query attention",
    section="At scale",
    boxes=("who asks",),
    insight="Query heads may share keys and values: the cache shrinks, and the number of queries stays the same.",
    papers=("Shazeer 2019, arXiv:1911.02150", "Ainslie et al. 2023, arXiv:2305.13245"),
    inputs={
        "Q": Input(("query", "head columns"), "queries, heads side by side"),
        "K": Input(("key", "head columns"), "keys, heads side by side"),
        "V": Input(("key", "value columns"), "values, heads side by side"),
    },
    options={"h": Option("Query heads", 4, bounds=(1, 12)), "g": Option("Key/value heads", 2, bounds=(1, 12))},
    presets={
        "grouped": Preset("Grouped-query", HEADS, LABELS, {"g": 2}, NOTE),
        "one": Preset("Multi-query", HEADS, LABELS, {"g": 1}, NOTE),
        "all": Preset("Multi-head", HEADS, LABELS, {"g": 4}, NOTE),
    },
    challenges=(
        Challenge(
            "Keep a single key/value head, and still have heads 1 and 2 differ by more than 1 in some output.",
            lambda trace: bool(trace.options["g"] == 1 and _head_difference(trace, 0, 1) > 1),
            "Keys are shared, queries are not: give the two heads very different, large queries.",
            {"g": 1, "Q": [[9, 9, 9, -9, 1, -1, 0.5, 0.5], *QUERIES[1:]]},
        ),
        Challenge(
            "Give heads 1 and 2 the same output everywhere, while head 3 differs by more than 0.5.",
            lambda trace: bool(_head_difference(trace, 0, 1) < 1e-9 and _head_difference(trace, 0, 2) > 0.5),
            "Heads 1 and 2 read the same keys and values. What else makes two heads differ?",
            {"Q": [[*row[:2], *row[:2], *row[4:]] for row in QUERIES]},
        ),
    ),
    constraints=(
        Multiple(
            "h",
            ("g",),
            refusal=Refusal("g", "", to_say("{h} query heads cannot be shared out evenly among {g} key/value heads")),
        ),
        Multiple("head columns", ("h",)),
        Multiple("value columns", ("h",)),
    ),
    in_transformer="in many language models, such as Llama 2 70B and Mistral 7B, so that the cache is small.",
    related=("multi-head-attention", "kv-cache"),
    run=run,
    picture=picture,
    said=said,
)
