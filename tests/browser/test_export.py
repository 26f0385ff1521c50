"""Files a learner takes home: pictures of the stage, tables, and a handout that needs no server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from attention_core import CURRICULUM

from .stage_page import StagePage
from .watch import Watch

KEY = "illustrated-self-attention"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def exporting(shared_lesson: StagePage) -> StagePage:
    """Edited scores on the stage, the export dialog open."""
    page = shared_lesson.open(KEY)
    page.go("queries")
    page.edit("X", 1, 1, "2.5")
    page.go("scores")
    page.expect_query(step="scores")
    page.settled()
    page.button("Export").click()
    expect(page.dialog).to_be_visible()
    return page


def saved(page: StagePage, label: str, folder: Path) -> Path:
    with page.page.expect_download() as found:
        page.dialog.get_by_role("button", name=label).click()
    file = folder / found.value.suggested_filename
    found.value.save_as(file)
    return file


def expected_scores() -> np.ndarray:
    mechanism = CURRICULUM[0]
    table = np.array(mechanism.first.inputs["X"], dtype=float)
    table[0, 0] = 2.5
    return mechanism.trace({"X": table}, mechanism.first.labels)["scores"].value


def test_svg_of_the_stage_contains_its_numbers(exporting: StagePage, tmp_path: Path) -> None:
    file = saved(exporting, "Stage as SVG", tmp_path)
    assert file.name == "illustrated-self-attention-scores.svg"
    drawing = ElementTree.parse(file).getroot()
    assert drawing.tag == f"{SVG}svg"
    texts = [node.text for node in drawing.findall(f"{SVG}text")]
    for row in exporting.table("scores"):
        for number in row:
            assert number in texts
    for word in ("Input", "1", "2", "3", "Q", "K", "T", "S", "transposed"):
        assert word in texts
    assert "href=" not in file.read_text()


def test_svg_has_the_arithmetic_and_the_pipeline(exporting: StagePage, tmp_path: Path) -> None:
    drawing = ElementTree.parse(saved(exporting, "Stage as SVG", tmp_path)).getroot()
    written = "".join(node.text or "" for node in drawing.iter(f"{SVG}text"))
    for line in (exporting.symbols, exporting.numbers):
        assert "".join(line.inner_text().split()) in written
    thumbs = exporting.atlas.locator(".thumb rect").count()
    assert len(drawing.findall(f"{SVG}rect")) >= 27 + thumbs


def test_png_of_the_stage_is_twice_as_large_as_the_drawing(exporting: StagePage, tmp_path: Path) -> None:
    data = saved(exporting, "Stage as PNG", tmp_path).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(data[place : place + 4], "big") for place in (16, 20))
    drawing = ElementTree.parse(saved(exporting, "Stage as SVG", tmp_path)).getroot()
    assert (width, height) == (2 * int(drawing.attrib["width"]), 2 * int(drawing.attrib["height"]))
    assert len(data) > 5000


def test_tables_hold_the_edited_numbers(exporting: StagePage, tmp_path: Path) -> None:
    wanted = expected_scores()
    lines = saved(exporting, "as CSV", tmp_path).read_text().splitlines()
    assert [[float(cell) for cell in line.split(",")[1:]] for line in lines[1:]] == wanted.tolist()
    steps = json.loads(saved(exporting, "Every step as JSON", tmp_path).read_text())["steps"]
    assert next(step for step in steps if step["name"] == "scores")["value"] == wanted.tolist()
    with np.load(saved(exporting, "Every step as NPZ", tmp_path), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["scores"], wanted)


def test_the_worksheet_opens_with_its_answers(exporting: StagePage, offline: Page, tmp_path: Path) -> None:
    offline.goto(saved(exporting, "Worksheet to print", tmp_path).as_uri())
    expect(offline.locator("td.blank").first).to_be_visible()
    expect(offline.locator(".answers td.answer").first).to_be_visible()
    assert offline.locator("td.blank").count() == offline.locator("td.answer").count()


# --- the handout -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def away(browser_context: Callable[..., BrowserContext]) -> Page:
    """A page without any network."""
    return browser_context(offline=True).new_page()


@pytest.fixture
def offline(away: Page) -> Iterator[Page]:
    """The same with nothing open; what it asks for beyond its own file fails the test."""
    away.goto("about:blank")
    away.emulate_media(color_scheme="light")
    watch = Watch()
    watch.page(away)
    yield away
    assert watch.requests == 1
    watch.leave(away)
    watch.assert_clean()


@pytest.fixture(scope="module")
def handed_out(exporting: StagePage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(exporting, "Interactive handout", tmp_path_factory.mktemp("handout"))


@pytest.fixture
def handout(exporting: StagePage, handed_out: Path, offline: Page) -> StagePage:
    offline.goto(handed_out.as_uri())
    return StagePage(offline, handed_out.as_uri(), exporting.watch)


def test_the_handout_opens_where_the_learner_was(handout: StagePage, exporting: StagePage) -> None:
    handout.on("scores")
    assert handout.table("scores") == exporting.table("scores")


def test_the_handout_answers_pointing(handout: StagePage) -> None:
    handout.cell("scores", 1, 3).hover()
    expect(handout.numbers).to_contain_text("=")
    assert handout.lit() == {("queries", 1, i) for i in (1, 2, 3)} | {("keys", 3, i) for i in (1, 2, 3)}
    handout.cell("scores", 1, 3).click()
    assert handout.place(handout.pinned) == ("scores", 1, 3)


def test_the_handout_recomputes(handout: StagePage) -> None:
    handout.go("inputs")
    handout.edit("X", 1, 1, "1")
    handout.go("scores")
    assert handout.values("scores") == [[2, 4, 4], [4, 16, 12], [4, 12, 10]]
    handout.go("output")
    assert handout.values("output")[1] == pytest.approx([2, 7.96, 0.05], abs=0.01)


def test_the_handout_asks_and_judges(handout: StagePage) -> None:
    handout.predict.get_by_label("Your answer").fill("1234")
    handout.predict.get_by_role("button", name="Check").click()
    expect(handout.predict.locator(".verdict")).to_contain_text("Not quite.")


def test_the_handout_says_when_numbers_do_not_compute(handout: StagePage) -> None:
    """There is no server to refuse them, so the handout has to."""
    handout.go("inputs")
    handout.edit("X", 3, 4, "-1e308")
    expect(handout.notice).not_to_be_empty()


def test_how_csv_is_written_is_kept_for_the_next_visit(newcomer: StagePage, tmp_path: Path) -> None:
    visit = newcomer.open(KEY)
    visit.button("Export").click()
    visit.dialog.get_by_text("0,5 between semicolons").click()
    visit.page.wait_for_function("document.cookie.includes('atlas-csv=1')")
    visit.open(KEY).button("Export").click()
    _, first, *_ = saved(visit, "as CSV", tmp_path).read_text("utf-8-sig").splitlines()
    visit.page.context.clear_cookies()
    assert first == "Input 1;2,0;4,0;4,0"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_handout_follows_the_theme_of_the_reader(handout: StagePage, scheme: str) -> None:
    handout.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(handout.atlas).to_have_attribute("data-theme", scheme)


def test_an_untouched_lesson_hands_out_the_step_on_screen(lesson: StagePage, offline: Page, tmp_path: Path) -> None:
    lesson.open(KEY).on("scores")
    lesson.button("Export").click()
    offline.goto(saved(lesson, "Interactive handout", tmp_path).as_uri())
    StagePage(offline, "", lesson.watch).on("scores")
