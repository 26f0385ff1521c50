"""Multi-head attention with biases, its weights in the layout of PyTorch's `nn.MultiheadAttention`."""

from __future__ import annotations

from attention_core.blocks.attention import attention_weights
from attention_core.blocks.heads import concatenated_heads, fused_projection
from attention_core.blocks.layers import affine
from attention_core.blocks.masks import causal
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, rename
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Multiple, Sum
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arcs, weight_arcs

PARTS = ("queries", "keys", "values")


def run(X: Step, W_in: Step, b_in: Step, W_out: Step, b_out: Step, h: int, masked: bool) -> Step:
    """nn.MultiheadAttention of one sequence: x W^T + b everywhere, W_in and b_in three blocks of rows, for Q, K and V.

    Vaswani et al. 2017, section 3.2.2, with the biases that PyTorch adds.
    """
    Q, K, V = (_projected(part, X, W_in, b_in, h) for part in range(3))
    visible = causal(Q.axis("query"), K.axis("key")) if masked else None
    joined = concatenated_heads(attention_weights(Q, K, visible), V, W_out.axis("joined"))
    return affine((W_out, joined), bias=b_out, name="output", symbol="Y")


def _projected(part: int, X: Step, W_in: Step, b_in: Step, h: int) -> Step:
    """One of queries, keys and values, (head, token, width of a head): the rows of a head are a block of the part's."""
    token, width, symbol = (("query", "feature", "Q"), ("key", "feature", "K"), ("key", "value", "V"))[part]
    W, b = (fused_projection(x, part, h, width) for x in (W_in, b_in))
    product = contract(rename(X, "token", token), W, over="model", to=("head", token, width))
    return add(product, b, to=("head", token, width), name=PARTS[part], symbol=symbol)


def picture(trace: Trace) -> tuple[Arcs, ...]:
    """The weights averaged over the heads, which is what the module returns beside its output."""
    return (weight_arcs(say("The mean of all heads, the second result of the module."), trace["attention weights"]),)


X = [[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0.5]]
W_IN = [
    [0.5, 0, 1, 0], [0, 0.5, 0, 1], [1, 0, 0.5, 0], [0, -1, 0, 0.5],
    [1, 0, 0.5, 0], [0, 1, 0, -0.5], [0, 0.5, 1, 0], [0.5, 0, 0, 1],
    [1, 0, 0, 0], [0, 2, 0, 0], [0, 0, -1, 0], [0, 0, 0, 0.5],
]  # fmt: skip
B_IN = [0.5, 0, 0, -0.5, 0, 0.25, 0, 0, 0, 0, 1, 0]
W_OUT = [[1, 0, 0.5, 0], [0, 1, 0, 0.5], [0, 0, 1, 0], [1, 0, 0, 1]]
B_OUT = [0, 0.5, 0, -0.25]
GIVEN = {"X": X, "W_in": W_IN, "b_in": B_IN, "W_out": W_OUT, "b_out": B_OUT}
WITHOUT = {**GIVEN, "b_in": [0] * 12, "b_out": [0] * 4}
LABELS = {"token": ("Input 1", "Input 2", "Input 3")}
NOTE = "Made-up weights in the place of yours: paste in_proj_weight, in_proj_bias, out_proj.weight and out_proj.bias."


def _keys_are_equal(trace: Trace) -> bool:
    """Whether every query spreads evenly although the rows of X differ."""
    return bool(trace["X"].value.std(axis=0).any() and trace["attention weights"].value.std(axis=-1).max() < 1e-9)


def _output_is_the_bias(trace: Trace) -> bool:
    bias = trace["b_out"].value
    return bool(bias.any() and (trace.output.value == bias).all())


MECHANISM = Mechanism(
    key="multi-head-pytorch",
    title="Many heads with biases, in PyTorch’s layout",
    section="Self-attention",
    insight="PyTorch keeps weights as (out, in) and multiplies by the transpose; Q, K and V are stacked in one matrix.",
    boxes=("who asks",),
    family="Many heads",
    in_transformer="the ready-made layer of PyTorch; many models have layers of their own, often without biases.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2", "Paszke et al. 2019, arXiv:1912.01703"),
    inputs={
        "X": Input(("token", "model"), "input vectors"),
        "W_in": Input(("row", "model"), "in_proj_weight: rows for the queries, then the keys, then the values"),
        "b_in": Input(("row",), "in_proj_bias"),
        "W_out": Input(("output", "joined"), "out_proj.weight"),
        "b_out": Input(("output",), "out_proj.bias"),
    },
    same={"joined": "model", "output": "model"},
    options={"h": Option("Heads", 2, bounds=(1, 12)), "masked": Option("Hide later tokens", False)},
    presets={
        "biased": Preset("Two heads, with biases", GIVEN, LABELS, note=NOTE),
        "bare": Preset("Without biases", WITHOUT, LABELS, note=NOTE),
        "causal": Preset("Later tokens hidden", GIVEN, LABELS, {"masked": True}, NOTE),
    },
    challenges=(
        Challenge(
            "Without making tokens equal, let every query of every head spread its weight evenly.",
            _keys_are_equal,
            "Equal keys give equal scores. Which rows of W_in make the keys, and what is left of a key without them?",
            {"W_in": [*W_IN[:4], *[[0] * 4] * 4, *W_IN[8:]]},
        ),
        Challenge(
            "Make every output row equal to b_out, and b_out not zero.",
            _output_is_the_bias,
            "The output is C times the transpose of W_out, plus b_out.",
            {"W_out": [[0] * 4] * 4},
        ),
    ),
    constraints=(Sum("row", ("model",) * 3, follows=True), Multiple("model", ("h",))),
    run=run,
    picture=picture,
)
