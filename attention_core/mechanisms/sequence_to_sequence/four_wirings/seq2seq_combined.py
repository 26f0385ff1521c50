"""Wiring 3: the context at every step, the last word and the last state."""

from __future__ import annotations

from attention_core.blocks.layers import affine
from attention_core.blocks.naming import StepNamer
from attention_core.engine.ops import scale, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Mechanism, Option

from .encoder_decoder import (
    INPUTS,
    REVERSE,
    SAME,
    decode,
    diagram,
    encode_source,
    influence,
    last_state,
    select,
    toy_presets,
)


def run(
    X: Step,
    W_x: Step,
    W_h: Step,
    E: Step,
    W_y: Step,
    U: Step,
    C: Step,
    W_o: Step,
    forced: Step,
    gain: float,
    reverse: bool,
) -> tuple[Step, ...]:
    """s_t = tanh(W_y E[y_{t-1}] + U s_{t-1} + C c), s_0 = c = h_T. Cho et al. 2014 (gated there)."""
    c = last_state(encode_source(X, W_x, W_h, reverse))
    context_weights = C if gain == 1 else scale(C, gain)

    def decoder_step(word: Step | None, before: Step | None, namer: StepNamer) -> tuple[Step, Step]:
        state = tanh(affine((W_y, word), (U, before), (context_weights, c)), **namer("state", "s"))
        return state, state

    decoded = decode(decoder_step, W_o, forced.size("time"), start=c, E=E, forced=forced)
    return (*decoded.chosen, decoded.output())


def _influence_fades(trace: Trace) -> bool:
    """Whether the influence of the source on the fourth step is below a hundredth of that on the first."""
    influences = influence(trace, most=4).sum(axis=1)
    return bool(len(influences) > 3 and influences[3] < 0.01 * influences[0])


NEEDED = ("X", "W_x", "W_h", "E", "W_y", "U", "C", "W_o", "forced")

MECHANISM = Mechanism(
    key="seq2seq-combined",
    title="Wiring 3: both",
    section="Sequence to sequence",
    family="Four wirings",
    boxes=("read",),
    opens="decoder 2/state",
    insight="The source reaches every step, but all of it has to fit into one vector of fixed width.",
    papers=("Cho et al. 2014, arXiv:1406.1078",),
    inputs=select(INPUTS, NEEDED),
    same=SAME,
    options={"gain": Option("Gain of C", 1.0, (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)), "reverse": REVERSE},
    presets=toy_presets(NEEDED),
    challenges=(
        Challenge(
            "Turn this wiring into wiring 2: the source’s influence on step 4 less than a hundredth of that on step 1.",
            _influence_fades,
            "The context should enter at the start alone. Which matrix brings it to every step?",
            {"gain": 0.0},
        ),
        Challenge(
            "Let the context outweigh the last word: the same likeliest word at every step, of three steps or more.",
            lambda trace: len(trace.output.value) > 2 and len({*trace.output.value.argmax(axis=1).tolist()}) == 1,
            "Context and last word are added inside one tanh. Give the context a larger gain.",
            {"gain": 4.0},
        ),
    ),
    in_transformer="nowhere; cross-attention took the place of the one vector.",
    related=("rnn-gradient-flow",),
    run=run,
    picture=lambda trace: (diagram(trace, "every"),),
)
