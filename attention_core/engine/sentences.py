"""Sentences of refusal used on both sides: in Python by the computation, in the browser by typing and dragging.

`python -m tools.functions` writes them into the browser's script; what stands in braces is filled in there as here.
"""

from __future__ import annotations

from .language import to_say

TOO_LARGE = to_say("grows beyond the largest number a computer holds (1.8e308)")
TOO_LARGE_IN = to_say("grows beyond the largest number that {precision} holds ({largest})")
NOTHING_TO_ATTEND_TO = to_say("this query has nothing to attend to")
NO_SWITCH = to_say("is either 0 or 1, not {value}")
EMPTY_CELL = to_say("the cell is empty")
NO_NUMBER = to_say("“{text}” is not a number")

SENTENCES = {
    "TOO_LARGE": TOO_LARGE,
    "NOTHING_TO_ATTEND_TO": NOTHING_TO_ATTEND_TO,
    "NO_SWITCH": NO_SWITCH,
    "EMPTY_CELL": EMPTY_CELL,
    "NO_NUMBER": NO_NUMBER,
}
