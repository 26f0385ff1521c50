"""Which changes of a widget are the visitor's, and which are echoes of values set before by the page or the browser.

Invariant: a reported value is acted on exactly if it is no echo. An echo is a value that the page has set or the
browser has reported since both last had the same one, in a run with other events too. Echoes occur because the browser
sends the old values of widgets with any message until it has received the answer that sets new ones, and Streamlit
reports each of them as a change.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, cast


def _values() -> MutableMapping[str, Any]:
    """The values of the visitor's widgets. Imported here, for a session is also made where there is no Streamlit."""
    import streamlit as st

    return cast("MutableMapping[str, Any]", st.session_state)


class WidgetEcho:
    """One for each page and visitor. A run of the page calls `act` before it draws, and `drawn` after."""

    def __init__(self) -> None:
        self._named: dict[str, list[Any]] = {}  # by widget: values set or reported since both sides last had the same
        self._reports: list[tuple[str, Any, Callable[[Any], object] | None]] = []  # of this run
        self._around: dict[str, Any] = {}  # values of all other widgets after the last run

    def set(self, key: str, value: Any) -> None:
        """Set a widget before it is drawn."""
        named, reported = self._named.get(key, []), _values().get(key, value)
        agreed = named[-1:] == [reported]
        self._named[key] = [*([] if agreed else named), reported, value]
        _values()[key] = value

    def report(self, key: str, act: Callable[[Any], object]) -> None:
        """For `on_change` of such a widget; whether it is an echo is known once all reports of a run are in."""
        self._reports.append((key, _values()[key], act))

    def beside(self) -> None:
        """Something happened that is no report of such a widget: a button, an edit on the stage, a box dragged."""
        self._reports.append(("", None, None))

    def act(self) -> bool:
        """Act on the reports of this run that are no echoes. Whether there was any."""
        around = self._values_around()
        others_changed = any(self._around.get(key, value) != value for key, value in around.items())
        alone = len(self._reports) == 1 and not others_changed
        acted = False
        for key, value, act in tuple(self._reports):
            if act and (alone or value not in self._named.get(key, [])):
                act(value)
                acted = True
        self._reports, self._around = [], around
        return acted

    def act_in_part(self) -> bool:
        """The same in a run that draws none of these widgets: what happened beside them is over after it."""
        acted = any(act for _, _, act in self._reports) and self.act()
        self._reports = []
        return acted

    def drawn(self) -> None:
        """The run has drawn everything: other widgets that change from here on are changed by the browser."""
        self._around = self._values_around()

    def _values_around(self) -> dict[str, Any]:
        others = ((str(key), value) for key, value in _values().items() if key not in self._named)
        return {key: value for key, value in others if isinstance(value, str | int | float)}
