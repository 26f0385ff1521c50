"""What a teacher's link hides from students, and what goes with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

from attention_core.engine.language import say, to_say

HIDEABLE = {  # by their names in a link, as the dialog Teach calls them
    "predict": to_say("Predict"),
    "inputs": to_say("Editing the inputs"),
    "arithmetic": to_say("The arithmetic, and files that hold it"),
    "next": to_say("The steps after this one"),
    "insight": to_say("Insight, and the sentence under the title"),
    "gradient": to_say("Gradient"),
    "since": to_say("Since the preset"),
    "challenges": to_say("Challenges"),
    "presets": to_say("The presets"),
    "options": to_say("The options"),
    "export": to_say("Export"),
    "navigation": to_say("The way to other lessons"),
    "teach": to_say("Teach"),
}
ALWAYS = "teach"  # hidden by every link of the dialog: it is named where nothing else is
_WITH = {"next": ("insight", "gradient", "since", "challenges", "export"), "arithmetic": ("export",)}
LONGEST_TASK = 500  # characters


def hidden(parts: Iterable[str]) -> set[str]:
    """The parts and what goes with them. Where anything at all is hidden, so is Teach, which would show it again."""
    named = {*parts}
    others = {each for part in named for each in _WITH.get(part, ())}
    return named | others | ({ALWAYS} if named else set())


def task_html(text: str) -> str:
    """A task as HTML, "" where there is none: text alone, apart from the lines around it."""
    return text and f'<p class="atlas-task" dir="auto">{escape(text)}</p>'


def task_of(text: str) -> str:
    """A teacher's task as it is shown: text without control characters. Raises ValueError where it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()
    if len(kept) > LONGEST_TASK:
        raise ValueError(
            say(
                "A task has at most {longest_task} characters; this one has {count}.",
                longest_task=LONGEST_TASK,
                count=len(kept),
            )
        )
    return kept
