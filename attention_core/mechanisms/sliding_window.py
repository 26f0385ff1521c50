"""Sliding-window attention: a band of neighbours, and how far layers of it reach."""

from __future__ import annotations

from ..attention import scaled_dot_product
from ..masks import cone, saving, window
from ..mechanism import Challenge, Input, Mechanism, Option, Preset
from ..pictures import Matrices, Picture
from ..primitives import contract, positive, rename, total
from ..step import Step
from ..trace import Trace


def run(X: Step, width: int, two_sided: bool, layers: int) -> tuple[Step, ...]:
    """softmax(X X^T / sqrt(d)) X inside a band; the tokens are queries, keys and values. Beltagy et al. 2020."""
    Q, K = rename(X, "token", "query"), rename(X, "token", "key")
    visible = window(Q.axis("query"), K.axis("key"), width, two_sided)
    output = scaled_dot_product(Q, K, rename(K, "feature", "value"), visible)
    reached, through = visible, rename(visible, "key", "between")
    for layer in range(2, layers + 1):
        paths = contract(through, rename(reached, "query", "between"), over="between")
        reached = positive(paths, name=f"layer {layer}/cone", symbol=f"B_{layer}")
    return total(reached, over="key", name="reach", symbol="R"), output


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The band; what one token knows of, layer under layer; and what the band saves."""
    visible, n = trace["visible"], trace["X"].size("token")
    width, two_sided, layers = trace.options.values()
    below = cone(visible, layers, n // 2 if two_sided else n - 1)
    bands = Matrices("One layer of the band, and the cone that layers of it add up to.", (visible, below))
    return bands, saving(n, width, two_sided)


def _reaches_all(trace: Trace) -> bool:
    return bool(trace["reach"].value[-1] == trace["X"].size("token") > 2)


GOLDEN = {"X": [[1, 0], [0, 1], [1, 1], [-1, 1], [2, 0], [0, 2]]}
LABELS = {"token": ("Our", "cat", "sat", "on", "the", "mat")}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="sliding-window",
    title="Sliding window",
    section="Self-attention",
    family="Masks",
    boxes=("which keys",),
    insight="Each layer looks only a little way back; layers upon layers see far.",
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
            "With a window of only two, let the last token know of the first.",
            lambda trace: trace.options["width"] == 2 and _reaches_all(trace),
            "Each further layer adds one more token. How many layers for six tokens?",
            {"width": 2, "layers": 5},
        ),
        Challenge(
            "Choose a window that hides nothing a causal mask would show, in a single layer.",
            lambda trace: trace.options["layers"] == 1 and _reaches_all(trace),
            "The last token must reach back over all of them at once.",
            {"width": 6, "layers": 1},
        ),
    ),
    run=run,
    picture=picture,
)
