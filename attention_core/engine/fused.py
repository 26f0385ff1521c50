"""Several operations computed at once: the array is one kernel's, the arithmetic and the gradients are the operations'.

One by one, each of them would leave an array behind that nobody reads, and a computer takes longer to write those down
than to compute with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import expression as ex
from .axes import Axes, names
from .backward import through
from .ops.base import aligned, apply
from .step import Call, Primitive, Step


@dataclass(frozen=True)
class Fused(Primitive):
    """What operations make of steps, the first of which has all axes, computed by one kernel.

    made: from the operands and the constants to the unnamed step that the operations make; a function of a module, so
    that two of a kind are equal. kernel: the same on arrays. constants: by the keywords that both have. over: the axis
    that the result lacks; the kernel gets its place as `axis`.
    """

    made: Callable[..., Step]
    kernel: Callable[..., Any]
    constants: tuple[tuple[str, float], ...] = ()
    over: str = ""

    def axes(self, name: str, *operands: Step) -> Axes:
        return tuple(axis for axis in super().axes(name, *operands) if axis.name != self.over)

    def call(self, axes: Axes, *operands: Step) -> Call:
        every = names(operands[0].axes)
        keywords: dict[str, Any] = dict(self.constants)
        if self.over:
            keywords["axis"] = every.index(self.over)
        views = tuple(aligned(step, every) for step in operands) if len(operands) > 1 else ()
        return Call(self.kernel, (), keywords, views, in_pieces=not (views or keywords))

    def cell(self, where: ex.Where, *operands: Step) -> ex.Expression:
        return self._one_by_one(operands).at(where)

    def vjp(self, gradient: Step, out: Step, *operands: Step) -> Iterator[Step | None]:
        yield from self.vjps(range(len(operands)), gradient, out, *operands)

    def vjps(self, places: Sequence[int], gradient: Step, out: Step, *operands: Step) -> Iterator[Step | None]:
        found = through(self._one_by_one(operands), gradient, operands, [operands[place] for place in places])
        for place in places:
            yield found.pop(operands[place], None)

    def _one_by_one(self, operands: Sequence[Step]) -> Step:
        return self.made(*operands, **dict(self.constants))


def fused(
    made: Callable[..., Step],
    kernel: Callable[..., Any],
    *operands: Step,
    over: str = "",
    constants: Mapping[str, float] | None = None,
    name: str = "",
    symbol: str = "",
) -> Step:
    """What `made` makes of the operands and constants, computed by a kernel; see `Fused`."""
    return apply(Fused(made, kernel, tuple((constants or {}).items()), over), *operands, name=name, symbol=symbol)
