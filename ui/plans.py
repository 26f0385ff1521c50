"""Lesson plans: what the browser needs to keep, show and present them, and to add a state of a lesson."""

from __future__ import annotations

from attention_core import CURRICULUM

from . import posts, share
from .component import component, component_in_dialog
from .plan_sheet import PATH
from .state import Session
from .wire import WireAdd, WirePlans

_PLANS = component("plans", "<section></section>")
_ADD = component_in_dialog("add", "<section></section>")


def titles() -> dict[str, str]:
    """Of all lessons, by key."""
    return {mechanism.key: mechanism.title for mechanism in CURRICULUM}


def shown_plan() -> None:
    """The plan of this browser as a list."""
    sheet = f"{posts.served_under}/{PATH}" if posts.served_under is not None else ""
    data: WirePlans = {"titles": titles(), "sheet": sheet}
    _PLANS(key="plans", data=data, width="stretch")


def adding(session: Session) -> None:
    """The form that adds what is on screen to the plan."""
    key = session.numbers.mechanism.key
    data: WireAdd = {"lesson": key, "title": titles()[key], "query": share.encode(session)}
    _ADD(key=f"add-{key}", data=data, width="stretch")
