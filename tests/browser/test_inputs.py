"""Numbers and names from outside: pasted tables, files, sentences, and names chosen to do harm."""

from __future__ import annotations

import io
import json
import pickle
import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Dialog, Locator, expect

from tests.sampling import some

from .stage_page import StagePage

WORKED = "illustrated-self-attention"
HOSTILE = ("<img src=x onerror=alert(1)>", r"$\frac{", "**bold** [link](javascript:alert(1))")


@pytest.fixture(scope="module")
def opened(shared_lesson: StagePage) -> StagePage:
    shared_lesson.open(WORKED)
    shared_lesson.section("Inputs")
    return shared_lesson


@pytest.fixture
def inputs(opened: StagePage) -> StagePage:
    """The Inputs section with the published numbers; the stage shows all inputs."""
    opened.reset("As published")
    return opened


def paste_area(page: StagePage, name: str) -> Locator:
    return page.page.get_by_label(f"Paste a table for {name}")


def paste(page: StagePage, name: str, text: str) -> None:
    paste_area(page, name).fill(text)
    page.button(f"Replace {name}").click()


def upload(page: StagePage, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(file)


def rename(page: StagePage, *names: str) -> None:
    field = page.page.get_by_role("textbox", name="Tokens along “token”")
    field.fill(", ".join(names))
    field.press("Enter")


def table(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(rows).normal(size=(rows, columns)).round(2)


def text_of(numbers: np.ndarray) -> str:
    return "\n".join("\t".join(map(str, row)) for row in numbers)


# --- tables and files ------------------------------------------------------------------------------------------------


def test_a_pasted_table_replaces_an_input(inputs: StagePage) -> None:
    paste(inputs, "X", "1, 0, 1/2, 25%\n0, 2, 0, -1\n3, 3, 3, 3")
    inputs.expect_own_numbers()
    inputs.expect_chosen("Your numbers")
    inputs.go("inputs")
    expect(inputs.cell("X", 3, 4)).to_have_text("3")
    assert inputs.values("X") == [[1, 0, 0.5, 0.25], [0, 2, 0, -1], [3, 3, 3, 3]]


def test_a_pasted_table_may_bring_more_tokens(inputs: StagePage) -> None:
    paste(inputs, "X", text_of(table(5, 4)))
    inputs.expect_own_numbers()
    inputs.go("scores")
    expect(inputs.cell("scores", 5, 5)).to_be_visible()


def test_bad_text_gets_one_sentence_and_stays(inputs: StagePage) -> None:
    paste(inputs, "X", "1 2 3 4\n5 6 seven 8")
    expect(inputs.warnings).to_have_count(1)
    expect(inputs.warnings).to_contain_text("X, row 2, column 3: “seven” is not a number")
    expect(paste_area(inputs, "X")).to_have_value("1 2 3 4\n5 6 seven 8")
    inputs.expect_chosen("As published")


def test_a_json_file_fills_several_inputs(inputs: StagePage) -> None:
    given = {"X": table(3, 4).tolist(), "W_q": table(4, 3).tolist()}
    upload(inputs, "mine.json", json.dumps(given).encode())
    inputs.expect_own_numbers()
    inputs.go("inputs")
    expect(inputs.cell("X", 1, 1)).to_have_text(f"{given['X'][0][0]:.2f}".replace("-", "−"))
    assert inputs.values("W_q") == given["W_q"]


def pickled() -> bytes:
    out = io.BytesIO()
    np.savez(out, X=np.array([{"harm": 1}, None], dtype=object))
    return out.getvalue()


BAD_FILES = [
    pytest.param("bad.npz", pickled(), "bad.npz: holds pickled objects, which are never opened", id="pickled npz"),
    pytest.param("pickle.npz", pickle.dumps([1.0]), "pickle.npz: is not an NPZ archive of numbers", id="pickle"),
    pytest.param("bad.npz", b"PK\3\4 and so on", "bad.npz: is not an NPZ archive of numbers", id="no archive"),
    pytest.param("bad.csv", b"1,2\n3,x", "row 2, column 2: “x” is not a number", id="text in csv"),
    pytest.param("bad.json", b"{", "bad.json: is not valid JSON", id="broken json"),
    pytest.param("big.csv", b"1," * 3_000_000, "File must be 5.0MB or smaller", id="six megabytes"),
]


# By default the worst, and the one that Streamlit refuses: tests/app/test_uploads.py has what else is refused.
@pytest.mark.parametrize(("name", "content", "sentence"), some(BAD_FILES, [BAD_FILES[0], BAD_FILES[-1]]))
def test_a_bad_file_gets_a_sentence(inputs: StagePage, name: str, content: bytes, sentence: str) -> None:
    upload(inputs, name, content)
    expect(inputs.page.locator("[data-testid=stMain]")).to_contain_text(sentence)
    inputs.expect_chosen("As published")


# --- too large to print ----------------------------------------------------------------------------------------------


@pytest.fixture
def large(inputs: StagePage) -> StagePage:
    """Forty tokens in the worked example."""
    paste(inputs, "X", text_of(table(40, 4)))
    expect(inputs.page.locator(".js-plotly-plot .nsewdrag")).to_be_visible()
    return inputs


def test_forty_tokens_become_a_map_that_answers_clicks(large: StagePage) -> None:
    expect(large.stage).to_have_count(0)
    large.select("Step", "scores")
    heading = large.page.locator("p", has_text="scores, query")
    before = heading.inner_text()
    plot = large.page.locator(".js-plotly-plot .nsewdrag")
    large.page.wait_for_function("document.querySelector('.js-plotly-plot').dataset.picks === 'yes'")
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.8})
    expect(heading).not_to_have_text(before)
    expect(large.page.locator(".katex-display", has_text="=")).not_to_have_count(0)
    large.choose("As published")
    expect(large.stage).to_be_visible()


def test_a_sentence_becomes_tokens(inputs: StagePage) -> None:
    inputs.page.get_by_label("A sentence of your own").fill("The cat sat, the dog")
    inputs.button("Use the sentence").click()
    inputs.expect_own_numbers()
    expect(inputs.stage.locator("th", has_text="cat").first).to_be_visible()
    inputs.go("scores")
    assert len(inputs.table("scores")) == 6


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def renamed(opened: StagePage) -> StagePage:
    """Tokens whose names are markup."""
    opened.open(WORKED)
    opened.section("Inputs")
    rename(opened, *HOSTILE)
    expect(opened.stage.locator("th", has_text=HOSTILE[0]).first).to_be_visible()
    return opened


@pytest.fixture
def hostile(renamed: StagePage) -> Iterator[StagePage]:
    """Nothing the names say may be executed, or be taken for markup."""
    dialogs: list[Dialog] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog)
        dialog.dismiss()

    renamed.page.on("dialog", dismiss)
    yield renamed
    renamed.page.remove_listener("dialog", dismiss)
    assert not dialogs
    assert renamed.page.locator("img[src='x'], .atlas img, a[href^=javascript], .katex-error").count() == 0


def test_hostile_names_are_text_on_the_stage(hostile: StagePage) -> None:
    for name in HOSTILE:
        expect(hostile.stage.locator("th", has_text=name).first).to_be_visible()
    hostile.go("scores")
    hostile.cell("scores", 1, 2).focus()
    expect(hostile.atlas.locator(".arithmetic .spoken").last).to_contain_text(HOSTILE[0])
    expect(hostile.predict.locator(".question")).to_contain_text(HOSTILE[2])
    hostile.go("output")
    expect(hostile.atlas.locator(".words")).to_contain_text(HOSTILE[1])


def test_hostile_names_are_text_in_the_gradient(hostile: StagePage) -> None:
    hostile.section("Gradient")
    expect(hostile.box("Query")).to_have_value(HOSTILE[0])
    expect(hostile.page.locator(".atlas[data-mode=backward] th", has_text=HOSTILE[2]).first).to_be_attached()


def test_hostile_names_are_text_in_the_changes(hostile: StagePage) -> None:
    for row in (1, 2):
        hostile.go("inputs")
        hostile.edit("X", row, 1, "9")
    hostile.section("Since the preset")
    hostile.select("Step", "scores")
    mover = hostile.page.locator("p", has_text="Largest mover")
    expect(mover).to_contain_text(", key ")
    assert any(f"query {name}, key {other}, from" in mover.inner_text() for name in HOSTILE for other in HOSTILE)


def test_hostile_names_survive_a_link(hostile: StagePage) -> None:
    hostile.expect_own_numbers()
    hostile.page.reload()
    expect(hostile.stage.locator("th", has_text=HOSTILE[0]).first).to_be_visible()


def test_hostile_names_are_text_beside_a_map(hostile: StagePage) -> None:
    hostile.section("Inputs")
    paste(hostile, "X", text_of(table(20, 4)))
    expect(hostile.page.locator(".js-plotly-plot .nsewdrag")).to_be_visible()
    rename(hostile, *[f"{HOSTILE[1]}{n}$" for n in range(20)])
    expect(hostile.page.locator(".js-plotly-plot .ytick text").first).to_have_text(f"{HOSTILE[1]}0$")
    hostile.select("Step", "scores")
    line = hostile.page.locator("p", has_text="scores, query")
    name = rf"{re.escape(HOSTILE[1])}\d+\$"  # of the largest score
    expect(line).to_contain_text(re.compile(f"query {name}, key {name}:"))
