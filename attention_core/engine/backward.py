"""Reverse mode: the gradient of a step for every step behind it, as steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.ops import add
from attention_core.engine.step import Array, Step, ancestors


def gradient_arrays(target: Step, wanted: Sequence[Step], at: tuple[int, ...] | None = None) -> tuple[Array, ...]:
    """How a cell of a step, or the sum of all its cells, answers to each of several other steps; 0 where nothing flows.

    The gradients of `backward` as arrays, of the shapes of `wanted`.
    """
    seed = Step("seed", "1", np.ones(target.value.shape), target.axes) if at is None else one_hot(target, at)
    found = backward(target, seed)
    return tuple(found[step].value if step in found else np.zeros(step.value.shape) for step in wanted)


def recomputed_with(target: Step, changed: Mapping[Step, Array]) -> Array:
    """The value of a step had some steps before it been other arrays; what blocks gradients keeps its numbers.

    That is the function whose slope a gradient is. Running a mechanism again on nudged numbers is another one wherever
    the way back is cut: the nudge goes forward through the cut.
    """
    depth = ancestors((target,))
    found = {step: replace(step, value=np.array(value)) for step, value in changed.items()}
    with np.errstate(all="ignore"):
        for step in sorted(depth, key=depth.__getitem__):
            if step not in found:
                found[step] = _recomputed_step(step, tuple(found[operand] for operand in step.operands))
    return found[target].value


def _recomputed_step(step: Step, operands: tuple[Step, ...]) -> Step:
    if step.primitive is None or step.primitive.blocks_gradient or operands == step.operands:
        return step
    return replace(step, value=step.primitive.call(step.axes, *operands).run(operands))


def one_hot(target: Step, at: tuple[int, ...]) -> Step:
    """The derivative of one cell with respect to its own step: 1 there and 0 elsewhere."""
    value = np.zeros(target.value.shape)
    if at not in np.ndindex(value.shape):
        raise InputError(target.name, f"cell {at}", f"there is no such cell in shape {value.shape}")
    value[at] = 1.0
    return Step(f"gradient of {target.name}", _bar(target), value, target.axes)


def backward(target: Step, seed: Step, path: str = "", until: Step | None = None) -> dict[Step, Step]:
    """Reverse mode: the gradient of sum(seed * target) for every step it reaches; paths that meet add up.

    path: comes before the names, where the way back is part of a lesson and has a way back itself. until: a step at
    which the way back ends, as if nobody had computed it.
    """
    found: dict[Step, Step] = {target: seed}
    for step in in_reverse(target):
        if step not in found:
            continue  # nothing flows here: the other side of a mask, or of a selection
        found[step] = _named_after(found[step], step, path)
        if step.primitive is None or step is until:
            continue
        gradients = step.primitive.vjp(found[step], step, *step.operands)
        for operand, gradient in zip(step.operands, gradients, strict=True):
            if gradient is not None:
                found[operand] = add(found[operand], gradient) if operand in found else gradient
    return found


def in_reverse(target: Step) -> list[Step]:
    depth = ancestors((target,))
    return sorted(depth, key=depth.__getitem__, reverse=True)


def _named_after(gradient: Step, step: Step, path: str) -> Step:
    """Name a gradient after its step; the gradient of an unnamed step stays unnamed and is inlined."""
    if not step.name or gradient.primitive is None:
        return gradient
    return replace(gradient, name=f"{path}gradient of {step.name}", symbol=_bar(step))


def _bar(step: Step) -> str:
    return rf"\bar{{{step.symbol}}}"
