"""Deep stacks of layers: the norm of the gradient at every level."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from attention_core.blocks.layers import linear
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.backward import gradient_arrays
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import contract, mean, rename, stack, sum_over, tanh
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Curves

DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 20)
NETS = 20


def encoder_levels(X: Step, layers: Sequence[Step]) -> tuple[Step, ...]:
    """X (token, model) and the output of each layer, tanh(h W^T), W (out, in)."""
    levels = [X]
    for n, W in enumerate(layers, 1):
        levels.append(tanh(rename(linear(W, levels[-1]), "out", "model"), f"layer {n}/states", f"h^{{({n})}}"))
    return tuple(levels)


def gradient_norms(trace: Trace) -> tuple[float, ...]:
    """The norm of the gradient of the loss at every level, the embeddings X first."""
    levels = (trace["X"], *trace.series["layer"]["states"].values())
    return tuple(float(np.linalg.norm(slope)) for slope in gradient_arrays(trace["loss"], levels))


def gradient_curves() -> Curves:
    """The norm at the bottom over that at the top, for deeper and deeper networks, the median of random ones.

    Five tokens of eight numbers; weights of standard deviation 0.8 / sqrt(8), so that each layer shrinks its input; one
    read-out of standard numbers.
    """
    ratios = {say(way): tuple(_ratio(depth, way == "equal shares") for depth in DEPTHS) for way in WAYS}
    caption = say(
        "The gradient at the bottom over that on top: the median of {nets} random networks (seeds 0 to 19).", nets=NETS
    )
    return Curves(
        caption, tuple(map(float, DEPTHS)), ratios, say("encoder layers"), say("gradient, bottom / top"), log_y=True
    )


WAYS = (to_say("top layer alone"), to_say("equal shares"))


def _ratio(depth: int, mixed: bool) -> float:
    levels = random_net_norms(depth, mixed)
    return levels[0] / levels[-1]


@lru_cache(maxsize=64)
def random_net_norms(depth: int, mixed: bool) -> tuple[float, ...]:
    """The median norm of the gradient at each level of random networks of one depth, all computed at once."""
    nets = numbered("net", NETS)
    model = numbered("model", 8)
    draws = [np.random.default_rng(seed) for seed in range(NETS)]
    X = source("X", [draw.normal(size=(5, 8)) for draw in draws], (nets, numbered("token", 5), model))
    levels = [X]
    for _ in range(depth):
        W = source("W", [draw.normal(size=(8, 8)) * 0.8 / 8**0.5 for draw in draws], (nets, model, model.renamed("in")))
        levels.append(tanh(rename(contract(rename(levels[-1], "model", "in"), W, over="in"), "model", "model")))
    u = source("u", [draw.normal(size=8) for draw in draws], (nets, model))
    read = mean(stack(*levels, along=Axis("level", ("",) * len(levels))), "level") if mixed else levels[-1]
    loss = mean(sum_over(contract(read, u), over=("net", "model")), "token")
    found = gradient_arrays(loss, levels)
    return tuple(float(np.median(np.linalg.norm(slope, axis=(1, 2)))) for slope in found)
