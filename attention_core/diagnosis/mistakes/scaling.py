"""Mistakes with the size of the scores: scale, temperature, soft cap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from attention_core.diagnosis.entry import Code, Mistake, one, put
from attention_core.diagnosis.recipe import Change, Given, Recipe, changed
from attention_core.engine.step import Array


def width(g: Given) -> int:
    """The width of a head."""
    return int(g.inputs[0].shape[-1]) // g.heads if g.merged and "W_q" not in g.weights else _projected_width(g)


def _projected_width(g: Given) -> int:
    W = g.weights.get("W_q")
    return int(g.inputs[0].shape[-1]) if W is None else int(W.shape[1]) // g.heads


def by(factor: Callable[[Given], float]) -> Change:
    """The change to another factor in place of the scale."""
    return put(scale=lambda g, scores: scores * factor(g))


def twice(recipe: Recipe) -> Recipe:
    """The scale is multiplied by a second time."""
    return changed(recipe, scale=lambda g, scores: recipe.scale(g, recipe.scale(g, scores)))


def after_softmax(recipe: Recipe) -> Recipe:
    """The scale moves behind softmax."""
    return changed(
        recipe,
        scale=lambda g, scores: scores,
        finish=lambda g, weights, visible: recipe.finish(g, recipe.scale(g, weights), visible),
    )


def cap_after_mask(recipe: Recipe) -> Recipe:
    """The cap moves behind bias and mask: minus infinity comes back as -c."""
    return changed(
        recipe,
        cap=lambda g, scores: scores,
        mask=lambda g, scores, visible: recipe.cap(g, recipe.mask(g, scores, visible)),
    )


def cap_before_scale(recipe: Recipe) -> Recipe:
    """The cap moves in front of the scale."""
    return changed(recipe, scale=lambda g, scores: recipe.scale(g, recipe.cap(g, scores)), cap=lambda g, scores: scores)


def uncapped(g: Given, scores: Array) -> Array:
    """No cap."""
    return scores


def cap_not_multiplied(g: Given, scores: Array) -> Array:
    """tanh(scores / c), and not c times it."""
    return np.tanh(scores / g.softcap) if g.softcap else scores


MISTAKES = (
    Mistake(
        "no-scale", "the scores are not scaled", "scale",
        "The scores are not divided by the root of the head's width, so softmax gets large numbers and is too sharp.",
        "attention written from memory, and fallback paths whose scale defaults to 1 (mlc-llm #3426).",
        "score-variance-scaling",
        Code("scores = scores", "scores = scores"),
        one(by(lambda g: 1.0)), ("wide",), 3,
    ),
    Mistake(
        "scale-by-width", "the scores are divided by the width and not by its root", "scale",
        "Dividing by d makes the scores too small: their spread grows like the root of d, as the right divisor does.",
        "a forgotten square root; muP models do it on purpose.",
        "score-variance-scaling",
        Code("scores = scores / d", "scores = scores / d"),
        one(by(lambda g: 1 / width(g))), ("wide",), 3,
    ),
    Mistake(
        "scale-by-root-model", "the scale has the width of the model and not of a head", "scale",
        "The root is of the width of all heads together; each head adds up only its own features.",
        "layers that keep embed_dim at hand (ViT-CIFAR #11, DL4Proteins #12, Machine-Learning-Collection #65).",
        "multi-head-attention",
        Code("scores = scores / np.sqrt(heads * d)", "scores = scores / math.sqrt(heads * d)"),
        one(by(lambda g: (g.heads * width(g)) ** -0.5)), ("heads",), 3,
    ),
    Mistake(
        "scale-by-model", "the scores are divided by the width of the model", "scale",
        "The divisor is the width of all heads together, without the root.",
        "a forgotten root and embed_dim in place of head_dim at once.",
        "multi-head-attention",
        Code("scores = scores / (heads * d)", "scores = scores / (heads * d)"),
        one(by(lambda g: 1 / (g.heads * width(g)))), ("heads",), 1,
    ),
    Mistake(
        "scale-by-heads", "the scale has the number of heads in place of their width", "scale",
        "The scores are divided by the root of the number of heads, which says nothing about how many terms they sum.",
        "shapes read at the wrong place after a transpose (tt-metal #56789).",
        "multi-head-attention",
        Code("scores = scores / np.sqrt(heads)", "scores = scores / math.sqrt(heads)"),
        one(by(lambda g: g.heads**-0.5)), ("heads",), 1,
    ),
    Mistake(
        "scale-by-keys", "the scale has the number of keys in place of the width", "scale",
        "The scores are divided by the root of the number of keys: shape[-2] of the keys was read and not shape[-1].",
        "keys that were transposed before their shape was read.",
        "score-variance-scaling",
        Code("scores = scores / np.sqrt(k.shape[-2])", "scores = scores / math.sqrt(k.size(-2))"),
        one(by(lambda g: g.keys**-0.5)), (), 1,
    ),
    Mistake(
        "scale-twice", "the scores are scaled twice", "scale",
        "The queries were scaled already, and the scores are scaled again: in all by 1/d and not by its root.",
        "scaled queries given to scaled_dot_product_attention, which scales by itself.",
        "scaled-dot-product-attention",
        Code("scores = scores / np.sqrt(d) / np.sqrt(d)", "scores = scores / math.sqrt(d) / math.sqrt(d)"),
        one(twice), ("wide", "scale"), 3,
    ),
    Mistake(
        "scale-multiplied", "the scores are multiplied by the root and not divided", "scale",
        "The scores grow with the width in place of shrinking.",
        "a variable `scale` that one place defines as the root and another as one over it (perceiver-io #9).",
        "scaled-dot-product-attention",
        Code("scores = scores * np.sqrt(d)", "scores = scores * math.sqrt(d)"),
        one(by(lambda g: 1 / g.factor / g.temperature)), ("wide",), 2,
    ),
    Mistake(
        "scale-default", "the scale that was given is ignored", "scale",
        "The scores have the default scale, one over the root of the width, though another one was asked for.",
        "backends that accept `scale` and do not pass it on (tt-metal #33304).",
        "scaled-dot-product-attention",
        Code("scores = scores / np.sqrt(d)", "scores = scores / math.sqrt(d)"),
        one(by(lambda g: width(g) ** -0.5 / g.temperature)), ("own scale",), 1,
        right=Code("scores = scores * scale", "scores = scores * scale"),
    ),
    Mistake(
        "scale-after-softmax", "the weights are scaled and not the scores", "finish",
        "The scale comes after softmax: the weights are as sharp as without it, and add up to less than 1.",
        "a line that slipped below the softmax.",
        "scaled-dot-product-attention",
        Code("weights = weights / np.sqrt(d)", "weights = weights / math.sqrt(d)"),
        one(after_softmax), ("wide",), 1,
        right=Code("scores = scores / np.sqrt(d)  # before softmax",
                   "scores = scores / math.sqrt(d)  # before softmax"),
    ),
    Mistake(
        "temperature-inverted", "the scores are multiplied by the temperature", "scale",
        "A temperature above 1 makes the weights sharper in place of more even.",
        "a temperature that another library keeps as its inverse, beta.",
        "temperature-entropy",
        Code("scores = scores / np.sqrt(d) * temperature", "scores = scores / math.sqrt(d) * temperature"),
        one(by(lambda g: g.factor * g.temperature)), ("temperature",), 2,
        right=Code("scores = scores / np.sqrt(d) / temperature", "scores = scores / math.sqrt(d) / temperature"),
    ),
    Mistake(
        "temperature-missing", "the temperature is left out", "scale",
        "The scores are scaled, and not divided by the temperature.",
        "an option that is read and not passed on.",
        "temperature-entropy",
        Code("scores = scores / np.sqrt(d)", "scores = scores / math.sqrt(d)"),
        one(by(lambda g: g.factor)), ("temperature",), 1,
        right=Code("scores = scores / np.sqrt(d) / temperature", "scores = scores / math.sqrt(d) / temperature"),
    ),
    Mistake(
        "softcap-after-mask", "the soft cap comes after the mask", "cap",
        "Minus infinity comes back from the cap as -c, so hidden keys get weight.",
        "the operator Attention of ONNX until onnx #7867, and kernels written after it (onnxruntime #28379).",
        "softcap",
        Code(
            "scores = c * np.tanh(np.where(visible, scores, -np.inf) / c)",
            "scores = c * torch.tanh(scores.masked_fill(~visible, -math.inf) / c)",
        ),
        one(cap_after_mask), ("softcap", "limits"), 2,
        right=Code(
            "scores = np.where(visible, c * np.tanh(scores / c), -np.inf)",
            "scores = (c * torch.tanh(scores / c)).masked_fill(~visible, -math.inf)",
        ),
    ),
    Mistake(
        "softcap-missing", "the soft cap is left out", "cap",
        "The scores are not capped, so the largest of them win by more than they may.",
        "kernels that take the argument and do not use it (sgl-kernel-xpu #491).",
        "softcap",
        Code("scores = scores", "scores = scores"),
        one(put(cap=uncapped)), ("softcap",), 2,
    ),
    Mistake(
        "softcap-not-multiplied", "the cap is divided by and not multiplied back", "cap",
        "tanh keeps the scores within -1 and 1; without the factor c in front all weights are nearly even.",
        "a formula copied halfway.",
        "softcap",
        Code("scores = np.tanh(scores / c)", "scores = torch.tanh(scores / c)"),
        one(put(cap=cap_not_multiplied)), ("softcap",), 1,
    ),
    Mistake(
        "softcap-before-scale", "the soft cap comes before the scale", "cap",
        "The unscaled scores are capped, so the cap bites the root of d times too early, and then all are scaled.",
        "kernels that fold the scale into the exponential.",
        "softcap",
        Code("scores = c * np.tanh(q @ k.swapaxes(-1, -2) / c) / np.sqrt(d)",
             "scores = c * torch.tanh(q @ k.transpose(-1, -2) / c) / math.sqrt(d)"),
        one(cap_before_scale), ("softcap", "wide"), 1,
    ),
)  # fmt: skip
