"""The guides: their links lead somewhere, their code runs, their figures are the code's, and the app serves them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from attention_core.mechanisms import MECHANISMS
from tests.app.test_front import asked
from tools.site.pages import Site
from ui import docs, embedding, front, share
from ui.classroom import limits
from ui.hiding import hidden
from ui.microscope import answers, uploads
from ui.server import LONGEST_QUERY, SETTINGS
from ui.state import MAPPED

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILES = {name: (docs.FOLDER / f"{file}.md") for name, file in docs.PAGES.items()}
# Parts of an address that are no setting of a lesson.
ASIDE = {"step", "cell", "at", "section", "hide", "until", "task", "preset", "tour", "lang", "embed"}
README = docs.ROOT / "README.md"


def links(file: Path) -> list[str]:
    return LINK.findall(
        re.sub(r"^(`{3,4}).*?^\1$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    )


def into_app() -> Iterator[tuple[str, str]]:
    for name, file in FILES.items():
        yield from ((name, each.removeprefix(docs.LOCAL)) for each in links(file) if each.startswith(docs.LOCAL))


def as_id(heading: str) -> str:
    """The anchor of a heading where code is hosted."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_every_file_of_the_folder_is_a_page_and_begins_with_its_title() -> None:
    assert {*FILES.values()} == {*docs.FOLDER.glob("*.md")}
    assert all(re.match(r"# \S.*\n\n", file.read_text(encoding="utf-8")) for file in FILES.values())


@pytest.mark.parametrize("file", [*FILES.values(), README, docs.ROOT / "CONTRIBUTING.md"], ids=lambda each: each.name)
def test_links_to_files_and_headings_are_alive(file: Path) -> None:
    for link in links(file):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(as_id, headings), link


@pytest.mark.parametrize(("name", "link"), [*into_app()], ids=str)
def test_a_link_into_the_app_opens_what_it_says(name: str, link: str) -> None:
    path, _, query = link.partition("?")
    assert front.known(path) == path, "no page has this address"
    params = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    if path not in MECHANISMS:
        assert not params
        return
    mechanism = MECHANISMS[path]
    assert {*params} <= ASIDE | {*mechanism.options}
    session = share.decode(mechanism, params)
    assert session.notes == []
    assert not params.get("step") or session.view.stop.lower() == params["step"].lower()
    assert session.hide == tuple(filter(None, params.get("hide", "").split(",")))
    assert {*session.hide} <= hidden(session.hide)


@pytest.mark.parametrize("name", docs.PAGES)
def test_on_a_page_no_link_is_lost_and_every_anchor_is_there(name: str) -> None:
    wanted = [each for each in links(FILES[name]) if each.startswith(docs.LOCAL)]
    found = re.findall(r'href="([^"]+)"', docs.body(name, docs.in_app))
    assert sum(each.startswith("../") for each in found) == len(wanted)
    for each in found:
        if each.startswith("../") or "://" in each:
            continue
        page, _, anchor = each.partition("#")
        target = page.removesuffix(".html") or name
        assert target in docs.PAGES, each
        assert not anchor or f'id="{anchor}"' in docs.body(target, docs.in_app), each


def test_the_app_serves_the_guides_and_leaves_their_addresses_alone() -> None:
    assert asked("/docs/teachers.html")[1][b"server"] == b"streamlit"  # what stands behind, where the routes are
    assert {route.path for route in SETTINGS["routes"]} >= {"/docs/", "/docs/{name}.html"}
    page = docs.page("teachers", docs.in_app, "../", "")
    assert "<title>For teachers · Attention Atlas</title>" in page
    assert 'href="../causal-mask?preset=open&amp;step=attention+weights"' in page


def test_in_the_site_a_link_leads_to_its_page_or_to_the_app_or_nowhere() -> None:
    alone, beside = Site(), Site(app="https://atlas.example/app/")
    assert alone.led("rope?preset=same") == "../rope.html?preset=same"
    assert alone.led("") == "../index.html"
    assert alone.led("detective") is None
    assert beside.led("detective") == "https://atlas.example/app/detective"
    assert "Detective</span>" in docs.body("teachers", alone.led)
    assert "localhost" not in re.sub(r"<code>.*?</code>", "", docs.body("teachers", alone.led))


# --- code and figures -------------------------------------------------------------------------------------------------


def blocks(name: str) -> list[tuple[str, str]]:
    return re.findall(r"^```(\w+)\n(.*?)^```", FILES[name].read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_the_code_for_engineers_runs_and_prints_what_stands_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One block after the other, as a reader would; the models are the tiny ones of the tests."""
    monkeypatch.setattr("attention_core.models.known._installed", list)
    monkeypatch.setenv("ATLAS_MODELS", str(docs.ROOT / "tests" / "golden" / "models"))
    names: dict[str, Any] = {}
    found = blocks("engineers")
    assert sum(kind == "python" for kind, _ in found) == 5
    for (kind, code), (after, text) in zip(found, [*found[1:], ("", "")], strict=True):
        if kind != "python":
            continue
        with redirect_stdout(StringIO()) as out:
            exec(compile(code, str(FILES["engineers"]), "exec"), names)
        if after == "text":
            assert out.getvalue() == text


def test_limits_are_those_of_the_code() -> None:
    table = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", FILES["operators"].read_text(encoding="utf-8"), re.MULTILINE))
    guesses = limits.SHARED["guesses"]
    config = (docs.ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    upload = re.search(r"maxUploadSize = (\d+)", config)
    assert upload
    for row, words in {
        "learners of a class, who ever joined": f"{limits.MOST_LEARNERS}",
        "classes of a store": f"{limits.MOST_CLASSES}",
        "a class ends by itself after": f"{limits.HOURS} hours",
        "wrong codes from one address": f"{guesses.burst} at once, then one every {1 / guesses.per_second:g} seconds",
        "a link": f"{LONGEST_QUERY} characters",
        "edited numbers in a shared link": f"{share.LONGEST} characters",
        "a file that is uploaded to a lesson": f"{upload[1]} MB",
        "tokens of a lesson": f"{MAPPED}, as maps",
        "a text in the microscope": f"{answers.MOST_TOKENS} tokens",
        "models that visitors upload": f"{uploads.MOST_AT_ONCE} at once",
    }.items():
        assert words in table[row], row


def test_the_code_for_other_pages_is_what_the_app_offers() -> None:
    text = FILES["embed"].read_text(encoding="utf-8")
    assert embedding.frame("https://atlas.example/rope?embed=true", "Rotary positions") in text
    assert embedding.LISTENER in text
