"""Mistakes with the projections around attention: W_q, W_k, W_v, W_o and their biases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from attention_core.diagnosis.entry import Code, Mistake, one
from attention_core.diagnosis.recipe import QKV, Change, Given, Recipe, changed
from attention_core.engine.step import Array

Weights = dict[str, Array]


def other_weights(made: Callable[[Weights], Weights]) -> Change:
    """The change to other weights and biases."""

    def change(recipe: Recipe) -> Recipe:
        def project(g: Given, q: Array, k: Array, v: Array) -> QKV:
            qkv: QKV = recipe.project(replace(g, weights=made(g.weights)), q, k, v)
            return qkv

        def project_out(g: Given, output: Array) -> Array:
            found: Array = recipe.project_out(replace(g, weights=made(g.weights)), output)
            return found

        return changed(recipe, project=project, project_out=project_out)

    return change


def transposed(*parts: str) -> Change:
    """x W^T in place of x W."""
    return other_weights(
        lambda weights: weights | {f"W_{x}": weights[f"W_{x}"].T for x in parts if f"W_{x}" in weights}
    )


def without(*names: str) -> Change:
    """Some weights or biases are left out."""
    return other_weights(lambda weights: {name: each for name, each in weights.items() if name not in names})


def exchanged(one_part: str, other: str) -> Change:
    """Two projections in each other's place, biases too."""
    names = {f"{kind}_{one_part}": f"{kind}_{other}" for kind in "Wb"}
    both = names | {new: old for old, new in names.items()}
    return other_weights(lambda weights: {both.get(name, name): each for name, each in weights.items()})


def reused(part: str, others: str) -> Change:
    """The weight and the bias of one part for others too, which have no bias where it has none."""

    def made(weights: Weights) -> Weights:
        kept = {name: each for name, each in weights.items() if name[2:] not in [*others]}
        own = {f"{kind}_{x}": weights[f"{kind}_{part}"] for kind in "Wb" for x in others if f"{kind}_{part}" in weights}
        return kept | own

    return other_weights(made)


def by_heads(recipe: Recipe) -> Recipe:
    """The columns of [W_q W_k W_v] read as one block of queries, keys and values for each head."""

    def project(g: Given, q: Array, k: Array, v: Array) -> QKV:
        fused = np.concatenate([g.weights[f"W_{x}"] for x in "qkv"], axis=1)
        width = fused.shape[1] // (3 * g.heads)
        order = np.arange(fused.shape[1]).reshape(g.heads, 3, width).transpose(1, 0, 2).reshape(3, -1)
        blocks = {f"W_{x}": fused[:, order[n]] for n, x in enumerate("qkv")}
        if all(f"b_{x}" in g.weights for x in "qkv"):
            joined = np.concatenate([g.weights[f"b_{x}"] for x in "qkv"])
            blocks |= {f"b_{x}": joined[order[n]] for n, x in enumerate("qkv")}
        qkv: QKV = recipe.project(replace(g, weights=g.weights | blocks), q, k, v)
        return qkv

    return changed(recipe, project=project)


def bias_added(times: int) -> Change:
    """The bias of the output so many times."""

    def made(weights: Weights) -> Weights:
        if "b_o" not in weights:
            raise ValueError("the output has no bias")
        return weights | {"b_o": times * weights["b_o"]}

    return other_weights(made)


_FUSED = Code(
    "q, k, v = (x @ W_qkv).reshape(batch, -1, heads, 3, d).transpose(3, 0, 1, 2, 4)",
    "q, k, v = (x @ W_qkv).view(batch, -1, heads, 3, d).unbind(3)",
)

MISTAKES = (
    Mistake(
        "weights-out-in", "the weights are transposed", "project",
        "A weight kept as (out, in), as nn.Linear does, has to be transposed before x W; with as many rows as columns "
        "nothing complains.",
        "state dicts of PyTorch read by NumPy or JAX, whose kernels are (in, out).",
        "multi-head-pytorch",
        Code("q, k, v = x_q @ W_q.T + b_q, x_k @ W_k.T + b_k, x_v @ W_v.T + b_v",
             "q, k, v = x_q @ W_q.T + b_q, x_k @ W_k.T + b_k, x_v @ W_v.T + b_v"),
        {"all of them": transposed("q", "k", "v", "o"), "W_q, W_k and W_v": transposed("q", "k", "v")}
        | {f"W_{x} alone": transposed(x) for x in "qkvo"},
        ("projections",), 3,
    ),
    Mistake(
        "bias-of-projection-missing", "a bias of the projections is missing", "project",
        "x W is computed without its b.",
        "layers made with bias=False, or converters that copy weights alone.",
        "multi-head-pytorch",
        Code("q, k, v = x_q @ W_q, x_k @ W_k, x_v @ W_v", "q, k, v = x_q @ W_q, x_k @ W_k, x_v @ W_v"),
        {"all of them": without("b_q", "b_k", "b_v", "b_o"), "b_q, b_k and b_v": without("b_q", "b_k", "b_v")}
        | {f"b_{x}": without(f"b_{x}") for x in "qkvo"},
        ("projections",), 3,
    ),
    Mistake(
        "output-projection-missing", "the output projection is missing", "project_out",
        "The heads are joined, and not multiplied by W_o, which mixes them.",
        "layers that return before out_proj.",
        "multi-head-attention",
        Code("output = output", "output = output"),
        {"": without("W_o", "b_o"), "its bias is added": without("W_o")}, ("projections",), 3,
    ),
    Mistake(
        "output-bias-repeated", "the bias of the output is added several times", "project_out",
        "Where heads are spread over several processes, each adds b_o to its part, and the sum has it as many times.",
        "layers split by rows whose bias is added before the sum (text-generation-inference #1036, gpt-neox #962, "
        "MinivLLM #80).",
        "multi-head-pytorch",
        Code("output = sum(part @ W + b_o for part, W in zip(parts, W_parts, strict=True))",
             "output = sum(part @ W + b_o for part, W in zip(parts, W_parts, strict=True))"),
        {f"{times} times": bias_added(times) for times in (2, 4, 8)}, ("projections",), 2,
        right=Code("output = sum(part @ W for part, W in zip(parts, W_parts, strict=True)) + b_o",
                   "output = sum(part @ W for part, W in zip(parts, W_parts, strict=True)) + b_o"),
    ),
    Mistake(
        "projections-exchanged", "two projections are exchanged", "project",
        "One of queries, keys and values is made with the weight of another.",
        "converters with a wrong line in their table of names.",
        "qkv-self-attention",
        Code("q, k, v = x_q @ W_k + b_k, x_k @ W_q + b_q, x_v @ W_v + b_v",
             "q, k, v = x_q @ W_k + b_k, x_k @ W_q + b_q, x_v @ W_v + b_v"),
        {"W_q and W_k": exchanged("q", "k"), "W_k and W_v": exchanged("k", "v"), "W_q and W_v": exchanged("q", "v")},
        ("projections",), 2,
    ),
    Mistake(
        "one-projection-for-all", "one projection is used for another one too", "project",
        "One matrix serves where there are two: in self-attention what it gives is the same as the other operand.",
        "a copied line in which one letter was not changed (yflyzhang/AnnotatedTransformer #1).",
        "qkv-self-attention",
        Code("q, k, v = x_q @ W_q + b_q, x_k @ W_q + b_q, x_v @ W_q + b_q",
             "q, k, v = x_q @ W_q + b_q, x_k @ W_q + b_q, x_v @ W_q + b_q"),
        {"W_q for keys and values": reused("q", "kv"), "W_k for the values": reused("k", "v"),
         "W_q for the keys": reused("q", "k"), "W_q for the values": reused("q", "v"),
         "W_v for the keys": reused("v", "k"), "W_k for the queries": reused("k", "q")},
        ("projections",), 1,
    ),
    Mistake(
        "fused-by-heads", "the fused projection is read head by head", "project",
        "[W_q W_k W_v] has all queries first; some models keep queries, keys and values of each head together, and the "
        "two are told apart by no shape.",
        "checkpoints of GPT-NeoX, Megatron and Persimmon read as those of GPT-2 (llama.cpp #4010).",
        "multi-head-pytorch",
        _FUSED, one(by_heads), ("projections", "heads"), 1,
        right=Code("q, k, v = np.split(x @ W_qkv, 3, axis=-1)", "q, k, v = (x @ W_qkv).chunk(3, dim=-1)"),
    ),
)  # fmt: skip
