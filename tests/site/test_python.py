"""Python behind the pages: what it answers, what is packed for it, and browsers that run it where Pyodide is given."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from attention_core import CURRICULUM, Mechanism
from attention_core.mechanisms import MECHANISMS
from tests.sampling import naming, some
from tools.site import python
from tools.site.answers import answer
from tools.site.build import build
from ui import share
from ui.lesson_payload import lesson_payload
from ui.state import Numbers, Session

from .conftest import serving_files

FIRST = "illustrated-self-attention"
NUMBERS = "scaled-dot-product-attention"  # a number among its options
READS = "date-translator"
SHIPPED = (FIRST, NUMBERS, READS)
PYODIDE = os.environ.get("ATLAS_PYODIDE", "")
TOLERANCE = 1e-9
Visitor = Callable[..., tuple[BrowserContext, Page]]
each_lesson = pytest.mark.parametrize("mechanism", CURRICULUM, ids=lambda mechanism: mechanism.key)


def ask(key: str, query: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer(json.dumps({"key": key, "language": "en", "query": query, **more})))
    return found


def numbers_of(payload: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(payload["values"]), dtype="<f8")


def query_of(found: dict[str, Any], **inputs: Any) -> str:
    """The link to what was answered, as the browser writes it, with whole tables of inputs."""
    link = found["link"]
    changes = {"inputs": {name: {"table": table} for name, table in inputs.items()}}
    labels = {"labels": json.loads(link["labels"])} if link["labels"] else {}
    parts = {
        "preset": link["preset"],
        "data": link["text"] or share.pack({**changes, **labels}),
        **dict(link["options"]),
    }
    return urlencode({name: text for name, text in parts.items() if text})


def test_numbers_of_any_length_reach_python() -> None:
    table = np.sin(np.arange(3600.0)).reshape(24, 150)
    inputs = {"Q": {"table": table[:20].tolist()}, "K": {"table": table[20:].tolist()}}
    packed = share.pack({"inputs": inputs})
    assert len(packed) > share.REMEMBERED
    assert ask(NUMBERS, urlencode({"data": packed}))["notes"] == []
    assert share.decode(MECHANISMS[NUMBERS], {"data": packed}).notes


def first(key: str) -> Numbers:
    return Numbers.of(MECHANISMS[key], next(iter(MECHANISMS[key].presets)))


# --- what is answered ------------------------------------------------------------------------------------------------


@each_lesson
def test_the_answer_is_the_payload_of_the_app(mechanism: Mechanism) -> None:
    for preset in some(list(mechanism.presets), [next(iter(mechanism.presets))]):
        numbers = Numbers.of(mechanism, preset)
        found = ask(mechanism.key, urlencode({"preset": preset}))
        assert found["preset"] == preset
        assert (found["payload"] is None) == numbers.is_large()
        if found["payload"]:
            ours = json.loads(json.dumps(lesson_payload(Session(numbers, token=1))))
            assert {**ours, "session": ""} == {**found["payload"], "session": ""}


def test_names_change_the_size_and_a_link_brings_them_back() -> None:
    found = ask(FIRST, change={"kind": "names", "axis": "token", "text": "a, b, c, d"})
    wanted = first(FIRST).resized("token", 4).with_labels("token", ("a", "b", "c", "d"))
    np.testing.assert_array_equal(numbers_of(found["payload"]), numbers_of(_payload(wanted)))
    again = ask(FIRST, query_of(found, X=wanted.inputs["X"].tolist()))
    assert again["payload"]["values"] == found["payload"]["values"]
    assert again["fields"]["names"][0]["text"] == "a, b, c, d"


def _payload(numbers: Numbers) -> dict[str, Any]:
    return dict(lesson_payload(Session(numbers)))


def test_sizes_sentences_and_options_are_those_of_the_app() -> None:
    sized = ask(FIRST, change={"kind": "size", "axis": "feature", "size": 5})
    assert {each["axis"]: each["size"] for each in sized["fields"]["sizes"]}["feature"] == 5
    said = ask(FIRST, change={"kind": "sentence", "axis": "token", "text": "The cat sat here"})
    assert said["fields"]["names"][0]["text"] == "The, cat, sat, here"
    chosen = ask(NUMBERS, change={"kind": "options", "options": {"divisor": "1,37"}})
    assert chosen["options"]["divisor"] == 1.37
    wanted = first(NUMBERS).with_(options={**first(NUMBERS).options, "divisor": 1.37})
    np.testing.assert_array_equal(numbers_of(chosen["payload"]), numbers_of(_payload(wanted)))


@pytest.mark.parametrize(
    ("key", "change", "sentence"),
    [
        (FIRST, {"kind": "names", "axis": "token", "text": " , "}, "needs at least one name"),
        (FIRST, {"kind": "size", "axis": "token", "size": 40}, "more numbers than the stage prints"),
        (NUMBERS, {"kind": "options", "options": {"divisor": "much"}}, "much"),
        (NUMBERS, {"kind": "options", "options": {"divisor": "-3"}}, "between 0.001 and 1000.0"),
        (READS, {"kind": "text", "text": "?"}, "?"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(key: str, change: dict[str, Any], sentence: str) -> None:
    found = ask(key, change=change)
    assert sentence in found["problem"]
    assert found["payload"] is None
    assert re.search("[\u4e00-\u9fff]", ask(key, change=change, language="zh")["problem"])


def test_a_typed_text_has_a_link_and_pictures() -> None:
    found = ask(READS, change={"kind": "text", "text": "monday 3 may 1999"})
    assert found["problem"] == ""
    query = query_of(found)
    assert share.decode(MECHANISMS[READS], dict(parse_qsl(query))).numbers.text == "monday 3 may 1999"
    (picture,) = ask(READS, query, pictures=True)["pictures"]
    assert "".join(picture["data"]["columns"]).startswith("monday")


@each_lesson
def test_gradients_are_those_of_the_trace(mechanism: Mechanism) -> None:
    numbers = first(mechanism.key)
    cell = tuple(size - 1 for size in numbers.trace.output.value.shape)
    found = ask(mechanism.key, gradient=cell)
    if found["problem"]:
        assert found["payload"] is None
        return
    made = numbers.trace.gradients(numbers.trace.output.name, cell)
    theirs = dict(_by_name(found["payload"]))
    for step in made:
        np.testing.assert_array_equal(theirs[step.name], step.value)


def _by_name(payload: dict[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    rest = numbers_of(payload)
    for step in payload["steps"]:
        shape = [len(labels) for _, labels in step["axes"]]
        own, rest = np.split(rest, [int(np.prod(shape))])
        yield step["name"], own.reshape(shape)


def test_gradients_are_checked_by_nudging() -> None:
    assert "<strong>Check by nudging.</strong>" in ask(FIRST, check=[0, 1])["findings"]
    assert "agree" in ask(FIRST, check=[0, 1])["findings"]


# --- what is packed --------------------------------------------------------------------------------------------------


ALONE = """
import json, sys
sys.path[:] = [path for path in sys.path if "site-packages" not in path]
sys.path[:0] = sys.argv[1:]
from tools.site.answers import answer
found = [answer(question) for question in json.load(sys.stdin)]
assert all(module.__file__.startswith(sys.argv[1]) for name, module in sys.modules.items() if name.startswith("ui"))
print(json.dumps(found))
"""


def test_what_is_packed_answers_by_itself(tmp_path: Path) -> None:
    """With nothing but NumPy beside it, which stands in for the browser's."""
    python.pack(tmp_path / "core.zip")
    home, beside = tmp_path / "home", tmp_path / "beside"
    with zipfile.ZipFile(tmp_path / "core.zip") as archive:
        archive.extractall(home)
    beside.mkdir()
    installed = Path(np.__file__).parents[1]
    for name in ("numpy", "numpy.libs"):
        if (installed / name).is_dir():
            (beside / name).symlink_to(installed / name)
    cell = [0] * first(READS).trace.output.value.ndim
    questions = [
        {"key": FIRST, "language": "en", "query": "", "check": [0, 0]},
        {"key": READS, "language": "zh", "query": "", "pictures": True},
        {"key": READS, "language": "zh", "query": "", "gradient": cell},
        {"key": FIRST, "language": "zh", "query": "", "change": {"kind": "names", "axis": "token", "text": "a, b"}},
    ]
    asked = [json.dumps(each) for each in questions]
    command = [sys.executable, "-I", "-c", ALONE, str(home), str(beside)]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [answer(each) for each in asked]


def stand_in(folder: Path) -> Path:
    """A folder with the files of Pyodide, none of which is it."""
    folder.mkdir()
    packages = {
        "numpy": {"name": "numpy", "file_name": "numpy.whl", "depends": ["lapack"]},
        "lapack": {"name": "lapack", "file_name": "lapack.whl", "depends": []},
        "pandas": {"name": "pandas", "file_name": "pandas.whl", "depends": ["numpy"]},
    }
    for name in (*python.INTERPRETER, "numpy.whl", "lapack.whl", "pandas.whl"):
        (folder / name).write_text(f"// {name}")
    (folder / python.LIST).write_text(json.dumps({"packages": packages}))
    return folder


def test_a_folder_that_lacks_something_is_refused_by_its_name(tmp_path: Path) -> None:
    folder = stand_in(tmp_path / "pyodide")
    assert python.wheels(folder) == ["lapack.whl", "numpy.whl"]
    (folder / "lapack.whl").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no lapack\.whl"):
        python.write(tmp_path / "site", folder)
    with pytest.raises(FileNotFoundError, match=r"has no pyodide\.js"):
        python.write(tmp_path / "site", tmp_path)


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose Python is none."""
    folder = tmp_path_factory.mktemp("without")
    build(folder / "site", keys=[FIRST], processes=1, pyodide=stand_in(folder / "pyodide"))
    return folder / "site"


@pytest.mark.browser
def test_a_page_works_without_python_and_says_why(visitor: Visitor, without: Path) -> None:
    """From disk, where browsers run none; and from a server, where it does not start."""
    worker = (without / "sw.js").read_text(encoding="utf-8")
    first_files, later = (
        json.loads(found) for found in re.findall(r"^const (?:FILES|LATER) = (\[.*\]);", worker, re.M)
    )
    assert f"{FIRST}.html" in first_files
    assert {f"python/{name}" for name in ("worker.js", "core.zip", "lapack.whl", "numpy.whl")} <= {*later}
    assert not {*first_files} & {*later}
    _, page = visitor(service_workers="block")
    page.goto(f"{(without / f'{FIRST}.html').as_uri()}?section=inputs")
    state = page.locator("[data-section=inputs] .python-state")
    expect(state).to_contain_text("from disk")
    with serving_files(without) as url:
        page.goto(f"{url}/{FIRST}.html?section=gradient")
        expect(page.locator("[data-section=gradient] .python-state")).to_contain_text("could not be started")
        page.get_by_role("switch").nth(1).check(force=True)
        expect(page.get_by_role("tab", name="Masked scores")).to_have_count(1)


needs_pyodide = pytest.mark.skipif(not PYODIDE, reason="ATLAS_PYODIDE names no folder with Pyodide and NumPy")
START = """async (address) => {
  const worker = new Worker(address);
  const waiting = new Map();
  const heard = (n) => new Promise((done, fail) => waiting.set(n, { done, fail }));
  worker.onmessage = ({ data: { n, answer, error } }) =>
    error === undefined ? waiting.get(n).done(answer) : waiting.get(n).fail(new Error(error));
  window.ask = (n, question) => {
    worker.postMessage({ n, question });
    return heard(n);
  };
  await heard(0);
}"""
STARTS = 240_000  # ms


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("behind") / "site"
    build(folder, keys=SHIPPED, processes=1, pyodide=Path(PYODIDE))
    return folder


@needs_pyodide
@pytest.mark.browser
def test_python_in_the_browser_has_the_numbers_of_this_one(
    visitor: Visitor, behind: Path, record_property: Callable[[str, object], None]
) -> None:
    _, page = visitor(service_workers="block")
    furthest, cells = 0.0, 0
    with serving_files(behind) as url:
        page.goto(f"{url}/map.html")
        page.evaluate(START, "python/worker.js")
        cases = [(mechanism.key, preset) for mechanism in CURRICULUM for preset in mechanism.presets]
        for n, (key, preset) in enumerate(some(cases, cases[::9]), 1):
            question = json.dumps({"key": key, "language": "en", "query": urlencode({"preset": preset})})
            theirs, ours = (
                json.loads(page.evaluate("([n, q]) => ask(n, q)", [n, question])),
                json.loads(answer(question)),
            )
            with naming((key, preset)):
                assert (theirs["payload"] is None) == (ours["payload"] is None)
                if ours["payload"] is None:
                    continue
                here, there = numbers_of(ours["payload"]), numbers_of(theirs["payload"])
                np.testing.assert_allclose(there, here, rtol=TOLERANCE, atol=TOLERANCE)
                assert {**theirs, "payload": 0} == {**ours, "payload": 0}
                cells += here.size
                finite = np.isfinite(here)
                apart = np.abs(there[finite] - here[finite]) / np.maximum(1, np.abs(here[finite]))
                furthest = max(furthest, float(apart.max(initial=0)))
    record_property("cells", cells)
    record_property("furthest", furthest)


@needs_pyodide
@pytest.mark.browser
def test_a_visitor_types_what_the_copy_has_not_and_keeps_it_without_a_network(visitor: Visitor, behind: Path) -> None:
    _, page = visitor()
    ready = lambda: page.wait_for_selector("html[data-behind=ready]", state="attached", timeout=STARTS)  # noqa: E731
    with serving_files(behind) as url:
        page.goto(f"{url}/{NUMBERS}.html")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        ready()
        page.locator("details.folded > summary").click()
        page.locator("input[data-option=divisor]").fill("1,37")
        page.keyboard.press("Enter")
        page.wait_for_url("**divisor=1.37**")
        page.goto(f"{url}/{FIRST}.html?section=inputs")
        ready()
        page.get_by_label("Tokens along").fill("The, cat, sat, here")
        page.keyboard.press("Enter")
        expect(page.get_by_role("radio", name="Your numbers")).to_have_attribute("aria-checked", "true")
        page.get_by_role("tab", name="Output").click()
        output = first(FIRST).resized("token", 4).trace.output.value
        assert shown(page) == pytest.approx(output[~np.isnan(shown(page, output.shape))], abs=0.006)
        page.get_by_role("radio", name="Gradient").click()
        expect(page.locator(".python-gradient .card td:not(.corner)").first).to_be_visible()
        page.get_by_role("button", name="Check it").click()
        expect(page.locator(".python-gradient")).to_contain_text("agree")
        until(lambda: page.evaluate(KEPT))
        link = page.url
    page.goto(link)  # the server is gone for good
    ready()
    page.get_by_role("tab", name="Output").click()
    assert shown(page) == pytest.approx(output[~np.isnan(shown(page, output.shape))], abs=0.006)


KEPT = "caches.match(new URL('python/core.zip', location)).then(Boolean)"


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def shown(page: Page, shape: tuple[int, ...] = ()) -> np.ndarray:
    """The numbers of the last table on the stage; without a shape, those that Predict does not ask for."""
    texts = page.locator("#stage .card table").last.locator("td:not(.corner)").all_inner_texts()
    found = np.array([float("nan") if text == "?" else float(text.replace("−", "-")) for text in texts])
    return found.reshape(shape) if shape else found[~np.isnan(found)]
