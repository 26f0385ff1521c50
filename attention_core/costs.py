"""What attention costs as texts grow longer, counted in multiplications and in numbers kept, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .pictures import Bars, Curves, distinct


def projections(n: Any, width: int, k: int, v: int) -> tuple[Any, Any]:
    """Multiplications for queries, keys and values up to token n, where text is written token by token.

    First with all keys and values made again at every token, then with each made once and kept. width: of a token;
    k and v: of a key and a value.
    """
    return n * width * k + n * (n + 1) // 2 * width * (k + v), n * width * (2 * k + v)


def projections_curve(n: int, width: int, k: int, v: int) -> Curves:
    """Both counts over the length of the text, and where n tokens stand."""
    reach = np.unique(np.linspace(1, max(16, 2 * n), 64).astype(int))
    again, kept = (tuple(map(float, counts)) for counts in projections(reach, width, k, v))
    here = dict(zip(("yours, made again", "yours, kept"), projections(n, width, k, v), strict=True))
    return Curves(
        "Multiplications spent on queries, keys and values.",
        tuple(map(float, reach)),
        {"made again at every token": again, "kept": kept},
        "tokens read",
        "multiplications",
        {name: (float(n), float(count)) for name, count in here.items()},
    )


def shelf(tokens: Sequence[str], k: int, v: int) -> Bars:
    """How many numbers are kept after each token; of a long text after some."""
    read = range(1, len(tokens) + 1, max(1, len(tokens) // 32))
    names = distinct(f"{t} {tokens[t - 1]}" for t in read)
    kept = {what: tuple(float(t * size) for t in read) for what, size in (("keys", k), ("values", v))}
    return Bars("Numbers kept, after each token.", names, kept, "numbers", stacked=True)
