"""The stage writes the link that ui/share.py writes, letter for letter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from attention_core import CURRICULUM, Mechanism
from tests.sampling import some
from ui import share
from ui.hiding import HIDEABLE
from ui.lesson_payload import lesson_payload
from ui.state import Numbers, Session, View

from .kit import HOME
from .links import MECHANISMS

KEY = "illustrated-self-attention"
EXTREME = (1e308, -1e308, 5e-324, 0.1, 1e15, 2**53 + 2.0, -0.0, 1 / 3, 1e-5, 123456789.123, 1e16, 1e21, 1e22, -1e-4)
QUERY = """async ([home, data]) => {
  const [{ Model }, { decode }, { queriesOf }, { whole }] = await Promise.all(
    ["model/model.js", "talk/arrival.js", "talk/link.js", "talk/parts.js"].map((path) => import(home + path)));
  const model = new Model();
  const { link, start, ...all } = whole(data);
  model.lay(all);
  model.take(decode(all.values));
  return queriesOf({ link, start, view: all.view, named: (name) => model.sheet.named(name) });
}"""


def started(mechanism: Mechanism, preset: str = "") -> Session:
    return Session(Numbers.of(mechanism, preset or next(iter(mechanism.presets))))


def edited(session: Session, rng: np.random.Generator) -> Session:
    """A cell in three of every input changed, where that computes."""
    places = [(name, n) for name, table in session.numbers.inputs.items() for n in range(0, table.size, 3)]
    typed = {name for name, spec in session.numbers.mechanism.inputs.items() if not spec.switch}
    values = {place: round(float(rng.normal()), 2) if place[0] in typed else 1.0 for place in places}
    session.propose(session.numbers.with_edits((name, n, value) for (name, n), value in values.items()))
    return session


def assert_same_link(kit: Page, session: Session) -> None:
    data: Any = json.loads(json.dumps(lesson_payload(session)))
    assert kit.evaluate(QUERY, [HOME, data]) == {
        "address": share.encode(session),
        "memory": share.encode(session, share.REMEMBERED),
        "all": share.encode(session, share.MOST_BYTES),
    }


def lessons() -> Iterator[Any]:
    for mechanism in some(CURRICULUM, CURRICULUM[::6]):
        if not started(mechanism).numbers.is_large():
            yield pytest.param(mechanism, id=mechanism.key)


@pytest.mark.parametrize("mechanism", list(lessons()))
def test_every_preset_and_its_numbers_edited(kit: Page, mechanism: Mechanism) -> None:
    rng = np.random.default_rng(5)
    for preset in mechanism.presets:
        assert_same_link(kit, started(mechanism, preset))
        assert_same_link(kit, edited(started(mechanism, preset), rng))


@pytest.mark.parametrize("axis", ["token", "model", "feature", "value"])
def test_other_sizes(kit: Page, axis: str) -> None:
    for size in (1, 5, 9):
        session = started(MECHANISMS[KEY])
        session.propose(session.numbers.resized(axis, size))
        assert_same_link(kit, edited(session, np.random.default_rng(size)))


def test_extreme_numbers(kit: Page) -> None:
    session = started(MECHANISMS[KEY])
    flat = session.numbers.inputs["W_v"].copy()
    flat.flat[: len(EXTREME)] = EXTREME[: flat.size]
    session.numbers = session.numbers.with_(inputs={**session.numbers.inputs, "W_v": flat})
    assert_same_link(kit, session)
    flat = flat.copy()
    flat.flat[:2] = EXTREME[-2:]
    session.numbers = session.numbers.with_(inputs={**session.numbers.inputs, "W_v": flat})
    assert_same_link(kit, session)


@pytest.mark.parametrize("name", ["<b>", 'a "b" \\ c', "é\u202e😀", "a,b;c&d=e#f*~!'()", "", "x\x7f\u2028"])
def test_names(kit: Page, name: str) -> None:
    session = started(MECHANISMS[KEY])
    session.numbers = session.numbers.with_labels("token", (name, "b", "c"))
    assert_same_link(kit, session)


def test_options_views_and_what_is_hidden(kit: Page) -> None:
    session = started(MECHANISMS["multi-head-attention"])
    for options in ({"masked": True}, {"h": 1}):
        known = {name: value for name, value in options.items() if name in session.numbers.options}
        session.propose(session.numbers.with_(options={**session.numbers.options, **known}))
    for view in (View("scores", (0, 1, 2), {"head": 0}), View("output", (1, 2)), View("Inputs")):
        session.view = view
        assert_same_link(kit, session)
        assert_same_link(kit, replace(session, hide=tuple(HIDEABLE), task="Fill in: 2 · 3 = ?\né", until="scores"))


def test_more_numbers_than_an_address_holds(kit: Page) -> None:
    """They are remembered all the same."""
    session = started(MECHANISMS[KEY])
    for axis in ("token", "model", "feature", "value"):
        session.numbers = session.numbers.resized(axis, 12)
    rng = np.random.default_rng(2)
    tables = {name: rng.normal(size=table.shape) for name, table in session.numbers.inputs.items()}
    session.propose(session.numbers.with_(inputs=tables))
    assert share.too_long(session.numbers)
    assert "data=" in share.encode(session, share.REMEMBERED)
    assert_same_link(kit, session)
