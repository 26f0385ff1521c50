"""The structure of a stage, which is all but its numbers: names, axes, expressions, the stations of the rail.

Most edits leave it as it is. So each structure is sent once and kept in the browser by its key, and sent again where
the browser has lost it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np

from attention_core import Step, Trace
from attention_core.engine.expression import encode
from attention_core.engine.step import Array, ancestors, by_depth, looked_through

from . import views
from .formulas import symbol
from .wire import WireStep, WireStop

NAMELESS = r"\cdot"  # the symbol of a number that was given without a name
Stops = Callable[[dict[Step, int]], list[WireStop]]  # from the number of each step, the stations of the rail


class Parts(TypedDict):
    """What is sent under the key of a structure."""

    steps: list[WireStep]
    stops: list[WireStop]


@dataclass(frozen=True)
class Structure:
    """key: the same for the same parts. order: where the steps that are sent stand among all, in their order.

    parts: what is sent under the key.
    """

    key: str
    parts: Parts
    order: tuple[int, ...]

    def values(self, steps: Sequence[Step]) -> str:
        """The numbers that fill it, from all steps of a computation of this structure."""
        return encoded(steps[n].value for n in self.order)


@dataclass(frozen=True)
class Meanings:
    """How inputs are edited, and what they mean: by name."""

    kinds: dict[str, str]  # "number" is typed, "switch" is thrown; of what cannot be edited, nothing
    words: dict[str, str]
    shares: frozenset[str] = frozenset()  # given steps that are known to be weights
    marked: Mapping[str, Sequence[int]] = field(default_factory=dict)  # cells, in reading order, that are marked


def structure(
    steps: Sequence[Step], stops: Stops, meanings: Meanings, sent: Collection[Step] | None = None
) -> Structure:
    """steps: in the order of `by_depth`. sent: those of them that a browser gets; by default all."""
    order = tuple(n for n, step in enumerate(steps) if step.is_shown and (sent is None or step in sent))
    number = {steps[place]: n for n, place in enumerate(order)}
    described = [_described(step, number, meanings) for step in number]
    parts: Parts = {"steps": described, "stops": stops(number)}
    return Structure(keyed(parts), parts, order)


def encoded(arrays: Iterable[Array]) -> str:
    """All values, float64, in reading order: exact, and the only form in which minus infinity survives JSON."""
    flat = np.concatenate([np.asarray(array, dtype="<f8").ravel() for array in arrays])
    return base64.b64encode(flat.tobytes()).decode()


def keyed(parts: Any) -> str:
    """A name for content: the same for the same."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _described(step: Step, number: dict[Step, int], meanings: Meanings) -> WireStep:
    made = step.primitive is not None
    kind = meanings.kinds.get(step.name)
    letter = step.symbol or NAMELESS
    described: WireStep = {
        "name": step.name,
        "plain": letter,
        "symbol": symbol(letter),
        "compound": "_" in letter,
        "axes": [(axis.name, axis.labels) for axis in step.axes],
        "view": views.view_of(step),
        "beside": views.BESIDE[views.view_of(step)],
        "sign": _sign(step),
        "meaning": meanings.words.get(step.name, ""),
        "editable": not made and kind is not None,
        "switch": not made and kind == "switch",
        "expression": encode(step.expression, number.__getitem__, symbol) if made or step.formula else None,
    }
    if step.name in meanings.shares:
        described["shares"] = True
    if step.name in meanings.marked:
        described["marked"] = list(meanings.marked[step.name])
    return described


def _sign(step: Step) -> str:
    """What stands between the operands; nothing where an unnamed step changes one of them on the way."""
    plain = all(part.is_shown or (part.primitive and part.primitive.rearranges) for part in looked_through(step))
    return step.primitive.sign if step.primitive and plain else ""


@dataclass(frozen=True)
class Shape:
    """How the steps of a trace are made, without their numbers: traces of one shape have one structure."""

    made: tuple[Hashable, ...]
    trace: Trace = field(compare=False)
    steps: list[Step] = field(compare=False)  # of the trace and for its words, by depth

    @classmethod
    def of(cls, trace: Trace) -> Shape:
        steps = by_depth((*trace.steps, *trace.said.values()))
        number = {step: n for n, step in enumerate(steps)}
        made = (
            (step.name, step.symbol, step.axes, step.primitive, step.formula, _operand_numbers(step, number))
            for step in steps
        )
        return cls(tuple(made), trace, steps)


def _operand_numbers(step: Step, number: dict[Step, int]) -> tuple[int, ...]:
    return tuple(number[operand] for operand in step.operands)


def computed_up_to(trace: Trace, until: str) -> Sequence[Step]:
    """The computed steps up to this one, none where it is the inputs; all where there is no such step."""
    if until == "Inputs":
        return ()
    names = [step.name for step in trace.computed]
    return trace.computed[: names.index(until) + 1] if until in names else trace.computed


def forward_stops(trace: Trace, words: dict[str, str], until: str = "") -> Stops:
    """Inputs together, then one stop per computed step, up to `until` where it is given."""

    def stops(number: dict[Step, int]) -> list[WireStop]:
        used = ancestors(trace.computed)
        shown = [number[step] for step in trace.inputs if step in used]
        inputs: WireStop = {"title": "Inputs", "steps": shown, "result": None, "words": words.get("Inputs", "")}
        made: Iterator[WireStop] = (
            {"title": step.name, "steps": [], "result": number[step], "words": words.get(step.base_name, "")}
            for step in computed_up_to(trace, until)
        )
        return [inputs, *made]

    return stops


def gallery(title: str, steps: Sequence[Step]) -> Stops:
    """One stop: the steps side by side."""
    return lambda number: [{"title": title, "steps": [number[step] for step in steps], "result": None, "words": ""}]
