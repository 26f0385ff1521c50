"""The page that a visit begins with: its title, what it asks for at once, and where guessed addresses lead."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from attention_core import CURRICULUM
from tests.waiting import alone
from tools import icons
from tools.serving import ROOT
from ui import front, posts
from ui.lesson import source
from ui.server import Front

from .helpers import opened, payload_of, shown_texts

LESSON = CURRICULUM[0]
PAGE = b"text/html,application/xhtml+xml"


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind: Streamlit."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"streamlit")]})
    await send({"type": "http.response.body", "body": b""})


def asked(
    path: str, query: str = "", accept: bytes = PAGE, method: str = "GET"
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of the answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    headers = [(b"accept", accept), (b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers}
    alone(Front(elsewhere)(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def html(path: str, query: str = "") -> str:
    status, headers, body = asked(path, query)
    assert (status, headers[b"content-encoding"]) == (200, b"gzip")
    return gzip.decompress(body).decode()


@pytest.mark.parametrize(("path", "title"), [("", ""), ("map", "The map"), (LESSON.key, LESSON.title)])
def test_a_page_is_named_before_any_script_runs(path: str, title: str) -> None:
    assert f"<title>{front.title(title)}</title>" in html(f"/{path}")


def test_a_title_with_signs_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(front.TITLES, "signs", "<b> & more")
    assert "<title>&lt;b&gt; &amp; more · Attention Atlas</title>" in html("/signs")


@pytest.mark.parametrize(("path", "script"), [("", "sentence"), (LESSON.key, "stage")])
def test_all_that_is_asked_for_at_once_is_there(path: str, script: str) -> None:
    files = re.findall(r'<link rel="modulepreload" crossorigin href="\./([^"]+)"', html(f"/{path}"))
    assert [name.partition("-")[0] for name in files if name.startswith("atlas/")] == [f"atlas/{script}"]
    for start in front.DRAWN_WITH:
        assert any(name.startswith(f"static/js/{start}.") for name in files), start
    for name in files:
        if name.startswith("static/"):
            assert (front.STATIC / name).is_file(), name


def test_the_script_of_a_page_in_another_page_is_asked_for_there_alone() -> None:
    assert "atlas/embedded-" in html(f"/{LESSON.key}", "embed=true")
    assert "atlas/embedded-" not in html(f"/{LESSON.key}")


def test_the_font_that_is_not_used_is_not_asked_for() -> None:
    assert "SourceSans" in (front.STATIC / "index.html").read_text(encoding="utf-8")
    assert "SourceSans" not in html("/")


@pytest.mark.parametrize(
    ("path", "query", "there"),
    [
        ("/home", "", "./"),
        ("/no-such-lesson", "", "./"),
        ("/lessons/no-such", "", "../"),
        (f"/{LESSON.key.replace('-', '_').upper()}", "", f"./{LESSON.key}"),
        (f"/{LESSON.key}/", "", f"../{LESSON.key}"),
        ("/home", "embed=true", "./?embed=true"),
    ],
)
def test_a_guessed_address_leads_to_a_page(path: str, query: str, there: str) -> None:
    status, headers, _ = asked(path, query)
    assert (status, headers[b"location"].decode()) == (307, there)


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/static/js/x.js", "/favicon.png", "/app/static/x", "//evil.example"]
)
def test_what_is_no_page_is_left_to_streamlit(path: str) -> None:
    assert asked(path)[1][b"server"] == b"streamlit"


def test_what_asks_for_no_page_gets_none() -> None:
    assert asked("/map", accept=b"application/json")[1][b"server"] == b"streamlit"
    assert asked("/map", method="POST")[1][b"server"] == b"streamlit"


def test_addresses_below_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "served_under", "/atlas")
    assert asked("/atlas/map")[0] == 200
    assert asked("/atlas/home")[1][b"location"] == b"./"
    assert asked("/elsewhere")[1].get(b"location") is None


def test_icons_that_are_used_can_be_drawn() -> None:
    """After naming a new icon: make icons."""
    assert icons.wanted() - icons.drawn(TTFont(icons.FILE)) == frozenset()
    assert {"link", "download", "co_present", "keyboard_double_arrow_left"} <= icons.wanted()


def test_the_font_of_icons_comes_in_place_of_that_of_all() -> None:
    [whole] = (front.STATIC / "static" / "media").glob("MaterialSymbols-Rounded*.woff2")
    _, headers, body = asked(f"/static/media/{whole.name}", accept=b"*/*")
    assert headers[b"content-type"] == b"font/woff2"
    assert body == icons.FILE.read_bytes()
    assert len(body) < 0.1 * whole.stat().st_size


def test_every_page_is_known() -> None:
    """Else its address would lead to the first page."""
    addresses = set(re.findall(r'url_path="([^"]+)"', (ROOT / "app.py").read_text(encoding="utf-8")))
    assert addresses <= {*front.TITLES, "home"}


def test_a_formula_of_the_insight_is_shown() -> None:
    """As MathML: to draw it otherwise, Streamlit fetches a script and fonts."""
    assert "$" in source(LESSON.key)["Insight"]
    page = opened(LESSON)
    assert "<msqrt>" in payload_of(page, f"insight-{LESSON.key}")["html"]
    assert "$" not in shown_texts(page)
