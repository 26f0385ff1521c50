"""Wiring 4: attention. Every decoder step has a context of its own, from all encoder states."""

from __future__ import annotations

from dataclasses import replace

from attention_core.blocks.layers import affine
from attention_core.blocks.naming import StepNamer
from attention_core.blocks.recurrent import stack_rows
from attention_core.engine.language import say
from attention_core.engine.ops import contract, rename, scale, softmax, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Mechanism, Option
from attention_core.lesson.pictures import Matrices, Picture

from .encoder_decoder import INPUTS, REVERSE, SAME, decode, diagram, encode_source, last_state, select, toy_presets


def run(
    X: Step,
    W_x: Step,
    W_h: Step,
    E: Step,
    W_y: Step,
    U: Step,
    W_a: Step,
    W_c: Step,
    U_c: Step,
    W_s: Step,
    forced: Step,
    gain: float,
    reverse: bool,
) -> tuple[Step, ...]:
    """softmax_j(s_t W_a h_j) weighs the h_j; words follow from tanh(W_c c_t + U_c s_t). Luong et al. 2015."""
    H = encode_source(X, W_x, W_h, reverse)
    alignments = list[Step]()
    score_weights = W_a if gain == 1 else scale(W_a, gain)
    keys = rename(H, "state", "source state")

    def decoder_step(word: Step | None, before: Step | None, namer: StepNamer) -> tuple[Step, Step]:
        state = tanh(affine((W_y, word), (U, before)), **namer("state", "s"))
        scores = contract(state, score_weights, keys, over=("state", "source state"), **namer("scores", "e"))
        alignments.append(softmax(scores, along="key", **namer("attention weights", r"\alpha")))
        c = contract(alignments[-1], H, over="key", **namer("own context", "c"))
        return state, tanh(affine((W_c, c), (U_c, state)), **namer("attentional state", r"\tilde s"))

    decoded = decode(decoder_step, W_s, forced.size("time"), start=last_state(H), E=E, forced=forced)
    return (*decoded.chosen, stack_rows(alignments, decoded.rows, "alignment", "A"), decoded.output())


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The diagram, every encoder state wired to every step; and the alignment for the source in either order."""
    caption = say("The weights of every word, and the weights when the source is read in the other order.")
    other = replace(MECHANISM.again(trace, reverse=not trace.options["reverse"])["alignment"], name="other order")
    return diagram(trace, "direct", "attentional state"), Matrices(caption, (trace["alignment"], other))


def _diagonal_is_flipped(trace: Trace) -> bool:
    """Whether the first word has its largest weight at the end of the source, the third at its beginning."""
    positions = trace["alignment"].value.argmax(axis=1)
    return bool(len(positions) > 2 and positions[0] == trace["alignment"].size("key") - 1 > 0 == positions[2])


NEEDED = ("X", "W_x", "W_h", "E", "W_y", "U", "W_a", "W_c", "U_c", "W_s", "forced")

MECHANISM = Mechanism(
    key="seq2seq-attention",
    title="Wiring 4: attention",
    section="Sequence to sequence",
    family="Four wirings",
    boxes=("who asks", "score", "normalise", "read"),
    opens="decoder 2/attention weights",
    insight="Every step reads all encoder states, each by a weight that depends on the state of the decoder.",
    papers=("Luong, Pham and Manning 2015, arXiv:1508.04025", "Bahdanau, Cho and Bengio 2014, arXiv:1409.0473"),
    inputs=select(INPUTS, NEEDED),
    same=SAME,
    options={"gain": Option("Gain of Wₐ", 1.0, (0.0, 0.1, 0.33, 1.0, 3.0)), "reverse": REVERSE},
    presets=toy_presets(NEEDED),
    challenges=(
        Challenge(
            "Mirror the alignment: word 1 reads the end of the source most, word 3 its beginning.",
            _diagonal_is_flipped,
            "Weights follow content, not position. Change the order of the content.",
            {"reverse": True},
        ),
        Challenge(
            "Make every step read one position almost alone: no row whose largest weight is below 0.9.",
            lambda trace: trace["alignment"].size("key") > 2 and bool(trace["alignment"].value.max(axis=1).min() > 0.9),
            "The states are bounded by tanh, so the scores can only grow with W_a.",
            {"gain": 3.0},
        ),
    ),
    in_transformer=(
        "cross-attention does this in every decoder block, with learned matrices for queries, keys and values."
    ),
    related=("cross-attention", "luong-global-attention"),
    run=run,
    picture=picture,
)
