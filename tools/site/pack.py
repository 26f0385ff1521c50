"""The numbers and the structure of a lesson as one file: all its presets with all options that the site ships.

What a browser can compute is left out: of a step the expression is shipped, and numbers only where there is none. What
is alike in many settings stands there once, in a list, and is named by its place. `assets/stage/site/pack.js` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypedDict

from attention_core import Mechanism, Step
from attention_core.engine.language import say
from attention_stage import structure
from attention_stage.payload import opening_step
from attention_stage.wire import WireStep
from ui.lesson_payload import of_lesson
from ui.state import Numbers

from .checks import Tree, check_of
from .choices import Chosen, offered, options_of, settings


class Form(TypedDict):
    """The steps of a setting by their places in the list of steps; which are inputs, stops, and the result of all."""

    steps: Sequence[int]
    inputs: Sequence[int]
    stops: Sequence[int]
    output: int


Filled = tuple[int, int, Sequence[int]]  # a form, its labels, and the numbers of the steps that are given


class Pack(TypedDict):
    """A lesson. settings: by preset, then by the places of the options' values ("0.2"); None: it does not compute.

    labels: of a form, for every step the lists of its axes' labels. starts: of a preset, the numbers of its inputs.
    large: presets with more numbers than the stage prints. checks: of each challenge its goal, see `checks`.
    """

    key: str
    presets: Sequence[str]
    options: dict[str, Sequence[Any]]
    own: dict[str, str]
    opens: dict[str, str]
    large: Sequence[str]
    steps: list[dict[str, Any]]
    names: list[Any]
    labels: list[Any]
    numbers: list[str]
    forms: list[Form]
    starts: dict[str, dict[str, int]]
    settings: dict[str, dict[str, Filled | None]]
    checks: list[Tree | None]


Which = Callable[[Mechanism, str], Iterable[Chosen]]  # the settings of a preset, its own first


class Pool:
    """Things by their places, the same ones once."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self._places: dict[str, int] = {}

    def place(self, thing: Any) -> int:
        """Where it stands, from now on at least."""
        text = json.dumps(thing)
        if text not in self._places:
            self._places[text] = len(self.found)
            self.found.append(thing)
        return self._places[text]


class Packing:
    """A pack under way. `pack` has it when all settings are in. which: those of each preset that are put in."""

    def __init__(self, mechanism: Mechanism, which: Which = settings) -> None:
        self.mechanism, self.which = mechanism, which
        self.values = offered(mechanism)
        self._steps, self._names, self._labels, self._numbers, self._forms = Pool(), Pool(), Pool(), Pool(), Pool()
        self._opens: dict[str, str] = {}
        self._large: list[str] = []

    def pack(self) -> Pack:
        presets = list(self.mechanism.presets)
        filled = {preset: self._preset(preset) for preset in presets}
        return {
            "key": self.mechanism.key,
            "presets": presets,
            "options": {name: _jsonable(values) for name, values in self.values.items()},
            "own": {preset: next(iter(filled[preset]), "") for preset in presets},
            "opens": self._opens,
            "large": self._large,
            "steps": self._steps.found,
            "names": self._names.found,
            "labels": self._labels.found,
            "numbers": self._numbers.found,
            "forms": self._forms.found,
            "starts": {preset: self._start(preset) for preset in presets if preset not in self._large},
            "settings": filled,
            "checks": [check_of(challenge.reached) for challenge in self.mechanism.challenges],
        }

    def _preset(self, preset: str) -> dict[str, Filled | None]:
        start = Numbers.of(self.mechanism, preset)
        if start.is_large():
            self._large.append(preset)
            return {}
        opens = self.mechanism.opens
        self._opens[preset] = opens if opens in start.trace else opening_step(start.trace)
        return {written(places): self._setting(start, places) for places in self.which(self.mechanism, preset)}

    def _start(self, preset: str) -> dict[str, int]:
        inputs = Numbers.of(self.mechanism, preset).inputs
        return {name: self._numbers.place(structure.encoded([table])) for name, table in inputs.items()}

    def _setting(self, start: Numbers, places: Chosen) -> Filled | None:
        numbers = setting(start, options_of(self.values, places))
        if refusal(numbers):
            return None
        return self._filled(numbers)

    def _filled(self, numbers: Numbers) -> Filled:
        shape = structure.Shape.of(numbers.trace)
        found = of_lesson(self.mechanism, shape, "")
        steps, stops = found.parts["steps"], found.parts["stops"]
        names = [step["name"] for step in steps]
        assert len(set(names)) == len(names), f"{self.mechanism.key}: two steps of one name"
        form: Form = {
            "steps": [self._steps.place(_bare(step, names)) for step in steps],
            "inputs": list(stops[0]["steps"]),
            "stops": [stop["result"] for stop in stops[1:] if stop["result"] is not None],
            "output": names.index(numbers.trace.output.name),
        }
        labels = [[self._names.place(list(labels)) for _, labels in step["axes"]] for step in steps]
        arrays = [shape.steps[place] for place in found.order]
        given = [self._given(array) for array, step in zip(arrays, steps, strict=True) if step["expression"] is None]
        return self._forms.place(form), self._labels.place(labels), given

    def _given(self, step: Step) -> int:
        return self._numbers.place(structure.encoded([step.value]))


def setting(start: Numbers, options: dict[str, Any]) -> Numbers:
    """A preset with other options; itself with its own."""
    return start if options == start.options else start.with_(options=options)


def refusal(numbers: Numbers) -> str:
    """Why the stage cannot show these numbers, in the language in force; "" where it can."""
    try:
        _ = numbers.trace.said
    except ValueError as error:
        return str(error)
    return say("These options make more numbers than the stage prints.") if numbers.is_large() else ""


def places(key: str) -> Chosen:
    """The setting of a key."""
    return tuple(int(place) for place in key.split(".") if place)


def written(places: Chosen) -> str:
    """The key of a setting in a pack."""
    return ".".join(map(str, places))


def _jsonable(values: Sequence[Any]) -> list[Any]:
    """Infinity, which JSON has not, as text: numbers are never text here."""
    return [
        str(value) if isinstance(value, float) and value in (float("inf"), -float("inf")) else value for value in values
    ]


def _bare(step: WireStep, names: Sequence[str]) -> dict[str, Any]:
    """A step without what differs between presets and languages: labels, meaning. Its operands are named by name."""
    bare: dict[str, Any] = {**step, "axes": [axis for axis, _ in step["axes"]]}
    del bare["meaning"]
    bare["expression"] = _by_name(step["expression"], names)
    return bare


def _by_name(tree: Any, names: Sequence[str]) -> Any:
    if not isinstance(tree, list):
        return tree
    if tree and tree[0] == "cell":
        return ["cell", names[tree[1]], *tree[2:]]
    return [_by_name(each, names) for each in tree]


def lesson_pack(mechanism: Mechanism) -> Pack:
    """All presets of a lesson, with all options that the site ships."""
    return Packing(mechanism).pack()
