"""The pages that are no lesson: home, the map, the gallery and the notation; and what the search finds."""

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
from ui import find
from ui.atlas import DRAWN, FIRST, PICTURED, atlas_data, timeline
from ui.cards import linked
from ui.home_sentence import SENTENCE, WORD, sentence_data
from ui.thumbnail import HEIGHT, PIXELS, SHARES, SIGNED, WIDTH, ink_of, parts, pictured, svg, thumbnail
from ui.tour import asked

from .helpers import ROOT, decoded, every_lesson, shown_texts, whole


def opened(address: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._page_hash = calc_hash(address)
    return whole(page.run())


def test_no_file_of_pages_bears_the_name_of_an_address() -> None:
    """Such a file would be run by itself, as a page of its own, instead of the page."""
    addresses = {"map", "gallery", "compare", "notation", "conventions", *(mechanism.key for mechanism in CURRICULUM)}
    assert not addresses & {file.stem for file in (ROOT / "pages").glob("*.py")}


# --- home and the search ---------------------------------------------------------------------------------------------


def test_home_opens_every_section_and_the_three_doors() -> None:
    page = opened("")
    shown = [link.proto.label for link in page.get("page_link")]
    firsts = {mechanism.section: mechanism for mechanism in reversed(CURRICULUM)}
    for section, first in firsts.items():
        assert f"**{section}**" in shown_texts(page)
        assert any(label.endswith(linked(first)) for label in shown)
    assert sum("**" in label for label in shown) >= len(firsts) + 3


def test_the_sentence_of_home_is_a_lesson_with_its_own_numbers() -> None:
    data = sentence_data(SENTENCE, WORD)
    given = next(step for step in data["steps"] if step["name"] == data["given"])
    assert given["editable"]
    assert given["axes"][0][1][data["chosen"]] == WORD
    assert {data["weights"], data["output"]} <= {step["name"] for step in data["steps"]}
    for name, values in decoded(dict(data)).items():
        assert np.array_equal(values, SENTENCE.trace()[name].value)
    assert "made-up" in SENTENCE.first.note.lower()


def test_every_lesson_and_every_term_can_be_found() -> None:
    found = {entry["href"]: entry for entry in find.entries()}
    assert {mechanism.key for mechanism in CURRICULUM} <= set(found)
    assert set(find.aliases()) <= {*(mechanism.key for mechanism in CURRICULUM), *find.PAGES}
    terms = [entry for href, entry in found.items() if href.startswith("notation?")]
    assert len(terms) > 40
    assert all(entry["title"].strip() == entry["title"] != "" for entry in found.values())
    assert not any(re.search(r"[$`\\]|\[\[", f"{entry['title']}{entry['about']}") for entry in found.values())


@pytest.mark.parametrize(
    ("name", "key"),
    [("RoPE", "rope"), ("padding mask", "padding-mask"), ("GQA", "mqa-gqa"), ("MHA", "multi-head-attention"),
     ("KQV", "qkv-self-attention"), ("Sparsemax", "sparsemax"), ("my implementation", "find-my-bug"),
     ("game", "detective")],
)  # fmt: skip
def test_a_name_in_use_leads_to_its_lesson(name: str, key: str) -> None:
    entry = next(entry for entry in find.entries() if entry["href"] == key)
    assert name.lower() in " ".join([entry["title"], *entry["names"]]).lower()


def test_a_term_found_is_the_word_the_notation_looks_for() -> None:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._page_hash = calc_hash("notation")
    page.query_params["find"] = "causal mask"
    whole(page.run())
    assert page.text_input(key="notation-wanted").value == "causal mask"
    assert "look-ahead" in shown_texts(page)


@pytest.mark.parametrize(("text", "card"), [("1", 1), ("6", 6), ("7", 0), ("0", 0), ("", 0), ("²", 0), ("1e0", 0)])
def test_an_address_asks_for_a_card_of_the_tour(text: str, card: int) -> None:
    assert asked(text) == card


def test_the_map_places_every_lesson_at_each_of_its_stations() -> None:
    data = atlas_data()
    stations, order, years = data["sights"]
    assert [group["title"].partition(" ")[2].lower() for group in stations["groups"]] == list(BOXES)
    for box, group in zip(BOXES, stations["groups"], strict=True):
        assert [CURRICULUM[n] for n in group["lessons"]] == [each for each in CURRICULUM if box in each.boxes]
    for sight in (order, years):
        assert sorted(n for group in sight["groups"] for n in group["lessons"]) == list(range(len(CURRICULUM)))
    assert [n for group in order["groups"] for n in group["lessons"]] == list(range(len(CURRICULUM)))
    assert [lesson["href"] for lesson in data["lessons"]] == [mechanism.key for mechanism in CURRICULUM]


def test_the_map_has_a_list_behind_it() -> None:
    labels = [link.proto.label for link in opened("map").get("page_link")]
    assert labels == [f"{n} {mechanism.title}" for n, mechanism in enumerate(CURRICULUM, 1)]


def test_the_stations_are_one_computation() -> None:
    """The picture of each station is of a step, and a later one follows from the ones before."""
    trace = next(each for each in CURRICULUM if each.key == DRAWN).trace(masked=True)
    order = [step.name for step in trace]
    places = [order.index(PICTURED[box]) for box in BOXES]
    assert places == sorted(places)


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
    assert whole(page).info[0].value == "Nothing in the notation matches. Try “energy”, “context” or “mask”."


# --- the gallery -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", [cards.OPENS, next(iter(cards.SECTIONS))])
def test_the_gallery_has_a_card_for_every_lesson_of_a_section_and_a_year_for_all(section: str) -> None:
    page = opened("gallery")
    page.button_group[0].set_value(section).run()
    labels = [link.proto.label for link in whole(page).get("page_link")]
    chosen = [mechanism for mechanism in CURRICULUM if mechanism.section == section]
    assert labels[: len(chosen)] == [linked(mechanism) for mechanism in chosen]
    assert sorted(labels[len(chosen) :]) == sorted(mechanism.title for mechanism in CURRICULUM)
    assert all(mechanism.insight in shown_texts(page) for mechanism in chosen)


def test_years_run_forwards() -> None:
    first, *labels = [label for label, _ in timeline()]
    assert first == f"before {FIRST}"
    assert [int(label) for label in labels] == sorted({m.year for m in CURRICULUM if m.year >= FIRST})


@every_lesson
def test_a_thumbnail_is_a_drawing_of_its_steps(mechanism: Mechanism) -> None:
    trace = mechanism.trace()
    found = [part for step in pictured(mechanism) for part in parts(trace, step)]
    squares = [cell.attrib for cell in ElementTree.fromstring(svg(found))]
    assert len(squares) == sum(int((~np.isnan(part.table)).sum()) for part in found) > 0
    for each in squares:
        assert 0 <= float(each["x"]) <= float(each["x"]) + float(each["width"]) <= WIDTH + 0.1
        assert 0 <= float(each["y"]) <= float(each["y"]) + float(each["height"]) <= HEIGHT + 0.1
    strongest = max(float(each.get("fill-opacity", 0)) for each in squares)
    assert strongest > 0.9 or not any(part.table.any() for part in found)


def test_weights_pixels_and_signed_numbers_have_colours_of_their_own() -> None:
    keys = {mechanism.key: mechanism for mechanism in CURRICULUM}
    inks = {key: ink_of(pictured(keys[key])[-1]) for key in ("illustrated-self-attention", "find-the-mark", "rope")}
    assert list(inks.values()) == [SHARES, PIXELS, SIGNED]


def test_no_two_lessons_of_a_section_have_the_same_thumbnail() -> None:
    """ABCNN-2 and ABCNN-3 open with the same attention of windows."""
    for section in {mechanism.section for mechanism in CURRICULUM}:
        found = [thumbnail(mechanism) for mechanism in CURRICULUM if mechanism.section == section]
        assert len(set(found)) == len(found), section
