"""Reverse-mode differentiation: the gradient of a step for every step behind it, as steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.ops import add
from attention_core.engine.step import Array, Step, ancestors, by_depth

from .language import say


def gradient_arrays(target: Step, wanted: Sequence[Step], at: tuple[int, ...] | None = None) -> tuple[Array, ...]:
    """The gradient of one cell of a step, or of the sum of all its cells, for each of several other steps.

    target: the step that is differentiated; wanted: the steps it is differentiated by; at: the cell, counted from 0, or
    None for the sum. The results have the shapes of `wanted`, and are 0 where no gradient flows.
    """
    seed = Step("seed", "1", np.ones(target.value.shape), target.axes) if at is None else one_hot(target, at)
    found = backward(target, seed)
    return tuple(found[step].value if step in found else np.zeros(step.value.shape) for step in wanted)


def recomputed_with(target: Step, changed: Mapping[Step, Array]) -> Array:
    """The value of a step with other arrays in place of some steps before it.

    changed: the new array, of the same shape, for each of these steps. Steps that block gradients keep their numbers.
    So this is the function whose derivative the gradient is, also where a mechanism, run again on changed inputs, would
    let the change pass through a blocked step. Tests compare it with gradients by finite differences.
    """
    found = {step: replace(step, value=np.array(value)) for step, value in changed.items()}
    with np.errstate(all="ignore"):
        for step in by_depth((target,)):
            if step not in found:
                found[step] = _recomputed_step(step, tuple(found[operand] for operand in step.operands))
    return found[target].value


def _recomputed_step(step: Step, operands: tuple[Step, ...]) -> Step:
    if step.primitive is None or step.primitive.blocks_gradient or operands == step.operands:
        return step
    return replace(step, value=step.primitive.call(step.axes, *operands).run(operands))


def one_hot(target: Step, at: tuple[int, ...]) -> Step:
    """The gradient of one cell for its own step: 1 at that cell and 0 elsewhere, with the axes of the step.

    Raises InputError where the step has no such cell.
    """
    value = np.zeros_like(target.value)
    if at not in np.ndindex(value.shape):
        raise InputError(
            target.name, say("cell {at}", at=at), say("there is no such cell in shape {shape}", shape=value.shape)
        )
    value[at] = 1.0
    return Step(f"gradient of {target.name}", _bar(target), value, target.axes)


def backward(
    target: Step, seed: Step, path: str = "", until: Step | None = None, wanted: Collection[Step] | None = None
) -> dict[Step, Step]:
    """The gradient of sum(seed * target) for every step that it reaches; where several paths meet, they add up.

    seed: the gradient for `target` itself, with its axes. path: a prefix of the gradients' names, for a lesson that
    shows them and is differentiated in turn. until: a step at which differentiation stops, as if it were an input.
    wanted: the steps whose gradients are asked for; others get theirs only on the way to these. None: all are.
    """
    ends = () if until is None else (until,)
    return _reached(target, seed, ends, wanted, partial(_named_after, path=path))


def through(target: Step, seed: Step, ends: Collection[Step], wanted: Collection[Step]) -> dict[Step, Step]:
    """The part of a gradient that passes through a few operations, from their result to the steps they begin with.

    seed: the gradient for `target`. ends: the steps that count as inputs, also where one is computed from another.
    wanted: those whose gradients are asked for. Nothing is named: other parts may be added to what is found.
    """
    return _reached(target, seed, ends, wanted, lambda gradient, step: gradient)


def _reached(
    target: Step,
    seed: Step,
    ends: Collection[Step],
    wanted: Collection[Step] | None,
    named: Callable[[Step, Step], Step],
) -> dict[Step, Step]:
    needed = None if wanted is None else _on_the_way(target, wanted, ends)
    found: dict[Step, Step] = {target: seed}
    for step in in_reverse(target, ends):
        if step not in found:
            continue  # no gradient flows here: the cells are masked, or not selected
        found[step] = named(found[step], step)
        if step.primitive is None or step in ends:
            continue
        for operand, gradient in _passed_back(step, found[step], needed):
            if gradient is not None:
                found[operand] = add(found[operand], gradient) if operand in found else gradient
    return found


def _on_the_way(target: Step, wanted: Collection[Step], ends: Collection[Step]) -> set[Step]:
    """The wanted steps behind a target, and all that are computed from them."""
    found = set[Step]()
    for step in by_depth((target,), ends):
        if step in wanted or (step not in ends and not found.isdisjoint(step.operands)):
            found.add(step)
    return found


def _passed_back(step: Step, gradient: Step, needed: set[Step] | None) -> Iterator[tuple[Step, Step | None]]:
    """Each operand of a step with the gradient that reaches it; without those that are not needed."""
    primitive = step.primitive
    if primitive and (needed is None or needed.issuperset(step.operands)):
        yield from zip(step.operands, primitive.vjp(gradient, step, *step.operands), strict=True)
    elif primitive and needed is not None:
        places = [place for place, operand in enumerate(step.operands) if operand in needed]
        found = primitive.vjps(places, gradient, step, *step.operands)
        yield from zip((step.operands[place] for place in places), found, strict=True)


def in_reverse(target: Step, ends: Collection[Step] = ()) -> list[Step]:
    """Every step behind the target, itself included, each before its operands; nothing behind `ends`."""
    depth = ancestors((target,), ends)
    return sorted(depth, key=depth.__getitem__, reverse=True)


def _named_after(gradient: Step, step: Step, *, path: str) -> Step:
    """Name a gradient after its step; the gradient of an unnamed step stays unnamed and is inlined."""
    if not step.name or gradient.primitive is None:
        return gradient
    return replace(gradient, name=f"{path}gradient of {step.name}", symbol=_bar(step))


def _bar(step: Step) -> str:
    return rf"\bar{{{step.symbol}}}"
