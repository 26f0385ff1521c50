"""BERT: an encoder in which every token sees every other, with norms after the sums. Devlin et al. 2018."""

from __future__ import annotations

from collections.abc import Iterator

from attention_core.blocks.naming import once
from attention_core.blocks.row_norms import NormNames, layer_norm
from attention_core.blocks.transformer import attention_layer, feed_forward
from attention_core.engine.axes import Axes, Axis, numbered
from attention_core.engine.ops import add, divide, index, mean, sqrt, square, sum_over
from attention_core.engine.step import Step

from .configs import Config
from .run import ACTIVATIONS, Run, Sizes, Start
from .weights import Weight, norm_weights

PREFIX = "bert."


def weights(config: Config, words: Axis) -> Iterator[Weight]:
    """The weights of the model, first to last. words: the vocabulary."""
    size = Sizes(config)
    tables = (
        ("word", words, "E"),
        ("position", numbered("position", config.positions), "P"),
        ("token_type", numbered("segment", config.segments), "T"),
    )
    for name, rows, symbol in tables:
        yield Weight(f"{rows.name} table", symbol, f"embeddings.{name}_embeddings.weight", (rows,), (size.model,))
    yield from norm_weights("embeddings", "embeddings.LayerNorm", size.model)
    for n in range(1, config.layers + 1):
        yield from _layer(f"layer {n}", f"encoder.layer.{n - 1}", size)


def _layer(place: str, file: str, size: Sizes) -> Iterator[Weight]:
    for letter, part, width in (("q", "query", size.feature), ("k", "key", size.feature), ("v", "value", size.value)):
        yield from _linear(place, letter, f"{file}.attention.self.{part}", (size.heads, width), (size.model,))
    yield from _linear(place, "o", f"{file}.attention.output.dense", (size.model,), (size.joined,))
    yield from norm_weights(f"{place}/first norm", f"{file}.attention.output.LayerNorm", size.model)
    yield from _linear(place, "1", f"{file}.intermediate.dense", (size.hidden,), (size.model,))
    yield from _linear(place, "2", f"{file}.output.dense", (size.model,), (size.hidden,))
    yield from norm_weights(f"{place}/output", f"{file}.output.LayerNorm", size.model)


def _linear(place: str, letter: str, file: str, rows: Axes, columns: Axes) -> Iterator[Weight]:
    yield Weight(f"{place}/W_{letter}", f"W_{letter}", f"{file}.weight", rows, columns)
    yield Weight(f"{place}/b_{letter}", f"b_{letter}", f"{file}.bias", (), rows)


def start(run: Run) -> Start:
    """The vectors of the words, their positions and the segment, summed and normed: "embeddings"."""
    words = run.rows("word table", [token.id for token in run.tokens], "word vectors", "E")
    places = run.rows("position table", run.places, "position vectors", "P")
    segment = Step("segment vector", "T", run.weights.rows("segment table", [0])[0], (run.sizes.model,))
    summed = add(words, places, segment, name="embedded", symbol="X")
    w = run.weights
    called = NormNames(once, "embeddings", "0", ("embeddings", "X^{(0)}"))
    X = layer_norm(summed, w["embeddings gain"], w["embeddings bias"], run.config.epsilon, called)
    return Start(X, (words, places, segment))


def layer(run: Run, n: int, X: Step, start: Start) -> Step:
    """Attention and a feed-forward layer, each added to its input and normed. X and the result: (token, model)."""
    w = run.layer(n)
    namer, eps = w.namer, run.config.epsilon
    read = attention_layer(X, w.attention, namer, visible=w.visible(start.visible), heads_on=w.heads_on)
    R = add(X, read, **namer("first sum", "R"))
    Y = layer_norm(
        R, w["first norm gain"], w["first norm bias"], eps, NormNames(namer, "first norm", "1", ("first norm", "Y"))
    )
    activation = ACTIVATIONS[run.config.activation]
    fed = feed_forward(Y, w["W_1"], w["b_1"], w["W_2"], w["b_2"], namer, activation)
    Z = add(Y, fed, **namer("second sum", "Z"))
    return layer_norm(Z, w["output gain"], w["output bias"], eps, NormNames(namer, "output", "2", ("output", "X")))


def finish(run: Run, X: Step) -> Step:
    """The vector of the sentence, of length 1: the mean of its tokens, or the first one. Reimers and Gurevych 2019."""
    if run.config.pooling == "cls":
        pooled = index(X, "token", 0, name="first token", symbol="m")
    else:
        pooled = mean(X, "token", name="mean of the tokens", symbol="m")
    length = sqrt(sum_over(square(pooled), "model"), name="length", symbol=r"\lVert m \rVert")
    return divide(pooled, length, name="sentence vector", symbol="s")
