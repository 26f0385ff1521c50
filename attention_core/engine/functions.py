"""Functions of one number: everything about each of them is its row in FUNCTIONS.

The arrays, the gradients, the arithmetic of one cell, its LaTeX and the exported scripts read the rows; the browser's
part of them (value, MathML, speech) is written into assets/stage/model/functions.js by `python -m tools.functions`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np

from . import kernels
from .language import to_say
from .sentences import TOO_LARGE

S = TypeVar("S")


class Ops(Protocol[S]):
    """The operations that gradients are made of. `ops.pointwise` passes them in, since it imports these rows."""

    def function(self, name: str, x: S) -> S: ...
    def add(self, *x: S) -> S: ...
    def subtract(self, x: S, y: S) -> S: ...
    def multiply(self, *x: S) -> S: ...
    def scale(self, x: S, factor: float) -> S: ...
    def shift(self, x: S, by: float) -> S: ...

    def where(self, x: S, chosen: S) -> S:
        """x where `chosen` is not 0, and 0 elsewhere."""
        ...


Slope = Callable[[Ops[Any], Any, Any, Any], Any]


@dataclass(frozen=True)
class Function:
    """One function of one number.

    array: the kernel. slope: from (ops, gradient, x, out) the gradient that passes back, or None where none does.
    cell: the same for one number. In `latex` and `mathml` stands {x} for what the function is taken of, {factor} for
    the same with brackets where a factor needs them, {base} where the base of a power does. speech: the words for
    screen readers. javascript: how the browser computes it. factors: written as several factors, so that it needs
    brackets itself as the base of a power. failure: the message where it has no finite value. blocks_gradient: no
    gradient passes back through it. ends_gradient: its result is always 0, so that a gradient ends there.
    """

    array: Callable[..., Any]
    slope: Slope
    cell: Callable[[float], float]
    latex: str
    mathml: str
    speech: str
    javascript: str
    factors: bool = False
    failure: str = TOO_LARGE
    blocks_gradient: bool = False
    ends_gradient: bool = False


def _flat(ops: Ops[S], gradient: S, x: S, out: S) -> None:
    """No gradient: the function has steps, and is level between them."""


def _or_one(ops: Ops[S], x: S) -> S:
    """x, and 1 where it is 0."""
    return ops.add(x, ops.shift(ops.scale(ops.function("positive", x), -1.0), 1.0))


def _by_sign(ops: Ops[S], gradient: S, x: S) -> S:
    """The gradient where x is above 0, turned round where it is below, and none where it is 0."""
    below = ops.function("positive", ops.scale(x, -1.0))
    return ops.subtract(ops.where(gradient, ops.function("positive", x)), ops.where(gradient, below))


def _inverse(ops: Ops[S], x: S) -> S:
    return ops.function("reciprocal", x)


def _bell(ops: Ops[S], x: S) -> S:
    """e^(-x x)."""
    return ops.function("exp", ops.scale(ops.function("square", x), -1.0))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _mo(sign: str) -> str:
    return f"<mo>{sign}</mo>"


def _called(name: str) -> str:
    """MathML of name(x)."""
    return f'<mi mathvariant="normal">{name}</mi>{_mo("(")}{{x}}{_mo(")")}'


_NO_LOGARITHM = to_say("takes the logarithm of no positive number")
_SQRT = Function(
    array=np.sqrt,
    slope=lambda ops, g, x, out: ops.scale(ops.multiply(g, _inverse(ops, out)), 0.5),
    cell=math.sqrt,
    latex=r"\sqrt{{{x}}}",
    mathml="<msqrt><mrow>{x}</mrow></msqrt>",
    speech="root of {x}",
    javascript="Math.sqrt",
    failure=to_say("takes the root of less than 0"),
)

FUNCTIONS: dict[str, Function] = {
    "tanh": Function(
        array=np.tanh,
        slope=lambda ops, g, x, out: ops.subtract(g, ops.multiply(g, out, out)),
        cell=math.tanh,
        latex=r"\tanh({x})",
        mathml=_called("tanh"),
        speech="tanh of {x}",
        javascript="Math.tanh",
    ),
    "sigmoid": Function(
        array=kernels.sigmoid,
        slope=lambda ops, g, x, out: ops.subtract(ops.multiply(g, out), ops.multiply(g, out, out)),
        cell=_sigmoid,
        latex=r"\sigma({x})",
        mathml=_called("σ"),
        speech="sigmoid of {x}",
        javascript="(x) => 1 / (1 + Math.exp(-x))",
    ),
    # NumPy has no error function: the kernel, and erf.js in the browser, compute it to the last digit but one.
    "erf": Function(
        array=kernels.erf,
        slope=lambda ops, g, x, out: ops.multiply(g, ops.scale(_bell(ops, x), 2 / math.sqrt(math.pi))),
        cell=math.erf,
        latex=r"\operatorname{{erf}}({x})",
        mathml=_called("erf"),
        speech="error function of {x}",
        javascript="erf",
    ),
    "relu": Function(
        array=kernels.relu,
        slope=lambda ops, g, x, out: ops.where(g, ops.function("positive", x)),
        cell=lambda x: max(x, 0.0),
        latex=r"\max(0, {x})",
        mathml=f'<mi mathvariant="normal">max</mi>{_mo("(")}<mn>0</mn>{_mo(",")}{{x}}{_mo(")")}',
        speech="the larger of 0 and {x}",
        javascript="(x) => Math.max(x, 0)",
    ),
    "positive": Function(
        array=kernels.positive,
        slope=_flat,
        cell=lambda x: float(x > 0),
        latex="[{x} > 0]",
        mathml=f"{_mo('[')}{{x}}{_mo('&gt;')}<mn>0</mn>{_mo(']')}",
        speech="1 if {x} is above 0",
        javascript="(x) => Number(x > 0)",
    ),
    "floor": Function(
        array=np.floor,
        slope=_flat,
        cell=lambda x: float(math.floor(x)),
        latex=r"\lfloor {x} \rfloor",
        mathml=f"{_mo('⌊')}{{x}}{_mo('⌋')}",
        speech="{x}, rounded down",
        javascript="Math.floor",
    ),
    "exp": Function(
        array=np.exp,
        slope=lambda ops, g, x, out: ops.multiply(g, out),
        cell=math.exp,
        latex="e^{{{x}}}",
        mathml="<msup><mi>e</mi><mrow>{x}</mrow></msup>",
        speech="e to the {x}",
        javascript="Math.exp",
    ),
    "sin": Function(
        array=np.sin,
        slope=lambda ops, g, x, out: ops.multiply(g, ops.function("cos", x)),
        cell=math.sin,
        latex=r"\sin({x})",
        mathml=_called("sin"),
        speech="sine of {x}",
        javascript="Math.sin",
    ),
    "cos": Function(
        array=np.cos,
        slope=lambda ops, g, x, out: ops.scale(ops.multiply(g, ops.function("sin", x)), -1.0),
        cell=math.cos,
        latex=r"\cos({x})",
        mathml=_called("cos"),
        speech="cosine of {x}",
        javascript="Math.cos",
    ),
    "xlogx": Function(
        array=kernels.xlogx,
        slope=lambda ops, g, x, out: ops.add(ops.multiply(g, ops.function("log", x)), g),
        cell=lambda x: x * math.log(x) if x else 0.0,
        latex=r"{factor} \cdot \ln({x})",
        mathml=f"{{factor}}{_mo('·')}{_called('ln')}",
        speech="{x} times its logarithm",
        javascript="(x) => (x ? x * Math.log(x) : 0)",
        factors=True,
        failure=_NO_LOGARITHM,
    ),
    "log": Function(
        array=np.log,
        slope=lambda ops, g, x, out: ops.multiply(g, _inverse(ops, x)),
        cell=math.log,
        latex=r"\ln({x})",
        mathml=_called("ln"),
        speech="logarithm of {x}",
        javascript="Math.log",
        failure=_NO_LOGARITHM,
    ),
    "abs": Function(
        array=np.abs,
        slope=lambda ops, g, x, out: _by_sign(ops, g, x),
        cell=abs,
        latex=r"\lvert {x} \rvert",
        mathml=f"{_mo('|')}{{x}}{_mo('|')}",
        speech="{x} without its sign",
        javascript="Math.abs",
    ),
    "square": Function(
        array=np.square,
        slope=lambda ops, g, x, out: ops.scale(ops.multiply(g, x), 2.0),
        cell=lambda x: x * x,
        latex="{base}^2",
        mathml="<msup><mrow>{base}</mrow><mn>2</mn></msup>",
        speech="{x}, squared",
        javascript="(x) => x * x",
        factors=True,
    ),
    "sqrt": _SQRT,
    # A length is the root of a sum of squares. Where it is 0 it has no slope, and the gradient is taken to be 0.
    "root": replace(
        _SQRT,
        slope=lambda ops, g, x, out: ops.scale(ops.where(ops.multiply(g, _inverse(ops, _or_one(ops, out))), out), 0.5),
    ),
    # The cut is a step of its own in the backward pass: it shows the gradient that arrives and the 0 that is passed on.
    "held": Function(
        array=kernels.held,
        slope=lambda ops, g, x, out: ops.function("cut", g),
        cell=lambda x: x,
        latex=r"\operatorname{{held}}({x})",
        mathml=_called("held"),
        speech="held of {x}",
        javascript="(x) => x",
        blocks_gradient=True,
    ),
    "cut": Function(
        array=np.zeros_like,
        slope=_flat,
        cell=lambda x: 0.0,
        latex=r"\operatorname{{cut}}({x})",
        mathml=_called("cut"),
        speech="cut of {x}",
        javascript="() => 0",
        ends_gradient=True,
    ),
    "reciprocal": Function(
        array=np.reciprocal,
        slope=lambda ops, g, x, out: ops.scale(ops.multiply(g, out, out), -1.0),
        cell=lambda x: 1 / x,
        latex=r"\frac{{1}}{{{x}}}",
        mathml="<mfrac><mrow><mn>1</mn></mrow><mrow>{x}</mrow></mfrac>",
        speech="1, divided by: {x}",
        javascript="(x) => 1 / x",
        failure=to_say("divides by zero"),
    ),
}
