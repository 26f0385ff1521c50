"""Transparent attention: every decoder layer reads a learned mixture of all encoder layers, not the top one alone."""

from __future__ import annotations

import numpy as np

from attention_core.engine.language import say, to_say
from attention_core.engine.ops import contract, divide_by, expand, index, rename, softmax, stack, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Refusal, Sum
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Curves, Matrices, Picture

from .depth_gradients import encoder_levels, gradient_curves, gradient_norms

MIXED = "a mixture of all"
TOP = "the top layer alone"


def run(X: Step, W: Step, S: Step, U: Step, reads: str) -> Step:
    """z_j = sum over i of s_ij h_i, s = softmax of S over the levels i. Bapna et al. 2018, section 4."""
    depth = W.size("layer")
    levels = encoder_levels(X, [index(W, "layer", n) for n in range(depth)])
    if reads == TOP:
        mixtures = expand(levels[-1], U.axis("decoder"), name="mixtures", symbol="Z")
    else:
        logits = rename(S, "source", "level")
        table = stack(*levels, along=logits.axis("level"), to=("level", "token", "model"), name="levels", symbol="H")
        weights = softmax(logits, "level", name="mixing weights", symbol="s")
        mixtures = contract(weights, table, over="level", name="mixtures", symbol="Z")
    answers = contract(mixtures, U, over="model", name="read-outs", symbol="r")
    return divide_by(sum_over(answers, over=("decoder", "token")), X.size("token"), name="loss", symbol="L")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The mixing weights; the norm of the gradient at every level; and its decay with depth."""
    found = {way: gradient_norms(MECHANISM.again(trace, reads=way)) for way in (TOP, MIXED)}
    x = tuple(map(float, range(len(found[TOP]))))
    caption = say("The length of the gradient on every level; level 0 is the embeddings.")
    visible = bool(np.min([*found.values()]))
    curves = Curves(
        caption,
        x,
        {say(way): norms for way, norms in found.items()},
        say("encoder level"),
        say("length of the gradient"),
        log_y=visible,
    )
    shares = Matrices(say("How each decoder layer mixes."), (MECHANISM.again(trace, reads=MIXED)["mixing weights"],))
    return shares, curves, gradient_curves()


def length_ratio(trace: Trace) -> float:
    """The norm of the gradient at the embeddings over that at the top layer; 0 where the latter is 0."""
    bottom, *_, top = gradient_norms(trace)
    return bottom / top if top else 0.0


W = (
    np.array(
        [
            [[-1, -6, 1], [2, -5, 6], [-4, -4, -8]],
            [[1, -4, -8], [-5, 4, -6], [1, 7, 0]],
            [[4, 6, -3], [4, -4, -5], [-6, -7, 3]],
            [[-4, 3, 9], [9, 4, -8], [3, 0, 0]],
            [[1, 9, -1], [-9, -6, -7], [6, -1, -6]],
            [[-7, 3, 8], [0, 6, 0], [-4, 4, 1]],
        ]
    )
    * 0.06
)
SIX = {
    "X": [[-0.4, 0.8, 0.4], [-0.3, -0.7, 0.5], [-0.2, 0.2, 0.2]],
    "W": W.round(2).tolist(),
    "S": [[0, round(0.2 * n, 1)] for n in range(7)],
    "U": [[1, -0.5, 0.3], [0.4, 0.6, -0.8]],
}
LABELS = {"token": ("I", "see", "it"), "source": ("embeddings", *map(str, range(1, len(SIX["W"]) + 1)))}
NOTE = "Made-up numbers: six layers that shrink what they are given."

MECHANISM = Mechanism(
    key="transparent-attention",
    title="Transparent attention",
    section="The zoo",
    boxes=("which keys", "normalise", "read"),
    opens="mixing weights",
    insight="Each decoder layer reads a mixture of all encoder layers, so every layer gets a direct gradient.",
    papers=("Bapna et al. 2018, arXiv:1808.07561",),
    inputs={
        "X": Input(("token", "model"), "embeddings"),
        "W": Input(("layer", "out", "in"), "a matrix for each layer"),
        "S": Input(("source", "decoder"), "mixing logits"),
        "U": Input(("decoder", "model"), "read-out of each decoder layer"),
    },
    same={"out": "model", "in": "model"},
    options={"reads": Option("Decoder layers read", MIXED, choices=(MIXED, TOP))},
    presets={
        "six": Preset("Six layers", SIX, LABELS, note=NOTE),
        "top": Preset("The top alone", SIX, LABELS, {"reads": TOP}, NOTE),
    },
    challenges=(
        Challenge(
            "Give the embeddings a weight above one half in the mixture of the first decoder layer.",
            lambda t: "mixing weights" in t and bool((t["mixing weights"].value[0, :1] > 0.5).any()),
            "Row 1 of S belongs to the embeddings, column 1 to the first decoder layer.",
            {"S": [[3, 0], *SIX["S"][1:]]},
        ),
        Challenge(
            "Keep the mixture, and make the gradient longer on the embeddings than on the top layer.",
            lambda t: t.options["reads"] == MIXED and length_ratio(t) > 1,
            "Take weight from the top layer in both columns and give it to the embeddings.",
            {"S": [[1, 1], *SIX["S"][1:6], [-1, -1]]},
        ),
    ),
    constraints=(
        Sum(
            "source",
            ("embeddings", "layer"),
            follows=True,
            refusal=Refusal(
                "S", "", to_say("needs {wanted} rows, one for each layer and one for the embeddings, not {found}")
            ),
        ),
    ),
    in_transformer="made for deep Transformers; normalisation before each sublayer (pre-norm) took its place.",
    related=("rnn-gradient-flow", "attention-rank-collapse"),
    run=run,
    picture=picture,
)
