"""Online softmax: one pass over tiles of keys, without a whole row of scores. FlashAttention is built on it."""

from __future__ import annotations

import math

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .online_softmax import normaliser_bars, one_pass, output_bars, scores_in_memory

MOST_TILES = 24  # shown on a page; with many keys the tiles are larger


def run(q: Step, K: Step, V: Step, tile: int, backwards: bool) -> tuple[Step, ...]:
    """softmax(q K^T / sqrt(d_k)) V in one pass. Milakov and Gimelshein 2018; tile by tile: Dao et al. 2022."""
    size = _size(K.size("key"), tile)
    starts = range(0, K.size("key"), size)
    return one_pass(q, K, V, starts[::-1] if backwards else starts, size)


def _size(keys: int, tile: int) -> int:
    """The tile size asked for, or a larger one where there would be more than MOST_TILES tiles."""
    return min(keys, max(tile, math.ceil(keys / MOST_TILES)))


def said(trace: Trace) -> dict[str, Step | float]:
    """How many keys there are, and how many scores are held at once."""
    keys = trace["K"].size("key")
    return {"keys": keys, "held": _size(keys, trace.options["tile"])}


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The normaliser and the output tile by tile, and how many scores are in memory at once."""
    keys = trace["K"].size("key")
    return normaliser_bars(trace), output_bars(trace), scores_in_memory(keys, _size(keys, trace.options["tile"]))


def _corrections(trace: Trace) -> list[float]:
    return [float(step.value) for step in trace if step.base_name == "correction"]


KEYS = [[1, 0], [0, 1], [2, -1], [-1, -2], [3, 0], [0.5, 0.5]]
SIX = {
    "q": [1, -1],
    "K": KEYS,
    "V": [[1, 0], [0, 1], [2, 2], [-1, 1], [4, 0], [0, -3]],
}
UPWARDS = [[-3, 0], [-1, 1], [0, 0], [1, 0], [2, -1], [3, -1]]
RISING = {**SIX, "K": UPWARDS}
FALLING = {**SIX, "K": UPWARDS[::-1]}
LABELS = {"key": tuple(f"Key {n}" for n in range(1, 7))}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="flash-online-softmax",
    title="Online softmax",
    section="At scale",
    boxes=("normalise",),
    insight="Softmax can be computed in one pass: a larger score corrects the sums so far.",
    papers=("Milakov and Gimelshein 2018, arXiv:1805.02867", "Dao et al. 2022, arXiv:2205.14135"),
    inputs={
        "q": Input(("feature",), "one query"),
        "K": Input(("key", "feature"), "keys"),
        "V": Input(("key", "value"), "values"),
    },
    options={"tile": Option("Tile size", 2, bounds=(1, 512)), "backwards": Option("Last tile first", False)},
    presets={
        "two": Preset("Tiles of two", SIX, LABELS, note=NOTE),
        "one": Preset("One by one", SIX, LABELS, {"tile": 1}, NOTE),
        "rising": Preset("Ever larger scores", RISING, LABELS, note=NOTE),
        "falling": Preset("Largest first", FALLING, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Without a change of tile size, make every correction exactly 1.",
            lambda trace: bool(trace.options["tile"] == 2 and {*_corrections(trace)} == {1.0}),
            "A correction is 1 when the running maximum stays as it is. In which tile must the largest score be?",
            {"K": [KEYS[4], *KEYS[1:4], KEYS[0], KEYS[5]]},
        ),
        Challenge(
            "Bring the last correction below 0.001.",
            lambda trace: bool(_corrections(trace) and _corrections(trace)[-1] < 0.001),
            "The correction is e to the power of minus the jump of the running maximum. How large a jump is needed?",
            {"K": [*KEYS[:5], [20, 0]]},
        ),
    ),
    in_transformer="the same attention layer in another order of work, used on most graphics processors.",
    related=("why-softmax", "linear-attention"),
    run=run,
    picture=picture,
    said=said,
)
