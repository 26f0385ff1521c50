"""Mistakes with heads, batch and time: how arrays are split, shared, joined and turned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attention_core.diagnosis import recipe as right
from attention_core.diagnosis.entry import Code, Mistake, one, put
from attention_core.diagnosis.recipe import QKV, Change, Given, Recipe, changed
from attention_core.engine.step import Array


def split_reshaped(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """(batch, tokens, heads * width) read at once as (batch, head, tokens, width)."""

    def read(x: Array, heads: int) -> Array:
        return x.reshape(x.shape[0], heads, x.shape[1], -1)

    return (read(q, g.heads), read(k, g.kv_heads), read(v, g.kv_heads)) if g.merged else (q, k, v)


def split_interleaved(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """The features of a head lie apart: feature i of head h at i * heads + h."""

    def read(x: Array, heads: int) -> Array:
        return x.reshape(*x.shape[:2], -1, heads).transpose(0, 3, 1, 2)

    return (read(q, g.heads), read(k, g.kv_heads), read(v, g.kv_heads)) if g.merged else (q, k, v)


def no_heads(recipe: Recipe) -> Recipe:
    """One head of the whole width."""

    def split(g: Given, q: Array, k: Array, v: Array) -> QKV:
        if not g.merged or g.heads != g.kv_heads:
            raise ValueError("heads do not lie side by side")
        return q[:, None], k[:, None], v[:, None]

    def scale(g: Given, scores: Array) -> Array:
        found: Array = recipe.scale(g if g.own_scale else replace(g, factor=g.factor * g.heads**-0.5), scores)
        return found

    return changed(recipe, split=split, scale=scale)


def merge_reshaped(g: Given, heads: Array) -> Array:
    """(batch, head, tokens, width) read at once as (batch, tokens, heads * width)."""
    return heads.reshape(heads.shape[0], heads.shape[2], -1) if g.out_merged else heads


def merge_interleaved(g: Given, heads: Array) -> Array:
    """The heads' first features come first, then their second ones."""
    return heads.transpose(0, 2, 3, 1).reshape(heads.shape[0], heads.shape[2], -1) if g.out_merged else heads


def tiled(which: str) -> Change:
    """Shared heads in the order 1, 2, 1, 2."""

    def share(g: Given, q: Array, k: Array, v: Array) -> QKV:
        times = (1, q.shape[1] // k.shape[1], 1, 1)
        _, own_k, own_v = right.share(g, q, k, v)
        return q, np.tile(k, times) if "k" in which else own_k, np.tile(v, times) if "v" in which else own_v

    return put(share=share)


def first_for_all(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """The first head of keys and values for all."""
    return q, np.repeat(k[:, :1], q.shape[1], axis=1), np.repeat(v[:, :1], q.shape[1], axis=1)


def axes_exchanged(axis: int) -> Change:
    """Another axis of (batch, head, tokens, width) in the place of the tokens, and back at the end."""

    def change(recipe: Recipe) -> Recipe:
        def split(g: Given, q: Array, k: Array, v: Array) -> QKV:
            turned = [x.swapaxes(axis, 2) for x in recipe.split(g, q, k, v)]
            if len({x.shape[1] for x in turned}) > 1 or g.places is not None:
                raise ValueError("the axes do not fit")
            return turned[0], turned[1], turned[2]

        def mix(g: Given, weights: Array, v: Array) -> Array:
            found: Array = recipe.mix(g, weights, v)
            return found.swapaxes(axis, 2)

        def window(g: Given) -> Array | None:
            if not g.causal or recipe.window is not right.window:
                visible: Array | None = recipe.window(g)
                return visible
            size = g.heads if axis == 1 else g.inputs[0].shape[0]
            return np.tri(size, dtype=bool)[None, None]

        return changed(recipe, split=split, mix=mix, window=window)

    return change


def averaged(recipe: Recipe) -> Recipe:
    """The mean of all heads' weights for each of them."""

    def finish(g: Given, weights: Array, visible: Array | None) -> Array:
        found: Array = recipe.finish(g, weights, visible)
        return np.broadcast_to(found.mean(1, keepdims=True), found.shape)

    return changed(recipe, finish=finish)


MISTAKES = (
    Mistake(
        "split-reshaped", "the heads are split by a reshape alone", "split",
        "The numbers of one token are spread over several rows: reshape keeps their order, and the axis of tokens has "
        "to be exchanged with that of heads after it.",
        "view(batch, heads, tokens, d) without transpose (FuxiCTR #30, hyunwoongko/transformer #15).",
        "multi-head-attention",
        Code("q = q.reshape(batch, heads, -1, d)  # k, v alike", "q = q.view(batch, heads, -1, d)  # k, v alike"),
        one(put(split=split_reshaped)), ("merged", "heads"), 3,
    ),
    Mistake(
        "split-interleaved", "the features of a head are taken from everywhere", "split",
        "A head takes every h-th feature in place of a block of neighbours.",
        "reshape(…, d, heads), and weights converted from a library that keeps them so.",
        "multi-head-attention",
        Code("q = q.reshape(batch, -1, d, heads).transpose(0, 3, 1, 2)  # k, v alike",
             "q = q.view(batch, -1, d, heads).permute(0, 3, 1, 2)  # k, v alike"),
        one(put(split=split_interleaved)), ("merged", "heads"), 1,
    ),
    Mistake(
        "heads-ignored", "there is one head of the whole width", "split",
        "All features are compared at once, so every query has one row of weights and not one for each head.",
        "num_heads that is stored and not used.",
        "multi-head-attention",
        Code("q = q[:, None]  # k, v alike", "q = q[:, None]  # k, v alike"),
        one(no_heads), ("merged", "heads"), 2,
    ),
    Mistake(
        "merge-reshaped", "the heads are joined by a reshape alone", "merge",
        "A row of the output holds numbers of several tokens: the axis of heads has to be exchanged with that of "
        "tokens before the reshape.",
        "a missing permute (transformer-from-scratch #6, Chinese-Text-Classification-Pytorch #10, QAnet-pytorch #2).",
        "multi-head-attention",
        Code("output = heads_out.reshape(batch, -1, heads * d)", "output = heads_out.reshape(batch, -1, heads * d)"),
        one(put(merge=merge_reshaped)), ("out merged", "heads"), 3,
    ),
    Mistake(
        "merge-interleaved", "the heads are joined feature by feature", "merge",
        "The first features of all heads come first, then the second ones, in place of one head after the other.",
        "permute with the last two axes exchanged.",
        "multi-head-attention",
        Code("output = heads_out.transpose(0, 2, 3, 1).reshape(batch, -1, heads * d)",
             "output = heads_out.permute(0, 2, 3, 1).reshape(batch, -1, heads * d)"),
        one(put(merge=merge_interleaved)), ("out merged", "heads"), 1,
    ),
    Mistake(
        "groups-tiled", "shared heads are repeated as tiles", "share",
        "Query heads 1 and 2 share the first head of keys, and the tiles give head 2 the second one.",
        "repeat where repeat_interleave is meant (the operator of ONNX until onnx #7274).",
        "mqa-gqa",
        Code("k, v = np.tile(k, (1, group, 1, 1)), np.tile(v, (1, group, 1, 1))",
             "k, v = k.repeat(1, group, 1, 1), v.repeat(1, group, 1, 1)"),
        {"": tiled("kv"), "the keys alone": tiled("k"), "the values alone": tiled("v")}, ("grouped",), 3,
    ),
    Mistake(
        "first-group-for-all", "all heads share the first head of keys and values", "share",
        "The other heads of keys and values are never read.",
        "multi-query code used for grouped queries.",
        "mqa-gqa",
        Code("k, v = np.repeat(k[:, :1], heads, 1), np.repeat(v[:, :1], heads, 1)",
             "k, v = k[:, :1].expand_as(q), v[:, :1].expand_as(q)"),
        one(put(share=first_for_all)), ("shared",), 1,
    ),
    Mistake(
        "heads-averaged", "the mean weights of all heads are used", "finish",
        "Every head reads its values under the same weights, the mean of what the heads found.",
        "the weights that nn.MultiheadAttention returns, which are the mean over the heads unless "
        "average_attn_weights=False, multiplied by the values once more (pytorch #34537, anyup #27).",
        "multi-head-pytorch",
        Code("weights = np.broadcast_to(weights.mean(axis=1, keepdims=True), weights.shape)",
             "weights = weights.mean(1, keepdim=True).expand_as(weights)"),
        one(averaged), ("heads",), 2,
    ),
    Mistake(
        "heads-and-time-exchanged", "heads and tokens are exchanged", "split",
        "The heads of one token attend to each other, in place of the tokens in one head.",
        "(batch, tokens, heads, d), as flash-attention and JAX take it, given to scaled_dot_product_attention, which "
        "takes (batch, heads, tokens, d).",
        "multi-head-attention",
        Code("q = q.reshape(batch, -1, heads, d)  # k, v alike", "q = q.view(batch, -1, heads, d)  # k, v alike"),
        one(axes_exchanged(1)), ("heads", "square"), 2,
    ),
    Mistake(
        "batch-and-time-exchanged", "batch and tokens are exchanged", "split",
        "Tokens of different sequences at the same place attend to each other.",
        "nn.MultiheadAttention without batch_first=True.",
        "multi-head-pytorch",
        Code("q = q.swapaxes(0, -2)  # k, v alike", "q = q.transpose(0, -2)  # k, v alike"),
        one(axes_exchanged(0)), ("batch", "square", "free"), 3,
    ),
)  # fmt: skip
