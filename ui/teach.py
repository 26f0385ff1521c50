"""Teach: a link for students, in which parts are hidden and a task may stand; and how it looks to them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from attention_core.engine.language import say

from . import embedding, maps, share
from .component import component_in_dialog, in_dialog
from .handed_out import handed_out
from .hiding import ALWAYS, HIDEABLE, LONGEST_TASK, hidden, task_of
from .page_address import page_address
from .plans import adding
from .stage import stop_of
from .state import Session
from .wire import WireClassDoor

_DRAFT = "teach-draft-{}"  # in the state of a visit: what was chosen when the dialog was last open


_DOOR = component_in_dialog("door", "<section></section>")


def class_door(wish: str) -> None:
    """A button to a class, which the browser opens by itself. wish: "start" or "join"."""
    data: WireClassDoor = {"wish": wish}
    _DOOR(key=f"door-{wish}", data=data)


def dialog(session: Session) -> None:
    """What is hidden and what the task is, and the link that comes of it."""
    st.dialog(say("Teach"), width="medium")(_dialog)(session)


def _dialog(session: Session) -> None:
    with in_dialog(session, "teach"):
        _link(session)


def _link(session: Session) -> None:
    key = session.numbers.mechanism.key
    ticked, written = st.session_state.get(_DRAFT.format(key), (tuple(HIDEABLE), ""))
    class_door("start")
    st.markdown(say("Untick what your students should not see yet, and hand out the link."))
    shown = _parts(key, ticked)
    st.caption(
        say(
            "What is hidden is out of sight, not locked away. The numbers of hidden steps are not sent at all, in "
            "handouts neither; but whoever takes the hiding out of the link sees everything."
        )
    )
    task = st.text_area(
        say("A task of your own, shown over the lesson"), written, max_chars=LONGEST_TASK, key=f"teach-task-{key}",
        height=80,
        placeholder=say("Find the key that gets most weight. Then change one number so that another one does."),
    )  # fmt: skip
    st.session_state[_DRAFT.format(key)] = (shown, task)
    query = share.encode(for_students(session, shown, task))
    address = page_address(query)
    handed_out(address, f"teach-{key}")
    embedding.offered(query, session.numbers.mechanism.title)
    with st.expander(say("Add this state to a plan")):
        adding(session)
    if st.toggle(say("Preview: what your students see"), key=f"teach-preview-{key}"):
        st.iframe(address, height=560, alt=say("The lesson as your students see it"))
    st.link_button(say("Open it as a student, in a new tab"), address)


def _parts(key: str, ticked: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that are ticked; of those that go with an unticked one nothing is asked."""
    left, right = st.columns(2)
    chosen: list[str] = []
    for n, part in enumerate(each for each in HIDEABLE if each != ALWAYS):
        gone = part in hidden(other for other in HIDEABLE if other != part and other not in ticked)
        with (left, right)[n % 2]:
            if st.checkbox(say(HIDEABLE[part]), part in ticked, key=f"teach-{part}-{key}", disabled=gone):
                chosen.append(part)
    return tuple(chosen)


def for_students(session: Session, shown: tuple[str, ...], task: str) -> Session:
    """The session as the link describes it. shown: the parts that are not hidden; Teach always is."""
    hide = tuple(part for part in HIDEABLE if part not in shown and part != ALWAYS)
    return replace(session, hide=hide or (ALWAYS,), until=_step(session), task=task_of(task[:LONGEST_TASK]))


def _step(session: Session) -> str:
    """The step on screen."""
    trace, mechanism = session.numbers.trace, session.numbers.mechanism
    if session.numbers.is_large():
        return maps.looked_at(trace, mechanism.key, mechanism.opens)
    return stop_of(session)
