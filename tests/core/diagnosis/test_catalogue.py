"""The catalogue: every entry is complete, shows under the settings it names, and its lines of code do what it does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from attention_core import CURRICULUM
from attention_core.diagnosis.cases import broken, some_way
from attention_core.diagnosis.entry import RIGHT_LINES, Mistake
from attention_core.diagnosis.mistakes import BY_KEY, CATALOGUE
from attention_core.diagnosis.recipe import PARTS, RIGHT, Given, Kitchen
from attention_core.diagnosis.search import MISFITS
from tests.sampling import some
from tools.diagnosis import cases_of, possible, seeded

every_mistake = pytest.mark.parametrize("mistake", CATALOGUE, ids=lambda each: each.key)
ROOT = Path(__file__).parents[3]
LESSONS = {lesson.key for lesson in CURRICULUM}


def test_there_are_many_and_no_key_twice() -> None:
    assert len(CATALOGUE) >= 35
    assert len(BY_KEY) == len(CATALOGUE)
    assert len({mistake.name for mistake in CATALOGUE}) == len(CATALOGUE)


@every_mistake
def test_an_entry_is_complete(mistake: Mistake) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\d*", mistake.key)
    assert mistake.changes in PARTS
    assert mistake.lesson in LESSONS
    assert mistake.common in (1, 2, 3)
    assert bool(mistake.ways) != bool(mistake.fit)
    assert mistake.sentence.endswith(".")
    assert mistake.made.endswith(".")
    for text in (mistake.name, mistake.sentence, mistake.made):
        assert text == text.strip() != ""


@every_mistake
def test_the_difference_is_about_five_lines_of_python(mistake: Mistake) -> None:
    for library in ("numpy", "torch"):
        lines = mistake.difference(library).splitlines()
        assert 3 <= len(lines) <= 6
        assert {line[0] for line in lines} == {" ", "-", "+"}
        for line in lines:
            ast.parse(line[2:])


@every_mistake
def test_a_mistake_shows_with_what_it_needs(mistake: Mistake) -> None:
    cases = [each for _, each in cases_of(mistake, some(40, 4))]
    shown = [each for each in cases if not each.diagnosis(seconds=0).agrees]
    assert len(shown) >= len(cases) / 4 > 0


# --- the lines of code ------------------------------------------------------------------------------------------------

# What one line says alone: mistakes whose line replaces that of its part, between the scores and the output.
RUN = [
    mistake
    for mistake in CATALOGUE
    if mistake.ways
    and mistake.right is None
    and mistake.changes in ("score", "scale", "cap", "mask", "normalise", "finish", "mix", "merge")
]


@pytest.mark.parametrize("mistake", RUN, ids=lambda each: each.key)
def test_the_line_of_numpy_makes_the_mistake(mistake: Mistake) -> None:
    for n in range(some(10, 2)):
        _, right = possible(seeded("code", mistake.key, n), mistake.needs, "float64")
        change = next(iter(mistake.ways.values()))
        if right.given.own_scale or right.given.temperature != 1:
            continue
        try:
            found = Kitchen(right.given).steps(change(RIGHT))["output"]
        except MISFITS:
            continue
        given = right.given
        np.testing.assert_allclose(run(given, mistake), found, rtol=1e-9, atol=1e-11)


def run(given: Given, mistake: Mistake) -> np.ndarray:
    """The lines of the right computation from the scores on, with the one of the mistake in its place."""
    steps = Kitchen(given).steps(RIGHT)
    visible = seen(given)
    q, k, v = (steps[f"{name} as met"] for name in ("queries", "keys", "values"))
    names = {
        "np": np, "softmax": softmax, "q": q, "k": k, "v": v, "c": given.softcap, "visible": visible,
        "batch": q.shape[0], "heads": given.heads, "d": q.shape[-1],
    }  # fmt: skip
    skipped = {"add_bias"} | ({"cap"} if not given.softcap else set()) | ({"mask"} if visible is None else set())
    skipped |= set() if given.out_merged else {"merge"}
    for part in ("score", "scale", "cap", "mask", "normalise", "finish", "mix", "merge"):
        line = mistake.code.numpy if part == mistake.changes else RIGHT_LINES[part].numpy
        if part == "merge":
            line = line.replace("heads * d", "heads * v.shape[-1]")
        if part not in skipped:
            with np.errstate(all="ignore"):
                exec(line, names)
    return names["output"] if given.out_merged else names["heads_out"]


def seen(given: Given) -> np.ndarray | None:
    tables = [table for table in (RIGHT.marks(given), RIGHT.window(given)) if table is not None]
    return np.logical_and.reduce(np.broadcast_arrays(*tables)) if tables else None


def softmax(x: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    raised = np.exp(x - x.max(axis, keepdims=True))
    return raised / raised.sum(axis, keepdims=True)


def test_broken_steps_are_steps_of_the_game() -> None:
    """A mistake gives whole steps, from the scores to the output, and the first that is wrong is where it is made."""
    rng = seeded("game")
    _, right = possible(rng, (), "float64")
    _, change = some_way(BY_KEY["no-scale"], rng)
    steps, good = broken(right.given, change), Kitchen(right.given).steps(RIGHT)
    assert np.array_equal(steps["scores"], good["scores"])
    for name in ("scaled scores", "attention weights", "output"):
        assert not np.allclose(steps[name], good[name])


def test_the_readme_says_how_many_there_are() -> None:
    assert f"which of {len(CATALOGUE)} known mistakes" in (ROOT / "README.md").read_text(encoding="utf-8")
