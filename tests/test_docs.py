"""The guides: their links lead somewhere, their code runs, their figures are the code's, and the app serves them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from attention_core.engine.language import languages
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
EVERY = {
    (name, spoken): docs.FOLDER / docs.folder(spoken) / f"{file}.md"
    for name, file in docs.PAGES.items()
    for spoken in languages()
}
each_page = pytest.mark.parametrize(("name", "spoken"), EVERY, ids=" ".join)
# Parts of an address that are no setting of a lesson.
ASIDE = {"step", "cell", "at", "section", "hide", "until", "task", "preset", "tour", "lang", "embed"}
README = docs.ROOT / "README.md"


def links(file: Path) -> list[str]:
    return LINK.findall(
        re.sub(r"^(`{3,4}).*?^\1$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    )


def into_app() -> Iterator[tuple[str, str]]:
    for (name, spoken), file in EVERY.items():
        yield from (
            (f"{name} {spoken}", each.removeprefix(docs.LOCAL)) for each in links(file) if each.startswith(docs.LOCAL)
        )


def as_id(heading: str) -> str:
    """The anchor of a heading where code is hosted."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_every_file_of_the_folder_is_a_page_and_begins_with_its_title() -> None:
    assert {*EVERY.values()} == {*docs.FOLDER.rglob("*.md")}
    assert all(re.match(r"# \S.*\n\n", file.read_text(encoding="utf-8")) for file in EVERY.values())


@pytest.mark.parametrize("file", [*EVERY.values(), README, docs.ROOT / "CONTRIBUTING.md"], ids=str)
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


@each_page
def test_on_a_page_no_link_is_lost_and_every_anchor_is_there(name: str, spoken: str) -> None:
    up = docs.in_app("", "en") if spoken == "en" else "../../"
    lead = partial(docs.in_app, spoken=spoken)
    wanted = [each for each in links(EVERY[name, spoken]) if each.startswith(docs.LOCAL)]
    found = [unquote(each) for each in re.findall(r'href="([^"]+)"', docs.body(name, lead, spoken))]
    assert sum(each.startswith(up) for each in found) == len(wanted)
    for each in found:
        if each.startswith(up) or "://" in each:
            continue
        page, _, anchor = each.partition("#")
        target = page.removesuffix(".html") or name
        assert target in docs.PAGES, each
        assert not anchor or f'id="{anchor}"' in docs.body(target, lead, spoken), each


@pytest.mark.parametrize("name", docs.PAGES)
def test_guides_say_the_same_in_every_language(name: str) -> None:
    """The same headings, rows, entries, code and links; a task that a link puts over a lesson is in its language."""
    mine = outline(EVERY[name, "en"])
    for spoken in languages()[1:]:
        assert outline(EVERY[name, spoken]) == mine


def outline(file: Path) -> list[str]:
    text = re.sub(r"^(`{3,4})(\w*)\n.*?^\1$", r"§\2", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    lines = re.findall(r"^(#+|\| *-|\||- |\d+\. |§\w*)", text, re.MULTILINE)
    targets = (re.sub(r"^(\.\./)+|#.*|task=[^&]*", "", each) for each in LINK.findall(text))
    return [*lines, *sorted(each for each in targets if each)]


def test_the_app_serves_the_guides_and_leaves_their_addresses_alone() -> None:
    assert asked("/docs/teachers.html")[1][b"server"] == b"streamlit"  # what stands behind, where the routes are
    assert {route.path for route in SETTINGS["routes"]} >= {"/docs/", "/docs/{name}.html"}
    page = docs.page("teachers", docs.in_app, "../", "")
    assert "<title>For teachers · Attention Atlas</title>" in page
    assert 'href="../causal-mask?preset=open&amp;step=attention+weights"' in page
    assert 'href="zh/teachers.html" lang="zh-Hans"' in page


def test_a_guide_in_chinese_leads_to_pages_in_chinese() -> None:
    assert asked("/docs/zh/teachers.html")[1][b"server"] == b"streamlit"
    page = docs.page("teachers", partial(docs.in_app, spoken="zh"), "../../", "", "zh")
    assert '<html lang="zh-Hans">' in page
    assert 'href="../../causal-mask?preset=open&amp;step=attention+weights&amp;lang=zh"' in page
    assert 'href="../../map?lang=zh"' in page
    assert 'href="../teachers.html" lang="en"' in page
    for text in ("To the page itself", 'aria-label="Guides"', "Attention Atlas"):
        assert text not in page


def test_in_the_site_a_link_leads_to_its_page_or_to_the_app_or_nowhere() -> None:
    alone, beside = Site(), Site(app="https://atlas.example/app/")
    assert alone.led("rope?preset=same") == "../rope.html?preset=same"
    assert alone.led("") == "../index.html"
    assert alone.led("detective") is None
    there = Site("zh", app="https://atlas.example/app/")
    assert there.led("rope?preset=same") == "../../zh/rope.html?preset=same"
    assert there.led("detective") == "https://atlas.example/app/detective?lang=zh"
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


@pytest.mark.parametrize("name", docs.PAGES)
def test_tables_have_the_same_numbers_in_every_language(name: str) -> None:
    """Row by row; what is code is compared letter by letter."""
    for spoken in languages()[1:]:
        for mine, theirs in zip(rows(EVERY[name, "en"]), rows(EVERY[name, spoken]), strict=True):
            assert sorted(FIGURE.findall(LINK.sub("", mine))) == sorted(FIGURE.findall(LINK.sub("", theirs))), mine


FIGURE = re.compile(r"\d+(?:\.\d+)?")


def rows(file: Path) -> list[str]:
    return re.findall(r"^\|.*\|$", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_code_for_other_pages_is_what_the_app_offers() -> None:
    text = FILES["embed"].read_text(encoding="utf-8")
    assert embedding.frame("https://atlas.example/rope?embed=true", "Rotary positions") in text
    assert embedding.LISTENER in text
