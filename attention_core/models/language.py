"""What a language model says next: scores of all words, probabilities, and the logit lens over its layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from attention_core.blocks.naming import StepNamer, once
from attention_core.engine.axes import Axis
from attention_core.engine.language import say
from attention_core.engine.ops import contract, divide_by, index, mask, softmax, stack
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace

from . import gpt2, llama
from .errors import ModelError
from .run import Run

_LAST_NORM = {"gpt2": gpt2.last_norm, "llama": llama.last_norm}


@dataclass(frozen=True)
class Guess:
    """A word that may come next: its id, its piece of text, and its probability."""

    id: int
    piece: str
    probability: float


def logits(run: Run, X: Step, namer: StepNamer = once) -> Step:
    """The scores of all words after every token: (..., word), from X (..., model)."""
    table = run.weights["word table" if run.config.tied else "output table"]
    return contract(_LAST_NORM[run.config.family](run, X, namer), table, over="model", **namer("logits", "L"))


def next_tokens(scores: Step, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None) -> Trace:
    """The probabilities of all words after the last token, as steps; the last is "next-token probabilities", (word).

    scores: `logits` (token, word). temperature: above 0; below 1 it sharpens. top_k: only so many of the likeliest
    words. top_p: of these only the likeliest, until their probabilities reach it. Fan, Lewis and Dauphin 2018 (top-k);
    Holtzman et al. 2019, arXiv:1904.09751 (top-p). Raises ModelError for numbers out of range.
    """
    _require_range(temperature, top_k, top_p)
    made = [index(scores, "token", scores.size("token") - 1, name="last logits", symbol="l")]
    if temperature != 1:
        made.append(divide_by(made[-1], temperature, name="logits by temperature", symbol=r"\tilde l"))
    kept = _kept(made[-1].value, top_k, top_p)
    if not kept.all():
        visible = source("kept words", kept.astype(scores.value.dtype), made[-1].axes, r"\mathrm{kept}")
        made += [visible, mask(made[-1], visible, name="kept logits", symbol="l'", along="word")]
    made.append(softmax(made[-1], "word", name="next-token probabilities", symbol="p"))
    return Trace(tuple(made), made[-1])


def _require_range(temperature: float, top_k: int | None, top_p: float | None) -> None:
    if not (math.isfinite(temperature) and temperature > 0):
        raise ModelError(say("The temperature is {temperature:g}, and it has to be above 0.", temperature=temperature))
    if top_k is not None and top_k < 1:
        raise ModelError(
            say("The likeliest {top_k} words were asked for, and there has to be 1 at least.", top_k=top_k)
        )
    if top_p is not None and not 0 < top_p <= 1:
        raise ModelError(
            say(
                "Words were asked for up to a probability of {top_p:g}, and it has to be above 0, at most 1.",
                top_p=top_p,
            )
        )


def _kept(scores: Array, top_k: int | None, top_p: float | None) -> Array:
    """Which words stay in the choice; of words of equal score the earlier one counts as likelier."""
    order = np.argsort(-scores, kind="stable")
    count = len(order) if top_k is None else min(top_k, len(order))
    if top_p is not None:
        shares = np.exp(scores[order[:count]].astype(float) - scores.max())
        reached = np.cumsum(shares) / shares.sum()
        count = min(count, int(np.searchsorted(reached, top_p)) + 1)
    kept = np.zeros(len(order), bool)
    kept[order[:count]] = True
    return kept


def likeliest(probabilities: Step, count: int = 8) -> tuple[Guess, ...]:
    """The likeliest words of (word), first to last; none that was left out of the choice."""
    order = np.argsort(-probabilities.value, kind="stable")[: min(count, np.count_nonzero(probabilities.value))]
    labels = probabilities.axis("word").labels
    return tuple(Guess(int(n), labels[n], float(probabilities.value[n])) for n in order)


def _in_lens(name: str, symbol: str) -> dict[str, str]:
    return {"name": f"lens {name}", "symbol": symbol}


def lens(run: Run, levels: dict[str, Step], token: int) -> Trace:
    """What every layer would say next, if it were the last: the logit lens of nostalgebraist 2020, as steps.

    levels: the vectors (token, model) by the label of their layer. token: counted from 0. The last step is "lens
    probabilities", (layer, word).
    """
    rows = [index(X, "token", token) for X in levels.values()]
    stream = stack(*rows, along=Axis("layer", tuple(levels)), to=("layer", "model"), name="lens stream", symbol="X")
    scores = logits(run, stream, _in_lens)
    found = softmax(scores, "word", name="lens probabilities", symbol="p")
    return Trace(tuple(step for step in Trace.of(found).steps if step.name.startswith("lens ")), found)
