"""A row of attention computed tile by tile: the state that is carried from tile to tile, and pictures of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attention_core.blocks.naming import step_namer
from attention_core.blocks.scores import over_root
from attention_core.engine.language import say
from attention_core.engine.ops import (
    add,
    concat,
    contract,
    divide,
    exp,
    largest,
    log,
    softmax,
    subtract,
    sum_over,
    take,
)
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Bars, Curves


@dataclass(frozen=True)
class RunningState:
    """The state after some tiles: the largest score, the sum of exponentials, the weighted sum of values."""

    maximum: Step
    normaliser: Step
    weighted: Step


def add_tile(running: RunningState | None, q: Step, K: Step, V: Step, t: int) -> RunningState:
    """The state after one more tile of keys K (key, feature) and values V (key, value), for the query q (feature).

    t: the number of the tile, for the names. Milakov and Gimelshein 2018, algorithm 3.
    """
    namer = step_namer("tile", t)
    scores = over_root(contract(q, K, over="feature"), q.size("feature"), **namer("scores", "s"))
    known = concat(running.maximum, scores, along="key") if running else scores
    maximum = largest(known, "key", **namer("running maximum", "m"))
    if not running:
        exponentials = exp(subtract(scores, maximum), **namer("exponentials", "p"))
        normaliser = sum_over(exponentials, over="key", **namer("normaliser", r"\ell"))
        return RunningState(maximum, normaliser, contract(exponentials, V, over="key", **namer("weighted values", "a")))
    shrink = exp(subtract(running.maximum, maximum), **namer("correction", r"\gamma"))
    exponentials = exp(subtract(scores, maximum), **namer("exponentials", "p"))
    kept = contract(shrink, running.normaliser)
    new = sum_over(exponentials, over="key")
    normaliser = add(kept, new, **namer("normaliser", r"\ell"))
    kept = contract(shrink, running.weighted)
    new = contract(exponentials, V, over="key")
    return RunningState(maximum, normaliser, add(kept, new, **namer("weighted values", "a")))


def one_pass(q: Step, K: Step, V: Step, starts: Sequence[int], size: int) -> tuple[Step, ...]:
    """The output after each tile but the last; log-sum-exp and output after the last. Dao et al. 2022, algorithm 1.

    starts: the first key of each tile, in the order of the pass; size: keys per tile.
    """
    running: RunningState | None = None
    steps = []
    for t, start in enumerate(starts, 1):
        rows, values = (take(x, "key", start, start + size) for x in (K, V))
        running = add_tile(running, q, rows, values, t)
        if t < len(starts):
            steps.append(divide(running.weighted, running.normaliser, **step_namer("tile", t)("output so far", "o")))
    assert running
    log_sum_exp = add(running.maximum, log(running.normaliser), name="log-sum-exp", symbol="L")
    return *steps, log_sum_exp, divide(running.weighted, running.normaliser, name="output", symbol="O")


def _values_over_tiles(trace: Trace, base_name: str) -> list[Any]:
    return [step.value for step in trace if step.base_name == base_name]


def normaliser_bars(trace: Trace) -> Bars:
    """The normaliser after each tile: what was kept, what the tile added, what the correction took away."""
    after = [float(value) for value in _values_over_tiles(trace, "normaliser")]
    new = [float(value.sum()) for value in _values_over_tiles(trace, "exponentials")]
    kept = [
        0.0,
        *(float(c) * before for c, before in zip(_values_over_tiles(trace, "correction"), after, strict=False)),
    ]
    gone = [before - rest for before, rest in zip([0.0, *after], kept, strict=False)]
    maxima = _values_over_tiles(trace, "running maximum")
    labels = tuple(
        say("tile {t}", t=t) + "<br>" + say("maximum {top:.2f}", top=float(top)) for t, top in enumerate(maxima, 1)
    )
    series = {
        say("kept from before"): tuple(kept),
        say("added by this tile"): tuple(new),
        say("shrunk away"): tuple(gone),
    }
    caption = say("The normaliser, tile by tile. Where a larger score arrives, the sum so far is made smaller.")
    return Bars(caption, labels, series, say("sum of exponentials"), stacked=True)


def output_bars(trace: Trace, most: int = 4) -> Bars:
    """The output so far after each tile, and the output of a softmax over all keys at once."""
    found = [*_values_over_tiles(trace, "output so far"), trace.output.value, full_softmax_output(trace)]
    names = (*(say("after tile {t}", t=t) for t in range(1, len(found))), say("all at once"))
    series = {say("value {c}", c=c + 1): tuple(float(row[c]) for row in found) for c in range(min(most, len(found[0])))}
    return Bars(say("The output so far, and softmax attention to all keys at once."), names, series, "output")


def full_softmax_output(trace: Trace) -> Any:
    """The same output from a whole row of scores."""
    q, K, V = (trace[name] for name in ("q", "K", "V"))
    scores = over_root(contract(q, K, over="feature"), q.size("feature"))
    return contract(softmax(scores, along="key"), V, over="key").value


def scores_in_memory(keys: int, tile: int) -> Curves:
    """How many scores of one query are in memory at once, over the number of keys."""
    lengths = tuple(float(2**n) for n in range(17))
    series = {say("all scores at once"): lengths, say("in tiles"): tuple(min(n, float(tile)) for n in lengths)}
    marks = {
        say("{keys} keys at once", keys=keys): (float(keys), float(keys)),
        say("tiles of {tile}", tile=tile): (float(keys), float(tile)),
    }
    caption = say("Scores of one query held in memory together.")
    return Curves(caption, lengths, series, "keys", say("scores held"), marks, log_x=True, log_y=True)
