"""The Transformer block: attention and a feed-forward layer, each with a residual sum and a norm."""

from __future__ import annotations

from typing import Any

import numpy as np

from attention_core.engine.ops import index, scale, subtract
from attention_core.engine.ops import positive as above_zero
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Multiple, Sum, given_width
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .repairs import bend, depth_curves, wiring
from .stacked_layers import AFTER, BEFORE, DECODER, ENCODER, FEEDS, KINDS, NORMS, WITHOUT, Choices, measures, stacked

ALIKE = 1e-6  # share of difference below which rows count as alike


def run(
    X: Step,
    memory: Step,
    W_in: Step,
    b_in: Step,
    W_out: Step,
    b_out: Step,
    U_in: Step,
    c_in: Step,
    U_out: Step,
    c_out: Step,
    W_1: Step,
    b_1: Step,
    W_2: Step,
    b_2: Step,
    g: Step,
    b: Step,
    kind: str,
    norm: str,
    residual: bool,
    feed: str,
    layers: int,
    h: int,
) -> tuple[Step, ...]:
    """x <- norm(x + part(x)) for every part of every layer. Vaswani et al. 2017, sections 3.1 to 3.3.

    Or x <- x + part(norm(x)), as in GPT-2; Xiong et al. 2020 compare the two. The layout of the weights, and the order
    of the norms, are those of nn.TransformerEncoderLayer and nn.TransformerDecoderLayer.
    """
    own = {"W_in": W_in, "b_in": b_in, "W_out": W_out, "b_out": b_out}
    cross = {"U_in": U_in, "c_in": c_in, "U_out": U_out, "c_out": c_out}
    rest = {"W_1": W_1, "b_1": b_1, "W_2": W_2, "b_2": b_2, "g": g, "b": b}
    rows = stacked(X, memory, {**own, **cross, **rest}, Choices(kind, norm, residual, feed), layers, h)
    return (*measures(rows), rows[-1])


def said(trace: Trace) -> dict[str, Step | float]:
    """What is chosen, and how large and how different the rows are before the first and after the last layer."""
    chosen = trace.options
    first_size, last_size = (index(trace["size"], "layer", n) for n in (0, chosen["layers"]))
    first_spread, last_spread = (index(trace["spread"], "layer", n) for n in (0, chosen["layers"]))
    return {
        "is decoder": float(chosen["kind"] == DECODER),
        "norm before": float(chosen["norm"] == BEFORE),
        "has norms": float(chosen["norm"] != WITHOUT),
        "has sums": float(chosen["residual"]),
        "has ReLU": float(chosen["feed"] == "ReLU"),
        "layers": chosen["layers"],
        "numbers": trace["X"].size("model"),
        "width": trace["X"].size("model") / chosen["h"],
        "first size": first_size,
        "last size": last_size,
        "first spread": first_spread,
        "last spread": last_spread,
        "alike": above_zero(subtract(scale(last_size, ALIKE), last_spread)),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The parts of one layer; difference and size over six layers with each part left out; and what bends."""
    return wiring(trace), *depth_curves(MECHANISM, trace), bend(MECHANISM, trace)


def _collapsed(trace: Trace) -> bool:
    """Whether rows that differ have become alike, with norms and a feed-forward layer."""
    if WITHOUT in (trace.options["norm"], trace.options["feed"]):
        return False
    first, last = (trace["spread"].value[n] / max(trace["size"].value[n], 1e-300) for n in (0, -1))
    return bool(first > 0.1 and last < ALIKE)


def _given_back(trace: Trace) -> bool:
    """Whether a layer with norms first gives back what goes in, although its inner weights do something."""
    inner = trace["W_in"].value.any() and trace["W_1"].value.any()
    kept = np.array_equal(trace.output.value, trace["X"].value) and trace.output.name.endswith("output")
    return bool(inner and kept and trace.options["norm"] == BEFORE and trace.options["feed"] != WITHOUT)


NUMBERS: dict[str, Any] = {
    "X": [
        [0, 0.5, -2, 0.5],
        [1.5, -1.5, -1, 0.5],
        [2, -2, -1, -0.5],
    ],
    "memory": [
        [-2, 1, 2, -2],
        [2, -0.5, -2, 0],
        [2, 1, 1, -1.5],
        [-1, -1.5, -0.5, -1],
        [-1.5, -1, -1, 1],
    ],
    "W_in": [
        [0, -1, 0, 0],
        [0, -1, 0, 0],
        [-0.5, -1, -0.5, 0.5],
        [-0.5, -1, -0.5, 0.5],
        [1, -1, -0.5, 0],
        [0.5, 1, 0, -1],
        [1, 1, 1, 1],
        [1, 1, 1, -1],
        [1, -1, 0.5, 1],
        [0.5, -1, 1, 0.5],
        [0, 1, -1, 0],
        [1, -0.5, -0.5, 0],
    ],
    "b_in": [-0.5, -0.5, -0.5, 0.5, 0.5, -0.5, 0.5, -0.5, 0, 0.5, 0, -0.5],
    "W_out": [
        [0.5, 0.5, 0, 0],
        [0.5, -0.5, 1, 0.5],
        [0.5, -1, 1, 0.5],
        [0, -1, 1, -0.5],
    ],
    "b_out": [0, 0, 0, 0.5],
    "U_in": [
        [-0.5, -1, 0, 0.5],
        [1, -1, 0.5, -0.5],
        [0, -1, 0, 1],
        [-1, -1, -1, -0.5],
        [-0.5, 0, 0, 0.5],
        [0, -1, -0.5, 0.5],
        [-1, -1, -1, 1],
        [0.5, -0.5, 1, -0.5],
        [0, 0, 1, 0],
        [-0.5, 0.5, -0.5, 1],
        [-0.5, 1, 0, 1],
        [-0.5, -0.5, 1, -0.5],
    ],
    "c_in": [-0.5, -0.5, -0.5, 0, -0.5, 0.5, 0.5, 0, -0.5, 0.5, 0, -0.5],
    "U_out": [
        [1, -0.5, -0.5, 1],
        [0, 0, 0, -0.5],
        [0.5, -1, -0.5, -1],
        [0.5, 0, 1, 1],
    ],
    "c_out": [-0.5, 0.5, -0.5, 0],
    "W_1": [
        [0, 0, 0, 0.5],
        [-0.5, 1, 1, 0],
        [0, 0, -1, -0.5],
        [-0.5, -1, 1, 0],
        [1, 1, -1, 1],
        [-1, 0.5, -1, 0.5],
    ],
    "b_1": [0.5, 0.5, -0.5, -0.5, 0.5, -0.5],
    "W_2": [
        [-1, 0.5, 0.5, 1, 1, -0.5],
        [1, -0.5, -0.5, 0, 0.5, -0.5],
        [1, 1, 0.5, 0.5, -1, 0],
        [1, 0, 0, 0.5, 1, -0.5],
    ],
    "b_2": [-0.5, 0, 0.5, 0],
    "g": [
        [1.5, 2, 2, 1],
        [0.5, 2, 0.5, 1.5],
        [1.5, 2, 0.5, 1.5],
    ],
    "b": [
        [0, -0.5, 0, 0],
        [0, -0.5, 0.5, 0],
        [-0.5, -0.5, -0.5, -0.5],
    ],
}
LABELS = {"token": ("Token 1", "Token 2", "Token 3"), "source": tuple(f"Source {n}" for n in range(1, 6))}
NOTE = "Made-up weights in the place of yours: paste those of your nn.TransformerEncoderLayer or DecoderLayer."
DEEP = "Made-up weights, the same in all six layers."

MECHANISM = Mechanism(
    key="transformer-block",
    title="The Transformer block",
    section="Transformers",
    boxes=("who asks", "score", "which keys", "normalise", "read"),
    insight=(
        "Sums keep tokens apart, norms keep numbers in bounds, and the feed-forward layer makes what mixing cannot."
    ),
    papers=(
        "Vaswani et al. 2017, arXiv:1706.03762, section 3",
        "Xiong et al. 2020, arXiv:2002.04745",
        "Ba, Kiros and Hinton 2016, arXiv:1607.06450",
        "Hendrycks and Gimpel 2016, arXiv:1606.08415",
        "Dong, Cordonnier and Loukas 2021, arXiv:2103.03404",
    ),
    inputs={
        "X": Input(("token", "model"), "rows of the tokens"),
        "memory": Input(("source", "model"), "rows of the encoder, for a decoder"),
        "W_in": Input(("row", "model"), "self_attn.in_proj_weight: rows for queries, keys, values"),
        "b_in": Input(("row",), "self_attn.in_proj_bias"),
        "W_out": Input(("model", "joined"), "self_attn.out_proj.weight"),
        "b_out": Input(("model",), "self_attn.out_proj.bias"),
        "U_in": Input(("row", "model"), "multihead_attn.in_proj_weight, for a decoder"),
        "c_in": Input(("row",), "multihead_attn.in_proj_bias"),
        "U_out": Input(("model", "joined"), "multihead_attn.out_proj.weight"),
        "c_out": Input(("model",), "multihead_attn.out_proj.bias"),
        "W_1": Input(("hidden", "model"), "linear1.weight"),
        "b_1": Input(("hidden",), "linear1.bias"),
        "W_2": Input(("model", "hidden"), "linear2.weight"),
        "b_2": Input(("model",), "linear2.bias"),
        "g": Input(("norm", "model"), "weights of norm1, norm2, norm3"),
        "b": Input(("norm", "model"), "biases of norm1, norm2, norm3"),
    },
    same={"joined": "model"},
    options={
        "kind": Option("Kind", ENCODER, KINDS),
        "norm": Option("Norms", AFTER, NORMS),
        "residual": Option("Residual sums", True),
        "feed": Option("Feed-forward", "ReLU", FEEDS),
        "layers": Option("Layers", 1, bounds=(1, 6)),
        "h": Option("Heads", 2, bounds=(1, 12)),
    },
    opens="layer 1/attention sum",
    presets={
        "post": Preset("Encoder", NUMBERS, LABELS, note=NOTE),
        "pre": Preset("Pre-norm", NUMBERS, LABELS, {"norm": BEFORE}, NOTE),
        "decoder": Preset("Decoder", NUMBERS, LABELS, {"kind": DECODER}, NOTE),
        "alike": Preset("No sums", NUMBERS, LABELS, {"layers": 6, "residual": False}, DEEP),
        "growing": Preset("No norms", NUMBERS, LABELS, {"layers": 6, "norm": WITHOUT}, DEEP),
        "mixing": Preset("No feed-forward", NUMBERS, LABELS, {"feed": WITHOUT}, NOTE),
    },
    challenges=(
        Challenge(
            "With norms and feed-forward layers in place, make rows that differ alike: a spread below a millionth of "
            "the size.",
            _collapsed,
            "What carries a row past attention unmixed? Leave it out, and let attention mix several times.",
            {"residual": False, "layers": 3},
        ),
        Challenge(
            "With norms before each part, let the layer give back its input exactly, without emptying W_in or W_1.",
            _given_back,
            "The output is the input plus what the parts give. Which matrices come last in each part?",
            {
                "norm": BEFORE,
                "W_out": np.zeros((4, 4)).tolist(),
                "b_out": [0] * 4,
                "W_2": np.zeros((4, 6)).tolist(),
                "b_2": [0] * 4,
            },
        ),
    ),
    constraints=(
        Sum("row", ("model",) * 3, follows=True),
        given_width("g", "norm", 3),
        Multiple("model", ("h",)),
    ),
    in_transformer="this is one layer of it; before the first stand the embeddings, after the last the words.",
    related=("multi-head-pytorch", "cross-attention", "attention-rank-collapse"),
    run=run,
    picture=picture,
    said=said,
)
