"""Soft cap: an upper limit that scores approach and never pass."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.normalisers import capped
from attention_core.engine import expression as ex
from attention_core.engine.language import say
from attention_core.engine.ops import divide_by, largest, mask, scale, shift, softmax, square, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Curves, Picture, rows
from attention_core.lesson.said import above


def run(s: Step, visible: Step, cap: float, mask_first: bool) -> tuple[Step, ...]:
    """c tanh(s / c), then the mask, then softmax. Bello et al. 2016; Gemma 2, 2024."""
    c = ex.constant(cap, "c")
    masked = mask(s, visible, name="masked first" if mask_first else "", symbol="M")
    early = scale(tanh(divide_by(masked, c)), c, name="capped scores", symbol=r"\check S")
    S = early if mask_first else capped(s, cap)  # raises InputError on a masked score
    slope = shift(scale(square(divide_by(S, c)), -1.0), 1.0, name="slope", symbol="D")
    plain = softmax(masked, "key", name="without the cap", symbol=r"\tilde A")
    S = S if mask_first else mask(S, visible, name="masked scores", symbol="M")
    return slope, plain, softmax(S, "key", name="attention weights", symbol="A")


def said(trace: Trace) -> dict[str, Step | float]:
    """The cap, the largest weights with and without it, and whether a cap leaves one key nearly all."""
    most = largest(trace["attention weights"], "key")
    cap = trace.options["cap"]
    return {
        "cap": cap,
        "largest": most,
        "largest without": largest(trace["without the cap"], "key"),
        "one takes all": above(most, 0.995),
        "masked first": trace.options["mask_first"],
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The scores on the curve of the cap; and the largest weight over the cap."""
    s = trace["s"].value
    cap = trace.options["cap"]
    x = np.linspace(-1, 1, 121) * max(cap, float(np.abs(s).max()))
    lines = rows(
        (say("capped"), say("ceiling"), say("floor")), (cap * np.tanh(x / cap), np.full(121, cap), np.full(121, -cap))
    )
    beads = {say("your scores"): tuple(zip(s.tolist(), trace["capped scores"].value.tolist(), strict=True))}
    caption = say("Near 0 a score stays almost what it is; none gets past {cap:g}.", cap=cap)
    curve = Curves(caption, tuple(map(float, x)), lines, "score", say("capped score"), dots=beads)
    most = [MECHANISM.again(trace, cap=each)["attention weights"].value.max() for each in CAPS]
    mark = {say("your cap"): (cap, float(trace["attention weights"].value.max()))}
    series = rows(
        (say("with the cap"), say("without it")), (most, np.full(len(CAPS), trace["without the cap"].value.max()))
    )
    return curve, Curves(
        say("The largest weight, as the cap rises."), CAPS, series, say("cap"), say("weight"), mark, log_x=True
    )


CAPS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0)
NOTE = "Made-up scores. Caps in use: 50 for attention, 30 for the last layer of Gemma 2."


def _preset(title: str, s: list[float], visible: list[float], **options: float) -> Preset:
    labels = {"key": tuple(f"Key {n + 1}" for n in range(len(s)))}
    return Preset(title, {"s": s, "visible": visible}, labels, options, NOTE)


MECHANISM = Mechanism(
    key="softcap",
    title="Soft cap",
    section="Taming scores",
    boxes=("score",),
    insight="A cap c hardly changes small scores, and keeps large ones between -c and c.",
    papers=("Gemma 2 2024, arXiv:2408.00118", "Bello et al. 2016, arXiv:1611.09940"),
    inputs={"s": Input(("key",), "scaled scores"), "visible": Input(("key",), "which keys may be read", switch=True)},
    options={"cap": Option("Cap", 50.0, CAPS), "mask_first": Option("Mask first", False)},
    presets={
        "range": _preset("−200 to 200", [-200, -50, -10, 0, 10, 50, 200], [1] * 7),
        "runaway": _preset("A runaway score", [2, 4, 80], [1] * 3, cap=5.0),
        "leak": _preset("Masked too early", [-1, -2, 6], [1, 1, 0], cap=2.0, mask_first=True),
    },
    challenges=(
        Challenge(
            "Keep a score of 100 or more, and yet bring every weight below a half.",
            lambda trace: bool(trace["s"].value.max() >= 100 > 200 * trace["attention weights"].value.max()),
            "A lower cap brings the leaders together.",
            {"cap": 5.0},
        ),
        Challenge(
            "Let a key that is hidden get a weight above 0.01.",
            lambda trace: bool((trace["attention weights"].value[trace["visible"].value == 0] > 0.01).any()),
            "What does the curve make of minus infinity, if the mask comes first?",
            {"visible": [1, 1, 1, 1, 1, 1, 0], "cap": 1.0, "mask_first": True},
        ),
    ),
    in_transformer="on the scores of Gemma 2, with a cap of 50; most models have none.",
    related=("score-variance-scaling", "qk-norm"),
    run=run,
    picture=picture,
    said=said,
)
