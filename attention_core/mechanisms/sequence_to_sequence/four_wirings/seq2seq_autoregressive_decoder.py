"""Wiring 2: the context is the first state of the decoder, whose input is its own last word."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.layers import affine
from attention_core.blocks.naming import StepNamer
from attention_core.engine.ops import tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Mechanism, Preset

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
    influence,
    last_state,
    select,
)


def run(
    X: Step, W_x: Step, W_h: Step, E: Step, W_y: Step, U: Step, W_o: Step, forced: Step, reverse: bool
) -> tuple[Step, ...]:
    """s_t = tanh(W_y E[y_{t-1}] + U s_{t-1}), s_0 = h_T, y_0 = <s>. Sutskever, Vinyals and Le 2014."""
    c = last_state(encode_source(X, W_x, W_h, reverse))

    def decoder_step(word: Step | None, before: Step | None, namer: StepNamer) -> tuple[Step, Step]:
        state = tanh(affine((W_y, word), (U, before)), **namer("state", "s"))
        return state, state

    decoded = decode(decoder_step, W_o, forced.size("time"), start=c, E=E, forced=forced)
    return (*decoded.chosen, decoded.output())


def _writes_forced_word(trace: Trace) -> bool:
    """Whether some word written is not the likeliest."""
    emitted = [step.value.argmax() for step in trace.series["decoder"]["emitted"].values()]
    return bool((trace.output.value.argmax(axis=1) != emitted).any())


def _source_lasts(trace: Trace) -> bool:
    """Whether the influence of the source on the fourth step is a tenth of that on the first."""
    influences = influence(trace, most=4).sum(axis=1)
    return bool(len(influences) > 3 and influences[3] > 0.1 * influences[0] > 0)


NEEDED = ("X", "W_x", "W_h", "E", "W_y", "U", "W_o", "forced")
FORCED = [[0, 0, 1, 0, 0], *TOY["forced"][1:]]

MECHANISM = Mechanism(
    key="seq2seq-autoregressive-decoder",
    title="Wiring 2: context at the start",
    section="Sequence to sequence",
    family="Four wirings",
    boxes=("read",),
    opens="decoder 1/state",
    insight="The source enters once, as the first state; with every further step less of it is left.",
    papers=("Sutskever, Vinyals and Le 2014, arXiv:1409.3215",),
    inputs=select(INPUTS, NEEDED),
    same=SAME,
    options={"reverse": REVERSE},
    presets={
        "three": Preset("Three words", select(TOY, NEEDED), LABELS, {}, NOTE),
        "forced": Preset("Told to begin with B", {**select(TOY, NEEDED), "forced": FORCED}, LABELS, {}, NOTE),
    },
    challenges=(
        Challenge(
            "Force a word: at some step another word should be written than the likeliest one.",
            _writes_forced_word,
            "A 1 in the table of forced words adds 1 to the probability of that word at that step.",
            {"forced": FORCED},
        ),
        Challenge(
            "Let the source last: its influence on step 4 should be at least a tenth of that on step 1.",
            _source_lasts,
            "What passes from state to state is multiplied by U every time, and saturated states pass on little.",
            {"U": (1.4 * np.eye(3)).tolist(), "W_y": (0.2 * np.eye(3)).tolist()},
        ),
    ),
    in_transformer=(
        "a decoder still reads its own last word; the one start vector is gone, and cross-attention took its place."
    ),
    related=("kv-cache",),
    run=run,
    picture=lambda trace: (diagram(trace, "start"),),
)
