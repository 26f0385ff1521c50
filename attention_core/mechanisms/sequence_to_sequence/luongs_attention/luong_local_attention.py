"""Luong's local attention: a window on the source, at the decoder's own position or at a predicted one."""

from __future__ import annotations

from attention_core.blocks.scores import dot
from attention_core.engine.ops import mask, softmax
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .luong import (
    context_curves,
    context_vector,
    gaussian_context,
    monotonic_centre,
    predicted_centre,
    rounded_centre,
    source_positions,
    window_mask,
    window_picture,
)

MONOTONIC = "local-m"
PREDICTED = "local-p"
ALONE = "local-p, no bell"
CENTRES = (MONOTONIC, PREDICTED, ALONE)


def run(
    H_s: Step, h_t: Step, W_p: Step, v_p: Step, centre: str, t: int, D: int, renormalised: bool
) -> tuple[Step, ...]:
    """softmax within D of p, times exp(-(s - p)^2 / (2 (D/2)^2)) for local-p. Luong, Pham and Manning 2015, 3.2."""
    places = source_positions(H_s.axis("key"))
    p = monotonic_centre(t, places) if centre == MONOTONIC else predicted_centre(h_t, W_p, v_p, places)
    visible = window_mask(places, p if centre == MONOTONIC else rounded_centre(p), D)
    windowed = mask(dot(h_t, H_s), visible, name="windowed scores", symbol="M")
    align = softmax(windowed, along="key", name="align", symbol=r"\alpha")
    return (
        gaussian_context(align, H_s, places, p, D, renormalised)
        if centre == PREDICTED
        else (context_vector(align, H_s),)
    )


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Window, Gaussian and weights on the source; and the context over the centre."""
    return window_picture(trace), context_curves(trace, trace.options["renormalised"])


STATES = [
    [1, 0],
    [0.5, 1],
    [-1, 0.5],
    [0, 2],
    [1, 1],
    [0.5, -0.5],
    [2, 0],
]
GOLDEN = {
    "H_s": STATES,
    "h_t": [0.5, 1],
    "W_p": [[0.6, -0.4], [0.2, 0.8]],
    "v_p": [0.7, 1],
}
LABELS = {"key": tuple("1234567")}
NOTE = "Made-up numbers, small enough to check by hand; the presets differ in how the window is placed."

MECHANISM = Mechanism(
    key="luong-local-attention",
    title="Luong’s local attention",
    section="Sequence to sequence",
    family="Luong’s attention",
    boxes=("which keys", "normalise"),
    insight="A window limits what is read; only the bell over it gives the centre a gradient.",
    papers=("Luong, Pham and Manning 2015, arXiv:1508.04025, section 3.2",),
    inputs={
        "H_s": Input(("key", "feature"), "source states"),
        "h_t": Input(("feature",), "decoder state"),
        "W_p": Input(("hidden", "feature"), "centre weights"),
        "v_p": Input(("hidden",), "centre weights"),
    },
    options={
        "centre": Option("Centre", MONOTONIC, CENTRES),
        "t": Option("t, for local-m", 4, bounds=(1, 512)),
        "D": Option("Half-width D", 2, bounds=(0, 512)),
        "renormalised": Option("Renormalise", False),
    },
    presets={
        "monotonic": Preset("In step: t = 4", GOLDEN, LABELS, note=NOTE),
        "edge": Preset("At the edge: t = 1", GOLDEN, LABELS, {"t": 1}, NOTE),
        "predictive": Preset("Predicted centre", GOLDEN, LABELS, {"centre": PREDICTED}, NOTE),
        "alone": Preset("Without the bell", GOLDEN, LABELS, {"centre": ALONE}, NOTE),
    },
    challenges=(
        Challenge(
            "Widen the window of local-m until no position is cut, and local attention is global attention.",
            lambda trace: bool(trace.options["centre"] == MONOTONIC and trace["window"].value.all()),
            "How far from the centre is the position farthest from it?",
            {"D": 3},
        ),
        Challenge(
            "With local-p, let the bell take away more than half of the weight.",
            lambda trace: bool("weight sum" in trace and trace["weight sum"].value < 0.5),
            "The bell is low at the edges of the window. What if the scores are highest at a position there?",
            {"H_s": [*STATES[:6], [20, 0]], "centre": PREDICTED},
        ),
    ),
    in_transformer=(
        "the window lives on as the sliding window of some layers; the predicted centre and its bell are gone."
    ),
    related=("soft-hard-local", "sliding-window"),
    run=run,
    picture=picture,
)
