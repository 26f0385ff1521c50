"""Bahdanau attention: the decoder attends before every word; or, with the other timing, after it."""

from __future__ import annotations

import numpy as np

from attention_core.engine.language import say
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Sum
from attention_core.lesson.mechanism import Challenge, Mechanism, Option, Preset
from attention_core.lesson.pictures import Alignment

from .rnnsearch import INPUTS, LOOK, NUMBERS, SPEAK, run


def picture(trace: Trace) -> tuple[Alignment, ...]:
    """The alignments of both timings on the same numbers, side by side."""
    both = {timing: _alignment(made) for timing, made in MECHANISM.under(trace, "timing").items()}
    words, source = trace["alignment"].axes
    shares = np.hstack([*both.values()]).tolist()
    titles = tuple((say(timing), source.size) for timing in both)
    caption = say(
        "The weights of each word: on the left its query is the state before the word, on the right its own state."
    )
    return (Alignment(caption, words.labels, source.labels * 2, tuple(map(tuple, shares)), groups=titles),)


def _alignment(trace: Trace) -> np.ndarray:
    return trace["alignment"].value


LABELS = {"query": ("Word 1", "Word 2", "Word 3"), "key": ("Source 1", "Source 2", "Source 3")}
NOTE = "Made-up numbers, small enough to check by hand; nothing was trained."

MECHANISM = Mechanism(
    key="bahdanau-attention",
    title="Bahdanau attention",
    section="Sequence to sequence",
    boxes=("who asks", "score", "normalise", "read"),
    opens="decoder 1/attention weights",
    insight="The state before a word is the query of that word’s attention; the context helps to make the new state.",
    papers=("Bahdanau, Cho and Bengio 2014, arXiv:1409.0473", "Luong, Pham and Manning 2015, arXiv:1508.04025"),
    inputs=INPUTS,
    same={"unit before": "unit", "state before": "state"},
    options={
        "timing": Option("Timing", LOOK, (LOOK, SPEAK)),
        "decoder": Option("Decoder’s cell", "plain", ("plain", "gated")),
    },
    presets={
        "look": Preset("Look, then speak", NUMBERS, LABELS, note=NOTE),
        "gated": Preset("The paper’s cell", NUMBERS, LABELS, {"decoder": "gated"}, NOTE),
        "speak": Preset("Speak, then look", NUMBERS, LABELS, {"timing": SPEAK}, NOTE),
    },
    challenges=(
        Challenge(
            "Give every word the same weights, and Source 1 the smallest of them.",
            lambda trace: bool(
                np.ptp(_alignment(trace), axis=0).max() < 1e-9 and set(_alignment(trace).argmin(axis=1)) == {0}
            ),
            "By which matrix does the state enter the scores?",
            {"W_a": np.zeros((2, 3))},
        ),
        Challenge(
            "Speak, then look: bring the weight of Source 1 in the last row below 0.1 by the last row of E_y alone.",
            lambda trace: bool(trace.options["timing"] == SPEAK and _alignment(trace)[-1, 0] < 0.1),
            "Under “look, then speak” it cannot be done: the last row of E_y enters after the last weights.",
            {"timing": SPEAK, "E_y": [[0, 0], [1, 0.5], [2, 2]]},
        ),
    ),
    constraints=(Sum("annotation", ("unit", "unit"), follows=True),),
    in_transformer="cross-attention took its place: the score is a scaled dot product, and there is no recurrence.",
    related=("additive-attention", "cross-attention", "date-translator"),
    run=run,
    picture=picture,
)
