"""What each part of a layer repairs: the same numbers through six layers with one part left out, and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from attention_core.blocks.naming import once
from attention_core.blocks.transformer import Activation, feed_forward
from attention_core.engine.axes import numbered
from attention_core.engine.backward import recomputed_with
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, to_say
from attention_core.engine.step import Array, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Mechanism
from attention_core.lesson.pictures import Curves, Node, Wire, Wiring

from .stacked_layers import ACTIVATIONS, AFTER, BEFORE, DECODER, WITHOUT

DEPTH = 6  # layers of the curves
LEFT_OUT: Mapping[str, Mapping[str, Any]] = {
    to_say("all parts"): {},
    to_say("no residual sums"): {"residual": False},
    to_say("no norms"): {"norm": WITHOUT},
    to_say("no feed-forward"): {"feed": WITHOUT},
}
ROUNDING = 1e-16  # of a share: what is smaller is rounding
REACH = 3.0  # how far the one number is moved, to both sides
POINTS = 61
WIDE = 1.5  # between two names side by side in the picture of a layer


# --- through the layers -----------------------------------------------------------------------------------------------


def runs(mechanism: Mechanism, trace: Trace) -> dict[str, Trace]:
    """Six layers with all parts, and with one left out; without those whose numbers grow beyond all bounds."""
    chosen = trace.options
    every = {
        "layers": DEPTH,
        "residual": True,
        "norm": AFTER if chosen["norm"] == WITHOUT else chosen["norm"],
        "feed": next(iter(ACTIVATIONS)) if chosen["feed"] == WITHOUT else chosen["feed"],
    }
    found = {}
    for name, without in LEFT_OUT.items():
        with suppress(InputError):
            found[say(name)] = mechanism.again(trace, **{**every, **without})
    return found


def share(trace: Trace) -> Array:
    """After every layer, the share of the mean square that is difference between tokens; where all is 0, nothing."""
    size, spread = trace["size"].value, trace["spread"].value
    return np.maximum(np.divide(spread, size, out=np.zeros_like(size), where=size > 0), ROUNDING)


def depth_curves(mechanism: Mechanism, trace: Trace) -> tuple[Curves, Curves]:
    """Difference between tokens over the layers, and the size of the numbers; and where the chosen setting is."""
    found = runs(mechanism, trace)
    x = tuple(map(float, range(DEPTH + 1)))
    shares = {name: tuple(share(each).tolist()) for name, each in found.items()}
    sizes = {name: tuple(np.maximum(each["size"].value, ROUNDING).tolist()) for name, each in found.items()}
    own = trace["size"].size("layer") - 1
    marks = [(float(own), max(float(each[-1]), ROUNDING)) for each in (share(trace), trace["size"].value)]
    same = say("What is left of the difference between tokens.")
    grown = say("The mean square of all numbers.")
    return (
        Curves(same, x, shares, "layer", say("share"), {say("your setting"): marks[0]}, log_y=True),
        Curves(grown, x, sizes, "layer", say("mean square"), {say("your setting"): marks[1]}, log_y=True),
    )


# --- one number of the output, while one of the input moves ----------------------------------------------------------


def bend(mechanism: Mechanism, trace: Trace) -> Curves:
    """One number of the first row after one layer without norms, over the first number of that row before it.

    The attention weights are held. So attention alone gives a straight line. Of the numbers of the row, the one that
    the feed-forward layer bends most.
    """
    x = float(trace["X"].value[0, 0]) + np.linspace(-REACH, REACH, POINTS)
    rows = _mixed_rows(mechanism, trace, x)
    fed = {say("with {name}", name=name): rows + _fed(trace, rows, each) for name, each in ACTIVATIONS.items()}
    most = int(np.argmax(np.abs(np.diff(list(fed.values()), 2, axis=1)).max(axis=(0, 1))))
    lines = {name: tuple(each[:, most].tolist()) for name, each in {say("attention alone"): rows, **fed}.items()}
    caption = say("One number of the output, while one of the input moves; attention weights held, norms left out.")
    features = trace["X"].axis("model").labels
    return Curves(
        caption,
        tuple(x.tolist()),
        lines,
        say("input, feature {features}", features=features[0]),
        say("output, feature {features}", features=features[most]),
    )


def _mixed_rows(mechanism: Mechanism, trace: Trace, x: Array) -> Array:
    """The first row after attention and its sum, for every number x in its first place: (x, model).

    With the weights held these rows lie on a straight line, so that its two ends give them all.
    """
    one = mechanism.again(trace, layers=1, norm=WITHOUT, residual=True, feed=WITHOUT)
    held = {step: step.value for step in one.steps if step.base_name.endswith("attention weights")}
    ends = []
    for end in (x[0], x[-1]):
        X = one["X"].value.copy()
        X[0, 0] = end
        ends.append(recomputed_with(one.output, {one["X"]: X, **held})[0])
    return np.linspace(ends[0], ends[1], len(x))


def _fed(trace: Trace, rows: Array, activation: Activation) -> Array:
    """What the feed-forward layer of the lesson gives for rows; it takes each by itself."""
    x = source("", rows, (numbered("token", len(rows)), trace["X"].axis("model")))
    return feed_forward(x, trace["W_1"], trace["b_1"], trace["W_2"], trace["b_2"], once, activation).value


# --- how the parts are joined -----------------------------------------------------------------------------------------


def wiring(trace: Trace) -> Wiring:
    """One layer: the stream of rows from left to right, the parts beside it."""
    chosen = trace.options
    parts = ["attention", *(["cross"] if chosen["kind"] == DECODER else [])]
    parts += [] if chosen["feed"] == WITHOUT else ["feed-forward"]
    nodes, wires = [Node(say("in"), 0, 0, boxed=False)], list[Wire]()
    for part in parts:
        _join(nodes, wires, part, chosen)
    nodes.append(Node(say("out"), nodes[_stream(nodes)].x + WIDE, 0, boxed=False))
    wires.append(Wire(_stream(nodes[:-1]), len(nodes) - 1))
    added = say("; what each part gives is added to them") if chosen["residual"] else ""
    return Wiring(say("One layer. Rows go from left to right{added}.", added=added), tuple(nodes), tuple(wires))


def _stream(nodes: list[Node]) -> int:
    """The last node on the stream."""
    return max(n for n, node in enumerate(nodes) if node.y == 0)


def _join(nodes: list[Node], wires: list[Wire], part: str, chosen: Mapping[str, Any]) -> None:
    """One part above the stream, with its sum and its norm; on the stream where there is no sum."""
    start = before = _stream(nodes)
    x, height = nodes[start].x, float(chosen["residual"])
    if chosen["norm"] == BEFORE:
        x += 1 if height else WIDE
        before = _append(nodes, wires, Node("norm", x, height / 2, boxed=False), before)
    x += 1 if height else WIDE
    before = _append(nodes, wires, Node(part, x, height, boxed=False), before)
    if height:
        x += 1
        before = _append(nodes, wires, Node("+", x, 0), before)
        wires.append(Wire(start, before))
    if chosen["norm"] == AFTER:
        _append(nodes, wires, Node("norm", x + WIDE, 0, boxed=False), before)


def _append(nodes: list[Node], wires: list[Wire], node: Node, before: int) -> int:
    nodes.append(node)
    wires.append(Wire(before, len(nodes) - 1))
    return len(nodes) - 1
