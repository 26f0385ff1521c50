"""The operations that every mechanism is written in.

A primitive states three things: how the whole array is computed (`call`, a kernel and its arguments), the expression
of one output cell (`cell`), and how a gradient passes back through it (`vjp`, written in these same operations). The
arithmetic, the highlights, the gradients and the exported scripts are all derived from these.
"""

from __future__ import annotations

from attention_core.engine.step import Call, OperandView, Primitive

from .base import apply
from .contract import Contract, affine, contract, expand, sum_over
from .pointwise import (
    Elementwise,
    absolute,
    add,
    cos,
    divide,
    divide_by,
    erf,
    exp,
    floor,
    log,
    mask,
    maximum,
    mean,
    minimum,
    positive,
    reciprocal,
    relu,
    safe_sqrt,
    scale,
    shift,
    sigmoid,
    sin,
    sqrt,
    square,
    stop_gradient,
    subtract,
    tanh,
    where,
    xlogx,
)
from .put import put
from .rearrange import concat, gather, index, merge, rename, split, stack, swap_axes, take
from .rows import largest, softmax, top
from .window import window

__all__ = [
    "Call",
    "Contract",
    "Elementwise",
    "OperandView",
    "Primitive",
    "absolute",
    "add",
    "affine",
    "apply",
    "concat",
    "contract",
    "cos",
    "divide",
    "divide_by",
    "erf",
    "exp",
    "expand",
    "floor",
    "gather",
    "index",
    "largest",
    "log",
    "mask",
    "maximum",
    "mean",
    "merge",
    "minimum",
    "positive",
    "put",
    "reciprocal",
    "relu",
    "rename",
    "safe_sqrt",
    "scale",
    "shift",
    "sigmoid",
    "sin",
    "softmax",
    "split",
    "sqrt",
    "square",
    "stack",
    "stop_gradient",
    "subtract",
    "sum_over",
    "swap_axes",
    "take",
    "tanh",
    "top",
    "where",
    "window",
    "xlogx",
]
