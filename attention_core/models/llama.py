"""Llama: a language model with rotary positions, shared heads of keys, and gated layers. Touvron et al. 2023."""

from __future__ import annotations

from collections.abc import Iterator

from attention_core.blocks.naming import StepNamer
from attention_core.blocks.positions import angles, frequencies, rotation_matrices
from attention_core.blocks.row_norms import NormNames, rms_norm
from attention_core.blocks.transformer import attention_layer, gated_feed_forward
from attention_core.engine.axes import Axes, Axis
from attention_core.engine.ops import add
from attention_core.engine.step import Step

from .configs import Config
from .run import Run, Sizes, Start
from .weights import Weight

PREFIX = "model."


def weights(config: Config, words: Axis) -> Iterator[Weight]:
    """The weights of the model, first to last. words: the vocabulary."""
    size = Sizes(config)
    yield Weight("word table", "E", "embed_tokens.weight", (words,), (size.model,))
    for n in range(1, config.layers + 1):
        yield from _layer(f"layer {n}", f"layers.{n - 1}", size)
    yield Weight("last norm gain", "g", "norm.weight", (), (size.model,))
    if not config.tied:
        yield Weight("output table", "U", "lm_head.weight", (words,), (size.model,))


def _layer(place: str, file: str, size: Sizes) -> Iterator[Weight]:
    yield Weight(f"{place}/first norm gain", "g", f"{file}.input_layernorm.weight", (), (size.model,))
    rows: dict[str, Axes] = {
        "q": (size.heads, size.feature),
        "k": (size.kv_heads, size.feature),
        "v": (size.kv_heads, size.value),
        "o": (size.model,),
    }
    for letter, axes in rows.items():
        columns = (size.joined,) if letter == "o" else (size.model,)
        yield Weight(f"{place}/W_{letter}", f"W_{letter}", f"{file}.self_attn.{letter}_proj.weight", axes, columns)
        if size.config.biases:
            yield Weight(f"{place}/b_{letter}", f"b_{letter}", f"{file}.self_attn.{letter}_proj.bias", (), axes)
    yield Weight(f"{place}/second norm gain", "g", f"{file}.post_attention_layernorm.weight", (), (size.model,))
    for part in ("gate", "up"):
        symbol = rf"W_{{\mathrm{{{part}}}}}"
        yield Weight(f"{place}/W_{part}", symbol, f"{file}.mlp.{part}_proj.weight", (size.hidden,), (size.model,))
    symbol = r"W_{\mathrm{down}}"
    yield Weight(f"{place}/W_down", symbol, f"{file}.mlp.down_proj.weight", (size.model,), (size.hidden,))


def start(run: Run) -> Start:
    """The vectors of the words, and the matrices by which queries and keys will be rotated in every layer."""
    words = run.rows("word table", [token.id for token in run.tokens], "word vectors", "X^{(0)}")
    config = run.config
    rates = frequencies(config.head_width, config.rope_base, run.weights.precision)
    turns = angles(run.axis, config.head_width, first=run.earlier.count, rates=rates)
    return Start(words, (words,), run.visible(), rotation_matrices(turns))


def layer(run: Run, n: int, X: Step, start: Start) -> Step:
    """Attention and a gated layer, each reading its normed input and added to it. X and the result: (token, model)."""
    w = run.layer(n)
    namer, eps = w.namer, run.config.epsilon
    N = rms_norm(X, w["first norm gain"], eps, NormNames(namer, "first norm", "1"))
    read = attention_layer(
        N,
        w.attention,
        namer,
        visible=w.visible(start.visible),
        angles=start.turns,
        earlier=w.earlier,
        heads_on=w.heads_on,
    )
    R = add(X, read, **namer("first sum", "R"))
    M = rms_norm(R, w["second norm gain"], eps, NormNames(namer, "second norm", "2"))
    fed = gated_feed_forward(M, w["W_gate"], w["W_up"], w["W_down"], namer)
    return add(R, fed, **namer("output", "X"))


def last_norm(run: Run, X: Step, namer: StepNamer) -> Step:
    """The norm before the words are scored, with the axes of X."""
    return rms_norm(X, run.weights["last norm gain"], run.config.epsilon, NormNames(namer, "last norm"))
