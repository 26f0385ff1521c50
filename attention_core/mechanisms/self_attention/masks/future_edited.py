"""The effect of a change of the last token on every row of the output: none where a mask hides it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attention_core.engine.ops import subtract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Mechanism


def future_edited(mechanism: Mechanism, trace: Trace, size: float) -> tuple[Step, Step, Step]:
    """The output, the output with (size, -size, size, ...) as the last row of X, and the difference."""
    X = np.array(trace["X"].value)
    output = trace.output
    X[-1] = size * (-1.0) ** np.arange(X.shape[-1])
    edited = mechanism.again(trace, {"X": X}).output
    after = replace(edited, name="last token edited", symbol=rf"{output.symbol}'")
    return output, after, subtract(after, output, name="change", symbol=r"\Delta")
