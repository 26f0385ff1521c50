"""Pervasive attention: masked convolutions over the grid of all pairs of words, pooled over the source."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.naming import step_namer
from attention_core.engine import expression as ex
from attention_core.engine.language import say
from attention_core.engine.ops import contract, divide_by, largest, mean, softmax, tanh, top
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Alignment, Picture

from .pervasive_grid import (
    COLUMN,
    FOUR,
    LABELS,
    NOTE,
    OFFSETS,
    OPEN,
    ROW,
    change_from_last_word,
    grid,
    layer,
    leak_bars,
    read_by,
    receptive_field_images,
    with_a_middle,
)

MAX = "largest"
AVERAGE = "average"
SHARES = "attention"
WAYS = (MAX, AVERAGE, SHARES)


def run(
    X: Step, Y: Step, M: Step, K_1: Step, K_2: Step, W_1: Step, w_2: Step, W_o: Step, pooling: str
) -> tuple[Step, ...]:
    """H = [x_j; y_i], H = [H; relu((K M) * H)] twice, pooled over j, softmax(W_o p). Elbayad et al. 2018, section 3."""
    H = grid(X, Y, K_1.axis("channel"))
    alignments = list[Step]()
    to = (ROW, "top channel")
    for n, K, channel in ((1, K_1, K_2.axis("upper channel")), (2, K_2, W_o.axis("top channel"))):
        H = layer(H, K, M, channel, step_namer("layer", n))
    if pooling == MAX:
        chosen = top(H, COLUMN, name="winners", symbol="B")
        alignments.append(mean(chosen, "top channel", name="alignment", symbol=r"\pi"))
        pooled = contract(largest(H, COLUMN), to=to, name="pooled", symbol="p")
    elif pooling == AVERAGE:
        pooled = divide_by(
            contract(H, over=COLUMN, to=to), ex.root(ex.constant(H.size(COLUMN))), name="pooled", symbol="p"
        )
    else:
        hidden = tanh(contract(W_1, H, over="top channel"), name="hidden", symbol="u")
        weights = softmax(contract(w_2, hidden, over="hidden", name="scores", symbol="e"), COLUMN, "weights", r"\rho")
        pooled = contract(weights, H, over=COLUMN, to=to, name="pooled", symbol="p")
    logits = contract(pooled, W_o, over="top channel", name="logits", symbol="o")
    return (*alignments, softmax(logits, "word", name="output", symbol="P"))


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The receptive field of a cell, the leak without a mask, and where each target word found its maximum."""
    pictures: tuple[Picture, ...] = (receptive_field_images(trace["M"].value), leak_bars(MECHANISM, trace))
    for found in (trace[name] for name in ("alignment", "weights") if name in trace):
        rows, columns = (axis.labels for axis in found.axes)
        pictures += (
            Alignment(
                say("For each target word, the share of each source word."),
                rows,
                columns,
                tuple(map(tuple, found.value)),
            ),
        )
    return pictures


def _first_row_sees_last_word(trace: Trace) -> bool:
    """Whether the first row changes with the last of several words."""
    return bool((change_from_last_word(MECHANISM, trace, trace["M"].value)[:-1][:1] > 0).any())


MECHANISM = Mechanism(
    key="pervasive-attention",
    title="Pervasive attention",
    section="The zoo",
    boxes=("which keys", "read"),
    opens="grid",
    insight="Every pair of a source and a target word has a cell, and convolutions mix neighbouring cells.",
    papers=("Elbayad, Besacier and Verbeek 2018, CoNLL, arXiv:1808.03867",),
    inputs={
        "X": Input(("source", "source feature"), "source words"),
        "Y": Input(("target", "target feature"), "target words, shifted"),
        "M": Input(("row offset", "column offset"), "cells of a kernel in use", switch=True),
        "K_1": Input(("filter", "channel", "row offset", "column offset"), "kernels, layer 1"),
        "K_2": Input(("upper filter", "upper channel", "row offset", "column offset"), "kernels, layer 2"),
        "W_1": Input(("hidden", "top channel"), "attention weights"),
        "w_2": Input(("hidden",), "score vector"),
        "W_o": Input(("word", "top channel"), "output weights"),
    },
    options={"pooling": Option("Over the source", MAX, WAYS)},
    presets={
        "four": Preset("A grid of 3 × 4", FOUR, LABELS, note=NOTE),
        "open": Preset("No mask", {**FOUR, "M": OPEN}, LABELS, note=NOTE),
        "shares": Preset("Pooled by attention", FOUR, LABELS, {"pooling": SHARES}, NOTE),
    },
    challenges=(
        Challenge(
            "Let the first row change when the last target word is changed.",
            _first_row_sees_last_word,
            "The lowest row of M hides later words.",
            {"M": OPEN},
        ),
        Challenge(
            "Let every channel of every row have its largest number at the first source word.",
            lambda t: bool("alignment" in t and (t["alignment"].value[:, 0] == 1).all()),
            "Of equal numbers the first counts. Set the kernels to 0, and give le the largest numbers.",
            {"X": [[1, 1], *FOUR["X"][1:]], "K_1": np.zeros((2, 4, 3, 3)), "K_2": np.zeros((2, 6, 3, 3))},
        ),
    ),
    constraints=(
        read_by("K_1", "channel", ("source feature", "target feature")),
        read_by("K_2", "upper channel", ("channel", "filter")),
        read_by("W_o", "top channel", ("upper channel", "upper filter")),
        *(with_a_middle(axis) for axis in OFFSETS),
    ),
    in_transformer="nowhere; with source and target in one row of tokens, self-attention compares all their pairs.",
    related=("bahdanau-attention", "causal-mask"),
    run=run,
    picture=picture,
)
