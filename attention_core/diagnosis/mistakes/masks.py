"""Mistakes with masks: their meaning, their place in the order of steps, their alignment, queries without keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from attention_core.diagnosis import recipe as right
from attention_core.diagnosis.entry import Code, Mistake, one, put
from attention_core.diagnosis.recipe import QKV, Change, Given, Part, Recipe, changed
from attention_core.engine.step import Array

# --- what marks mean --------------------------------------------------------------------------------------------------


def inverted(recipe: Recipe) -> Recipe:
    """The marks the other way round, before they meet the causal mask."""

    def marks(g: Given) -> Array | None:
        found = recipe.marks(g)
        return None if found is None else ~found

    return changed(recipe, marks=marks)


def all_inverted(recipe: Recipe) -> Recipe:
    """Everything the other way round: hidden is visible."""

    def mask(g: Given, scores: Array, visible: Array | None) -> Array:
        return scores if visible is None else recipe.mask(g, scores, ~visible)

    return changed(recipe, mask=mask)


def added(visible_gets: float, hidden_gets: float) -> Change:
    """Numbers are added to the scores, and nothing is hidden."""

    def mask(g: Given, scores: Array, visible: Array | None) -> Array:
        return scores if visible is None else scores + np.where(visible, visible_gets, hidden_gets)

    return put(mask=mask)


def filled(number: float) -> Change:
    """Hidden scores become this number."""

    def mask(g: Given, scores: Array, visible: Array | None) -> Array:
        return scores if visible is None else np.where(visible, scores, number)

    return put(mask=mask)


def after_softmax(recipe: Recipe) -> Recipe:
    """The weights of hidden keys become 0, and the others stay as they are."""

    def finish(g: Given, weights: Array, visible: Array | None) -> Array:
        hidden: Array = recipe.finish(g, weights if visible is None else weights * visible, visible)
        return hidden

    return changed(recipe, mask=lambda g, scores, visible: scores, finish=finish)


def nothing(g: Given) -> None:
    """No limit."""
    return


def padding_zeroed(recipe: Recipe) -> Recipe:
    """Keys and values of padding become 0, and take part."""

    def recall(g: Given, q: Array, k: Array, v: Array) -> QKV:
        q, k, v = recipe.recall(g, q, k, v)
        if g.marks is None or g.marks.shape[-2] != 1:
            raise ValueError("the mask is not one of keys alone")
        real = g.marks.swapaxes(-1, -2)
        return q, k * real, v * real

    return changed(recipe, recall=recall, marks=nothing)


# --- which keys -------------------------------------------------------------------------------------------------------


def transposed(g: Given) -> Array:
    """The mask with queries and keys exchanged; one of keys alone lies along the queries then."""
    if g.marks is None or g.queries != g.keys:
        raise ValueError("there is no mask of this shape")
    return g.row(g.marks.swapaxes(-1, -2))


def first_sequence(g: Given) -> Array | None:
    """The mask of the first sequence for all."""
    return None if g.marks is None else g.row(g.marks[:1])


def either(recipe: Recipe) -> Recipe:
    """What the mask or causality leaves visible."""

    def window(g: Given) -> Array:
        one, other = recipe.marks(g), recipe.window(g)
        if one is None or other is None:
            raise ValueError("there are no two limits")
        both: Array = one | other
        return both

    return changed(recipe, marks=nothing, window=window)


def heads_first(g: Given) -> Array | None:
    """Masks repeated in the order of the batch, where the scores are in the order of batch, then head."""
    if g.marks is None or g.marks.shape[1] != 1:
        return right.marks(g)
    batch = g.inputs[0].shape[0]
    order = (np.arange(batch)[:, None] * g.heads + np.arange(g.heads)) % batch
    marks = np.broadcast_to(g.marks, (batch, *g.marks.shape[1:]))
    return g.row(marks[order][:, :, 0])


def sequence_for_head(g: Given) -> Array:
    """The mask of sequence i for head i of keys and values, in all sequences."""
    if g.marks is None or g.marks.shape[1] != 1 or g.marks.shape[0] != g.kv_heads:
        raise ValueError("there are not as many masks as heads of keys")
    return g.row(np.repeat(g.marks[:, 0], g.heads // g.kv_heads, axis=0)[None])


def shifted_by(by: int) -> Part:
    """The right edge of what a query sees moves by so many keys; the left one stays."""

    def window(g: Given) -> Array | None:
        left, after = right.reach(g)
        return None if after < 0 else right.near(g, g.shift + by, max(left + by, 0) if left >= 0 else left, after)

    return window


def wider(by: int) -> Change:
    """The window is longer or shorter to the left."""

    def window(g: Given) -> Array | None:
        left, after = right.reach(g)
        return right.near(g, g.shift, max(left + by, 0) if left >= 0 else left, after)

    return put(window=window)


def reversed_order(g: Given) -> Array | None:
    """Keys from the query's own place on, in place of those up to it."""
    return right.near(g, g.shift, 0, -1) if g.causal else right.window(g)


def later_alone(g: Given) -> Array | None:
    """Keys after the query's own place, which are those that should be hidden."""
    return right.near(g, g.shift + 1, 0, -1) if g.causal else right.window(g)


def aligned(where: str) -> Change:
    """The causal mask begins in the top left corner, or ends in the bottom right one."""

    def shift(g: Given) -> Any:
        return 0 if where == "top left" else g.keys - g.queries

    return put(window=lambda g: right.near(g, shift(g), *right.reach(g)))


# --- queries without keys ---------------------------------------------------------------------------------------------


def empty_not_a_number(g: Given, scores: Array, visible: Array | None) -> Array:
    """Softmax of minus infinities alone is 0/0."""
    return right.softmax(scores, -1)


def empty_mean(g: Given, scores: Array, visible: Array | None) -> Array:
    """Softmax of equal numbers is even."""
    return right.softmax(np.where(np.isneginf(scores).all(-1, keepdims=True), 0.0, scores), -1)


def empty_open(recipe: Recipe) -> Recipe:
    """A query to which all keys are hidden sees all of them."""

    def mask(g: Given, scores: Array, visible: Array | None) -> Array:
        found: Array = recipe.mask(g, scores, visible)
        return np.where(np.isneginf(found).all(-1, keepdims=True), scores, found)

    return changed(recipe, mask=mask)


EMPTY = {"0": right.normalise, "not a number": empty_not_a_number, "the mean of all values": empty_mean}

# --- the bias ---------------------------------------------------------------------------------------------------------


def bias_before_scale(recipe: Recipe) -> Recipe:
    """The bias is added first, and scaled with the scores."""
    return changed(
        recipe,
        scale=lambda g, scores: recipe.scale(g, recipe.add_bias(g, scores)),
        add_bias=lambda g, scores: scores,
    )


def bias_missing(g: Given, scores: Array) -> Array:
    """Only the linear biases are added."""
    return right.add_bias(replace(g, bias=None), scores)


def bias_subtracted(g: Given, scores: Array) -> Array:
    """The bias is taken away."""
    return right.add_bias(g if g.bias is None else replace(g, bias=-g.bias), scores)


MISTAKES = (
    Mistake(
        "mask-inverted", "the mask is read the other way round", "marks",
        "True marks a key that may be seen in one library and a key that is hidden in the other: what should be "
        "hidden is all that is seen.",
        "key_padding_mask of nn.MultiheadAttention against attn_mask of scaled_dot_product_attention.",
        "padding-mask",
        Code("visible = ~attn_mask", "visible = ~attn_mask"),
        {"": inverted, "the causal mask too": all_inverted}, ("mask",), 3,
    ),
    Mistake(
        "mask-added-as-ones", "the mask is added as 0 and 1", "mask",
        "1 is added to the scores of some keys and 0 to the others: the weights shift a little and nothing is hidden.",
        "a mask of 0 and 1 given where numbers to add are expected (transformers #205, pytorch #136816).",
        "padding-mask",
        Code("scores = scores + visible", "scores = scores + visible"),
        {"1 for visible keys": added(1.0, 0.0), "1 for hidden keys": added(0.0, 1.0)}, ("limits",), 3,
    ),
    Mistake(
        "mask-multiplied", "hidden scores become 0", "mask",
        "A score of 0 is a score like others: exp(0) is 1, and hidden keys keep their weight.",
        "scores * mask (good-features #1), -1e-9 in place of -1e9 (RibonanzaNet #5), finfo.tiny in place of finfo.min "
        "(hyunwoongko/transformer #10).",
        "padding-mask",
        Code("scores = scores * visible", "scores = scores * visible"),
        one(filled(0.0)), ("limits",), 3,
    ),
    Mistake(
        "mask-after-softmax", "the mask comes after softmax", "finish",
        "The weights of hidden keys become 0, and those of the others no longer add up to 1.",
        "the first idea of many (transformers #12109 asks why not).",
        "causal-mask",
        Code("weights = weights * visible", "weights = weights * visible"),
        one(after_softmax), ("limits",), 3,
        right=Code("scores = np.where(visible, scores, -np.inf)  # before softmax",
                   "scores = scores.masked_fill(~visible, -math.inf)  # before softmax"),
    ),
    Mistake(
        "mask-too-small", "hidden keys get a number that is too small", "mask",
        "A finite number hides a key only as far as it is below the scores: some weight leaks through.",
        "numbers chosen for half precision, and scores that grew since.",
        "padding-mask",
        Code("scores = np.where(visible, scores, -1)", "scores = scores.masked_fill(~visible, -1)"),
        {f"{number:g} {how}": (filled(number) if how == "in their place" else added(0.0, number))
         for number in (-1.0, -2.0, -5.0, -10.0) for how in ("in their place", "added")},
        ("limits",), 2,
    ),
    Mistake(
        "mask-missing", "the mask is ignored", "marks",
        "Keys that the mask hides are seen.",
        "paths that take a causal flag or a mask, and drop the mask where both are given.",
        "padding-mask",
        Code("visible = True", "visible = None"),
        one(put(marks=nothing)), ("mask",), 3,
    ),
    Mistake(
        "mask-or-causal", "a key is visible by the mask or by causality", "window",
        "Two limits have to hold at once: joined by “or”, each opens what the other one hides.",
        "marks of what is hidden, joined by “and” where “or” is meant (local-attention #5).",
        "padding-mask",
        Code("visible = attn_mask | (j <= i + past)", "visible = attn_mask | (j <= i + past)"),
        one(either), ("mask", "causal"), 2,
        right=Code("visible = attn_mask & (j <= i + past)", "visible = attn_mask & (j <= i + past)"),
    ),
    Mistake(
        "causal-missing", "causality is ignored", "window",
        "Queries see the tokens after their own.",
        "a causal flag that is dropped where a mask is given; encoders reused as decoders.",
        "causal-mask",
        Code("visible = True", "visible = None"),
        one(put(window=nothing)), ("near",), 3,
    ),
    Mistake(
        "causal-off-by-one", "the causal mask is off by one", "window",
        "The edge of the mask lies one key beside the query's own place.",
        "triu and tril with another diagonal, and < where <= is meant.",
        "causal-mask",
        Code("visible = j < i + past", "visible = j < i + past"),
        {"the next key is visible": put(window=shifted_by(1))}
        | {f"the own key is hidden, a query without keys gets {name}": put(window=shifted_by(-1), normalise=part)
           for name, part in EMPTY.items()},
        ("causal",), 3,
    ),
    Mistake(
        "causal-reversed", "the causal mask hides the past", "window",
        "Queries see their own and later tokens in place of earlier ones.",
        "triu in place of tril, or a mask of hidden keys read as one of visible keys (LLMs-from-scratch #1061).",
        "causal-mask",
        Code("visible = j >= i + past", "visible = j >= i + past"),
        {"": put(window=reversed_order)}
        | {f"the own key is hidden too, a query without keys gets {name}": put(window=later_alone, normalise=part)
           for name, part in EMPTY.items()},
        ("causal",), 2,
    ),
    Mistake(
        "causal-aligned", "the causal mask is aligned to another corner", "window",
        "With fewer queries than keys the first query stands either at the first key (top left) or so that the last "
        "query stands at the last key (bottom right); libraries differ.",
        "is_causal of PyTorch (top left) against flash-attention and MLX (bottom right): pytorch #103082, mlx #2835, "
        "executorch #22426.",
        "kv-cache",
        Code("visible = j <= i", "visible = j <= i"),
        {"top left": aligned("top left"), "bottom right": aligned("bottom right")}, ("cross", "causal"), 3,
    ),
    Mistake(
        "window-off-by-one", "the window is off by one", "window",
        "The window counts the query's own token in one library and leaves it out in another.",
        "sliding_window of transformers against window_size of flash-attention (transformers #39408, onnxruntime "
        "#25927, Megatron-Bridge #2656).",
        "sliding-window",
        Code("visible = (j <= i) & (j >= i - window - 1)", "visible = (j <= i) & (j >= i - window - 1)"),
        {"one key more": wider(1), "one key fewer": wider(-1)}, ("window",), 2,
        right=Code("visible = (j <= i) & (j >= i - window)", "visible = (j <= i) & (j >= i - window)"),
    ),
    Mistake(
        "padding-on-queries", "the padding mask hides queries and not keys", "marks",
        "The mask lies along the wrong axis: padding is still seen by all, and queries that are padding see nothing.",
        "unsqueeze(3) where unsqueeze(2) is meant (pytorch-seq2seq #96).",
        "padding-mask",
        Code("visible = real[:, None, :, None]", "visible = real[:, None, :, None]"),
        {f"a query without keys gets {name}": put(marks=transposed, normalise=part) for name, part in EMPTY.items()},
        ("padding", "square"), 2,
        right=Code("visible = real[:, None, None, :]", "visible = real[:, None, None, :]"),
    ),
    Mistake(
        "mask-transposed", "the mask is transposed", "marks",
        "What query i may see of key j is read where j asks for i.",
        "masks built as (key, query).",
        "causal-mask",
        Code("visible = attn_mask.swapaxes(-1, -2)", "visible = attn_mask.transpose(-1, -2)"),
        one(put(marks=transposed)), ("table", "square"), 1,
    ),
    Mistake(
        "mask-of-first-sequence", "all sequences have the mask of the first", "marks",
        "The lengths of the other sequences in the batch are ignored.",
        "attn_mask[0], and masks that were made once for a batch.",
        "padding-mask",
        Code("visible = attn_mask[:1]", "visible = attn_mask[:1]"),
        one(put(marks=first_sequence)), ("sequences", "batch"), 1,
    ),
    Mistake(
        "mask-heads-first", "masks are repeated in the wrong order for the heads", "marks",
        "Scores lie as sequence 1 head 1, sequence 1 head 2, and masks as sequence 1, sequence 2: most heads get the "
        "mask of another sequence.",
        "repeat where repeat_interleave is meant (attention-is-all-you-need-keras #36), and masks that lack an axis of "
        "grouped scores (mlx-lm #1903).",
        "masked-multi-head-attention",
        Code("visible = np.tile(attn_mask, (heads, 1, 1, 1))", "visible = attn_mask.repeat(heads, 1, 1, 1)"),
        {"": put(marks=heads_first), "that of sequence i for head i": put(marks=sequence_for_head)},
        ("sequences", "batch", "heads"), 1,
        right=Code("visible = np.repeat(attn_mask, heads, axis=0)", "visible = attn_mask.repeat_interleave(heads, 0)"),
    ),
    Mistake(
        "padding-zeroed", "padding is set to 0 and not hidden", "marks",
        "Keys of 0 have a score of 0, which is a score like others, and their values of 0 pull the output to 0.",
        "inputs that are multiplied by the mask before the layer.",
        "padding-mask",
        Code("k, v = k * real, v * real", "k, v = k * real, v * real"),
        one(padding_zeroed), ("padding",), 2,
        right=Code("visible = real[:, None, None, :]", "visible = real[:, None, None, :]"),
    ),
    Mistake(
        "empty-query", "a query without a visible key is not given 0", "normalise",
        "Where all keys are hidden there is nothing to attend to; the operator's output there is 0.",
        "softmax of minus infinities alone, 0/0 (pytorch #103963), or of equal finite numbers (onnxruntime #28958).",
        "padding-mask",
        Code("weights = softmax(scores, axis=-1)", "weights = scores.softmax(dim=-1)"),
        {"not a number": put(normalise=empty_not_a_number), "the mean of all values": put(normalise=empty_mean),
         "as without a mask": empty_open},
        ("empty",), 2,
        right=Code("weights = np.nan_to_num(softmax(scores, axis=-1))",
                   "weights = scores.softmax(dim=-1).nan_to_num()"),
    ),
    Mistake(
        "bias-missing", "the numbers of the mask are not added", "add_bias",
        "The bias is left out of the scores.",
        "paths that take booleans and read every other number as True.",
        "alibi",
        Code("scores = scores", "scores = scores"),
        one(put(add_bias=bias_missing)), ("bias",), 2,
    ),
    Mistake(
        "bias-subtracted", "the numbers of the mask are taken away", "add_bias",
        "The bias has the wrong sign: keys that should be favoured are held back.",
        "a penalty that was already negative.",
        "alibi",
        Code("scores = scores - bias", "scores = scores - bias"),
        one(put(add_bias=bias_subtracted)), ("bias",), 1,
    ),
    Mistake(
        "bias-before-scale", "the bias is scaled with the scores", "add_bias",
        "The bias is added before the scale, and so is smaller than it should be.",
        "kernels that apply the scale last.",
        "alibi",
        Code("scores = (q @ k.swapaxes(-1, -2) + bias) / np.sqrt(d)",
             "scores = (q @ k.transpose(-1, -2) + bias) / math.sqrt(d)"),
        one(bias_before_scale), ("any bias", "wide"), 2,
        right=Code("scores = q @ k.swapaxes(-1, -2) / np.sqrt(d) + bias",
                   "scores = q @ k.transpose(-1, -2) / math.sqrt(d) + bias"),
    ),
)  # fmt: skip
