"""Query heads that share heads of keys and values, and the size of the cache they need."""

from __future__ import annotations

from attention_core.engine.language import say
from attention_core.engine.ops import contract, split, take
from attention_core.engine.step import Step
from attention_core.lesson.pictures import Arcs, Bars


def split_columns(x: Step, outer: str, heads: int, inner: str, name: str, symbol: str, kept: int | None = None) -> Step:
    """The columns of x (row, columns) as tables (outer, row, inner), one for each head; only the first `kept` stay."""
    row, columns = x.axes
    tables = take(split(x, columns.name, outer, heads, inner), outer, 0, kept)
    return contract(tables, to=(outer, row.name, inner), name=name, symbol=symbol)


def sharing_arcs(h: int, g: int) -> Arcs:
    """Which of g key/value heads each of h query heads uses."""
    reads = tuple(tuple(float(i * g // h == j) for j in range(g)) for i in range(h))
    query_heads, key_heads = (tuple(f"head {i + 1}" for i in range(count)) for count in (h, g))
    return Arcs(
        say("{h} query heads, {g} key/value heads.", h=h, g=g),
        query_heads,
        key_heads,
        reads,
        sides=("queries", say("keys and values")),
    )


def cache_bytes(kv_heads: float, layers: int = 32, width: int = 128, tokens: int = 4096, number: int = 2) -> float:
    """Bytes of the keys and values of all tokens, heads and layers; number: bytes of one number."""
    return 2.0 * layers * kv_heads * width * tokens * number


def cache_bars(sharing: int) -> Bars:
    """The cache of a model with 32 heads, in MiB, at every degree of sharing; the one given in another colour."""
    degrees = sorted({1, 2, 4, 8, 16, 32, sharing})
    mebibytes = {n: cache_bytes(32 / n) / 2**20 for n in degrees}
    series = {
        say("at your sharing"): tuple(size * (n == sharing) for n, size in mebibytes.items()),
        say("at other degrees"): tuple(size * (n != sharing) for n, size in mebibytes.items()),
    }
    caption = say(
        "The cache of a model with 32 layers of 32 heads for 4096 tokens, by heads that share keys and values."
    )
    return Bars(caption, tuple(say("{n} to 1", n=n) for n in degrees), series, say("MiB of cache"), stacked=True)
