"""Attention as a recipe of replaceable parts, on plain arrays: what a mistake changes, and a search tries by hundreds.

With its right parts the recipe gives the numbers of the operator `attention()`, which a test holds. All arrays have the
axes (batch, head, tokens, width), or (batch, tokens, hidden) where heads lie side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from attention_core.engine.step import Array

QKV = tuple[Array, Array, Array]


class Rope(NamedTuple):
    """How queries and keys are rotated: which features make a pair ("interleaved" or "half-split"), and the base."""

    layout: str
    base: float


@dataclass(frozen=True, eq=False)
class Given:
    """What a computation starts from, in double precision.

    inputs: queries, keys and values, (batch, head, tokens, width) or, merged, (batch, tokens, hidden). marks: True
    where a key is visible by the mask or no padding; bias: what is added to the scores; both (batch, head, query,
    key), with axes of size 1. factor: what the scores are multiplied by. places: the query rows that are computed,
    None for all. out_merged: whether the output has its heads side by side. precision: the one of the numbers that
    are judged.
    """

    inputs: QKV
    merged: bool
    heads: int
    kv_heads: int
    out_merged: bool
    factor: float
    own_scale: bool = False
    temperature: float = 1.0
    softcap: float = 0.0
    marks: Array | None = None
    bias: Array | None = None
    causal: bool = False
    window: tuple[int, int] = (-1, -1)
    past: tuple[Array, Array] | None = None
    lengths: Array | None = None
    rope: Rope | None = None
    slopes: Array | None = None
    weights: dict[str, Array] = field(default_factory=dict)
    precision: np.dtype[Any] = np.dtype(float)  # noqa: RUF009 - a dtype never changes
    places: Array | None = None

    @property
    def past_length(self) -> int:
        """How many keys come from the past."""
        return self.past[0].shape[2] if self.past else 0

    @property
    def queries(self) -> int:
        """How many queries there are in all."""
        return int(self.inputs[0].shape[-2])

    @property
    def keys(self) -> int:
        """How many keys there are, those of the past among them."""
        return int(self.inputs[1].shape[-2]) + self.past_length

    @property
    def shift(self) -> Any:
        """The place of the first query among the keys: a number, or (batch, 1, 1, 1) where lengths differ."""
        return self.past_length if self.lengths is None else self.lengths - self.queries

    @property
    def rows(self) -> Array:
        """The numbers of the queries that are computed, from 0."""
        return np.arange(self.queries) if self.places is None else self.places

    def row(self, table: Array) -> Array:
        """The computed queries of a table (..., query, key), whose query axis may have size 1."""
        return table if self.places is None or table.shape[-2] == 1 else table[..., self.places, :]


# --- the right parts --------------------------------------------------------------------------------------------------


def project(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """Queries, keys and values from the inputs: x W + b, or x itself where there are no weights."""
    return projected(g, q, "q"), projected(g, k, "k"), projected(g, v, "v")


def projected(g: Given, x: Array, part: str) -> Array:
    """x W + b with the weights of one part."""
    W, b = g.weights.get(f"W_{part}"), g.weights.get(f"b_{part}")
    x = x if W is None else x @ W
    return x if b is None else x + b


def split(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """Heads side by side get an axis of their own."""
    if not g.merged:
        return q, k, v
    return in_heads(q, g.heads), in_heads(k, g.kv_heads), in_heads(v, g.kv_heads)


def in_heads(x: Array, heads: int) -> Array:
    """(batch, tokens, heads * width) as (batch, head, tokens, width)."""
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


def rotate(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """Rotary positions, counted from the end of the past."""
    if g.rope is None:
        return q, k, v
    return turned(q, g.past_length, g.rope), turned(k, g.past_length, g.rope), v


def turned(x: Array, first: int, rope: Rope, rates: Array | None = None) -> Array:
    """x with each pair of features rotated by position * base^(-2 pair / width). Su et al. 2021."""
    half = x.shape[-1] // 2
    rates = rope.base ** (-np.arange(half) / half) if rates is None else rates
    return turned_by(x, np.outer(np.arange(first, first + x.shape[-2]), rates), rope)


def turned_by(x: Array, angles: Array, rope: Rope) -> Array:
    """x with each pair of features rotated by its angle, (token, pair)."""
    half = x.shape[-1] // 2
    cos, sin = np.cos(angles), np.sin(angles)
    ends = (slice(0, None, 2), slice(1, None, 2)) if rope.layout == "interleaved" else (slice(half), slice(half, None))
    one, other = x[..., ends[0]], x[..., ends[1]]
    result = np.empty_like(x)
    result[..., ends[0]] = one * cos - other * sin
    result[..., ends[1]] = one * sin + other * cos
    return result


def recall(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """Keys and values of the past stand before the new ones."""
    if g.past is None:
        return q, k, v
    return q, np.concatenate([g.past[0], k], axis=2), np.concatenate([g.past[1], v], axis=2)


def share(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """Each head of keys and values repeated for its query heads: 1, 1, 2, 2. Ainslie et al. 2023."""
    times = q.shape[1] // k.shape[1]
    return (q, k, v) if times == 1 else (q, np.repeat(k, times, axis=1), np.repeat(v, times, axis=1))


def choose(g: Given, q: Array, k: Array, v: Array) -> QKV:
    """Only the queries that are computed."""
    return (q, k, v) if g.places is None else (q[..., g.places, :], k, v)


def score(g: Given, q: Array, k: Array) -> Array:
    """Q K^T."""
    return q @ k.swapaxes(-1, -2)


def scale(g: Given, scores: Array) -> Array:
    """Times the scale, 1/sqrt(width) unless it is given, and over the temperature."""
    return scores * (g.factor / g.temperature)


def cap(g: Given, scores: Array) -> Array:
    """c tanh(scores / c)."""
    return g.softcap * np.tanh(scores / g.softcap) if g.softcap else scores


def add_bias(g: Given, scores: Array) -> Array:
    """Plus the numbers of the mask, and the linear biases."""
    scores = scores if g.bias is None else scores + fitting(g.row(g.bias), scores)
    return scores if g.slopes is None else scores - linear(g, g.slopes)


def fitting(table: Array, scores: Array) -> Array:
    """A table that stands over scores. Raises ValueError where it would make them more."""
    if any(size not in (1, wanted) for size, wanted in zip(table.shape[::-1], scores.shape[::-1], strict=False)):
        raise ValueError(f"a table of shape {table.shape} over scores of shape {scores.shape}")
    return table


def linear(g: Given, slopes: Array) -> Array:
    """slope * distance, (1, head, query, key). Press, Smith and Lewis 2021."""
    distances: Array = np.abs(np.subtract.outer(g.rows + g.past_length, np.arange(g.keys)))
    return slopes[None, :, None, None] * distances


def marks(g: Given) -> Array | None:
    """What the mask and the lengths leave visible."""
    return None if g.marks is None else g.row(g.marks)


def window(g: Given) -> Array | None:
    """What causality and the window leave visible: keys up to the query's own place, and so many around it."""
    return near(g, g.shift, *reach(g))


def reach(g: Given) -> tuple[int, int]:
    """How many keys before and after its own place a query sees, -1 for all."""
    return g.window[0], 0 if g.causal else g.window[1]


def near(g: Given, shift: Any, left: int, right: int) -> Array | None:
    """True at most `left` keys before and `right` keys after each query's place, which is its number plus the shift."""
    if left < 0 and right < 0:
        return None
    place = g.rows[:, None] + shift
    keys = np.arange(g.keys)
    seen = np.ones(np.broadcast_shapes(np.shape(place), keys.shape), dtype=bool)
    seen = seen & (keys >= place - left) if left >= 0 else seen
    seen = seen & (keys <= place + right) if right >= 0 else seen
    return seen.reshape((1,) * (4 - seen.ndim) + seen.shape)


def mask(g: Given, scores: Array, visible: Array | None) -> Array:
    """Minus infinity at hidden keys."""
    return scores if visible is None else np.where(visible, scores, -np.inf)


def normalise(g: Given, scores: Array, visible: Array | None) -> Array:
    """Softmax over the keys; 0 for a query without any."""
    weights = softmax(scores, -1)
    return weights if visible is None else np.where(np.isneginf(scores).all(-1, keepdims=True), 0.0, weights)


def softmax(scores: Array, axis: int | tuple[int, ...]) -> Array:
    """exp(score) over the sum of them along an axis; not a number where all are minus infinity."""
    raised = np.exp(scores - np.maximum.reduce(scores, axis, keepdims=True))
    shares: Array = raised / np.add.reduce(raised, axis, keepdims=True)
    return shares


def finish(g: Given, weights: Array, visible: Array | None) -> Array:
    """Nothing happens to weights after softmax."""
    return weights


def mix(g: Given, weights: Array, v: Array) -> Array:
    """Each query's mean of the values under its weights."""
    return weights @ v


def merge(g: Given, heads: Array) -> Array:
    """Heads side by side, where the output has them so."""
    return heads.swapaxes(1, 2).reshape(heads.shape[0], heads.shape[2], -1) if g.out_merged else heads


def project_out(g: Given, output: Array) -> Array:
    """Times W_o plus b_o, where they are given."""
    return projected(g, output, "o")


Part = Callable[..., Any]


@dataclass(frozen=True)
class Recipe:
    """The parts in the order in which they are used. A mistake is a function from a recipe to another."""

    project: Part = project
    split: Part = split
    rotate: Part = rotate
    recall: Part = recall
    share: Part = share
    choose: Part = choose
    score: Part = score
    scale: Part = scale
    cap: Part = cap
    add_bias: Part = add_bias
    marks: Part = marks
    window: Part = window
    mask: Part = mask
    normalise: Part = normalise
    finish: Part = finish
    mix: Part = mix
    merge: Part = merge
    project_out: Part = project_out


RIGHT = Recipe()
PARTS = tuple(each.name for each in fields(Recipe))
Change = Callable[[Recipe], Recipe]


def changed(recipe: Recipe, **parts: Part) -> Recipe:
    """A recipe with other parts in these places: `replace` of dataclasses, which takes ten times as long."""
    if not parts.keys() <= recipe.__dict__.keys():
        raise TypeError(f"no parts of a recipe: {', '.join(parts)}")
    found = object.__new__(Recipe)
    found.__dict__.update(recipe.__dict__, **parts)
    return found


# --- computing --------------------------------------------------------------------------------------------------------


class State(NamedTuple):
    """The arrays on the way, as far as they are made."""

    qkv: QKV
    scores: Array | None = None
    visible: Array | None = None
    weights: Array | None = None
    output: Array | None = None
    seen: tuple[tuple[str, Array], ...] = ()  # the steps so far, by name


def _inputs(*names: str) -> Callable[[Given, Part, State], State]:
    """Queries, keys and values go through a part; the first of them are steps of these names then."""

    def run(g: Given, part: Part, s: State) -> State:
        qkv = part(g, *s.qkv)
        return State(qkv, seen=(*s.seen, *zip(names, qkv, strict=False)))

    return run


def _score(g: Given, part: Part, s: State) -> State:
    found = part(g, s.qkv[0], s.qkv[1])
    return State(s.qkv, found, seen=(*s.seen, ("scores", found)))


def _on_scores(name: str) -> Callable[[Given, Part, State], State]:
    def run(g: Given, part: Part, s: State) -> State:
        found = part(g, s.scores)
        return State(s.qkv, found, s.visible, seen=(*s.seen, (name, found)))

    return run


def _see(g: Given, part: Part, s: State) -> State:
    found = part(g)
    if found is None or s.scores is None:
        return s
    found = fitting(found, s.scores)
    return State(s.qkv, s.scores, found if s.visible is None else found & s.visible, seen=s.seen)


def _mask(g: Given, part: Part, s: State) -> State:
    found = part(g, s.scores, s.visible)
    return State(s.qkv, found, s.visible, seen=(*s.seen, ("masked scores", found)))


def _normalise(g: Given, part: Part, s: State) -> State:
    return State(s.qkv, s.scores, s.visible, part(g, s.scores, s.visible), seen=s.seen)


def _finish(g: Given, part: Part, s: State) -> State:
    found = part(g, s.weights, s.visible)
    return State(s.qkv, s.scores, s.visible, found, seen=(*s.seen, ("attention weights", found)))


def _mix(g: Given, part: Part, s: State) -> State:
    found = part(g, s.weights, s.qkv[2])
    return State(s.qkv, s.scores, output=found, seen=(*s.seen, ("head outputs", found)))


def _on_output(name: str) -> Callable[[Given, Part, State], State]:
    def run(g: Given, part: Part, s: State) -> State:
        found = part(g, s.output)
        return State(s.qkv, s.scores, output=found, seen=(*s.seen, (name, found)))

    return run


_STAGES: dict[str, Callable[[Given, Part, State], State]] = {
    "project": _inputs("queries", "keys", "values"),
    "split": _inputs(),
    "rotate": _inputs("rotated queries", "rotated keys"),
    "recall": _inputs(),
    "share": _inputs(),
    "choose": _inputs("queries as met", "keys as met", "values as met"),
    "score": _score,
    "scale": _on_scores("scaled scores"),
    "cap": _on_scores("capped scores"),
    "add_bias": _on_scores("biased scores"),
    "marks": _see,
    "window": _see,
    "mask": _mask,
    "normalise": _normalise,
    "finish": _finish,
    "mix": _mix,
    "merge": _on_output("output"),
    "project_out": _on_output("projected output"),
}
_RUNS = tuple(_STAGES[name] for name in PARTS)
_LIMITS = (marks, window)  # what most recipes have in common, whatever stands before


class Kitchen:
    """Computes recipes from the same start. What recipes have in common up to some part is computed once."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self._made: dict[tuple[Part, ...], State] = {}
        self._visible: dict[Part, Array | None] = {}

    def steps(self, recipe: Recipe, keep: bool = False) -> dict[str, Array]:
        """The steps of a recipe by name. keep: what it needs stays, for recipes that begin alike.

        Raises ValueError or IndexError where the parts do not fit together on these shapes.
        """
        with np.errstate(all="ignore"):
            return dict(self._state(_parts_of(recipe), keep).seen)

    def _state(self, parts: tuple[Part, ...], keep: bool) -> State:
        done = len(parts)
        while done and parts[:done] not in self._made:
            done -= 1
        state = self._made[parts[:done]] if done else State(self.given.inputs)
        for n in range(done, len(parts)):
            part = partial(self._once, parts[n]) if parts[n] in _LIMITS else parts[n]
            state = _RUNS[n](self.given, part, state)
            if keep:
                self._made[parts[: n + 1]] = state
        return state

    def _once(self, part: Part, g: Given) -> Array | None:
        """What a part makes of the start alone."""
        if part not in self._visible:
            self._visible[part] = part(g)
        return self._visible[part]


_parts_of: Callable[[Recipe], tuple[Part, ...]] = attrgetter(*PARTS)
