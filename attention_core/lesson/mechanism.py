"""The record every lesson is: what goes in, what can be chosen, what to try, and the computation itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from attention_core.engine.axes import Axis, axis_place, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, spoken, to_say
from attention_core.engine.sentences import NO_SWITCH
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Sayings, Trace

from .constraints import Amount, Constraint, Sum, ends
from .pictures import Picture
from .typed_text import Reading

Value = Any
# The stations of all attention, in order; the map of the family and the head of every lesson show them.
BOXES = (to_say("who asks"), to_say("score"), to_say("which keys"), to_say("normalise"), to_say("read"))


@spoken("meaning")
@dataclass(frozen=True)
class Input:
    """One array a learner may edit. axes: names; meaning: what it is, in two or three words.

    switch: every cell is 0 or 1 and a click flips it, as in a mask. drawn: the picture alone uses it, as it does the
    place of a thing that is described by other numbers.
    """

    axes: tuple[str, ...]
    meaning: str
    switch: bool = False
    drawn: bool = False

    def table(self, name: str, value: Any) -> Array:
        """value as numbers with these axes. Raises InputError at the first cell that is none."""
        return array(name, value, len(self.axes))

    def checked(self, name: str, value: Any) -> Array:
        """value as an array that fits. Raises InputError at the first cell that does not."""
        found = self.table(name, value)
        wrong = np.argwhere((found != 0) & (found != 1))
        if self.switch and wrong.size:
            place = tuple(wrong[0])
            raise InputError(name, position(place), say(NO_SWITCH, value=f"{found[place]:g}"))
        return found


@spoken("title")
@dataclass(frozen=True)
class Option:
    """One switch (default True or False), choice (choices given; numbers among which to slide) or number (bounds)."""

    title: str
    default: Any
    choices: tuple[Any, ...] = ()
    bounds: tuple[float, float] | None = None

    def checked(self, name: str, value: Any) -> Any:
        if isinstance(self.default, bool):
            if not isinstance(value, (bool, np.bool_, int)) or value not in (0, 1):
                raise InputError(name, "", say("is either on or off, not {value}", value=repr(value)))
            return bool(value)
        if self.choices and value not in self.choices:
            raise InputError(
                name,
                "",
                say(
                    "must be one of {choices}, not {value}",
                    choices=", ".join(map(str, self.choices)),
                    value=repr(value),
                ),
            )
        if self.bounds:
            return self._within(name, value, *self.bounds)
        return value

    def _within(self, name: str, value: Any, low: float, high: float) -> Any:
        whole = isinstance(self.default, int)
        fits = isinstance(value, (int, float, np.number)) and low <= value <= high
        if not fits or (whole and value != int(value)):
            bounds = {"low": low, "high": high, "value": repr(value)}
            if whole:
                message = say("must be a whole number between {low} and {high}, not {value}", **bounds)
            else:
                message = say("must be a number between {low} and {high}, not {value}", **bounds)
            raise InputError(name, "", message)
        return type(self.default)(value)


@spoken("title", "note")
@dataclass(frozen=True)
class Preset:
    """A starting point: every input's numbers, the token names of its axes, the options. note: where they come from."""

    title: str
    inputs: Mapping[str, Any]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@spoken("goal", "hint")
@dataclass(frozen=True)
class Challenge:
    """A goal to reach by editing, checked on the learner's own trace.

    solution: inputs (and options) that reach it from the first preset; the proof that it can be reached.
    """

    goal: str
    reached: Callable[[Trace], bool]
    hint: str
    solution: Mapping[str, Any]


@spoken("title", "section", "family", "insight", "in_transformer")
@dataclass(frozen=True, eq=False)
class Mechanism:
    """One mechanism of attention. Its `run` takes the inputs as steps by name and the options by name.

    run: returns the last step; or several, the last one last, where some do not lead to it.
    family: lessons of one family share an entry in the navigation and a switch on their page.
    opens: the step the lesson opens at, where the options show it; else where results of earlier steps first meet.
    boxes: which of BOXES the mechanism is about. same: axes that always have the positions of another axis, such as
    {"query": "token"} for a mask over the pairs of tokens. constraints: between sizes, and between sizes and options,
    see `constraints.py`. reads: how typed text becomes the inputs, where a learner types text instead of numbers.
    related: keys of lessons in which parts of this one are taught at length.
    in_transformer: where it stands in a Transformer today, or what took its place; read after "In a Transformer:".
    renamed: inputs by the names they had once, which links of that time still have.
    trained: its weights were trained, so that its steps are many times larger than its inputs, and have the sizes of
    the weights; where a page shows maps, the picture stands above them.
    said: from a trace to what the words of the lesson read besides its steps, by name: more steps made of them with
    the same operations, so that a browser follows them too, or numbers. For every trace, whatever its numbers.
    """

    key: str
    title: str
    section: str
    insight: str
    papers: tuple[str, ...]
    inputs: Mapping[str, Input]
    presets: Mapping[str, Preset]
    challenges: tuple[Challenge, ...]
    run: Callable[..., Step | tuple[Step, ...]]
    options: Mapping[str, Option] = field(default_factory=dict)
    picture: Callable[[Trace], tuple[Picture, ...]] | None = None
    family: str = ""
    boxes: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()
    opens: str = ""
    reads: Reading | None = None
    related: tuple[str, ...] = ()
    in_transformer: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    trained: bool = False
    said: Sayings | None = None

    @property
    def first(self) -> Preset:
        return next(iter(self.presets.values()))

    @property
    def year(self) -> int:
        """When the first of its papers appeared: its place on a timeline."""
        return int(re.findall(r"\b(?:19|20)\d\d\b(?!\.)", self.papers[0])[0])

    def trace(
        self,
        inputs: Mapping[str, Any] | None = None,
        labels: Mapping[str, tuple[str, ...]] | None = None,
        **options: Any,
    ) -> Trace:
        """Run on the given numbers (any left out come from the first preset) and options, and return every step.

        labels: names for the positions along an axis ("token": ("Bark", "is", ...)). Options may also stand among the
        inputs. Raises InputError naming the input, the row and the column where the numbers cannot be used.
        """
        given = {**self.first.inputs, **(inputs or {})}
        if labels is None and not inputs:
            labels = self.first.labels
        among_inputs = {name: given[name] for name in given if name in self.options}
        chosen = {**self.first.options, **among_inputs, **options}
        self._check_names({**given, **chosen})
        arrays = {name: spec.checked(name, given[name]) for name, spec in self.inputs.items()}
        axes = self._axes(arrays, labels)
        settings = {name: spec.checked(name, chosen.get(name, spec.default)) for name, spec in self.options.items()}
        self._check_sizes(axes, settings)
        steps = {name: source(name, given[name], axes[name]) for name in self.inputs}
        result = self.run(**steps, **settings)
        *further_outputs, output = result if isinstance(result, tuple) else (result,)
        trace = Trace.of(output, tuple(steps.values()), tuple(further_outputs))
        return replace(trace, options=settings, sayings=self.said)

    def again(self, trace: Trace, changed: Mapping[str, Any] | None = None, /, **options: Any) -> Trace:
        """The same inputs, names and options, but for the inputs changed and the options given."""
        inputs = {step.name: step for step in trace.inputs if step.name in self.inputs}
        axes = self._by_position({name: step.axes for name, step in inputs.items()})
        labels = {name: axis.labels for name, axis in axes.items()}
        values = {name: step.value for name, step in inputs.items()}
        return self.trace({**values, **(changed or {})}, labels, **{**trace.options, **options})

    def under(self, trace: Trace, option: str) -> dict[Any, Trace]:
        """The same numbers under every choice of an option; a choice they do not allow is left out."""
        found = {}
        for choice in self.options[option].choices:
            with suppress(InputError):
                found[choice] = self.again(trace, **{option: choice})
        return found

    def _check_names(self, given: Mapping[str, Any]) -> None:
        for name in given:
            if name not in self.inputs and name not in self.options:
                known = ", ".join((*self.inputs, *self.options))
                raise InputError(
                    name, "", say("is not an input or option of {key} (it has {known})", key=self.key, known=known)
                )

    def _axes(
        self, arrays: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]] | None
    ) -> dict[str, tuple[Axis, ...]]:
        """Axes of every input; sizes must agree wherever two inputs share an axis name."""
        found: dict[str, tuple[Axis, str]] = {}
        for name, value in arrays.items():
            for axis_name, size in zip(self.positions(name), value.shape, strict=True):
                new = _labelled(axis_name, size, labels or {})
                axis, owner = found.setdefault(axis_name, (new, name))
                if axis.size != size:
                    message = say(
                        "{one} has {size} but {other} has {other_size}",
                        one=owner, size=axis.size, other=name, other_size=size,
                    )  # fmt: skip
                    raise InputError(name, axis_place(axis_name), message)
        axes = {name: axis for name, (axis, _) in found.items()}
        return {name: self._named_axes(name, axes) for name in arrays}

    def _named_axes(self, name: str, axes: Mapping[str, Axis]) -> tuple[Axis, ...]:
        """The axes of an input under its own names for them. axes: by the names of `positions`."""
        pairs = zip(self.inputs[name].axes, self.positions(name), strict=True)
        return tuple(axes[position].renamed(axis) for axis, position in pairs)

    def _by_position(self, axes: Mapping[str, tuple[Axis, ...]]) -> dict[str, Axis]:
        """The axes of all inputs by the names of `positions`."""
        return {
            position: axis
            for name, each in axes.items()
            for axis, position in zip(each, self.positions(name), strict=True)
        }

    def _check_sizes(self, axes: Mapping[str, tuple[Axis, ...]], settings: Mapping[str, Any]) -> None:
        sizes = {name: axis.size for name, axis in self._by_position(axes).items()}
        known = {**settings, **sizes}
        for constraint in self.constraints:
            constraint.check(known)

    @property
    def joins(self) -> Mapping[str, Amount]:
        """Axes that are others end to end and have no size of their own, with their parts."""
        sums = (each for each in self.constraints if isinstance(each, Sum) and each.follows)
        return ends({each.axis: each.parts for each in sums})

    def blocks(self, known: Mapping[str, Any]) -> Mapping[str, Amount]:
        """Axes that are others end to end, with their parts: when those are resized, these are where they end."""
        sums = (each for each in self.constraints if isinstance(each, Sum) and each.when(known))
        of_axes = (each for each in sums if any(isinstance(part, str) for part in each.parts))
        return ends({each.axis: each.parts for each in of_axes})

    def positions(self, name: str) -> tuple[str, ...]:
        """For each axis of an input, the axis whose size and labels it has: itself, unless `same` names another."""
        return tuple(self.same.get(axis, axis) for axis in self.inputs[name].axes)


def _labelled(name: str, size: int, labels: Mapping[str, tuple[str, ...]]) -> Axis:
    given = labels.get(name, ())
    if not given:
        return numbered(name, size)
    extra = (f"{name} {position + 1}" for position in range(len(given), size))
    return Axis(name, (*map(str, given[:size]), *extra))


def array(name: str, value: Any, *dimensions: int, finite: bool = True) -> Array:
    """value as numbers with one of the wanted numbers of axes. Raises InputError at the first cell that is none.

    finite: infinities and what is not a number are refused too.
    """
    try:
        found = np.asarray(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        where, message = _culprit(value)
        raise InputError(name, where, message) from None
    if found.ndim not in dimensions:
        wanted = say(" or ").join(map(_kind, dimensions))
        raise InputError(name, "", say("needs {wanted}, not {found}", wanted=wanted, found=_kind(found.ndim)))
    if found.size == 0:
        raise InputError(name, "", say("is empty"))
    if finite and not np.isfinite(found).all():
        place = tuple(np.argwhere(~np.isfinite(found))[0])
        raise InputError(name, position(place), say("{value} is not a finite number", value=found[place]))
    return found


def _kind(dimensions: int) -> str:
    kinds = (say("one number"), say("a row of numbers"), say("a table of numbers"))
    return kinds[dimensions] if dimensions < len(kinds) else say("{n} axes", n=dimensions)


def position(place: Any) -> str:
    """Where a cell is, in words that count from 1; "" where there is one number alone."""
    if not place:
        return ""
    *leading, last = (int(i) + 1 for i in place)
    if not leading:
        return say("position {n}", n=last)
    if len(leading) > 1:
        place = {"row": leading[-1], "column": last, "block": leading[0]}
        return say("row {row}, column {column} of block {block}", **place)
    return say("row {row}, column {column}", row=leading[-1], column=last)


def _culprit(value: Any) -> tuple[str, str]:
    """Where and why nested lists are no table: the first ragged row, else the first cell that is no number."""
    nested = value.tolist() if isinstance(value, np.ndarray) else value
    return _ragged(nested) or _no_number(nested) or ("", say("is not a table of numbers"))


def _ragged(nested: Any) -> tuple[str, str] | None:
    """The first row, or block of rows, that is not as long as the first one; None where all are."""
    if not _listed(nested):
        return None
    if not all(_listed(block) and all(map(_listed, block)) for block in nested):
        rows = [(say("row {row}", row=r), row) for r, row in enumerate(nested, 1)]
        return _uneven(rows, to_say("has {count} cells where {first} has {wanted}"))
    blocks = [(say("block {block}", block=b), block) for b, block in enumerate(nested, 1)]
    rows = [
        (say("row {row} of block {block}", row=r, block=b), row)
        for b, (_, block) in enumerate(blocks, 1)
        for r, row in enumerate(block, 1)
    ]
    return _uneven(blocks, to_say("has {count} rows where {first} has {wanted}")) or _uneven(
        rows, to_say("has {count} cells where {first} has {wanted}")
    )


def _no_number(nested: Any) -> tuple[str, str] | None:
    """The first cell that is no number, or is too large for one; None where all are."""
    for place, item in _cells(nested, ()):
        where = position(place) if place else ""
        try:
            float(item)
        except OverflowError:
            return where, say("{number}... is too large", number=str(item)[:10])
        except (TypeError, ValueError):
            return where, say("{text} is not a number", text=repr(str(item)[:40]))
    return None


def _listed(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _uneven(named: list[tuple[str, Any]], sentence: str) -> tuple[str, str] | None:
    """The first of several lists that is not as long as the first of them."""
    counts = [(where, len(found) if _listed(found) else 0) for where, found in named]
    for where, count in counts:
        if count != counts[0][1]:
            return where, say(sentence, count=count, first=counts[0][0], wanted=counts[0][1])
    return None


def _cells(value: Any, place: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Every item that is no list, with its place in the nest."""
    if not _listed(value):
        yield place, value
        return
    for n, item in enumerate(value):
        yield from _cells(item, (*place, n))
