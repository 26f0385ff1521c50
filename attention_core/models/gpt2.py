"""GPT-2: a language model with learned positions and norms before each part. Radford et al. 2019."""

from __future__ import annotations

from collections.abc import Iterator

from attention_core.blocks.naming import StepNamer
from attention_core.blocks.row_norms import NormNames, layer_norm
from attention_core.blocks.transformer import attention_layer, feed_forward
from attention_core.engine.axes import Axes, Axis, numbered
from attention_core.engine.ops import add
from attention_core.engine.step import Step

from .configs import Config
from .run import ACTIVATIONS, Run, Sizes, Start
from .weights import Weight, norm_weights

PREFIX = "transformer."


def weights(config: Config, words: Axis) -> Iterator[Weight]:
    """The weights of the model, first to last. words: the vocabulary.

    Its matrices are stored as (from, to), where other families have (to, from).
    """
    size = Sizes(config)
    yield Weight("word table", "E", "wte.weight", (words,), (size.model,))
    yield Weight("position table", "P", "wpe.weight", (numbered("position", config.positions),), (size.model,))
    for n in range(1, config.layers + 1):
        yield from _layer(f"layer {n}", f"h.{n - 1}", size)
    yield from norm_weights("last norm", "ln_f", size.model)
    if not config.tied:
        yield Weight("output table", "U", "lm_head.weight", (words,), (size.model,))


def _layer(place: str, file: str, size: Sizes) -> Iterator[Weight]:
    yield from norm_weights(f"{place}/first norm", f"{file}.ln_1", size.model)
    for part, (letter, width) in enumerate((("q", size.feature), ("k", size.feature), ("v", size.value))):
        yield from _linear(place, letter, f"{file}.attn.c_attn", (size.model,), (size.heads, width), (part, 3))
    yield from _linear(place, "o", f"{file}.attn.c_proj", (size.joined,), (size.model,))
    yield from norm_weights(f"{place}/second norm", f"{file}.ln_2", size.model)
    yield from _linear(place, "1", f"{file}.mlp.c_fc", (size.model,), (size.hidden,))
    yield from _linear(place, "2", f"{file}.mlp.c_proj", (size.hidden,), (size.model,))


def _linear(
    place: str, letter: str, file: str, rows: Axes, columns: Axes, part: tuple[int, int] = (0, 1)
) -> Iterator[Weight]:
    yield Weight(f"{place}/W_{letter}", f"W_{letter}", f"{file}.weight", rows, columns, part)
    yield Weight(f"{place}/b_{letter}", f"b_{letter}", f"{file}.bias", (), columns, part)


def start(run: Run) -> Start:
    """The vectors of the words and of their positions, summed: "embedded"."""
    words = run.rows("word table", [token.id for token in run.tokens], "word vectors", "E")
    places = run.rows("position table", run.places, "position vectors", "P")
    X = add(words, places, name="embedded", symbol="X^{(0)}")
    return Start(X, (words, places), run.visible())


def layer(run: Run, n: int, X: Step, start: Start) -> Step:
    """Attention and a feed-forward layer, each reading its input normed and added to it. X, result: (token, model)."""
    w = run.layer(n)
    namer, eps = w.namer, run.config.epsilon
    N = layer_norm(X, w["first norm gain"], w["first norm bias"], eps, NormNames(namer, "first norm", "1"))
    visible = w.visible(start.visible)
    read = attention_layer(N, w.attention, namer, visible=visible, earlier=w.earlier, heads_on=w.heads_on)
    R = add(X, read, **namer("first sum", "R"))
    M = layer_norm(R, w["second norm gain"], w["second norm bias"], eps, NormNames(namer, "second norm", "2"))
    activation = ACTIVATIONS[run.config.activation]
    fed = feed_forward(M, w["W_1"], w["b_1"], w["W_2"], w["b_2"], namer, activation)
    return add(R, fed, **namer("output", "X"))


def last_norm(run: Run, X: Step, namer: StepNamer) -> Step:
    """The norm before the words are scored, with the axes of X."""
    w = run.weights
    return layer_norm(X, w["last norm gain"], w["last norm bias"], run.config.epsilon, NormNames(namer, "last norm"))
