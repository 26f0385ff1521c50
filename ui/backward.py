"""The backward pass of one output cell as a stage, checked against finite differences. It imports no Streamlit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from attention_core import Step, Trace
from attention_core.engine.backward import recomputed_with
from attention_core.engine.language import say, term, to_say
from attention_core.engine.step import ancestors, looked_through
from attention_stage.payload import payload
from attention_stage.structure import Stops
from attention_stage.wire import WirePayload, WireStop

from .state import Numbers

NUDGE = 1e-6
KINK = 1e-3  # a larger difference between the slopes on either side is a kink
MOST = 400  # cells checked; beyond that an even selection
LONG = 40  # steps; for each so many more, fewer cells
CUT = to_say("The way back is cut here")
CUT_ABOUT = to_say("A gradient arrives, and 0 goes on: the numbers were held on purpose.")


def question(output: Step) -> str:
    """What a backward pass of one of its cells answers, as Markdown."""
    return say(
        "How does one cell of the **{output}** answer to every number before it? A bar over a symbol "
        "means: the derivative of that one cell.",
        output=term(output.name),
    )


def backward_payload(backward: Trace) -> WirePayload:
    """The stage of a backward pass, which `Trace.gradients` gives."""
    return payload(backward.steps, stops_of(backward), mode="backward")


def stops_of(backward: Trace) -> Stops:
    """One stop for each gradient, in the order in which they are computed."""

    def stops(number: dict[Step, int]) -> list[WireStop]:
        made = [step for step in backward if step.primitive is not None]
        return [
            {
                "title": step.name.removeprefix("gradient of "),
                "steps": [],
                "result": number[step],
                "words": f"<h3>{say(CUT)}</h3><p>{say(CUT_ABOUT)}</p>" if _is_cut(step) else "",
            }
            for step in made
        ]

    return stops


def _is_cut(gradient: Step) -> bool:
    """Whether a gradient ends in this step's own arithmetic."""
    parts = [gradient, *(part for part in looked_through(gradient) if not part.is_shown)]
    return any(step.primitive is not None and step.primitive.ends_gradient for step in parts)


def checked(numbers: Numbers) -> int:
    """How many cells of one input are nudged: fewer where there are many inputs, or one run takes long."""
    return MOST // len(numbers.inputs) // (1 + len(numbers.trace) // LONG)


def places(numbers: Numbers, name: str) -> list[int]:
    """Which cells of an input are nudged, in reading order: all of them, or some evenly spread."""
    size = numbers.inputs[name].size
    return [*map(int, np.unique(np.linspace(0, size - 1, min(size, checked(numbers))).astype(int)))]


def differences(numbers: Numbers, cell: tuple[int, ...], name: str) -> dict[int, float]:
    """(f(x + h) - f(x - h)) / 2h for the cells of one input: position in reading order to slope.

    A cell at a kink, as in a tie for the largest, is left out: it has two slopes, and a gradient is one of them.
    """
    table = numbers.inputs[name]
    slopes = {}
    here = float(numbers.trace.output.value[cell])
    for place in places(numbers, name):
        sides = []
        for nudge in (NUDGE, -NUDGE):
            nudged = numbers.with_edits([(name, place, float(table.flat[place] + nudge))])
            sides.append(float(_output_value(numbers.trace, nudged, name)[cell]))
        up = (sides[0] - here) / NUDGE
        down = (here - sides[1]) / NUDGE
        if abs(up - down) < KINK * max(1.0, abs(up), abs(down)):
            slopes[place] = (up + down) / 2
    return slopes


def _output_value(trace: Trace, nudged: Numbers, name: str) -> np.ndarray:
    """The output for the nudged numbers; where gradients are blocked, with the blocked steps unchanged."""
    if trace.blocked:
        return recomputed_with(trace.output, {trace[name]: nudged.inputs[name]})
    return nudged.trace.output.value


def findings(numbers: Numbers, backward: Trace, cell: tuple[int, ...]) -> Iterator[str]:
    """What nudging the inputs says of the gradients of an output cell: paragraphs of Markdown."""
    gaps = {
        name: _gap(numbers, backward, cell, name)
        for name, spec in numbers.mechanism.inputs.items()
        if f"gradient of {name}" in backward and not spec.switch  # a switch is 0 or 1 and has no slope
    }
    worst = max(gaps.values(), default=0.0)
    verdict = say("agree") if worst < 1e-5 else say("**differ**")
    listed = " · ".join(f"{term(name)} {gap:.0e}" for name, gap in gaps.items())
    if gaps:
        yield say(
            "**Check by nudging.** {count} of {total} input numbers moved by ±{nudge:g}, one at a time: the slopes "
            "measured and the gradients above {verdict}. Largest gap per input: {listed}.",
            count=sum(len(places(numbers, name)) for name in gaps),
            total=sum(numbers.inputs[name].size for name in gaps),
            nudge=NUDGE,
            verdict=verdict,
            listed=listed,
        )
    if numbers.trace.blocked:
        yield _cut_on_purpose([term(step.label).replace("/", say(", ")) for step in numbers.trace.blocked])
    for name in without_gradient(numbers, backward):
        yield nothing_flows(numbers, cell, name)


def without_gradient(numbers: Numbers, backward: Trace) -> list[str]:
    """Inputs that the output depends on, but that get no gradient. Switches, which have no slope, are left out."""
    made_from = {step.name for step in ancestors((numbers.trace.output,)) if step.primitive is None}
    return [
        name
        for name, spec in numbers.mechanism.inputs.items()
        if name in made_from and not spec.switch and f"gradient of {name}" not in backward
    ]


def nothing_flows(numbers: Numbers, cell: tuple[int, ...], name: str) -> str:
    """What is said of an input that gets no gradient, as Markdown."""
    still = not any(differences(numbers, cell, name).values())
    measured = (
        say("moving its numbers a little moves nothing")
        if still
        else say("its numbers are on the brink, and moving them makes it jump")
    )
    return say(
        "**No gradient flows to {name}.** On the way stands a choice, which a small change does not sway: {measured}.",
        name=name,
        measured=measured,
    )


def _cut_on_purpose(where: list[str]) -> str:
    listed = "; ".join(where[:3])
    if len(where) > 3:
        listed = say("{listed} and {count} more", listed=listed, count=len(where) - 3)
    return say(
        "**Cut on purpose: {listed}.** The numbers go on and the gradient does not. A nudge would "
        "pass there unnoticed, so what is held is kept still while nudging.",
        listed=listed,
    )


def _gap(numbers: Numbers, backward: Trace, cell: tuple[int, ...], name: str) -> float:
    slopes = differences(numbers, cell, name)
    exact = backward[f"gradient of {name}"].value
    return max((abs(slope - float(exact.flat[place])) for place, slope in slopes.items()), default=0.0)
