"""Two trained layers of attention and nothing else, at any of the steps of their training that were kept.

training/induction.py computed the weights; data/weights has them with a card. The measures are those of Olsson et al.
2022.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from attention_core.blocks.masks import causal
from attention_core.blocks.naming import StepNamer, step_namer
from attention_core.blocks.transformer import AttentionWeights, attention_layer, pre_norm
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.ops import (
    add,
    contract,
    divide,
    log,
    maximum,
    positive,
    rename,
    scale,
    softmax,
    split,
    subtract,
    sum_over,
    take,
)
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.trained_weights import arrays, card

KEY = "induction-heads"
LAYERS = (1, 2)
HEADS = 2
_WIDTHS = {"q": "feature", "k": "feature", "v": "value"}
_AXES: Mapping[str, tuple[str, ...]] = {
    "E_x": ("symbol", "model"),
    "E_p": ("token", "model"),
    "U": ("next", "model"),
    **{f"W_{role}": ("projection", "model") for role in _WIDTHS},
    "W_o": ("model", "joined"),
}


def alphabet() -> str:
    """The letters it can read."""
    return str(card(KEY)["read"])


def longest() -> int:
    """The most letters of a text; it has a row for each place up to this one."""
    return int(card(KEY)["longest"])


def snapshots() -> tuple[int, ...]:
    """The steps of training after which the weights were kept, the first before any."""
    return tuple(each["step"] for each in card(KEY)["snapshots"])


def weights(after: int, symbols: Axis, tokens: Axis) -> dict[str, Step]:
    """Every array after so many steps of training, as a constant step with named axes; of places, those of the text."""
    place = snapshots().index(after)
    known = {"symbol": symbols, "next": symbols.renamed("next")}
    found = {}
    for name, kept in arrays(KEY).items():
        value = kept[place]
        pairs = zip(_AXES[name.split(" ")[0]], value.shape, strict=True)
        axes = tuple(known.get(axis) or numbered(axis, size) for axis, size in pairs)
        symbol = "{}^{{({})}}".format(*name.split(" ")) if " " in name else ""
        found[name] = source(name, value, axes, symbol)
    found["E_p"] = take(found["E_p"], "token", 0, tokens.size, labels=tokens.labels)
    return found


def predicted(X: Step, W: Mapping[str, Step]) -> tuple[list[Step], Step]:
    """The weights of each layer (head, query, key), and the probabilities of every next letter (token, next)."""
    token = X.axis("token")
    visible = causal(token.renamed("query"), token.renamed("key"))
    rows = add(contract(X, W["E_x"], over="symbol"), W["E_p"], name="embedded", symbol="E")
    for n in LAYERS:
        namer = step_namer("layer", n)
        W_q, W_k, W_v = (
            split(W[f"W_{role} {n}"], "projection", "head", HEADS, width) for role, width in _WIDTHS.items()
        )
        own = AttentionWeights(W_q, W_k, W_v, W[f"W_o {n}"])
        part = partial(attention_layer, weights=own, namer=namer, visible=visible)
        rows = pre_norm(rows, part, None, namer("sum", "X"))
    logits = contract(rows, W["U"], over="model", name="logits", symbol="L")
    P = softmax(logits, along="next", name="output", symbol="P")
    made = Trace.of(P)
    return [made[f"layer {n}/attention weights"] for n in LAYERS], P


# --- what the heads do ------------------------------------------------------------------------------------------------


def after_earlier(X: Step) -> Step:
    """1 at keys right after an earlier occurrence of the query's letter: (query, key). X (token, symbol), one-hot."""
    n = X.size("token")
    query, key = (X.axis("token").renamed(name) for name in ("query", "key"))
    one_back = source("one back", np.eye(n, k=-1), (key, X.axis("token")), "S")
    before = contract(one_back, X, over="token")
    same = contract(rename(X, "token", "query"), before, over="symbol")
    return contract(same, causal(query, key), name="after an earlier one", symbol="G")


def measures(A: Step, sought: Step, namer: StepNamer) -> tuple[Step, Step]:
    """Of each head: the mean weight on the token before, and on keys after an earlier occurrence: (head) each.

    A (head, query, key). The first is over all queries but the first, the second over those that have such a key.
    """
    n = A.size("query")
    before = source("the token before", np.eye(n, k=-1), A.axes[1:], "S")
    previous = scale(contract(A, before, over=("query", "key")), 1 / max(n - 1, 1), **namer("previous token", "m_p"))
    asking = sum_over(positive(sum_over(sought, over="key")), over="query")
    found = contract(A, sought, over=("query", "key"))
    return previous, divide(found, maximum(asking, 1.0), **namer("induction", "m_i"))


def losses(X: Step, P: Step, sought: Step) -> tuple[Step, Step, Step]:
    """-ln of the probability of the letter that came: after every token, and on average at repeats and elsewhere.

    A repeat is a token after which comes what came after an earlier occurrence of its letter. 0 after the last token.
    """
    token = X.axis("token")
    ahead = source("one ahead", np.eye(token.size, k=1), (token, token.renamed("key")), "S")
    came = rename(contract(ahead, rename(X, "token", "key"), over="key"), "symbol", "next")
    each = scale(contract(came, log(P), over="next"), -1.0, name="loss", symbol=r"\ell")
    letters = contract(sought, rename(rename(X, "token", "key"), "symbol", "next"), over="key")
    repeat = positive(contract(rename(letters, "query", "token"), came, over="next"), name="repeat", symbol="r")
    elsewhere = subtract(sum_over(came, over="next"), repeat)
    pairs = ((repeat, "loss on repeats", r"\bar\ell_r"), (elsewhere, "loss elsewhere", r"\bar\ell"))
    found = [
        divide(
            contract(each, where, over="token"), maximum(sum_over(where, over="token"), 1.0), name=name, symbol=symbol
        )
        for where, name, symbol in pairs
    ]
    return each, found[0], found[1]


def told(after: int) -> Mapping[str, Any]:
    """What the card says of the weights after so many steps, measured on strings never trained on."""
    return dict(card(KEY)["snapshots"][snapshots().index(after)])


def course() -> tuple[Mapping[str, Any], ...]:
    """The measures on strings never trained on, from before the first step of training to after the last."""
    return tuple(card(KEY)["course"])


def without() -> Mapping[str, Any]:
    """The measures of the last weights with one head switched off, "head 1.2", on strings never trained on."""
    return dict(card(KEY)["without"])


def seeds() -> tuple[Mapping[str, Any], ...]:
    """What came of each seed that was trained; the first one's weights are those that are kept."""
    return tuple(card(KEY)["seeds"])


def card_summary() -> str:
    """The model card in two sentences."""
    found = card(KEY)
    exact = found["accuracy"]["right on repeats"]
    return (
        f"Trained for {found['training']['processor seconds']:.0f} seconds on strings that a script made up; "
        f"of the repeated letters of {found['accuracy']['unseen strings']} strings it had never seen, it names "
        f"{100 * exact:.1f} in 100 rightly."
    )
