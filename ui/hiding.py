"""What a teacher's link hides from students, and what goes with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from attention_core import Step, Trace

HIDEABLE = {  # by their names in a link, as the dialog Teach calls them
    "predict": "Predict",
    "inputs": "Editing the inputs",
    "arithmetic": "The arithmetic, and files that hold it",
    "next": "The steps after this one",
    "insight": "Insight, and the sentence under the title",
    "gradient": "Gradient",
    "since": "Since the preset",
    "challenges": "Challenges",
    "presets": "The presets",
    "options": "The options",
    "export": "Export",
    "navigation": "The way to other lessons",
    "teach": "Teach",
}
ALWAYS = "teach"  # hidden by every link of the dialog: it is named where nothing else is
_WITH = {"next": ("insight", "gradient", "since", "challenges", "export"), "arithmetic": ("export",)}
LONGEST_TASK = 500  # characters


def hidden(parts: Iterable[str]) -> set[str]:
    """The parts and what goes with them. Where anything at all is hidden, so is Teach, which would show it again."""
    named = {*parts}
    others = {each for part in named for each in _WITH.get(part, ())}
    return named | others | ({ALWAYS} if named else set())


def computed_up_to(trace: Trace, until: str) -> Sequence[Step]:
    """The computed steps up to this one, none where it is the inputs; all where there is no such step."""
    if until == "Inputs":
        return ()
    names = [step.name for step in trace.computed]
    return trace.computed[: names.index(until) + 1] if until in names else trace.computed


def task_html(text: str) -> str:
    """A task as HTML, "" where there is none: text alone, apart from the lines around it."""
    return text and f'<p class="atlas-task" dir="auto">{escape(text)}</p>'


def task_of(text: str) -> str:
    """A teacher's task as it is shown: text without control characters. Raises ValueError where it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()
    if len(kept) > LONGEST_TASK:
        raise ValueError(f"A task has at most {LONGEST_TASK} characters; this one has {len(kept)}.")
    return kept
