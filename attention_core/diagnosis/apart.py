"""What would tell two explanations apart that give the same numbers: a further step, or another input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from attention_core.engine.language import say, to_say
from attention_core.engine.step import Array

from .compare import ORDER, same
from .recipe import RIGHT, Given, Kitchen, Recipe
from .search import MISFITS, Fit

SAME = to_say("They are the same computation under these settings.")


def how_to_tell(one: Fit, other: Fit, given_names: tuple[str, ...], given: Given) -> str:
    """A sentence that says what else would tell them apart."""
    for name in ORDER:
        both = name in one.steps and name in other.steps
        if name not in given_names and both and not same(one.steps, other.steps, (name,)):
            return say("The step “{name}” would tell them apart.", name=name)
    for words, change in _OTHERS.items():
        if _differ(one, other, change(given)):
            return say("{what} would tell them apart.", what=say(words))
    return say(SAME)


def _differ(one: Fit, other: Fit, given: Given | None) -> bool:
    """Whether two explanations differ on another input; not where one of them cannot be made there."""
    if given is None:
        return False
    kitchen = Kitchen(given)
    try:
        first, second = (kitchen.steps(_recipe(fit)) for fit in (one, other))
    except MISFITS:
        return False
    return not same(first, second, ("output",))


def _recipe(fit: Fit) -> Recipe:
    recipe = RIGHT
    for way in fit.ways:
        recipe = way.change(recipe)
    return recipe


def _numbers(shape: tuple[int, ...]) -> Array:
    return np.random.default_rng(len(shape)).normal(size=shape)


def _other_numbers(given: Given) -> Given:
    q, k, v = (_numbers(x.shape) for x in given.inputs)
    return replace(given, inputs=(q, k, v))


def _own_scale(given: Given) -> Given:
    return replace(given, factor=given.factor * 0.7, own_scale=True)


def _plain(given: Given) -> bool:
    """Whether nothing but queries, keys and values has a size that others would have to fit."""
    return not (
        given.marks is not None or given.bias is not None or given.past or given.weights or given.lengths is not None
    )


def _resized(given: Given, keys: int = 0, width: int = 0, batch: int = 0) -> Given | None:
    """Other sizes: so many further keys (and queries), features of a head, sequences."""
    if not _plain(given):
        return None
    shapes = []
    for n, x in enumerate(given.inputs):
        heads = (given.heads if n == 0 else given.kv_heads) if given.merged else 1
        more = 0 if n == 2 else width
        shapes.append((x.shape[0] + batch, *x.shape[1:-2], x.shape[-2] + keys, x.shape[-1] + more * heads))
    q, k, v = (_numbers(shape) for shape in shapes)
    own = given.own_scale or width == 0
    return replace(given, inputs=(q, k, v), factor=given.factor if own else _default_factor(q, given))


def _default_factor(q: Array, given: Given) -> float:
    return float((q.shape[-1] // (given.heads if given.merged else 1)) ** -0.5)


def _more_heads(given: Given) -> Given | None:
    if given.heads > 1 or not _plain(given) or given.slopes is not None:
        return None
    tiled = tuple(np.concatenate([x, x + _numbers(x.shape)], axis=2 if given.merged else 1) for x in given.inputs)
    q, k, v = tiled
    return replace(given, inputs=(q, k, v), heads=2, kv_heads=2)


# Tried in this order: the first that tells two explanations apart is named.
_OTHERS: dict[str, Callable[[Given], Given | None]] = {
    to_say("Other numbers"): _other_numbers,
    to_say("A scale of your own"): _own_scale,
    to_say("More than one head"): _more_heads,
    to_say("Another number of tokens"): lambda given: _resized(given, keys=2),
    to_say("Another width of the heads"): lambda given: _resized(given, width=2),
    to_say("Another number of sequences"): lambda given: _resized(given, batch=2),
}
