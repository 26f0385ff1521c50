"""The map of the lessons as data: the same numbered lessons by station, in teaching order and by year."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from attention_core import CURRICULUM, Mechanism
from attention_core.engine.language import say, to_say
from attention_core.lesson.mechanism import BOXES
from attention_core.mechanisms import HISTORY, MECHANISMS

from .component import component
from .thumbnail import address
from .wire import WireAtlas, WireGroup, WirePlaced, WireSight

FIRST = 2014  # the year of additive attention; what is older stands before the line
QUESTIONS = {
    "who asks": to_say("Where do queries, keys and values come from, and how many ask at once?"),
    "score": to_say("How well does a query fit a key?"),
    "which keys": to_say("Which keys may a query see at all?"),
    "normalise": to_say("How do scores become shares?"),
    "read": to_say("What is done with the shares: mix, pick, or sample?"),
}
# A step for each station: one real computation from left to right. That it has them is tested.
PICTURED = {
    "who asks": "Q",
    "score": "scaled scores",
    "which keys": "masked scores",
    "normalise": "attention weights",
    "read": "output",
}
DRAWN = "scaled-dot-product-attention"
_ATLAS = component("atlas")


def atlas(key: str) -> None:
    """Draw the map."""
    _ATLAS(key=key, data=atlas_data())


def atlas_data() -> WireAtlas:
    """The payload of the map."""
    sections = list(dict.fromkeys(mechanism.section for mechanism in CURRICULUM))
    return {
        "sections": sections,
        "lessons": [_placed(mechanism, sections) for mechanism in CURRICULUM],
        "sights": [_stations(), _teaching_order(sections), _years()],
    }


def _placed(mechanism: Mechanism, sections: list[str]) -> WirePlaced:
    return {
        "title": mechanism.title,
        "href": mechanism.key,
        "about": f"{mechanism.insight} ({mechanism.papers[0]})",
        "year": str(mechanism.year),
        "section": sections.index(mechanism.section),
    }


def numbers(belongs: Callable[[Mechanism], bool]) -> list[int]:
    """The places in the curriculum of the lessons that belong."""
    return [n for n, mechanism in enumerate(CURRICULUM) if belongs(mechanism)]


def _group(title: str, lessons: Iterable[int], about: str = "", picture: str = "") -> WireGroup:
    return {"title": title, "about": about, "picture": picture, "lessons": list(lessons)}


def _stations() -> WireSight:
    mechanism = MECHANISMS[DRAWN]
    trace = mechanism.trace(masked=True)
    groups = [
        _group(
            f"{n} {say(box).capitalize()}",
            numbers(lambda each, box=box: box in each.boxes),  # type: ignore[misc]
            say(QUESTIONS[box]),
            address([(trace, trace[PICTURED[box]])]),
        )
        for n, box in enumerate(BOXES, 1)
    ]
    about = say(
        "Every attention is five answers in a row: somebody asks, a score says how well each key fits, some keys may "
        "be hidden, the scores become weights, and the values are read with them. A lesson stands under each answer "
        "that it changes; its number is its place in the teaching order."
    )
    return {"title": say("By station"), "about": about, "lies": True, "groups": groups}


def _teaching_order(sections: list[str]) -> WireSight:
    groups = [_group(name, numbers(lambda each, name=name: each.section == name)) for name in sections]  # type: ignore[misc]
    return {
        "title": say("In teaching order"),
        "about": say("From the first lesson to the last."),
        "lies": False,
        "groups": groups,
    }


def _years() -> WireSight:
    groups = [_group(label, [CURRICULUM.index(each) for each in found]) for label, found in timeline()]
    about = say(
        "Every lesson at the year of the first paper it stands on. Some ideas are older than the word attention."
    )
    return {"title": say("By year"), "about": about, "lies": True, "groups": groups}


def timeline() -> list[tuple[str, list[Mechanism]]]:
    """Years, the oldest first, each with its lessons in the order of the curriculum."""
    return [(label, list(found)) for label, found in groupby(HISTORY, key=_year)]


def _year(mechanism: Mechanism) -> str:
    return str(mechanism.year) if mechanism.year >= FIRST else say("before {first}", first=FIRST)
