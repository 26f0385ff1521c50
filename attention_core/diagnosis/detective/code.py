"""The right lines of code for a case: those of the parts it needs, in their order."""

from __future__ import annotations

from attention_core.diagnosis.entry import RIGHT_LINES
from attention_core.diagnosis.mistakes import BY_KEY
from attention_core.diagnosis.recipe import Given

from .puzzle import Puzzle

# Where a case asks for something else than the line of its part, the entry that has the line for it.
_OWN_SCALE, _TEMPERATURE, _SLOPES = "scale-default", "temperature-missing", "alibi-missing"
_PADDING, _WINDOW = "padding-on-queries", "window-off-by-one"


def right_code(puzzle: Puzzle) -> str:
    """The computation in NumPy."""
    given = puzzle.right.given
    return "\n".join(_line(part, given) for part, needed in _parts(given).items() if needed)


def _parts(given: Given) -> dict[str, bool]:
    """Which parts the case needs."""
    limited = given.marks is not None or given.causal
    return {
        "split": given.merged,
        "rotate": given.rope is not None,
        "recall": given.past is not None,
        "share": given.heads != given.kv_heads,
        "score": True,
        "scale": True,
        "cap": given.softcap > 0,
        "add_bias": given.bias is not None or given.slopes is not None,
        "marks": given.marks is not None,
        "window": given.causal,
        "mask": limited,
        "normalise": True,
        "mix": True,
        "merge": given.out_merged,
    }


def _line(part: str, given: Given) -> str:
    other = {
        "scale": _OWN_SCALE if given.own_scale else _TEMPERATURE if given.temperature != 1 else "",
        "add_bias": _SLOPES if given.slopes is not None else "",
        "marks": _PADDING if given.marks is not None and given.marks.shape[-2] == 1 else "",
        "window": _WINDOW if given.window[0] >= 0 else "",
    }.get(part, "")
    right = BY_KEY[other].right if other else None
    return (right or RIGHT_LINES[part]).numpy
