"""The guides in docs/ as pages: served by the app below docs/, and part of the static site.

Those in another language stand in its folder, docs/zh. The Markdown reads well where code is hosted too. Its links into
the app lead there to an app on the reader's own machine, LOCAL; a page leads to the app or the site that it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.anchors import anchors_plugin
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from attention_core.engine.language import SOURCE, language, languages, say, speaking

from . import front, posts
from .catalogues import NAMES, TAGS

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs"
PATH = "docs"
LOCAL = "http://localhost:8501/"
# In the order of the list of pages: the addresses, and the files without their ending.
PAGES: Mapping[str, str] = {
    "index": "README",
    **{
        name: name
        for name in (
            "teachers", "students", "engineers", "microscope", "embed", "operators", "deploy", "classroom", "site",
        )
    },
}  # fmt: skip
_ADDRESSES = {f"{file}.md": f"{name}.html" for name, file in PAGES.items()}
_STYLE = ROOT / "assets" / "docs.css"

Lead = Callable[[str], str | None]
"""From a page and its query, "rope?preset=same", to where a guide finds it; None where there is none."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").use(anchors_plugin, max_level=3)


def folder(spoken: str) -> str:
    """Where the guides in a language are, below docs/; "" for English."""
    return "" if spoken == SOURCE else f"{spoken}/"


def _root(spoken: str) -> str:
    """The folder docs/, seen from a page in a language."""
    return "../" if folder(spoken) else ""


@cache
def source(name: str, spoken: str = SOURCE) -> str:
    """The Markdown of a page."""
    return (FOLDER / folder(spoken) / f"{PAGES[name]}.md").read_text(encoding="utf-8")


def title(name: str, spoken: str = SOURCE) -> str:
    """Its first heading."""
    return source(name, spoken).partition("\n")[0].removeprefix("# ")


def body(name: str, lead: Lead, spoken: str = SOURCE) -> str:
    """The HTML of a page's text."""
    tokens = _MARKDOWN.parse(source(name, spoken))
    for token in tokens:
        _turn(token.children or [], lead)
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    return re.sub(r"<(pre|table)>", r'<\1 tabindex="0">', html)  # what scrolls is reached by Tab


def _turn(tokens: list[Token], lead: Lead) -> None:
    """Have the links of a line lead where they are meant to; one that leads nowhere is text."""
    opened: list[Token] = []
    for token in tokens:
        if token.type == "link_open":
            opened.append(token)
            there = _led(str(token.attrs["href"]), lead)
            token.tag, token.attrs = ("a", {"href": there}) if there is not None else ("span", {})
        elif token.type == "link_close":
            token.tag = opened.pop().tag


def _led(href: str, lead: Lead) -> str | None:
    if href.startswith(LOCAL):
        return lead(href.removeprefix(LOCAL))
    if re.match(r"https?://|#", href):
        return href
    file, mark, anchor = href.partition("#")
    return f"{_ADDRESSES[file]}{mark}{anchor}" if file in _ADDRESSES else None


def page(name: str, lead: Lead, home: str, faces: str, spoken: str = SOURCE) -> str:
    """A whole page. home: where the app or the site begins. faces: style that says where the fonts are."""
    with speaking(spoken):
        return _template().render(
            name=name, title=title(name, spoken), titles={each: title(each, spoken) for each in PAGES}, home=home,
            tag=TAGS[spoken], others=_others(spoken), say=say,
            style=Markup(f"{faces}\n" + _STYLE.read_text(encoding="utf-8")), body=Markup(body(name, lead, spoken)),
        )  # fmt: skip


def _others(spoken: str) -> list[tuple[str, str, str]]:
    """The guides in other languages: their folder seen from here, how browsers and how people call them."""
    return [(_root(spoken) + folder(each), TAGS[each], NAMES[each]) for each in languages() if each != spoken]


@lru_cache(maxsize=1)
def _template() -> Template:
    places = FileSystemLoader(ROOT / "assets")
    return Environment(loader=places, autoescape=True, undefined=StrictUndefined).get_template("docs.html")


def in_app(href: str, spoken: str = SOURCE) -> str:
    """Where a guide that the app serves finds a page of the app."""
    return f"{_root(spoken)}../{in_language(href, spoken)}"


def in_language(href: str, spoken: str) -> str:
    """A page of the app in the language of the guide; in that of the browser, where the guide is in English."""
    mark = "&" if "?" in href else "?"
    return f"{href}{mark}lang={spoken}" if folder(spoken) else href


def address() -> str:
    """Where the app serves the guides in the language in force; "" where this project's server is not running."""
    return f"{posts.served_under}/{PATH}/{folder(language())}index.html" if posts.served_under is not None else ""


@lru_cache(maxsize=64)
def _served(name: str, spoken: str) -> str:
    lead = partial(in_app, spoken=spoken)
    return page(name, lead, lead(""), front.faces(f"{_root(spoken)}../"), spoken)


async def _page(request: Request) -> Response:
    name, spoken = request.path_params["name"], request.path_params.get("language", SOURCE)
    if name not in PAGES or spoken not in languages():
        return RedirectResponse("index.html" if spoken in languages() else "../index.html")
    return Response(_served(name, spoken), media_type="text/html", headers={"cache-control": "no-cache"})


async def _first(request: Request) -> Response:
    return RedirectResponse("index.html" if request.url.path.endswith("/") else f"{PATH}/index.html")


ROUTES = [
    Route(f"/{PATH}", _first),
    Route(f"/{PATH}/", _first),
    Route(f"/{PATH}/{{name}}.html", _page),
    Route(f"/{PATH}/{{language}}/{{name}}.html", _page),
]
