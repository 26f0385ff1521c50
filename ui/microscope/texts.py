"""A text that was read by a model: what a page asks of it, whether the model ran just now or was recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from attention_core.blocks.attention import attention_weights
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.language import say
from attention_core.engine.step import Array, Step, source
from attention_core.models import Model, ModelError, ModelTrace, Token

RECORDED = Path(__file__).parents[2] / "assets" / "microscope" / "recorded.npz"
PARTS = ("queries", "keys", "values")


@dataclass(frozen=True)
class Head:
    """What one head computes with: queries (query, feature), keys (key, feature), values (key, value), all as steps.

    visible (query, key): 0 where a key is hidden; None where none is.
    """

    queries: Step
    keys: Step
    values: Step
    visible: Step | None


@dataclass(frozen=True)
class ReadText:
    """A text that was read.

    layers: the attention weights of each layer, (head, query, key). trace: None of a recorded text.
    """

    title: str
    kind: str
    tokens: tuple[Token, ...]
    layers: tuple[Array, ...]
    trace: ModelTrace | None = None
    parts: dict[str, Array] | None = None  # of a recorded text: (layer, head, token, feature)

    @property
    def causal(self) -> bool:
        """Whether tokens see only what is before them."""
        return self.kind == "language model"

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The pieces of the tokens."""
        return tuple(token.piece for token in self.tokens)

    @property
    def ran(self) -> ModelTrace:
        """The trace. Raises ModelError where there is none."""
        if self.trace is None:
            raise ModelError(say("This needs the model itself, and what you see here was recorded."))
        return self.trace

    @property
    def model(self) -> Model:
        """The model. Raises ModelError where there is none."""
        assert self.ran.model
        return self.ran.model

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.trace.nbytes if self.trace else 0

    def require(self, layer: int, head: int) -> None:
        """Raise ModelError unless there is such a head; both count from 1."""
        if not (1 <= layer <= len(self.layers) and 1 <= head <= len(self.layers[0])):
            raise ModelError(
                say("{model} has no head {head} in a layer {layer}.", model=self.title, head=head, layer=layer)
            )

    def head(self, layer: int, head: int, query: int | None = None) -> Head:
        """What a head computes with. query: only this token asks, counted from 0. Raises ModelError."""
        self.require(layer, head)
        arrays = [self._part(layer, head, part) for part in PARTS]
        hidden = self._visible(layer, head)
        labels = self.labels
        if query is not None:
            arrays[0], labels = arrays[0][query : query + 1], labels[query : query + 1]
            hidden = None if hidden is None else hidden[query : query + 1]
        asking, asked = Axis("query", labels), Axis("key", self.labels)
        width, value = numbered("feature", arrays[0].shape[1]), numbered("value", arrays[2].shape[1])
        return Head(
            source("queries", _doubled(arrays[0]), (asking, width), "Q"),
            source("keys", _doubled(arrays[1]), (asked, width), "K"),
            source("values", _doubled(arrays[2]), (asked, value), "V"),
            None if hidden is None else source("visible", _doubled(hidden), (asking, asked), "B"),
        )

    def _part(self, layer: int, head: int, part: str) -> Array:
        if self.parts is not None:
            found: Array = self.parts[part][layer - 1, head - 1]
            return found
        names = (f"layer {layer}/rotated {part}", f"layer {layer}/{part}")
        step = next((self.ran[name] for name in names if name in self.ran), None)
        if step is None:
            raise ModelError(
                say("Layer {layer} is switched off: it hands on what it gets, and has no heads.", layer=layer)
            )
        shared = len(self.layers[layer - 1]) // step.value.shape[0]
        own: Array = step.value[(head - 1) // shared]
        return own

    def _visible(self, layer: int, head: int) -> Array | None:
        if self.trace is None or self.trace.run is None or self.trace.start is None:
            return None
        step = self.trace.run.layer(layer).visible(self.trace.start.visible)
        if step is None:
            return None
        seen: Array = step.value[head - 1] if step.value.ndim == 3 else step.value
        return seen


def _doubled(array: Array) -> Array:
    return np.array(array, float)


def read(trace: ModelTrace) -> ReadText:
    """A text that a model has read just now."""
    model = trace.model
    assert model
    config, n = model.config, len(trace.tokens)
    empty = np.zeros((config.heads, n, n), np.float32)  # of a layer that is switched off
    names = (f"layer {layer}/attention weights" for layer in range(1, config.layers + 1))
    layers = tuple(trace[name].value if name in trace else empty for name in names)
    return ReadText(model.name, model.kind, trace.tokens, layers, trace)


# --- recorded --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def recorded() -> ReadText:
    """The run that comes with the atlas: queries, keys and values of every head; all else is computed from them."""
    with np.load(RECORDED) as file:
        parts = {part: file[part] for part in PARTS}
        about = json.loads(str(file["about"]))
    tokens = tuple(Token(**token) for token in about["tokens"])
    weights = [_weights(parts["queries"][n], parts["keys"][n], tokens) for n in range(len(parts["queries"]))]
    return ReadText(about["title"], about["kind"], tokens, tuple(weights), None, parts)


def _weights(queries: Array, keys: Array, tokens: Sequence[Token]) -> Array:
    labels = tuple(token.piece for token in tokens)
    heads, width = numbered("head", len(queries)), numbered("feature", queries.shape[-1])
    Q = source("queries", queries, (heads, Axis("query", labels), width), "Q")
    K = source("keys", keys, (heads, Axis("key", labels), width), "K")
    return attention_weights(Q, K).value


def record(text: ReadText, file: Path = RECORDED) -> None:
    """Write what `recorded` reads."""
    heads = range(1, len(text.layers[0]) + 1)
    parts = {
        part: np.array(
            [[text._part(layer, head, part) for head in heads] for layer in range(1, len(text.layers) + 1)], np.float32
        )
        for part in PARTS
    }
    tokens = [{"id": t.id, "piece": t.piece, "start": t.start, "stop": t.stop} for t in text.tokens]
    about = json.dumps({"title": text.title, "kind": text.kind, "tokens": tokens})
    file.parent.mkdir(exist_ok=True)
    np.savez_compressed(file, about=np.array(about), **parts)  # type: ignore[arg-type]
