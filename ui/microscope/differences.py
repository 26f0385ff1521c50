"""Two runs side by side: the differences of their maps, and in what they differ before any number does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attention_core.models import Guess
from ui.wire import WireChanged, WireGuess, WireOutcome

from .maps import changes_written
from .texts import ReadText

LISTED = 10  # next tokens


def changed(before: ReadText, after: ReadText, same_model: bool = True) -> WireChanged:
    """After less before, in 127ths of the largest difference, the largest of every head, and what comes out.

    Both have the same places. same_model: what comes out of two models is not compared.
    """
    apart = np.concatenate(after.layers).astype(float) - np.concatenate(before.layers)
    top = float(np.abs(apart).max(initial=0))
    return {
        "top": top,
        "maps": changes_written(apart, top),
        "largest": [float(each) for each in np.abs(apart).max((1, 2))],
        "outcome": _outcome(before, after) if same_model and before.trace else None,
    }


def _outcome(before: ReadText, after: ReadText) -> WireOutcome:
    if after.causal:
        return {"before": _guesses(before.ran.likeliest(LISTED)), "after": _guesses(after.ran.likeliest(LISTED))}
    one, other = before.ran.output.value.astype(float), after.ran.output.value.astype(float)
    return {"cosine": float(one @ other)}


def _guesses(guesses: Sequence[Guess]) -> list[WireGuess]:
    return [{"id": each.id, "piece": each.piece, "probability": each.probability} for each in guesses]


def said_of(one: ReadText, other: ReadText) -> str:
    """In what two runs differ before any number does: how they cut their texts, and how many heads there are."""
    parts = []
    if len(one.tokens) != len(other.tokens):
        parts.append(f"One has {len(one.tokens)} tokens, the other {len(other.tokens)}")
    elif one.title != other.title and one.labels != other.labels:
        pairs = zip(one.labels, other.labels, strict=True)
        n, pair = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
        parts.append(f"Tokens are cut differently: token {n} is “{pair[0]}” in one and “{pair[1]}” in the other")
    sizes = [(len(each.layers), len(each.layers[0])) for each in (one, other)]
    if sizes[0] != sizes[1]:
        ours, theirs = (f"{layers} layers of {heads} heads" for layers, heads in sizes)
        parts.append(f"{'one' if parts else 'One'} has {ours}, the other {theirs}")
    if not parts:
        return ""
    fits = len(one.tokens) == len(other.tokens) and sizes[0] == sizes[1]
    return "; ".join(parts) + ("." if fits else ": no map is subtracted from another.")
