"""KV cache: causal attention one token at a time, with keys and values of earlier tokens kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from attention_core.blocks.scores import over_root
from attention_core.engine.language import say
from attention_core.engine.ops import concat, contract, rename, softmax, take
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Curves, Picture, distinct


def run(X: Step, W_q: Step, W_k: Step, W_v: Step, decoded: int) -> Step:
    """Causal attention one row at a time, earlier keys and values kept. Shazeer 2019; Pope et al. 2022 for its cost."""
    n = X.size("token")
    cache = list[Step]()
    outputs = list[Step]()
    prompt = max(0, n - decoded)
    if prompt:
        cache = _extended_cache(cache, take(X, "token", 0, prompt), (W_k, W_v), "prompt", "0")
    for t in range(prompt + 1, n + 1):
        x = take(X, "token", t - 1, t)
        name = f"token {t}"
        tick = f"^{{({t})}}"
        cache = _extended_cache(cache, x, (W_k, W_v), name, str(t))
        q = contract(rename(x, "token", "query"), W_q, over="model", name=f"{name}/query", symbol=f"q{tick}")
        scores = over_root(
            contract(q, cache[0], over="feature"), q.size("feature"), name=f"{name}/scores", symbol=f"s{tick}"
        )
        weights = softmax(scores, along="key", name=f"{name}/weights", symbol=f"a{tick}")
        outputs.append(contract(weights, cache[1], over="key", name=f"{name}/output row", symbol=f"o{tick}"))
    return concat(*outputs, along="query", name="output", symbol="O")


def _extended_cache(before: list[Step], x: Step, weights: tuple[Step, Step], group: str, t: str) -> list[Step]:
    """The keys and values kept so far, followed by those of the new tokens x (token, model)."""
    new = [contract(rename(x, "token", "key"), W, over="model") for W in weights]
    names = {f"{group}/cached keys": f"K^{{({t})}}", f"{group}/cached values": f"V^{{({t})}}"}
    return [concat(*before[i : i + 1], new[i], along="key", name=n, symbol=names[n]) for i, n in enumerate(names)]


def said(trace: Trace) -> dict[str, Step | float]:
    """Multiplications and scores with a cache and without, where all tokens are generated one by one."""
    n = trace["X"].size("token")
    W_k = trace["W_k"]
    again, kept = projection_costs(n, W_k.size("model"), W_k.size("feature"), trace["W_v"].size("value"))
    return {
        "tokens": n,
        "again": again,
        "kept": kept,
        "scores kept": n * (n + 1) // 2,
        "scores again": n * (n + 1) * (n + 2) // 6,
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Multiplications saved by the cache, and numbers it holds, over the length of the text."""
    tokens = trace["X"].axis("token").labels
    k = trace["W_k"].size("feature")
    v = trace["W_v"].size("value")
    return projection_curves(len(tokens), trace["X"].size("model"), k, v), cache_bars(tokens, k, v)


MATRICES = {
    "W_q": [[1, 0], [0, 1], [1, 0]],
    "W_k": [[0, 1], [1, 0], [0.5, 0.5]],
    "W_v": [[1, 0], [0, 2], [1, 1]],
}
FOUR = [[1, 0, 1], [0, 2, 0], [1, 1, 1], [2, 0, -1]]
MORE = [[1, 0, 1], [0, 1, 2]]
WORDS = ("The", "cat", "sat", "on", "the", "mat")
NOTE = "Made-up numbers, small enough to check by hand."


def projection_costs(n: Any, width: int, k: int, v: int) -> tuple[Any, Any]:
    """Multiplications for queries, keys and values of n tokens that are generated one by one.

    First with all keys and values computed again at every token, then with each computed once and kept. width: of a
    token; k and v: of a key and a value.
    """
    return n * width * k + n * (n + 1) // 2 * width * (k + v), n * width * (2 * k + v)


def projection_curves(n: int, width: int, k: int, v: int) -> Curves:
    """Both costs over the length of the text, with the learner's n tokens marked."""
    reach = np.unique(np.linspace(1, max(16, 2 * n), 64).astype(int))
    again, kept = (tuple(map(float, counts)) for counts in projection_costs(reach, width, k, v))
    here = dict(
        zip((say("yours, computed again"), say("yours, cached")), projection_costs(n, width, k, v), strict=True)
    )
    return Curves(
        say("Multiplications spent on queries, keys and values."),
        tuple(map(float, reach)),
        {say("computed again at every token"): again, say("cached"): kept},
        say("tokens read"),
        "multiplications",
        {name: (float(n), float(count)) for name, count in here.items()},
    )


def cache_bars(tokens: Sequence[str], k: int, v: int) -> Bars:
    """How many numbers are kept after each token; of a long text, after some of the tokens."""
    read = range(1, len(tokens) + 1, max(1, len(tokens) // 32))
    names = distinct(f"{t} {tokens[t - 1]}" for t in read)
    kept = {what: tuple(float(t * size) for t in read) for what, size in (("keys", k), ("values", v))}
    return Bars(say("Numbers kept, after each token."), names, kept, say("numbers"), stacked=True)


MECHANISM = Mechanism(
    key="kv-cache",
    title="KV cache",
    section="At scale",
    boxes=("read",),
    opens="token 3/cached keys",
    insight="A new token adds one query, one key and one value; earlier keys and values are kept in a cache.",
    papers=("Shazeer 2019, arXiv:1911.02150", "Pope et al. 2022, arXiv:2211.05102"),
    inputs={
        "X": Input(("token", "model"), "tokens"),
        "W_q": Input(("model", "feature"), "query weights"),
        "W_k": Input(("model", "feature"), "key weights"),
        "W_v": Input(("model", "value"), "value weights"),
    },
    options={"decoded": Option("Tokens one by one", 4, bounds=(1, 8))},
    presets={
        "four": Preset("Four tokens", {"X": FOUR, **MATRICES}, {"token": WORDS[:4]}, {}, NOTE),
        "prompt": Preset("After a prompt", {"X": [*FOUR, *MORE], **MATRICES}, {"token": WORDS}, {"decoded": 2}, NOTE),
    },
    challenges=(
        Challenge(
            "Change the last token so that row 2 of the cache gets a weight above 0.95.",
            lambda trace: bool((trace[f"token {len(trace['X'].value)}/weights"].value[:, 1:2] > 0.95).any()),
            "Key 2 is (2, 0); keys 1 and 3 end in 1.5. With which query is the score of key 2 high and theirs low?",
            {"X": [*FOUR[:3], [10, -10, 0]]},
        ),
        Challenge(
            "With four tokens or more, halve the cache: at most 2 numbers kept per token.",
            lambda trace: len(trace["X"].value) > 3 and trace["W_k"].size("feature") + trace["W_v"].size("value") < 3,
            "Only the widths of keys and values count. Under Inputs, both can be made one column wide.",
            {"W_q": [[1], [0], [1]], "W_k": [[0], [1], [0.5]], "W_v": [[1], [0], [1]]},
        ),
    ),
    in_transformer="in every decoder while it writes, one cache for each layer.",
    related=("causal-mask", "mqa-gqa"),
    run=run,
    picture=picture,
    said=said,
)
