"""Mistakes with precision and with chance: half precision on the way, dropout left on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from attention_core.diagnosis.entry import Code, Mistake, Steps, put
from attention_core.diagnosis.recipe import QKV, Change, Given, Recipe, changed
from attention_core.engine.step import Array
from attention_core.operator.attributes import rounding

HALF, BFLOAT = 10, 16  # the numbers ONNX has for float16 and bfloat16


def rounded(x: Array, code: int) -> Array:
    """The numbers as a short format holds them; what is too large for it is infinite."""
    return x.astype(np.float16).astype(float) if code == HALF else rounding(code, x).astype(float)


def inputs_rounded(code: int) -> Change:
    """Queries, keys and values are rounded, and the rest is not."""

    def change(recipe: Recipe) -> Recipe:
        def share(g: Given, q: Array, k: Array, v: Array) -> QKV:
            q, k, v = (rounded(x, code) for x in (q, k, v))
            qkv: QKV = recipe.share(g, q, k, v)
            return qkv

        return changed(recipe, share=share)

    return change


def all_rounded(code: int) -> Change:
    """Every step is rounded."""

    def change(recipe: Recipe) -> Recipe:
        first = inputs_rounded(code)(recipe)
        return changed(
            first,
            score=lambda g, q, k: rounded(recipe.score(g, q, k), code),
            scale=lambda g, scores: rounded(recipe.scale(g, scores), code),
            finish=lambda g, weights, visible: rounded(recipe.finish(g, weights, visible), code),
            mix=lambda g, weights, v: rounded(recipe.mix(g, weights, v), code),
        )

    return change


# --- dropout ----------------------------------------------------------------------------------------------------------

MOST_KEYS = 10  # of whose subsets all are tried
MOST_WORK = 50_000_000  # multiplications
LEAST_TIMES = 1.001  # what is kept grows by 1/(1-p); where nothing grows, something else made weights 0
_CANDIDATES = 12


def dropout(g: Given, right: Steps, mine: Steps) -> Change | None:
    """Which weights are 0 and by what the others are multiplied; None where that explains nothing."""
    weights = right["attention weights"]
    if "attention weights" in mine:
        kept = _kept(mine["attention weights"], weights)
    elif "W_o" in g.weights or np.finfo(g.precision).eps > 1e-5:
        return None
    else:
        kept = _kept_by_output(g, right, mine)
    if kept is None:
        return None
    return lambda recipe: changed(
        recipe, finish=lambda g, weights, visible: recipe.finish(g, weights, visible) * g.row(kept)
    )


def dropped(rng: np.random.Generator) -> Change:
    """Some weights and a share, at random."""
    share = float(rng.choice([0.1, 0.2, 0.3, 0.5]))
    seed = int(rng.integers(1 << 30))

    def finish(g: Given, weights: Array, visible: Array | None) -> Array:
        kept = np.random.default_rng(seed).random(weights.shape) >= share
        return (weights * kept / (1 - share)).astype(weights.dtype)

    return put(finish=finish)


def _kept(mine: Array, weights: Array) -> Array | None:
    """0 or 1/(1-p) for every weight."""
    if mine.shape != weights.shape:
        return None
    some = (mine > 0) & (weights > 0)
    if not some.any():
        return None
    times = float(np.median(mine[some] / weights[some]))
    return np.where(mine > 0, times, 0.0) if times > LEAST_TIMES else None


def _kept_by_output(g: Given, right: Steps, mine: Steps) -> Array | None:
    """The same from the outputs alone: of each row the subset of keys whose values, added up, give it."""
    weights, values = right["attention weights"], right["values as met"]
    outputs = by_heads(g, right, mine)
    if outputs is None or weights.shape[-1] > MOST_KEYS or values.shape[-1] < 2 or not np.isfinite(outputs).all():
        return None
    if weights.size * 2 ** weights.shape[-1] * values.shape[-1] > MOST_WORK:
        return None
    subsets = np.array([*product((0.0, 1.0), repeat=weights.shape[-1])])
    rows = [np.ndindex(weights.shape[:-1])]
    places = [place for each in rows for place in each]
    sums = {place: (subsets * weights[place]) @ values[place[:2]] for place in places}
    tolerance = 64 * np.finfo(g.precision).eps * (1 + np.abs(values).max())
    filled = [place for place in places if np.abs(outputs[place]).max() > tolerance]
    if not filled:
        return np.zeros_like(weights)
    for times in _factors(sums[filled[0]], outputs[filled[0]]):
        found = _subsets(times, sums, outputs, tolerance * times)
        if found is not None:
            return subsets[found].reshape(weights.shape) * times
    return None


def by_heads(g: Given, right: Steps, mine: Steps) -> Array | None:
    """What each head gave, of claims without a projection after them; None where the output is not claimed."""
    if "head outputs" in mine:
        return mine["head outputs"]
    found = mine.get("output")
    if found is None or not g.out_merged:
        return found
    wanted = right["head outputs"].shape
    return found.reshape(wanted[0], wanted[2], wanted[1], wanted[3]).swapaxes(1, 2)


def _factors(sums: Array, output: Array) -> Iterator[float]:
    """By what the sums of one row may have been multiplied, the most exact first."""
    size = (sums * sums).sum(-1)
    times = (sums @ output) / np.where(size > 0, size, 1)
    off = np.abs(sums * times[:, None] - output).max(-1)
    larger = times > LEAST_TIMES
    good = np.argsort(np.where(larger, off, np.inf), kind="stable")[:_CANDIDATES]
    return (float(times[n]) for n in good if larger[n])


def _subsets(times: float, sums: dict[tuple[int, ...], Array], outputs: Array, tolerance: float) -> Array | None:
    """The number of the subset of each row, where every row has one."""
    found = []
    for place, each in sums.items():
        off = np.abs(each * times - outputs[place]).max(-1)
        best = int(off.argmin())
        if off[best] > tolerance:
            return None
        found.append(best)
    return np.array(found)


_SHORT = Code(
    "q, k, v = (x.astype(np.float16).astype(x.dtype) for x in (q, k, v))",
    "q, k, v = (x.half().to(x.dtype) for x in (q, k, v))",
)

MISTAKES = (
    Mistake(
        "half-precision", "it was computed in half precision", "share",
        "The numbers agree as far as half precision goes and no further: something on the way has 3 decimal digits.",
        "autocast, and kernels that add up in the precision of their inputs.",
        "flash-online-softmax",
        _SHORT,
        {"queries, keys and values rounded": inputs_rounded(HALF), "every step rounded": all_rounded(HALF),
         "rounded somewhere": lambda recipe: recipe},
        ("not half",), 2, right=Code("q, k, v = q, k, v", "q, k, v = q, k, v"), precision="float16",
    ),
    Mistake(
        "bfloat16", "it was computed in bfloat16", "share",
        "The numbers agree as far as bfloat16 goes and no further: something on the way has 2 decimal digits.",
        "autocast, and weights that were stored so.",
        "flash-online-softmax",
        Code("q, k, v = (x.astype(bfloat16).astype(x.dtype) for x in (q, k, v))",
             "q, k, v = (x.bfloat16().to(x.dtype) for x in (q, k, v))"),
        {"queries, keys and values rounded": inputs_rounded(BFLOAT), "every step rounded": all_rounded(BFLOAT)},
        ("not half",), 1, right=Code("q, k, v = q, k, v", "q, k, v = q, k, v"), precision="bfloat16",
    ),
    Mistake(
        "dropout", "dropout is still on", "finish",
        "Some weights are 0 and the others are multiplied by 1/(1-p): dropout belongs to training alone.",
        "dropout_p of scaled_dot_product_attention, which knows no eval() (pytorch #124464, bark #662, vjepa2 #160).",
        "scaled-dot-product-attention",
        Code("weights = weights * kept / (1 - p)", "weights = torch.dropout(weights, p, train=True)"),
        {}, (), 3, fit=dropout, drawn=dropped,
    ),
)  # fmt: skip
