"""A trace: the named steps of one computation, in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .backward import backward, in_reverse, one_hot
from .step import Step, ancestors, source

if TYPE_CHECKING:
    from attention_core.export.notebook import Shown

Sayings = Callable[["Trace"], Mapping[str, Step | float]]


@dataclass(frozen=True, eq=False)
class Trace:
    """Steps in the order they are computed, inputs first. `trace["scores"]` looks one up; `output` is the last."""

    steps: tuple[Step, ...]
    output: Step
    options: Mapping[str, Any] = field(default_factory=dict)  # the options of the mechanism, where one made the trace
    sayings: Sayings | None = None  # its `said`

    @classmethod
    def of(cls, output: Step, inputs: tuple[Step, ...] = (), further_outputs: tuple[Step, ...] = ()) -> Trace:
        """The trace of all named steps behind `output` and `further_outputs`, in the order in which they were made.

        inputs: steps that come first, whether something is computed from them or not.
        """
        made = sorted(ancestors((*further_outputs, output)).keys() - set(inputs), key=lambda step: step.order)
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
        """The steps that were given, not computed."""
        return tuple(step for step in self.steps if step.primitive is None)

    @cached_property
    def computed(self) -> tuple[Step, ...]:
        """The steps that were computed."""
        return tuple(step for step in self.steps if step.primitive is not None)

    @cached_property
    def said(self) -> Mapping[str, Step]:
        """What the words of the lesson read besides these steps, by name; no step of the trace is computed from it."""
        made = self.sayings(self) if self.sayings else {}
        return {name: _said(f"said/{name}", found) for name, found in made.items()}

    @cached_property
    def blocked(self) -> tuple[Step, ...]:
        """Steps through which no gradient passes back."""
        return tuple(step for step in ancestors(self.steps) if step.primitive and step.primitive.blocks_gradient)

    @cached_property
    def series(self) -> Mapping[str, Mapping[str, Mapping[int, Step]]]:
        """Steps at a time, by series, base name and time: series["tile"]["scores"][2] is "tile 2/scores".

        Times stand in the order in which they are computed: last to first where a text is read backwards.
        """
        found: dict[str, dict[str, dict[int, Step]]] = {}
        for step in self.steps:
            if step.time:
                series, time = step.time
                found.setdefault(series, {}).setdefault(step.base_name, {})[time] = step
        return found

    def gradients(self, of: str = "output", at: tuple[int, ...] = (), wanted: Collection[Step] | None = None) -> Trace:
        """The gradient of one cell for every step it depends on, by reverse mode, as one more trace of steps.

        of: a step's name ("output" also means the last step); at: the cell, 0-based. The gradient of step "scores" is
        the step "gradient of scores"; each has the axes of the step it belongs to. Where no gradient flows, as before a
        hard choice, there is no such step. wanted: the steps whose gradients are asked for, where not all of them are.
        Raises KeyError for an unknown step, InputError for a cell outside of it.
        """
        target = self.output if of == "output" and of not in self else self[of]
        seed = one_hot(target, at)
        found = backward(target, seed, wanted=wanted)
        steps = tuple(found[step] for step in in_reverse(target) if step in found and step.name)
        last = tuple(found[step] for step in self.inputs if step in found)
        rest = tuple(step for step in steps if step not in last)
        ordered = (*rest, *last)
        return Trace(ordered, ordered[-1])

    def to_numpy_code(self) -> str:
        """A NumPy script that recomputes every step from the inputs' numbers and prints it."""
        from attention_core.export.script import script

        return script(self, "numpy")

    def to_torch_code(self) -> str:
        """The same script for PyTorch."""
        from attention_core.export.script import script

        return script(self, "torch")

    def show(self) -> Shown:
        """The trace as the last line of a notebook's cell: the stage, on which every number shows its arithmetic.

        Inputs are edited there, and `trace` of what is returned is the trace of the edited inputs. Without the extra
        `notebook`, or where the arrays are too large to be read, it is shown as tables.
        """
        from attention_core.export.notebook import shown

        return shown(self)

    def _repr_html_(self) -> str:
        from attention_core.export.notebook import trace_html

        return trace_html(self)


def _said(name: str, found: Step | float) -> Step:
    made = found if isinstance(found, Step) else source("", float(found), ())
    return replace(made, name=name, symbol=r"\cdot")
