"""Sliding-window attention: each query sees a band of neighbours, and layers of it reach further."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import scaled_dot_product
from attention_core.blocks.masks import sliding_window
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import contract, positive, rename, sum_over
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Curves, Matrices, Picture


def run(X: Step, width: int, two_sided: bool, layers: int) -> tuple[Step, ...]:
    """softmax(X X^T / sqrt(d)) X inside a band; the tokens are queries, keys and values. Beltagy et al. 2020."""
    Q = rename(X, "token", "query")
    K = rename(X, "token", "key")
    visible = sliding_window(Q.axis("query"), K.axis("key"), width, two_sided)
    output = scaled_dot_product(Q, K, rename(K, "feature", "value"), visible)
    reached = visible
    through = rename(visible, "key", "between")
    for layer in range(2, layers + 1):
        paths = contract(through, rename(reached, "query", "between"), over="between")
        reached = positive(paths, name=f"layer {layer}/cone", symbol=f"B_{layer}")
    return sum_over(reached, over="key", name="reach", symbol="R"), output


def said(trace: Trace) -> dict[str, Step | float]:
    """How many scores there are inside the window and without one, the width of a token, and the kind of window."""
    n = trace["X"].size("token")
    two_sided = trace.options["two_sided"]
    return {
        "needed": sum_over(trace["visible"], over=("query", "key")),
        "pairs": n * n if two_sided else n * (n + 1) // 2,
        "features": trace["X"].size("feature"),
        "two sided": two_sided,
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The band; the positions that reach one token through several layers; and the scores that the band saves."""
    visible = trace["visible"]
    n = trace["X"].size("token")
    width, two_sided, layers = trace.options.values()
    below = reachable_positions(visible, layers, n // 2 if two_sided else n - 1)
    bands = Matrices(say("One layer of the band, and the cone that layers of it add up to."), (visible, below))
    return bands, cost_curves(n, width, two_sided)


def _reaches_all(trace: Trace) -> bool:
    """Whether every token reaches the last one."""
    return bool(trace["reach"].value[-1] == trace["X"].size("token") > 2)


GOLDEN = {"X": [[1, 0], [0, 1], [1, 1], [-1, 1], [2, 0], [0, 2]]}
LABELS = {"token": ("Our", "cat", "sat", "on", "the", "mat")}
NOTE = "Made-up numbers, small enough to check by hand."


def reachable_positions(visible: Step, layers: int, query: int) -> Step:
    """1 at the positions from which a path leads to one query, layer under layer down to the inputs."""
    visible_from = visible.value > 0
    reached = np.arange(visible.size("key")) == query
    rows = [reached]
    for _ in range(layers):
        rows.append(visible_from[rows[-1]].any(axis=0))
    names = (*(f"layer {n}" for n in range(layers, 0, -1)), "inputs")
    return source(
        say("cone of {token}", token=label_said(visible.axes[0].labels[query])),
        rows,
        (Axis("layer", names), visible.axis("key")),
        "C",
    )


def visible_pairs(tokens: int, width: int, two_sided: bool) -> float:
    """How many scores a band leaves to compute."""
    axis = numbered("token", tokens)
    return float(sliding_window(axis.renamed("query"), axis.renamed("key"), width, two_sided).value.sum())


def cost_curves(tokens: int, width: int, two_sided: bool) -> Curves:
    """Scores to compute over the length of a sentence, with and without the window, and the learner's sentence."""
    most = max(16, tokens)
    sizes = sorted({*np.linspace(1, most, 16).astype(int).tolist(), tokens})
    lines = {say("without a window"): 2 * most, say("with the window"): width}
    series = {
        name: tuple(visible_pairs(size, window_width, two_sided) for size in sizes)
        for name, window_width in lines.items()
    }
    here = {say("your sentence"): (float(tokens), visible_pairs(tokens, width, two_sided))}
    caption = say("Scores to compute as the sentence grows: with a window the line is straight.")
    return Curves(caption, tuple(map(float, sizes)), series, "tokens", say("scores to compute"), here)


MECHANISM = Mechanism(
    key="sliding-window",
    title="Sliding window",
    section="Self-attention",
    family="Masks",
    boxes=("which keys",),
    insight="In each layer a query sees a few neighbours only; through several layers it reaches far.",
    papers=("Beltagy, Peters and Cohan 2020, arXiv:2004.05150", "Jiang et al. 2023, arXiv:2310.06825"),
    inputs={"X": Input(("token", "feature"), "tokens")},
    opens="attention weights",
    options={
        "width": Option("Window", 3, bounds=(1, 12)),
        "two_sided": Option("Both sides", False),
        "layers": Option("Layers", 3, bounds=(1, 6)),
    },
    presets={
        "band": Preset("Window of 3", GOLDEN, LABELS, note=NOTE),
        "both": Preset("Both sides", GOLDEN, LABELS, {"two_sided": True}, NOTE),
        "narrow": Preset("Narrow, deep", GOLDEN, LABELS, {"width": 2, "layers": 5}, NOTE),
    },
    challenges=(
        Challenge(
            "With a window of only two, let the last token reach the first.",
            lambda trace: trace.options["width"] == 2 and _reaches_all(trace),
            "Each further layer adds one more token. How many layers for six tokens?",
            {"width": 2, "layers": 5},
        ),
        Challenge(
            "Choose a window that hides no more than a causal mask, in a single layer.",
            lambda trace: trace.options["layers"] == 1 and _reaches_all(trace),
            "The window of the last token must hold all tokens.",
            {"width": 6, "layers": 1},
        ),
    ),
    in_transformer="in all or some layers of models for long texts, such as Longformer and Mistral 7B.",
    related=("soft-hard-local",),
    run=run,
    picture=picture,
    said=said,
)
