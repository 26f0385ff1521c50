"""Parts of a model that are switched off: a layer, a head of it, or one arrow of attention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from attention_core.engine.axes import Axis
from attention_core.engine.language import say
from attention_core.engine.step import Array, Step, source

from .configs import Config
from .errors import ModelError

Switch = int | tuple[int, ...]  # layer; (layer, head); (layer, head, query, key)
_WHAT = ("layer", "head", "query", "key")


@dataclass(frozen=True)
class Off:
    """What is switched off, counted from 1 as in names of steps: layers, (layer, head), (layer, head, query, key)."""

    layers: frozenset[int] = frozenset()
    heads: frozenset[tuple[int, int]] = frozenset()
    arrows: frozenset[tuple[int, int, int, int]] = field(default_factory=frozenset)

    @property
    def first(self) -> int | None:
        """The first layer in which something is switched off; None where nothing is."""
        return min({*self.layers, *(each[0] for each in (*self.heads, *self.arrows))}, default=None)

    def changed_from(self, other: Off) -> int | None:
        """The first layer in which this differs from other switches; None where it does not."""
        differing = (self.layers ^ other.layers, self.heads ^ other.heads, self.arrows ^ other.arrows)
        first = Off(*(frozenset(each) for each in differing)).first  # type: ignore[arg-type]
        return first

    def heads_on(self, layer: int, heads: Axis, name: str, precision: str) -> Step | None:
        """1 for every head that is on and 0 for others, (head); None where all heads of the layer are on."""
        off = [head - 1 for at, head in self.heads if at == layer]
        if not off:
            return None
        value = np.ones(heads.size, precision)
        value[off] = 0
        return source(name, value, (heads,), r"\mathrm{on}")

    def visible(self, layer: int, heads: Axis, seen: Array, tokens: Axis, name: str) -> Step | None:
        """What each head sees where an arrow of the layer is off, (head, query, key); None where none is.

        seen: 1 where a query sees a key at all, (query, key).
        """
        off = [arrow[1:] for arrow in self.arrows if arrow[0] == layer]
        if not off:
            return None
        value = np.repeat(seen[None], heads.size, axis=0)
        for head, query, key in off:
            value[head - 1, query - 1, key - 1] = 0
        return source(name, value, (heads, tokens.renamed("query"), tokens.renamed("key")), "B")


def read_switches(without: Iterable[Switch], config: Config, tokens: int) -> Off:
    """What is to be switched off. Raises ModelError for what the model, or the text, does not have."""
    sizes = (config.layers, config.heads, tokens, tokens)
    found: dict[int, set[tuple[int, ...]]] = {1: set(), 2: set(), 4: set()}
    for each in without:
        switch = tuple(each) if isinstance(each, (tuple, list)) else (each,)
        if len(switch) not in found or any(type(number) is not int for number in switch):
            raise ModelError(
                say(
                    "{each!r} names nothing to switch off: give a layer, (layer, head), or (layer, head, query, key).",
                    each=each,
                )
            )
        for number, size, what in zip(switch, sizes, _WHAT, strict=False):
            if not 1 <= number <= size:
                raise ModelError(
                    say(
                        "There is no {what} {number} to switch off: they count from 1 to {size}.",
                        what=what,
                        number=number,
                        size=size,
                    )
                )
        found[len(switch)].add(switch)
    layers = frozenset(layer for (layer,) in found[1])
    return Off(layers, frozenset(found[2]), frozenset(found[4]))  # type: ignore[arg-type]
