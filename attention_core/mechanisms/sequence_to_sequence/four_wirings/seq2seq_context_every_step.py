"""Wiring 1: the same context at every step of the decoder, and no other input."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.layers import affine
from attention_core.blocks.naming import StepNamer
from attention_core.engine.ops import tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .encoder_decoder import (
    INPUTS,
    LABELS,
    NOTE,
    REVERSE,
    SAME,
    TOY,
    decode,
    diagram,
    encode_source,
    last_state,
    output_sentence,
    select,
    state_curves,
)


def run(X: Step, W_x: Step, W_h: Step, U: Step, C: Step, W_o: Step, steps: int, reverse: bool) -> tuple[Step, ...]:
    """s_t = tanh(U s_{t-1} + C c), c = h_T, s_0 = 0. Cho et al. 2014, less the last word, which they feed back."""
    c = last_state(encode_source(X, W_x, W_h, reverse))

    def decoder_step(_: Step | None, before: Step | None, namer: StepNamer) -> tuple[Step, Step]:
        state = tanh(affine((U, before), (C, c)), **namer("state", "s"))
        return state, state

    decoded = decode(decoder_step, W_o, steps)
    return (*decoded.chosen, decoded.output())


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The diagram, and the first numbers of the state over many steps: they come to rest, or turn."""
    return diagram(trace, "every", feeds_back=False), state_curves(MECHANISM.again(trace, steps=MOST_STEPS))


def _distinct_words(trace: Trace) -> int:
    return len({int(row.argmax()) for row in trace.output.value})


MOST_STEPS = 12
NEEDED = ("X", "W_x", "W_h", "U", "C", "W_o")
TURNING = np.multiply(2.0, np.roll(np.eye(3), 1, axis=0) - 1 / 3).round(2).tolist()

MECHANISM = Mechanism(
    key="seq2seq-context-every-step",
    title="Wiring 1: context at every step",
    section="Sequence to sequence",
    family="Four wirings",
    boxes=("read",),
    opens="decoder 2/state",
    insight="Every step of this decoder gets the same context vector, and nothing else that is new.",
    papers=("Cho et al. 2014, arXiv:1406.1078",),
    inputs=select(INPUTS, NEEDED),
    same=SAME,
    options={"steps": Option("Steps", 4, bounds=(1, MOST_STEPS)), "reverse": REVERSE},
    presets={
        "three": Preset("Three words", select(TOY, NEEDED), LABELS, {}, NOTE),
        "turning": Preset("A turning state", {**select(TOY, NEEDED), "U": TURNING}, LABELS, {"steps": 8}, NOTE),
    },
    challenges=(
        Challenge(
            "Make it write the same word at every step, and not C.",
            lambda trace: (
                len(trace.output.value) > 3 and _distinct_words(trace) == 1 and output_sentence(trace)[:1] != "C"
            ),
            "The context is the last encoder state, and the word read last has the largest number in it.",
            {"reverse": True},
        ),
        Challenge(
            "Make it write three different words.",
            lambda trace: _distinct_words(trace) >= 3,
            "Let U turn the state instead of shrinking it: what was in number 1 should go on in number 2.",
            {"U": TURNING, "steps": 8},
        ),
    ),
    in_transformer=(
        "nowhere; cross-attention took the place of the one vector, and every step reads all encoder states."
    ),
    related=("rnn-long-range-dependency",),
    run=run,
    picture=picture,
)
