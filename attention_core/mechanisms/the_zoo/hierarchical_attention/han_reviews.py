"""Hierarchical attention, trained: typed reviews, and two sets of weights that attend to different words."""

from __future__ import annotations

import numpy as np

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import given_width
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.typed_text import Words

from . import trained_reviews

READS = Words("A review, in the words it knows", f"It knows {', '.join(trained_reviews.WORDS)}", trained_reviews.WORDS)
PRAISE = {"great", "good", "lovely", "excellent", "tasty", "friendly"}
BLAME = {"awful", "bad", "rude", "terrible", "bland", "slow"}


def run(X: Step, there: Step, other: bool) -> tuple[Step, Step]:
    """softmax over t of u_w . tanh(W_w h_it + b_w), again over i with u_s, and W_c v + b_c. Yang et al. 2016.

    With weights trained by training/ on made-up reviews; data/weights has a card for each of the two that says how
    well.
    """
    return trained_reviews.score_review(X, there, trained_reviews.FILES[other])


def typed_preset(title: str, text: str, note: str) -> Preset:
    """A preset for a typed review; its note ends with the model card."""
    return Preset(title, *READS.fill(text), note=f"{note} {trained_reviews.card_summary()}")


def _blamed_by_praise(trace: Trace) -> bool:
    """Whether the score is below -0.5 with a word of praise and without a word of blame."""
    words = {trained_reviews.WORDS[n] for *_, n in np.argwhere(trace["X"].value)}
    return bool(words & PRAISE) and not words & BLAME and trained_reviews.score_of(trace) < -0.5


def _weights_disagree(trace: Trace) -> bool:
    """Whether one set of weights is for the review and the other against it."""
    other = MECHANISM.again(trace, other=not trace.options["other"])
    return {trained_reviews.nearest_class(trace), trained_reviews.nearest_class(other)} == {1, -1}


MECHANISM = Mechanism(
    key="han-reviews",
    title="Hierarchical attention, trained",
    section="The zoo",
    family="Hierarchical attention",
    boxes=("who asks", "score", "normalise", "read"),
    opens="word weights",
    insight="Two networks that are right equally often can look at different words.",
    papers=(
        "Yang et al. 2016, N16-1174",
        "Jain and Wallace 2019, arXiv:1902.10186",
        "Wiegreffe and Pinter 2019, arXiv:1908.04626",
    ),
    inputs={
        "X": Input(("sentence", "word", "vocabulary"), "words read"),
        "there": Input(("sentence", "word"), "1 = a word it knows", switch=True),
    },
    reads=READS,
    options={"other": Option("Same accuracy, other picture", False)},
    presets={
        "praise": typed_preset(
            "Praise",
            "The food was great. We had the coffee today. The service was usual.",
            "Like the reviews it was trained on.",
        ),
        "turned": typed_preset(
            "Negated",
            "The staff was not really excellent. The price was ordinary.",
            "A review that was left out of the training.",
        ),
        "two": typed_preset(
            "Two opinions", "The food was great. The service was awful.", "In training a review had one."
        ),
        "unknown": typed_preset(
            "An unknown word", "The pizza was great. It was the music we had.", "“pizza” was in none."
        ),
    },
    challenges=(
        Challenge(
            "Write a complaint with a word of praise and no word of blame: an answer below −0.5.",
            _blamed_by_praise,
            "One short word negates an opinion.",
            READS.fill("The food was not great. We had the coffee today.")[0],
        ),
        Challenge(
            "Write a review about which the two sets of weights disagree: one for it, the other against it.",
            _weights_disagree,
            "They agree on reviews like those of the training. What did no review of the training have?",
            READS.fill("The food was great. The service was awful.")[0],
        ),
    ),
    constraints=(given_width("X", "vocabulary", len(READS.vocabulary)),),
    in_transformer="not this network; but what weights can explain is debated for its heads in the same way.",
    related=("attention-pooling", "bahdanau-attention"),
    run=run,
    picture=trained_reviews.picture,
)
