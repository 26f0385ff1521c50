"""The layers of the lesson: attention, attention to a memory, a feed-forward layer, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from attention_core.blocks.activations import gelu
from attention_core.blocks.heads import fused_projection
from attention_core.blocks.masks import causal
from attention_core.blocks.naming import StepNamer, prefixed, step_namer
from attention_core.blocks.row_norms import NormNames, layer_norm
from attention_core.blocks.transformer import (
    Activation,
    AttentionWeights,
    Part,
    attention_layer,
    feed_forward,
    post_norm,
    pre_norm,
)
from attention_core.engine.axes import Axis
from attention_core.engine.ops import index, mean, relu, square, stack, subtract
from attention_core.engine.step import Step

KINDS = ENCODER, DECODER = ("encoder", "decoder")
NORMS = AFTER, BEFORE, WITHOUT = ("after each sum", "before each part", "left out")
ACTIVATIONS: dict[str, Activation] = {"ReLU": relu, "GELU": gelu}
FEEDS = (*ACTIVATIONS, WITHOUT)
EPS = 1e-5  # PyTorch's


@dataclass(frozen=True)
class Choices:
    """What a layer is made of. norm and feed: one of NORMS and of FEEDS."""

    kind: str
    norm: str
    residual: bool
    feed: str


@dataclass(frozen=True)
class LayerPart:
    """One of the parts that follow each other in a layer: its name, an index for symbols, and what it computes."""

    name: str
    index: str
    compute: Part


def stacked(X: Step, memory: Step, weights: Mapping[str, Step], choices: Choices, layers: int, h: int) -> list[Step]:
    """The rows that go in, and those after every layer, (token, model) each; all layers have the same weights.

    weights: the inputs of the lesson by name, in the layout of `nn.TransformerDecoderLayer`.
    """
    token = X.axis("token")
    visible = causal(token.renamed("query"), token.renamed("key")) if choices.kind == DECODER else None
    rows = [X]
    for n in range(1, layers + 1):
        namer = step_namer("layer", n)
        parts = list(_parts(memory, visible, weights, choices, h, namer))
        rows.append(_layer(rows[-1], parts, weights, choices, namer))
    return rows


def _parts(
    memory: Step, visible: Step | None, weights: Mapping[str, Step], choices: Choices, h: int, namer: StepNamer
) -> Iterator[LayerPart]:
    own = _attention_weights(weights, ("W_in", "b_in", "W_out", "b_out"), h)
    yield LayerPart("attention", "a", partial(attention_layer, weights=own, namer=namer, visible=visible))
    if choices.kind == DECODER:
        cross = _attention_weights(weights, ("U_in", "c_in", "U_out", "c_out"), h)
        named = prefixed(namer, "cross", "c")
        yield LayerPart("cross", "c", partial(attention_layer, weights=cross, namer=named, memory=memory))
    if choices.feed != WITHOUT:
        matrices = {name: weights[name] for name in ("W_1", "b_1", "W_2", "b_2")}
        activation = ACTIVATIONS[choices.feed]
        yield LayerPart("feed-forward", "f", partial(feed_forward, **matrices, namer=namer, activation=activation))


def _attention_weights(weights: Mapping[str, Step], names: tuple[str, ...], h: int) -> AttentionWeights:
    W_in, b_in, W_out, b_out = (weights[name] for name in names)
    widths = ("feature", "feature", "value")
    W_q, W_k, W_v = (fused_projection(W_in, part, h, width) for part, width in enumerate(widths))
    b_q, b_k, b_v = (fused_projection(b_in, part, h, width) for part, width in enumerate(widths))
    return AttentionWeights(W_q, W_k, W_v, W_out, b_q, b_k, b_v, b_out)


def _layer(x: Step, parts: list[LayerPart], weights: Mapping[str, Step], choices: Choices, namer: StepNamer) -> Step:
    """Each part with the sum and the norm around it; what comes last is the layer's output."""
    order = pre_norm if choices.norm == BEFORE else post_norm
    for place, part in enumerate(parts):
        is_last = part is parts[-1]
        sum_ends = choices.norm != AFTER
        summed = ("output", "X") if is_last and sum_ends else (f"{part.name} sum", f"R_{part.index}")
        result = ("output", "X") if is_last and not sum_ends else None
        called = NormNames(namer, f"{part.name} norm", part.index, result)
        gain, bias = (index(weights[name], "norm", place) for name in ("g", "b"))
        norm = None if choices.norm == WITHOUT else _norm(gain, bias, called)
        x = order(x, part.compute, norm, namer(*summed) if choices.residual else None)
    return x


def _norm(gain: Step, bias: Step, called: NormNames) -> Part:
    return lambda x: layer_norm(x, gain, bias, EPS, called)


def measures(rows: list[Step]) -> tuple[Step, Step]:
    """After every layer, the mean square of all numbers, and how much of it is difference between tokens: (layer) each.

    The second is the mean square of what is left of the rows without their mean row.
    """
    labels = ("input", *(f"layer {n}" for n in range(1, len(rows))))
    every = stack(*rows, along=Axis("layer", labels), to=("layer", "token", "model"))
    size = mean(square(every), ("token", "model"), name="size", symbol="r")
    means = mean(every, "token", name="mean rows", symbol="M")
    return size, mean(square(subtract(every, means)), ("token", "model"), name="spread", symbol="s")
