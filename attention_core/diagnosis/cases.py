"""Small random computations on which a mistake shows, and the steps that a broken implementation gives on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from attention_core.engine.step import Array

from .entry import Mistake, Steps
from .recipe import RIGHT, Change, Given, Kitchen

MOST_TOKENS, MOST_HEADS = 7, 4
_EXTRA = 0.3  # how often a case has a causal mask that its mistake does not need


@dataclass(frozen=True, eq=False)
class Case:
    """Inputs and settings, as `diagnose` takes them."""

    Q: Array
    K: Array
    V: Array
    settings: Mapping[str, Any]


def draw(rng: np.random.Generator, needs: tuple[str, ...] = (), precision: str = "float64") -> Case:
    """A random case with what a mistake needs to show: 2 to 7 tokens, 1 to 4 heads."""
    sizes = _Sizes.draw(rng, set(needs))
    Q, K, V = (rng.normal(size=shape) for shape in sizes.shapes())
    settings = _settings(rng, set(needs), sizes)
    if "large" in needs:
        # The largest exponential of single precision is that of 88, of double precision that of 709.
        Q = Q * {"float64": 2000.0}.get(precision, 300.0)
    if "far" in needs:
        K = np.abs(K) + 1
        Q[..., 0, :] = -np.abs(Q[..., 0, :]) * {"float64": 1e5}.get(precision, 3e4)
    typed = {name: _typed(each, precision) for name, each in settings.items()}
    return Case(Q.astype(precision), K.astype(precision), V.astype(precision), typed)


def _typed(setting: Any, precision: str) -> Any:
    return setting.astype(precision) if isinstance(setting, np.ndarray) and setting.dtype.kind == "f" else setting


@dataclass(frozen=True)
class _Sizes:
    """The sizes of a case; heads_axis: whether there is an axis of heads where they do not lie side by side."""

    batch: int | None
    heads: int
    groups: int
    queries: int
    keys: int
    past: int
    width: int
    value: int
    merged: bool
    heads_axis: bool

    @classmethod
    def draw(cls, rng: np.random.Generator, needs: set[str]) -> _Sizes:
        heads = int(rng.integers(2 if needs & {"heads", "alibi"} else 1, MOST_HEADS + 1))
        groups = heads
        if needs & {"grouped", "shared"}:
            heads, groups = MOST_HEADS, 2
        queries, keys, past = _lengths(rng, needs)
        width = int(rng.integers(2, 9))
        if "rope" in needs:
            width = int(rng.integers(2, 5)) * 2
        equal = needs & {"equal widths", "even values", "projections"}
        merged = bool(needs & {"merged", "projections"}) or bool(rng.random() < 0.3)
        batched = bool(needs & {"batch", "empty", "padding"}) or bool(rng.random() < 0.3)
        batch = int(rng.integers(2 if "batch" in needs else 1, 4)) if batched else None
        axis = heads > 1 or batched or past > 0
        value = width if equal else int(rng.integers(2, 9))
        return cls(batch, heads, groups, queries, keys, past, width, value, merged, axis)

    @property
    def lead(self) -> tuple[int, ...]:
        """The axis of the batch, where there is one."""
        return () if self.batch is None else (self.batch,)

    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of Q, K and V."""
        keys = (self.keys, self.groups)
        rows = ((self.queries, self.heads, self.width), (*keys, self.width), (*keys, self.value))
        if self.merged:
            return tuple((*self.lead, tokens, heads * width) for tokens, heads, width in rows)
        if not self.heads_axis:
            return tuple((tokens, width) for tokens, _, width in rows)
        return tuple((*self.lead, heads, tokens, width) for tokens, heads, width in rows)


def _lengths(rng: np.random.Generator, needs: set[str]) -> tuple[int, int, int]:
    """How many queries, new keys and past keys there are."""
    queries = int(rng.integers(2, MOST_TOKENS + 1))
    if "past" in needs:
        return queries, queries, int(rng.integers(1, 5))
    if "cross" in needs:
        keys = int(rng.integers(2, MOST_TOKENS))
        return queries, keys + (keys >= queries), 0
    if needs & {"square", "rope", "alibi", "window", "causal", "near"} or rng.random() < 0.5:
        return queries, queries, 0
    return queries, int(rng.integers(2, MOST_TOKENS + 1)), 0


def _settings(rng: np.random.Generator, needs: set[str], sizes: _Sizes) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if sizes.merged:
        settings |= {"q_num_heads": sizes.heads, "kv_num_heads": sizes.groups}
    settings |= _numbers(rng, needs, sizes)
    settings |= _limits(rng, needs, sizes)
    if sizes.past:
        shape = (*sizes.lead, sizes.groups, sizes.past)
        settings["past_key"] = rng.normal(size=(*shape, sizes.width))
        settings["past_value"] = rng.normal(size=(*shape, sizes.value))
    if "projections" in needs:
        model, hidden = sizes.heads * sizes.width, sizes.heads * sizes.width
        settings |= {f"W_{x}": rng.normal(size=(model, hidden)) / np.sqrt(model) for x in "qkvo"}
        settings |= {f"b_{x}": rng.normal(size=hidden) for x in "qkvo"}
    return settings


def _numbers(rng: np.random.Generator, needs: set[str], sizes: _Sizes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if needs & {"scale", "own scale"}:
        found["scale"] = float(rng.uniform(0.2, 0.9))
    if "temperature" in needs:
        found["temperature"] = float(rng.choice([0.3, 0.5, 2.0, 3.0]))
    if "softcap" in needs:
        found["softcap"] = float(rng.uniform(0.5, 2.0))
    if "rope" in needs:
        found |= {"rope": str(rng.choice(["interleaved", "half-split"])), "rope_base": 10000.0}
    if "alibi" in needs:
        found["alibi"] = True
    return found


def _limits(rng: np.random.Generator, needs: set[str], sizes: _Sizes) -> dict[str, Any]:
    """The mask, causality and the window."""
    found = _mask(rng, needs, sizes)
    if "window" in needs:
        found |= {"is_causal": 1, "left_window_size": int(rng.integers(0, max(1, sizes.queries - 2)))}
    may = not found and not needs & {"free", "past"} and sizes.queries == sizes.keys
    if needs & {"causal", "near"} or (may and rng.random() < _EXTRA):
        found["is_causal"] = 1
    return found


def _mask(rng: np.random.Generator, needs: set[str], sizes: _Sizes) -> dict[str, Any]:
    """The mask alone."""
    found: dict[str, Any] = {}
    whole = sizes.keys + sizes.past
    if needs & {"mask", "limits", "table"}:
        found["attn_mask"] = _table(rng, sizes.queries, whole)
    if "padding" in needs:
        lengths = rng.integers(1, whole, size=sizes.batch)
        if len(lengths) > 1 and (lengths == lengths[0]).all():
            lengths[-1] = lengths[0] % (whole - 1) + 1
        found["attn_mask"] = (np.arange(whole) < lengths[:, None])[:, None, None, :]
    if "sequences" in needs:
        found["attn_mask"] = np.stack([_table(rng, sizes.queries, whole) for _ in range(sizes.batch or 1)])[:, None]
    if "empty" in needs:
        table = _table(rng, sizes.queries, whole)
        table[int(rng.integers(sizes.queries))] = False
        found["attn_mask"] = table
    if needs & {"bias", "any bias"}:
        found["attn_mask"] = rng.normal(size=(sizes.queries, whole))
    return found


def _table(rng: np.random.Generator, queries: int, keys: int) -> Array:
    """Which keys each query sees: at least one, and not all of them by all."""
    table = rng.random((queries, keys)) < 0.6
    table[np.arange(queries), rng.integers(keys, size=queries)] = True
    table[0, 0 if table[0].sum() > 1 and table[0, 0] else int(np.argmin(table[0]))] = False
    table[0, -1] = table[0, -1] or not table[0].any()
    return table


# --- broken steps -----------------------------------------------------------------------------------------------------


def broken(given: Given, change: Change, precision: str = "float64") -> Steps:
    """The steps that an implementation with a mistake gives, computed in this precision."""
    return Kitchen(in_precision(given, precision)).steps(change(RIGHT))


def in_precision(given: Given, precision: str) -> Given:
    """The same start with all numbers in another precision."""

    def typed(x: Array) -> Array:
        return x.astype(precision)

    q, k, v = given.inputs
    return replace(
        given,
        inputs=(typed(q), typed(k), typed(v)),
        bias=None if given.bias is None else typed(given.bias),
        slopes=None if given.slopes is None else typed(given.slopes),
        past=None if given.past is None else (typed(given.past[0]), typed(given.past[1])),
        weights={name: typed(each) for name, each in given.weights.items()},
        precision=np.dtype(precision),
    )


def some_way(mistake: Mistake, rng: np.random.Generator) -> tuple[str, Change]:
    """One of the ways in which a mistake is made."""
    if mistake.drawn is not None:
        return "", mistake.drawn(rng)
    labels = [*mistake.ways]
    label = labels[int(rng.integers(len(labels)))]
    return label, mistake.ways[label]
