"""One head in full: its weights exactly, and its computation on the stage, from queries, keys and values."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from attention_core import Step
from attention_core.blocks.attention import scaled_dot_product
from attention_core.engine.changed import followed
from attention_core.engine.language import say, to_say
from attention_core.engine.step import Array
from attention_core.engine.trace import Trace
from attention_core.models.edits import by_step
from attention_stage.payload import payload, place
from attention_stage.structure import forward_stops
from ui.wire import WireOpened

from .texts import ReadText

MOST_QUERIES = 16  # tokens whose rows stand on the stage together; of a longer text one at a time
WORDS = {
    "Inputs": to_say(
        "What the model has computed for this head: a query, a key and a value for every token. Change any of "
        "these numbers, and what follows is computed anew in your browser."
    ),
    "scores": to_say("Each query against each key: the sum of their products, feature by feature."),
    "scaled scores": to_say("Divided by the root of the number of features, so that the scores keep one size."),
    "masked scores": to_say("Hidden keys get minus infinity, and so no weight."),
    "attention weights": to_say("Every row shared out over the keys: it adds up to 1."),
    "output": to_say("What the head hands on: the values, each counted by its weight."),
}
SET = {
    "attention weights": to_say(
        "Every row shared out over the keys. A weight of this head was set by hand after that, "
        "so its row need not add up to 1."
    )
}


def head_answer(text: ReadText, layer: int, head: int, query: int) -> WireOpened:
    """All that is shown of an opened head. query: the token whose row stands on the stage, where not all fit."""
    text.require(layer, head)
    asks = query if len(text.tokens) > MOST_QUERIES else None
    return {
        "layer": layer,
        "head": head,
        "weights": packed(text.layers[layer - 1][head - 1]),
        "query": asks,
        "stage": stage_of(text, layer, head, asks),
    }


def packed(array: Array) -> str:
    """Numbers as float32, base64."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


def head_trace(text: ReadText, layer: int, head: int, query: int | None = None) -> Trace:
    """The computation of one head in the words of the lessons, in float64: from queries, keys and values to output."""
    given = text.head(layer, head, query)
    output = scaled_dot_product(given.queries, given.keys, given.values, given.visible)
    inputs = tuple(step for step in (given.queries, given.keys, given.values, given.visible) if step is not None)
    trace = Trace.of(output, inputs)
    changes = _set_in_head(text, layer, head, query)
    found = followed((output,), {trace[name]: cells for name, cells in changes.items() if name in trace})
    return Trace.of(found.get(output, output), inputs)


COMPUTED = ("scores", "scaled scores", "masked scores", "attention weights", "head outputs")


def _set_in_head(text: ReadText, layer: int, head: int, query: int | None) -> dict[str, dict[tuple[int, ...], float]]:
    """Numbers set by hand in what this head computes, by step and cell; queries, keys and values have theirs already.

    query: the one row that stands on the stage.
    """
    found: dict[str, dict[tuple[int, ...], float]] = {}
    for name, cells in by_step(text.trace.edits if text.trace else ()).items():
        base = name.removeprefix(f"layer {layer}/")
        if base not in COMPUTED or base == name:
            continue
        own = {at[1:]: value for at, value in cells.items() if at[0] == head - 1 and query in (None, at[1])}
        rows = own if query is None else {(0, *at[1:]): value for at, value in own.items()}
        found["output" if base == "head outputs" else base] = rows
    return {name: cells for name, cells in found.items() if cells}


def stage_of(text: ReadText, layer: int, head: int, query: int | None) -> Any:
    """The payload of the stage."""
    trace = head_trace(text, layer, head, query)
    said = WORDS | (SET if "attention weights" in _set_in_head(text, layer, head, query) else {})
    words = {name: f"<p>{say(text)}</p>" for name, text in said.items()}
    shown: list[Step] = list(trace.steps)
    editable = ("queries", "keys", "values")
    view = place("attention weights")
    return payload(shown, forward_stops(trace, words), editable=editable, view=view)
