"""A trace: the named steps of one computation, in order, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from .errors import InputError
from .primitives import add
from .step import Array, Step, ancestors


@dataclass(frozen=True, eq=False)
class Trace:
    """Steps in the order they are computed, inputs first. `trace["scores"]` looks one up; `output` is the last."""

    steps: tuple[Step, ...]
    output: Step
    options: Mapping[str, Any] = field(default_factory=dict)  # what the mechanism was told, where one made it

    @classmethod
    def of(cls, output: Step, inputs: tuple[Step, ...] = (), asides: tuple[Step, ...] = ()) -> Trace:
        """Every named step behind `output` and `asides` in the order they were made; the `inputs` come first."""
        made = sorted(ancestors((*asides, output)).keys() - set(inputs), key=lambda step: step.born)
        return cls(tuple(step for step in (*inputs, *made) if step.name), output)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __contains__(self, name: object) -> bool:
        return any(step.name == name for step in self.steps)

    def __getitem__(self, name: str) -> Step:
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"no step {name!r}; there are {', '.join(step.name for step in self.steps)}")

    @cached_property
    def inputs(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.primitive is None)

    @cached_property
    def computed(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.primitive is not None)

    @cached_property
    def held(self) -> tuple[Step, ...]:
        """Steps at which the way back is cut."""
        return tuple(step for step in ancestors(self.steps) if step.primitive and step.primitive.holds)

    @cached_property
    def series(self) -> Mapping[str, Mapping[str, Mapping[int, Step]]]:
        """Steps whose names tell a time, by series, topic and time: series["tile"]["scores"][2] is "tile 2/scores".

        Times stand in the order in which they are computed: last to first where a text is read backwards.
        """
        found: dict[str, dict[str, dict[int, Step]]] = {}
        for step in self.steps:
            if step.moment:
                series, time = step.moment
                found.setdefault(series, {}).setdefault(step.topic, {})[time] = step
        return found

    def gradients(self, of: str = "output", at: tuple[int, ...] = ()) -> Trace:
        """d(one cell)/d(every step it depends on), by reverse mode, as one more trace of steps.

        of: a step's name ("output" also means the last step); at: the cell, 0-based. The gradient of step "scores" is
        the step "gradient of scores"; each has the axes of the step it belongs to. Where no gradient flows, as behind a
        hard choice, there is no such step.
        """
        target = self.output if of == "output" and of not in self else self[of]
        seed = one_hot(target, at)
        found = backward(target, seed)
        steps = tuple(found[step] for step in _backwards(target) if step in found and step.name)
        last = tuple(found[step] for step in self.inputs if step in found)
        rest = tuple(step for step in steps if step not in last)
        return Trace((*rest, *last), (*rest, *last)[-1])

    def to_numpy_code(self) -> str:
        """A script that recomputes every step from the inputs' numbers and prints it."""
        from .export import script

        return script(self, "numpy")

    def to_torch_code(self) -> str:
        """The same script for PyTorch."""
        from .export import script

        return script(self, "torch")

    def _repr_html_(self) -> str:
        from .notebook import trace_html

        return trace_html(self)


def slopes(target: Step, wanted: Sequence[Step], at: tuple[int, ...] | None = None) -> tuple[Array, ...]:
    """How a cell of a step, or the sum of all its cells, answers to each of several other steps; 0 where nothing flows.

    The gradients of `backward` as arrays, of the shapes of `wanted`.
    """
    seed = Step("seed", "1", np.ones(target.value.shape), target.axes) if at is None else one_hot(target, at)
    found = backward(target, seed)
    return tuple(found[step].value if step in found else np.zeros(step.value.shape) for step in wanted)


def replayed(target: Step, changed: Mapping[Step, Array]) -> Array:
    """The value of a step had some steps before it been other arrays; what is held keeps its numbers.

    That is the function whose slope a gradient is. Running a mechanism again on nudged numbers is another one wherever
    the way back is cut: the nudge goes forward through the cut.
    """
    depth = ancestors((target,))
    found = {step: replace(step, value=np.array(value)) for step, value in changed.items()}
    with np.errstate(all="ignore"):
        for step in sorted(depth, key=depth.__getitem__):
            if step not in found:
                found[step] = _recomputed(step, tuple(found[operand] for operand in step.operands))
    return found[target].value


def _recomputed(step: Step, operands: tuple[Step, ...]) -> Step:
    if step.primitive is None or step.primitive.holds or operands == step.operands:
        return step
    return replace(step, value=step.primitive.call(step.axes, *operands).run(operands))


def one_hot(target: Step, at: tuple[int, ...]) -> Step:
    """The derivative of one cell with respect to its own step: 1 there and 0 elsewhere."""
    value = np.zeros(target.value.shape)
    if at not in np.ndindex(value.shape):
        raise InputError(target.name, f"cell {at}", f"there is no such cell in shape {value.shape}")
    value[at] = 1.0
    return Step(f"gradient of {target.name}", _bar(target), value, target.axes)


def backward(target: Step, seed: Step, path: str = "") -> dict[Step, Step]:
    """Reverse mode: the gradient of sum(seed * target) for every step it reaches; paths that meet add up.

    path: comes before the names, where the way back is part of a lesson and has a way back itself.
    """
    found: dict[Step, Step] = {target: seed}
    for step in _backwards(target):
        if step not in found:
            continue  # nothing flows here: the other side of a mask, or of a selection
        found[step] = _labelled(found[step], step, path)
        if step.primitive is None:
            continue
        gradients = step.primitive.vjp(found[step], step, *step.operands)
        for operand, gradient in zip(step.operands, gradients, strict=True):
            if gradient is not None:
                found[operand] = add(found[operand], gradient) if operand in found else gradient
    return found


def _backwards(target: Step) -> list[Step]:
    depth = ancestors((target,))
    return sorted(depth, key=depth.__getitem__, reverse=True)


def _labelled(gradient: Step, step: Step, path: str) -> Step:
    """Name a gradient after its step; the gradient of an unnamed step stays unnamed and is inlined."""
    if not step.name or gradient.primitive is None:
        return gradient
    return replace(gradient, name=f"{path}gradient of {step.name}", symbol=_bar(step))


def _bar(step: Step) -> str:
    return rf"\bar{{{step.symbol}}}"
