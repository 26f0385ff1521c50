"""The padding mask: sentences of unequal length in one rectangular batch."""

from __future__ import annotations

import numpy as np

from ..attention import attention_weights, projected
from ..masks import causal, lost, lost_pictures
from ..mechanism import Challenge, Input, Mechanism, Option, Preset
from ..pictures import Picture
from ..primitives import contract, rename
from ..published import PUBLISHED
from ..step import Step
from ..trace import Trace


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, real: Step, hidden: bool, ahead: bool) -> Step:
    """softmax(Q K^T / sqrt(d_k) at real keys, else -inf) V, for a batch. Attention: Vaswani et al. 2017, eq. 1."""
    Q, K, V = projected(X, W_q, W_k, W_v)
    words, past = rename(real, "token", "key"), causal(Q.axis("query"), K.axis("key"))
    visible = past if ahead else words if hidden else None
    if ahead and hidden:
        visible = contract(words, past, to=("sentence", "query", "key"), name="both masks", symbol=r"B'")
    return contract(attention_weights(Q, K, visible), V, over="key", name="output", symbol="O")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """What the padding takes from every word without the mask; and the weights, without it and with it."""
    return lost_pictures(MECHANISM.again(trace, hidden=False), MECHANISM.again(trace, hidden=True))


GOLDEN = {**PUBLISHED, "X": [PUBLISHED["X"], [*PUBLISHED["X"][:2], [0] * 4]], "real": [[1, 1, 1], [1, 1, 0]]}
LOUD = {**GOLDEN, "X": [PUBLISHED["X"], [*PUBLISHED["X"][:2], [3, 0, 3, 0]]]}
ROWS = {"sentence": ("Long", "Short"), "token": ("Word 1", "Word 2", "Word 3")}
NOTE = "The tokens of R. Karim, “Illustrated: Self-Attention”, in a batch with a shorter sentence; scaled."

MECHANISM = Mechanism(
    key="padding-mask",
    title="Padding mask",
    section="Self-attention",
    family="Masks",
    boxes=("which keys",),
    insight="A row of zeros is not nothing: unless it is masked, it takes its share.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762", "engineering practice; no paper introduced it"),
    inputs={
        "X": Input(("sentence", "token", "model"), "input vectors"),
        "W_q": Input(("model", "feature"), "query weights"),
        "W_k": Input(("model", "feature"), "key weights"),
        "W_v": Input(("model", "value"), "value weights"),
        "real": Input(("sentence", "token"), "word or padding?", switch=True),
    },
    opens="masked scores",
    options={"hidden": Option("Mask the padding", True), "ahead": Option("Hide later words too", False)},
    presets={
        "padded": Preset("Three words and two", GOLDEN, ROWS, note=NOTE),
        "open": Preset("Without the mask", GOLDEN, ROWS, {"hidden": False}, NOTE),
        "loud": Preset("Loud padding, no mask", LOUD, ROWS, {"hidden": False}, NOTE),
    },
    challenges=(
        Challenge(
            "Rob a word: let padding take more than half of its attention.",
            lambda trace: bool(lost(trace).max(initial=0) > 0.5),
            "The mask must go first. Then, what must the pad look like for some query to prefer it?",
            {**LOUD, "hidden": False},
        ),
        Challenge(
            "Put a number of 100 or more into the padding, and leave every word’s answer as it was.",
            lambda trace: bool(
                np.abs(trace["X"].value[trace["real"].value == 0]).max(initial=0) >= 100 and not lost(trace).any()
            ),
            "The mask does not care what stands in a padded row.",
            {**LOUD, "X": [PUBLISHED["X"], [*PUBLISHED["X"][:2], [100, 0, -100, 0]]]},
        ),
    ),
    run=run,
    picture=picture,
)
