"""Diagrams of wires on an empty page: everything inside, and no number upon another, however narrow the page is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext

from attention_core import CURRICULUM
from attention_core.lesson.pictures import Wiring
from ui.picture_data import wiring_data

from .conftest import watched
from .kit import load_picture

MEASURE = """([data, width]) => {
  document.body.innerHTML = `<div style="width: ${width}px"><figure></figure></div>`;
  show({ data, parentElement: document.body.firstChild });
  const box = (node) => (({ left, right, top, bottom }) => [left, right, top, bottom])(node.getBoundingClientRect());
  const all = (found) => [...document.querySelectorAll(found)].map(box);
  return { frame: box(document.querySelector("svg")), texts: all("text"), numbers: all(".number") };
}"""


def diagrams() -> list[Wiring]:
    """Of every mechanism that has one: at first, of one token, and of many."""
    found = []
    for mechanism in CURRICULUM:
        for X in (mechanism.first.inputs.get("X"), np.ones((1, 3)), np.eye(3)[np.arange(20) % 3]):
            if mechanism.picture and mechanism.family == "Four wirings":
                found += [each for each in mechanism.picture(mechanism.trace({"X": X})) if isinstance(each, Wiring)]
    return found


@pytest.fixture(scope="module")
def drawn(desk: BrowserContext) -> Any:
    with watched(desk) as (page, _):
        load_picture(page, "wiring")
        yield lambda picture, width: page.evaluate(MEASURE, [wiring_data(picture), width])


@pytest.mark.parametrize("width", [320, 860])
def test_numbers_stay_apart_and_nothing_is_clipped(drawn: Any, width: int) -> None:
    for picture in diagrams():
        found = drawn(picture, width)
        left, right, top, bottom = found["frame"]
        assert found["numbers"]
        for a, b, c, d in found["texts"]:
            assert a >= left - 8
            assert b <= right + 8
            assert c >= top
            assert d <= bottom
        for n, (a, b, c, d) in enumerate(found["numbers"]):
            for e, f, g, h in found["numbers"][:n]:
                assert b < e or f < a or d < g + 3 or h < c + 3
