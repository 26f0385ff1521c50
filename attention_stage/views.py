"""How a step is drawn follows from the kinds of its last two axes; a kind is the last word of an axis's name.

This table decides for the stage, for large maps and for thumbnails. A view of a new kind begins with a row here.
"""

from __future__ import annotations

from attention_core import Step
from attention_core.engine.axes import names

TABLE = "table"
IMAGE = "image"
VIEWS: dict[tuple[str, ...], str] = {
    ("row", "column"): IMAGE,  # pixels: "row" and "column", "coarse row" and "coarse column"
    ("offset", "offset"): IMAGE,  # a kernel: "row offset" and "column offset"
}
BESIDE = {TABLE: 2, IMAGE: 3}  # how many of the last axes are drawn at once; those before have a selector


def view_of(step: Step) -> str:
    """How a step is drawn: TABLE or IMAGE."""
    kinds = tuple(name.split()[-1] for name in names(step.axes)[-2:])
    return VIEWS.get(kinds, TABLE)


def is_image(step: Step) -> bool:
    """Whether the last two axes of a step are pixels."""
    return view_of(step) == IMAGE
