"""What the learner means by the widgets whose values the page sets as well.

While an answer is on its way the browser still reports the old values of the widgets it will change, with whatever is
done next. Streamlit calls that a change, though nobody made it: an echo. It says what the browser or the page have said
before, and something else was done with it; what a learner changes says something new, or comes alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


class Hearing:
    """One per page and visitor. A page obeys before it draws, and rests after."""

    def __init__(self) -> None:
        self._said: dict[str, list[Any]] = {}  # of widgets the page sets, by either side since they last agreed
        self._reports: list[tuple[str, Any, Callable[[Any], object] | None]] = []
        self._around: dict[str, Any] = {}  # the values of all other widgets

    def offer(self, key: str, value: Any) -> None:
        """Set a widget before it is drawn."""
        said, reported = self._said.get(key, []), st.session_state.get(key, value)
        agreed = said[-1:] == [reported]
        self._said[key] = [*([] if agreed else said), reported, value]
        st.session_state[key] = value

    def hear(self, key: str, act: Callable[[Any], object]) -> None:
        """For `on_change` of such a widget: whether it was meant shows once all reports of a run are in."""
        self._reports.append((key, st.session_state[key], act))

    def aside(self) -> None:
        """Something else was done: a button pressed, a cell pointed at, a picture dragged."""
        self._reports.append(("", None, None))

    def obey(self) -> bool:
        """Act on what was meant. Whether anything was."""
        around = self._values_around()
        moved = any(self._around.get(key, value) != value for key, value in around.items())
        alone = len(self._reports) == 1 and not moved
        acted = False
        for key, value, act in tuple(self._reports):
            if act and (alone or value not in self._said.get(key, [])):
                act(value)
                acted = True
        self._reports, self._around = [], around
        return acted

    def passing(self) -> bool:
        """Where none of these widgets is drawn: what was done aside is over. Whether anything was meant with them."""
        acted = any(act for _, _, act in self._reports) and self.obey()
        self._reports = []
        return acted

    def rest(self) -> None:
        """All is drawn: what moves from here on, the learner moves."""
        self._around = self._values_around()

    def _values_around(self) -> dict[str, Any]:
        others = ((str(key), value) for key, value in st.session_state.items() if key not in self._said)
        return {key: value for key, value in others if isinstance(value, str | int | float)}
