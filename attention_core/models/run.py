"""What all families share when a text runs through a model: its tokens, the weights of a layer, and what is off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from attention_core.blocks.activations import gelu, gelu_tanh
from attention_core.blocks.naming import StepNamer, step_namer
from attention_core.blocks.transformer import AttentionWeights
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.ops import relu
from attention_core.engine.step import Step, source

from .configs import Config
from .switches import Off
from .texts import Token
from .weights import Weights

ACTIVATIONS: Mapping[str, Callable[..., Step]] = {
    "gelu": gelu,
    "gelu_new": gelu_tanh,
    "gelu_pytorch_tanh": gelu_tanh,
    "relu": relu,
}


@dataclass(frozen=True)
class Sizes:
    """The axes of a model's weights."""

    config: Config

    @property
    def model(self) -> Axis:
        """The features of a token's vector."""
        return numbered("model", self.config.width)

    @property
    def heads(self) -> Axis:
        """The heads of queries."""
        return numbered("head", self.config.heads)

    @property
    def kv_heads(self) -> Axis:
        """The heads of keys and values: those of the queries, or fewer, which are shared."""
        if self.config.kv_heads == self.config.heads:
            return self.heads
        return numbered("kv head", self.config.kv_heads)

    @property
    def feature(self) -> Axis:
        """The features of one head's queries and keys."""
        return numbered("feature", self.config.head_width)

    @property
    def value(self) -> Axis:
        """The features of one head's values."""
        return numbered("value", self.config.head_width)

    @property
    def joined(self) -> Axis:
        """The values of all heads side by side."""
        return numbered("joined", self.config.heads * self.config.head_width)

    @property
    def hidden(self) -> Axis:
        """The features inside a feed-forward layer."""
        return numbered("hidden", self.config.hidden)


@dataclass(frozen=True)
class Start:
    """What a text begins with: steps that are given, and what all layers read.

    X: the first vectors (token, model). visible: 1 where a query sees a key, (query, key); None where all see all.
    turns: the matrices that rotate queries and keys, where positions are rotary.
    """

    X: Step
    given: tuple[Step, ...]
    visible: Step | None = None
    turns: Step | None = None

    def changed(self, found: Mapping[Step, Step]) -> Start:
        """The same with other steps in place of some."""
        given = tuple(found.get(step, step) for step in self.given)
        turns = self.turns and found.get(self.turns, self.turns)
        return Start(found.get(self.X, self.X), given, self.visible, turns)


@dataclass(frozen=True)
class Earlier:
    """Keys and values of the tokens before, as a cache keeps them: by layer, each (head, key, feature)."""

    count: int = 0
    kept: Mapping[int, tuple[Step, Step]] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One text on its way through a model."""

    config: Config
    weights: Weights
    tokens: tuple[Token, ...]
    off: Off = field(default_factory=Off)
    earlier: Earlier = field(default_factory=Earlier)

    @cached_property
    def axis(self) -> Axis:
        """The tokens of this run; those before it are not among them."""
        return Axis("token", tuple(token.piece for token in self.tokens))

    @property
    def sizes(self) -> Sizes:
        """The axes of the weights."""
        return Sizes(self.config)

    def rows(self, table: str, ids: list[int], name: str, symbol: str) -> Step:
        """Rows of a table of vectors, as a given step (token, model)."""
        return Step(name, symbol, self.weights.rows(table, ids), (self.axis, self.sizes.model))

    @property
    def places(self) -> list[int]:
        """The positions of the tokens, counted from 0."""
        return list(range(self.earlier.count, self.earlier.count + len(self.tokens)))

    def layer(self, n: int) -> Layer:
        """What is needed in one layer, counted from 1."""
        return Layer(self, n)

    def visible(self) -> Step | None:
        """What each token sees: itself and those before it, (query, key); None for one token, which sees all."""
        if len(self.tokens) == 1:
            return None
        seen = np.tri(len(self.tokens), dtype=self.weights.precision)
        return source("visible", seen, (self.axis.renamed("query"), self.axis.renamed("key")), "B")


@dataclass(frozen=True)
class Layer:
    """One layer: its weights by the names they have in it, the names of its steps, and what is off there."""

    run: Run
    n: int

    @property
    def namer(self) -> StepNamer:
        """Names of its steps: "layer 3/scores"."""
        return step_namer("layer", self.n)

    def __getitem__(self, name: str) -> Step:
        return self.run.weights[f"layer {self.n}/{name}"]

    def get(self, name: str) -> Step | None:
        """A weight, or None where the model has no such weight."""
        return self.run.weights.get(f"layer {self.n}/{name}")

    @property
    def attention(self) -> AttentionWeights:
        """What its attention has learnt."""
        matrices = (self[f"W_{each}"] for each in "qkvo")
        biases = (self.get(f"b_{each}") for each in "qkvo")
        return AttentionWeights(*matrices, *biases)

    @property
    def heads_on(self) -> Step | None:
        """1 and 0 for heads that are on and off; None where all are on."""
        name = f"layer {self.n}/heads on"
        return self.run.off.heads_on(self.n, self.run.sizes.heads, name, self.run.weights.precision)

    def visible(self, shared: Step | None) -> Step | None:
        """What queries see: in every layer the same, or with arrows of this layer switched off."""
        size = len(self.run.tokens)
        seen = np.ones((size, size), self.run.weights.precision) if shared is None else shared.value
        own = self.run.off.visible(self.n, self.run.sizes.heads, seen, self.run.axis, f"layer {self.n}/visible")
        return own or shared

    @property
    def earlier(self) -> tuple[Step, Step] | None:
        """The keys and values of the tokens before, where there is a cache."""
        return self.run.earlier.kept.get(self.n)
