"""What a change of the last token does to every row of the output: nothing, where a mask hides the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attention_core.engine.ops import subtract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Mechanism


def future_edited(mechanism: Mechanism, trace: Trace, size: float) -> tuple[Step, Step, Step]:
    """The output, the output if the last row of X were (size, -size, size, ...), and what this changes of every row."""
    X = np.array(trace["X"].value)
    output = trace.output
    X[-1] = size * (-1.0) ** np.arange(X.shape[-1])
    edited = mechanism.again(trace, {"X": X}).output
    after = replace(edited, name="last token edited", symbol=rf"{output.symbol}'")
    return output, after, subtract(after, output, name="change", symbol=r"\Delta")
