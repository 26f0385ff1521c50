"""Examples for the page: made-up numbers, and what an implementation with a mistake of the catalogue gives on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_core.diagnosis.cases import broken
from attention_core.diagnosis.mistakes import BY_KEY
from attention_core.diagnosis.reference import reference
from attention_core.diagnosis.settings import settings_of

from .reading import Brought

DIGITS = 4  # as PyTorch prints


@dataclass(frozen=True)
class Example:
    """A mistake of the catalogue on small numbers. shapes: of Q, K and V."""

    mistake: str
    way: str
    shapes: tuple[tuple[int, ...], ...]
    settings: Mapping[str, Any]

    def brought(self) -> Brought:
        """The numbers, rounded as a print of them would be."""
        rng = np.random.default_rng(sum(map(ord, self.mistake)))
        Q, K, V = (rng.normal(size=shape).round(1) for shape in self.shapes)
        settings = settings_of(dict(self.settings))
        merged = settings.q_num_heads is not None
        given = reference(Q, K, V, settings, merged, np.dtype(float)).given
        mine = broken(given, BY_KEY[self.mistake].ways[self.way])["output"]
        output = mine.reshape(mine.shape[mine.ndim - Q.ndim :]).round(DIGITS)
        typed = {
            name: value if isinstance(value, bool | str) else f"{value:g}" for name, value in self.settings.items()
        }
        return Brought({"Q": Q, "K": K, "V": V, "output": output}, typed)


EXAMPLES = (
    Example("no-scale", "", ((4, 3), (4, 3), (4, 3)), {"is_causal": True}),
    Example("merge-reshaped", "", ((4, 6), (4, 6), (4, 6)), {"q_num_heads": 2}),
    Example("rope-pairs", "", ((4, 4), (4, 4), (4, 4)), {"rope": "half-split"}),
)
