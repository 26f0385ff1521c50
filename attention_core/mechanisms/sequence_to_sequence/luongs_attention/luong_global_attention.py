"""Luong's global attention: one decoder state, one source, four scores."""

from __future__ import annotations

from attention_core.engine.language import say
from attention_core.engine.ops import softmax
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, first_query_bars

from .luong import SCORES, context_vector, equal_sources_differ, sensitivity_bars, word_probabilities


def run(
    H_s: Step,
    h_t: Step,
    W_general: Step,
    W_a: Step,
    U_a: Step,
    v_a: Step,
    W_location: Step,
    W_c: Step,
    U_c: Step,
    W_s: Step,
    score: str,
) -> Step:
    """softmax(W_s tanh(W_c c + U_c h)), c = softmax(score(h, H_s)) H_s. Luong, Pham and Manning 2015, section 3.1."""
    learned = {"general": (W_general,), "concat": (W_a, U_a, v_a), "location": (W_location,)}
    weights = softmax(SCORES[score](h_t, H_s, *learned.get(score, ())), "key", name="attention weights", symbol="a")
    return word_probabilities(context_vector(weights, H_s), h_t, W_c, U_c, W_s)


def picture(trace: Trace) -> tuple[Bars, ...]:
    """The weights under each score; and how much of them moves with the state and with the source."""
    under = MECHANISM.under(trace, "score")
    negated = {say("another state"): "h_t", say("another source"): "H_s"}
    return first_query_bars(say("The weights of the same state under each score."), under), sensitivity_bars(
        MECHANISM, under, negated
    )


GOLDEN = {
    "H_s": [[1, 0], [0.5, 1], [-1, 0.5], [0, 2]],
    "h_t": [0.5, 1],
    "W_general": [[1, 0.5], [-0.5, 1]],
    "W_a": [[0.5, 0], [0, 0.5]],
    "U_a": [[1, 0], [0, 1]],
    "v_a": [1, -0.5],
    "W_location": [[1, 0], [0, 1], [1, 1], [-1, 1]],
    "W_c": [[1, 0], [0, 1]],
    "U_c": [[0.5, 0], [0, 0.5]],
    "W_s": [[1, 0], [0, 1], [-1, -1]],
}
LABELS = {"key": ("Source 1", "Source 2", "Source 3", "Source 4")}
NOTE = "Made-up numbers, small enough to check by hand; the presets differ in the score alone."

MECHANISM = Mechanism(
    key="luong-global-attention",
    title="Luong’s global attention",
    section="Sequence to sequence",
    family="Luong’s attention",
    boxes=("score", "read"),
    insight="The same state gets other weights under each of four scores; one score does not use the source.",
    papers=("Luong, Pham and Manning 2015, arXiv:1508.04025, section 3.1",),
    inputs={
        "H_s": Input(("key", "feature"), "source states"),
        "h_t": Input(("feature",), "decoder state"),
        "W_general": Input(("feature", "source feature"), "for general"),
        "W_a": Input(("hidden", "feature"), "for concat"),
        "U_a": Input(("hidden", "feature"), "for concat"),
        "v_a": Input(("hidden",), "for concat"),
        "W_location": Input(("key", "feature"), "for location"),
        "W_c": Input(("unit", "feature"), "context weights"),
        "U_c": Input(("unit", "feature"), "state weights"),
        "W_s": Input(("word", "unit"), "word weights"),
    },
    same={"source feature": "feature"},
    options={"score": Option("Score", "dot", tuple(SCORES))},
    presets={score: Preset(score.capitalize(), GOLDEN, LABELS, {"score": score}, NOTE) for score in SCORES},
    challenges=(
        Challenge(
            "Give two sources the very same numbers, and yet weights that are more than 0.1 apart.",
            equal_sources_differ,
            "A score that depends on the source states cannot do it. Which of the four does not?",
            {"H_s": [[1, 0], [0.5, 1], [1, 0], [0, 2]], "score": "location"},
        ),
        Challenge(
            "Dot gives Source 3 the smallest weight. Let general give it more than 0.9, by W_general alone.",
            lambda trace: bool(
                trace.options["score"] == "general" and trace["attention weights"].value[2:3].sum() > 0.9
            ),
            "Source 3 is (-1, 0.5). Which way does the state point after W_general? Let it point there.",
            {"W_general": [[-8, 2], [-4, 1]], "score": "general"},
        ),
    ),
    in_transformer="the general score lives on as the query and key matrices; concat and location are gone.",
    related=("bilinear-asymmetry", "scoring-functions"),
    run=run,
    picture=picture,
)
