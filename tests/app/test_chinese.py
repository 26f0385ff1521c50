"""What a visitor of a Chinese page is shown: no English word is left without a reason in tests/latin_seen.toml.

`tests/test_translations.py` looks at the sentences that are marked to be said. Here pages, names on the stage and
pictures are looked at themselves, so that words are found that nobody marked.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import CURRICULUM, Mechanism, Step
from attention_core.engine.language import label_said, say, speaking, term
from attention_core.lesson import pictures
from attention_stage.wire import WirePayload
from tests.sampling import by_turns, naming, some
from ui import export, front, worksheet
from ui.figures import CHARTS, in_words
from ui.lesson_payload import lesson_payload
from ui.state import SECTIONS

from .helpers import KEYS, ROOT, every_lesson, opened, start, whole

LANGUAGE = "zh"
TESTS = Path(__file__).parents[1]
EXCEPTIONS: list[dict[str, Any]] = tomllib.loads((TESTS / "latin_seen.toml").read_text("utf-8"))["left"]
_SHARED = {
    name: group["words"].split()
    for name, group in tomllib.loads((TESTS / "latin_words.toml").read_text("utf-8")).items()
}
_CODE = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$"  # code, formulas
    r"|https?://\S+|arXiv:\S+|doi:\S+|:material/\w+:|:\w+(?=\[)|\]\([^)]*\)"  # addresses, marks of Markdown
    r"|\b\d+e[-+]\d+|&\w+;|rgb\([\d, ]+\)"  # numbers with an exponent, signs by their names, colours
    r"|\w+…"  # a word of a sentence that is shortened
    r"|\w+[_.]\w[\w.]*|\b\w+=\S+"  # names of parameters, settings
    r"|\((?:in, out|out, in|batch, \w+, \w+, \w+|token, batch, width)\)",  # shapes
    re.DOTALL,
)
# A paper as it is cited: names in Latin letters, the year, where it appeared.
_PAPERS = {paper: each.year for each in CURRICULUM for paper in each.papers}
_CITED = re.compile(
    "|".join(
        re.escape(text)
        for paper, year in sorted(_PAPERS.items(), key=lambda each: -len(each[0]))
        for text in (paper, re.sub(rf"\s*\b{year}\b", "", paper, count=1))
    )
)
_TAGS = re.compile(r"<(script|style|svg|math|code|pre)\b.*?</\1>|<[^>]*>", re.DOTALL)
_SPOKEN = re.compile(r'\b(?:aria-label|alt|title|placeholder)="([^"]+)"')
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with speaking(LANGUAGE):
        yield


# --- words -----------------------------------------------------------------------------------------------------------


@cache
def allowed(where: str, in_prose: bool) -> frozenset[str]:
    """The words that may be left on one page. A sentence may name code too, but nothing of the glossary."""
    here = [each["words"].split() for each in EXCEPTIONS if not each.get("pages") or where in each["pages"]]
    everywhere = [_SHARED[name] for name in ("people", "methods", "tools")]
    named = [word for word in (*_SHARED["code"], *_SHARED["examples"]) if term(word) == word] if in_prose else []
    return frozenset(word for words in (*here, *everywhere, named) for word in words)


def left_over(text: str, where: str) -> list[str]:
    """The English words of a text, outside code and formulas, that may not be left."""
    plain = _CODE.sub(" ", _CITED.sub(" ", text))
    known = allowed(where, bool(re.search("[\u4e00-\u9fff]", plain)))
    return [word for word in _WORD.findall(plain) if word not in known]


def assert_read(shown: Iterable[str], where: str) -> None:
    found = {text: words for text in shown if (words := left_over(text, where))}
    assert not found, f"say these, or give the reason in tests/latin_seen.toml: {found}"


# --- pages -----------------------------------------------------------------------------------------------------------

_SILENT = {
    "id", "key", "user_key", "form_id", "url_path", "page_script_hash", "icon", "url", "page", "element_id", "type",
    "language", "columns", "deferred_file_id", "file_name", "query_param_key", "text_align", "link",
}  # fmt: skip


def texts_of(page: AppTest) -> Iterator[str]:
    """What the elements of a page show, and what stands in the scripts' data for their components."""
    for node in _nodes(page._tree):
        kind = getattr(node, "type", "")
        proto = getattr(node, "proto", None)
        if kind == "html":
            yield from _html_texts(proto.body)
        elif kind == "plotly_chart":
            yield from chart_texts(json.loads(proto.spec))
            yield proto.alt
        elif kind == "bidi_component":
            yield from _sent(json.loads(proto.json or "null"))
        elif kind not in ("arrow_data_frame", "code") and proto is not None:
            yield from _proto_texts(proto)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def _proto_texts(proto: Any) -> Iterator[str]:
    for field, value in proto.ListFields():
        if field.name in _SILENT:
            continue
        for each in [*value] if field.is_repeated else [value]:
            if isinstance(each, str):
                yield each
            elif hasattr(each, "ListFields"):
                yield from _proto_texts(each)


def _html_texts(html: str) -> Iterator[str]:
    yield from map(unescape, _SPOKEN.findall(html))
    yield unescape(_TAGS.sub(" ", html))


_CHART_WORDS = ("name", "text", "title", "x", "y", "ticktext", "customdata", "hovertemplate", "labels")


def chart_texts(part: Any, name: str = "") -> Iterator[str]:
    """The words of a chart: its names, notes, places on axes and what it says to the pointer."""
    if isinstance(part, str) and name in _CHART_WORDS:
        yield re.sub(r"<[^>]*>|%\{[^}]*\}", " ", part)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key != "template":
                yield from chart_texts(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from chart_texts(value, name)


# What is sent to a component and is no text: addresses, keys, formulas, numbers.
_NO_TEXT = {
    "key", "mode", "structure", "values", "symbol", "plain", "expression", "href", "query", "link", "code", "memory",
    "session", "view", "data", "picture", "sheet", "page", "language", "tags", "names", "stop", "where", "stage", "ask",
    "chart", "html", "index", "to", "layer", "weights", "output", "given", "lesson", "part", "wish", "area", "kind",
    "input", "start", "recorded", "model", "words", "value", "files", "sign", "handle", "hide", "place", "boxes",
    "formula", "tour",
}  # fmt: skip


def _sent(part: Any, key: str = "") -> Iterator[str]:
    """The texts of a message to a component; names are said in the browser, by the same glossary."""
    if key in _NO_TEXT:
        return
    if isinstance(part, str):
        yield "" if part.startswith("said/") else shown_name(part)  # those are for the words of the lesson alone
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _sent(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from _sent(value, key)


def shown_name(text: str) -> str:
    """A name as scripts show it, as step or axis or as position; any other text as it is."""
    return term(text) if term(text) != text else label_said(text)


def front_page(address: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._page_hash = calc_hash(address)
    page.query_params["lang"] = LANGUAGE
    return whole(page.run())


@pytest.mark.parametrize("address", ["", *front.HAND_WRITTEN, *front.UNLISTED])
def test_a_page_is_in_chinese(address: str) -> None:
    assert_read(texts_of(front_page(address)), address or "home")


GROUPS = [list(CURRICULUM[n : n + 6]) for n in range(0, len(CURRICULUM), 6)]


@pytest.mark.parametrize("mechanism", by_turns(GROUPS, "chinese"), ids=lambda mechanism: mechanism.key)
def test_a_lesson_is_in_chinese(mechanism: Mechanism) -> None:
    for section in some(list(SECTIONS), list(SECTIONS)[:2]):
        with naming(section):
            page = whole(opened(mechanism, {"lang": LANGUAGE, "section": section}))
            assert_read(texts_of(page), mechanism.key)


@pytest.mark.parametrize("name", ["Share", "Export", "Teach"])
def test_a_dialog_is_in_chinese(name: str) -> None:
    page = whole(opened(KEYS["causal-mask"], {"lang": LANGUAGE}))
    button = next(each for each in page.button if each.label == say(name))
    assert_read(texts_of(whole(button.click().run())), "causal-mask")


# --- the stage and pictures ------------------------------------------------------------------------------------------


@every_lesson
def test_names_on_the_stage_are_in_chinese(mechanism: Mechanism) -> None:
    for name in some(list(mechanism.presets), list(mechanism.presets)[:2]):
        with naming(f"preset {name}"):
            assert_read(_stage_texts(lesson_payload(start(mechanism, name))), mechanism.key)


def _stage_texts(payload: WirePayload) -> Iterator[str]:
    """What the stage shows of its steps: names, meanings, signs of operations, axes and the names along them."""
    for step in payload["steps"]:
        if not step["name"].startswith("said/"):  # those are for the words of the lesson alone
            yield from (term(step["name"]), step["meaning"], term(step["sign"]))
            yield from _axis_texts(step["axes"])


def _axis_texts(axes: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for name, labels in axes:
        yield from (term(name), *map(label_said, labels))


@every_lesson
def test_pictures_are_in_chinese(mechanism: Mechanism) -> None:
    for name in some(list(mechanism.presets), list(mechanism.presets)[:1]):
        with naming(f"preset {name}"):
            trace = start(mechanism, name).numbers.trace
            found = mechanism.picture(trace) if mechanism.picture else ()
            assert_read((text for picture in found for text in picture_texts(picture)), mechanism.key)


def picture_texts(picture: Any) -> Iterator[str]:
    """The words of a picture: of a chart as it is drawn, of another one as it is sent."""
    yield picture.caption
    if type(picture) in CHARTS:
        yield from chart_texts(in_words(CHARTS[type(picture)](picture)))
    else:
        yield from _written_in(picture)


def _written_in(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield shown_name(part)
    elif isinstance(part, pictures.Part):
        return  # pixels
    elif isinstance(part, Step):
        yield term(part.name)
        yield from _axis_texts((axis.name, axis.labels) for axis in part.axes)
    elif isinstance(part, dict):
        yield from (text for each in part.items() for text in _written_in(each))
    elif is_dataclass(part) and not isinstance(part, pictures.Handle):
        yield from (text for field in fields(part) for text in _written_in(getattr(part, field.name)))
    elif isinstance(part, list | tuple):
        yield from (text for each in part for text in _written_in(each))


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [export.handout, worksheet.worksheet], ids=["handout", "worksheet"])
def test_a_file_to_hand_out_is_in_chinese(make: Any) -> None:
    assert_read(
        _html_texts(re.sub(r"<!--.*?-->", " ", make(start(KEYS["causal-mask"])), flags=re.DOTALL)), "causal-mask"
    )


def test_every_exception_has_a_reason() -> None:
    words = [word for each in EXCEPTIONS for word in each["words"].split()]
    assert all(each["reason"] for each in EXCEPTIONS)
    assert len(words) == len({*words})


def test_an_axis_met_once_more_is_called_as_it_is() -> None:
    assert (term("kv head'"), term("token''")) == ("键值头'", "词元''")


def test_an_english_word_is_found() -> None:
    assert left_over("有了 Q、K、V 和 scores", "home") == ["scores"]
    assert not left_over("`scores` 与 $softmax(x)$", "home")
