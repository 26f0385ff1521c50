"""A grid of all pairs of a target and a source word, read by masked convolutions that stack up densely.

Rows are target words, columns source words. Elbayad, Besacier and Verbeek 2018, "Pervasive Attention", section 3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from attention_core.blocks.convolution import convolved
from attention_core.blocks.naming import StepNamer
from attention_core.engine.axes import Axis
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import concat, expand, relu, rename, where
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Multiple, Refusal, Sum
from attention_core.lesson.mechanism import Mechanism
from attention_core.lesson.pictures import Bars, Box, Images, Panel

ROW = "target row"
COLUMN = "source column"
OFFSETS = ("row offset", "column offset")
GRID_SIZE = (9, 12)  # of the grid that is drawn
GRID_CELL = (6, 8)  # whose receptive field is drawn
LAYERS = 4
MOST = 8  # words on either side for which leaks are measured


def grid(X: Step, Y: Step, channel: Axis) -> Step:
    """[x_j; y_i] at row i and column j: (channel, row, column). X (source, width), Y (target, width)."""
    x, y = (rename(words, words.axes[0].name, axis) for words, axis in ((X, COLUMN), (Y, ROW)))
    parts = (expand(x, y.axes[0]), expand(y, x.axes[0]))
    return _stacked(parts, channel, name="grid", symbol="H")


def layer(H: Step, K: Step, M: Step, channel: Axis, namer: StepNamer) -> Step:
    """H, and stacked onto it relu((K M) * H): each layer adds channels.

    H (channel, row, column), K (filter, channel, row offset, column offset), M (row offset, column offset).
    """
    masked = where(K, M, **namer("masked kernel", r"\tilde K"))
    sums = convolved(H, masked, over=H.axes[0].name, axes=(ROW, COLUMN), **namer("sums", "Z"))  # type: ignore[arg-type]
    return _stacked((H, relu(sums, **namer("features", "N"))), channel, **namer("stacked", "H"))


def _stacked(parts: tuple[Step, Step], channel: Axis, name: str, symbol: str) -> Step:
    """Maps of the same grid as channels of one step."""
    widths = [next(axis for axis in part.axes if axis.name not in (ROW, COLUMN)) for part in parts]
    renamed = (rename(part, width.name, channel.name) for part, width in zip(parts, widths, strict=True))
    order = (channel.name, ROW, COLUMN)
    return concat(*renamed, along=channel.name, labels=channel.labels, to=order, name=name, symbol=symbol)


def read_by(owner: str, channel: str, parts: tuple[str, ...]) -> Sum:
    """As many channels as all maps before the layer have together."""
    refusal = Refusal(owner, channel, say("must be {parts}, the channels it reads, not {found}"))
    return Sum(channel, parts, follows=True, refusal=refusal)


def with_a_middle(axis: str) -> Multiple:
    """An odd size, so that a kernel has a middle."""
    sentence = say("must be odd, so that a kernel has a middle, not {found}")
    return Multiple(axis, (2,), rest=1, refusal=Refusal("M", axis, sentence))


# --- receptive fields -------------------------------------------------------------------------------------------------


def receptive_field(visible: Array, layers: int, rows: int, columns: int, cell: tuple[int, int]) -> Array:
    """1 at the pairs that reach a cell through so many layers, 0 elsewhere. visible: the mask of the kernels."""
    known = np.zeros((rows, columns))
    known[cell] = 1
    up, left = (size // 2 for size in visible.shape)
    steps = [(a - up, b - left) for a, b in np.argwhere(visible)]
    for _ in range(layers):
        for i, j in np.argwhere(known):
            for down, right in steps:
                if 0 <= i + down < rows and 0 <= j + right < columns:
                    known[i + down, j + right] = 1
    return known


def receptive_field_images(visible: Array) -> Images:
    """The receptive field of one cell, layer by layer; what comes from further away is fainter."""
    (rows, columns) = GRID_SIZE
    (row, column) = GRID_CELL
    here = Box(column - 0.5, row - 0.5, column + 0.5, row + 0.5)
    later = Box(-0.5, row + 0.5, columns - 0.5, rows - 0.5, say("later words"), 0.4)
    known = [receptive_field(visible, n, rows, columns, GRID_CELL) for n in range(LAYERS + 1)]
    panels = (
        Panel(
            say("1 layer") if n == 1 else say("{n} layers", n=n),
            sum(known[: n + 1]) / (LAYERS + 1) + (LAYERS - n) / (LAYERS + 1) * known[n],
            boxes=(here, later),
        )
        for n in range(1, LAYERS + 1)
    )
    caption = say("The pairs of words on which one cell depends: rows are target words, columns source words.")
    return Images(caption, tuple(panels))


def change_from_last_word(mechanism: Mechanism, trace: Trace, visible: Array, by: float = 1.0) -> Array:
    """The change of each pooled row if every number of the last target word is raised by `by`."""
    texts = {name: np.array(trace[name].value[:MOST]) for name in ("X", "Y")}
    other = {**texts, "Y": texts["Y"] + by * (np.arange(len(texts["Y"])) == len(texts["Y"]) - 1)[:, None]}
    before, after = (mechanism.again(trace, {**given, "M": visible})["pooled"].value for given in (texts, other))
    return np.asarray(np.abs(after - before).max(axis=1))


def leak_bars(mechanism: Mechanism, trace: Trace) -> Bars:
    """The change of each row with the last target word: with the mask as it is, and without one."""
    visible = trace["M"].value
    ways = {say("with this mask"): visible, say("without a mask"): np.ones(visible.shape)}
    series = {name: tuple(map(float, change_from_last_word(mechanism, trace, mask))) for name, mask in ways.items()}
    labels = trace["Y"].axes[0].labels[:MOST]
    caption = say("How much the features of each row change when “{labels}” is changed.", labels=label_said(labels[-1]))
    return Bars(caption, labels, series, say("largest change"))


# --- the numbers of the first example ---------------------------------------------------------------------------------


def tenths(text: str, *shape: int) -> list[object]:
    """Numbers written ten times as large, in a table of this shape."""
    found: list[object] = (np.array(text.split(), dtype=float) / 10).reshape(shape).tolist()
    return found


K_1 = tenths(
    "-2 -4 2 -3 2 -3 -1 1 3 0 -4 4 4 0 -3 -3 -2 -4 2 2 -2 0 -4 1 2 -2 -4 -3 -4 -2 4 2 -2 3 -4 3 3 -3 1 4 -2 3 "
    "0 -3 -4 4 -3 2 3 -3 -2 -4 -2 0 -1 1 -3 0 -3 4 -3 2 3 -3 -4 3 1 1 1 -1 2 4",
    *(2, 4, 3, 3),
)
K_2 = tenths(
    "-3 2 4 -3 -4 -1 -1 2 3 1 -1 1 1 -1 -1 0 -4 4 2 -4 -1 -3 -3 -4 3 1 2 -3 -4 -2 -3 4 1 3 -2 -4 -1 4 -4 -1 "
    "-1 0 1 3 -3 -1 2 -3 -2 -3 -2 -2 3 0 1 -4 1 -4 1 3 1 4 -2 -3 -3 2 1 -1 -2 -4 0 0 1 -4 1 2 -1 4 -4 -4 -1 "
    "-4 -2 3 -3 -4 -4 1 -4 -1 -1 -4 -4 0 -2 -1 -3 -1 -1 2 3 0 4 -1 -3 -2 -4 -2",
    *(2, 6, 3, 3),
)

FOUR: dict[str, Any] = {
    "X": [[0, -0.7], [0.4, -0.6], [0.4, 0], [-0.3, 0.3]],
    "Y": [[-0.6, -0.7], [0.5, 0.7], [0.3, 0.6]],
    "M": [[1, 1, 1], [1, 1, 1], [0, 0, 0]],
    "K_1": K_1,
    "K_2": K_2,
    "W_1": tenths("-4 3 -2 -4 -9 6 9 2 -1 2 7 6 -5 -1 9 -2", 2, 8),
    "w_2": [1.5, -1],
    "W_o": tenths("7 6 -6 -6 1 -2 -9 -6 -7 6 -7 0 -8 5 -3 -8 1 8 -5 8 -4 -9 2 3 -3 3 -5 -7 8 7 -9 0", 4, 8),
}
OPEN = [[1, 1, 1]] * 3
X_Y = ("x 1", "x 2", "y 1", "y 2")
LABELS = {
    "source": ("le", "chat", "dort", "bien"),
    "target": ("start", "the", "cat"),
    "channel": X_Y,
    "upper channel": (*X_Y, "n 1", "n 2"),
    "top channel": (*X_Y, "n 1", "n 2", "m 1", "m 2"),
    "word": ("sleeps", "well", "cat", "the"),
}
NOTE = "Made-up numbers; nothing was trained."
