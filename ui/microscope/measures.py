"""What is measured of every head: how much of its attention goes where, each with the formula that is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from attention_core.engine.language import spoken, to_say
from attention_core.engine.step import Array


@spoken("title", "about")
@dataclass(frozen=True)
class Measure:
    """One number from 0 to 1 for every head; None where the text has nothing to measure.

    compute: of the weights (head, query, key) and the ids of the tokens. latex: the formula; i counts queries, j keys.
    """

    title: str
    about: str
    latex: str
    compute: Callable[[Array, Sequence[int]], Array | None]


def _previous(weights: Array, ids: Sequence[int]) -> Array | None:
    return _mean(np.diagonal(weights, -1, 1, 2))


def _first(weights: Array, ids: Sequence[int]) -> Array | None:
    return _mean(weights[:, 1:, 0])


def _last(weights: Array, ids: Sequence[int]) -> Array | None:
    return _mean(weights[:, :-1, -1])


def _itself(weights: Array, ids: Sequence[int]) -> Array | None:
    return _mean(np.diagonal(weights, 0, 1, 2))


def _mean(of_queries: Array) -> Array | None:
    return of_queries.mean(1) if of_queries.size else None


def _same(weights: Array, ids: Sequence[int]) -> Array | None:
    found = np.array(ids)
    return _onto(weights, (found[:, None] == found) & ~np.eye(len(found), dtype=bool))


def _induction(weights: Array, ids: Sequence[int]) -> Array | None:
    found = np.array(ids)
    after = np.zeros((len(found), len(found)), bool)
    after[:, 1:] = found[:, None] == found[:-1]
    return _onto(weights, after & (np.tri(len(found), dtype=bool)))


def _onto(weights: Array, meant: Array) -> Array | None:
    """The weight on the keys that are meant, on average over the queries that have any."""
    asking = meant.any(1)
    return (weights * meant).sum(2)[:, asking].mean(1) if asking.any() else None


def _uniform(weights: Array, ids: Sequence[int]) -> Array | None:
    """A key that is hidden counts no weight, and so no entropy; how many are seen is read off the weights."""
    seen = (weights > 0).any(0).sum(1)
    entropy = -(weights * np.log(np.where(weights > 0, weights, 1))).sum(2)
    asking = seen > 1
    return (entropy[:, asking] / np.log(seen[asking])).mean(1) if asking.any() else None


MEASURES = {
    "previous": Measure(
        to_say("Previous token"),
        to_say("How much each token reads the one before it."),
        r"\frac{1}{n-1} \sum_{i>1} A_{i,i-1}", _previous,
    ),
    "first": Measure(
        to_say("First token"),
        to_say("How much the others read the first token, which many heads use as a place to rest."),
        r"\frac{1}{n-1} \sum_{i>1} A_{i,1}", _first,
    ),
    "last": Measure(
        to_say("Last token"),
        to_say("How much the others read the last token, a mark in models of the BERT family."),
        r"\frac{1}{n-1} \sum_{i<n} A_{i,n}", _last,
    ),
    "itself": Measure(
        to_say("Itself"),
        to_say("How much each token reads itself."),
        r"\frac{1}{n} \sum_{i} A_{i,i}", _itself,
    ),
    "same": Measure(
        to_say("Same token"),
        to_say("How much a token reads its twins elsewhere in the text; only tokens that have one count."),
        r"\frac{1}{|T|} \sum_{i \in T} \sum_{j \neq i, x_j = x_i} A_{i,j}", _same,
    ),
    "induction": Measure(
        to_say("Induction"),
        to_say("How much a token reads what came after it the last time; only tokens that came before count."),
        r"\frac{1}{|T|} \sum_{i \in T} \sum_{j \leq i, x_{j-1} = x_i} A_{i,j}", _induction,
    ),
    "uniform": Measure(
        to_say("Uniform"),
        to_say("How evenly attention is spread: the entropy of a row, divided by the largest there can be."),
        r"\frac{1}{n} \sum_{i} \frac{-\sum_j A_{i,j} \ln A_{i,j}}{\ln n_i}", _uniform,
    ),
}  # fmt: skip


def measured(layers: Sequence[Array], ids: Sequence[int]) -> dict[str, Sequence[float] | None]:
    """Every measure for all heads in reading order, layer by layer."""
    return {name: _of_all(measure, layers, ids) for name, measure in MEASURES.items()}


def _of_all(measure: Measure, layers: Sequence[Array], ids: Sequence[int]) -> list[float] | None:
    found = [measure.compute(weights.astype(float), ids) for weights in layers]
    return [float(each) for of_layer in found if of_layer is not None for each in of_layer] or None
