"""The state of one visitor: a preset, options, every number, the view, and what was refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import RLock
from typing import Any

import numpy as np

from attention_core import Mechanism, Step, Trace
from attention_core.engine.axes import Axis
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, to_say
from attention_core.engine.step import ancestors
from attention_core.lesson.constraints import amount, resized
from attention_core.lesson.mechanism import Preset
from attention_stage.structure import computed_up_to
from attention_stage.views import is_image

from .hiding import hidden
from .history import History
from .widget_echo import WidgetEcho

PRINTED = 12  # tokens or features with printed numbers
BEYOND = 2  # so many more in what is computed: windows of a convolution that hang over both ends of a sentence
PIXELS = 16  # along a side of an image on the stage
MOST_PIXELS = 8 * PRINTED**2  # in all pictures of such a step together
MAPPED = 512  # tokens shown as maps
MOST_CELLS = 512 * 512 * 16
# Axes along which words stand, not channels or classes.
WORD_AXES = ("token", "query", "key", "source", "target")
SECTIONS = {  # below the stage, by their names in a link
    "insight": to_say("Insight"),
    "inputs": to_say("Inputs"),
    "gradient": to_say("Gradient"),
    "since": to_say("Since the preset"),
    "challenges": to_say("Challenges"),
}

Table = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class View:
    """The stop of the rail, the pinned cell (0-based) and the chosen slices of leading axes."""

    stop: str = ""
    cell: tuple[int, ...] | None = None
    at: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Numbers:
    """One setting of a mechanism. Immutable, so that what does not compute never replaces what does."""

    mechanism: Mechanism
    preset: str
    options: Mapping[str, Any]
    inputs: Mapping[str, Table]
    labels: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, mechanism: Mechanism, preset: str) -> Numbers:
        """The preset's own; the same object for all visitors, with the trace it was once computed to."""
        return _of_preset(mechanism, preset)

    @property
    def start(self) -> Numbers:
        """The preset that these numbers began as."""
        return _of_preset(self.mechanism, self.preset)

    @cached_property
    def trace(self) -> Trace:
        self._refuse_huge()
        try:
            return self.mechanism.trace(self.inputs, self.labels, **self.options)
        except InputError as refused:
            raise self._as_on_the_page(refused) from None

    def _as_on_the_page(self, refused: InputError) -> InputError:
        """The refusal of an option, which a page calls by its title and not by its name in code."""
        option = None if refused.field in self.inputs else self.mechanism.options.get(refused.field)
        return InputError(option.title, refused.where, refused.message) if option else refused

    def _refuse_huge(self) -> None:
        """Some lessons have a cell for every pair of tokens and every feature; those must fit into memory."""
        sizes, tokens = self.sizes(), self.token_axes()
        pairs = max((sizes[axis] for axis in tokens), default=1) ** 2
        widest = max((size for axis, size in sizes.items() if axis not in tokens), default=1)
        if pairs * widest > MOST_CELLS and self._largest_step() > MOST_CELLS:
            message = say(
                "{pairs:,} pairs of tokens times {widest} features are too many (at most {most_cells:,})",
                pairs=pairs,
                widest=widest,
                most_cells=MOST_CELLS,
            )
            raise InputError("sizes", "", message)
        for batch, token in self.batches().items():
            if sizes[batch] * sizes[token] ** 2 > MOST_CELLS:
                counts = {"tables": sizes[batch], "pairs": sizes[token] ** 2, "most": MOST_CELLS}
                message = say("{tables} times {pairs:,} pairs of tokens are too many (at most {most:,})", **counts)
                raise InputError(batch, "", message)

    def _largest_step(self) -> int:
        """About how many cells the largest step will have: as many as the preset's, with every axis as it is now.

        An axis that no input has is counted among the tokens where its size is theirs in the preset; else it grows as
        the features do.
        """
        sizes, before, tokens = self.sizes(), self.start.sizes(), self.token_axes()
        most = max((sizes[axis] for axis in tokens), default=1)
        like_tokens = {before[axis] for axis in tokens}
        growth = max((sizes[axis] / before[axis] for axis in sizes if axis not in tokens), default=1.0)

        def now(axis: Axis) -> float:
            derived = most if axis.size in like_tokens else axis.size * max(growth, 1.0)
            return sizes.get(axis.name, derived)

        steps = ancestors(self.start.trace.computed)
        return int(max((math.prod(map(now, step.axes)) for step in steps), default=0))

    @property
    def is_preset(self) -> bool:
        start = self.start
        unchanged = self.options == start.options and self.labels == start.labels and not self.edited()
        return self is start or unchanged

    def edited(self) -> list[str]:
        """Names of the inputs that differ from the preset's."""
        start = self.start.inputs
        return [name for name, table in self.inputs.items() if not np.array_equal(table, start[name])]

    def recognised(self) -> Numbers:
        """The preset that has exactly these numbers, names and options, its own before others; else these numbers."""
        presets = dict.fromkeys([self.preset, *self.mechanism.presets])
        found = (_of_preset(self.mechanism, preset) for preset in presets)
        return next((start for start in found if start.holds(self)), self)

    def holds(self, other: Numbers) -> bool:
        """Whether the other's numbers are these, bit by bit, and so are its names and options."""
        same = self.options == other.options and self.labels == other.labels
        return same and all(_identical(table, other.inputs[name]) for name, table in self.inputs.items())

    def with_(self, **changes: Any) -> Numbers:
        kept = {name: getattr(self, name) for name in ("mechanism", "preset", "options", "inputs", "labels")}
        return Numbers(**{**kept, **changes})

    @property
    def text(self) -> str:
        """What was typed, where text is typed."""
        reads = self.mechanism.reads
        return reads.spell(self.labels) if reads else ""

    def with_text(self, text: str) -> Numbers:
        """The same, but for the text. Raises InputError where it cannot be read."""
        if self.mechanism.reads is None:
            raise InputError("text", "", say("{mechanism} reads none", mechanism=self.mechanism.key))
        inputs, labels = self.mechanism.reads.fill(text)
        tables = {name: np.array(table, dtype=float) for name, table in inputs.items()}
        return self.with_(inputs={**self.inputs, **tables}, labels={**self.labels, **labels})

    def with_input(self, name: str, table: Any) -> Numbers:
        checked = self.mechanism.inputs[name].checked(name, table)
        return self.with_(inputs={**self.inputs, name: checked})

    def with_edits(self, edits: Iterable[tuple[str, int, float]]) -> Numbers:
        """Single cells replaced: (input, position in reading order, value). What is no such cell is passed over."""
        tables = dict(self.inputs)
        for name, offset, value in edits:
            if name in tables and 0 <= offset < tables[name].size and np.isfinite(value):
                if tables[name] is self.inputs[name]:
                    tables[name] = tables[name].copy()
                tables[name].flat[offset] = value
        return self.with_(inputs=tables)

    def sizes(self) -> dict[str, int]:
        """Size of every axis of the inputs, in order of appearance; but for those that others make up."""
        return {axis: size for axis, size in self._all_sizes().items() if axis not in self.mechanism.joins}

    def _all_sizes(self) -> dict[str, int]:
        return {
            axis: size
            for name in self.mechanism.inputs
            for axis, size in zip(self.mechanism.positions(name), self.inputs[name].shape, strict=True)
        }

    def token_axes(self) -> list[str]:
        """Axes whose positions carry names: those the presets name and that run down the rows of an input.

        Where none does, as in a lesson whose vectors are columns, those that run along the columns.
        """
        named = {axis for preset in self.mechanism.presets.values() for axis in preset.labels}
        ends = (self.mechanism.positions(name) for name in self.mechanism.inputs)
        rows = dict.fromkeys(axis for axes in ends for axis in (axes[0], *axes[-2:-1]))
        with_names = named & self.mechanism.first.labels.keys()
        free = [axis for axis in rows if axis in with_names and axis not in self.mechanism.joins]
        return free or [axis for axis in self.sizes() if axis in with_names]

    def batches(self) -> dict[str, str]:
        """Axes along which an input holds a whole table for each token, a batch of sentences, to the tokens' axis."""
        tokens, tables = set(self.token_axes()), (self.mechanism.positions(name) for name in self.inputs)
        return {axes[0]: axes[1] for axes in tables if len(axes) > 2 and {*axes[:2]} <= tokens}

    def has_vector_per_word(self, name: str, axis: str) -> bool:
        """Whether an input has one vector for each word along the axis: then a sentence can fill it."""
        spec = self.mechanism.inputs[name]
        first, *others = self.mechanism.positions(name)
        has_rows_of_words = axis in WORD_AXES and spec.axes[0] == first == axis
        has_vectors = len(others) == 1 and others[0] not in WORD_AXES and not spec.switch
        return has_rows_of_words and has_vectors

    def sentence_axes(self) -> list[str]:
        return [axis for axis in self.token_axes() if any(self.has_vector_per_word(name, axis) for name in self.inputs)]

    def names(self, axis: str) -> tuple[str, ...]:
        sizes = self.sizes()
        size = amount(self.mechanism.joins.get(axis, (axis,)), sizes)
        given = self.labels.get(axis, ())[:size]
        return (*given, *(f"{axis} {n + 1}" for n in range(len(given), size)))

    def resized(self, axis: str, size: int) -> Numbers:
        """An axis of another size, and whatever hangs together with it; the size is the nearest one that is allowed.

        Where there is none, the axis alone is resized; the computation then raises InputError with the reason.
        """
        sizes = resized(self.mechanism.constraints, self._all_sizes(), self.options, axis, size)
        if sizes == self._all_sizes():
            return self.resized_alone(axis, size)
        blocks, numbers = self.mechanism.blocks({**self.options, **sizes}), self
        for each in self.sizes():
            if sizes[each] != numbers.sizes()[each] and each not in blocks:
                numbers = numbers.resized_alone(each, sizes[each])
        return numbers

    def resized_alone(self, axis: str, size: int) -> Numbers:
        """Every input that has the axis, cut, or continued: a new token is a copy of the last, a new feature is 0."""
        copied = axis in self.token_axes()
        tables = {
            name: _resized(self._joined(name, axis, size), self.mechanism.positions(name), axis, size, copied)
            for name in self.inputs
        }
        return self.with_(inputs=tables)

    def _joined(self, name: str, axis: str, size: int) -> Table:
        """An input whose axes may hold the axis among others, end to end: cut or continued where its part ends."""
        table, sizes = self.inputs[name], self._all_sizes()
        blocks = self.mechanism.blocks({**self.options, **sizes})
        for place, each in enumerate(self.mechanism.positions(name)):
            parts = blocks.get(each, ())
            if axis in parts:
                ends = np.cumsum([amount((part,), sizes) for part in parts])[:-1]
                pieces = np.split(np.moveaxis(table, place, 0), ends)
                rows = [
                    _of_length(piece, size) if part == axis else piece
                    for part, piece in zip(parts, pieces, strict=True)
                ]
                table = np.moveaxis(np.concatenate(rows), 0, place)
        return table

    def with_labels(self, axis: str, names: tuple[str, ...]) -> Numbers:
        return self.with_(labels={**self.labels, axis: names})

    def is_large(self) -> bool:
        return self._large

    @cached_property
    def _large(self) -> bool:
        return any(is_large(step) for step in self.trace)


def is_large(step: Step) -> bool:
    """Whether a step is too large for printed numbers and is shown as a map."""
    if is_image(step):
        return max(step.value.shape[-2:]) > PIXELS or step.value.size > MOST_PIXELS
    return max(step.value.shape, default=1) > PRINTED + BEYOND * (step.primitive is not None)


@lru_cache(maxsize=512)
def _of_preset(mechanism: Mechanism, preset: str) -> Numbers:
    given = mechanism.presets[preset]
    options = {name: given.options.get(name, option.default) for name, option in mechanism.options.items()}
    return Numbers(mechanism, preset, options, _tables(mechanism, given), dict(given.labels))


def _tables(mechanism: Mechanism, preset: Preset) -> dict[str, Table]:
    """Read-only, for all visitors share them."""
    tables = {name: np.array(preset.inputs[name], dtype=float) for name in mechanism.inputs}
    for table in tables.values():
        table.flags.writeable = False
    return tables


def _identical(a: Table, b: Table) -> bool:
    return a is b or (a.shape == b.shape and a.tobytes() == b.tobytes())


def _resized(table: Table, axes: tuple[str, ...], axis: str, size: int, copied: bool) -> Table:
    if axes == (axis, axis):
        return _continued(table, size)
    kept = table[tuple(slice(size) if each == axis else slice(None) for each in axes)]
    missing = [(0, size - n if each == axis else 0) for n, each in zip(kept.shape, axes, strict=True)]
    return np.pad(kept, missing, mode="edge" if copied else "constant")


def _of_length(rows: Table, size: int) -> Table:
    kept = rows[:size]
    return np.concatenate([kept, np.zeros((size - len(kept), *rows.shape[1:]))])


def _continued(pairs: Table, size: int) -> Table:
    """A table over the pairs of one axis, cut, or continued along its diagonals: a staircase stays a staircase."""
    rows, columns = np.indices((size, size))
    back = np.maximum(np.maximum(rows, columns) - len(pairs) + 1, 0)
    continued: Table = pairs[np.maximum(rows - back, 0), np.maximum(columns - back, 0)]
    return continued


class Proposals:
    """Proposed numbers replace the present ones only if they compute; else the reason is kept for the field.

    A field is whatever the numbers were typed into: "" is the stage, others are named by the keys of their widgets.
    """

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}

    def sentence(self, field: str) -> str:
        """Why the last proposal of a field was refused; "" where it was accepted."""
        return self._sentences.get(field, "")

    def made(self, field: str, change: Callable[[], Numbers]) -> Numbers | None:
        """The changed numbers; None where the change or the computation fails, with the reason in `sentence`."""
        try:
            numbers = change()
            _ = numbers.trace.said  # computes the trace, too
        except ValueError as error:
            self.refuse(field, str(error))
            return None
        self._sentences.pop(field, None)
        return numbers

    def refuse(self, field: str, sentence: str) -> None:
        self._sentences[field] = sentence

    def settle(self, field: str) -> None:
        self._sentences.pop(field, None)


@dataclass(frozen=True)
class Drawn:
    """What the page around the stage was drawn from, as far as an edit, or one taken back, can change it.

    preset: which of the presets is shown as chosen, "" where none is. chosen: the preset that the numbers began as,
    the options and the names. shape: what the stage's structure follows from, so that a browser has the right steps
    and expressions while it is the same.
    """

    preset: str
    chosen: Hashable
    shape: Hashable


@dataclass(frozen=True, eq=False)
class Moment:
    """What undo brings back: the numbers, and edits that stood refused in their cells."""

    numbers: Numbers
    refused: tuple[tuple[str, int, float], ...]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moment):
            return NotImplemented
        same = self.numbers.preset == other.numbers.preset and self.refused == other.refused
        return same and self.numbers.holds(other.numbers)

    @property
    def tables(self) -> dict[int, int]:
        """The size of each table by its identity."""
        return {id(table): table.size for table in self.numbers.inputs.values()}


def _no_history() -> History[Moment]:
    return History(lambda moment: moment.tables)


@dataclass
class Session:
    """The mutable part: what is valid now, what was refused, and bookkeeping for the stage.

    Scripts and posts of one visitor run in different threads. Code that changes a session or draws from it holds the
    lock from its first access to its last: a page is drawn from one state, and an edit is made between two drawings.
    """

    numbers: Numbers
    view: View = field(default_factory=View)
    hide: tuple[str, ...] = ()
    until: str = ""  # the last step shown when "next" is hidden
    task: str = ""  # a teacher's own words at the head of the lesson
    section: str = "insight"  # the one that is open below the stage
    asked: str = ""  # a section to be opened: by a link, or because something there is wanted
    revealed: int = 0  # how often it was asked for to be brought into view
    pictured: bool = False  # whether somebody has come near the charts of the section Insight
    refused: list[tuple[str, int, float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sequence: int = 0  # of the last edit that was made or refused
    token: int = 0
    drawn: Drawn | None = None
    known: set[str] = field(default_factory=set)  # parts of the payload that were sent to this browser
    restored: bool = False  # whether a browser brought it from another process
    name: str = ""  # by which its browser posts edits
    echo: WidgetEcho = field(default_factory=WidgetEcho)
    proposals: Proposals = field(default_factory=Proposals, compare=False)
    history: History[Moment] = field(default_factory=_no_history, repr=False, compare=False)
    lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    def hides(self, part: str) -> bool:
        """Whether a teacher's link hides a part of the page; one with a task is a student's, too, and hides Teach."""
        return part in hidden((*self.hide, *(("teach",) if self.task else ())))

    @property
    def last(self) -> str:
        """The step after which a teacher's link hides all others; "" where it hides none."""
        return self.until if "next" in self.hide else ""

    @property
    def insight(self) -> str:
        """The sentence to take home; "" where it is hidden."""
        return "" if self.hides("insight") else self.numbers.mechanism.insight

    @property
    def shown(self) -> list[Step]:
        """The steps with names, without those to come where they are hidden."""
        trace = self.numbers.trace
        shown = {step.name for step in computed_up_to(trace, self.last)}
        later = {step.name for step in trace.computed} - shown
        return [step for step in trace if step.name not in later]

    @property
    def problem(self) -> str:
        """Why the numbers typed on the stage were refused."""
        return self.proposals.sentence("")

    @property
    def as_preset(self) -> bool:
        """Whether the numbers are a preset's. A refused number still stands in its cell, and is not the preset's."""
        return self.numbers.is_preset and not self.problem

    @property
    def ends(self) -> tuple[bool, bool]:
        """Whether undo has something to take back, and redo something to make again."""
        back, forward = self.history.ends
        return back or bool(self.problem), forward

    def propose(self, numbers: Numbers) -> bool:
        """Replace the numbers, if they compute; else everything stays, and `problem` has the reason."""
        return self.attempt("", lambda: numbers)

    def attempt(self, field: str, change: Callable[[], Numbers], stroke: Hashable = None) -> bool:
        """Make a change typed into a field, if it computes; edits refused on the stage are then dropped.

        Numbers that are exactly a preset's become that preset. stroke: changes of one stroke are undone together.
        """
        with self.lock:
            numbers = self.proposals.made(field, change)
            if numbers is None:
                return False
            before = self._moment()
            self.proposals.settle("")
            self.refused = []
            self.numbers = numbers.recognised()
            self._remember(before, stroke)
            return True

    def edit(self, edits: Iterable[tuple[str, int, float]], stroke: Hashable = None) -> None:
        """Change cells on the stage. Those refused before are tried again with them: together they may compute."""
        with self.lock:
            wanted, before = [*self.refused, *edits], self._moment()
            if not self.attempt("", lambda: self.numbers.with_edits(wanted), stroke):
                self.refused = wanted
                self._remember(before, stroke)

    def turn(self, by: int) -> None:
        """Take the last change back (by = -1), or make the one that was taken back last again (by = 1)."""
        with self.lock:
            if by < 0 and self.problem and not self.refused:  # typed into a field, and no change yet
                self.proposals.settle("")
                return
            found = self.history.turn(self._moment(), by)
            if found:
                self._return_to(found)

    def _moment(self) -> Moment:
        """Without the trace, which takes more room than the numbers and is computed again."""
        kept = self.numbers if self.numbers is self.numbers.start else self.numbers.with_()
        return Moment(kept, tuple(self.refused))

    def _remember(self, before: Moment, stroke: Hashable) -> None:
        after = self._moment()
        if before != after:
            self.history.changed(before, after, stroke)

    def _return_to(self, moment: Moment) -> None:
        self.numbers, self.refused = moment.numbers, list(moment.refused)
        self.proposals.settle("")
        if self.refused:  # the reason is found again
            self.proposals.made("", lambda: self.numbers.with_edits(self.refused))

    def take_text(self, text: str) -> bool:
        """Replace the typed text, if it can be read; else everything stays, and `problem` has the reason."""
        return self.attempt("", lambda: self.numbers.with_text(text))

    def choose(self, preset: str) -> None:
        """Replace the numbers by a preset's."""
        self.propose(Numbers.of(self.numbers.mechanism, preset))
