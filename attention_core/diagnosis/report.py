"""What a diagnosis says, as data for pages and games, and as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attention_core.engine import expression as ex
from attention_core.engine.axes import cell_name
from attention_core.engine.language import say, term
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace

from .entry import Mistake
from .words import arithmetic, begun


@dataclass(frozen=True, eq=False)
class Departure:
    """The first cell of a step that is not what it should be.

    step: the right step, with its arithmetic and its axes; cell: the position along each of them, from 0. mine, right:
    the two numbers.
    """

    step: Step
    cell: tuple[int, ...]
    mine: float
    right: float

    @property
    def place(self) -> str:
        """The words for the cell: "head 1, query 2, key 1"."""
        return cell_name(self.step.axes, self.cell)

    @property
    def arithmetic(self) -> str:
        """The right arithmetic as plain text, with its result."""
        return arithmetic(self.step, self.cell)

    @property
    def where(self) -> str:
        """The words for the step and the cell."""
        return f"{term(self.step.name)}, {self.place}" if self.cell else term(self.step.name)

    @property
    def given(self) -> str:
        """The number that is not what it should be, as text."""
        return say("not a number") if self.mine != self.mine else ex.plain(self.mine, 5)

    def __str__(self) -> str:
        return say(
            "{where}: {number}, and right is {arithmetic}",
            where=self.where,
            number=self.given,
            arithmetic=self.arithmetic,
        )


def joined(made: Iterable[Made]) -> str:
    """The names of mistakes that were made together."""
    return say(" and ").join(each.name for each in made)


@dataclass(frozen=True)
class Made:
    """A mistake and the way it was made, "" where there is one way."""

    mistake: Mistake
    way: str

    @property
    def name(self) -> str:
        """The name with the way."""
        return say("{name} ({way})", name=self.mistake.name, way=say(self.way)) if self.way else self.mistake.name


@dataclass(frozen=True, eq=False)
class Finding:
    """Mistakes, one or two, that give the numbers.

    fit: the largest difference over what rounding may do: 0 is exact, up to 1 is as good as exact, above 1 it fits in a
    coarser precision only. departure: the first cell at which these mistakes leave the right steps, with the number
    they give there. alike: what gives the same numbers on this input; apart: what would tell them apart.
    """

    made: tuple[Made, ...]
    fit: float
    departure: Departure | None
    alike: tuple[tuple[Made, ...], ...] = ()
    apart: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The names of its mistakes."""
        return joined(self.made)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its mistakes."""
        return tuple(each.mistake.key for each in self.made)

    def __str__(self) -> str:
        lines = [f"{begun(self.name)}. {self._closeness()}"]
        for each in self.made:
            mistake = each.mistake
            lines += [
                f"  {mistake.sentence}",
                say("  Commonly made: {made}", made=mistake.made),
                say("  Lesson: {lesson}", lesson=mistake.lesson),
            ]
            lines += [f"    {line}" for line in mistake.difference("numpy").splitlines()]
        if self.departure:
            lines.append(say("  It departs at {departure}", departure=self.departure))
        for other, how in zip(self.alike, self.apart, strict=True):
            lines.append(
                say(
                    "  Not told apart from: {listed}. {how}",
                    listed=joined(other),
                    how=how,
                )
            )
        return "\n".join(lines)

    def _closeness(self) -> str:
        if self.fit > 1:
            return say("It fits in a coarser precision only.")
        return say("The numbers agree: the largest difference is {fit:.0%} of what rounding may do.", fit=self.fit)


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Whether numbers are those of attention, where they depart first, and which known mistakes give them.

    agrees: whether all of them are right within the precision. departure: the first wrong cell of the first wrong step
    that was given. findings: what gives the numbers, best first; none where no known mistake does. unseen: mistakes
    that would not show on this input. differences: mine less right, by step, in the shape of the right step. trace: the
    right computation, in whose steps the departures are. tried: how many computations were compared; complete: whether
    the search ended before its time did.
    """

    agrees: bool
    departure: Departure | None
    findings: tuple[Finding, ...]
    unseen: tuple[Made, ...]
    differences: Mapping[str, Array]
    trace: Trace
    tried: int = 0
    complete: bool = True

    @property
    def best(self) -> Finding | None:
        """The best finding."""
        return self.findings[0] if self.findings else None

    def __str__(self) -> str:
        lines = [self._verdict()]
        lines += [f"{n}. {finding}" for n, finding in enumerate(self.findings, start=1)]
        if self.unseen and not self.findings:
            names = sorted({each.mistake.name for each in self.unseen})
            lines.append(say("Nothing to see on this input of: {listed}.", listed=say("; ").join(names)))
        return "\n".join(lines)

    def _verdict(self) -> str:
        if self.agrees:
            return say("The numbers are right, within their precision.")
        start = say("The first wrong number is in {departure}.", departure=self.departure)
        if self.findings:
            return start
        ending = "" if self.complete else say(" The search stopped at its time limit, before all pairs were tried.")
        return say("{start}\nNo known mistake fits, nor two of them.{ending}", start=start, ending=ending)
