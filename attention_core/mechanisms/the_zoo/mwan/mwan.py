"""Multiway attention: four comparisons of the same two sentences, and an attention that weighs the four."""

from __future__ import annotations

from typing import Any

from attention_core.engine.language import to_say
from attention_core.engine.step import Step
from attention_core.lesson.constraints import Refusal, Sum
from attention_core.lesson.mechanism import Challenge, Mechanism, Option, Preset

from . import multiway


def run(
    P: Step,
    Q: Step,
    W_c1: Step,
    W_c2: Step,
    v_c: Step,
    W_b: Step,
    W_d: Step,
    v_d: Step,
    W_m: Step,
    v_m: Step,
    W_g: Step,
    W_h: Step,
    W_1: Step,
    W_2: Step,
    v_a: Step,
    v: Step,
    W_mix: Step,
    W_q1: Step,
    W_q2: Step,
    v_0: Step,
    v_q: Step,
    W_p1: Step,
    W_p2: Step,
    v_p: Step,
    W_o: Step,
    gate: str,
) -> Step:
    """h_t = tanh(W sum over x of gamma_tx h_tx), gamma_t = softmax over x of v . tanh(W_1 h_tx + W_2 v_a). Tan 2018."""
    of_pairs = {"W_c1": W_c1, "W_c2": W_c2, "v_c": v_c, "W_b": W_b, "W_d": W_d, "v_d": v_d, "W_m": W_m, "v_m": v_m}
    of_mixing = {"W_1": W_1, "W_2": W_2, "v_a": v_a, "v": v, "W_mix": W_mix}
    of_reading = {"W_q1": W_q1, "W_q2": W_q2, "v_0": v_0, "v_q": v_q}
    of_reading |= {"W_p1": W_p1, "W_p2": W_p2, "v_p": v_p, "W_o": W_o}
    matches = multiway.match_vectors(multiway.pair_scores(P, Q, of_pairs), P, Q, W_g, W_h, gate == "scalar")
    return multiway.class_probabilities(multiway.mixed_matches(matches, of_mixing), Q, of_reading)


P = [[0.8, 0.1, -0.3], [0.5, 0.6, -0.7], [-0.6, 0.2, 0.9]]
Q = [
    [0.8, 0.1, -0.3],
    [-0.2, 0.9, 0.4],
    [0.5, -0.6, 0.7],
    [-0.7, 0.3, -0.5],
]
WEIGHTS: dict[str, Any] = {
    "W_c1": [[1.5, 0, 0.5], [0, 2, 0], [-1, 0.5, 1]],
    "W_c2": [[-1.5, 0.5, 0], [0, -2, 0.5], [1, 0, 1.5]],
    "v_c": [1, 1.5, -1.2],
    "W_b": [[-3, 0, 0], [0, -3, 0], [0, 0, -3]],
    "W_d": [[3, 0, 0], [0, 3, 0], [0, 0, 3]],
    "v_d": [2, 2, 2],
    "W_m": [[1.5, 0, 0], [0, 1.5, 0], [0, 0, 1.5]],
    "v_m": [2, 0, 0],
    "W_g": [
        [
            [6, 7, 1, -6, -5, 8],
            [4, 8, 4, -3, -3, 5],
            [-4, 2, -7, 9, 4, 7],
            [8, -6, 9, -4, 1, -4],
            [-5, 6, -9, -4, -4, 5],
            [8, 7, -8, 7, 1, -5],
        ],
        [
            [-3, -1, 0, -5, -5, 8],
            [-6, 3, -8, -3, -1, 7],
            [4, -4, -5, -6, 5, -8],
            [6, 3, 5, -4, 2, 8],
            [3, -4, -4, -5, 9, 0],
            [5, 1, 0, -9, -4, -8],
        ],
        [
            [-2, -2, -3, 4, -9, 4],
            [6, 7, 0, 8, -5, -8],
            [-4, 1, -9, 1, 3, 1],
            [1, 0, 2, -2, 6, -8],
            [4, -3, -4, -8, 2, 0],
            [-1, 2, -9, 4, -6, -5],
        ],
        [
            [-3, 7, 0, -2, 4, 3],
            [1, -4, -1, 4, 9, -6],
            [6, -2, -8, 3, 0, -3],
            [-7, 5, 2, -9, -3, 8],
            [-6, 9, 6, 0, -1, 0],
            [2, -8, -9, 7, -9, 2],
        ],
    ],
    "W_h": [
        [[2, -9, 7, 0, -7, 8], [-8, 9, -2, -2, 1, 8], [-1, 9, 1, 8, 7, -3]],
        [[-6, 1, -7, 7, 0, -7], [-7, -2, -8, 1, 7, -1], [8, 2, 8, -7, -1, 8]],
        [[3, 2, 7, 3, 3, 1], [9, -4, 2, -3, -4, -4], [-2, -3, -1, -2, -8, 0]],
        [[-8, -8, -8, 2, 5, -7], [5, -1, -6, -7, -7, 4], [-5, -9, 3, -2, 1, -6]],
    ],
    "W_1": [[0.1, 0.7, 0.4], [-0.2, -0.6, 0.9], [-0.9, -0.3, 0.6]],
    "W_2": [[-0.7, -0.4, -0.5], [0, 0.6, 0.7], [0.6, 0.1, 0.4]],
    "v_a": [0.7, 0.9, 0.7],
    "v": [1, -0.7, 1.3],
    "W_mix": [[0.7, 0.3, -0.2], [-0.9, 0.1, -0.5], [0, -0.2, -0.3]],
    "W_q1": [[0.4, -0.4, 0.2], [0.2, -0.2, 0.4], [0.7, -0.9, 0.5]],
    "W_q2": [[-0.4, 0.4, 0.3], [0.3, 0.2, -0.2], [0.7, 0.2, -0.9]],
    "v_0": [-0.6, -0.1, -0.8],
    "v_q": [-0.9, 0.1, 0.6],
    "W_p1": [[-0.6, 0.3, -0.1], [0.4, -0.5, -0.2], [-0.7, -0.2, 0.4]],
    "W_p2": [[-0.9, -0.8, -0.2], [-0.1, -0.7, -0.9], [0, 0.8, -0.6]],
    "v_p": [0.7, 0.8, -0.6],
    "W_o": [[0.9, 0.8, -0.5], [0.4, -0.1, -0.3]],
}
for name in ("W_g", "W_h"):
    WEIGHTS[name] = [[[cell / 10 for cell in row] for row in block] for block in WEIGHTS[name]]
LABELS = {"query": ("P 1", "P 2", "P 3"), "key": ("Q 1", "Q 2", "Q 3", "Q 4")}
ITSELF = {"query": LABELS["query"], "key": LABELS["query"]}
NOTE = "Made-up numbers, drawn at random: nothing was trained. P 1 and Q 1 are the same word."

MECHANISM = Mechanism(
    key="mwan",
    title="Multiway attention",
    section="The zoo",
    boxes=("score", "normalise", "read"),
    opens="dot scores",
    insight="Two sentences are compared in four ways, and a fifth attention weights the four, word by word.",
    papers=("Tan et al. 2018, doi:10.24963/ijcai.2018/613",),
    inputs=multiway.INPUTS,
    same={"asked": "feature", "match": "feature", "mixed": "feature", "gate": "joined"},
    options={"gate": Option("Gate", "vector", choices=("vector", "scalar"))},
    presets={
        "two": Preset("Two sentences", {"P": P, "Q": Q, **WEIGHTS}, LABELS, note=NOTE),
        "itself": Preset("Compared with itself", {"P": P, "Q": P, **WEIGHTS}, ITSELF, note=NOTE),
    },
    challenges=(
        Challenge(
            "Let bilinear and dot agree about P 1: both give Q 1 the largest weight. Leave the sentences as they are.",
            lambda trace: bool((trace["attention weights"].value[1:3, 0].argmax(axis=-1) == 0).all()),
            "W_b is minus three times the identity: opposites get large scores. Which W_b gives them to equal words?",
            {"W_b": [[3, 0, 0], [0, 3, 0], [0, 0, 3]]},
        ),
        Challenge(
            "Bring one of the mixing weights of some word above 0.9.",
            lambda trace: bool(trace["mixing weights"].value.max() > 0.9),
            "The ways differ a little in their scores. What makes differences larger?",
            {"v": [20, -14, 26]},
        ),
    ),
    constraints=(
        Sum("joined", ("feature", "feature")),
        Sum(
            "way",
            (len(multiway.WAYS),),
            refusal=Refusal("W_g", "way", to_say("has {found}, but there are {wanted} ways to compare")),
        ),
    ),
    in_transformer="several comparisons side by side are its heads; all of them use the scaled dot product.",
    related=("scoring-functions", "cross-attention"),
    run=run,
    picture=multiway.picture,
)
