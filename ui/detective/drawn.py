"""What the stage shows of a case: the right computation step by step, with the code's numbers beside it; and proofs."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from attention_core import Step
from attention_core.diagnosis.detective.play import CELL, Play, is_solved
from attention_core.diagnosis.detective.puzzle import Proof, Puzzle
from attention_core.engine.language import say, to_say
from attention_core.engine.step import Array, by_depth, source
from attention_stage.payload import payload, place
from attention_stage.structure import gallery
from attention_stage.wire import WirePayload, WireStop
from ui.difference import is_shared_out

GIVEN = ("Q", "K", "V", "past_key", "past_value", "bias", "visible")  # inputs, in the order in which they are shown
BESIDE = to_say("Right and code")  # the stop at which both stand
OF_CODE, WITH_MISTAKE = to_say("of the code"), to_say("with this mistake")


def case_payload(puzzle: Puzzle, play: Play) -> WirePayload:
    """The stage of a case; with its second clue open, or solved, it is at the cell where the numbers part."""
    last = puzzle.right.steps[puzzle.right.last]
    right = [puzzle.right.steps[name] for name in puzzle.shown]
    code = [_like(step, puzzle.code[step.name], OF_CODE) for step in right]
    parted = puzzle.parted()
    marked = {step.name: parted[name] for step, name in zip(code, puzzle.shown, strict=True)}
    found = {step.name: step for step in by_depth([last]) if step.primitive is None}
    inputs = [found[name] for name in GIVEN if name in found and _says_something(found[name])]
    made = [step for step in puzzle.right.steps.values() if step.primitive is not None]
    pairs = [step for both in zip(right, code, strict=True) for step in both]

    def stops(number: dict[Step, int]) -> list[WireStop]:
        both = [number[step] for step in (*inputs, *pairs)]
        first: WireStop = {"title": BESIDE, "steps": both, "result": None, "words": "", "breaks": [len(inputs)]}
        way: list[WireStop] = [{"title": step.name, "steps": [], "result": number[step], "words": ""} for step in made]
        return [first, *way]

    known = CELL in play.clues and not is_solved(puzzle, play)
    words = (puzzle.level, puzzle.series, puzzle.number, known)
    token = zlib.crc32(repr(words).encode())
    departure = puzzle.departure
    view = place(BESIDE, at=_first_parted(puzzle, parted), token=token)
    if known:
        view = place(departure.step.name, departure.cell, _leading(puzzle), token)
    return payload(
        [last, *code], stops, mode="case", marked=marked, view=view,
        shares=[step.name for step in code if is_shared_out(step)],
    )  # fmt: skip


def _says_something(given: Step) -> bool:
    """Whether it is not merely that every key is visible."""
    return given.name != "visible" or not given.value.all()


def _first_parted(puzzle: Puzzle, parted: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """The slice of the output in which a number is wrong: of a step with more axes than a table one is on screen."""
    output = puzzle.right.steps["output"]
    cell = np.unravel_index(parted["output"][0], output.value.shape)
    return {axis.name: int(n) for axis, n in zip(output.axes[:-2], cell, strict=False)}


def _leading(puzzle: Puzzle) -> dict[str, int]:
    """The slice in which the cell lies, where a step has more axes than a table."""
    departure = puzzle.departure
    leading = departure.step.axes[:-2]
    return {axis.name: n for axis, n in zip(leading, departure.cell, strict=False)}


def proof_payload(puzzle: Puzzle, proof: Proof) -> WirePayload:
    """The code's numbers beside those of a mistake; what is not the same is marked in both."""
    pairs: list[Step] = []
    marked: dict[str, tuple[int, ...]] = {}
    for name in puzzle.shown:
        step = puzzle.right.steps[name]
        for values, words in ((puzzle.code[name], OF_CODE), (proof.numbers[name], WITH_MISTAKE)):
            pairs.append(_like(step, values, words))
            marked[pairs[-1].name] = proof.wrong[name]
    weights = [step.name for step in pairs if is_shared_out(step)]
    return payload(pairs, gallery(say("Proof"), pairs), mode="gallery", marked=marked, shares=weights)


def _like(step: Step, values: Array, words: str) -> Step:
    """Numbers as a step of their own, with the axes of another one."""
    return source(f"{step.name} {words}", values, step.axes, step.symbol)
