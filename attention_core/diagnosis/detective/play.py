"""How a case is played: clues at a price, answers, and what they leave of the points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .puzzle import Puzzle

WORTH = 10  # points of a case
STEP, CELL, HALF = 1, 2, 3
PRICES: Mapping[int, int] = {STEP: 2, CELL: 3, HALF: 2}
WRONG = 3  # what a wrong answer costs
LEAST = 1  # what a solved case brings


@dataclass(frozen=True)
class Play:
    """What was done about a case: the clues that are open, and the answers in their order."""

    clues: frozenset[int] = frozenset()
    answers: tuple[str, ...] = ()

    def with_clue(self, clue: int) -> Play:
        """With one more clue; a solved case stays as it is. Raises KeyError where there is no such clue."""
        _ = PRICES[clue]
        return replace(self, clues=self.clues | {clue})

    def with_answer(self, key: str) -> Play:
        """With one more answer; one that was given before changes nothing."""
        return self if key in self.answers else replace(self, answers=(*self.answers, key))

    @property
    def last(self) -> str:
        """The last answer, "" before the first."""
        return self.answers[-1] if self.answers else ""


def is_solved(puzzle: Puzzle, play: Play) -> bool:
    """Whether the right mistake was named."""
    return puzzle.answer in play.answers


def points(puzzle: Puzzle, play: Play) -> int:
    """What the case brings once it is solved: its worth less what clues and wrong answers cost."""
    wrong = sum(key != puzzle.answer for key in play.answers)
    return max(LEAST, WORTH - sum(PRICES[clue] for clue in play.clues) - WRONG * wrong)


def offered(puzzle: Puzzle, play: Play) -> tuple[int, ...]:
    """The clues that can still be opened: none of a solved case, and the step no more once its cell is known."""
    if is_solved(puzzle, play):
        return ()
    known = play.clues | ({STEP} if CELL in play.clues else set())
    return tuple(clue for clue in PRICES if clue not in known)


def left(puzzle: Puzzle, play: Play) -> tuple[str, ...]:
    """The choices that are neither answered wrongly nor cleared by a clue, in their order."""
    cleared = puzzle.cleared if HALF in play.clues else ()
    wrong = {key for key in (*play.answers, *cleared) if key != puzzle.answer}
    return tuple(key for key in puzzle.choices if key not in wrong)
