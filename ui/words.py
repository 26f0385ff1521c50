"""What stands in double brackets in the prose of a lesson: labels and numbers of the trace, words on a condition.

    [[query]]                             the label of the chosen cell along that axis
    [[=largest]]                          the number of the step "largest"
    [[key where chosen]]                  the labels along the axis at which the step "chosen" is not 0
    [[if sharp]] ... [[else]] ... [[end]] words that stand while the step "sharp" is not 0, and words in their place

A step is one of the trace, or one that the mechanism's `said` makes for its words. It is read at the chosen cell's
positions along its axes; the Insight has no cell, and reads steps that are one number. A condition stays within one
paragraph and holds no other condition. This is the one place that reads the grammar: the stage gets HTML whose
attributes say what to fill in (assets/stage/draw/words.js), and a page drawn here gets the words themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from attention_core import Step, Trace
from attention_core.engine.axes import names
from attention_core.engine.expression.printed import printed
from attention_core.engine.language import label_said, say, term

_BRACKETS = re.compile(r"\[\[(.*?)\]\]")
_CONDITION = re.compile(r"\[\[if ([^\[\]]+)\]\](.*?)(?:\[\[else\]\](.*?))?\[\[end\]\]", re.DOTALL)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Spot = Mapping[str, int]  # positions of the chosen cell by axis
Cell = tuple[Step, tuple[int, ...]]


@dataclass(frozen=True)
class Placeholder:
    """One pair of brackets. kind: "axis", "number", "where", "if", "else", "end"; step and axis where it has them."""

    kind: str
    step: str = ""
    axis: str = ""

    @classmethod
    def of(cls, text: str) -> Placeholder:
        """The placeholder with this text in its brackets."""
        if text in ("else", "end"):
            return cls(text)
        if text.startswith("="):
            return cls("number", step=text[1:].strip())
        if text.startswith("if "):
            return cls("if", step=text[3:].strip())
        axis, where, step = text.partition(" where ")
        return cls("where" if where else "axis", step.strip(), axis)


def placeholders(words: str) -> Iterator[Placeholder]:
    """Every placeholder of a text, in its order."""
    return (Placeholder.of(found[1]) for found in _BRACKETS.finditer(words))


# --- for the stage ---------------------------------------------------------------------------------------------------


def marked(html: str) -> str:
    """HTML in which spans stand for the placeholders, for the stage to fill."""
    return _BRACKETS.sub(lambda found: _span(Placeholder.of(found[1])), _CONDITION.sub(_both, html))


def _both(found: re.Match[str]) -> str:
    step, here, instead = escape(found[1].strip()), found[2], found[3]
    other = f'<span data-unless="{step}">{instead}</span>' if instead else ""
    return f'<span data-if="{step}">{here}</span>{other}'


def _span(placeholder: Placeholder) -> str:
    step, axis = escape(placeholder.step), escape(placeholder.axis)
    if placeholder.kind == "number":
        return f'<span data-number="{step}">…</span>'
    where = f' data-where="{step}"' if step else ""
    said = escape(term(placeholder.axis))
    return f'<span class="axis" data-axis="{axis.split()[-1]}" data-fill="{axis}"{where}>{said}</span>'


# --- for a page drawn here -------------------------------------------------------------------------------------------


def filled(words: str, trace: Trace, cell: Cell | None = None, write: Callable[[str], str] = str) -> str:
    """The text with its placeholders filled in. cell: the chosen one; write: how a label is written."""
    at = {axis.name: i for axis, i in zip(cell[0].axes, cell[1], strict=True)} if cell else {}
    labels = {axis.name: axis.labels[at[axis.name]] for axis in cell[0].axes} if cell else {}

    def piece(found: re.Match[str]) -> str:
        placeholder = Placeholder.of(found[1])
        if placeholder.kind == "axis":
            return write(label_said(labels.get(placeholder.axis) or term(placeholder.axis)))
        step = told(trace, placeholder.step)
        if placeholder.kind == "number":
            return plain(_value(step, at))
        return listed([write(label_said(label)) for label in _chosen(step, placeholder.axis, at)])

    def standing(found: re.Match[str]) -> str:
        return (found[2] if _value(told(trace, found[1].strip()), at) else found[3]) or ""

    return _BRACKETS.sub(piece, _CONDITION.sub(standing, words))


def told(trace: Trace, name: str) -> Step:
    """The step that words call by this name: one made for them, else one of the trace. Raises KeyError."""
    return trace.said[name] if name in trace.said else trace[name]


def plain(value: float) -> str:
    """A number as arithmetic writes it, in plain characters: "−0.58", "3.0·10⁻⁵"."""
    found = printed(value)
    power = "" if found.power is None else f"·10{str(found.power).translate(_RAISED)}"
    return f"{'−' if found.negative else ''}{found.digits}{power}"


def _value(step: Step, at: Spot) -> float:
    return float(step.value[tuple(at[axis] for axis in names(step.axes))])


def _chosen(step: Step, along: str, at: Spot) -> list[str]:
    row = step.value[tuple(slice(None) if axis == along else at[axis] for axis in names(step.axes))]
    return [label for label, value in zip(step.axis(along).labels, np.atleast_1d(row), strict=True) if value]


def listed(labels: list[str]) -> str:
    """Names as words list them: "a, b and c"."""
    *first, last = labels or [say("none")]
    return say("{listed} and {last}", listed=say(", ").join(first), last=last) if first else last
