"""Mistakes between scores and weights: along which axis, in which order, and how often softmax is taken."""

from __future__ import annotations

import numpy as np

from attention_core.diagnosis import recipe as right
from attention_core.diagnosis.entry import Code, Mistake, Steps, one, put
from attention_core.diagnosis.recipe import Change, Given, Recipe, changed
from attention_core.engine.step import Array

from .numerics import by_heads


def along(*axes: int) -> Change:
    """The change to softmax along other axes of (batch, head, query, key)."""
    return put(normalise=lambda g, scores, visible: right.softmax(scores, axes))


def none(g: Given, scores: Array, visible: Array | None) -> Array:
    """The scores themselves; a hidden key gets 0."""
    return np.where(np.isneginf(scores), 0.0, scores)


def twice(recipe: Recipe) -> Recipe:
    """Softmax of what softmax gave."""

    def normalise(g: Given, scores: Array, visible: Array | None) -> Array:
        return right.softmax(recipe.normalise(g, scores, visible), -1)

    return changed(recipe, normalise=normalise)


def exponentials(g: Given, scores: Array, visible: Array | None) -> Array:
    """exp(score), not divided by anything."""
    raised: Array = np.exp(scores)
    return raised


def shifted_exponentials(g: Given, scores: Array, visible: Array | None) -> Array:
    """exp(score - largest), not divided by anything."""
    raised: Array = np.exp(scores - scores.max(-1, keepdims=True))
    return raised


def logarithms(g: Given, scores: Array, visible: Array | None) -> Array:
    """The logarithm of softmax."""
    return np.log(right.softmax(scores, -1))


def base_two(g: Given, scores: Array, visible: Array | None) -> Array:
    """2^score over the sum of them."""
    return right.normalise(g, scores * np.log(2), visible)


def sigmoids(g: Given, scores: Array, visible: Array | None) -> Array:
    """1 / (1 + exp(-score)) for every key by itself."""
    return 1 / (1 + np.exp(-scores))


def with_free_slots(slots: float) -> Change:
    """The change to softmax that counts so many further keys of zeros, whose values are zeros too."""

    def normalise(g: Given, scores: Array, visible: Array | None) -> Array:
        top = np.maximum(scores.max(-1, keepdims=True), 0)
        raised = np.exp(scores - top)
        weights: Array = raised / (raised.sum(-1, keepdims=True) + slots * np.exp(-top))
        return weights

    return put(normalise=normalise)


MOST_SLOTS = 1 << 20


def free_slots(g: Given, right: Steps, mine: Steps) -> Change | None:
    """How many keys of zeros take part, by how much less the weights or the outputs are; None where that is no number.

    One alone is the mistake "sink-of-zero".
    """
    if "attention weights" in mine:
        got, wanted = mine["attention weights"], right["attention weights"]
    elif "W_o" not in g.weights and (outputs := by_heads(g, right, mine)) is not None:
        got, wanted = outputs, right["head outputs"]
    else:
        return None
    if got.shape != wanted.shape:
        return None
    share = (got * wanted).sum(-1) / (wanted * wanted).sum(-1)
    slots = np.exp(right["masked scores"]).sum(-1) * (1 / share - 1)
    known = slots[np.isfinite(slots) & (share > 0)]
    found = round(float(np.median(known))) if known.size else 0
    return with_free_slots(found) if 1 < found < MOST_SLOTS else None


def some_free_slots(rng: np.random.Generator) -> Change:
    """So many free slots as a cache or a block may have, at random."""
    return with_free_slots(int(rng.integers(2, 128)))


def bare(g: Given, scores: Array, visible: Array | None) -> Array:
    """exp(score) over the sum of them in the precision of the numbers, with nothing taken away first."""
    raised = np.exp(scores.astype(g.precision))
    weights = (raised / raised.sum(-1, keepdims=True)).astype(float)
    return weights if visible is None else np.where(np.isneginf(scores).all(-1, keepdims=True), 0.0, weights)


def started_at(number: float) -> Change:
    """The largest score so far starts from a finite number, before the scale: rows far below it add up to 0."""

    def normalise(g: Given, scores: Array, visible: Array | None) -> Array:
        top = np.maximum(scores.max(-1, keepdims=True), number * g.factor / g.temperature)
        raised = np.exp(scores - top)
        total = raised.sum(-1, keepdims=True)
        weights: Array = np.divide(raised, total, out=np.zeros_like(raised), where=total > 0)
        return weights

    return put(normalise=normalise)


MISTAKES = (
    Mistake(
        "softmax-over-queries", "softmax runs along the queries", "normalise",
        "The weights of each key add up to 1 over the queries; those of a query add up to anything.",
        "softmax with dim=1 or dim=-2 (annotated_deep_learning_paper_implementations #146, vision-transformer #1).",
        "why-softmax",
        Code("weights = softmax(scores, axis=-2)", "weights = scores.softmax(dim=-2)"),
        one(along(-2)), (), 3,
    ),
    Mistake(
        "softmax-over-all", "softmax runs over queries and keys at once", "normalise",
        "All weights of a head add up to 1 together, so the outputs of all queries shrink.",
        "scores that were flattened first.",
        "why-softmax",
        Code("weights = softmax(scores, axis=(-2, -1))", "weights = scores.flatten(-2).softmax(-1).view_as(scores)"),
        one(along(-2, -1)), (), 2,
    ),
    Mistake(
        "softmax-over-heads", "softmax runs along the heads", "normalise",
        "The heads share out each pair of query and key among themselves, in place of each query its keys.",
        "dim=1 on (batch, head, query, key), which was right on (batch, query, key) without heads (fastNLP #254).",
        "multi-head-attention",
        Code("weights = softmax(scores, axis=1)", "weights = scores.softmax(dim=1)"),
        one(along(1)), ("heads",), 2,
    ),
    Mistake(
        "softmax-over-batch", "softmax runs along the batch", "normalise",
        "The sequences of a batch share out the weight among themselves; alone in its batch every weight is 1.",
        "softmax without a dimension, or with dim=0 (PyTorch-NLP #2).",
        "why-softmax",
        Code("weights = softmax(scores, axis=0)", "weights = scores.softmax(dim=0)"),
        one(along(0)), ("batch",), 1,
    ),
    Mistake(
        "no-softmax", "there is no softmax", "normalise",
        "The scores themselves are the weights: they may be below 0, and add up to anything.",
        "linear attention tried out by leaving a line away.",
        "why-softmax",
        Code("weights = np.where(np.isneginf(scores), 0, scores)",
             "weights = scores.masked_fill(scores.isneginf(), 0)"),
        one(put(normalise=none)), (), 2,
    ),
    Mistake(
        "softmax-twice", "softmax is taken twice", "normalise",
        "Softmax of weights, which lie between 0 and 1, is nearly even.",
        "a module that ends in softmax, used inside one that takes it again.",
        "why-softmax",
        Code("weights = softmax(softmax(scores, axis=-1), axis=-1)",
             "weights = scores.softmax(dim=-1).softmax(dim=-1)"),
        one(twice), (), 2,
    ),
    Mistake(
        "not-normalised", "the exponentials are not divided by their sum", "normalise",
        "The weights of a query do not add up to 1.",
        "online softmax whose last division is missing.",
        "flash-online-softmax",
        Code("weights = np.exp(scores)", "weights = scores.exp()"),
        {"": put(normalise=exponentials), "after the largest is taken away": put(normalise=shifted_exponentials)},
        (), 2,
    ),
    Mistake(
        "log-softmax", "the logarithms of the weights are used", "normalise",
        "log_softmax gives numbers below 0, which are no weights.",
        "log_softmax, taken from a loss function next door.",
        "why-softmax",
        Code("weights = np.log(softmax(scores, axis=-1))", "weights = scores.log_softmax(dim=-1)"),
        one(put(normalise=logarithms)), (), 1,
    ),
    Mistake(
        "softmax-base-two", "2 is raised to the scores and not e", "normalise",
        "2^x without the factor 1/ln 2 in the scale makes the weights too even.",
        "kernels with exp2, where log2(e) belongs into the scale (sgl-kernel-xpu #491 says how).",
        "flash-online-softmax",
        Code("weights = softmax(scores * np.log(2), axis=-1)", "weights = (scores * math.log(2)).softmax(dim=-1)"),
        one(put(normalise=base_two)), (), 1,
    ),
    Mistake(
        "sigmoid", "each key has a sigmoid of its own", "normalise",
        "The keys do not compete: each weight is between 0 and 1 by itself, and they do not add up to 1.",
        "gates taken for attention.",
        "why-softmax",
        Code("weights = 1 / (1 + np.exp(-scores))", "weights = scores.sigmoid()"),
        one(put(normalise=sigmoids)), (), 1,
    ),
    Mistake(
        "sink-of-zero", "a key of zeros is attended to as well", "normalise",
        "One more score of 0 takes part in softmax, so that the weights of the keys add up to less than 1.",
        "add_zero_attn=True of nn.MultiheadAttention, and softmax with 1 added below the line.",
        "attention-sink",
        Code(
            "weights = np.exp(scores) / (1 + np.exp(scores).sum(-1, keepdims=True))",
            "weights = scores.exp() / (1 + scores.exp().sum(-1, keepdim=True))",
        ),
        one(with_free_slots(1)), (), 1,
    ),
    Mistake(
        "free-slots", "keys of zeros that nobody wrote are attended to", "normalise",
        "A cache is made for more keys than there are, or a block is filled up with zeros: each free slot has a score "
        "of 0, and takes its share of softmax.",
        "static caches whose mask is too short or too long (transformers #30400, #45940), and kernels whose last block "
        "is not full (jax #27224).",
        "kv-cache",
        Code(
            "free = -k.shape[2] % 16  # the last block is not full\n"
            "weights = np.exp(scores) / (free + np.exp(scores).sum(-1, keepdims=True))",
            "free = -k.shape[2] % 16  # the last block is not full\n"
            "weights = scores.exp() / (free + scores.exp().sum(-1, keepdim=True))",
        ),
        {}, (), 2, fit=free_slots, drawn=some_free_slots,
    ),
    Mistake(
        "max-from-finite", "the largest score starts from a finite number", "normalise",
        "Where all scores of a query are far below the number that stands for minus infinity, every exponential is 0, "
        "and so is the output.",
        "kernels of online softmax that start at -5e4 (flashinfer #4267), or at 0 after a block that is hidden "
        "(flash-attention #2082).",
        "flash-online-softmax",
        Code("top = np.maximum(scores.max(-1, keepdims=True), 0)", "top = scores.amax(-1, True).clamp(min=0)"),
        {"0": started_at(0.0), "-50000": started_at(-5e4)}, ("far",), 1,
        right=Code("top = scores.max(-1, keepdims=True)", "top = scores.amax(-1, True)"),
    ),
    Mistake(
        "no-max-shift", "the exponentials overflow", "normalise",
        "exp of a large score is infinite, and infinity over infinity is not a number: the largest score has to be "
        "taken away first.",
        "softmax written by hand in single or half precision.",
        "flash-online-softmax",
        Code(
            "weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)",
            "weights = scores.exp() / scores.exp().sum(-1, keepdim=True)",
        ),
        one(put(normalise=bare)), ("large",), 2,
    ),
)  # fmt: skip
