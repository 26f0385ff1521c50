"""What a visit begins with: the stage with the numbers of its session, or home's sentence, or neither."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from attention_core import CURRICULUM, Mechanism
from ui import share
from ui.ahead import ahead
from ui.home_sentence import PROMISE, QUESTION, SENTENCE, WORD, sentence_data
from ui.lesson_payload import lesson_payload
from ui.page import leads

from .helpers import WORKED

SCRIPT = "atlas/stage-1.js"


def data_of(html: str) -> Any:
    [found] = re.findall(r'<script type="application/json" id="atlas-data">(.*?)</script>', html, re.DOTALL)
    return json.loads(found)


@pytest.mark.parametrize("mechanism", CURRICULUM[::9], ids=lambda mechanism: mechanism.key)
def test_a_lesson_stands_in_the_first_page_as_its_session_will_have_it(mechanism: Mechanism) -> None:
    html, session = ahead(mechanism.key, "", SCRIPT), share.decode(mechanism, {})
    if session.numbers.is_large() or leads(mechanism):
        assert html == ""
        return
    whole = json.loads(json.dumps(lesson_payload(session)))
    assert data_of(html) == {name: part for name, part in whole.items() if name not in ("link", "start", "session")}
    assert f'import("./{SCRIPT}")' in html


def test_a_link_with_numbers_of_ones_own_is_drawn_with_them() -> None:
    session = share.decode(WORKED, {})
    table = session.numbers.inputs["X"].copy()
    table[0, 0] = 7
    session.numbers = session.numbers.with_input("X", table)
    found, preset = (data_of(ahead(WORKED.key, query, SCRIPT)) for query in (share.encode(session), ""))
    assert found["values"] == lesson_payload(session)["values"] != preset["values"]


def test_home_begins_with_its_sentence() -> None:
    html = ahead("", "", SCRIPT)
    assert data_of(html) == json.loads(json.dumps(sentence_data(SENTENCE, WORD)))
    assert QUESTION in html
    assert PROMISE in html


@pytest.mark.parametrize(("path", "query"), [("map", ""), (WORKED.key, "step=nowhere"), ("han-reviews", "")])
def test_where_the_page_begins_with_something_else_there_is_none(path: str, query: str) -> None:
    assert ahead(path, query, SCRIPT) == ""


def test_names_from_a_link_end_no_script() -> None:
    session = share.decode(WORKED, {})
    axis, names = next(iter(session.numbers.labels.items()))
    hostile = ("</script><script>alert(1)</script>", *names[1:])
    session.numbers = session.numbers.with_(labels={**session.numbers.labels, axis: hostile})
    html = ahead(WORKED.key, share.encode(session), SCRIPT)
    assert "alert(1)" in html
    assert "<script>alert" not in html
    assert hostile[0] in json.dumps(data_of(html))
