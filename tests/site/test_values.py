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

from attention_core import CURRICULUM, Mechanism
from tests.browser.kit import HOME, served
from tests.sampling import naming, some
from tools.site import pack
from tools.site.choices import Chosen, settings
from tools.site.words import stage_words
from ui.state import Numbers

TOLERANCE = 1e-9
SAMPLE = 2  # settings of a lesson besides that it opens with
LOAD = """async (home) => {
  const { Pack, computed, encode } = await import(home + "site/pack.js");
  window.all = (text, words, wanted) => {
    const lesson = new Pack(JSON.parse(text));
    const file = JSON.parse(text);
    return wanted.map(([preset, setting]) => {
      const { steps, given, stops } = lesson.made(file.settings[preset][setting], words);
      return [encode(computed({ steps, given, stops })), steps.map(({ name }) => name), stops.length];
    });
  };
}"""


class Recorded(pack.Packing):
    """A pack that keeps the numbers of Python beside it."""

    def __init__(self, mechanism: Mechanism, which: pack.Which) -> None:
        super().__init__(mechanism, which)
        self.numbers: dict[str, np.ndarray] = {}
        self._now = ""

    def _setting(self, start: Numbers, places: Chosen) -> pack.Filled | str:
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
        if not isinstance(filled, str)
    ]
    assert len(found) == len(recorded.numbers) > 0 or len(written["large"]) == len(mechanism.presets)
    answers = modules.evaluate(
        "([text, words, wanted]) => all(text, words, wanted)",
        [json.dumps(written), stage_words(mechanism, "en"), found],
    )
    for (preset, key), (numbers, names, stops) in zip(found, answers, strict=True):
        with naming(f"{preset} {key}"):
            theirs = np.frombuffer(base64.b64decode(numbers), dtype="<f8")
            ours = recorded.numbers[f"{preset} {key}"]
            np.testing.assert_allclose(theirs, ours, rtol=TOLERANCE, atol=TOLERANCE)
            assert stops > 1
            assert len(set(names)) == len(names)
