"""What a class sends and receives; assets/stage/classroom/wire.js has the same fields. docs/classroom.md has the order.

Everything here is safe for JSON. A test compares both files: names, whether a field may be missing, and types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

WireValue = float | bool | str  # an answer: a number (of a choice its place, from 0), true or false, a line


class WireProblem(TypedDict):
    """The answer to a request that is refused: one sentence."""

    problem: str


# --- coming and going -------------------------------------------------------------------------------------------------


class WireStart(TypedDict):
    """To start a class. names: whether nicknames are asked for, which the results then have beside each answer."""

    names: NotRequired[bool]


class WireStarted(TypedDict):
    """A class that was started. secret: the teacher's, never to be put into a link. until: seconds since 1970."""

    code: str
    secret: str
    until: float


class WireDoor(TypedDict):
    """What one may know before joining: names as in WireStart."""

    names: bool
    until: float


class WireJoin(TypedDict):
    """To join, or to come back. token: what the browser kept, or made by itself; without one the server makes it."""

    nickname: NotRequired[str]
    token: NotRequired[str]


class WireAnswered(TypedDict):
    """An answer that is stored."""

    question: str
    round: int
    value: WireValue


class WireYou(TypedDict):
    """One learner's own part: what the class sees of it is counts."""

    nickname: str
    follows: bool
    answers: Sequence[WireAnswered]
    reached: bool


class WireFollows(TypedDict):
    """Whether a learner's page follows the teacher, or roams."""

    follows: bool


# --- what the class sees ----------------------------------------------------------------------------------------------


class WireSpot(TypedDict):
    """A cell that the teacher points at: the name of its step, and its position."""

    step: str
    cell: Sequence[int]


class WireShown(TypedDict):
    """Where the teacher is: the lesson's path, the query of its link, and what changes within it."""

    lesson: str
    query: str
    stop: str
    cell: Sequence[int] | None
    at: dict[str, int]
    moment: int | None
    spot: WireSpot | None
    hide: Sequence[str]


class WireBar(TypedDict):
    """Answers that are counted together, in each round. right: said once the answer is revealed."""

    label: str
    counts: Sequence[int]
    right: NotRequired[bool]


class WireTally(TypedDict):
    """All answers to a question. answered: how many in each round. correct: of them, said once it is revealed."""

    bars: Sequence[WireBar]
    answered: Sequence[int]
    correct: NotRequired[Sequence[int]]


class WireQuestion(TypedDict):
    """The question before the class. kind: "number", "choice", "truth", "line". phase: "open", "closed", "revealed".

    right, tolerance, working and tally are there once it is revealed.
    """

    id: str
    kind: str
    text: str
    choices: Sequence[str]
    about: NotRequired[WireSpot]
    round: int
    phase: str
    right: NotRequired[WireValue]
    tolerance: NotRequired[float]
    working: NotRequired[str]
    tally: NotRequired[WireTally]


class WireChallenge(TypedDict):
    """A challenge given to the class: the number of a challenge of a lesson, from 0."""

    id: str
    lesson: str
    number: int


class WireClass(TypedDict):
    """The event "class": all that every learner sees. A higher revision is newer."""

    code: str
    revision: int
    until: float
    names: bool
    shown: WireShown | None
    question: WireQuestion | None
    challenge: WireChallenge | None


class WireJoined(TypedDict):
    """The answer to whoever joins."""

    token: str
    you: WireYou
    now: WireClass


# --- what learners post -----------------------------------------------------------------------------------------------


class WireReached(TypedDict):
    """A learner has reached the challenge. query: of the link to the solution, where its owner agrees to show it."""

    challenge: str
    query: NotRequired[str]


# --- what the teacher posts and sees ----------------------------------------------------------------------------------


class WireAsk(TypedDict):
    """A question put to the class. id: made by the teacher's browser, so that asking twice asks once."""

    id: str
    kind: str
    text: str
    choices: NotRequired[Sequence[str]]
    about: NotRequired[WireSpot]
    right: NotRequired[WireValue]
    tolerance: NotRequired[float]
    working: NotRequired[str]


class WireMove(TypedDict):
    """A question goes on: closed, a second round, revealed, or put away."""

    question: str


class WireRoom(TypedDict):
    """The event "room", for the teacher alone. solutions: queries of links, whose owners agreed to show them."""

    here: int
    follows: int
    roams: int
    question: str
    tally: WireTally | None
    reached: int
    solutions: Sequence[str]
