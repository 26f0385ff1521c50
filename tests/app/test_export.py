"""Files made of the numbers on screen hold those numbers, and nothing in a token's name can break out of them."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Mechanism, Step
from attention_core.engine import expression as ex
from ui.export import handout, step_csv, trace_json, trace_npz
from ui.state import Session
from ui.worksheet import DECIMALS, blanks, worksheet

from .helpers import HOSTILE, TABLES, WORKED, decoded, every_mechanism, every_preset, fewer, start, strict_json

some_mechanisms = pytest.mark.parametrize("mechanism", fewer(TABLES), ids=lambda mechanism: mechanism.key)
MASKED = [pytest.param(mechanism, id=mechanism.key) for mechanism in CURRICULUM if "masked" in mechanism.options]


def named(name: str, mechanism: Mechanism = WORKED) -> Session:
    """A session whose first token has this name."""
    session = start(mechanism)
    for axis in session.numbers.token_axes():
        session.numbers = session.numbers.with_labels(axis, (name, *session.numbers.names(axis)[1:]))
    return session


def masked(mechanism: Mechanism) -> Session:
    session = start(mechanism)
    assert session.propose(session.numbers.with_(options={**session.numbers.options, "masked": True}))
    return session


class Page(HTMLParser):
    """Script texts, table cells by class, and addresses of an HTML file."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag == "script":
            self.scripts.append("")
        elif tag == "td":
            self.cells.append((dict(attrs).get("class") or "", ""))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "script":
            self.scripts[-1] += data
        elif self.tags and self.tags[-1] == "td":
            self.cells[-1] = (self.cells[-1][0], self.cells[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def texts(self, kind: str) -> list[str]:
        return [text for found, text in self.cells if found == kind]


# --- CSV -------------------------------------------------------------------------------------------------------------


def read_csv(step: Step) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(step_csv(step)))
    return header, rows


@every_preset
def test_csv_reads_back_to_the_very_values(mechanism: Mechanism, preset: str) -> None:
    for step in start(mechanism, preset).numbers.trace:
        labels = step.value.ndim - 1
        header, rows = read_csv(step)
        found = np.array([[float(cell) for cell in row[labels:]] for row in rows])
        assert np.array_equal(found.reshape(step.value.shape), step.value)
        assert header == [*(axis.name for axis in step.axes[:-1]), *(step.axes[-1].labels if step.axes else ("value",))]
        places = np.ndindex(step.value.shape[:-1])
        wanted = [[axis.labels[i] for axis, i in zip(step.axes, place, strict=False)] for place in places]
        assert [row[:labels] for row in rows] == wanted


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=1+1", '=HYPERLINK("http://x")'])
def test_name_that_looks_like_a_formula_is_defused(name: str) -> None:
    trace = named(name).numbers.trace
    header, rows = read_csv(trace["attention weights"])
    assert header[1] == rows[0][0] == f"'{name}"


@pytest.mark.parametrize("name", ["-5", "+5", "Bark", 'a,"b"\nc', "", "a=b"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    header, rows = read_csv(named(name).numbers.trace["attention weights"])
    assert header[1] == rows[0][0] == name


def test_minus_infinity_is_written_as_a_word() -> None:
    _, rows = read_csv(masked(WORKED).numbers.trace["masked scores"])
    assert rows[0][2:] == ["-inf", "-inf"]


# --- JSON and NPZ ----------------------------------------------------------------------------------------------------


@every_preset
def test_json_reads_back_to_the_very_values(mechanism: Mechanism, preset: str) -> None:
    session = start(mechanism, preset)
    found = strict_json(trace_json(session))
    assert found["mechanism"] == mechanism.key
    assert found["options"] == session.numbers.options
    assert [each["name"] for each in found["steps"]] == [step.name for step in session.numbers.trace]
    for each, step in zip(found["steps"], session.numbers.trace, strict=True):
        assert np.array_equal(np.array(each["value"], dtype=float), step.value)
        assert each["axes"] == {axis.name: list(axis.labels) for axis in step.axes}
    assert all(np.array_equal(found["inputs"][name], table) for name, table in session.numbers.inputs.items())


@pytest.mark.parametrize("mechanism", MASKED)
def test_json_writes_minus_infinity_as_a_string(mechanism: Mechanism) -> None:
    text = trace_json(masked(mechanism))
    steps = {step["name"]: step["value"] for step in strict_json(text)["steps"]}
    assert "-inf" in json.dumps(steps["masked scores"])
    assert np.array_equal(
        np.array(steps["masked scores"], float), masked(mechanism).numbers.trace["masked scores"].value
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_json_keeps_names_as_they_are(name: str) -> None:
    (step, *_) = strict_json(trace_json(named(name)))["steps"]
    assert step["axes"]["token"][0] == name


@every_preset
def test_npz_loads_back(mechanism: Mechanism, preset: str) -> None:
    trace = start(mechanism, preset).numbers.trace
    with np.load(io.BytesIO(trace_npz(trace)), allow_pickle=False) as found:
        assert found.files == [step.name for step in trace]
        assert all(np.array_equal(found[step.name], step.value) for step in trace)


# --- the worksheet ---------------------------------------------------------------------------------------------------


def answers(session: Session) -> list[str]:
    """Every number a learner has to find, step by step."""
    values = [step.value.flat[place] for step in session.numbers.trace.computed for place in sorted(blanks(step))]
    return [ex.plain(float(value), DECIMALS) for value in values]


@some_mechanisms
def test_worksheet_asks_on_one_page_and_answers_on_the_next(mechanism: Mechanism) -> None:
    session = start(mechanism)
    asking, answering = (Page(part) for part in worksheet(session).split('<div class="answers">'))
    assert len(asking.texts("blank")) == len(answers(session))
    assert not asking.texts("answer")
    assert not answering.texts("blank")
    assert sorted(answering.texts("answer")) == sorted(answers(session))


@some_mechanisms
def test_worksheet_gives_the_inputs(mechanism: Mechanism) -> None:
    session = start(mechanism)
    given = Page(worksheet(session).split('<div class="answers">')[0]).texts("")
    wanted = [ex.plain(float(value), DECIMALS) for table in session.numbers.inputs.values() for value in table.flat]
    assert not [text for text in wanted if text not in given]


@every_preset
def test_every_computed_step_has_a_few_empty_cells(mechanism: Mechanism, preset: str) -> None:
    for step in start(mechanism, preset).numbers.trace.computed:
        empty = blanks(step)
        assert 1 <= len(empty) <= 4
        assert empty <= set(range(step.value.size))
        assert len(empty) < step.value.size or step.value.size == 1


def test_empty_cells_are_not_all_in_one_row() -> None:
    step = WORKED.trace()["attention weights"]
    assert len({place // 3 for place in blanks(step)}) > 1


@some_mechanisms
def test_worksheet_works_the_answers_out(mechanism: Mechanism) -> None:
    session = start(mechanism)
    _, answering = worksheet(session).split('<div class="answers">')
    assert answering.count('<p class="made">') == len(answers(session))
    assert "\\" not in answering
    assert "$" not in answering
    assert "<mrow />" not in answering  # the name of a single number has no index


def test_worksheet_divides_by_a_root_and_comes_out_as_it_says() -> None:
    mechanism = next(each for each in CURRICULUM if each.key == "scaled-dot-product-attention")
    _, answering = worksheet(start(mechanism)).split('<div class="answers">')
    scaled = answering.split("<h2>scaled scores", 1)[1].split("</section>")[0]
    assert scaled.count("<msqrt>") == 2 * scaled.count('class="made"') > 0
    assert "&#x02248;" not in scaled
    assert "≈" not in scaled


@pytest.mark.parametrize("mechanism", MASKED)
def test_worksheet_writes_minus_infinity_as_a_sign(mechanism: Mechanism) -> None:
    text = re.sub(r"<[^>]*>", "", worksheet(masked(mechanism)))
    assert "−∞" in text
    assert "inf" not in text.replace(mechanism.insight, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_worksheet_shows_names_as_text(name: str) -> None:
    html = worksheet(named(name))
    assert not {"script", "img"} & set(Page(html).tags)


# --- the handout -----------------------------------------------------------------------------------------------------


def embedded(session: Session) -> dict[str, Any]:
    data, _ = Page(handout(session)).scripts
    found: dict[str, Any] = strict_json(data)
    return found


@every_preset
def test_handout_holds_the_very_values(mechanism: Mechanism, preset: str) -> None:
    session = start(mechanism, preset)
    shown = decoded(embedded(session))
    assert all(np.array_equal(shown[step.name], step.value) for step in session.numbers.trace)


@every_mechanism
def test_handout_needs_nothing_from_anywhere(mechanism: Mechanism) -> None:
    html = handout(start(mechanism))
    addresses = set(re.findall(r"https?://[\w./-]+", html))
    assert addresses <= {
        "http://www.w3.org/1998/Math/MathML",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xhtml",
    }
    assert not Page(html).links
    # One fetch is of fonts that a page has loaded itself, for a picture of the stage: a handout has none.
    assert len(re.findall(r"\bfetch\(", html)) == 1
    found = re.findall(r"@import|\burl\(\s*['\"]?(?!data:|#|\$\{)\S|^\s*import\b|\bimport\(", html, flags=re.MULTILINE)
    assert not found


def test_handout_of_the_worked_example_is_small() -> None:
    assert len(handout(start(WORKED)).encode()) < 190_000


@pytest.mark.parametrize("name", HOSTILE)
def test_handout_survives_any_name(name: str) -> None:
    html = handout(named(name))
    assert len(Page(html).scripts) == 2
    steps = {step["name"]: step for step in embedded(named(name))["steps"]}
    assert steps["X"]["axes"][0][1][0] == name


def test_handout_is_filled_in() -> None:
    html = handout(start(WORKED))
    assert WORKED.title in html
    assert WORKED.insight in html
    assert not re.search(r"\$(title|insight|style|html|script|data)\b", html)
    assert "export default" not in html


def test_handout_hides_what_the_teacher_hides() -> None:
    session = start(WORKED)
    session.hide = ("predict",)
    assert embedded(session)["hide"] == ["predict"]
