"""A step is an array together with the operation and the operands that made it; a primitive is such an operation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from . import expression as ex
from .axes import Axes, Axis, joined_names, names, union
from .errors import InputError
from .language import say
from .sentences import TOO_LARGE
from .step_names import base_name_of, time_of

Array = NDArray[Any]
PIECE = 16384  # numbers of an array that a function gets at once, where it takes them one by one
_ORDER = count()  # next() is atomic, so threads may share it


@dataclass(frozen=True)
class Arithmetic:
    """The arithmetic of one cell: LaTeX in symbols and in numbers, the result, and (step, cell) of every operand.

    end: the LaTeX that follows the numbers, "= 2.31"; with a sign of approximation where the numbers, as they are
    printed, do not give the printed result.
    """

    symbols: str
    numbers: str
    end: str
    result: float
    operands: tuple[tuple[Step, tuple[int, ...]], ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One array of a computation, with names for its axes.

    name: its heading ("scores"); an unnamed step is not shown, and its arithmetic is inlined where it is used.
    symbol: its LaTeX ("S"). value: read-only array, one axis per entry of `axes`.
    primitive, operands: the operation that made it; None and () for an input. order: counts up as steps are made, so
    that a trace can list them in the order in which the mechanism makes them. formula: of constants, what stands behind
    the numbers, made of constants and positions.
    A name may be a path, "tile 2/scores": the part after the last stroke is its `base_name`, under which the lesson
    has a section; a number before the stroke is its time.
    """

    name: str
    symbol: str
    value: Array
    axes: Axes
    primitive: Primitive | None = None
    operands: tuple[Step, ...] = ()
    order: int = field(default_factory=_ORDER.__next__)
    formula: ex.Expression | None = None

    def __post_init__(self) -> None:
        self.value.flags.writeable = False

    def __repr__(self) -> str:
        return f"Step({self.name!r}, {' × '.join(f'{axis.name} {axis.size}' for axis in self.axes)})"

    @property
    def base_name(self) -> str:
        """The name without its path: "scores" of "tile 2/scores"."""
        return base_name_of(self.name)

    @property
    def time(self) -> tuple[str, int] | None:
        """Series and time, ("tile", 2) of "tile 2/scores"; None where the name has no time."""
        return time_of(self.name)

    @property
    def is_shown(self) -> bool:
        """Whether it is named or was given; else its arithmetic is written inside its reader's."""
        return bool(self.name) or self.primitive is None

    @property
    def label(self) -> str:
        """How a message refers to this step: its name, or the names of what it was computed from."""
        return self.name or " and ".join(dict.fromkeys(operand.label for operand in self.operands))

    def axis(self, name: str) -> Axis:
        """The axis of this name. Raises InputError where the step has none."""
        for axis in self.axes:
            if axis.name == name:
                return axis
        raise InputError(
            self.label,
            "",
            say('has no axis "{name}" (it has "{joined_names}")', name=name, joined_names=joined_names(self.axes)),
        )

    def size(self, name: str) -> int:
        """The number of positions along an axis. Raises InputError where the step has no such axis."""
        return self.axis(name).size

    @cached_property
    def expression(self) -> ex.Expression:
        """The arithmetic of any cell, with this step's axis names as indices."""
        here = {axis.name: ex.along(axis.name) for axis in self.axes}
        if self.primitive is None:
            return self.formula or ex.cell(self, tuple(here.values()))
        return self.primitive.cell(here, *self.operands)

    def at(self, where: ex.Where) -> ex.Expression:
        """This step's cell at these indices as it appears in the arithmetic of a step that uses it."""
        if self.is_shown:
            return ex.cell(self, tuple(where[axis.name] for axis in self.axes))
        return ex.substitute(self.expression, {axis.name: where[axis.name] for axis in self.axes})

    def arithmetic(self, *cell: int) -> Arithmetic:
        """The arithmetic of one cell (0-based position along each axis). Raises IndexError outside the array."""
        cell = tuple(range(axis.size)[i] for axis, i in zip(self.axes, cell, strict=True))
        grounded = ex.ground(self.expression, dict(zip(names(self.axes), cell, strict=True)))
        result = float(self.value[cell])
        line = ex.line(grounded, result)
        return Arithmetic(ex.symbols(grounded), line.numbers, line.end, result, _cells(grounded))

    def _repr_html_(self) -> str:
        from attention_core.export.notebook import step_html

        return step_html(self)


def _cells(grounded: ex.Expression) -> tuple[tuple[Step, tuple[int, ...]], ...]:
    """The operand cells of an arithmetic; whatever stands in an expression as an operand is a step."""
    return cast("tuple[tuple[Step, tuple[int, ...]], ...]", ex.leaves(grounded))


def looked_through(step: Step) -> Iterator[Step]:
    """What a step's arithmetic is made of, in reading order: its operands, and of unnamed ones theirs."""
    for operand in step.operands:
        yield operand
        if not operand.is_shown:
            yield from looked_through(operand)


def shown_operands(step: Step) -> tuple[Step, ...]:
    """The steps a reader sees behind a step, each once: unnamed ones stand for what they were made from."""
    return tuple(dict.fromkeys(operand for operand in looked_through(step) if operand.is_shown))


def source(name: str, value: Any, axes: Axes, symbol: str = "") -> Step:
    """A step that is not computed: an input or a constant. value is copied, to float64 unless it is floating."""
    array = np.array(value)
    if not np.issubdtype(array.dtype, np.floating):
        array = array.astype(float)
    return Step(name, symbol or latex(name), array, axes)


def stated(name: str, formula: ex.Expression, axes: Axes, symbol: str) -> Step:
    """Constants that a formula gives for every position: the slopes of heads, the frequencies of pairs."""
    value = np.empty([axis.size for axis in axes])
    for cell in np.ndindex(value.shape):
        value[cell] = ex.evaluate(ex.ground(formula, dict(zip(names(axes), cell, strict=True))))
    return Step(name, symbol, value, axes, formula=formula)


def latex(name: str) -> str:
    """The symbol of an input's name: "W_q" as it is, words such as "visible" and the end of "U_add" upright."""
    base, _, subscript = name.partition("_")
    symbol = rf"\mathrm{{{base}}}" if len(base) > 1 else base
    return symbol + (rf"_{{\mathrm{{{subscript}}}}}" if len(subscript) > 1 else name[len(base) :])


def ancestors(outputs: Iterable[Step], ends: Collection[Step] = ()) -> Mapping[Step, int]:
    """Every step behind the outputs, them included, each with its depth: inputs 0, else 1 + its deepest operand.

    ends: steps that count as inputs.
    """
    depth: dict[Step, int] = {}
    # No recursion: in a recurrent lesson a thousand operations lie between the first input and the last output.
    pending = [(output, False) for output in reversed(tuple(outputs))]
    while pending:
        step, visited = pending.pop()
        if step in depth:
            continue
        if visited:
            depth[step] = 1 + max((depth[operand] for operand in step.operands), default=-1)
        elif step.primitive is None or step in ends:
            depth[step] = 0
        else:
            pending.append((step, True))
            pending.extend((operand, False) for operand in reversed(step.operands))
    return depth


def by_depth(outputs: Iterable[Step], ends: Collection[Step] = ()) -> list[Step]:
    """Every step behind the outputs, them included, each after all it is computed from; nothing behind `ends`."""
    depth = ancestors(outputs, ends)
    return sorted(depth, key=depth.__getitem__)


@dataclass(frozen=True)
class OperandView:
    """An operand prepared for a kernel: its axes in another order, and axes of size 1 where it lacks one."""

    order: tuple[int, ...]
    index: tuple[slice | None, ...]

    def of(self, value: Array) -> Array:
        """The value with its axes moved and inserted, as a NumPy view."""
        return value.transpose(self.order)[self.index]


@dataclass(frozen=True)
class Call:
    """kernel(*first, *views of the operands, *last, **keywords): how an array is computed, as a script spells it.

    A keyword may be an expression of constants. in_pieces: the kernel makes of one array another, number by number; of
    a large one it then gets one piece at a time, so that what it writes down on the way stays in the processor's cache.
    """

    kernel: Callable[..., Any]
    first: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    views: tuple[OperandView, ...] = ()
    in_pieces: bool = False
    last: tuple[Any, ...] = ()

    def run(self, operands: Sequence[Step]) -> Array:
        """The array computed from the operands' values."""
        values = [step.value for step in operands]
        if self.views:
            values = [view.of(value) for view, value in zip(self.views, values, strict=True)]
        keywords = {name: _value_of(each) for name, each in self.keywords.items()}
        if self.in_pieces and values[0].size > PIECE and values[0].flags.c_contiguous:
            return _by_pieces(self.kernel, values[0])
        return np.asarray(self.kernel(*self.first, *values, *self.last, **keywords))


def _by_pieces(kernel: Callable[..., Any], x: Array) -> Array:
    numbers = x.reshape(-1)
    made = np.empty_like(numbers)
    for start in range(0, x.size, PIECE):
        made[start : start + PIECE] = kernel(numbers[start : start + PIECE])
    return made.reshape(x.shape)


def _value_of(keyword: Any) -> Any:
    """A constant is passed to a kernel as its number."""
    return ex.evaluate(keyword) if isinstance(keyword, ex.Expression) else keyword


class Primitive:
    """Base of all operations. `sign` is what the stage writes between operands (or before a single one).

    A subclass states the axes of the result, the array (`call`), one cell (`cell`) and the gradient (`vjp`).
    """

    sign: str = ""
    # Whether it only moves numbers about, so that the sign of the step that uses it still holds.
    rearranges = False
    # Whether no gradient passes back, so that finite differences across it are not its gradient.
    blocks_gradient = False
    # Whether it gives 0 whatever it gets: a gradient that arrives there ends.
    ends_gradient = False
    # Whether its numbers share out 1 along an axis, as attention weights do.
    shares = False
    # Places of operands of which only counts whether a number is 0.
    switches: tuple[int, ...] = ()
    # Whether finite operands always give a finite result.
    bounded = False
    failure: str = TOO_LARGE

    def axes(self, name: str, *operands: Step) -> Axes:
        """Axes of the result: by default all axes of the operands, in order of first appearance.

        Raises InputError where one name has two sizes.
        """
        found: dict[str, Axis] = {}
        for step in operands:
            for axis in step.axes:
                first = found.setdefault(axis.name, axis)
                if first is not axis and first.size != axis.size:
                    union(name, [(each.label, each.axes) for each in operands])  # raises, naming the two that disagree
        return tuple(found.values())

    def call(self, axes: Axes, *operands: Step) -> Call:
        """How the whole array, with these axes, is computed."""
        raise NotImplementedError

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        """The expression of the output cell at the indices `where`."""
        raise NotImplementedError

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterable[Step | None]:
        """For each operand, the gradient that reaches it (its axes, its order), or None where none flows.

        gradient: that of the result `out`, with its axes.
        """
        raise NotImplementedError

    def vjp_for(self, place: int, gradient: Step, out: Step, *operands: Step) -> Step | None:
        """The gradient for the operand at one place, counted from 0, where those for the others are not wanted."""
        return tuple(self.vjp(gradient, out, *operands))[place]

    def vjps(self, places: Sequence[int], gradient: Step, out: Step, *operands: Step) -> Iterator[Step | None]:
        """The same for the operands at several places."""
        return (self.vjp_for(place, gradient, out, *operands) for place in places)
