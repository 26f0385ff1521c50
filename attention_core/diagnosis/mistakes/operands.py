"""Mistakes with what is multiplied by what: queries, keys, values and their past."""

from __future__ import annotations

import numpy as np

from attention_core.diagnosis.entry import Code, Mistake, one, put
from attention_core.diagnosis.recipe import QKV, Change, Given, Part, Recipe, changed, share
from attention_core.engine.step import Array


def swapped_scores(g: Given, q: Array, k: Array) -> Array:
    """K Q^T, with the shape of Q K^T."""
    if g.queries != g.keys:
        raise ValueError("K Q^T has another shape")
    whole = k @ q.swapaxes(-1, -2) if g.places is None else k[..., g.places, :] @ q.swapaxes(-1, -2)
    return whole


def with_keys(g: Given, q: Array, k: Array) -> Array:
    """K K^T."""
    if g.queries != g.keys:
        raise ValueError("K K^T has another shape")
    return k[..., g.rows, :] @ k.swapaxes(-1, -2)


def all_queries(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """The queries in the place of the keys."""
    if q.shape != k.shape:
        raise ValueError("queries and keys differ in shape")
    return q, q, v


def reshaped_keys(g: Given, q: Array, k: Array) -> Array:
    """Q times the keys with their numbers in the same order under the transposed shape."""
    return q @ k.reshape(*k.shape[:2], k.shape[3], k.shape[2])


def transposed_weights(g: Given, weights: Array, v: Array) -> Array:
    """A^T V."""
    if g.queries != g.keys or g.places is not None:
        raise ValueError("A^T V has another shape")
    return weights.swapaxes(-1, -2) @ v


def _same_width(one_: Array, other: Array) -> None:
    if one_.shape[-1] != other.shape[-1]:
        raise ValueError("keys and values differ in width")


def keys_as_values(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """K in the place of V."""
    _same_width(k, v)
    return q, k, k


def values_as_keys(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """V in the place of K."""
    _same_width(k, v)
    return q, v, v


def exchanged(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """K and V in each other's place."""
    _same_width(k, v)
    return q, v, k


def before_rotation(confused: Part) -> Change:
    """Keys and values are confused before queries and keys are rotated."""

    def change(recipe: Recipe) -> Recipe:
        def rotate(g: Given, q: Array, k: Array, v: Array) -> QKV:
            if g.rope is None:
                raise ValueError("nothing is rotated")
            found: QKV = recipe.rotate(g, *confused(g, q, k, v))
            return found

        return changed(recipe, rotate=rotate)

    return change


def new_first(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """The past stands behind the new keys and values."""
    if g.past is None:
        return q, k, v
    return q, np.concatenate([k, g.past[0]], axis=2), np.concatenate([v, g.past[1]], axis=2)


def new_values_first(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """The past keys stand before the new ones, the past values behind."""
    if g.past is None:
        return q, k, v
    return q, np.concatenate([g.past[0], k], axis=2), np.concatenate([v, g.past[1]], axis=2)


def first_values(g: Given, weights: Array, v: Array) -> Array:
    """The value of the key with the largest weight, and no mean."""
    chosen = np.where(weights == weights.max(-1, keepdims=True), 1.0, 0.0)
    mixed: Array = chosen / chosen.sum(-1, keepdims=True) @ v
    return mixed


MISTAKES = (
    Mistake(
        "q-and-k-swapped", "queries and keys are exchanged", "score",
        "K Q^T is the transpose of Q K^T: each row holds what one key is asked by all queries.",
        "einsum with its letters in the wrong order.",
        "bilinear-asymmetry",
        Code("scores = k @ q.swapaxes(-1, -2)", "scores = k @ q.transpose(-1, -2)"),
        one(put(score=swapped_scores)), ("square",), 3,
    ),
    Mistake(
        "k-as-v", "the keys are used as values", "share",
        "The weights are right, and the keys are mixed in place of the values.",
        "a copied line in which one letter was not changed; a cache that returns the keys twice.",
        "key-value-attention",
        Code("k, v = k, k", "k, v = k, k"),
        one(put(share=lambda g, q, k, v: share(g, *keys_as_values(g, q, k, v)))), ("equal widths",), 3,
        right=Code("k, v = k, v", "k, v = k, v"),
    ),
    Mistake(
        "v-as-k", "the values are used as keys", "share",
        "The queries are compared with the values, and the values are mixed.",
        "a copied line in which one letter was not changed.",
        "key-value-attention",
        Code("k, v = v, v", "k, v = v, v"),
        one(put(share=lambda g, q, k, v: share(g, *values_as_keys(g, q, k, v)))), ("equal widths",), 2,
        right=Code("k, v = k, v", "k, v = k, v"),
    ),
    Mistake(
        "k-and-v-exchanged", "keys and values are exchanged", "share",
        "The queries are compared with the values, and the keys are mixed.",
        "arguments in the order (q, v, k), as Keras has them.",
        "key-value-attention",
        Code("k, v = v, k", "k, v = v, k"),
        one(put(share=lambda g, q, k, v: share(g, *exchanged(g, q, k, v)))), ("equal widths",), 2,
        right=Code("k, v = k, v", "k, v = k, v"),
    ),
    Mistake(
        "k-and-v-before-rope", "keys and values are confused before the rotation", "rotate",
        "What is taken for the keys is rotated, and what is taken for the values is not: one of them is the other.",
        "compilers that fuse projections and rotation (tt-mlir #8958), and copied lines above the rotation.",
        "rope",
        Code("k, v = rotate(v, past), k", "k, v = rotate(v, past), k"),
        {"exchanged": before_rotation(exchanged), "the keys as values": before_rotation(keys_as_values),
         "the values as keys": before_rotation(values_as_keys)},
        ("rope", "equal widths"), 1,
        right=Code("k, v = rotate(k, past), v", "k, v = rotate(k, past), v"),
    ),
    Mistake(
        "q-as-k", "the queries are used as keys", "share",
        "Q Q^T compares each query with the other queries, and most of all with itself.",
        "a copied line in which one letter was not changed.",
        "bilinear-asymmetry",
        Code("k = q", "k = q"),
        one(put(share=lambda g, q, k, v: all_queries(g, *share(g, q, k, v)))), ("square",), 1,
        right=Code("k = k", "k = k"),
    ),
    Mistake(
        "k-as-q", "the keys are used as queries", "score",
        "K K^T compares each key with the other keys, and most of all with itself.",
        "a copied line in which one letter was not changed.",
        "bilinear-asymmetry",
        Code("scores = k @ k.swapaxes(-1, -2)", "scores = k @ k.transpose(-1, -2)"),
        one(put(score=with_keys)), ("square",), 1,
    ),
    Mistake(
        "keys-reshaped", "the keys are reshaped and not transposed", "score",
        "reshape keeps the order of the numbers: a column of it is no key.",
        "view(…, d, tokens) where transpose(-1, -2) was meant.",
        "scaled-dot-product-attention",
        Code("scores = q @ k.reshape(batch, heads, d, -1)", "scores = q @ k.reshape(batch, heads, d, -1)"),
        one(put(score=reshaped_keys)), (), 2,
    ),
    Mistake(
        "weights-transposed", "the weights are transposed where the values are mixed", "mix",
        "Each output mixes the values by how much other queries look at its own token.",
        "einsum with query and key exchanged.",
        "scaled-dot-product-attention",
        Code("heads_out = weights.swapaxes(-1, -2) @ v", "heads_out = weights.transpose(-1, -2) @ v"),
        one(put(mix=transposed_weights)), ("square",), 2,
    ),
    Mistake(
        "hardest-key", "only the key with the largest weight counts", "mix",
        "The output is the value of one key, and no mean of all.",
        "argmax left over from looking at the weights.",
        "soft-hard-local",
        Code("heads_out = (weights == weights.max(-1, keepdims=True)) @ v",
             "heads_out = (weights == weights.amax(-1, True)).to(v) @ v"),
        one(put(mix=first_values)), (), 1,
    ),
    Mistake(
        "past-after-new", "the past stands behind the new keys and values", "recall",
        "Keys and values are in the order new, past: every mask by position now hides the wrong ones.",
        "concatenate([new, past]) in place of concatenate([past, new]).",
        "kv-cache",
        Code(
            "k, v = np.concatenate([k, past_k], 2), np.concatenate([v, past_v], 2)",
            "k, v = torch.cat([k, past_k], 2), torch.cat([v, past_v], 2)",
        ),
        one(put(recall=new_first)), ("past", "causal"), 2,
    ),
    Mistake(
        "past-values-misplaced", "the past values stand behind the new ones, the past keys before", "recall",
        "Each weight meets the value of another token.",
        "two caches that are written in different ways.",
        "kv-cache",
        Code(
            "k, v = np.concatenate([past_k, k], 2), np.concatenate([v, past_v], 2)",
            "k, v = torch.cat([past_k, k], 2), torch.cat([v, past_v], 2)",
        ),
        one(put(recall=new_values_first)), ("past",), 1,
    ),
)  # fmt: skip
