"""The numbers of the site are computed in the browser: they are Python's, for every preset and option it ships."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from attention_core import CURRICULUM, Mechanism, Trace
from tests.browser.kit import HOME, served
from tests.sampling import naming, some
from tools.site import checks, pack
from tools.site.choices import Chosen, settings
from tools.site.words import stage_words
from ui.state import Numbers

TOLERANCE = 1e-9
SAMPLE = 2  # settings of a lesson besides that it opens with
LOAD = """async (home) => {
  const { Pack, computed } = await import(home + "site/pack.js");
  const { encode } = await import(home + "talk/arrival.js");
  const { isReached } = await import(home + "site/checks.js");
  window.all = (text, words, wanted) => {
    const lesson = new Pack(JSON.parse(text));
    const file = JSON.parse(text);
    return wanted.map(([preset, setting]) => {
      const { steps, given, stops } = lesson.made(file.settings[preset][setting], words);
      return [encode(computed({ steps, given })), steps.map(({ name }) => name), stops.length];
    });
  };
  window.judged = (checks, cases) => cases.map(({ steps, options, output }) => {
    const step = (name) => steps.find((each) => each.name === name);
    const option = (name) => (options[name] === "inf" ? Infinity : options[name]);
    return checks.map((check) => isReached(check, { step, option, output: () => step(output) }));
  });
}"""


class Recorded(pack.Packing):
    """A pack that keeps the numbers of Python beside it."""

    def __init__(self, mechanism: Mechanism, which: pack.Which) -> None:
        super().__init__(mechanism, which)
        self.numbers: dict[str, np.ndarray] = {}
        self._now = ""

    def _setting(self, start: Numbers, places: Chosen) -> pack.Filled | None:
        self._now = f"{start.preset} {pack.written(places)}"
        return super()._setting(start, places)

    def _filled(self, numbers: Numbers) -> pack.Filled:
        steps = pack.structure.Shape.of(numbers.trace).steps
        self.numbers[self._now] = np.concatenate([np.ravel(step.value) for step in steps if step.name])
        return super()._filled(numbers)


def shipped(mechanism: Mechanism, preset: str) -> Iterator[Chosen]:
    """All settings of a preset, or a few that are drawn: the same in every run."""
    first, *others = settings(mechanism, preset)
    yield first
    drawn = random.Random(f"{mechanism.key} {preset}").sample(others, min(SAMPLE, len(others)))
    yield from some(others, drawn if preset == next(iter(mechanism.presets)) else [])


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    served(page).evaluate(LOAD, HOME)
    yield page
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("mechanism", CURRICULUM, ids=lambda mechanism: mechanism.key)
def test_the_browser_computes_what_python_does(mechanism: Mechanism, modules: Page) -> None:
    recorded = Recorded(mechanism, shipped)
    written: Any = recorded.pack()
    found = [
        (preset, key)
        for preset, each in written["settings"].items()
        for key, filled in each.items()
        if filled is not None
    ]
    assert len(found) == len(recorded.numbers) > 0 or len(written["large"]) == len(mechanism.presets)
    answers = modules.evaluate(
        "([text, words, wanted]) => all(text, words, wanted)",
        [json.dumps(written), stage_words(mechanism, written), found],
    )
    for (preset, key), (numbers, names, stops) in zip(found, answers, strict=True):
        with naming(f"{preset} {key}"):
            theirs = np.frombuffer(base64.b64decode(numbers), dtype="<f8")
            ours = recorded.numbers[f"{preset} {key}"]
            np.testing.assert_allclose(theirs, ours, rtol=TOLERANCE, atol=TOLERANCE)
            assert stops > 1
            assert len(set(names)) == len(names)


CHECKED_BY_THE_APP = 40  # of all challenges: those of trained lessons, and those that compute traces of their own


def test_most_goals_are_checked_by_the_browser() -> None:
    goals = [checks.check_of(challenge.reached) for mechanism in CURRICULUM for challenge in mechanism.challenges]
    assert sum(goal is None for goal in goals) <= CHECKED_BY_THE_APP


def as_read(trace: Trace) -> dict[str, Any]:
    """A trace as a goal reads it in the browser."""
    steps = [
        {
            "name": step.name,
            "shape": list(step.value.shape),
            "values": np.ravel(step.value).astype(float).tolist(),
            "axes": [[axis.name, list(axis.labels)] for axis in step.axes],
        }
        for step in trace
    ]
    options = {name: "inf" if value == np.inf else value for name, value in trace.options.items()}
    return {"steps": steps, "options": options, "output": trace.output.name}


@pytest.mark.browser
@pytest.mark.parametrize("mechanism", CURRICULUM, ids=lambda mechanism: mechanism.key)
def test_a_goal_is_reached_in_the_browser_where_python_says_so(mechanism: Mechanism, modules: Page) -> None:
    """On every preset and on every solution."""
    goals = {n: goal for n, each in enumerate(mechanism.challenges) if (goal := checks.check_of(each.reached))}
    if not goals:
        return
    traces = [mechanism.trace(p.inputs, p.labels, **p.options) for p in mechanism.presets.values()]
    for challenge in mechanism.challenges:
        traces.append(mechanism.trace(challenge.solution))
    ours = [[mechanism.challenges[n].reached(trace) for n in goals] for trace in traces]
    cases = [as_read(trace) for trace in traces]
    theirs = modules.evaluate("([checks, cases]) => judged(checks, cases)", [list(goals.values()), cases])
    assert theirs == ours
    solved = ours[len(mechanism.presets) :]
    assert all(solved[n][place] for place, n in enumerate(goals))
