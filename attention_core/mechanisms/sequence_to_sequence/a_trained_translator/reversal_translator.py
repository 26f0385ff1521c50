"""A trained translator on a task whose alignment is known: digits in reverse order."""

from __future__ import annotations

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import given_width
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.typed_text import Characters

from . import trained_translator

READS = Characters(
    "Digits to reverse", "Digits, at best four to eight", trained_translator.alphabet("reversal-translator"), "X"
)
LONGEST = 8  # the most digits it was trained on


def run(X: Step) -> tuple[Step, Step]:
    """c_i = sum_j alpha_ij h_j, alpha_i = softmax_j(v . tanh(W s_{i-1} + U h_j)). Bahdanau, Cho and Bengio 2014.

    With weights trained by training/ on strings of digits; data/weights/reversal-translator.json says how well.
    """
    return trained_translator.translate(X, "reversal-translator")


def typed_preset(title: str, text: str, note: str) -> Preset:
    """A preset for a typed text; its note ends with the model card."""
    return Preset(title, *READS.fill(text), note=f"{note} {trained_translator.card_summary('reversal-translator')}")


def _is_reversed(trace: Trace) -> bool:
    return trained_translator.text_written(trace) == trained_translator.text_read(trace, "reversal-translator")[::-1]


MECHANISM = Mechanism(
    key="reversal-translator",
    title="A trained translator: reversal",
    section="Sequence to sequence",
    family="A trained translator",
    boxes=("who asks", "score", "normalise", "read"),
    insight="In this task the right alignment is known, so the learnt one can be checked: it is the antidiagonal.",
    papers=("Bahdanau, Cho and Bengio 2014, arXiv:1409.0473", "Cho et al. 2014, arXiv:1406.1078"),
    inputs={"X": Input(("key", "symbol"), "characters read")},
    reads=READS,
    opens="decoder 1/attention weights",
    presets={
        "eight": typed_preset("Eight digits", "27182818", "As long as any it was trained on; these it never saw."),
        "nine": typed_preset("Nine digits", "123456789", "One digit longer than any it was trained on."),
        "fourteen": typed_preset("Fourteen digits", "31415926535897", "Far longer than any it was trained on."),
        "one": typed_preset("One digit", "7", "Shorter than any it was trained on."),
    },
    challenges=(
        Challenge(
            "Find a string of digits that it does not reverse.",
            lambda trace: not _is_reversed(trace),
            "In training all strings had four to eight digits. Try other lengths.",
            {"X": READS.fill("31415926535897")[0]["X"]},
        ),
        Challenge(
            "Find a string longer than any it was trained on that it still reverses.",
            lambda trace: _is_reversed(trace) and len(trace["X"].value) > LONGEST,
            "Begin with nine digits.",
            {"X": READS.fill("123456789")[0]["X"]},
        ),
    ),
    constraints=(given_width("X", "symbol", len(READS.alphabet)),),
    in_transformer=(
        "not this network: self-attention took the place of the recurrent readers, and positions are among the inputs."
    ),
    related=("bahdanau-attention",),
    run=run,
    picture=trained_translator.picture,
)
