"""Weights of a model as steps: made once, mapped from disk, shared by all traces."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from threading import Lock

from attention_core.engine.axes import Axes, Axis
from attention_core.engine.changed import with_cells
from attention_core.engine.language import say
from attention_core.engine.ops.put import Cells
from attention_core.engine.step import Array, Step

from .errors import ModelError
from .tensors import Tensors

# How older files call the weight and the bias of a norm.
_OLDER = (("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta"))


@dataclass(frozen=True)
class Weight:
    """One weight: its name among the steps, its symbol, the array it is read from, and its axes.

    rows, columns: the axes that stand behind the two axes of the array, (head, feature) behind one, say; without rows
    the array has one axis. part: which of how many weights that stand side by side in the array's columns.
    """

    name: str
    symbol: str
    array: str
    rows: Axes
    columns: Axes
    part: tuple[int, int] = (0, 1)

    @property
    def axes(self) -> Axes:
        """The axes of the step."""
        return (*self.rows, *self.columns)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that the array in the file must have."""
        width = _size(self.columns) * self.part[1]
        return (_size(self.rows), width) if self.rows else (width,)


def norm_weights(place: str, file: str, model: Axis) -> Iterator[Weight]:
    """Gain and bias of a layer norm: "first norm gain", say, read from `file`.weight and `file`.bias."""
    yield Weight(f"{place} gain", "g", f"{file}.weight", (), (model,))
    yield Weight(f"{place} bias", "b", f"{file}.bias", (), (model,))


def _size(axes: Axes) -> int:
    return math.prod(axis.size for axis in axes)


class Weights:
    """The weights of a model by name, each made when it is first asked for.

    Their arrays are views of the mapped file; in another precision than the file's they are copies, one of each.
    """

    def __init__(self, tensors: Tensors, wanted: Iterable[Weight], precision: str, prefix: str = "") -> None:
        """Find every weight. Raises ModelError where one is missing, or has another shape than the config says.

        prefix: what the names of arrays may begin with, "bert."
        """
        self.precision = precision
        self._tensors = tensors
        self._prefix = prefix
        self._wanted = {each.name: each for each in wanted}
        self._made: dict[str, Step] = {}
        self._changes: Mapping[str, Cells] = {}
        self._changed: dict[str, Step] = {}
        self._lock = Lock()
        for weight in self._wanted.values():
            self._require_shape(weight)

    def _require_shape(self, weight: Weight) -> None:
        place = self._place(weight)
        has = self._tensors.shape(place)
        if has != weight.shape:
            file = self._tensors.file
            raise ModelError(
                say(
                    "{file} has the array {place} in the shape {has}, and by config.json it is {shape}.",
                    file=file,
                    place=place,
                    has=has,
                    shape=weight.shape,
                )
            )

    def _place(self, weight: Weight) -> str:
        """The name of the array in the file."""
        names = [weight.array, *(weight.array.replace(*pair) for pair in _OLDER)]
        found = (each for name in names for each in (self._prefix + name, name) if each in self._tensors.stored)
        return next(found, self._prefix + weight.array)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all weights, in the order in which they are used."""
        return tuple(self._wanted)

    @property
    def count(self) -> int:
        """How many numbers the weights have."""
        return sum(_size(each.axes) for each in self._wanted.values())

    def __contains__(self, name: object) -> bool:
        return name in self._wanted

    def __getitem__(self, name: str) -> Step:
        """A weight as a step. Raises KeyError for an unknown name."""
        made = self._changed if name in self._changes else self._made
        if name not in made:
            step = self._step(self._wanted[name])
            with self._lock:
                made.setdefault(name, step)
        return made[name]

    def changed(self, changes: Mapping[str, Cells]) -> Weights:
        """The same weights with some numbers set by hand, by the names of the weights; all others are shared."""
        found = copy(self)  # what was made before, and will be, is in the same table
        found._changes, found._changed = changes, {}
        return found

    def get(self, name: str) -> Step | None:
        """A weight as a step, or None: not every model has every bias."""
        return self[name] if name in self._wanted else None

    def _step(self, weight: Weight) -> Step:
        array = self._tensors.array(self._place(weight), self.precision)
        which, of = weight.part
        width = array.shape[-1] // of
        value = array[..., which * width : (which + 1) * width].reshape([axis.size for axis in weight.axes])
        step = Step(weight.name, weight.symbol, value, weight.axes)
        cells = self._changes.get(weight.name)
        return replace(step, value=with_cells(step.value, cells)) if cells else step

    def rows(self, name: str, ids: Iterable[int]) -> Array:
        """Some rows of a table of vectors, copied; nothing else of the table is converted."""
        ids = list(ids)
        found = self._tensors.rows(self._place(self._wanted[name]), ids, self.precision)
        for (id, column), number in self._changes.get(name, {}).items():
            found[[n for n, each in enumerate(ids) if each == id], column] = number
        return found

    def is_weight(self, step: Step) -> bool:
        """Whether a step is one of these, and not of a text."""
        return step in (self._made.get(step.name), self._changed.get(step.name))
