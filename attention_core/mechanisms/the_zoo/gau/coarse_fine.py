"""Upsampling of coarse maps, and the picture of what a gate lets through of the fine ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from attention_core.blocks.convolution import resize_matrix
from attention_core.engine.language import label_said, say, to_say
from attention_core.engine.ops import contract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Images, Panel, Part

MOST = 4  # channels that a picture shows
SHOWN = {  # the step, and what is said of it
    "upsampled": to_say("{channel}, coarse"),
    "fine detail": to_say("{channel}, fine"),
    "gated detail": to_say("{channel}, fine × {gate:.2f}"),
    "output": to_say("{channel}, sum"),
}


def upsampled(high: Step, low: Step, name: str, symbol: str) -> Step:
    """high (channel, coarse row, coarse column) resized to the rows and columns of low, corner on corner."""
    down, across = (
        resize_matrix(low.axis(axis), high.axis(f"coarse {axis}"), name=f"{axis} mix", symbol=symbol)
        for axis, symbol in (("row", "R"), ("column", "C"))
    )
    to = ("channel", "row", "column")
    return contract(down, high, across, over=("coarse row", "coarse column"), to=to, name=name, symbol=symbol)


def gating_images(trace: Trace) -> Images:
    """For the first channels: the coarse map, upsampled; fine detail before and after its gate; the sum. One scale."""
    found = {name: trace[name] for name in SHOWN}
    top = max(float(np.abs(step.value[:MOST]).max()) for step in found.values())
    gates = zip(trace["gates"].axis("channel").labels[:MOST], trace["gates"].value, strict=False)
    panels = (
        Panel(say(SHOWN[name], channel=label_said(channel), gate=float(gate)), Part(step, (n,)), top=top)
        for n, (channel, gate) in enumerate(gates)
        for name, step in found.items()
    )
    return Images(say("The coarse map, enlarged; fine detail before and after its gate; the sum."), tuple(panels))


def disc(size: int = 12) -> dict[str, Any]:
    """Two channels, by a formula: a blob and a faint plane as coarse maps, an outline and a pattern as fine ones."""
    rows, columns = np.indices((size, size))
    outline = np.abs(np.hypot(rows - size / 2 + 0.5, columns - size / 2 + 0.5) - size / 3) < 0.6
    blob = np.multiply.outer([0.25, 1, 1, 0.25], [0.25, 1, 1, 0.25])
    identity_kernels = np.zeros((2, 2, 3, 3))
    identity_kernels[[0, 1], [0, 1], 1, 1] = 1
    return {
        "F_high": [(1.2 * blob).tolist(), np.full((4, 4), 0.1).tolist()],
        "F_low": [outline.astype(float).tolist(), (0.8 * ((rows + columns) % 2)).tolist()],
        "K": identity_kernels.tolist(),
    }
