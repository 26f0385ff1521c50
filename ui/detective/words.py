"""What the page says of a level, a case and a clue. Every sentence is one text, so that it can be translated."""

from __future__ import annotations

import numpy as np

from attention_core.diagnosis.detective.play import CELL, HALF, STEP
from attention_core.diagnosis.detective.puzzle import Puzzle
from attention_core.diagnosis.settings import Settings, settings_of
from attention_core.engine import expression as ex
from attention_core.engine.language import say, term, to_say
from ui.lesson import literal

RULES = to_say(
    "A program that you do not see computes attention with exactly one mistake: find the one that gives all of its "
    "numbers. "
    "A corner marks each number that is not the right one, any cell shows its right arithmetic when you point at it, "
    "and a case brings 10 points, less what clues and wrong answers cost."
)
TITLES = {1: to_say("1 One head"), 2: to_say("2 Masks and positions"), 3: to_say("3 Heads and rotation")}
ABOUT = {
    1: to_say("Weights and output of the code are shown, and every choice says what it does to them."),
    2: to_say("Weights and output of the code are shown. What a choice does to them is for you to say."),
    3: to_say("Only the output of the code is shown. A clue is worth its price here."),
}
CLUES = {
    STEP: to_say("The first wrong step"),
    CELL: to_say("The first wrong cell, both numbers"),
    HALF: to_say("Half of the wrong choices out"),
}
QUESTION = to_say("Which mistake gives all numbers of the code?")


def facts(puzzle: Puzzle) -> list[str]:
    """What the code should compute, in a few sentences."""
    settings = settings_of(dict(puzzle.case.settings))
    return [_heads(puzzle, settings), *_limits(puzzle, settings), *_scores(settings), *_gaps(puzzle)]


def _heads(puzzle: Puzzle, settings: Settings) -> str:
    given = puzzle.right.given
    width = puzzle.right.steps["Q"].value.shape[-1] // (given.heads if given.merged else 1)
    if given.heads != given.kv_heads:
        return say(
            "{heads} heads of width {width}; every two of them share keys and values.", heads=given.heads, width=width
        )
    if given.heads == 1:
        return say("One head of width {width}.", width=width)
    if given.merged:
        return say("{heads} heads of width {width}, side by side.", heads=given.heads, width=width)
    return say("{heads} heads of width {width}.", heads=given.heads, width=width)


def _limits(puzzle: Puzzle, settings: Settings) -> list[str]:
    found: list[str] = []
    if settings.past_key is not None:
        found.append(say("Two past keys and values stand before the new ones."))
    if settings.left_window_size >= 0:
        found.append(say("A query sees its own key and the one before it."))
    elif settings.is_causal:
        found.append(say("Causal: a query sees its own key and those before it."))
    marks = puzzle.right.given.marks
    if marks is not None and marks.shape[-2] == 1:
        found.append(say("The last key is padding, and hidden."))
    elif marks is not None:
        found.append(say("A mask says which keys a query sees."))
    return found


def _scores(settings: Settings) -> list[str]:
    layouts = {
        "interleaved": say("RoPE rotates queries and keys, neighbours in pairs, with base 100."),
        "half-split": say("RoPE rotates queries and keys, one feature of each half in pairs, with base 100."),
    }
    found: list[str] = []
    if settings.rope is not None:
        found.append(layouts[settings.rope])
    if settings.scale is not None:
        found.append(say("The scores are multiplied by a scale of 0.25."))
    if settings.temperature != 1:
        found.append(say("The scores are divided by a temperature of 2, besides the root of the width."))
    if settings.softcap > 0:
        found.append(say("The scaled scores are capped: 2 tanh(score / 2)."))
    if _is_bias(settings):
        found.append(say("Numbers are added to the scores."))
    if settings.alibi:
        found.append(say("ALiBi takes slope times distance from the scores, for each head with a slope of its own."))
    return found


def _gaps(puzzle: Puzzle) -> list[str]:
    missing = any(np.isnan(puzzle.code[name]).any() for name in puzzle.shown)
    return [say("A question mark in the code’s numbers is not a number (NaN).")] if missing else []


def _is_bias(settings: Settings) -> bool:
    return settings.attn_mask is not None and settings.attn_mask.dtype.kind == "f"


def step_clue(puzzle: Puzzle) -> str:
    """Which step is wrong first."""
    if puzzle.reshaped:
        return say("The first wrong step is **{first}**: in the code it has another shape.", first=term(puzzle.first))
    return say("The first wrong step is **{first}**. Every step before it is right.", first=term(puzzle.first))


def cell_clue(puzzle: Puzzle) -> str:
    """The first wrong cell, with both numbers."""
    found = puzzle.departure
    mine = say("not a number") if found.mine != found.mine else ex.plain(found.mine)
    if mine == ex.plain(found.right):
        mine = ex.plain(found.mine, 5)
    where, right = literal(found.place), literal(found.arithmetic)
    return say(
        "In **{step}** at {where} the code has **{mine}**. Right is {right}.",
        step=term(found.step.name),
        where=where,
        mine=literal(mine),
        right=right,
    )


def half_clue(puzzle: Puzzle) -> str:
    """How many wrong choices are out."""
    return say("{count} wrong choices are out.", count=len(puzzle.cleared))


OPENED = {STEP: step_clue, CELL: cell_clue, HALF: half_clue}
