"""The few operations every mechanism is written in.

A primitive states three things: how the whole array is computed (`call`, a kernel and its arguments), the scalar
expression of one output cell (`cell`), and how a gradient passes back through it (`vjp`, written in these same
primitives). Everything a learner sees is derived from those.
"""

from __future__ import annotations

from attention_core.engine.step import Call, Primitive, View

from .base import apply
from .contract import Contract, contract, spread, total
from .pointwise import (
    ELEMENTWISE,
    Elementwise,
    absolute,
    add,
    cos,
    divide,
    exp,
    floor,
    held,
    kept,
    larger,
    log,
    mask,
    mean,
    minus,
    positive,
    reciprocal,
    relu,
    root,
    scale,
    shift,
    sigmoid,
    sin,
    smaller,
    sqrt,
    square,
    tanh,
    xlogx,
)
from .rearrange import concat, exchange, merge, pick, rename, split, stack, take
from .rows import largest, softmax, top
from .window import window

__all__ = [
    "ELEMENTWISE",
    "Call",
    "Contract",
    "Elementwise",
    "Primitive",
    "View",
    "absolute",
    "add",
    "apply",
    "concat",
    "contract",
    "cos",
    "divide",
    "exchange",
    "exp",
    "floor",
    "held",
    "kept",
    "larger",
    "largest",
    "log",
    "mask",
    "mean",
    "merge",
    "minus",
    "pick",
    "positive",
    "reciprocal",
    "relu",
    "rename",
    "root",
    "scale",
    "shift",
    "sigmoid",
    "sin",
    "smaller",
    "softmax",
    "split",
    "spread",
    "sqrt",
    "square",
    "stack",
    "take",
    "tanh",
    "top",
    "total",
    "window",
    "xlogx",
]
