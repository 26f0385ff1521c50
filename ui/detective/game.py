"""The state of one visitor's game: the case on screen, and what was done about every case; and its address.

The address has it all: "level", "series" and "case", and under "played" for each case of the series the numbers of the
clues that are open and the letters of the answers that were given, "1b" for clue 1 and the second choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase

from attention_core.diagnosis.detective.levels import LEVELS
from attention_core.diagnosis.detective.play import Play, is_solved, points
from attention_core.diagnosis.detective.puzzle import CASES, Puzzle, puzzle
from attention_core.engine.language import say

FIRST_SERIES = "1"
LONGEST_SERIES = 40  # characters
_PLAYED = re.compile(r"([1-3]{0,3})([a-f]{0,6})")


@dataclass
class Game:
    """Where a visitor is, and what was done: for each level and series the plays by the number of their case."""

    level: int = 1
    series: str = FIRST_SERIES
    number: int = 1
    plays: dict[tuple[int, str], dict[int, Play]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def puzzle(self) -> Puzzle:
        """The case on screen."""
        return puzzle(self.level, self.series, self.number)

    @property
    def here(self) -> dict[int, Play]:
        """What was done in the series on screen."""
        return self.plays.setdefault((self.level, self.series), {})

    @property
    def play(self) -> Play:
        """What was done about the case on screen."""
        return self.here.get(self.number, Play())

    def open_clue(self, clue: int) -> None:
        """Buy a clue."""
        self.here[self.number] = self.play.with_clue(clue)

    def answer(self, key: str) -> None:
        """Name a mistake."""
        self.here[self.number] = self.play.with_answer(key)

    def go(self, level: int, series: str, number: int = 1) -> None:
        """To another case."""
        self.level, self.series, self.number = level, series, number
        self.notes = []

    @property
    def solved(self) -> dict[int, int]:
        """The points of every case of the series that is solved, by its number."""
        found = {n: (puzzle(self.level, self.series, n), play) for n, play in sorted(self.here.items())}
        return {n: points(case, play) for n, (case, play) in found.items() if is_solved(case, play)}

    @property
    def next_series(self) -> str:
        """The name of a further series: the next number, or the name with a number behind it."""
        word, digits = re.fullmatch(r"(.*?)(\d{0,9})", self.series, re.DOTALL).groups()  # type: ignore[union-attr]
        following = f"{word}{int(digits) + 1}" if digits else f"{word} 2"
        return following if len(following) <= LONGEST_SERIES else FIRST_SERIES

    # --- its address --------------------------------------------------------------------------------------------------

    def address(self) -> dict[str, str]:
        """The parts of the address: the case, and what was done in its series."""
        told = {n: _written(puzzle(self.level, self.series, n), play) for n, play in self.here.items()}
        played = ".".join(told.get(n, "") for n in range(1, CASES + 1)).rstrip(".")
        return {**self.case_address(), **({"played": played} if played else {})}

    def case_address(self) -> dict[str, str]:
        """The parts of the address of the case, as nobody has played it."""
        return {"level": str(self.level), "series": self.series, "case": str(self.number)}


def _written(case: Puzzle, play: Play) -> str:
    """The clues and answers of one case."""
    letters = (ascii_lowercase[case.choices.index(key)] for key in play.answers)
    return "".join([*map(str, sorted(play.clues)), *letters])


def arrived(parts: Mapping[str, str]) -> Game:
    """The game that an address describes. What cannot be read is left out, with one sentence in `notes`."""
    dropped: list[str] = []
    level = _number(parts, "level", len(LEVELS), dropped)
    series = _series(parts.get("series", FIRST_SERIES), dropped)
    game = Game(level, series, _number(parts, "case", CASES, dropped))
    for n, text in enumerate(parts.get("played", "").split("."), start=1):
        play = _read(game, n, text) if n <= CASES else None
        if play is None:
            dropped.append("played")
        elif text:
            game.here[n] = play
    if dropped:
        game.notes = [
            say(
                "Part of this link could not be read and was dropped: {listed}.",
                listed=", ".join(dict.fromkeys(dropped)),
            )
        ]
    return game


def _number(parts: Mapping[str, str], name: str, most: int, dropped: list[str]) -> int:
    text = parts.get(name, "1")
    if text in map(str, range(1, most + 1)):
        return int(text)
    dropped.append(name)
    return 1


def _series(text: str, dropped: list[str]) -> str:
    if series := series_name(text):
        return series
    dropped.append("series")
    return FIRST_SERIES


def series_name(text: str) -> str:
    """A typed name as a series has it, without blanks around it; "" where it can be none."""
    name = " ".join(text.split())
    return name if len(name) <= LONGEST_SERIES and name.isprintable() else ""


def _read(game: Game, number: int, text: str) -> Play | None:
    """What was done about a case; None where it cannot be read."""
    found = _PLAYED.fullmatch(text)
    if not found:
        return None
    clues, letters = found.groups()
    if not letters:
        return Play(frozenset(map(int, clues)))
    choices = puzzle(game.level, game.series, number).choices
    places = [ascii_lowercase.index(letter) for letter in letters]
    if max(places) >= len(choices):
        return None
    play = Play(frozenset(map(int, clues)))
    for place in places:
        play = play.with_answer(choices[place])
    return play
