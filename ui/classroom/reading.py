"""What browsers send, checked field by field. Whatever is not as wire.py says is refused with one sentence."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from attention_core.engine.language import say, to_say
from ui.front import TITLES

from .limits import (
    LONGEST_CHOICE,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_NICKNAME,
    LONGEST_QUERY,
    LONGEST_QUESTION,
    LONGEST_WORKING,
    MOST_AXES,
    MOST_CHOICES,
)
from .refusals import Refusal
from .solutions import CHALLENGES
from .wire import WireAsk, WireChallenge, WireShown, WireSpot, WireValue

KINDS = ("number", "choice", "truth", "line")
_IDENTITY = re.compile(r"[A-Za-z0-9_-]{4,40}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,86}")  # 128 bits and more
_LESSON = re.compile(r"[a-z0-9-]{1,80}")
_QUERY = re.compile(r"[\x21-\x7e]*")  # a query as browsers write it: no blanks, nothing beyond ASCII
# Signs that turn the order of what follows them around, also of text that is not theirs.
_TURNING = {*"\u061c\u200e\u200f", *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))}
TOLERANCE = 0.01  # of a number to predict, where none is given


def fields(message: Any) -> dict[str, Any]:
    """An object."""
    if not isinstance(message, dict):
        raise Refusal(400, say("A request to a class is a JSON object."))
    return message


def line(message: dict[str, Any], name: str, longest: int, what: str, needed: bool = False) -> str:
    """A text of one line: Unicode NFC, without control characters, which have no place in it, and not too long."""
    text = message.get(name, "")
    if not isinstance(text, str):
        raise Refusal(400, say("{what} is text.", what=what))
    if len(text) > longest:
        raise Refusal(
            400,
            say(
                "{what} has at most {longest} characters; this one has {count}.",
                what=what,
                longest=longest,
                count=len(text),
            ),
        )
    text = " ".join("".join(_kept(each) for each in unicodedata.normalize("NFC", text)).split())
    if needed and not text:
        raise Refusal(400, say("{what} is empty.", what=what))
    return text


def _kept(character: str) -> str:
    if character in _TURNING:
        return ""
    kind = unicodedata.category(character)
    return " " if kind in ("Cc", "Zl", "Zp") else "" if kind in ("Cs", "Cn") else character


def nickname(message: dict[str, Any]) -> str:
    """Empty where there is none."""
    return line(message, "nickname", LONGEST_NICKNAME, "A nickname")


def token(message: dict[str, Any]) -> str:
    """What a browser has kept, or made; "" where it has none."""
    text = message.get("token", "")
    if text != "" and not (isinstance(text, str) and _TOKEN.fullmatch(text)):
        raise Refusal(400, say("A token has 22 to 86 letters, digits, - and _."))
    return str(text)


def truth(message: dict[str, Any], name: str) -> bool:
    """False where it is not said."""
    value = message.get(name, False)
    if not isinstance(value, bool):
        raise Refusal(400, say("{name} is true or false.", name=name))
    return value


def identity(message: dict[str, Any], name: str) -> str:
    """A name that a browser made for a question or a challenge."""
    text = message.get(name)
    if not isinstance(text, str) or not _IDENTITY.fullmatch(text):
        raise Refusal(400, say("{name} has 4 to 40 letters, digits, - and _.", name=name))
    return text


def whole(value: Any, what: str, most: int = 1_000_000) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Refusal(400, say("{what} is a whole number from 0 to {most}.", what=what, most=most))
    return value


# --- where the teacher is ---------------------------------------------------------------------------------------------


def shown(message: dict[str, Any]) -> WireShown:
    """Where the teacher is."""
    moment, cell, spot = message.get("moment"), message.get("cell"), message.get("spot")
    return {
        "lesson": lesson(message),
        "query": query(message),
        "stop": _name(message.get("stop", ""), "stop"),
        "cell": None if cell is None else _position(cell),
        "at": _places(message.get("at", {})),
        "moment": None if moment is None else whole(moment, "moment"),
        "spot": None if spot is None else spotted(spot),
        "hide": [_name(each, "hide") for each in _listed(message.get("hide", []), "hide", 16)],
    }


def lesson(message: dict[str, Any]) -> str:
    """The path of a page of this site: nobody is led elsewhere."""
    path = message.get("lesson")
    if not isinstance(path, str) or not _LESSON.fullmatch(path) or path not in TITLES:
        raise Refusal(400, say("lesson is the path of a page of this site."))
    return path


def query(message: dict[str, Any]) -> str:
    """Of a link; browsers write it without blanks and in ASCII."""
    text = message.get("query", "")
    if not isinstance(text, str) or len(text) > LONGEST_QUERY or not _QUERY.fullmatch(text) or "#" in text:
        raise Refusal(
            400,
            say("query is the query of a link, of at most {longest_query} characters.", longest_query=LONGEST_QUERY),
        )
    return text


def spotted(value: Any) -> WireSpot:
    """A cell that is pointed at."""
    value = fields(value)
    return {"step": _name(value.get("step"), "step"), "cell": _position(value.get("cell"))}


def _position(value: Any) -> list[int]:
    return [whole(each, "A position") for each in _listed(value, "cell", MOST_AXES)]


def _places(value: Any) -> dict[str, int]:
    value = fields(value)
    if len(value) > MOST_AXES:
        raise Refusal(400, say("at has at most {most_axes} axes.", most_axes=MOST_AXES))
    return {_name(axis, say("An axis")): whole(place, "A position") for axis, place in value.items()}


def _listed(value: Any, what: str, most: int) -> Sequence[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise Refusal(400, say("{what} is a list of at most {most}.", what=what, most=most))
    return value


def _name(value: Any, what: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise Refusal(
            400, say("{what} is a name of at most {longest_name} characters.", what=what, longest_name=LONGEST_NAME)
        )
    return value


def challenge(message: dict[str, Any]) -> WireChallenge:
    """A challenge that is given: one that its lesson has."""
    path = lesson(message)
    number = message.get("number")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < CHALLENGES.get(path, 0):
        raise Refusal(400, say("number is the place of a challenge of this lesson, from 0."))
    return {"id": identity(message, "id"), "lesson": path, "number": number}


# --- questions and answers --------------------------------------------------------------------------------------------


def asked(message: dict[str, Any]) -> WireAsk:
    """A question that is put."""
    kind = message.get("kind")
    if kind not in KINDS:
        raise Refusal(400, say("kind is one of {listed}.", listed=", ".join(KINDS)))
    found: WireAsk = {
        "id": identity(message, "id"),
        "kind": kind,
        "text": line(message, "text", LONGEST_QUESTION, "A question", needed=True),
        "choices": _choices(message) if kind == "choice" else [],
    }
    if "about" in message:
        found["about"] = spotted(message["about"])
    if "right" in message:
        found["right"] = value(found, message["right"], say("The right answer"))
    if kind == "number":
        found["tolerance"] = _tolerance(message)
    if "working" in message:
        found["working"] = line(message, "working", LONGEST_WORKING, say("The working"))
    return found


def _choices(message: dict[str, Any]) -> list[str]:
    given = _listed(message.get("choices"), "choices", MOST_CHOICES)
    if len(given) < 2:
        raise Refusal(400, say("A question with choices has two or more."))
    return [line({"choice": each}, "choice", LONGEST_CHOICE, "A choice", needed=True) for each in given]


def _tolerance(message: dict[str, Any]) -> float:
    given = _number(message.get("tolerance", TOLERANCE), "tolerance")
    if given < 0:
        raise Refusal(400, say("tolerance is not negative."))
    return given


def value(question: WireAsk, given: Any, what: str = to_say("The answer")) -> WireValue:
    """An answer as the question wants it."""
    kind = question["kind"]
    if kind == "number":
        return _number(given, what)
    if kind == "choice":
        return whole(given, what, len(question["choices"]) - 1)
    if kind == "truth":
        if not isinstance(given, bool):
            raise Refusal(400, say("{what} is true or false.", what=what))
        return given
    return line({"value": given}, "value", LONGEST_LINE, what, needed=True)


def _number(given: Any, what: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e300 or math.isnan(given):
        raise Refusal(400, say("{what} is a number.", what=what))
    return float(given)
