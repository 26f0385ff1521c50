"""A trained translator: dates as people write them, to dates in ISO format."""

from __future__ import annotations

import re
from datetime import date

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import given_width
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.typed_text import Characters

from . import trained_translator

READS = Characters(
    "A date",
    "A date of 1900 to 2099, in letters, digits, blanks and / . ,",
    trained_translator.alphabet("date-translator"),
    "X",
)


def run(X: Step) -> tuple[Step, Step]:
    """c_i = sum_j alpha_ij h_j, alpha_i = softmax_j(v . tanh(W s_{i-1} + U h_j)). Bahdanau, Cho and Bengio 2014.

    With weights trained by training/ on made-up dates; data/weights/date-translator.json says how well.
    """
    return trained_translator.translate(X, "date-translator")


def typed_preset(title: str, text: str, note: str) -> Preset:
    """A preset for a typed text; its note ends with the model card."""
    return Preset(title, *READS.fill(text), note=f"{note} {trained_translator.card_summary('date-translator')}")


def _is_impossible_date(trace: Trace) -> bool:
    """Whether the output has the form of a date and is in no calendar."""
    found = trained_translator.text_written(trace)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", found):
        return False
    try:
        date.fromisoformat(found)
    except ValueError:
        return True
    return False


MECHANISM = Mechanism(
    key="date-translator",
    title="A trained translator: dates",
    section="Sequence to sequence",
    family="A trained translator",
    boxes=("who asks", "score", "normalise", "read"),
    insight="Which character to read for which was not given: the alignment was learnt from pairs of dates alone.",
    papers=("Bahdanau, Cho and Bengio 2014, arXiv:1409.0473", "Cho et al. 2014, arXiv:1406.1078"),
    inputs={"X": Input(("key", "symbol"), "characters read")},
    reads=READS,
    opens="decoder 1/attention weights",
    presets={
        "date": typed_preset("A date", "saturday 23 march 2024", "A spelling it was trained on, a day it never saw."),
        "mixture": typed_preset(
            "An unseen mixture", "sat march 4 2023", "A short weekday with a long month was never trained."
        ),
        "impossible": typed_preset(
            "No such day", "30 february 2020", "A spelling it was trained on, a day that does not exist."
        ),
        "untrained": typed_preset(
            "An untrained spelling", "5/3/1979", "In training, slashes stood only in dd/mm/yy and in yyyy/m/d."
        ),
        "japanese": typed_preset("Year first", "1979年5月3日", "A spelling it was trained on."),
    },
    challenges=(
        Challenge(
            "Make it write a date that is in no calendar.",
            _is_impossible_date,
            "It has learnt spellings, not the calendar. How many days does April have?",
            {"X": READS.fill("31 april 1999")[0]["X"]},
        ),
        Challenge(
            "Make it unsure: some character it writes should have a probability below one half.",
            lambda trace: bool((trace["output"].value.max(axis=-1) < 0.5).any()),
            "It has to write a year, a month and a day, whether or not it has read any.",
            {"X": READS.fill("tomorrow")[0]["X"]},
        ),
    ),
    constraints=(given_width("X", "symbol", len(READS.alphabet)),),
    in_transformer=(
        "not this network: self-attention took the place of the recurrent readers, cross-attention "
        "that of the alignment."
    ),
    related=("bahdanau-attention",),
    run=run,
    picture=trained_translator.picture,
)
