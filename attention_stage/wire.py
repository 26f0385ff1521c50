"""The wire format of the stage: what it receives. assets/stage/wire.js has the same fields, ui/wire.py the rest.

Everything here is safe for JSON. A test compares both files: names, whether a field may be missing, and types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

WireAxis = tuple[str, Sequence[str]]
WireRefusal = tuple[str, int, float]
WireHistory = tuple[bool, bool]  # whether there is a change to undo, and one to redo
WireStart = dict[str, str | None]  # the preset's numbers by input; None where they have another shape now
WireExpression = list[Any]  # a nested list that begins with its operation; see attention_core's `encode`


class WireStep(TypedDict):
    """One named array: its axes, how it is drawn, and the expression of its cells."""

    name: str
    plain: str
    symbol: str
    compound: bool
    axes: Sequence[WireAxis]
    view: str
    beside: int
    sign: str
    meaning: str
    editable: bool
    switch: bool
    expression: WireExpression | None
    shares: NotRequired[bool]
    marked: NotRequired[Sequence[int]]


class WireStop(TypedDict):
    """A station of the rail: the steps drawn there, the result, the words of the lesson.

    breaks: the places in the list of steps at which a new line begins.
    """

    title: str
    steps: Sequence[int]
    result: int | None
    words: str
    breaks: NotRequired[Sequence[int]]


class WireView(TypedDict):
    """The stop, the pinned cell and the chosen slices in the browser."""

    stop: str
    cell: Sequence[int] | None
    at: dict[str, int]


class WirePlace(TypedDict):
    """A view that the page sets; the stage goes there when the token is new."""

    stop: str
    cell: Sequence[int] | None
    at: dict[str, int]
    token: int


class WireLink(TypedDict):
    """The parts of a link that are computed on the server; the others are the numbers and the view in the browser.

    start: the key of the preset's numbers. labels: changed names as JSON. text: packed, where text is typed.
    """

    preset: str
    looked: bool
    hide: str
    until: str
    task: str
    section: str
    options: Sequence[tuple[str, str]]
    start: str
    labels: str
    text: str | None


class WirePayload(TypedDict):
    """What the stage receives. A browser keeps what is sent once under a key: steps and stops, the preset's numbers."""

    key: str
    mode: str
    structure: str
    steps: NotRequired[Sequence[WireStep]]
    stops: NotRequired[Sequence[WireStop]]
    start: NotRequired[WireStart]
    values: str
    view: WirePlace
    sequence: int
    hide: Sequence[str]
    problem: str
    refused: Sequence[WireRefusal]
    history: NotRequired[WireHistory]
    link: NotRequired[WireLink]
    session: NotRequired[str]
    restored: NotRequired[bool]
    posts: NotRequired[str]
