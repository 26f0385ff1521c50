"""A row of attention read tile by tile: what is remembered from one tile to the next, and pictures of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attention_core.engine.ops import (
    add,
    concat,
    contract,
    divide,
    exp,
    largest,
    log,
    scale,
    softmax,
    subtract,
    sum_over,
    take,
)
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Bars, Curves


@dataclass(frozen=True)
class Seen:
    """All that is kept of the tiles read so far: the largest score, the sum of exponentials, the weighted values."""

    maximum: Step
    normaliser: Step
    weighted: Step


def read_tile(seen: Seen | None, q: Step, K: Step, V: Step, t: int) -> Seen:
    """One tile more. K and V are its rows; t: its number, for the names. Milakov and Gimelshein 2018, algorithm 3."""

    def called(name: str, symbol: str) -> dict[str, str]:
        return {"name": f"tile {t}/{name}", "symbol": f"{symbol}^{{({t})}}"}

    scores = scale(contract(q, K, over="feature"), q.size("feature") ** -0.5, **called("scores", "s"))
    known = concat(seen.maximum, scores, along="key") if seen else scores
    maximum = largest(known, "key", **called("running maximum", "m"))
    if not seen:
        raised = exp(subtract(scores, maximum), **called("exponentials", "p"))
        normaliser = sum_over(raised, over="key", **called("normaliser", r"\ell"))
        return Seen(maximum, normaliser, contract(raised, V, over="key", **called("weighted values", "a")))
    shrink = exp(subtract(seen.maximum, maximum), **called("correction", r"\gamma"))
    raised = exp(subtract(scores, maximum), **called("exponentials", "p"))
    kept = contract(shrink, seen.normaliser)
    new = sum_over(raised, over="key")
    normaliser = add(kept, new, **called("normaliser", r"\ell"))
    kept = contract(shrink, seen.weighted)
    new = contract(raised, V, over="key")
    return Seen(maximum, normaliser, add(kept, new, **called("weighted values", "a")))


def one_pass(q: Step, K: Step, V: Step, starts: Sequence[int], size: int) -> tuple[Step, ...]:
    """The output after each tile but the last; log-sum-exp and output after the last. Dao et al. 2022, algorithm 1."""
    seen: Seen | None = None
    steps = []
    for t, start in enumerate(starts, 1):
        rows, values = (take(x, "key", start, start + size) for x in (K, V))
        seen = read_tile(seen, q, rows, values, t)
        if t < len(starts):
            called = {"name": f"tile {t}/output so far", "symbol": f"o^{{({t})}}"}
            steps.append(divide(seen.weighted, seen.normaliser, **called))
    assert seen
    whole = add(seen.maximum, log(seen.normaliser), name="log-sum-exp", symbol="L")
    return *steps, whole, divide(seen.weighted, seen.normaliser, name="output", symbol="O")


def _values(trace: Trace, topic: str) -> list[Any]:
    return [step.value for step in trace if step.base_name == topic]


def rescaling(trace: Trace) -> Bars:
    """The normaliser after each tile: what was kept, what the tile added, what a larger maximum took away."""
    after = [float(value) for value in _values(trace, "normaliser")]
    new = [float(value.sum()) for value in _values(trace, "exponentials")]
    kept = [0.0, *(float(c) * before for c, before in zip(_values(trace, "correction"), after, strict=False))]
    gone = [before - rest for before, rest in zip([0.0, *after], kept, strict=False)]
    tops = _values(trace, "running maximum")
    labels = tuple(f"tile {t}<br>maximum {top:.2f}" for t, top in enumerate(tops, 1))
    series = {"kept from before": tuple(kept), "added by this tile": tuple(new), "shrunk away": tuple(gone)}
    caption = "The normaliser, tile by tile. When a larger score arrives, what is there already shrinks."
    return Bars(caption, labels, series, "sum of exponentials", stacked=True)


def progress(trace: Trace, most: int = 4) -> Bars:
    """The output so far after each tile, and the output of a softmax over everything at once."""
    found = [*_values(trace, "output so far"), trace.output.value, plain(trace)]
    names = (*(f"after tile {t}" for t in range(1, len(found))), "all at once")
    series = {f"value {c + 1}": tuple(float(row[c]) for row in found) for c in range(min(most, len(found[0])))}
    return Bars("The output so far, and softmax attention to all keys at once.", names, series, "output")


def plain(trace: Trace) -> Any:
    """The same output with all scores in memory together."""
    q, K, V = (trace[name] for name in ("q", "K", "V"))
    scores = scale(contract(q, K, over="feature"), q.size("feature") ** -0.5)
    return contract(softmax(scores, along="key"), V, over="key").value


def held(keys: int, tile: int) -> Curves:
    """How many scores of one query are in memory together, over the length of the text."""
    lengths = tuple(float(2**n) for n in range(17))
    series = {"all scores at once": lengths, "in tiles": tuple(min(n, float(tile)) for n in lengths)}
    marks = {f"{keys} keys at once": (float(keys), float(keys)), f"tiles of {tile}": (float(keys), float(tile))}
    caption = "Scores of one query held in memory together."
    return Curves(caption, lengths, series, "keys", "scores held", marks, log_x=True, log_y=True)
