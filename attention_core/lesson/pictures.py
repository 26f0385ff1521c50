"""The data of a mechanism's insight picture. The pages decide how it is drawn; nothing here draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from attention_core.engine.language import say
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace


@dataclass(frozen=True)
class Picture:
    """Base of all pictures; each class below is one kind of drawing. caption: the sentence above it."""

    caption: str


@dataclass(frozen=True)
class Matrices(Picture):
    """Steps side by side, each under its own title, as on the stage."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Bars(Picture):
    """Groups of bars: one series per name over shared labels.

    log: heights by their powers of ten, and a 0 written where there is nothing at all.
    """

    labels: tuple[str, ...]
    series: dict[str, tuple[float, ...]]
    axis: str = ""
    stacked: bool = False
    log: bool = False


@dataclass(frozen=True)
class ArcDiagram(Picture):
    """Places in a row, each joined to the next, and arcs over the row as thick as their strength.

    arcs: kind to (from, to, strength), places counted from 0; the first kind is drawn above the row, the second below.
    faint: likewise kind to (from, to), for arcs without strength. cuts: places before which the row is interrupted.
    """

    places: tuple[str, ...]
    arcs: dict[str, tuple[tuple[int, int, float], ...]]
    faint: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    cuts: tuple[int, ...] = ()


@dataclass(frozen=True)
class ConvexHull(Picture):
    """Points of a plane, the polygon around them, and outputs joined to them by lines as strong as the weights.

    values and outputs: name to (x, y); strengths: for each output, one weight per value. shares: the values stand for
    "all weight on one key" and not for numbers, so that the plane has no axes and every point is a row of weights.
    """

    values: dict[str, tuple[float, ...]]
    outputs: dict[str, tuple[float, ...]]
    strengths: dict[str, tuple[float, ...]]
    shares: bool = False


@dataclass(frozen=True)
class Curves(Picture):
    """Lines over a shared horizontal axis, and named dots on them: where the learner's own numbers stand.

    dots: further points (x, y), measured one by one, a series each. crosses: likewise, for runs that failed.
    """

    x: tuple[float, ...]
    series: dict[str, tuple[float, ...]]
    x_title: str
    y_title: str
    marks: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    log_x: bool = False
    log_y: bool = False
    dots: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    crosses: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Arcs(Picture):
    """Lines from every query on the left to every key on the right, as strong as the weights (one row per query).

    one_by_one: only the lines of the chosen queries are strong, the others stay faint; (): all alike. sides: titles of
    the left and of the right side.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    one_by_one: tuple[int, ...] = ()
    sides: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Alignment(Picture):
    """Attention weights of output rows over input columns, one share per cell; time runs down the rows.

    guesses: for each row, the likeliest outputs with their probabilities, the likeliest first; () where there are none.
    said: the output so far after each row; () where rows are not written one by one.
    groups: titles over the columns and how many each covers, where tables with the same rows stand side by side.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    strengths: tuple[tuple[float, ...], ...]
    guesses: tuple[tuple[tuple[str, float], ...], ...] = ()
    said: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class ShadedText(Picture):
    """A text shaded by weights: a bar beside every line, as strong as its share, and behind every word its own.

    lines: the words of each line; marks: each line's share; strengths: each word's share of its line, None for a word
    that was not read. said: the result for the text; unread: an explanation of words that were not read.
    """

    lines: tuple[tuple[str, ...], ...]
    marks: tuple[float, ...]
    strengths: tuple[tuple[float | None, ...], ...]
    said: str = ""
    unread: str = ""


@dataclass(frozen=True)
class Arrows(Picture):
    """Arrows of the plane from one origin, in panels side by side: panel to an arrow's name to its tip (x, y)."""

    panels: dict[str, dict[str, tuple[float, ...]]]


@dataclass(frozen=True)
class ContourMap(Picture):
    """Lines of equal height over the plane with named points on it, in panels side by side.

    x, y: the grid; panels: panel to heights (one row per y); points and query: names to places on every panel, of the
    keys and of the query.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    panels: dict[str, tuple[tuple[float, ...], ...]]
    points: dict[str, tuple[float, ...]]
    query: dict[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class PositionAxis(Picture):
    """Positions of a sequence in a row, the first of them number `first`: bars, curves, a highlighted stretch.

    bars: name to a height for each label; they stand one inside another, the first is the widest. curves: name to
    points (x, y). lit: name to the number where a stretch begins and where it ends. marks: name to a number, whole or
    not.
    """

    labels: tuple[str, ...]
    bars: dict[str, tuple[float, ...]]
    axis: str
    first: int = 1
    curves: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    lit: dict[str, tuple[float, float]] = field(default_factory=dict)
    marks: dict[str, float] = field(default_factory=dict)


Tile = tuple[str, tuple[str, int], tuple[str, int]]  # a matrix: its name, and name and size of its rows and columns


@dataclass(frozen=True)
class ShapeChain(Picture):
    """Products of matrices as tiles in a row with their sizes, by the name of the product, which is the last tile."""

    chains: dict[str, tuple[Tile, ...]]


def shape_chains(trace: Trace, chains: Mapping[str, str]) -> dict[str, tuple[Tile, ...]]:
    """Chains spelled "A row inner, B inner column, AB row column", each axis with its size in the trace."""
    sizes = {axis.name: axis.size for step in trace for axis in step.axes}
    return {made: tuple(_tile(sizes, *each.split(" ")) for each in chain.split(", ")) for made, chain in chains.items()}


def _tile(sizes: Mapping[str, int], name: str, row: str, column: str) -> Tile:
    return name, (row, sizes[row]), (column, sizes[column])


@dataclass(frozen=True)
class Node:
    """A named place of a diagram: x to the right, y upwards. boxed: it stands for numbers and not for a word."""

    name: str
    x: float
    y: float
    boxed: bool = True


@dataclass(frozen=True)
class Wire:
    """An arrow between two nodes, by their positions in `nodes`. strength: of the influence, where it was measured."""

    start: int
    end: int
    strength: float | None = None


@dataclass(frozen=True)
class Wiring(Picture):
    """Nodes at their places and arrows between them, as strong as their influence."""

    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]


HALF_PIXEL = 0.5  # also half the side of the smallest square


@dataclass(frozen=True)
class Handle:
    """The input that dragging a box changes: three numbers, the box's centre (across, down) and half its side.

    options: the options under which that input places the box.
    """

    input: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Box:
    """A rectangle around part of a picture, corners (x0, y0) and (x1, y1): x counts columns, y rows, downwards.

    Whole numbers are the centres of pixels, so that the first pixel reaches from -0.5 to 0.5. strength: from 0, hardly
    seen, to 1. handle: a square with one can be dragged.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    label: str = ""
    strength: float = 1.0
    handle: Handle | None = None


@dataclass(frozen=True)
class Bounds:
    """How far a square may go: within these edges of the picture, with half its side from `least` to `most`."""

    left: float
    right: float
    top: float
    bottom: float
    least: float
    most: float

    @classmethod
    def of(cls, rows: int, columns: int, least: float = HALF_PIXEL) -> Bounds:
        """Those of a picture of so many pixels, whose edges are those of its outermost pixels."""
        return cls(-HALF_PIXEL, columns - HALF_PIXEL, -HALF_PIXEL, rows - HALF_PIXEL, least, min(rows, columns) / 2)


@dataclass(frozen=True)
class Part:
    """A step as pixels, at these positions of its leading axes; it follows the stage while a number is dragged."""

    step: Step
    at: tuple[int, ...] = ()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.step.value[self.at], dtype)


@dataclass(frozen=True)
class Panel:
    """One image: rows of pixels, each a number, or three (red, green, blue) from 0 to 1, or nan for no pixel.

    heat: weights laid over it, one for each pixel; None for none. top: the number drawn strongest, above 0 and below,
    where panels are to be compared; 0 leaves it to the picture. Pixels and heat may be a `Part` of the trace.
    """

    title: str
    pixels: Any
    heat: Any = None
    boxes: tuple[Box, ...] = ()
    top: float = 0.0

    @property
    def array(self) -> Array:
        """The pixels as an array."""
        return np.asarray(self.pixels, dtype=float)


@dataclass(frozen=True)
class Images(Picture):
    """Images side by side. Those of numbers from 0 up share a scale; one with numbers below 0, or a top, has its own.

    across: how many stand in a line where there is room; on a phone at most two.
    """

    panels: tuple[Panel, ...]
    across: int = 4


@dataclass(frozen=True)
class Timetable(Picture):
    """Tasks over time: panel to lanes, a lane being (task, token) tick by tick; ("", "") is idle."""

    panels: dict[str, tuple[tuple[tuple[str, str], ...], ...]]


def handles(picture: Any) -> dict[str, Handle]:
    """The handles of a picture's boxes, by the input that dragging them changes."""
    boxes = (box for panel in getattr(picture, "panels", ()) for box in getattr(panel, "boxes", ()))
    return {box.handle.input: box.handle for box in boxes if box.handle}


def rows(labels: Iterable[str], matrix: Any) -> dict[str, tuple[float, ...]]:
    """Each row of a matrix as a series under its label; a label that comes again is numbered."""
    return {label: tuple(map(float, row)) for label, row in zip(distinct(labels), matrix, strict=True)}


def strongest_rows(labels: Iterable[str], matrix: Any, most: int = 8) -> tuple[tuple[str, ...], Array]:
    """The rows with the largest sums, in their order and with their labels; all others added up as "the rest"."""
    names = tuple(labels)
    found = np.asarray(matrix)
    kept = np.sort(np.argsort(-found.sum(axis=1), kind="stable")[:most])
    rest = np.delete(found, kept, axis=0)
    chosen = tuple(names[n] for n in kept)
    if not len(rest):
        return chosen, found[kept]
    return (*chosen, say("the rest")), np.vstack([found[kept], rest.sum(axis=0)])


def first_query_bars(caption: str, under: Mapping[str, Trace]) -> Bars:
    """The first query's weights on its strongest keys, one bar for each trace by name."""
    steps = [trace["attention weights"] for trace in under.values()]
    table = np.transpose([np.atleast_2d(step.value)[0] for step in steps])
    return Bars(
        caption, tuple(map(say, under)), rows(*strongest_rows(steps[0].axis("key").labels, table)), say("weight")
    )


def weight_arcs(caption: str, weights: Step, one_by_one: tuple[int, ...] = ()) -> Arcs:
    """Weights (..., query, key) as lines from queries to keys, averaged over the axes before, such as head.

    one_by_one: as in `Arcs`.
    """
    queries, keys = weights.axes[-2:]
    mean = weights.value.mean(axis=tuple(range(weights.value.ndim - 2)))
    lines = tuple(tuple(map(float, row)) for row in mean)
    return Arcs(caption, queries.labels, keys.labels, lines, one_by_one, (queries.name, keys.name))


def distinct(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels, each once: the second "is" as "is (2)"."""
    found: dict[str, None] = {}
    for label in labels:
        options = (label, *(f"{label} ({n})" for n in range(2, len(found) + 3)))
        found[next(option for option in options if option not in found)] = None
    return tuple(found)
