"""Bottom-up and top-down attention: regions proposed once, with a new query for every word."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.recurrent import stack_rows
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from . import captioner


def run(
    V: Step,
    boxes: Step,
    told: Step,
    E: Step,
    W_1x: Step,
    W_1h: Step,
    b_1: Step,
    W_va: Step,
    W_ha: Step,
    w_a: Step,
    W_2x: Step,
    W_2h: Step,
    b_2: Step,
    W_p: Step,
    b_p: Step,
    greedy: bool,
) -> tuple[Step, ...]:
    """a_i = w_a tanh(W_va v_i + W_ha h_1) for every word; h_1 is the query. Anderson et al. 2018, section 3.2."""
    W = captioner.Weights(E, W_1x, W_1h, b_1, W_va, W_ha, w_a, W_2x, W_2h, b_2, W_p, b_p)
    alignments, probabilities = captioner.caption(V, W, captioner.target_or_own_word(told, greedy))
    times = told.axis("time")
    return stack_rows(alignments, times, "alignment", "A"), stack_rows(probabilities, times, "output", "P")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The regions at every word, outlined by their weights; and the wiring of the two LSTMs."""
    alignment = trace["alignment"]
    boxes = captioner.boxes_on_paper(trace["boxes"].value)
    return captioner.outlined_regions(
        captioner.input_and_output_words(trace), alignment, boxes, captioner.BLANK_PAPER
    ), captioner.wiring_diagram()


V = [[1, 0, 0.2], [0, 1, 0.1], [0.2, 0.1, 1], [0.5, 0.5, 0]]
BOXES = [[0, 0, 3, 3], [4, 0, 7, 3], [2, 4, 5, 7], [0, 4, 7, 7]]
TARGETS = [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0]]
ATTENTION_LSTM = {
    "W_1x": [
        [1, 1.2, 0.8, -0.6, 0.6, 1.6, 0.6],
        [-1, 1.2, 1.8, -1.4, 1.2, 1.8, -0.8],
        [-1.2, 0.8, 0.6, 0.4, -1, -1.2, -1.6],
        [0.2, -1.8, 0.6, -1.4, -1.6, 0.2, 0.2],
        [0.4, -0.8, 1.6, 1.6, 1, -0.8, -1.4],
        [0.6, 0.8, 1, 1.6, 1.4, 1.6, 1.8],
        [0.8, -0.4, 0.4, 1.6, -0.4, -0.8, 0.2],
        [-0.2, 0.8, 1, -0.6, -0.4, -1.4, -0.6],
    ],
    "W_1h": [[1.6, 0.6], [-0.4, 1.6], [1, -0.6], [0.2, 1], [1, 0.4], [-0.6, 1.6], [-1.6, -1.4], [1.4, -0.6]],
    "b_1": [-0.1, -0.1, -0.1, -0.1, 0, -0.2, 0, 0.1],
    "W_va": [[2.8, -0.8, -0.8], [2, -3.2, 0.4], [1.6, 0.4, 0.4]],
    "W_ha": [[-2.4, 5.4], [-0.6, 4.2], [0.6, 3]],
    "w_a": [3, -2.5, 2.8],
}
LANGUAGE_LSTM = {
    "W_2x": [
        [0.8, 2, 3.2, 2.4, 1.6],
        [-0.8, -2.4, 2.4, 2.4, -2],
        [-1.2, -2.8, -2, -2.8, 3.6],
        [-1.2, -3.2, -0.8, -1.6, 2.4],
        [1.2, 3.6, 3.2, 2.8, -0.8],
        [3.6, 2.8, 0, 2.8, 3.6],
        [-3.2, 0, -3.6, 2, 3.6],
        [-1.6, 1.2, 3.6, -3.2, 0.4],
    ],
    "W_2h": [[-1.8, 0.8], [0, 0], [-1.2, -0.2], [0.2, 0.4], [1, 0.2], [-1.2, 1.8], [1, -1.4], [-1.8, 1.8]],
    "b_2": [-0.1, 0.1, -0.2, 0.2, 0.2, 0.2, -0.1, -0.2],
    "b_p": [-2, 0, 0, 0, 0],
    "W_p": [[1.8, 5.4], [-2.4, 4.2], [-1.8, 4.2], [-3.6, -3], [-2.4, 0]],
}
EMBEDDINGS = [
    [-0.8, -0.6],
    [0.4, -0.7],
    [-0.5, -0.9],
    [0.1, -0.3],
    [-0.6, -0.3],
]
GOLDEN = {"V": V, "boxes": BOXES, "told": TARGETS, "E": EMBEDDINGS, **ATTENTION_LSTM, **LANGUAGE_LSTM}
TURNED = {**GOLDEN, "V": V[::-1], "boxes": BOXES[::-1]}
NAMES = ("red box", "blue box", "ball", "table")
WORDS = ("<bos>", "red", "blue", "box", "<eos>")
LABELS = {"region": NAMES, "time": ("1", "2", "3"), "word": WORDS, "corner": captioner.CORNERS}
NOTE = "Made-up numbers, and nothing was trained: the weights change with every word, and the words mean nothing."

MECHANISM = Mechanism(
    key="bottom-up-top-down",
    title="Bottom-up and top-down",
    section="The zoo",
    family="Bottom-up and top-down",
    boxes=("who asks", "score", "which keys", "normalise", "read"),
    opens="word 1/attention weights",
    insight="The regions stay the same; the query that weights them changes with every word.",
    papers=("Anderson et al. 2018, CVPR, arXiv:1707.07998",),
    inputs=captioner.INPUTS,
    same={"before": "state"},
    constraints=captioner.CONSTRAINTS,
    related=("additive-attention",),
    options={"greedy": Option("Read its own words", False)},
    presets={
        "golden": Preset("Words given", GOLDEN, LABELS, note=NOTE),
        "own": Preset("Its own words", GOLDEN, LABELS, {"greedy": True}, NOTE),
        "turned": Preset("Regions reordered", TURNED, {**LABELS, "region": NAMES[::-1]}, note=NOTE),
    },
    challenges=(
        Challenge(
            "Change the given words until the same region has the largest weight at all of them.",
            lambda trace: len(np.unique(trace["alignment"].value.argmax(axis=1))) == 1 < len(trace["alignment"].value),
            "Each word changes the steps from its own on. Begin with the first row.",
            {"told": [TARGETS[1], TARGETS[0], TARGETS[2]]},
        ),
        Challenge(
            "Let the query have no influence: the same weights at every word.",
            lambda trace: len(trace["alignment"].value) > 1 and not np.ptp(trace["alignment"].value, axis=0).any(),
            "The query enters the scores through one matrix.",
            {"W_ha": np.zeros((3, 2)).tolist()},
        ),
    ),
    in_transformer="cross-attention took its place: queries from words, keys and values from patches of the image.",
    run=run,
    picture=picture,
)
