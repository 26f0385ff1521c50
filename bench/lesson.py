"""The page that is measured, and links to it at other sizes."""

from __future__ import annotations

import numpy as np

from attention_core import CURRICULUM

LESSON = CURRICULUM[0]


def sized_inputs(tokens: int, width: int) -> dict[str, np.ndarray]:
    """The published 3x4 example, or small made-up integers (seeded) for any other size."""
    if (tokens, width) == (3, 4):
        return {name: np.array(table, dtype=float) for name, table in LESSON.first.inputs.items()}
    random = np.random.default_rng(tokens * 100 + width)
    shapes = {name: (tokens if name == "X" else width, width) for name in LESSON.inputs}
    return {name: random.integers(-2, 3, shape).astype(float) for name, shape in shapes.items()}


def link(tokens: int, width: int, stop: str) -> str:
    """Path and query of the lesson page with inputs of this size, opened at one stop of the rail."""
    from ui.share import encode
    from ui.state import Numbers, Session, View

    numbers = Numbers.of(LESSON, next(iter(LESSON.presets)))
    if (tokens, width) != (3, 4):
        for axis, size in (("token", tokens), ("model", width), ("feature", width), ("value", width)):
            numbers = numbers.resized(axis, size)
        numbers = numbers.with_(inputs=sized_inputs(tokens, width))
    return f"/{LESSON.key}?{encode(Session(numbers, View(stop)))}"
