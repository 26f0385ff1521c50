"""Stacked attention: what one layer passes to the next, and how much of it is left above.

Further axes, such as one for many networks at once, are carried along.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from attention_core.blocks.naming import StepNamer
from attention_core.engine.axes import Axis, names, numbered
from attention_core.engine.backward import gradient_arrays
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import add, concat, contract, expand, relu, rename, softmax, sum_over, tanh
from attention_core.engine.step import Step, source
from attention_core.lesson.pictures import Bars, Curves

LayerSteps = tuple[Step, Step, Step, Step]  # latent, scores, weights, content


def latent_layer(z: Step, h: Step, W_v: Step, W_h: Step, w_u: Step, namer: StepNamer) -> LayerSteps:
    """s = relu(W_v z + W_h h) at every position, weights softmax(w_u . s), content: the s weighted.

    z (position, x), W_v (latent, x), h (query), W_h (latent, query), w_u (latent). Fan and Zhou 2018.
    """
    s = relu(_pre_activation(z, h, W_v, W_h, namer), **namer("latent", "s"))
    e, weights = _attention(s, w_u, namer)
    return s, e, weights, contract(weights, s, over="position", **namer("content", "c"))


def content_layer(V: Step, h: Step, W_v: Step, W_h: Step, w_u: Step, namer: StepNamer) -> LayerSteps:
    """The ordinary layer: s = tanh(W_v v + W_h h), and the content is the v weighted. Yang et al. 2016."""
    s = tanh(_pre_activation(V, h, W_v, W_h, namer), **namer("latent", "s"))
    e, weights = _attention(s, w_u, namer)
    return s, e, weights, contract(weights, V, over="position", **namer("content", "z"))


def _pre_activation(z: Step, h: Step, W_v: Step, W_h: Step, namer: StepNamer) -> Step:
    to = (*names(z.axes[:-1]), "latent")
    from_positions = contract(z, W_v, over=z.axes[-1].name, to=to)
    from_query = contract(W_h, h, over="query")
    return add(from_positions, from_query, to=to, **namer("pre-activation", "p"))


def _attention(s: Step, w_u: Step, namer: StepNamer) -> tuple[Step, Step]:
    e = contract(s, w_u, over="latent", **namer("scores", "e"))
    return e, softmax(e, "position", **namer("weights", r"\alpha"))


def passed_on(s: Step, c: Step, joined: Axis, namer: StepNamer) -> Step:
    """[s_i; c] for every position i: its latent state, and the content that is the same for all."""
    everywhere = expand(c, s.axis("position"))
    parts = (rename(s, "latent", joined.name), rename(everywhere, "latent", joined.name))
    return concat(
        *parts, along=joined.name, labels=joined.labels, to=(*names(parts[0].axes),), **namer("passed on", "z")
    )


# --- measurements on random networks ----------------------------------------------------------------------------------

NETS = 30
DEPTHS = (1, 2, 3, 4, 6, 8)
LATENT = to_say("with the side path")
PLAIN = to_say("content only")
RESIDUAL = to_say("content only, residual query")


def _unnamed(base_name: str, symbol: str) -> dict[str, str]:
    return {}


def _random_nets(
    way: str, depth: int, nets: int, positions: int, width: int
) -> tuple[list[LayerSteps], list[Step], Step]:
    """Layers, their matrices W_v and the loss, a random vector times the last content, of `nets` networks at once.

    Every weight has standard deviation 1 / sqrt(width), every input 1; seed n for network n.
    """
    generators = [np.random.default_rng(seed) for seed in range(nets)]
    net = numbered("net", nets)

    def drawn(inside: int, *axes: Axis) -> Step:
        shape = [axis.size for axis in axes]
        return source("W", [draw.normal(size=shape) / inside**0.5 for draw in generators], (net, *axes))

    position, feature, query, latent = (numbered(a, width) for a in ("position", "feature", "query", "latent"))
    position = numbered("position", positions)
    joined = numbered("joined", 2 * width)
    V = drawn(1, position, feature)
    query_vector = drawn(1, query)
    layers = list[LayerSteps]()
    matrices = list[Step]()
    z = V
    for _ in range(depth):
        W_v = drawn(width, latent, z.axes[-1])
        layer = latent_layer if way == LATENT else content_layer
        made = layer(z, query_vector, W_v, drawn(width, latent, query), drawn(width, latent), _unnamed)
        layers.append(made)
        matrices.append(W_v)
        if way == LATENT:
            z = passed_on(made[0], made[3], joined, _unnamed)
        else:
            content = rename(made[3], "feature", "query")
            query_vector = add(query_vector, content) if way == RESIDUAL else content
    last = layers[-1][3] if way == LATENT else query_vector
    loss = sum_over(contract(last, drawn(width, last.axes[-1])), over=("net", last.axes[-1].name))
    return layers, matrices, loss


@lru_cache(maxsize=64)
def first_layer_gradient_norm(way: str, depth: int) -> float:
    """The median norm of the gradient of the first layer's W_v, with eight positions of six numbers."""
    _, matrices, loss = _random_nets(way, depth, NETS, 8, 6)
    (slope,) = gradient_arrays(loss, matrices[:1])
    return float(np.median(np.linalg.norm(slope, axis=(1, 2))))


def gradient_curves() -> Curves:
    """The norm of the gradient of the first layer over the number of layers."""
    series = {
        say(way): tuple(first_layer_gradient_norm(way, depth) for depth in DEPTHS) for way in (PLAIN, RESIDUAL, LATENT)
    }
    caption = say(
        "The gradient that reaches the first layer: the median of {nets} random networks (seeds 0 to {nets_2}).",
        nets=NETS,
        nets_2=NETS - 1,
    )
    x = tuple(map(float, DEPTHS))
    return Curves(caption, x, series, say("layers"), say("length of the gradient"), log_y=True)


@lru_cache(maxsize=2)
def score_rank(way: str, positions: int = 16, width: int = 4) -> int:
    """The rank of the second layer's scores as a function of the first layer's latent states."""
    (first, second), _, _ = _random_nets(way, 2, 1, positions, width)
    answers = [gradient_arrays(second[1], (first[0],), (0, n))[0].ravel() for n in range(positions)]
    return int(np.linalg.matrix_rank(np.array(answers)))


def rank_bars() -> Bars:
    """The rank for each way to stack layers."""
    ways = (PLAIN, RESIDUAL, LATENT)
    heights = {say("directions"): tuple(float(score_rank(way)) for way in ways)}
    return Bars(
        say("Of 16 positions, 4 numbers wide: directions of layer 1 that layer 2 can tell apart."),
        tuple(map(say, ways)),
        heights,
        "rank",
    )
