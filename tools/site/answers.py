"""What a page without a server asks of Python in its own browser: a link and a change go in, a stage comes out.

`tools.site` packs this module with all that it imports, and a worker of the browser calls `answer`. Nothing is kept
between two questions: the link is the state, as it is for the app. It imports no Streamlit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, TypedDict
from urllib.parse import parse_qsl

from attention_core import Mechanism
from attention_core.engine.axes import Axis
from attention_core.engine.errors import InputError
from attention_core.engine.language import label_said, say, speaking, term, to_say
from attention_core.mechanisms import MECHANISMS
from attention_stage.wire import WireLink, WirePayload
from ui import backward, catalogues, retyped, share
from ui.lesson import rendered
from ui.lesson_payload import lesson_payload
from ui.reading.numbers import ReadingError, parse_number
from ui.state import PRINTED, Numbers, Session, is_large

from .pictures import Below, below_of

TOO_LARGE = to_say("These are more numbers than the stage prints. The app shows them as maps.")
LANGUAGES = catalogues.NAMES  # and with this import they are spoken

Change = Mapping[str, Any]


class Answered(TypedDict):
    """What became of a change. problem: why it was refused, else "". payload: None where the stage has no room for it.

    link: of numbers without a payload too. options: their values by name. output: the name of the result. fields: what
    can be typed now.
    """

    problem: str
    preset: str
    options: dict[str, Any]
    output: str
    payload: WirePayload | None
    link: WireLink
    notes: list[str]
    fields: Fields


class Fields(TypedDict):
    """What can be typed for whole axes, with the words beside it, and the cells whose gradients can be asked for."""

    names: list[NamesField]
    names_help: str
    sizes: list[SizeField]
    sentence: SentenceField | None
    text: TextField | None
    gradient: GradientFields


class NamesField(TypedDict):
    """The names along an axis, separated by commas."""

    axis: str
    title: str
    text: str


class SizeField(TypedDict):
    """The size of an axis without names. most: the largest that the stage prints."""

    axis: str
    title: str
    size: int
    most: int


class SentenceField(TypedDict):
    """A sentence for one of the axes, each a name and what it is called."""

    title: str
    example: str
    button: str
    about: str
    axes: list[tuple[str, str]]


class TextField(TypedDict):
    """The text of a lesson that reads text."""

    title: str
    about: str
    text: str


class GradientFields(TypedDict):
    """about: HTML. axes: of the result, what each is called and what its positions are called."""

    about: str
    axes: list[tuple[str, list[str]]]


class Gradients(TypedDict):
    """The backward pass of one cell as a stage; a problem where it has no room there."""

    problem: str
    payload: WirePayload | None


class Findings(TypedDict):
    """What nudging says of the gradients of one cell, as HTML."""

    findings: str


# --- the one function ------------------------------------------------------------------------------------------------


def answer(question: str) -> str:
    """JSON in, JSON out. Raises whatever no change and no link can bring about.

    The question has the key of a lesson, a language, the query of a link, and at most one of: `change`, see `CHANGES`;
    `gradient` or `check`, a cell of the result (positions from 0); `pictures`, true.
    """
    asked = json.loads(question)
    with speaking(asked["language"] if asked["language"] in LANGUAGES else "en"):
        session = share.decode(MECHANISMS[asked["key"]], dict(parse_qsl(asked["query"])), longest=math.inf)
        found: Answered | Gradients | Findings | Below
        if "gradient" in asked:
            found = _gradients(session.numbers, tuple(asked["gradient"]))
        elif "check" in asked:
            found = _findings(session.numbers, tuple(asked["check"]))
        elif "pictures" in asked:
            found = below_of(session.numbers)
        else:
            found = _answered(session, asked.get("change"))
    return json.dumps(found, ensure_ascii=False, allow_nan=False)


# --- a change --------------------------------------------------------------------------------------------------------


def _with_options(numbers: Numbers, change: Change) -> Numbers:
    values = {name: _option(numbers.mechanism, name, text) for name, text in change["options"].items()}
    return numbers.with_(options={**numbers.options, **values})


def _option(mechanism: Mechanism, name: str, text: str) -> Any:
    """A number is read as it is everywhere on the page; what is chosen from a list, as links have it."""
    option = mechanism.options[name]
    if option.bounds is None:
        return share.option_value(mechanism, name, text)
    try:
        return option.checked(name, parse_number(text))
    except ReadingError as refused:
        raise InputError(option.title, "", refused.message) from None


CHANGES: dict[str, Callable[[Numbers, Change], Numbers]] = {
    "options": _with_options,  # options: by name, as links have them
    "size": lambda numbers, change: numbers.resized(change["axis"], int(change["size"])),
    "names": lambda numbers, change: retyped.renamed(numbers, change["axis"], change["text"]),
    "sentence": lambda numbers, change: retyped.with_sentence(numbers, change["axis"], change["text"]),
    "text": lambda numbers, change: numbers.with_text(change["text"]),
}


def _answered(session: Session, change: Change | None) -> Answered:
    """The change made, if it computes; else all as it was, with the reason."""
    if change:
        session.attempt("", lambda: CHANGES[change["kind"]](session.numbers, change))
    problem, numbers = session.problem, session.numbers
    large, is_text = numbers.is_large(), numbers.mechanism.reads is not None
    return {
        "problem": problem or (say(TOO_LARGE) if large and not is_text else ""),
        "preset": numbers.preset,
        "options": {name: _jsonable(value) for name, value in numbers.options.items()},
        "output": numbers.trace.output.name,
        "payload": None if large or problem else lesson_payload(session),
        "link": share.link_of(session),
        "notes": session.notes,
        "fields": _fields(numbers),
    }


def _jsonable(value: Any) -> Any:
    """Infinity, which JSON has not, as text."""
    return str(value) if isinstance(value, float) and math.isinf(value) else value


# --- what can be typed -----------------------------------------------------------------------------------------------


def _fields(numbers: Numbers) -> Fields:
    return {
        "names": [_names(numbers, axis) for axis in numbers.token_axes()],
        "names_help": say(retyped.NAMES_HELP),
        "sizes": [_size(axis, size) for axis, size in retyped.nameless_sizes(numbers).items()],
        "sentence": _sentence(numbers),
        "text": _text(numbers),
        "gradient": {
            "about": rendered(backward.question(numbers.trace.output)),
            "axes": [_positions(axis) for axis in numbers.trace.output.axes],
        },
    }


def _names(numbers: Numbers, axis: str) -> NamesField:
    return {"axis": axis, "title": retyped.names_title(axis), "text": ", ".join(map(label_said, numbers.names(axis)))}


def _size(axis: str, size: int) -> SizeField:
    return {"axis": axis, "title": retyped.size_title(axis), "size": size, "most": max(PRINTED, size)}


def _sentence(numbers: Numbers) -> SentenceField | None:
    axes = numbers.sentence_axes()
    if not axes:
        return None
    return {
        "title": say(retyped.SENTENCE),
        "example": retyped.EXAMPLE,
        "button": say(retyped.USE_SENTENCE),
        "about": retyped.about_sentence(),
        "axes": [(axis, term(axis)) for axis in axes],
    }


def _text(numbers: Numbers) -> TextField | None:
    reads = numbers.mechanism.reads
    return {"title": reads.title, "about": reads.about, "text": numbers.text} if reads else None


def _positions(axis: Axis) -> tuple[str, list[str]]:
    return term(axis.name).capitalize(), [label_said(label) for label in axis.labels]


# --- gradients -------------------------------------------------------------------------------------------------------


def _gradients(numbers: Numbers, cell: tuple[int, ...]) -> Gradients:
    found = numbers.trace.gradients(numbers.trace.output.name, cell)
    if any(is_large(step) for step in found):
        return {"problem": say(TOO_LARGE), "payload": None}
    return {"problem": "", "payload": backward.backward_payload(found)}


def _findings(numbers: Numbers, cell: tuple[int, ...]) -> Findings:
    found = numbers.trace.gradients(numbers.trace.output.name, cell)
    return {"findings": rendered("\n\n".join(backward.findings(numbers, found, cell)))}
