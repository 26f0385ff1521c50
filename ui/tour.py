"""The tour of a lesson: six cards, each at the part of the page that it is about. The browser shows them."""

from __future__ import annotations

import streamlit as st

from .component import component
from .state import Session
from .wire import WireCard, WireTour

_TOUR = component("tour")
# Parts by selectors, on the page or inside of the stage; a card whose part a page lacks is left out.
CARDS: tuple[WireCard, ...] = (
    {
        "title": "Every number shows where it comes from",
        "text": "Point at a number of the result, or tap it. What it is made of lights up, and its arithmetic is "
        "written below. A click pins it.",
        "part": ".atlas .card",
        "stop": "",
    },
    {
        "title": "Change a number",
        "text": "These are the inputs. Double-click a number and type, or drag it sideways: all that follows from it "
        "is computed at once.",
        "part": ".atlas .card",
        "stop": "Inputs",
    },
    {
        "title": "One step after another",
        "text": "The whole computation in its order. Click a step, or press the right arrow for the next one.",
        "part": '.atlas [role="tablist"]',
        "stop": "",
    },
    {
        "title": "Other numbers to start from",
        "text": "Each preset shows another case. It also brings its own numbers back after you have changed some.",
        "part": '[class*="st-key-preset-"]',
        "stop": "",
    },
    {
        "title": "Work it out yourself",
        "text": "Predict asks for a number of this step and hides it until you have answered.",
        "part": ".atlas .predict",
        "stop": "",
    },
    {
        "title": "Take it with you, hand it out",
        "text": "Share gives a link with your numbers. Export makes code, tables, a handout and a worksheet. Teach "
        "hides what a class shall find by itself.",
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
    *others, handed_out = CARDS
    shown = tuple(card for card in others if card["stop"] != "Inputs" or not session.hides("inputs"))
    return shown if session.hides("teach") else (*shown, handed_out)


def asked(text: str) -> int:
    """The card that an address asks for; 0 where it asks for none there is."""
    return int(text) if text in {str(n + 1) for n in range(len(CARDS))} else 0
