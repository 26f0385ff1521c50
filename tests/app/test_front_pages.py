"""The pages that are no lesson: the map and the notation."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import CURRICULUM
from attention_core.mechanism import BOXES
from pages.glossary import sections

from .helpers import ROOT, shown_texts, whole


def opened(address: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=30)
    page._page_hash = calc_hash(address)
    return whole(page.run())


def test_no_file_of_pages_bears_the_name_of_an_address() -> None:
    """Such a file would be run by itself, as a page of its own, instead of the page."""
    addresses = {"map", "gallery", "compare", "notation", *(mechanism.key for mechanism in CURRICULUM)}
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
