"""Which keys a query may see, as tables of 1 (may attend) and 0 (may not): this polarity everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .axes import Axis, numbered
from .mechanism import Mechanism
from .pictures import Bars, Curves, Matrices
from .primitives import minus
from .step import Array, Step, source
from .trace import Trace


def causal(queries: Axis, keys: Axis, *, bottom_right: bool = False) -> Step:
    """No key after the query's own place. Vaswani et al. 2017, section 3.2.3.

    The first query stands at the first key; or, bottom_right, the last query at the last key, as when a few new tokens
    ask everything that came before them.
    """
    return _visible(queries, keys, _behind(queries, keys, bottom_right) >= 0)


def window(queries: Axis, keys: Axis, width: int, two_sided: bool = False, *, bottom_right: bool = False) -> Step:
    """The `width` keys nearest the query's own place, itself among them. Beltagy, Peters and Cohan 2020.

    They end at the query; or, two_sided, lie on both sides of it (of an even width, one more before than after).
    """
    behind = _behind(queries, keys, bottom_right)
    after = (width - 1) // 2 if two_sided else 0
    return _visible(queries, keys, (behind >= -after) & (behind < width - after))


def around(queries: Axis, keys: Axis, reach: int) -> Step:
    """The keys up to `reach` places from the query's own, or from the last key where the keys end before it."""
    place = np.minimum(np.arange(queries.size), keys.size - 1)
    return _visible(queries, keys, abs(np.subtract.outer(place, np.arange(keys.size))) <= reach)


def _behind(queries: Axis, keys: Axis, bottom_right: bool) -> Array:
    """How many places each key lies behind each query."""
    first = keys.size - queries.size if bottom_right else 0
    return np.subtract.outer(np.arange(queries.size) + first, np.arange(keys.size))


def _visible(queries: Axis, keys: Axis, allowed: Array) -> Step:
    return source("visible", allowed, (queries, keys), symbol="B")


def future_edited(mechanism: Mechanism, trace: Trace, size: float) -> tuple[Step, Step, Step]:
    """The output, the output if the last row of X were (size, -size, size, ...), and what this changes of every row."""
    X, output = np.array(trace["X"].value), trace.output
    X[-1] = size * (-1.0) ** np.arange(X.shape[-1])
    edited = mechanism.again(trace, {"X": X}).output
    after = replace(edited, name="last token edited", symbol=rf"{output.symbol}'")
    return output, after, minus(after, output, name="change", symbol=r"\Delta")


def lost(trace: Trace) -> Array:
    """The weight that lands on padding, for every real query in reading order; `real` is (sentence, token)."""
    real = trace["real"].value
    on_padding = trace["attention weights"].value @ (1 - real)[..., None]
    return np.asarray(on_padding[..., 0][real > 0])


def lost_pictures(without: Trace, masked: Trace, most: int = 24) -> tuple[Bars, Matrices]:
    """How every real query divides its attention between words and padding; and the weights without and with a mask."""
    axes, places = without["real"].axes, np.argwhere(without["real"].value)[:most]
    labels = (", ".join(axis.labels[i] for axis, i in zip(axes, place, strict=True)) for place in places)
    shares = lost(without)[:most]
    series = {"to words": tuple(map(float, 1 - shares)), "lost to padding": tuple(map(float, shares))}
    caption = "Without the mask: where the attention of every word goes."
    bars = Bars(caption, tuple(labels), series, "share of the weight", stacked=True)
    both = (("without the mask", without), ("with the mask", masked))
    tables = tuple(replace(trace["attention weights"], name=name) for name, trace in both)
    return bars, Matrices("The weights, without the mask and with it.", tables)


def cone(visible: Step, layers: int, query: int) -> Step:
    """What one query knows of, layer under layer down to the inputs: 1 at the places from which a path leads to it."""
    sees, here = visible.value > 0, np.arange(visible.size("key")) == query
    rows = [here]
    for _ in range(layers):
        rows.append(sees[rows[-1]].any(axis=0))
    names = (*(f"layer {n}" for n in range(layers, 0, -1)), "inputs")
    return source(f"cone of {visible.axes[0].labels[query]}", rows, (Axis("layer", names), visible.axis("key")), "C")


def pairs(tokens: int, width: int, two_sided: bool) -> float:
    """How many scores a band leaves to compute."""
    axis = numbered("token", tokens)
    return float(window(axis.renamed("query"), axis.renamed("key"), width, two_sided).value.sum())


def saving(tokens: int, width: int, two_sided: bool) -> Curves:
    """Scores to compute as a sentence grows, with and without the window, and where this sentence stands."""
    most = max(16, tokens)
    sizes = sorted({*np.linspace(1, most, 16).astype(int).tolist(), tokens})
    lines = {"without a window": 2 * most, "with the window": width}
    series = {name: tuple(pairs(size, some, two_sided) for size in sizes) for name, some in lines.items()}
    here = {"your sentence": (float(tokens), pairs(tokens, width, two_sided))}
    caption = "Scores to compute as the sentence grows: with a window the line is straight."
    return Curves(caption, tuple(map(float, sizes)), series, "tokens", "scores to compute", here)
