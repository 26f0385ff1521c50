"""The tour of a lesson: six cards, each at the part of the page that it is about. The browser shows them."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import say, to_say

from .component import component
from .state import Session
from .wire import WireCard, WireTour

_TOUR = component("tour")
# Parts by selectors, on the page or inside of the stage; a card whose part a page lacks is left out.
CARDS: tuple[WireCard, ...] = (
    {
        "title": to_say("Every number shows where it comes from"),
        "text": to_say(
            "Point at a number of the result, or tap it. What it is made of lights up, and its arithmetic is "
            "written below. A click pins it."
        ),
        "part": ".atlas .card",
        "stop": "",
    },
    {
        "title": to_say("Change a number"),
        "text": to_say(
            "These are the inputs. Double-click a number and type, or drag it sideways: all that follows from it "
            "is computed at once."
        ),
        "part": ".atlas .card",
        "stop": "Inputs",
    },
    {
        "title": to_say("One step after another"),
        "text": to_say("The whole computation in its order. Click a step, or press the right arrow for the next one."),
        "part": '.atlas [role="tablist"]',
        "stop": "",
    },
    {
        "title": to_say("Other numbers to start from"),
        "text": to_say(
            "Each preset shows another case. It also brings its own numbers back after you have changed some."
        ),
        "part": '[class*="st-key-preset-"]',
        "stop": "",
    },
    {
        "title": to_say("Work it out yourself"),
        "text": to_say("Predict asks for a number of this step and hides it until you have answered."),
        "part": ".atlas .predict",
        "stop": "",
    },
    {
        "title": to_say("Take it with you, hand it out"),
        "text": to_say(
            "Share gives a link with your numbers. Export makes code, tables, a handout and a worksheet. Teach "
            "hides what a class shall find by itself."
        ),
        "part": ".st-key-atlas-view",
        "stop": "",
    },
)
PARAMETER = "tour"  # of the address: the card to begin with, from 1


def button(session: Session) -> None:
    """The button that takes the tour; it starts by itself where the address asks for it."""
    data: WireTour = {"cards": cards(session), "start": asked(st.query_params.get(PARAMETER, ""))}
    _TOUR(key=f"tour-{session.numbers.mechanism.key}", data=data)


def cards(session: Session) -> tuple[WireCard, ...]:
    """Without those about what a teacher's link hides."""
    said: list[WireCard] = [{**each, "title": say(each["title"]), "text": say(each["text"])} for each in CARDS]
    *others, handed_out = said
    shown = tuple(card for card in others if card["stop"] != "Inputs" or not session.hides("inputs"))
    return shown if session.hides("teach") else (*shown, handed_out)


def asked(text: str) -> int:
    """The card that an address asks for; 0 where it asks for none there is."""
    return int(text) if text in {str(n + 1) for n in range(len(CARDS))} else 0
