"""A trace as a script: the numbers of its inputs, one line per step, and the kernels that computed it."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine import kernels
from attention_core.engine.language import say, term
from attention_core.engine.ops import Call, OperandView
from attention_core.engine.step import Array, Step, by_depth
from attention_core.engine.trace import Trace

_HEADER = {
    "numpy": "import numpy as np\n\nnp.set_printoptions(precision=6, suppress=True)",
    "torch": "import torch\n\ntorch.set_default_dtype(torch.float64)\n"
    "torch.set_printoptions(precision=6, sci_mode=False)",
}
_MODULE = {"numpy": "np", "torch": "torch"}
_ARRAY = {"numpy": "np.array", "torch": "torch.tensor"}
# NumPy has no gradients; a step that stops them in PyTorch is spelled differently.
_REPLACED = {("held", "torch"): "def held(x):\n    return x.detach()"}
_MOVE = {"numpy": "np.transpose({}, {})", "torch": "torch.permute({}, {})"}


def script(trace: Trace, library: str) -> str:
    """Source of a stand-alone script for "numpy" or "torch" that computes and prints every named step."""
    ordered = by_depth(trace.steps)
    variables = _variables(ordered)
    lines = [line for step in ordered if _is_written(step) for line in _assignment(step, variables, library)]
    prints = [f'print("{step.name}")\nprint({variables[step]})' for step in trace.computed]
    called = (call.kernel for call in map(_call, filter(_is_written, ordered)) if call and _is_ours(call.kernel))
    used = dict.fromkeys(each for kernel in called for each in (*_helpers(kernel), kernel))
    parts = [_HEADER[library], *(_source(kernel, library) for kernel in used), "\n".join(lines), "\n".join(prints)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _call(step: Step) -> Call | None:
    return step.primitive.call(step.axes, *step.operands) if step.primitive else None


def _is_ours(kernel: Callable[..., Any]) -> bool:
    return getattr(kernels, getattr(kernel, "__name__", ""), None) is kernel and kernel is not kernels.einsum


def _helpers(kernel: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The kernels that a kernel calls."""
    found = (getattr(kernels, name, None) for name in kernel.__code__.co_names)
    return [each for each in found if callable(each) and _is_ours(each)]


def _source(kernel: Callable[..., Any], library: str) -> str:
    text = re.sub(r": Any|: float|: int|: str| -> Any", "", inspect.getsource(kernel))
    text = _REPLACED.get((kernel.__name__, library), text).replace(" einsum(", " np.einsum(")
    return text.rstrip().replace("np.", f"{_MODULE[library]}.")


def _variables(steps: list[Step]) -> Mapping[Step, str]:
    """A Python name for each step, from its symbol where that is one ("W_q"), else from its name; never twice."""
    taken: dict[str, Step] = {}
    for step in filter(_is_written, steps):
        base = step.symbol if step.symbol.isidentifier() else re.sub(r"\W+", "_", step.name).strip("_") or "part"
        if not base.isidentifier() or not base.isascii() or keyword.iskeyword(base):
            base = "step"
        options = (base if n == 1 else f"{base}_{n}" for n in range(1, len(steps) + 2))
        taken[next(option for option in options if option not in taken and option not in _RESERVED)] = step
    found = {step: variable for variable, step in taken.items()}
    for step in steps:
        found.setdefault(step, found[step.operands[0]] if step.operands else "")
    return found


def _is_written(step: Step) -> bool:
    """A renamed array is the same array: its reader uses the operand's variable."""
    call = _call(step)
    return call is None or call.kernel is not kernels.same


_RESERVED = {"np", "torch", "print", *dir(kernels)}


def shape_line(step: Step) -> str:
    """The shape in words: "query 3 × key 4"."""
    return " × ".join(f"{term(axis.name)} {axis.size}" for axis in step.axes) or say("one number")


def _assignment(step: Step, variables: Mapping[Step, str], library: str) -> list[str]:
    about = shape_line(step)
    call = _call(step)
    if call is None:
        return [f"{variables[step]} = {_ARRAY[library]}({_literal(step.value)})  # {step.name or 'constant'}: {about}"]
    title = f"{step.name}: {about}" if step.name else about
    return [f"{variables[step]} = {_invocation(call, step, variables, library)}  # {title}"]


def _invocation(call: Call, step: Step, variables: Mapping[Step, str], library: str) -> str:
    operands = [variables[operand] for operand in step.operands]
    views = call.views or (None,) * len(operands)
    shown = [_viewed(text, view, library) for text, view in zip(operands, views, strict=True)]
    keywords = [_keyword(key, value, library) for key, value in call.keywords.items()]
    own = _is_ours(call.kernel)
    name = call.kernel.__name__ if own else f"{_MODULE[library]}.{call.kernel.__name__}"
    return f"{name}({', '.join([*map(repr, call.first), *shown, *map(repr, call.last), *keywords])})"


def _part(code: str) -> str:
    """Brackets around anything but a plain number."""
    return code if re.fullmatch(r"[\d.]+", code) else f"({code})"


# Roots are powers, for in torch a root is taken of arrays alone.
_CODE: dict[str, Callable[..., str]] = {
    "constant": lambda value, symbol="": repr(int(value) if value == int(value) else value),
    "sqrt": lambda x: f"{_part(x)}**0.5",
    "square": lambda x: f"{_part(x)}**2",
    "product": lambda *parts: " * ".join(map(_part, parts)),
    "quotient": lambda x, y: f"{_part(x)} / {_part(y)}",
}


def _keyword(key: str, value: Any, library: str) -> str:
    if isinstance(value, ex.Expression):
        return f"{key}={ex.fold(value, _CODE)}"
    text = repr(value).replace("inf", f"{_MODULE[library]}.inf") if isinstance(value, float) else repr(value)
    return text if key == "shape" else f"{key}={text}"  # `shape` is the one argument both libraries name differently


def _viewed(text: str, view: OperandView | None, library: str) -> str:
    if view is None:
        return text
    if view.order != tuple(range(len(view.order))):
        text = _MOVE[library].format(text, view.order)
    if None in view.index:
        text += f"[{', '.join(':' if part else 'None' for part in view.index)}]"
    return text


def _literal(value: Array) -> str:
    return repr(np.asarray(value, dtype=float).tolist())
