"""Mistakes with positions: rotary embeddings and linear biases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from attention_core.diagnosis import recipe as right
from attention_core.diagnosis.entry import Code, Mistake, one, put
from attention_core.diagnosis.recipe import QKV, Change, Given, Recipe, Rope, changed
from attention_core.engine.step import Array

from .numerics import BFLOAT, HALF, rounded

BASES = (100.0, 1000.0, 10000.0, 100000.0, 500000.0, 1000000.0)


def other_rope(made: Callable[[Rope], Rope]) -> Change:
    """The change to another way of rotating."""

    def rotate(g: Given, q: Array, k: Array, v: Array) -> QKV:
        return right.rotate(g if g.rope is None else replace(g, rope=made(g.rope)), q, k, v)

    return put(rotate=rotate)


def other_pairs(rope: Rope) -> Rope:
    """Neighbours in place of halves, and halves in place of neighbours."""
    return rope._replace(layout="half-split" if rope.layout == "interleaved" else "interleaved")


def based_on(base: float) -> Change:
    """The change to another base."""
    return other_rope(lambda rope: rope._replace(base=base))


def angles_rounded(code: int, rates_alone: bool = False) -> Change:
    """The change to rates that a short format holds, and to angles that it holds too."""

    def turned(g: Given, x: Array, rope: Rope) -> Array:
        half = x.shape[-1] // 2
        rates = rounded(rope.base ** (-np.arange(half) / half), code)
        angles = np.outer(np.arange(g.past_length, g.past_length + x.shape[-2]), rates)
        return right.turned_by(x, angles if rates_alone else rounded(angles, code), rope)

    def rotate(g: Given, q: Array, k: Array, v: Array) -> QKV:
        return (q, k, v) if g.rope is None else (turned(g, q, g.rope), turned(g, k, g.rope), v)

    return put(rotate=rotate)


def mixed(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """The pairs of one layout with the angles of the other."""
    if g.rope is None:
        return q, k, v
    return _mixed(q, g.past_length, g.rope), _mixed(k, g.past_length, g.rope), v


def _mixed(x: Array, first: int, rope: Rope) -> Array:
    half = x.shape[-1] // 2
    angles = np.outer(np.arange(first, first + x.shape[-2]), rope.base ** (-np.arange(half) / half))
    if rope.layout == "half-split":
        every = np.repeat(angles, 2, axis=-1)
        turned = np.concatenate([-x[..., half:], x[..., :half]], axis=-1)
    else:
        every = np.concatenate([angles, angles], axis=-1)
        turned = np.stack([-x[..., 1::2], x[..., ::2]], axis=-1).reshape(x.shape)
    rotated: Array = x * np.cos(every) + turned * np.sin(every)
    return rotated


def at(queries: int | None, keys: int | None, from_zero: tuple[bool, bool] = (False, False)) -> Change:
    """Queries and keys rotated so many positions later; None: not at all. from_zero: the past does not count."""

    def rotate(g: Given, q: Array, k: Array, v: Array) -> QKV:
        if g.rope is None:
            return q, k, v
        starts = [0 if zero else g.past_length for zero in from_zero]
        turned_q = q if queries is None else right.turned(q, starts[0] + queries, g.rope)
        return turned_q, k if keys is None else right.turned(k, starts[1] + keys, g.rope), v

    return put(rotate=rotate)


def with_values(recipe: Recipe) -> Recipe:
    """The values are rotated as well."""

    def rotate(g: Given, q: Array, k: Array, v: Array) -> QKV:
        q, k, v = recipe.rotate(g, q, k, v)
        return q, k, v if g.rope is None else right.turned(v, g.past_length, g.rope)

    return changed(recipe, rotate=rotate)


def twice(recipe: Recipe) -> Recipe:
    """Queries and keys are rotated again."""
    return changed(recipe, rotate=lambda g, q, k, v: recipe.rotate(g, *recipe.rotate(g, q, k, v)))


def rotated_again(whole: bool) -> Change:
    """The keys of the past are rotated once more, by their places; whole: the new ones beside them too."""

    def change(recipe: Recipe) -> Recipe:
        def recall(g: Given, q: Array, k: Array, v: Array) -> QKV:
            q, k, v = recipe.recall(g, q, k, v)
            if g.rope is None:
                return q, k, v
            turned = right.turned(k, 0, g.rope)
            if not whole:
                turned[..., g.past_length :, :] = k[..., g.past_length :, :]
            return q, turned, v

        return changed(recipe, recall=recall)

    return change


def rates(made: Callable[[Rope, Array], Array]) -> Change:
    """Other angles: from the rotation and the numbers of the pairs over how many there are."""

    def rotate(g: Given, q: Array, k: Array, v: Array) -> QKV:
        if g.rope is None:
            return q, k, v
        half = q.shape[-1] // 2
        found = made(g.rope, np.arange(half) / half)
        return right.turned(q, g.past_length, g.rope, found), right.turned(k, g.past_length, g.rope, found), v

    return put(rotate=rotate)


def slopes(made: Callable[[Array], Array]) -> Change:
    """Other slopes of the heads."""

    def add_bias(g: Given, scores: Array) -> Array:
        return right.add_bias(g if g.slopes is None else replace(g, slopes=made(g.slopes)), scores)

    return put(add_bias=add_bias)


def no_slopes(g: Given, scores: Array) -> Array:
    """Without the linear biases."""
    return right.add_bias(replace(g, slopes=None), scores)


def from_new_tokens(g: Given, scores: Array) -> Array:
    """Distances from the query's number among the new tokens."""
    if g.slopes is None:
        return right.add_bias(g, scores)
    distances = np.abs(np.subtract.outer(g.rows, np.arange(g.keys)))
    biased: Array = right.add_bias(replace(g, slopes=None), scores) - g.slopes[None, :, None, None] * distances
    return biased


MISTAKES = (
    Mistake(
        "rope-pairs", "neighbours and halves are confused", "rotate",
        "A rotation turns pairs of features: neighbours in one layout, one of each half in the other. Weights are made "
        "for one of them.",
        "rotate_half of transformers with weights of the original LLaMA, and the other way round (pyllama #83, "
        "gpt-neox #834, keras-hub #1416).",
        "rope",
        Code("q, k = rotate(q, past, layout='half-split'), rotate(k, past, layout='half-split')",
             "q, k = rotate_half(q), rotate_half(k)"),
        one(other_rope(other_pairs)), ("rope", "wide"), 3,
    ),
    Mistake(
        "rope-mixed", "the pairs of one layout have the angles of the other", "rotate",
        "cos and sin are laid out for neighbours and the rotation takes halves, or the other way round: it no longer "
        "is a rotation.",
        "repeat_interleave of the angles beside rotate_half (how-to-train-your-gpt #6).",
        "rope",
        Code("q = q * np.cos(np.repeat(a, 2, -1)) + rotate_half(q) * np.sin(np.repeat(a, 2, -1))",
             "q = q * a.repeat_interleave(2, -1).cos() + rotate_half(q) * a.repeat_interleave(2, -1).sin()"),
        one(put(rotate=mixed)), ("rope", "wide"), 1,
    ),
    Mistake(
        "rope-base", "the base of the rotation is another", "rotate",
        "The base decides how fast each pair turns; models for long texts have larger ones.",
        "rope_theta of the config not read: 10000 where Llama 3 has 500000.",
        "rope",
        Code("angles = positions * 500000 ** (-2 * pair / d)", "angles = positions * 500000 ** (-2 * pair / d)"),
        {f"base {base:g}": based_on(base) for base in BASES},
        ("rope", "wide"), 2,
        right=Code("angles = positions * base ** (-2 * pair / d)", "angles = positions * base ** (-2 * pair / d)"),
    ),
    Mistake(
        "rope-angles-rounded", "the angles of the rotation are rounded", "rotate",
        "The farther a token, the larger its angles, and the more of them a short format rounds away.",
        "inv_freq kept in the precision of the model (transformers #25681, gpt-neox #1003, sglang-jax #1472).",
        "rope",
        Code("angles = (positions * base ** (-2 * pair / d)).astype(np.float16)",
             "angles = (positions * base ** (-2 * pair / d)).half()"),
        {"to bfloat16": angles_rounded(BFLOAT), "to half precision": angles_rounded(HALF),
         "the rates alone, to bfloat16": angles_rounded(BFLOAT, rates_alone=True),
         "the rates alone, to half precision": angles_rounded(HALF, rates_alone=True)}, ("rope", "wide"), 2,
        right=Code("angles = positions * base ** (-2 * pair / d)", "angles = positions * base ** (-2 * pair / d)"),
    ),
    Mistake(
        "rope-missing", "queries and keys are not rotated", "rotate",
        "The scores know nothing of positions.",
        "a rotation whose result is not used.",
        "rope",
        Code("q, k = q, k", "q, k = q, k"),
        one(at(None, None)), ("rope",), 2,
    ),
    Mistake(
        "rope-one-side", "only one of queries and keys is rotated", "rotate",
        "The score then depends on one position and not on the distance of two.",
        "caches that keep keys before their rotation, or rotate them twice.",
        "rope",
        Code("q, k = rotate(q, past), k", "q, k = rotate(q, past), k"),
        {"the queries": at(0, None), "the keys": at(None, 0)}, ("rope",), 3,
    ),
    Mistake(
        "rope-positions", "positions are off", "rotate",
        "Queries or keys are rotated as if they stood elsewhere, so that all distances are off by as much.",
        "offsets of caches (executorch #2010, rotary-embedding-torch #11), and positions counted from 1 on one side.",
        "rope",
        Code("q, k = rotate(q, past + 1), rotate(k, past)", "q, k = rotate(q, past + 1), rotate(k, past)"),
        {"queries one later": at(1, 0), "queries one earlier": at(-1, 0), "both one later": at(1, 1),
         "queries from 0 in spite of the past": at(0, 0, (True, False)),
         "keys from 0 in spite of the past": at(0, 0, (False, True)),
         "both from 0 in spite of the past": at(0, 0, (True, True))},
        ("rope",), 3,
    ),
    Mistake(
        "rope-backwards", "the rotation turns the other way", "rotate",
        "The sine has the wrong sign: a key to the left looks as if it stood to the right.",
        "rotate_half with the minus sign on the wrong half.",
        "rope",
        Code("x1 * cos + x2 * sin, x2 * cos - x1 * sin", "x1 * cos + x2 * sin, x2 * cos - x1 * sin"),
        one(rates(lambda rope, part: -(rope.base**-part))), ("rope",), 1,
        right=Code("x1 * cos - x2 * sin, x2 * cos + x1 * sin", "x1 * cos - x2 * sin, x2 * cos + x1 * sin"),
    ),
    Mistake(
        "rope-on-values", "the values are rotated as well", "rotate",
        "Rotations in scores cancel to a distance; in values they stay, and mix the features of the output.",
        "qkv rotated as one array (tt-mlir #8958).",
        "rope",
        Code("q, k, v = rotate(q, past), rotate(k, past), rotate(v, past)",
             "q, k, v = rotate(q, past), rotate(k, past), rotate(v, past)"),
        one(with_values), ("rope", "even values"), 2,
    ),
    Mistake(
        "rope-twice", "queries and keys are rotated twice", "rotate",
        "All angles are doubled.",
        "a model that rotates and a kernel that does it again.",
        "rope",
        Code("q, k = rotate(rotate(q, past), past), rotate(rotate(k, past), past)",
             "q, k = rotate(rotate(q, past), past), rotate(rotate(k, past), past)"),
        one(twice), ("rope",), 1,
    ),
    Mistake(
        "rope-past-again", "the keys of the past are rotated again", "recall",
        "A cache that keeps keys after their rotation needs no other one when it is read; here their angles are "
        "doubled.",
        "caches that rotate what they keep, and rotate all of it once more when they are read (shainet #110).",
        "kv-cache",
        Code("k = rotate(np.concatenate([past_k, rotate(k, past)], 2), 0)",
             "k = rotate(torch.cat([past_k, rotate(k, past)], 2), 0)"),
        {"the new keys too": rotated_again(True), "those of the past alone": rotated_again(False)},
        ("rope", "past"), 2,
        right=Code("k = np.concatenate([past_k, rotate(k, past)], 2)", "k = torch.cat([past_k, rotate(k, past)], 2)"),
    ),
    Mistake(
        "rope-rates", "the exponent of the rotation is off", "rotate",
        "base^(-2 i / d) for pair i: with i/d, or with all pairs alike, the slow pairs turn too fast.",
        "a 2 lost between counting pairs and counting features.",
        "rope",
        Code("angles = positions * base ** (-pair / d)", "angles = positions * base ** (-pair / d)"),
        {"-i/d": rates(lambda rope, part: rope.base ** (-part / 2)),
         "-4i/d": rates(lambda rope, part: rope.base ** (-part * 2))},
        ("rope", "wide"), 1,
        right=Code("angles = positions * base ** (-2 * pair / d)", "angles = positions * base ** (-2 * pair / d)"),
    ),
    Mistake(
        "alibi-order", "the slopes are given to the heads in reverse", "add_bias",
        "The first head has the steepest slope, 2^(-8/h), and the last one the flattest.",
        "slopes that are sorted.",
        "alibi",
        Code("scores = scores - slopes[::-1] * distance", "scores = scores - slopes.flip(0) * distance"),
        one(slopes(lambda m: m[::-1])), ("alibi",), 2,
        right=Code("scores = scores - slopes * distance", "scores = scores - slopes * distance"),
    ),
    Mistake(
        "alibi-sign", "the linear biases have the wrong sign", "add_bias",
        "Far keys are favoured over near ones.",
        "distances that are negative already, key minus query.",
        "alibi",
        Code("scores = scores + slopes * distance", "scores = scores + slopes * distance"),
        one(slopes(lambda m: -m)), ("alibi",), 2,
        right=Code("scores = scores - slopes * distance", "scores = scores - slopes * distance"),
    ),
    Mistake(
        "alibi-missing", "the linear biases are left out", "add_bias",
        "The scores know nothing of positions.",
        "kernels that take no bias.",
        "alibi",
        Code("scores = scores", "scores = scores"),
        one(put(add_bias=no_slopes)), ("alibi",), 1,
        right=Code("scores = scores - slopes * distance", "scores = scores - slopes * distance"),
    ),
    Mistake(
        "alibi-slopes", "the slopes are others", "add_bias",
        "The slopes are 2^(-8 i/h) for i = 1 ... h where h is a power of two; other numbers of heads take the next "
        "smaller power first.",
        "the formula used for 12 heads, or counted from i = 0.",
        "alibi",
        Code("slopes = 2.0 ** (-8 * np.arange(heads) / heads)", "slopes = 2.0 ** (-8 * torch.arange(heads) / heads)"),
        {"counted from 0": slopes(lambda m: 2.0 ** (-8 * np.arange(len(m)) / len(m))),
         "the formula for every number of heads": slopes(lambda m: 2.0 ** (-8 * np.arange(1, len(m) + 1) / len(m)))},
        ("alibi",), 1,
        right=Code("slopes = 2.0 ** (-8 * np.arange(1, heads + 1) / heads)",
                   "slopes = 2.0 ** (-8 * torch.arange(1, heads + 1) / heads)"),
    ),
    Mistake(
        "alibi-without-past", "distances are counted without the past", "add_bias",
        "The first new token stands behind all past ones, and not at place 1.",
        "caches, where the mask is made for the new tokens alone.",
        "alibi",
        Code("distance = np.abs(i - j)", "distance = (i - j).abs()"),
        one(put(add_bias=from_new_tokens)), ("alibi", "past"), 1,
        right=Code("distance = np.abs(i + past - j)", "distance = (i + past - j).abs()"),
    ),
)  # fmt: skip
