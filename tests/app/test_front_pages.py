"""The pages that are no lesson: the map, the gallery and the notation."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import CURRICULUM, Mechanism
from attention_core.lesson.mechanism import BOXES
from pages import cards
from pages.glossary import sections
from ui.cards import linked
from ui.thumbnail import HEIGHT, MOST, WIDTH, shown, svg, tables

from .helpers import ROOT, every_lesson, shown_texts, whole


def opened(address: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._page_hash = calc_hash(address)
    return whole(page.run())


def test_no_file_of_pages_bears_the_name_of_an_address() -> None:
    """Such a file would be run by itself, as a page of its own, instead of the page."""
    addresses = {"map", "gallery", "compare", "notation", "conventions", *(mechanism.key for mechanism in CURRICULUM)}
    assert not addresses & {file.stem for file in (ROOT / "pages").glob("*.py")}


def test_the_map_links_every_lesson_from_each_of_its_stations() -> None:
    page = opened("map")
    labels = [link.proto.label for link in page.get("page_link")]
    assert sorted(labels) == sorted(mechanism.title for mechanism in CURRICULUM for _ in mechanism.boxes)
    headings = [text for text in shown_texts(page).splitlines() if text.startswith("#####")]
    assert [heading.rpartition("· ")[2].lower() for heading in headings] == list(BOXES)


def test_every_table_of_the_notation_is_whole() -> None:
    for heading, body in sections():
        rows = [line for line in body.splitlines() if line.startswith("|")]
        assert len(rows) > 4, heading
        assert len({row.replace(r"\|", "").count("|") for row in rows}) == 1, heading
        assert all(len(re.findall(r"\$", row)) % 2 == 0 for row in rows), heading


@pytest.mark.parametrize(("word", "found"), [("energies", "e_{ij}"), ("CAUSAL", "look-ahead"), (" glimpse ", "output")])
def test_a_word_finds_its_rows_only(word: str, found: str) -> None:
    page = opened("notation")
    page.text_input(key="notation-wanted").set_value(word).run()
    rows = [line for line in shown_texts(whole(page)).splitlines() if line.startswith("|")]
    assert found in rows[-1]
    assert len(rows) == 3


def test_a_word_nobody_uses_is_answered() -> None:
    page = opened("notation")
    page.text_input(key="notation-wanted").set_value("<b>flux</b>").run()
    assert whole(page).info[0].value == "Nothing here bears that name."


# --- the gallery -----------------------------------------------------------------------------------------------------


def test_the_gallery_has_a_card_for_every_lesson_of_the_zoo_and_a_year_for_all() -> None:
    page = opened("gallery")
    labels = [link.proto.label for link in page.get("page_link")]
    zoo = [mechanism for mechanism in CURRICULUM if mechanism.section == cards.ZOO]
    assert labels[: len(zoo)] == [linked(mechanism) for mechanism in zoo]
    assert sorted(labels[len(zoo) :]) == sorted(mechanism.title for mechanism in CURRICULUM)
    assert all(mechanism.insight in shown_texts(page) for mechanism in zoo)


def test_years_run_forwards() -> None:
    first, *labels = [label for label, _ in cards.timeline()]
    assert first == f"before {cards.FIRST}"
    assert [int(label) for label in labels] == sorted({m.year for m in CURRICULUM if m.year >= cards.FIRST})


@every_lesson
def test_a_thumbnail_is_a_drawing_of_a_step(mechanism: Mechanism) -> None:
    trace = mechanism.trace()
    found = tables(trace, shown(trace, mechanism.opens))
    drawing = ElementTree.fromstring(svg(found))
    squares = [cell.attrib for cell in drawing]
    visible = sum(int(np.isfinite(table[:MOST, :MOST]).sum()) for table in found)
    assert len(squares) == visible > 0
    for each in squares:
        assert 0 <= float(each["x"]) <= float(each["x"]) + float(each["width"]) <= WIDTH + 0.1
        assert 0 <= float(each["y"]) <= float(each["y"]) + float(each["height"]) <= HEIGHT + 0.1
    assert max(float(each["fill-opacity"]) for each in squares) > 0.9 or not any(table.any() for table in found)
