"""Two runs side by side: the differences of their maps, and in what they differ before any number does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attention_core.engine.language import say
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
        parts.append(
            say("One has {count} tokens, the other {count_2}", count=len(one.tokens), count_2=len(other.tokens))
        )
    elif one.title != other.title and one.labels != other.labels:
        pairs = zip(one.labels, other.labels, strict=True)
        n, pair = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
        parts.append(
            say(
                "Tokens are cut differently: token {n} is “{pair}” in one and “{pair_2}” in the other",
                n=n,
                pair=pair[0],
                pair_2=pair[1],
            )
        )
    sizes = [(len(each.layers), len(each.layers[0])) for each in (one, other)]
    if sizes[0] != sizes[1]:
        ours, theirs = (say("{layers} layers of {heads} heads", layers=layers, heads=heads) for layers, heads in sizes)
        parts.append(say("One has {ours}, the other {theirs}", ours=ours, theirs=theirs))
    if not parts:
        return ""
    fits = len(one.tokens) == len(other.tokens) and sizes[0] == sizes[1]
    said = say("; ").join(parts) + say(".")
    return said if fits else say("{said} No map is subtracted from another.", said=said)
