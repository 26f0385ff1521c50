"""A soft crop: the inside of a box of three numbers, enlarged, with a gradient for the box. Fu et al. 2017.

A box is its centre and half its side, (t_x, t_y, t_l), in pixels; pixel j has its centre at coordinate j.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from attention_core.blocks.convolution import pixel_coordinates, sampling_matrix
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.backward import backward
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import (
    add,
    contract,
    index,
    maximum,
    mean,
    minimum,
    scale,
    shift,
    sigmoid,
    softmax,
    stack,
    stop_gradient,
    subtract,
    take,
)
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import AtLeast, Refusal, Sum
from attention_core.lesson.pictures import HALF_PIXEL, Bounds, Box, Handle, distinct

NUMBERS = ("across", "down", "half side")
BOX = Axis("number", NUMBERS)
EDGES = {"across": Axis("edge", ("left", "right")), "down": Axis("edge", ("top", "bottom"))}
_SIDES = {"across": ("column", "j", "x"), "down": ("row", "i", "y")}  # axis, index, coordinate
QUADRANTS = Axis("quadrant", ("top left", "top right", "bottom left", "bottom right"))
BY_HAND = "placed by hand"
RATE = 3.0  # of the descent
MOST_STEPS = 12  # of the descent
MOST_PIXELS = 256  # of an image on which the descent is drawn
CONSTRAINTS = (
    Sum(
        "number",
        (3,),
        refusal=Refusal("W_a", "", to_say("needs three rows, one for each number of a box, not {found}")),
    ),
    Sum("quadrant", (4,), refusal=Refusal("W_a", "", to_say("needs four columns, one for each quarter, not {found}"))),
    AtLeast(
        ("class",), ("label",), refusal=Refusal("label", "", to_say("must be one of {class} classes, not {label}"))
    ),
    *(
        AtLeast(
            (axis,),
            (2,),
            refusal=Refusal("X", "", to_say("needs two rows and two columns at least, to have four quarters")),
        )
        for axis in ("row", "column")
    ),
)
PlaceBox = Callable[[Trace, Array], Trace]  # a trace with another box, placed by hand


def box_inside(centre: Sequence[Step], half: Step, X: Step, least: float = 1.0) -> Step:
    """The box (number), moved and shrunk so that it lies in the image, edges of the pixels included."""
    bounds = Bounds.of(X.size("row"), X.size("column"), least)
    half = minimum(maximum(half, bounds.least), bounds.most)
    kept = (
        minimum(maximum(each, shift(half, low)), shift(scale(half, -1.0), high))
        for each, low, high in zip(centre, (bounds.left, bounds.top), (bounds.right, bounds.bottom), strict=True)
    )
    return stack(*kept, half, along=BOX, name="box", symbol="t")


def named_proposal(a: Step) -> Step:
    """The three numbers a network proposes, with their names as labels."""
    return take(a, "number", labels=NUMBERS, name="proposal", symbol="a")


def proposed_box(a: Step, X: Step) -> Step:
    """t_x = (W - 1) sigmoid(a_0), t_y = (H - 1) sigmoid(a_1), t_l = min(H, W) / 2 sigmoid(a_2), at least one pixel."""
    shares = sigmoid(a, name="shares", symbol=r"\sigma")
    x, y, half = (index(shares, "number", n) for n in range(3))
    wide = X.size("column")
    high = X.size("row")
    return box_inside((scale(x, wide - 1.0), scale(y, high - 1.0)), scale(half, min(wide, high) / 2), X)


def box_by_hand(t: Step, X: Step) -> Step:
    """A box set by hand, moved into the image. Raises InputError for one smaller than a pixel."""
    if t.value[2] < HALF_PIXEL:
        message = say("is {t:g}; half the side of the box must be at least half a pixel, 0.5", t=t.value[2])
        raise InputError(t.label, say("half side"), message)
    return box_inside((index(t, "number", 0), index(t, "number", 1)), index(t, "number", 2), X, HALF_PIXEL)


def soft_crop(X: Step, box: Step, k: float, n: int, moving: bool = True) -> tuple[Step, Step]:
    """X under the soft mask of the box, read at n by n places inside it; and the derivatives of the mask.

    Results: (zoom row, zoom column), and dM/dt (number, row, column). k: steepness of the edges. moving: whether a
    gradient also passes to the places that are read; it always passes to the mask.
    """
    grids = {
        way: pixel_coordinates(X.axis(name), name=f"{name}s", symbol=symbol)
        for way, (name, symbol, _) in _SIDES.items()
    }
    sides = {way: _side_mask(grid, box, way, k) for way, grid in grids.items()}
    (_, _, m_x), (_, _, m_y) = sides.values()
    mask = contract(m_y, m_x, to=("row", "column"), name="mask", symbol="M")
    edges = _mask_slopes(sides["across"][1:], sides["down"][1:], k)
    masked = contract(X, mask, to=("row", "column"), name="masked", symbol=r"X^{\mathrm{att}}")
    R_x, R_y = (_sampling_matrix(grids[way], box, way, corners, n, moving) for way, (corners, _, _) in sides.items())
    over = ("row", "column")
    to = ("zoom row", "zoom column")
    return contract(R_y, masked, R_x, over=over, to=to, name="zoom", symbol=r"X^{\mathrm{amp}}"), edges


def _side_mask(grid: Step, box: Step, way: str, k: float) -> tuple[Step, Step, Step]:
    """For one side of the image: the corners of the box, the sigmoid at either, and the mask."""
    name, _, letter = _SIDES[way]
    centre = index(box, "number", BOX.labels.index(way))
    half = index(box, "number", 2)
    corners = stack(
        subtract(centre, half), add(centre, half), along=EDGES[way], name=f"{way}/corners", symbol=rf"{letter}^{{\pm}}"
    )
    distances = scale(add(grid, scale(corners, -1.0), to=("edge", name)), k)
    rises = sigmoid(distances, name=f"{way}/rises", symbol=f"h_{letter}")
    mask = subtract(index(rises, "edge", 0), index(rises, "edge", 1), name=f"{way}/window", symbol=f"m_{letter}")
    return corners, rises, mask


def _sampling_matrix(grid: Step, box: Step, way: str, corners: Step, n: int, moving: bool) -> Step:
    """The matrix that reads one side at n places of the box."""
    name, _, letter = _SIDES[way]
    new = numbered(f"zoom {name}", n)
    shares = source(f"{way} shares", (np.arange(n) + 0.5) * 2 / n, (new,), r"\tau")
    positions = maximum(add(contract(shares, index(box, "number", 2)), index(corners, "edge", 0)), 0.0)
    last_position = grid.size(name) - 1.0
    namer = {"name": f"{way}/samples", "symbol": "u" if way == "across" else "v"}
    samples = (
        minimum(positions, last_position, **namer)
        if moving
        else stop_gradient(minimum(positions, last_position), **namer)
    )
    return sampling_matrix(samples, grid, f"{way}/readers", f"R_{letter}")


def _mask_slopes(across: tuple[Step, Step], down: tuple[Step, Step], k: float) -> Step:
    """The derivative of every cell of the mask for each number of the box."""
    (left, right), (top, bottom) = (_steepness(rises, k) for rises, _ in (across, down))
    (_, m_x) = across
    (_, m_y) = down
    parts = (
        contract(m_y, subtract(right, left)),
        contract(subtract(bottom, top), m_x),
        add(contract(m_y, add(left, right)), contract(add(top, bottom), m_x)),
    )
    return stack(*parts, along=BOX, to=("number", "row", "column"), name="mask slopes", symbol=r"\partial M")


def _steepness(rises: Step, k: float) -> tuple[Step, Step]:
    """k h (1 - h), the derivative of the sigmoid at either edge."""
    first, last = (index(rises, "edge", n) for n in range(2))
    return scale(subtract(first, contract(first, first)), k), scale(subtract(last, contract(last, last)), k)


def quadrants(X: Step, name: str, symbol: str, axes: tuple[str, str] = ("row", "column")) -> Step:
    """The mean of each quarter of an image: (quadrant)."""
    high, wide = (X.size(axis) for axis in axes)
    rows, columns = (((0, size // 2), (size // 2, size)) for size in (high, wide))
    parts = (mean(take(take(X, axes[0], *r), axes[1], *c), axes) for r in rows for c in columns)
    return stack(*parts, along=QUADRANTS, name=name, symbol=symbol)


def box_outline(t: Array, label: str = "", strength: float = 1.0, handle: Handle | None = None) -> Box:
    """A box (t_x, t_y, t_l) as a rectangle of a picture."""
    x, y, half = map(float, t)
    return Box(x - half, y - half, x + half, y + half, label, strength, handle)


def weighted_quadrants(W: Step, features: Step) -> Step:
    """W f, summed over the quarters, whatever their labels in W."""
    return contract(W, take(features, "quadrant", labels=W.axis("quadrant").labels), over="quadrant")


def class_probabilities(W: Step, features: Step, b: Step, look: str) -> Step:
    """softmax(W f + b) over the classes. look: "first" or "second", for the names."""
    mark = "(1)" if look == "first" else "(2)"
    scores = add(weighted_quadrants(W, features), b, name=f"{look}/scores", symbol=f"s^{{{mark}}}")
    return softmax(scores, along="class", name=f"{look}/answer", symbol=f"p^{{{mark}}}")


# --- where the ranking loss sends a box -------------------------------------------------------------------------------


def descent(trace: Trace, place_box: PlaceBox, most: int = MOST_STEPS) -> list[Trace]:
    """The trace, and traces after steps of t - RATE * gradient of the ranking loss, until that is 0."""
    found = [trace]
    while len(found) <= most:
        slope = box_gradient(found[-1])
        if not slope.any():
            break
        t = found[-1]["box"].value - RATE * slope
        found.append(place_box(found[-1], np.array([*t[:2], max(t[2], HALF_PIXEL)])))
    return found


def box_gradient(trace: Trace) -> Array:
    """The gradient of the ranking loss for the box."""
    loss = trace["ranking loss"]
    box = trace["box"]
    seed = Step("seed", "1", np.ones(loss.value.shape), loss.axes)
    return backward(loss, seed, until=box)[box].value


def descent_boxes(trace: Trace, place_box: PlaceBox, handle: Handle) -> tuple[str, tuple[Box, ...]]:
    """A sentence on that descent, and the boxes at its ends; the first can be dragged."""
    own = box_outline(trace["box"].value, handle=handle)
    if trace["X"].value.size > MOST_PIXELS:
        return say("The box, what it enlarges, and where the mask answers to it."), (own,)
    walk = descent(trace, place_box)
    if len(walk) == 1:
        return say("The ranking loss is satisfied with this box, and sends it nowhere."), (own,)
    steps = len(walk) - 1
    loss = float(walk[-1]["ranking loss"].value)
    caption = say(
        "The faint box: {steps} steps down the gradient of the ranking loss, which is {loss:.3g} there.",
        steps=steps,
        loss=loss,
    )
    return caption, (box_outline(walk[-1]["box"].value, say("{steps} steps on", steps=steps), 0.45), own)


def probability_series(trace: Trace, most: int = 16) -> tuple[tuple[str, ...], dict[str, tuple[float, ...]]]:
    """The classes, and their probabilities after either look."""
    first, second = (trace[f"{look}/answer"] for look in ("first", "second"))
    found = {say("whole image"): first, say("zoom"): second}
    labels = distinct(first.axis("class").labels[:most])
    return labels, {name: tuple(map(float, step.value[:most])) for name, step in found.items()}
